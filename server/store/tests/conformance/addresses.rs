//! What is said of an address that does not work, and what never is.

use store::{OpenError, SealingKeys, Store};

use crate::database::Own;
use crate::support::KEY;

async fn refused(url: &str) -> OpenError {
    let keys = SealingKeys::parse(KEY).unwrap();
    let served = Store::open(url, &keys).await.unwrap_err();
    let beside = Store::open_beside(url, &keys).await.unwrap_err();
    for refused in [&served, &beside] {
        let mut said = format!("{refused} {refused:?}");
        let mut cause = std::error::Error::source(refused);
        while let Some(error) = cause {
            said.push_str(&error.to_string());
            cause = error.source();
        }
        assert!(!said.contains("canary"), "{said}");
    }
    served
}

#[tokio::test]
async fn b9_an_address_with_a_password_is_never_repeated() {
    for url in [
        "postgres://drydock:canary@127.0.0.1:1/dock",
        "postgresql://drydock:canary@127.0.0.1:1/dock?sslmode=require",
        "postgres://drydock:canary@%2Fnowhere/dock",
    ] {
        let refused = refused(url).await;
        assert!(matches!(refused, OpenError::Database { .. }), "{refused:?}");
        assert!(refused.to_string().contains("dock at "), "{refused}");
    }
    for url in [
        "postgres://drydock:canary@127.0.0.1:port/dock",
        "postgres://drydock:canary@127.0.0.1/dock?sslmode=canary",
        "postgres://drydock@127.0.0.1/dock?password=canary",
        "postgres://drydock:canary#@127.0.0.1/dock",
        "mysql://drydock:canary@127.0.0.1/dock",
        "canary",
        "",
    ] {
        assert!(matches!(refused(url).await, OpenError::Address), "{url}");
    }
}

#[tokio::test]
async fn b9_neither_a_password_that_works_nor_one_that_is_refused_is_shown() {
    let Some(own) = Own::make("ENCODING 'UTF8'").await else { return };
    let url = own.url();
    let (start, password) = url.split_once('@').unwrap().0.rsplit_once(':').unwrap();
    let store = Store::open(&url, &SealingKeys::parse(KEY).unwrap()).await.unwrap();
    assert!(!password.is_empty() && !format!("{store:?}").contains(password));
    store.close().await;

    let wrong = url.replace(&format!("{start}:{password}@"), &format!("{start}:canary@"));
    let refused = refused(&wrong).await;
    let OpenError::Database { source, .. } = &refused else { panic!("{refused:?}") };
    assert!(source.to_string().contains("password authentication failed"), "{source}");
}

#[tokio::test]
async fn a_database_that_is_not_on_the_server_is_not_made() {
    let Some(own) = Own::make("ENCODING 'UTF8'").await else { return };
    let refused = refused(&format!("{}_other", own.url())).await;
    assert!(matches!(refused, OpenError::Database { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_database_that_keeps_not_every_letter_is_refused() {
    let Some(own) = Own::make("ENCODING 'LATIN1'").await else { return };
    let refused = refused(&own.url()).await;
    assert!(matches!(&refused, OpenError::Encoding { found, .. } if found == "LATIN1"), "{refused:?}");
    assert!(refused.to_string().contains("keeps text as LATIN1; it must be made with UTF8"), "{refused}");
}
