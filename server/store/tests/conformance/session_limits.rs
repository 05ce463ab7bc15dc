//! How long a session lives, and what counts as being seen.

use std::time::Duration;

use serde_json::json;
use store::SIGNED_IN_AT;
use tower_sessions::SessionStore;
use tower_sessions::session::Id;

use crate::database::databases;
use crate::sessions::{created, is_there, minutes, record, sessions};
use crate::support::NOW;

#[tokio::test]
async fn b6_a_session_that_is_not_seen_for_30_minutes_is_over() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let record = created(&sessions).await;
        clock.pass(minutes(29));
        assert!(is_there(&sessions, &record.id).await);
        sessions.touch(&record.id).await.unwrap();
        clock.pass(minutes(29));
        sessions.save(&record).await.unwrap();
        assert!(is_there(&sessions, &record.id).await);
        clock.pass(minutes(1));
        assert!(!is_there(&sessions, &record.id).await, "saving is not being seen");
        sessions.touch(&record.id).await.unwrap();
        sessions.save(&record).await.unwrap();
        assert!(!is_there(&sessions, &record.id).await, "what is over stays over");
    }
}

#[tokio::test]
async fn b6_a_session_is_over_after_8_hours_however_busy() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let record = created(&sessions).await;
        for _ in 0..24 {
            assert!(is_there(&sessions, &record.id).await);
            clock.pass(minutes(20));
            sessions.touch(&record.id).await.unwrap();
            sessions.save(&record).await.unwrap();
        }
        assert!(!is_there(&sessions, &record.id).await);
    }
}

#[tokio::test]
async fn b6_another_id_does_not_move_the_end_of_the_8_hours() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let mut present = record();
        present.data.insert(SIGNED_IN_AT.into(), json!(NOW));
        sessions.create(&mut present).await.unwrap();
        for _ in 0..24 {
            assert!(is_there(&sessions, &present.id).await);
            clock.pass(minutes(20));
            sessions.delete(&present.id).await.unwrap();
            present.id = Id::default();
            sessions.create(&mut present).await.unwrap();
        }
        assert!(!is_there(&sessions, &present.id).await);
    }
}

#[tokio::test]
async fn b6_a_sign_in_of_a_time_to_come_lengthens_nothing() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let mut early = record();
        early.data.insert(SIGNED_IN_AT.into(), json!(i64::MAX));
        sessions.create(&mut early).await.unwrap();
        let ends = || database.number("SELECT expires_at FROM sessions");
        let eight_hours = NOW.after(minutes(8 * 60)).0;
        assert_eq!(ends().await, eight_hours);
        sessions.save(&early).await.unwrap();
        assert_eq!(ends().await, eight_hours);
        early.data.insert(SIGNED_IN_AT.into(), json!(NOW.0 - 60_000));
        sessions.save(&early).await.unwrap();
        assert_eq!(ends().await, eight_hours - 60_000, "a save may only shorten it");
        early.data.insert(SIGNED_IN_AT.into(), json!("yesterday"));
        sessions.save(&early).await.unwrap();
        assert_eq!(ends().await, eight_hours - 60_000);
    }
}

#[tokio::test]
async fn being_seen_is_written_once_a_minute_at_most() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let record = created(&sessions).await;
        let last_seen = || database.number("SELECT last_seen FROM sessions");
        clock.pass(Duration::from_secs(59));
        sessions.touch(&record.id).await.unwrap();
        assert_eq!(last_seen().await, NOW.0);
        clock.pass(Duration::from_secs(1));
        sessions.touch(&record.id).await.unwrap();
        assert_eq!(last_seen().await, NOW.0 + 60_000);
    }
}
