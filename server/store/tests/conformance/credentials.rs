//! Cloud tokens: sealed, bound to their person, gone after a sign-out.

use domain::maintenance::run::Changes;
use secrecy::ExposeSecret;
use service::ports::{Credentials, RunKey, Runs};
use service::secret::CredentialId;

use crate::database::databases;
use crate::support::{
    KEY, NOW, OTHER_KEY, TOKEN, cloud_user, confirm, confirmation, credential, held, ids, operator, over, project,
};

#[tokio::test]
async fn a_credential_comes_back_until_it_is_dropped() {
    for database in databases().await {
        let store = &database.store;
        let kept = credential("c1", "sign-in-1", "operator");
        store.keep_credential(&kept).await.unwrap();
        let found = store.credential(&kept.id).await.unwrap().unwrap();
        assert_eq!(found.access.token.expose_secret(), TOKEN);
        assert_eq!((found.operator, found.access.project), (operator("operator"), project("p1")));
        assert_eq!(found.access.user, cloud_user());
        assert_eq!((found.sign_in, found.ends_at), (kept.sign_in, kept.ends_at));
        store.drop_credential(&kept.id).await.unwrap();
        assert!(store.credential(&kept.id).await.unwrap().is_none());
        store.drop_credential(&kept.id).await.unwrap();
    }
}

