//! Browser sessions: never revived, never adopted, never readable on disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::civil::Civil;
use domain::time::Timestamp;
use serde_json::json;
use service::ports::{Clock, Credentials, Runs, SignInTries, TryKeys, TryLimits};
use store::{OPERATOR, SIGN_IN, SIGNED_IN_AT, SessionLimits, Sessions};
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::{Session, SessionStore};

use crate::credentials::contains;
use crate::database::{Database, databases};
use crate::support::{KEY, NOW, OTHER_KEY, confirm, confirmation, credential, operator, review};

/// A clock that is told the time.
pub struct Told(AtomicI64);

impl Told {
    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for Told {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn civil(&self, _: Timestamp) -> (Civil, String) {
        (Civil { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 }, "UTC".into())
    }

    fn moment(&self, _: Civil) -> Option<Timestamp> {
        None
    }
}

pub fn sessions(database: &Database) -> (Sessions, Arc<Told>) {
    let clock = Arc::new(Told(AtomicI64::new(NOW.0)));
    (Sessions::new(&database.store, clock.clone(), SessionLimits::default()), clock)
}

pub fn record() -> Record {
    let data = [(OPERATOR.to_owned(), json!(operator("operator"))), (SIGN_IN.to_owned(), json!("sign-in-1"))];
    // The expiry of tower-sessions is not used: this one was over long ago.
    Record { id: Id::default(), data: data.into(), expiry_date: OffsetDateTime::UNIX_EPOCH }
}

pub async fn created(sessions: &Sessions) -> Record {
    let mut record = record();
    sessions.create(&mut record).await.unwrap();
    record
}

pub async fn is_there(sessions: &Sessions, id: &Id) -> bool {
    sessions.load(id).await.unwrap().is_some()
}

pub fn minutes(minutes: u64) -> Duration {
    Duration::from_mins(minutes)
}

#[tokio::test]
async fn a_session_holds_what_was_saved_last() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let mut record = created(&sessions).await;
        assert_eq!(sessions.load(&record.id).await.unwrap().unwrap().data, record.data);
        record.data.insert("project".into(), json!("p1"));
        sessions.save(&record).await.unwrap();
        assert_eq!(sessions.load(&record.id).await.unwrap().unwrap().data, record.data);
        let open = "SELECT COUNT(*) FROM sessions WHERE subject = 'operator' AND sign_in = 'sign-in-1'";
        assert_eq!(database.number(open).await, 1);
        sessions.delete(&record.id).await.unwrap();
        assert!(!is_there(&sessions, &record.id).await);
    }
}

#[tokio::test]
async fn b5_a_slow_save_never_revives_a_session_that_was_ended() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        for turn in 0..1_000_u32 {
            let record = created(&sessions).await;
            let save = async {
                for _ in 0..turn % 7 {
                    tokio::task::yield_now().await;
                }
                sessions.save(&record).await.unwrap();
            };
            let delete = async {
                for _ in 0..turn % 5 {
                    tokio::task::yield_now().await;
                }
                sessions.delete(&record.id).await.unwrap();
            };
            if turn % 2 == 0 {
                tokio::join!(save, delete);
            } else {
                tokio::join!(delete, save);
            }
            assert!(!is_there(&sessions, &record.id).await, "turn {turn}");
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions").await, 0);
    }
}

#[tokio::test]
async fn b3_an_id_that_a_browser_made_up_is_never_adopted() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let made_up = record();
        assert!(!is_there(&sessions, &made_up.id).await);
        sessions.save(&made_up).await.unwrap();
        sessions.touch(&made_up.id).await.unwrap();
        sessions.delete(&made_up.id).await.unwrap();
        assert!(!is_there(&sessions, &made_up.id).await);
        for id in [0, -1, i128::MAX, i128::MIN] {
            assert!(!is_there(&sessions, &Id(id)).await);
        }
    }
}

#[tokio::test]
async fn b2_after_a_new_id_was_drawn_the_old_one_opens_nothing() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let session = Session::new(None, Arc::new(sessions.clone()), None);
        session.insert(OPERATOR, operator("operator")).await.unwrap();
        session.insert(SIGNED_IN_AT, NOW).await.unwrap();
        session.save().await.unwrap();
        let old = session.id().unwrap();
        clock.pass(minutes(20));
        session.cycle_id().await.unwrap();
        session.save().await.unwrap();
        let new = session.id().unwrap();
        assert_ne!(old, new);
        assert!(!is_there(&sessions, &old).await);
        assert!(is_there(&sessions, &new).await);
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions").await, 1);
        let slow = Record { id: old, ..record() };
        sessions.save(&slow).await.unwrap();
        assert!(!is_there(&sessions, &old).await, "a slow request does not bring it back");
    }
}

#[tokio::test]
async fn an_id_that_is_taken_is_drawn_again() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let first = created(&sessions).await;
        let mut second = first.clone();
        second.data.clear();
        sessions.create(&mut second).await.unwrap();
        assert_ne!(second.id, first.id);
        assert_eq!(sessions.load(&first.id).await.unwrap().unwrap().data, first.data);
        assert!(sessions.load(&second.id).await.unwrap().unwrap().data.is_empty());
    }
}

