//! What a lost process, a full disk and a second process leave behind.

use service::ports::{Confirmed, Credentials, RunKey, Runs};
use store::{OpenError, SealingKeys, Store};

use crate::database::databases;
use crate::support::{KEY, NOW, changes, confirm, confirmation, held, ids, review};

#[tokio::test]
async fn a_lost_process_loses_nothing() {
    for database in databases().await {
        database.store.keep_review(&review("r1", "p1")).await.unwrap();
        let confirmation = confirmation("r1", "p1", 0..300);
        let key = confirm(&database.store, &confirmation).await;
        database.store.save(&key, &confirmation.changes, NOW).await.unwrap();
        let before = database.store.run(&key).await.unwrap().unwrap();

        let database = database.after_crash(KEY).await;
        let after = database.store.run(&key).await.unwrap().unwrap();
        assert_eq!((after.summary, after.head, after.desktops), (before.summary, before.head, before.desktops));
        assert_eq!(held(&database.store, "p1").await, ids(0..300));
        assert!(database.store.credential(&confirmation.credential.id).await.unwrap().is_some());
        assert_eq!(database.audit().await, [("confirmed".to_owned(), Some(1))]);
        let again = database.store.confirm(&confirmation).await.unwrap();
        assert_eq!(again, Confirmed::AlreadyStarted(key));
    }
}

#[tokio::test]
async fn a_confirm_that_fails_half_way_leaves_nothing() {
    for database in databases().await {
        let confirmation = confirmation("r1", "p1", 0..500);
        database.fail_at("desktop-00444").await;
        assert!(database.store.confirm(&confirmation).await.is_err());
        for table in [
            "SELECT COUNT(*) FROM runs",
            "SELECT COUNT(*) FROM run_desktops",
            "SELECT COUNT(*) FROM claims",
            "SELECT COUNT(*) FROM credentials",
            "SELECT COUNT(*) FROM audit",
        ] {
            assert_eq!(database.number(table).await, 0, "{table}");
        }
        database.fail_no_more().await;
        assert_eq!(confirm(&database.store, &confirmation).await.number, 1);
    }
}

#[tokio::test]
async fn a_save_that_fails_half_way_leaves_the_run_as_it_was() {
    for database in databases().await {
        let store = &database.store;
        let confirmation = confirmation("r1", "p1", 0..500);
        let key = confirm(store, &confirmation).await;
        let before = store.run(&key).await.unwrap().unwrap();
        let mut save = changes(0..500);
        for (_, row) in &mut save.rows {
            row.name = "changed".into();
        }
        save.named = ids(0..500);
        save.settled = ids(0..500);
        database.fail_at("desktop-00444").await;
        assert!(store.save(&key, &save, NOW).await.is_err());
        let after = store.run(&key).await.unwrap().unwrap();
        assert_eq!((after.summary, after.head, after.desktops), (before.summary, before.head, before.desktops));
        assert_eq!(held(store, "p1").await, ids(0..500));
        assert!(store.recently_named("p1", &ids(0..500), domain::time::Timestamp(0)).await.unwrap().is_empty());
        database.fail_no_more().await;
        store.save(&key, &save, NOW).await.unwrap();
        assert!(held(store, "p1").await.is_empty());
    }
}

#[tokio::test]
async fn a_database_belongs_to_one_process() {
    for database in databases().await {
        let keys = SealingKeys::parse(KEY).unwrap();
        let refused = Store::open(&database.url(), &keys).await.unwrap_err();
        assert!(matches!(refused, OpenError::InUse { .. }));
        assert!(refused.to_string().contains("belongs to one process at a time"), "{refused}");
        database.after_crash(KEY).await;
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drydock.db");
    std::fs::write(&path, "no database, ".repeat(1_000)).unwrap();
    let keys = SealingKeys::parse(KEY).unwrap();
    let refused = Store::open(&format!("sqlite:{}", path.display()), &keys).await.unwrap_err();
    assert!(matches!(refused, OpenError::Database { .. }), "{refused:?}");
}

#[tokio::test]
async fn what_another_version_wrote_is_an_error_and_no_panic() {
    for database in databases().await {
        let key = confirm(&database.store, &confirmation("r1", "p1", 0..3)).await;
        database.perform("UPDATE run_desktops SET state = '{}' WHERE position = 1").await;
        assert!(database.store.run(&key).await.is_err());
        database.perform("UPDATE runs SET number = -1, phase = 'x' WHERE project_id = 'p9'").await;
        database.perform("UPDATE runs SET counts = '[]'").await;
        assert!(database.store.open_runs().await.unwrap().is_empty(), "it is left out, and said so in the log");
        assert!(database.store.history("p1", 0, 1).await.is_err());
        assert!(database.store.run(&RunKey { project_id: "p1".into(), number: 2 }).await.unwrap().is_none());
        database.store.ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_closed_store_fails_and_does_not_hang() {
    for database in databases().await {
        database.store.close().await;
        assert!(database.store.open_runs().await.is_err());
        assert!(database.store.confirm(&confirmation("r1", "p1", 0..3)).await.is_err());
    }
}
