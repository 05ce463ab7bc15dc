//! The audit log.

use service::audit::{Action, Entry, Line};
use service::ports::AuditLog;

use crate::database::databases;
use crate::support::{NOW, confirm, confirmation, operator};

fn full(action: Action, project_id: Option<&str>) -> Entry {
    Entry {
        operator: Some(operator("operator")),
        cloud_user: Some("cloud-user".into()),
        from: Some("10.0.0.7".into()),
        project_id: project_id.map(str::to_owned),
        run: Some(4),
        why: Some("IAM.0011 \u{202e}".into()),
        ..Entry::new(NOW, action)
    }
}

#[tokio::test]
async fn a_line_comes_back_as_it_was_appended() {
    for database in databases().await {
        let store = &database.store;
        let entries = [full(Action::Stopped, Some("p1")), Entry::new(NOW, Action::OriginRefused)];
        for entry in &entries {
            store.append(entry).await.unwrap();
        }
        let [stopped, refused] = entries;
        let expected = [Line { number: 2, entry: refused }, Line { number: 1, entry: stopped }];
        assert_eq!(store.lines("p1", 0, 10).await.unwrap(), (expected.to_vec(), 2));
    }
}

#[tokio::test]
async fn the_newest_line_is_the_first_and_pages_follow_each_other() {
    for database in databases().await {
        let store = &database.store;
        for _ in 0..5 {
            store.append(&Entry::new(NOW, Action::SignedIn)).await.unwrap();
        }
        for (offset, limit, expected) in
            [(0, 2, vec![5, 4]), (2, 2, vec![3, 2]), (4, 2, vec![1]), (5, 2, vec![]), (0, 0, vec![])]
        {
            let (lines, count) = store.lines("p1", offset, limit).await.unwrap();
            let numbers: Vec<u64> = lines.iter().map(|line| line.number).collect();
            assert_eq!((numbers, count), (expected, 5), "{limit} from {offset}");
        }
    }
}

#[tokio::test]
async fn a_project_shows_its_own_lines_and_those_of_none() {
    for database in databases().await {
        let store = &database.store;
        for (action, project_id) in
            [(Action::SignedOut, None), (Action::Stopped, Some("p1")), (Action::Continued, Some("p2"))]
        {
            store.append(&full(action, project_id)).await.unwrap();
        }
        let actions = async |project_id| {
            let (lines, count) = store.lines(project_id, 0, 10).await.unwrap();
            assert_eq!(usize::try_from(count).unwrap(), lines.len());
            lines.into_iter().map(|line| line.entry.action).collect::<Vec<_>>()
        };
        assert_eq!(actions("p1").await, [Action::Stopped, Action::SignedOut]);
        assert_eq!(actions("p2").await, [Action::Continued, Action::SignedOut]);
        assert_eq!(actions("p3").await, [Action::SignedOut]);
    }
}

#[tokio::test]
async fn a_line_of_another_version_hides_no_other_line() {
    for database in databases().await {
        let store = &database.store;
        for action in [Action::SignedIn, Action::SignedOut, Action::Stopped, Action::Continued] {
            store.append(&Entry::new(NOW, action)).await.unwrap();
        }
        database.perform("UPDATE audit SET action = 'flew_away' WHERE seq = 2").await;
        database.perform("UPDATE audit SET run = -1 WHERE seq = 3").await;
        let (lines, count) = store.lines("p1", 0, 10).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [4, 1]);
        assert_eq!(count, 4);
    }
}

#[tokio::test]
async fn a_confirm_says_who_from_where_and_as_whom() {
    for database in databases().await {
        confirm(&database.store, &confirmation("r1", "p1", 0..3)).await;
        let (lines, _) = database.store.lines("p1", 0, 10).await.unwrap();
        let expected = Entry { run: Some(1), why: None, ..full(Action::Confirmed, Some("p1")) };
        assert_eq!(lines, [Line { number: 1, entry: expected }]);
    }
}
