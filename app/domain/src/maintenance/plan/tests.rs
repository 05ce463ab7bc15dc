use super::*;
use crate::example::{self, id};

const READ_AT: Timestamp = Timestamp(1_000_000);

fn make(mode: Mode, ids: &[&str], desktops: &[Desktop]) -> Plan {
    Plan::make(mode, ids.iter().copied().map(id), |id| desktops.iter().find(|desktop| desktop.id == *id), READ_AT)
}

fn classes(plan: &Plan) -> Vec<(&str, Class)> {
    plan.desktops.iter().map(|desktop| (desktop.id.as_str(), desktop.class)).collect()
}

#[test]
fn a_desktop_changes_where_it_reads_as_the_opposite() {
    let inside = Desktop { in_maintenance: true, ..example::desktop("in") };
    let desktops = [example::desktop("out"), inside];
    let enter = make(Mode::Enter, &["in", "out", "gone"], &desktops);
    assert_eq!(classes(&enter), [("in", Class::AlreadySo), ("out", Class::WillChange), ("gone", Class::NotFound)]);
    let leave = make(Mode::Leave, &["in", "out", "gone"], &desktops);
    assert_eq!(classes(&leave), [("in", Class::WillChange), ("out", Class::AlreadySo), ("gone", Class::NotFound)]);
    assert_eq!((leave.mode, leave.read_at), (Mode::Leave, READ_AT));
}

#[test]
fn ids_that_are_refused_together_lie_together() {
    let of = |id: &str, project: Option<&str>, pool: Option<&str>| Desktop {
        enterprise_project: project.map(Into::into),
        pool: pool.map(Into::into),
        ..example::desktop(id)
    };
    let desktops = [
        of("f", Some("2"), Some("a")),
        of("e", Some("1"), Some("b")),
        of("d", Some("1"), Some("a")),
        of("c", Some("1"), None),
        of("b", None, Some("z")),
        of("a", Some("1"), Some("b")),
    ];
    let plan = make(Mode::Enter, &["f", "0", "e", "d", "c", "b", "a", "9"], &desktops);
    let order: String = plan.desktops.iter().map(|desktop| desktop.id.as_str()).collect();
    assert_eq!(order, "bcdaef09");
}

#[test]
fn an_id_stands_in_a_plan_once() {
    let plan = make(Mode::Enter, &["a", "gone", "a", "a", "gone"], &[example::desktop("a")]);
    assert_eq!(classes(&plan), [("a", Class::WillChange), ("gone", Class::NotFound)]);
}

#[test]
fn a_plan_freezes_what_was_known() {
    let desktop = Desktop {
        user: Some("ingrid".into()),
        pool: Some("p".into()),
        enterprise_project: Some("0".into()),
        session: Session::Connected,
        ..example::desktop("a")
    };
    let [known, gone] = &make(Mode::Enter, &["a", "gone"], std::slice::from_ref(&desktop)).desktops[..] else {
        unreachable!("two ids make two rows");
    };
    assert_eq!((&known.name, &known.user, &known.pool), (&desktop.name, &desktop.user, &desktop.pool));
    assert_eq!((&known.enterprise_project, &known.session), (&desktop.enterprise_project, &Some(Session::Connected)));
    assert_eq!((gone.name.as_str(), &gone.user, &gone.session), ("", &None, &None));
}

#[test]
fn only_those_that_will_change_count_as_connected() {
    let connected =
        |id: &str, in_maintenance| Desktop { in_maintenance, session: Session::Connected, ..example::desktop(id) };
    let desktops = [connected("a", false), connected("b", true), example::desktop("c")];
    let plan = make(Mode::Enter, &["a", "b", "c", "gone", "lost"], &desktops);
    assert_eq!(plan.counts(), PlanCounts { will_change: 2, already_so: 1, not_found: 2, connected: 1 });
    assert_eq!(make(Mode::Enter, &[], &desktops).counts(), PlanCounts::default());
}

#[test]
fn a_call_names_at_most_the_limit() {
    let desktops: Vec<_> = (0..201).map(|number| example::desktop(&format!("d{number}"))).collect();
    let ids: Vec<_> = desktops.iter().map(|desktop| desktop.id.as_str()).chain(["gone"]).collect();
    let check = |count: usize, limit: usize, calls: usize| {
        assert_eq!(make(Mode::Enter, &ids[..count], &desktops).batches(limit), calls, "{count} by {limit}");
    };
    check(0, 100, 0);
    check(1, 100, 1);
    check(100, 100, 1);
    check(101, 100, 2);
    check(200, 100, 2);
    check(202, 100, 3);
    check(202, 1, 201);
    check(3, 0, 3);
    assert_eq!(make(Mode::Leave, &ids, &desktops).batches(100), 0);
}

#[test]
fn a_review_is_good_for_half_an_hour() {
    let frozen_at = Timestamp(1_000);
    assert!(!is_stale(frozen_at, frozen_at));
    assert!(!is_stale(frozen_at, frozen_at.after(REVIEW_LIMIT)));
    assert!(is_stale(frozen_at, frozen_at.after(REVIEW_LIMIT + Duration::from_millis(1))));
    assert!(!is_stale(frozen_at, frozen_at.before(Duration::from_hours(1))));
}
