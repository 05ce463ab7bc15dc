//! A person's sessions: found, few, and ended.

use std::time::Duration;

use domain::operator::Operator;
use domain::time::Timestamp;
use serde_json::json;
use service::ports::{Credentials as _, LiveSession, LiveSessions};
use service::secret::CredentialId;
use store::{BROWSER, FROM, OPERATOR, SIGN_IN, SIGNED_IN_AT, Sessions};
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};

use crate::database::databases;
use crate::sessions::{is_there, minutes, sessions};
use crate::support::{NOW, credential, operator};

/// The session of a sign-in.
pub async fn signed_in(sessions: &Sessions, who: &Operator, sign_in: &str, at: Timestamp) -> Record {
    let data = [
        (OPERATOR, json!(who)),
        (SIGN_IN, json!(sign_in)),
        (SIGNED_IN_AT, json!(at)),
        (FROM, json!("10.0.0.7")),
        (BROWSER, json!("Browser/1.0 (ü)")),
    ];
    let data = data.map(|(key, value)| (key.to_owned(), value)).into();
    let mut record = Record { id: Id::default(), data, expiry_date: OffsetDateTime::UNIX_EPOCH };
    sessions.create(&mut record).await.unwrap();
    record
}

/// The sign-ins of a person's sessions, as they are listed.
pub async fn listed(sessions: &Sessions, who: &Operator) -> Vec<String> {
    let found = sessions.of_person(&who.issuer, &who.subject).await.unwrap();
    found.into_iter().map(|session| session.sign_in).collect()
}

#[tokio::test]
async fn b8_a_person_sees_their_own_sessions_alone() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let who = operator("first");
        let seen = signed_in(&sessions, &who, "s1", NOW).await;
        clock.pass(minutes(5));
        signed_in(&sessions, &who, "s2", service::ports::Clock::now(clock.as_ref())).await;
        signed_in(&sessions, &operator("second"), "s3", NOW).await;
        let elsewhere = Operator { issuer: "other".into(), ..who.clone() };
        signed_in(&sessions, &elsewhere, "s4", NOW).await;
        clock.pass(minutes(5));
        sessions.touch(&seen.id).await.unwrap();

        let session = |sign_in: &str, signed_in_at, last_seen| LiveSession {
            sign_in: sign_in.into(),
            operator: who.clone(),
            signed_in_at,
            last_seen,
            from: Some("10.0.0.7".into()),
            browser: Some("Browser/1.0 (ü)".into()),
        };
        let (five, ten) = (NOW.after(minutes(5)), NOW.after(minutes(10)));
        let expected = [session("s1", NOW, ten), session("s2", five, five)];
        assert_eq!(sessions.of_person(&who.issuer, &who.subject).await.unwrap(), expected);
        assert!(listed(&sessions, &operator("third")).await.is_empty());
    }
}

#[tokio::test]
async fn b8_only_sessions_that_live_are_listed() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let who = operator("first");
        let busy = signed_in(&sessions, &who, "busy", NOW).await;
        signed_in(&sessions, &who, "idle", NOW).await;
        signed_in(&sessions, &who, "old", NOW.before(minutes(7 * 60 + 50))).await;
        assert_eq!(listed(&sessions, &who).await.len(), 3);
        clock.pass(minutes(20));
        sessions.touch(&busy.id).await.unwrap();
        let now = listed(&sessions, &who).await;
        assert_eq!(now, ["busy", "idle"], "one sign-in is 8 hours old");
        clock.pass(minutes(10));
        assert_eq!(listed(&sessions, &who).await, ["busy"], "one was not seen for 30 minutes");
    }
}

#[tokio::test]
async fn b8_the_end_of_a_sign_in_ends_its_sessions_alone() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let who = operator("first");
        let ended = [signed_in(&sessions, &who, "s1", NOW).await, signed_in(&sessions, &who, "s1", NOW).await];
        let other = signed_in(&sessions, &who, "s2", NOW).await;
        let mut listed_now = listed(&sessions, &who).await;
        listed_now.sort();
        assert_eq!(listed_now, ["s1", "s2"], "two rows of one sign-in are one session");
        sessions.end("s1").await.unwrap();
        for ended in &ended {
            assert!(!is_there(&sessions, &ended.id).await);
        }
        assert!(is_there(&sessions, &other.id).await);
        assert_eq!(listed(&sessions, &who).await, ["s2"]);
        sessions.end("no such sign-in").await.unwrap();
    }
}

#[tokio::test]
async fn d12_of_more_than_20_sessions_the_least_recently_used_end() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let who = operator("first");
        let store = &database.store;
        for (id, sign_in) in [("c1", "s1"), ("c3", "s3")] {
            assert!(store.keep_credential(&credential(id, sign_in, "first")).await.unwrap());
        }
        let other = signed_in(&sessions, &operator("second"), "other", NOW).await;
        let mut records = Vec::new();
        for number in 0..20 {
            records.push(signed_in(&sessions, &who, &format!("s{number}"), NOW).await);
            clock.pass(Duration::from_secs(1));
        }
        clock.pass(minutes(1));
        sessions.touch(&records[0].id).await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions WHERE subject = 'first'").await, 20);

        for number in 20..22 {
            records.push(signed_in(&sessions, &who, &format!("s{number}"), NOW).await);
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions WHERE subject = 'first'").await, 20);
        for (number, record) in records.iter().enumerate() {
            let expected = number != 1 && number != 2;
            assert_eq!(is_there(&sessions, &record.id).await, expected, "s{number}");
        }
        assert!(is_there(&sessions, &other.id).await, "nobody else loses one");
        assert!(
            store.credential(&CredentialId("c1".into())).await.unwrap().is_none(),
            "what it could use goes with it"
        );
        assert!(store.credential(&CredentialId("c3".into())).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn d12_a_session_that_becomes_a_persons_counts_and_stays() {
    for database in databases().await {
        let (sessions, clock) = sessions(&database);
        let who = operator("first");
        let mut unknown = signed_in(&sessions, &who, "late", NOW).await;
        sessions.delete(&unknown.id).await.unwrap();
        let operator = unknown.data.remove(OPERATOR).unwrap();
        sessions.create(&mut unknown).await.unwrap();
        clock.pass(minutes(1));
        for number in 0..20 {
            signed_in(&sessions, &who, &format!("s{number}"), NOW).await;
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions").await, 21, "nobody's own counts for nobody");
        unknown.data.insert(OPERATOR.into(), operator);
        sessions.save(&unknown).await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions").await, 20);
        assert!(is_there(&sessions, &unknown.id).await, "the one in use stays, though it was seen least recently");
    }
}
