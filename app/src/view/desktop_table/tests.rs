#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use domain::desktop::{Desktop, Power, Session};

use super::*;

fn row(change: impl FnOnce(&mut DesktopRow)) -> DesktopRow {
    let mut row = DesktopRow {
        desktop: Desktop {
            id: "d-1".parse().unwrap(),
            name: "WKS-1".to_owned(),
            user: None,
            power: Power::Running,
            session: Session::Ready,
            in_maintenance: false,
            task: None,
            pool: None,
            kind: None,
            tags: Vec::new(),
            address: None,
            zone: None,
            enterprise_project: None,
        },
        held_by: None,
    };
    change(&mut row);
    row
}

#[test]
fn a_desktop_without_a_name_is_called_by_its_id() {
    assert_eq!(select_name(&row(|_| ())), "Select WKS-1");
    assert_eq!(select_name(&row(|row| row.desktop.name = "  ".to_owned())), "Select d-1");
}

#[test]
fn the_maintenance_cell_says_the_strongest_thing_known() {
    let check = |change: fn(&mut DesktopRow), word: &str| assert_eq!(maintenance(&row(change)).word, word);
    check(|_| (), "In service");
    check(|row| row.desktop.in_maintenance = true, "In maintenance");
    check(|row| row.desktop.task = Some("deleting".to_owned()), "Cannot change: being deleted");
}

#[test]
fn a_desktop_of_an_open_run_is_on_the_way_until_it_is_there() {
    let check = |in_maintenance, entering, word: &str, icon| {
        let text = maintenance(&row(|row| {
            row.desktop.in_maintenance = in_maintenance;
            row.held_by = Some(HeldBy { run: 1_041, operator: "operator".to_owned(), entering });
        }));
        assert_eq!((text.word.as_str(), text.icon), (word, icon));
        assert_eq!(text.more.as_deref(), Some("run 1041 by operator"));
    };
    check(false, true, "Entering", IconName::Arc);
    check(true, true, "In maintenance", IconName::Wrench);
    check(true, false, "Leaving", IconName::Arc);
    check(false, false, "In service", IconName::Check);
}

#[test]
fn a_desktop_being_deleted_says_so_in_place_of_its_power() {
    assert_eq!(power(&row(|_| ())).word, "Running");
    assert_eq!(power(&row(|row| row.desktop.task = Some("deleting".to_owned()))).word, "Deleting");
}

#[test]
fn only_the_column_in_order_says_so() {
    let sort = Sort { by: SortBy::User, descending: true };
    assert_eq!(aria_sort(sort, SortBy::User), Some("descending"));
    assert_eq!(aria_sort(sort, SortBy::Name), None);
    assert_eq!(aria_sort(Sort::default(), SortBy::Name), Some("ascending"));
}

#[test]
fn the_pager_counts_what_is_shown() {
    assert_eq!(pager_label(0, 50, 1_412), "1–50 of 1,412 matching");
    assert_eq!(pager_label(1_400, 12, 1_412), "1,401–1,412 of 1,412 matching");
    assert_eq!(pager_label(0, 0, 0), "0 matching");
}

#[test]
fn the_number_matching_is_announced_as_a_sentence() {
    assert_eq!(matching_announced(1), "1 desktop matches the filters");
    assert_eq!(matching_announced(412), "412 desktops match the filters");
}
