//! Failed sign-ins: counted by each key, through restarts and floods.

use std::time::Duration;

use domain::time::Timestamp;
use service::ports::{SignInTries, TryKeys, TryLimits, TryOutcome};
use store::Store;

use crate::database::databases;
use crate::support::{KEY, NOW};

const WINDOW: Duration = Duration::from_mins(15);
const LIMITS: TryLimits = TryLimits { per_user: 3, per_person: 8, per_peer: 12, window: WINDOW };

fn keys(account: &str, user: &str) -> TryKeys {
    TryKeys { account: account.into(), user: user.into(), person: None, peer: None }
}

fn of_person(user: &str, subject: &str) -> TryKeys {
    TryKeys { person: Some(("https://idp.example".into(), subject.into())), ..keys("acme", user) }
}

fn of_peer(user: &str, peer: &str) -> TryKeys {
    TryKeys { peer: Some(peer.into()), ..keys("acme", user) }
}

fn second(second: i64) -> Timestamp {
    Timestamp(NOW.0 + 1_000 * second)
}

/// A try that the cloud refused.
async fn fail(store: &Store, keys: &TryKeys, at: Timestamp) {
    let id = store.begin(keys, LIMITS, at).await.unwrap().unwrap();
    store.settle(&id, TryOutcome::Refused).await.unwrap();
}

/// Until when a try would be held; it is not counted.
async fn held_until(store: &Store, keys: &TryKeys, at: Timestamp) -> Option<Timestamp> {
    match store.begin(keys, LIMITS, at).await.unwrap() {
        Ok(id) => {
            store.settle(&id, TryOutcome::Unjudged).await.unwrap();
            None
        }
        Err(until) => Some(until),
    }
}

#[tokio::test]
async fn d1_three_failures_hold_a_name_until_the_first_is_15_minutes_old() {
    for database in databases().await {
        let store = &database.store;
        let name = keys("acme", "operator");
        for at in [0, 60, 120] {
            assert_eq!(held_until(store, &name, second(at)).await, None);
            fail(store, &name, second(at)).await;
        }
        let until = second(15 * 60);
        assert_eq!(held_until(store, &name, second(121)).await, Some(until));
        assert_eq!(held_until(store, &name, Timestamp(until.0 - 1)).await, Some(until), "it did not count either");
        assert_eq!(held_until(store, &name, until).await, None);
        fail(store, &name, until).await;
        assert_eq!(held_until(store, &name, until).await, Some(second(16 * 60)), "the second and its two followers");
    }
}

#[tokio::test]
async fn d1_case_and_spaces_give_no_further_tries() {
    for database in databases().await {
        let store = &database.store;
        for (account, user) in [("acme", "operator"), ("Acme", "OPERATOR"), ("ACME ", " operator")] {
            fail(store, &keys(account, user), NOW).await;
        }
        assert!(held_until(store, &keys("acme", "operator"), NOW).await.is_some());
        for (account, user) in [("acme", "operator2"), ("acm", "eoperator"), ("operator", "acme"), ("", "acmeoperator")]
        {
            assert_eq!(held_until(store, &keys(account, user), NOW).await, None, "{account} {user}");
        }
    }
}

#[tokio::test]
async fn d1_tries_at_the_same_time_count_each_other() {
    for database in databases().await {
        let name = keys("acme", "operator");
        let begin = || database.store.begin(&name, LIMITS, NOW);
        let (one, two, three, four, five) = tokio::join!(begin(), begin(), begin(), begin(), begin());
        let begun = [one, two, three, four, five].map(Result::unwrap);
        assert_eq!(begun.iter().filter(|begun| begun.is_ok()).count(), 3);
    }
}

#[tokio::test]
async fn d1_a_restart_forgets_no_failure_and_no_try_under_way() {
    for database in databases().await {
        let name = keys("acme", "operator");
        fail(&database.store, &name, NOW).await;
        fail(&database.store, &name, NOW).await;
        database.store.begin(&name, LIMITS, NOW).await.unwrap().unwrap();
        let database = database.after_crash(KEY).await;
        assert_eq!(held_until(&database.store, &name, second(60)).await, Some(second(15 * 60)));
    }
}

#[tokio::test]
async fn d1_a_flood_of_made_up_names_pushes_no_count_out() {
    for database in databases().await {
        let store = &database.store;
        let name = keys("acme", "operator");
        for _ in 0..3 {
            fail(store, &name, NOW).await;
        }
        for number in 0..300 {
            fail(store, &keys("acme", &format!("made-up-{number}")), second(1)).await;
        }
        assert!(held_until(store, &name, second(2)).await.is_some());
        assert_eq!(held_until(store, &keys("acme", "second"), second(2)).await, None, "nobody else is held");

        // What 100,000 more would leave.
        database
            .perform(
                "INSERT INTO sign_in_tries (id, at, user_key)
                 WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
                 SELECT 'flood-' || n, 1764000001000, 'name-' || n FROM n",
            )
            .await;
        let count = "SELECT COUNT(*) FROM sign_in_tries";
        let full = database.number(count).await;
        let until = second(1 + 15 * 60);
        assert_eq!(held_until(store, &name, second(2)).await, Some(until));
        assert_eq!(held_until(store, &keys("acme", "second"), second(2)).await, Some(until));
        assert_eq!(database.number(count).await, full, "the table grows no further");

        assert_eq!(held_until(store, &name, until).await, None);
        for _ in 0..5 {
            held_until(store, &name, until).await;
        }
        assert!(database.number(count).await < full - 5_000, "and shrinks once they are old");
    }
}

