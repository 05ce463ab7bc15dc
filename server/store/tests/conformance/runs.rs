//! Reviews, confirms, saves, claims and history.

use domain::maintenance::run::{Changes, DesktopState};
use domain::maintenance::{Mode, Verdict};
use domain::time::Timestamp;
use service::ports::{Confirmed, Credentials, Held, RunKey, Runs};

use crate::database::databases;
use crate::support::{NOW, changes, confirm, confirmation, credential, held, id, ids, operator, over, project, review};

fn key(project_id: &str, number: u32) -> RunKey {
    RunKey { project_id: project_id.into(), number }
}

/// A save in which nothing changed.
fn nothing(changes: Changes) -> Changes {
    Changes { rows: Vec::new(), named: Vec::new(), settled: Vec::new(), ..changes }
}

#[tokio::test]
async fn a_review_is_found_in_its_project_alone() {
    for database in databases().await {
        let review = review("r1", "p1");
        database.store.keep_review(&review).await.unwrap();
        assert_eq!(database.store.review("p1", "r1").await.unwrap(), Some((review, None)));
        assert_eq!(database.store.review("p2", "r1").await.unwrap(), None);
        assert_eq!(database.store.review("p1", "r2").await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_confirm_is_written_whole() {
    for database in databases().await {
        let store = &database.store;
        store.keep_review(&review("r1", "p1")).await.unwrap();
        let confirmation = confirmation("r1", "p1", 0..250);
        let key = confirm(store, &confirmation).await;
        assert_eq!(key, self::key("p1", 1));

        let run = store.run(&key).await.unwrap().unwrap();
        assert_eq!(run.head, confirmation.changes.head);
        let rows: Vec<_> = confirmation.changes.rows.iter().map(|(_, row)| row.clone()).collect();
        assert_eq!(run.desktops, rows);
        assert_eq!(run.summary.key, key);
        assert_eq!(run.summary.project, project("p1"));
        assert_eq!(run.summary.operator, operator("operator"));
        assert_eq!(run.summary.request, confirmation.request);
        assert_eq!((run.summary.started_at, run.summary.ended_at), (NOW, None));
        assert_eq!(run.summary.counts.waiting, 250);
        assert_eq!(run.summary.credential.as_ref(), Some(&confirmation.credential.id));

        let (_, started) = store.review("p1", "r1").await.unwrap().unwrap();
        assert_eq!(started, Some(key.clone()));
        let kept = store.credential(&confirmation.credential.id).await.unwrap().unwrap();
        assert_eq!(kept.operator, operator("operator"));
        let held = store.held("p1", &[id(249), id(7), id(250)]).await.unwrap();
        let by = |number| Held { desktop: id(number), run: 1, mode: Mode::Enter, operator: operator("operator") };
        assert_eq!(held, [by(7), by(249)]);
        assert_eq!(store.open_runs().await.unwrap(), [run.summary]);
        assert_eq!(database.audit().await, [("confirmed".to_owned(), Some(1))]);
        assert!(store.run(&self::key("p1", 2)).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_review_confirmed_twice_starts_one_run() {
    for database in databases().await {
        let store = &database.store;
        let first = confirm(store, &confirmation("r1", "p1", 0..3)).await;
        let second = store.confirm(&confirmation("r1", "p1", 0..3)).await.unwrap();
        assert_eq!(second, Confirmed::AlreadyStarted(first));
        assert_eq!(store.history("p1", 0, 10).await.unwrap().1, 1);
        assert_eq!(database.audit().await.len(), 1);
        assert_eq!(confirm(store, &confirmation("r2", "p1", 3..6)).await.number, 2, "no number is lost");
    }
}

#[tokio::test]
async fn of_many_confirms_at_once_one_starts_a_run() {
    for database in databases().await {
        let confirmation = confirmation("r1", "p1", 0..20);
        let attempts = (0..8).map(|_| {
            let (store, confirmation) = (database.store.clone(), confirmation.clone());
            tokio::spawn(async move { store.confirm(&confirmation).await.unwrap() })
        });
        let mut started = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            match attempt.await.unwrap() {
                Confirmed::Started(key) => {
                    assert_eq!(key.number, 1);
                    started += 1;
                }
                other => assert_eq!(other, Confirmed::AlreadyStarted(key("p1", 1))),
            }
        }
        assert_eq!(started, 1);
    }
}

#[tokio::test]
async fn a_held_desktop_lets_nothing_be_written_but_an_audit_line() {
    for database in databases().await {
        let store = &database.store;
        confirm(store, &confirmation("r1", "p1", 0..3)).await;
        let second = confirmation("r2", "p1", 2..500);
        let held = vec![Held { desktop: id(2), run: 1, mode: Mode::Enter, operator: operator("operator") }];
        assert_eq!(store.confirm(&second).await.unwrap(), Confirmed::Held(held));
        assert_eq!(database.audit().await, [("confirmed".to_owned(), Some(1)), ("confirm_held".to_owned(), None)]);
        assert!(store.run(&key("p1", 2)).await.unwrap().is_none());
        assert!(store.credential(&second.credential.id).await.unwrap().is_none());
        assert_eq!(self::held(store, "p1").await, ids(0..3));
        assert_eq!(database.number("SELECT COUNT(*) FROM run_desktops").await, 3);
        assert_eq!(confirm(store, &confirmation("r2", "p1", 3..5)).await.number, 2, "the review may start a run later");
    }
}

#[tokio::test]
async fn numbers_and_claims_count_per_project() {
    for database in databases().await {
        let store = &database.store;
        for (review_id, project_id, numbers, number) in
            [("r1", "p1", 0..3, 1), ("r2", "p1", 3..6, 2), ("r3", "p2", 0..3, 1), ("r4", "p1", 6..9, 3)]
        {
            assert_eq!(confirm(store, &confirmation(review_id, project_id, numbers)).await, key(project_id, number));
        }
        assert_eq!(held(store, "p2").await, ids(0..3));
        assert_eq!(store.open_runs().await.unwrap().len(), 4);
    }
}

#[tokio::test]
async fn a_save_writes_what_changed() {
    for database in databases().await {
        let store = &database.store;
        let confirmation = confirmation("r1", "p1", 0..5);
        let key = confirm(store, &confirmation).await;
        let (_, mut row) = confirmation.changes.rows[3].clone();
        row.state = DesktopState::Final(Verdict::Changed);
        let rows = vec![(3, row.clone())];
        let saved = Changes { rows, settled: vec![id(3)], ..nothing(confirmation.changes.clone()) };
        store.save(&key, &saved, NOW).await.unwrap();

        let run = store.run(&key).await.unwrap().unwrap();
        assert_eq!(run.desktops.len(), 5);
        assert_eq!(run.desktops[3], row);
        assert_eq!(run.desktops[2], confirmation.changes.rows[2].1);
        assert_eq!(held(store, "p1").await, [id(0), id(1), id(2), id(4)], "a verdict ends the claim");
        confirm(store, &self::confirmation("r2", "p1", 3..4)).await;
    }
}

#[tokio::test]
async fn a_run_that_is_over_loses_its_credential_and_every_claim() {
    for database in databases().await {
        for (number, phase) in [(1, "Ended"), (2, "Stopped")] {
            let store = &database.store;
            let confirmation = confirmation(phase, "p1", 0..300);
            let key = confirm(store, &confirmation).await;
            assert_eq!(key.number, number);
            let ended_at = Timestamp(NOW.0 + 5);
            let head = over(&confirmation.changes.head, phase, ended_at);
            let saved = Changes { head, ..nothing(confirmation.changes) };
            store.save(&key, &saved, Timestamp(NOW.0 + 9)).await.unwrap();

            let run = store.run(&key).await.unwrap().unwrap();
            assert_eq!((run.summary.ended_at, run.summary.credential), (Some(ended_at), None), "{phase}");
            assert!(store.credential(&confirmation.credential.id).await.unwrap().is_none());
            assert!(held(store, "p1").await.is_empty());
            assert!(store.open_runs().await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn a_late_save_neither_opens_a_run_again_nor_touches_another() {
    for database in databases().await {
        let store = &database.store;
        let first = confirmation("r1", "p1", 0..3);
        let key = confirm(store, &first).await;
        let head = over(&first.changes.head, "Ended", NOW);
        let ended = Changes { head, ..nothing(first.changes.clone()) };
        store.save(&key, &ended, NOW).await.unwrap();
        confirm(store, &confirmation("r2", "p1", 0..3)).await;

        let late = Changes { settled: ids(0..3), named: ids(0..3), ..first.changes };
        assert!(store.save(&key, &late, NOW).await.is_err());
        store.save(&key, &ended, NOW).await.unwrap();
        assert_eq!(held(store, "p1").await, ids(0..3), "the claims are those of run 2");
        assert!(store.recently_named("p1", &ids(0..3), Timestamp(0)).await.unwrap().is_empty());
        assert!(store.save(&self::key("p1", 9), &changes(0..3), NOW).await.is_err(), "there is no run 9");
        assert_eq!(database.number("SELECT COUNT(*) FROM run_desktops WHERE number = 9").await, 0);
    }
}

#[tokio::test]
async fn history_comes_newest_first_in_pages() {
    for database in databases().await {
        let store = &database.store;
        for number in 0..7 {
            confirm(store, &confirmation(&format!("r{number}"), "p1", number..number + 1)).await;
        }
        for (offset, limit, expected) in
            [(0, 3, vec![7, 6, 5]), (3, 3, vec![4, 3, 2]), (6, 3, vec![1]), (7, 3, vec![]), (u32::MAX, 3, vec![])]
        {
            let (page, count) = store.history("p1", offset, limit).await.unwrap();
            let numbers: Vec<_> = page.iter().map(|run| run.key.number).collect();
            assert_eq!((numbers, count), (expected, 7), "from {offset}");
        }
        assert_eq!(store.history("p2", 0, 10).await.unwrap(), (Vec::new(), 0));
    }
}

#[tokio::test]
async fn naming_is_remembered_across_runs_by_its_latest_moment() {
    for database in databases().await {
        let store = &database.store;
        for (run, at, named) in [(1, 100, ids(0..300)), (2, 200, ids(200..400)), (3, 150, ids(200..201))] {
            let confirmation = confirmation(&format!("r{run}"), "p1", run..run);
            let key = confirm(store, &confirmation).await;
            store.save(&key, &Changes { named, ..nothing(confirmation.changes) }, Timestamp(at)).await.unwrap();
        }
        let asked = [id(0), id(200), id(399), id(400)];
        let since = |since| store.recently_named("p1", &asked, Timestamp(since));
        let at = Timestamp;
        assert_eq!(since(99).await.unwrap(), [(id(0), at(100)), (id(200), at(200)), (id(399), at(200))].into());
        assert_eq!(since(100).await.unwrap(), [(id(200), at(200)), (id(399), at(200))].into());
        assert!(since(200).await.unwrap().is_empty());
        assert!(store.recently_named("p2", &asked, Timestamp(0)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn nothing_asked_is_nothing_found() {
    for database in databases().await {
        assert!(database.store.held("p1", &[]).await.unwrap().is_empty());
        assert!(database.store.recently_named("p1", &[], Timestamp(0)).await.unwrap().is_empty());
        assert!(database.store.open_runs().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_open_run_takes_another_credential_and_one_that_is_over_takes_none() {
    for database in databases().await {
        let store = &database.store;
        let confirmation = confirmation("r1", "p1", 0..3);
        let key = confirm(store, &confirmation).await;
        let other = credential("c2", "sign-in-2", "second-operator");
        store.give_credential(&key, &other).await.unwrap();
        assert_eq!(store.run(&key).await.unwrap().unwrap().summary.credential, Some(other.id.clone()));
        assert!(store.credential(&confirmation.credential.id).await.unwrap().is_none(), "the old one is dropped");
        assert_eq!(store.credential(&other.id).await.unwrap().unwrap().operator, operator("second-operator"));

        let head = over(&confirmation.changes.head, "Ended", NOW);
        store.save(&key, &Changes { head, ..nothing(confirmation.changes) }, NOW).await.unwrap();
        let third = credential("c3", "sign-in-2", "second-operator");
        assert!(store.give_credential(&key, &third).await.is_err());
        assert!(store.credential(&third.id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn claims_are_taken_again_as_far_as_they_are_free() {
    for database in databases().await {
        let store = &database.store;
        let first = confirm(store, &confirmation("r1", "p1", 0..4)).await;
        let given_up = Changes { settled: ids(0..3), ..nothing(changes(0..4)) };
        store.save(&first, &given_up, NOW).await.unwrap();
        confirm(store, &confirmation("r2", "p1", 0..2)).await;
        let taken = store.take_claims(&first, &ids(0..4)).await.unwrap();
        assert_eq!(
            taken.iter().map(|held| (held.desktop.clone(), held.run)).collect::<Vec<_>>(),
            [(id(0), 2), (id(1), 2)]
        );
        let held = store.held("p1", &ids(0..4)).await.unwrap();
        assert_eq!(held.iter().map(|held| held.run).collect::<Vec<_>>(), [2, 2, 1, 1]);
    }
}
