//! Sign-in by password against the simulated cloud.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use service::ports::{Cloud, PasswordSignIn, SignInError};

use crate::world::{World, plain};

#[tokio::test]
async fn a_good_password_opens_the_project() {
    let world = World::new(plain(3)).await;
    let granted = world.cloud.sign_in(&world.form(&world.word("password"))).await.unwrap();
    assert_eq!(granted.user.name, world.word("user"));
    assert_eq!(granted.user.account, world.word("account"));
    assert_eq!(granted.user.id.len(), 32);
    let project = granted.project.as_ref().unwrap();
    assert_eq!((&project.id, &project.name), (&world.word("project_id"), &world.word("project")));
    assert_eq!(project.region, simulator::PROJECT);
    assert_eq!(granted.expires_at.since(granted.issued_at), Duration::from_hours(24));
    assert!(granted.token.expose_secret().len() > 4_000);
}

#[tokio::test]
async fn without_a_project_name_the_region_s_own_project_is_opened() {
    let world = World::new(plain(0)).await;
    let form = PasswordSignIn {
        account: simulator::ACCOUNT.into(),
        user: simulator::USER.into(),
        password: SecretString::from(simulator::PASSWORD),
        project: None,
    };
    let granted = world.cloud.sign_in(&form).await.unwrap();
    let project = granted.project.unwrap();
    assert_eq!((project.name.as_str(), project.id.as_str()), (simulator::PROJECT, world.simulator.project_id()));
}

#[tokio::test]
async fn d3_a_wrong_account_user_password_or_project_is_refused_alike() {
    let world = World::new(plain(0)).await;
    let good = || world.form(&world.word("password"));
    for form in [
        PasswordSignIn { account: "nobody".into(), ..good() },
        PasswordSignIn { user: "nobody".into(), ..good() },
        PasswordSignIn { project: Some("nowhere".into()), ..good() },
        world.form("wrong"),
    ] {
        assert_eq!(world.cloud.sign_in(&form).await.unwrap_err(), SignInError::Refused, "{form:?}");
    }
}

#[tokio::test]
async fn after_five_failures_the_user_is_locked() {
    let world = World::new(plain(0)).await;
    for _ in 0..5 {
        assert_eq!(world.cloud.sign_in(&world.form("wrong")).await.unwrap_err(), SignInError::Refused);
    }
    let right = world.cloud.sign_in(&world.form(&world.word("password"))).await;
    assert_eq!(right.unwrap_err(), SignInError::Locked);
}

#[tokio::test]
async fn other_troubles_of_a_sign_in_have_their_own_words() {
    let world = World::new(plain(0)).await;
    let keystone = |status: u16| json!({"error": {"code": status, "message": "m", "title": "t"}});
    for (status, body, headers, wanted) in [
        (403, json!({"error_code": "IAM.0081"}), json!({}), SignInError::NotAllowed { code: "IAM.0081".into() }),
        (
            429,
            json!({}),
            json!({"retry-after": "9"}),
            SignInError::Throttled { retry_after: Some(Duration::from_secs(9)) },
        ),
        (503, keystone(503), json!({}), SignInError::Unreachable),
        (400, keystone(400), json!({}), SignInError::Unexpected { status: 400 }),
    ] {
        world.fault(json!({"on": "token", "kind": "status", "status": status, "body": body, "headers": headers})).await;
        let outcome = world.cloud.sign_in(&world.form(&world.word("password"))).await;
        assert_eq!(outcome.unwrap_err(), wanted);
    }
    world.fault(json!({"on": "token", "kind": "lost_before_applied"})).await;
    let outcome = world.cloud.sign_in(&world.form(&world.word("password"))).await;
    assert_eq!(outcome.unwrap_err(), SignInError::Unreachable);
}