#[tokio::test]
async fn d1_names_of_any_length_take_the_same_room_and_stand_nowhere() {
    for database in databases().await {
        let long = "password-typed-into-the-wrong-field\0".repeat(5_000);
        fail(&database.store, &keys(&long, &long), NOW).await;
        assert_eq!(database.number("SELECT CAST(MAX(LENGTH(user_key)) AS BIGINT) FROM sign_in_tries").await, 64);
        for (name, bytes) in database.contents().await {
            assert!(!crate::credentials::contains(&bytes, b"password-typed"), "{name}");
        }
    }
}

#[tokio::test]
async fn d1_a_sign_in_that_works_forgets_the_failures_of_its_name_alone() {
    for database in databases().await {
        let store = &database.store;
        let (name, other) = (of_person("operator", "s1"), of_person("second", "s1"));
        for name in [&name, &name, &other, &other, &other] {
            fail(store, name, NOW).await;
        }
        let id = store.begin(&name, LIMITS, NOW).await.unwrap().unwrap();
        store.settle(&id, TryOutcome::Granted).await.unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM sign_in_tries").await, 3);
        assert!(held_until(store, &other, NOW).await.is_some());
        fail(store, &name, NOW).await;
        fail(store, &name, NOW).await;
        assert_eq!(held_until(store, &name, NOW).await, None, "it starts again from none");
    }
}

#[tokio::test]
async fn d2_eight_failures_hold_a_person_whatever_name_they_type() {
    for database in databases().await {
        let store = &database.store;
        for number in 0..8 {
            fail(store, &of_person(&format!("user-{number}"), "s1"), second(number)).await;
        }
        assert_eq!(held_until(store, &of_person("fresh", "s1"), second(9)).await, Some(second(15 * 60)));
        assert_eq!(held_until(store, &of_person("fresh", "s2"), second(9)).await, None);
        assert_eq!(held_until(store, &keys("acme", "fresh"), second(9)).await, None);
        let mut elsewhere = of_person("fresh", "s1");
        elsewhere.person = Some(("https://other.example".into(), "s1".into()));
        assert_eq!(held_until(store, &elsewhere, second(9)).await, None, "another issuer's person");
    }
}

#[tokio::test]
async fn d2_a_peer_is_held_where_one_is_told_and_nobody_where_none_is() {
    for database in databases().await {
        let store = &database.store;
        for number in 0..12 {
            fail(store, &of_peer(&format!("user-{number}"), "10.0.0.7"), NOW).await;
            fail(store, &keys("acme", &format!("other-{number}")), NOW).await;
        }
        assert!(held_until(store, &of_peer("fresh", "10.0.0.7"), NOW).await.is_some());
        assert_eq!(held_until(store, &of_peer("fresh", "10.0.0.8"), NOW).await, None);
        assert_eq!(held_until(store, &keys("acme", "fresh"), NOW).await, None);
    }
}

#[tokio::test]
async fn d2_of_several_keys_the_one_that_holds_longest_counts() {
    for database in databases().await {
        let store = &database.store;
        for number in 0..8 {
            fail(store, &of_person(&format!("user-{number}"), "s1"), second(0)).await;
        }
        for at in [10, 20, 30] {
            fail(store, &keys("acme", "operator"), second(at)).await;
        }
        let both = of_person("operator", "s1");
        assert_eq!(held_until(store, &both, second(40)).await, Some(second(10 + 15 * 60)));
    }
}

#[tokio::test]
async fn d4_what_the_cloud_did_not_judge_does_not_count() {
    for database in databases().await {
        let store = &database.store;
        let name = keys("acme", "operator");
        fail(store, &name, NOW).await;
        fail(store, &name, NOW).await;
        for _ in 0..10 {
            let id = store.begin(&name, LIMITS, NOW).await.unwrap().unwrap();
            store.settle(&id, TryOutcome::Unjudged).await.unwrap();
        }
        fail(store, &name, NOW).await;
        assert!(held_until(store, &name, NOW).await.is_some());
        store.settle("no such try", TryOutcome::Unjudged).await.unwrap();
        store.settle("", TryOutcome::Granted).await.unwrap();
        assert!(held_until(store, &name, NOW).await.is_some());
    }
}

#[tokio::test]
async fn d1_a_clock_that_was_ahead_holds_nobody_longer_than_the_window() {
    for database in databases().await {
        let store = &database.store;
        let name = keys("acme", "operator");
        for _ in 0..3 {
            fail(store, &name, second(3_600)).await;
        }
        assert_eq!(held_until(store, &name, NOW).await, Some(NOW.after(WINDOW)));
        assert_eq!(held_until(store, &name, NOW.after(WINDOW)).await, None);
    }
}