#[tokio::test]
async fn b7_a_dropped_credential_stays_dropped_whatever_a_slow_request_saves() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let mut slow = created(&sessions).await;
        let kept = credential("c1", "sign-in-1", "operator");
        database.store.keep_credential(&kept).await.unwrap();
        database.store.drop_credential(&kept.id).await.unwrap();
        slow.data.insert("open".into(), json!([{ "credential": "c1" }]));
        sessions.save(&slow).await.unwrap();
        assert!(is_there(&sessions, &slow.id).await);
        assert!(database.store.credential(&kept.id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn b10_another_key_signs_everybody_out() {
    for database in databases().await {
        let record = created(&sessions(&database).0).await;
        let database = database.after_crash(OTHER_KEY).await;
        let (sessions, _) = sessions(&database);
        assert!(!is_there(&sessions, &record.id).await);
    }
}

#[tokio::test]
async fn b10_the_key_before_opens_until_it_is_forgotten() {
    for database in databases().await {
        let (unused, used) = (created(&sessions(&database).0).await, created(&sessions(&database).0).await);
        let rotated = database.after_crash(&format!("{OTHER_KEY}\n{KEY}\n")).await;
        let new = created(&sessions(&rotated).0).await;
        for record in [&unused, &used, &new] {
            assert!(is_there(&sessions(&rotated).0, &record.id).await);
        }
        sessions(&rotated).0.save(&used).await.unwrap();
        let forgotten = rotated.after_crash(OTHER_KEY).await;
        let (sessions, _) = sessions(&forgotten);
        assert!(!is_there(&sessions, &unused.id).await, "it counts as signed out");
        assert!(is_there(&sessions, &used.id).await, "a save seals with the present key");
        assert!(is_there(&sessions, &new.id).await);
        sessions.touch(&unused.id).await.unwrap();
        sessions.delete(&unused.id).await.unwrap();
        sessions.sweep().await.unwrap();
    }
}

#[tokio::test]
async fn a_record_put_under_another_key_does_not_open() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let first = created(&sessions).await;
        let second = created(&sessions).await;
        database.perform("UPDATE sessions SET record = (SELECT MIN(record) FROM sessions)").await;
        let open = [is_there(&sessions, &first.id).await, is_there(&sessions, &second.id).await];
        assert_eq!(open.iter().filter(|open| **open).count(), 1, "only the one it was sealed for");
    }
}

#[tokio::test]
async fn d12_a_sweep_drops_what_is_over_and_nothing_else() {
    for database in databases().await {
        let store = &database.store;
        let (sessions, clock) = sessions(&database);
        let idle = created(&sessions).await;
        store.keep_review(&review("old", "p1")).await.unwrap();
        let confirmation = confirmation("old", "p1", 0..3);
        let key = confirm(store, &confirmation).await;
        let mut lasting = credential("lasting", "sign-in-1", "operator");
        lasting.ends_at = Timestamp(i64::MAX);
        store.keep_credential(&lasting).await.unwrap();
        store.drop_sign_in("sign-in-9").await.unwrap();
        let limits = TryLimits { per_user: 3, per_person: 8, per_peer: 12, window: minutes(15) };
        let keys = TryKeys { account: "acme".into(), user: "operator".into(), person: None, peer: None };
        store.begin(&keys, limits, NOW).await.unwrap().unwrap();

        clock.pass(minutes(10));
        sessions.sweep().await.unwrap();
        assert!(is_there(&sessions, &idle.id).await);
        assert!(store.credential(&confirmation.credential.id).await.unwrap().is_some());
        assert_eq!(database.number("SELECT COUNT(*) FROM ended_sign_ins").await, 1);
        assert_eq!(database.number("SELECT COUNT(*) FROM sign_in_tries").await, 1);

        clock.pass(minutes(24 * 60));
        let fresh = created(&sessions).await;
        let mut young = review("young", "p1");
        young.frozen_at = clock.now();
        store.keep_review(&young).await.unwrap();
        sessions.sweep().await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions").await, 1);
        assert!(is_there(&sessions, &fresh.id).await);
        assert!(store.review("p1", "old").await.unwrap().is_none());
        assert!(store.review("p1", "young").await.unwrap().is_some());
        assert!(store.credential(&confirmation.credential.id).await.unwrap().is_none());
        assert!(store.credential(&lasting.id).await.unwrap().is_some());
        assert_eq!(store.run(&key).await.unwrap().unwrap().summary.credential, None);
        assert_eq!(database.number("SELECT COUNT(*) FROM ended_sign_ins").await, 0);
        assert_eq!(database.number("SELECT COUNT(*) FROM sign_in_tries").await, 0);
    }
}

#[tokio::test]
async fn b9_no_cookie_and_no_record_is_found_in_any_file() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let mut record = created(&sessions).await;
        record.data.insert("secret".into(), json!("canary-of-a-session-record"));
        sessions.save(&record).await.unwrap();
        let id = record.id.0;
        let needles = [
            record.id.to_string().into_bytes(),
            id.to_string().into_bytes(),
            id.to_le_bytes().to_vec(),
            id.to_be_bytes().to_vec(),
            format!("{id:032x}").into_bytes(),
            b"canary-of-a-session-record".to_vec(),
        ];
        let files = database.contents().await;
        assert!(files.iter().any(|(_, bytes)| contains(bytes, b"sign-in-1")), "the scan finds what is there");
        for (name, bytes) in files {
            for needle in &needles {
                assert!(!contains(&bytes, needle), "{name} holds {needle:?}");
            }
        }
        assert!(!format!("{sessions:?}").contains("AAECAw"));
    }
}
