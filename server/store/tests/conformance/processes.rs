//! Two processes on one database: the one that serves it, and an administrator's command beside it. What holds among
//! the writers of one process holds among those of both.

use std::time::Duration;

use serde_json::json;
use service::audit::{Action, Entry};
use service::ports::{AuditLog, Confirmed, Credentials, LiveSessions, Runs, SignInTries, TryKeys, TryLimits};
use store::{OpenError, SealingKeys, Store};
use tower_sessions::SessionStore;

use crate::database::{Database, databases};
use crate::live_sessions::signed_in;
use crate::sessions::{is_there, sessions};
use crate::support::{KEY, NOW, confirmation, credential, held, ids, operator};

async fn beside(database: &Database) -> Store {
    Store::open_beside(&database.url(), &SealingKeys::parse(KEY).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_two_processes_are_numbered_without_a_gap() {
    for database in databases().await {
        let stores = [database.store.clone(), beside(&database).await];
        let writers = (0..8_usize).map(|writer| {
            let store = stores[writer % 2].clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    store.append(&Entry::new(NOW, Action::SignedIn)).await.unwrap();
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM audit").await, 80);
        assert_eq!(database.number("SELECT MIN(seq) FROM audit").await, 1);
        assert_eq!(database.number("SELECT MAX(seq) FROM audit").await, 80);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_confirms_at_once_no_two_claim_a_desktop_and_no_number_is_lost() {
    for database in databases().await {
        let stores = [database.store.clone(), beside(&database).await];
        // Each wants ten desktops, the last five of which the next one wants, too.
        let confirms = (0..12_usize).map(|number| {
            let store = stores[number % 2].clone();
            let confirmation = confirmation(&format!("r{number}"), "p1", 5 * number..5 * number + 10);
            tokio::spawn(async move { store.confirm(&confirmation).await.unwrap() })
        });
        let (mut numbers, mut refused) = (Vec::new(), 0);
        for confirm in confirms.collect::<Vec<_>>() {
            match confirm.await.unwrap() {
                Confirmed::Started(key) => numbers.push(key.number),
                Confirmed::Held(held) => {
                    assert!(!held.is_empty());
                    refused += 1;
                }
                other @ Confirmed::AlreadyStarted(_) => panic!("{other:?}"),
            }
        }
        numbers.sort_unstable();
        let count = u32::try_from(numbers.len()).unwrap();
        assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
        assert!((4..=6).contains(&count), "at least every third and at most every other one is started: {count}");
        assert_eq!(held(&database.store, "p1").await.len(), 10 * numbers.len(), "each has all that it claimed");
        assert_eq!(database.number("SELECT COUNT(*) FROM audit").await, i64::from(count + refused));
        assert_eq!(database.number("SELECT MAX(seq) FROM audit").await, i64::from(count + refused));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d1_tries_through_two_processes_count_each_other() {
    const LIMITS: TryLimits = TryLimits { per_user: 3, per_person: 8, per_peer: 12, window: Duration::from_mins(15) };
    for database in databases().await {
        let stores = [database.store.clone(), beside(&database).await];
        for turn in 0..20 {
            let tries = (0..6_usize).map(|number| {
                let store = stores[number % 2].clone();
                let user = format!("operator-{turn}");
                let keys = TryKeys { account: "acme".into(), user, person: None, peer: None };
                tokio::spawn(async move { store.begin(&keys, LIMITS, NOW).await.unwrap().is_ok() })
            });
            let mut begun = 0;
            for one in tries.collect::<Vec<_>>() {
                begun += u32::from(one.await.unwrap());
            }
            assert_eq!(begun, 3, "turn {turn}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b8_a_request_under_way_keeps_nothing_when_an_administrator_ends_its_person() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let administrator = beside(&database).await;
        for turn in 0..100_usize {
            let sign_in = format!("sign-in-{turn}");
            let mut record = signed_in(&sessions, &operator("operator"), &sign_in, NOW).await;
            let request = {
                let (store, sessions) = (database.store.clone(), sessions.clone());
                tokio::spawn(async move {
                    for _ in 0..turn % 5 {
                        tokio::task::yield_now().await;
                    }
                    let late = credential(&format!("late of {sign_in}"), &sign_in, "operator");
                    store.keep_credential(&late).await.unwrap();
                    record.data.insert("open".into(), json!([{ "credential": late.id.0 }]));
                    sessions.save(&record).await.unwrap();
                    record.id
                })
            };
            assert_eq!(administrator.end_sessions_of("operator", NOW).await.unwrap(), 1);
            let id = request.await.unwrap();
            assert!(!is_there(&sessions, &id).await, "turn {turn}");
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(database.number("SELECT COUNT(*) FROM credentials").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d12_sign_ins_at_once_leave_a_person_20_sessions() {
    for database in databases().await {
        let (sessions, _) = sessions(&database);
        let who = operator("operator");
        let sign_ins = (0..40).map(|number| {
            let (sessions, who) = (sessions.clone(), who.clone());
            tokio::spawn(async move { signed_in(&sessions, &who, &format!("s{number}"), NOW).await })
        });
        for sign_in in sign_ins.collect::<Vec<_>>() {
            sign_in.await.unwrap();
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM sessions").await, 20);
        assert_eq!(sessions.of_person(&who.issuer, &who.subject).await.unwrap().len(), 20);
    }
}

/// Begins something, and goes away after so many turns of the runtime.
async fn abandon<T>(work: impl Future<Output = T>, turns: u32) {
    let patience = async {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = work => {}
        () = patience => {}
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_transaction_behind() {
    for database in databases().await {
        let store = &database.store;
        // As many at once as there are connections that read.
        let count = async || {
            let count = || store.count_credentials("p1");
            let (one, two, three, four) = tokio::join!(count(), count(), count(), count());
            [one, two, three, four].map(Result::unwrap)
        };
        for turn in 0..120 {
            abandon(store.lines("p1", 0, 1), turn % 40).await;
            assert_eq!(count().await, [turn; 4]);
            store.keep_credential(&credential(&format!("c{turn}"), "sign-in-1", "operator")).await.unwrap();
            assert_eq!(count().await, [turn + 1; 4], "nobody sees what was so before");
        }
        for turn in 0..240 {
            // Whether it was still written is open; that the next one is, is not.
            abandon(store.append(&Entry::new(NOW, Action::SignedIn)), turn % 80).await;
        }
        store.append(&Entry::new(NOW, Action::SignedOut)).await.unwrap();
        let written = database.number("SELECT COUNT(*) FROM audit").await;
        assert_eq!(database.number("SELECT MAX(seq) FROM audit").await, written, "no number is lost");
        assert_eq!(database.audit().await.pop(), Some(("signed_out".to_owned(), None)));
    }
}

#[tokio::test]
async fn a_server_that_restarts_loses_nothing_and_stays_this_processs_own() {
    for database in databases().await {
        let store = &database.store;
        store.confirm(&confirmation("r1", "p1", 0..3)).await.unwrap();
        if !database.cut().await {
            continue;
        }
        assert_eq!(held(store, "p1").await, ids(0..3));
        store.append(&Entry::new(NOW, Action::SignedIn)).await.unwrap();
        store.ping().await.unwrap();
        let keys = SealingKeys::parse(KEY).unwrap();
        let refused = Store::open(&database.url(), &keys).await.unwrap_err();
        assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    }
}

#[tokio::test]
async fn a_process_whose_database_was_taken_over_is_not_ready() {
    for database in databases().await {
        if !database.cut().await {
            continue;
        }
        let second = Store::open(&database.url(), &SealingKeys::parse(KEY).unwrap()).await.unwrap();
        assert!(database.store.ping().await.is_err());
        second.close().await;
        database.store.ping().await.unwrap();
    }
}
