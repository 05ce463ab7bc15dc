//! What an administrator does beside the process that serves.

use service::audit::{Action, Entry};
use service::ports::{AuditLog, Credentials, LiveSessions, Runs};
use service::secret::CredentialId;
use store::{OpenError, SealingKeys, Store};
use tower_sessions::SessionStore;

use crate::database::databases;
use crate::live_sessions::{listed, signed_in};
use crate::sessions::{is_there, sessions};
use crate::support::{KEY, NOW, OTHER_KEY, confirm, confirmation, credential, held, ids, operator};

#[tokio::test]
async fn b8_an_administrator_ends_all_sessions_of_a_person_while_another_process_serves() {
    for database in databases().await {
        let store = &database.store;
        let (sessions, _) = sessions(&database);
        let first = signed_in(&sessions, &operator("operator"), "sign-in-1", NOW).await;
        let second = signed_in(&sessions, &operator("operator"), "sign-in-2", NOW).await;
        let other = signed_in(&sessions, &operator("second"), "sign-in-3", NOW).await;
        store.keep_credential(&credential("c1", "sign-in-2", "operator")).await.unwrap();
        store.keep_credential(&credential("c2", "sign-in-3", "second")).await.unwrap();
        let key = confirm(store, &confirmation("r1", "p1", 0..3)).await;

        // The command needs no key of the one that serves: it opens no seal.
        let beside = Store::open_beside(&database.url(), &SealingKeys::parse(OTHER_KEY).unwrap()).await.unwrap();
        assert_eq!(beside.end_sessions_of("operator", NOW).await.unwrap(), 2);
        beside.close().await;

        for ended in [&first, &second] {
            assert!(!is_there(&sessions, &ended.id).await);
        }
        assert!(is_there(&sessions, &other.id).await);
        assert!(listed(&sessions, &operator("operator")).await.is_empty());
        for (id, expected) in [("c1", false), ("credential of r1", false), ("c2", true)] {
            let found = store.credential(&CredentialId(id.into())).await.unwrap();
            assert_eq!(found.is_some(), expected, "{id}");
        }
        let run = store.run(&key).await.unwrap().unwrap();
        assert_eq!((run.summary.credential, run.summary.ended_at), (None, None), "the run pauses");
        assert_eq!(held(store, "p1").await, ids(0..3));
        let late = credential("late", "sign-in-1", "operator");
        assert!(!store.keep_credential(&late).await.unwrap(), "nothing is kept for an ended sign-in");

        let line = store.lines("p1", 0, 1).await.unwrap().0.remove(0);
        let expected = Entry {
            operator: Some(operator("operator")),
            from: Some("command line".into()),
            why: Some("2".into()),
            ..Entry::new(NOW, Action::SessionsEnded)
        };
        assert_eq!(line.entry, expected);
    }
}

#[tokio::test]
async fn b8_a_person_is_named_exactly_by_subject_or_by_name() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        for (user, ended) in [("first", true), ("n-first", true), ("FIRST", false), ("firs", false), ("%", false)] {
            let record = signed_in(&sessions, &operator("first"), &format!("sign-in for {user}"), NOW).await;
            let count = database.store.end_sessions_of(user, NOW).await.unwrap();
            assert_eq!((count > 0, !is_there(&sessions, &record.id).await), (ended, ended), "{user}");
            sessions.delete(&record.id).await.unwrap();
        }
        assert_eq!(database.audit().await.len(), 5, "what ended nothing is written down, too");
    }
}

#[tokio::test]
async fn b8_a_person_who_was_called_otherwise_before_loses_every_session() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let now = operator("first");
        let before = domain::operator::Operator { name: "as before".into(), ..now.clone() };
        let old = signed_in(&sessions, &before, "s1", NOW).await;
        let mut kept = credential("c1", "s1", "first");
        kept.operator = before;
        database.store.keep_credential(&kept).await.unwrap();
        let new = signed_in(&sessions, &now, "s2", NOW).await;
        let namesake = domain::operator::Operator { issuer: "other".into(), ..now };
        let same_name = signed_in(&sessions, &namesake, "s3", NOW).await;

        assert_eq!(database.store.end_sessions_of("n-first", NOW).await.unwrap(), 3);
        for record in [&old, &new, &same_name] {
            assert!(!is_there(&sessions, &record.id).await);
        }
        assert!(database.store.credential(&kept.id).await.unwrap().is_none());
        assert_eq!(database.audit().await.len(), 2, "a line for each person");
        assert!(sessions.of_person("other", "first").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn tables_of_another_version_are_left_alone() {
    for database in databases().await {
        let keys = SealingKeys::parse(KEY).unwrap();
        database.perform("DELETE FROM _sqlx_migrations WHERE version > 1").await;
        let refused = Store::open_beside(&database.url(), &keys).await.unwrap_err();
        assert!(matches!(refused, OpenError::Version { found: Some(1), .. }), "{refused:?}");
        assert!(refused.to_string().contains("of version 1, this program is of version"), "{refused}");
        database.perform("DELETE FROM _sqlx_migrations").await;
        let refused = Store::open_beside(&database.url(), &keys).await.unwrap_err();
        assert!(refused.to_string().contains("of version none"), "{refused}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drydock.db");
    let keys = SealingKeys::parse(KEY).unwrap();
    let refused = Store::open_beside(&format!("sqlite:{}", path.display()), &keys).await.unwrap_err();
    assert!(matches!(refused, OpenError::Database { .. }), "{refused:?}");
    assert!(!path.exists());
    std::fs::write(&path, "no database, ".repeat(1_000)).unwrap();
    let refused = Store::open_beside(&format!("sqlite:{}", path.display()), &keys).await.unwrap_err();
    assert!(matches!(refused, OpenError::Database { .. }), "{refused:?}");
}
