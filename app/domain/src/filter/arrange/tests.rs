use super::*;
use crate::example;

/// The ids of desktops stand in the order that the query asks for.
fn check(desktops: &[Desktop], query: &str, expected: &str) {
    let view = crate::filter::View::from_query(query);
    let ids: Vec<_> = arrange(desktops, &view.filter, view.sort).iter().map(|desktop| desktop.id.as_str()).collect();
    assert_eq!(ids.join(" "), expected, "{query}");
}

#[test]
fn names_stand_in_order_whatever_their_case_and_nameless_ones_last() {
    let named = |id: &str, name: &str| Desktop { name: name.into(), ..example::desktop(id) };
    let desktops = [
        named("1", "beta"),
        named("2", ""),
        named("3", "ALPHA"),
        named("5", "Beta"),
        named("4", "beta"),
        named("6", "Élan"),
    ];
    check(&desktops, "", "3 1 4 5 6 2");
    check(&desktops, "sort=-name", "6 1 4 5 3 2");
}

#[test]
fn nobody_stands_after_everybody() {
    let used = |id: &str, user: &str| Desktop { user: Some(user.into()), ..example::desktop(id) };
    let desktops = [
        example::desktop("b"),
        used("d", "zoe"),
        example::desktop("a"),
        used("e", "Bob"),
        used("c", "bob"),
        used("f", ""),
    ];
    check(&desktops, "sort=user", "c e d a b f");
    check(&desktops, "sort=-user", "d c e a b f");
}

#[test]
fn pools_stand_together() {
    let pooled = |id: &str, pool: &str| Desktop { pool: Some(pool.into()), ..example::desktop(id) };
    let desktops = [pooled("a", "p2"), example::desktop("b"), pooled("c", "p1"), pooled("d", "P2")];
    check(&desktops, "sort=pool", "c a d b");
    check(&desktops, "sort=-pool", "a d c b");
}

#[test]
fn states_stand_by_how_much_they_matter() {
    let power = |id: &str, word: &str| Desktop { power: Power::from_cloud(word), ..example::desktop(id) };
    let desktops = [
        power("o", "SHUTOFF"),
        power("z", "ZOMBIE"),
        power("e", "ERROR"),
        power("h", "HIBERNATED"),
        power("b", "BUILD"),
        power("r", "ACTIVE"),
    ];
    check(&desktops, "sort=power", "r o h e b z");
    check(&desktops, "sort=-power", "z b e h o r");

    let session = |id: &str, word: &str| Desktop { session: Session::from_cloud(word), ..example::desktop(id) };
    let desktops = [
        session("n", "UNREGISTER"),
        session("r", "REGISTERED"),
        session("x", ""),
        session("d", "DISCONNECTED"),
        session("c2", "CONNECTED"),
        session("c1", "CONNECTED"),
    ];
    check(&desktops, "sort=session", "c1 c2 d r n x");
    check(&desktops, "sort=-session", "x n r d c1 c2");

    let inside = Desktop { in_maintenance: true, ..example::desktop("z") };
    let desktops = [example::desktop("b"), inside, example::desktop("a")];
    check(&desktops, "sort=maintenance", "z a b");
    check(&desktops, "sort=-maintenance", "a b z");
}

#[test]
fn only_what_the_filter_shows_is_arranged() {
    let desktops = [example::desktop("fin-2"), example::desktop("hr-1"), example::desktop("fin-1")];
    check(&desktops, "q=fin", "fin-1 fin-2");
    check(&desktops, "q=nothing", "");
    check(&[], "", "");
}

#[test]
fn a_page_that_does_not_exist_is_the_nearest_that_does() {
    let items: Vec<usize> = (0..101).collect();
    let check = |page: u32, number: u32, first: usize, count: usize| {
        let page = page_of(&items, page, PAGE_ROWS);
        assert_eq!((page.number, page.pages, page.total), (number, 3, 101));
        assert_eq!((page.before, page.items.len()), (first, count));
        assert_eq!(page.items.first(), Some(&first));
    };
    check(0, 1, 0, 50);
    check(1, 1, 0, 50);
    check(2, 2, 50, 50);
    check(3, 3, 100, 1);
    check(4, 3, 100, 1);
    check(u32::MAX, 3, 100, 1);
}

#[test]
fn a_full_last_page_has_no_empty_one_behind_it() {
    let items = [0; 100];
    let last = page_of(&items, 9, 50);
    assert_eq!((last.number, last.pages, last.items.len()), (2, 2, 50));
    assert_eq!((last.previous(), last.next()), (Some(1), None));
    let first = page_of(&items, 1, 50);
    assert_eq!((first.previous(), first.next()), (None, Some(2)));
}

#[test]
fn an_empty_list_has_one_empty_page() {
    let page = page_of::<u8>(&[], 7, 50);
    assert_eq!((page.number, page.pages, page.items, page.before), (1, 1, [].as_slice(), 0));
    assert_eq!((page.previous(), page.next()), (None, None));
    assert_eq!(page_of(&[1, 2], 2, 0).items, [2]);
}
