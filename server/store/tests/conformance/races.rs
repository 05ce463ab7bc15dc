//! A slow request against a sign-out: whichever is first, nothing is left.

use std::sync::Arc;

use serde_json::json;
use service::ports::{Credentials, LiveSessions};
use store::{OPERATOR, SIGN_IN, Sessions, Store};
use tokio::sync::Barrier;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};

use crate::database::databases;
use crate::sessions::{is_there, sessions};
use crate::support::{credential, operator};

/// How often the two meet.
const TURNS: usize = 1_000;

/// A request that was under way: it opens another project and saves its session, at times under another id.
async fn request(store: Store, sessions: Sessions, mut record: Record, sign_in: String, turn: usize) -> Id {
    let late = credential(&format!("late of {sign_in}"), &sign_in, "operator");
    store.keep_credential(&late).await.unwrap();
    linger(turn % 4).await;
    record.data.insert("open".into(), json!([{ "credential": late.id.0 }]));
    if turn.is_multiple_of(3) {
        let old = record.id;
        record.id = Id::default();
        sessions.create(&mut record).await.unwrap();
        sessions.delete(&old).await.unwrap();
    } else {
        sessions.save(&record).await.unwrap();
    }
    record.id
}

/// A sign-out, as the service does it, and the removal of the browser's own session.
async fn sign_out(store: Store, sessions: Sessions, id: Id, sign_in: String, turn: usize) {
    linger(turn % 7).await;
    store.drop_sign_in(&sign_in).await.unwrap();
    sessions.end(&sign_in).await.unwrap();
    linger(turn % 2).await;
    sessions.delete(&id).await.unwrap();
}

async fn linger(times: usize) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b5_a_slow_request_and_a_sign_out_leave_no_session_and_no_credential() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        for turn in 0..TURNS {
            let sign_in = format!("sign-in-{turn}");
            let data = [(OPERATOR.to_owned(), json!(operator("operator"))), (SIGN_IN.to_owned(), json!(sign_in))];
            let mut record = Record { id: Id::default(), data: data.into(), expiry_date: OffsetDateTime::UNIX_EPOCH };
            sessions.create(&mut record).await.unwrap();

            let (id, barrier) = (record.id, Arc::new(Barrier::new(2)));
            let (one, other) = (Arc::clone(&barrier), barrier);
            let slow = request(database.store.clone(), sessions.clone(), record, sign_in.clone(), turn);
            let out = sign_out(database.store.clone(), sessions.clone(), id, sign_in, turn);
            let slow = tokio::spawn(async move {
                one.wait().await;
                slow.await
            });
            let out = tokio::spawn(async move {
                other.wait().await;
                out.await;
            });
            let last = slow.await.unwrap();
            out.await.unwrap();
            assert!(!is_there(&sessions, &id).await && !is_there(&sessions, &last).await, "turn {turn}");
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(database.number("SELECT COUNT(*) FROM credentials").await, 0);
    }
}