#[tokio::test]
async fn the_end_of_a_sign_in_drops_its_credentials_and_names_its_open_runs() {
    for database in databases().await {
        let store = &database.store;
        store.keep_credential(&credential("c1", "sign-in-1", "operator")).await.unwrap();
        store.keep_credential(&credential("c2", "sign-in-2", "operator")).await.unwrap();
        for (review_id, project_id) in [("r1", "p2"), ("r2", "p1")] {
            confirm(store, &confirmation(review_id, project_id, 0..3)).await;
        }
        let mut other = confirmation("r3", "p1", 3..6);
        other.credential.sign_in = "sign-in-2".into();
        confirm(store, &other).await;

        let lost = store.drop_sign_in("sign-in-1").await.unwrap();
        assert_eq!(lost, ["p1", "p2"].map(|project_id| RunKey { project_id: project_id.into(), number: 1 }));
        for gone in ["c1", "credential of r1", "credential of r2"] {
            assert!(store.credential(&CredentialId(gone.into())).await.unwrap().is_none(), "{gone}");
        }
        for there in ["c2", "credential of r3"] {
            assert!(store.credential(&CredentialId(there.into())).await.unwrap().is_some(), "{there}");
        }
        let run = store.run(&lost[0]).await.unwrap().unwrap();
        assert_eq!((run.summary.credential, run.summary.ended_at), (None, None));
        assert_eq!(held(store, "p1").await, ids(0..6), "the runs keep their claims");
        assert!(store.drop_sign_in("sign-in-1").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_request_that_was_under_way_keeps_no_credential_after_the_sign_out() {
    for database in databases().await {
        let store = &database.store;
        store.drop_sign_in("sign-in-1").await.unwrap();
        let late = credential("c1", "sign-in-1", "operator");
        assert!(!store.keep_credential(&late).await.unwrap());
        assert!(store.credential(&late.id).await.unwrap().is_none());

        let key = confirm(store, &confirmation("r1", "p1", 0..3)).await;
        assert_eq!(store.run(&key).await.unwrap().unwrap().summary.credential, None);
        store.give_credential(&key, &late).await.unwrap();
        assert_eq!(store.run(&key).await.unwrap().unwrap().summary.credential, None);
        assert_eq!(database.number("SELECT COUNT(*) FROM credentials").await, 0);
    }
}

#[tokio::test]
async fn the_open_runs_of_a_sign_in_are_counted() {
    for database in databases().await {
        let store = &database.store;
        assert_eq!(store.count_of_sign_in("sign-in-1").await.unwrap(), 0);
        let first = confirmation("r1", "p1", 0..3);
        let key = confirm(store, &first).await;
        confirm(store, &confirmation("r2", "p2", 0..3)).await;
        let mut other = confirmation("r3", "p1", 3..6);
        other.credential.sign_in = "sign-in-2".into();
        confirm(store, &other).await;
        assert_eq!(store.count_of_sign_in("sign-in-1").await.unwrap(), 2);
        let head = over(&first.changes.head, "Ended", NOW);
        let ended = Changes { rows: Vec::new(), named: Vec::new(), settled: Vec::new(), head };
        store.save(&key, &ended, NOW).await.unwrap();
        assert_eq!(store.count_of_sign_in("sign-in-1").await.unwrap(), 1);
        store.drop_sign_in("sign-in-1").await.unwrap();
        assert_eq!(store.count_of_sign_in("sign-in-1").await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_dropped_credential_is_no_longer_that_of_its_run() {
    for database in databases().await {
        let confirmation = confirmation("r1", "p1", 0..3);
        let key = confirm(&database.store, &confirmation).await;
        database.store.drop_credential(&confirmation.credential.id).await.unwrap();
        assert_eq!(database.store.run(&key).await.unwrap().unwrap().summary.credential, None);
    }
}

#[tokio::test]
async fn rows_that_were_swapped_or_changed_do_not_open() {
    for database in databases().await {
        let store = &database.store;
        for (id, subject) in [
            ("c1", "operator"),
            ("c2", "second-operator"),
            ("c3", "operator"),
            ("c4", "operator"),
            ("c5", "operator"),
            ("c6", "operator"),
            ("c7", "operator"),
        ] {
            store.keep_credential(&credential(id, "sign-in-1", subject)).await.unwrap();
        }
        for statement in [
            "UPDATE credentials SET issuer = 'other' WHERE id = 'c3'",
            "UPDATE credentials SET sealed_token = 'not base64!' WHERE id = 'c4'",
            // c1 and c2 change their seals, with the name as a place to keep them meanwhile.
            "UPDATE credentials SET name = sealed_token",
            "UPDATE credentials SET sealed_token = (
                 SELECT other.name FROM credentials AS other
                 WHERE other.id = CASE credentials.id WHEN 'c1' THEN 'c2' ELSE 'c1' END
             ) WHERE id IN ('c1', 'c2')",
            // c5 takes the seal of another credential of the same person, c6 another person.
            "UPDATE credentials SET sealed_token = (SELECT name FROM credentials WHERE id = 'c7') WHERE id = 'c5'",
            "UPDATE credentials SET subject = 'second-operator' WHERE id = 'c6'",
        ] {
            database.perform(statement).await;
        }
        for id in ["c1", "c2", "c3", "c4", "c5", "c6"] {
            assert!(store.credential(&CredentialId(id.into())).await.unwrap().is_none(), "{id}");
        }
        assert!(store.credential(&CredentialId("c7".into())).await.unwrap().is_some(), "the one left alone");
    }
}

#[tokio::test]
async fn b10_a_credential_opens_with_the_key_before_and_with_no_other() {
    for database in databases().await {
        let kept = credential("c1", "sign-in-1", "operator");
        database.store.keep_credential(&kept).await.unwrap();
        let rotated = database.after_crash(&format!("{OTHER_KEY}\n{KEY}\n")).await;
        assert!(rotated.store.credential(&kept.id).await.unwrap().is_some());
        let forgotten = rotated.after_crash(OTHER_KEY).await;
        assert!(forgotten.store.credential(&kept.id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn b9_no_token_is_found_in_any_file() {
    for database in databases().await {
        let store = &database.store;
        store.keep_credential(&credential("c1", "sign-in-1", "operator")).await.unwrap();
        let confirmation = confirmation("r1", "p1", 0..3);
        let key = confirm(store, &confirmation).await;
        store.give_credential(&key, &credential("c2", "sign-in-1", "operator")).await.unwrap();
        store.save(&key, &confirmation.changes, NOW).await.unwrap();
        let files = database.contents().await;
        let has = |needle: &str| files.iter().any(|(_, bytes)| contains(bytes, needle.as_bytes()));
        assert!(has("desktop-00001"), "the scan finds what is there");
        assert!(!has(TOKEN));
        assert!(!has(&TOKEN[5..25]));
        assert!(!format!("{store:?}{confirmation:?}").contains(TOKEN));
    }
}

pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a_letter_that_no_database_keeps_alike_is_replaced_and_hides_nothing() {
    for database in databases().await {
        let store = &database.store;
        let mut kept = credential("c1", "sign-in-1", "oper\0ator");
        kept.operator.name = "\0".into();
        kept.access.project.name = "name\0of p1".into();
        store.keep_credential(&kept).await.unwrap();
        let found = store.credential(&kept.id).await.unwrap().unwrap();
        assert_eq!(found.access.token.expose_secret(), TOKEN);
        assert_eq!(found.operator.subject, "oper\u{fffd}ator");
        assert_eq!(found.operator.name, "\u{fffd}");
        assert_eq!(found.access.project.name, "name\u{fffd}of p1");
        assert_eq!(store.end_sessions_of("oper\0ator", NOW).await.unwrap(), 1, "it is found by what it was called");
        assert_eq!(store.count_credentials("p1\0").await.unwrap(), 0);

        let mut confirmation = confirmation("r1", "p1", 0..3);
        confirmation.request.details = "line\0line".into();
        confirmation.operator.name = "n\0".into();
        confirmation.from = "10.0.0.7\0".into();
        let key = confirm(store, &confirmation).await;
        let run = store.run(&key).await.unwrap().unwrap();
        assert_eq!(run.summary.request, confirmation.request, "JSON keeps it, escaped");
        assert_eq!(database.number("SELECT COUNT(*) FROM audit WHERE name LIKE 'n_'").await, 1);
    }
}
