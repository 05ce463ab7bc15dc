use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// A query string is read and written back in its one right form.
fn check(query: &str, canonical: &str) -> View {
    let view = View::from_query(query);
    assert_eq!(view.to_query(), canonical, "{query:?}");
    view
}

#[test]
fn an_address_has_one_right_form() {
    check("", "");
    check("?", "");
    check("page=1&sort=name", "");
    check("?q=fin&page=2", "q=fin&page=2");
    check(
        "select=matching&page=3&sort=-user&session=ready&power=off&maintenance=in&q=x",
        "q=x&maintenance=in&power=off&session=ready&sort=-user&page=3&select=matching",
    );
    check("sort=-name", "sort=-name");
    check("q=+a++b+", "q=a++b");
    check("q=%C3%A4%26%3D%23%2B%25", "q=%C3%A4%26%3D%23%2B%25");
    check("q=<script>", "q=%3Cscript%3E");
}

#[test]
fn what_an_address_does_not_mean_is_as_if_it_were_not_there() {
    for junk in [
        "&&&",
        "===",
        "q",
        "q=",
        "q=%20%09",
        "maintenance",
        "maintenance=IN",
        "maintenance=in%20",
        "power=ACTIVE",
        "session=%00",
        "sort=",
        "sort=-",
        "sort=--name",
        "sort=colour",
        "page=0",
        "page=-1",
        "page=1.5",
        "page=0x10",
        "page=NaN",
        "page=99999999999999999999",
        "page=%D9%A3",
        "select=all",
        "unknown=1&Q=1&q[]=1",
    ] {
        check(junk, "");
    }
}

#[test]
fn bad_percent_codes_stay_what_they_are() {
    check("q=100%", "q=100%25");
    check("q=%zz", "q=%25zz");
    check("q=%ff", "q=%EF%BF%BD");
    check("%71=a", "q=a");
}

#[test]
fn of_a_repeated_key_the_first_counts() {
    check("q=a&q=b", "q=a");
    check("page=junk&page=2", "");
    check("power=&power=off", "");
    check("sort=user&sort=-pool", "sort=user");
}

#[test]
fn a_huge_address_is_cut() {
    let view = check(&format!("q={}", "x".repeat(1_000_000)), &format!("q={}", "x".repeat(200)));
    assert_eq!(view.filter.search.len(), 200);
    check(&"page=7&".repeat(100_000), "page=7");
}

#[test]
fn another_filter_leads_to_page_one_and_ends_all_matching() {
    let view = View::from_query("q=a&power=off&sort=-user&page=4&select=matching");
    let other = view.filter.clone().searching("b");
    assert_eq!(view.with_filter(other).to_query(), "q=b&power=off&sort=-user");
    assert_eq!(view.without(FilterKey::Power).to_query(), "q=a&sort=-user");
    assert_eq!(view.with_filter(view.filter.clone()), view);
    assert_eq!(view.without(FilterKey::Session), view);
}

#[test]
fn another_order_leads_to_page_one_and_keeps_all_matching() {
    let view = View::from_query("q=a&page=4&select=matching");
    assert_eq!(view.sorted_by(SortBy::User).to_query(), "q=a&sort=user&select=matching");
    assert_eq!(view.sorted_by(SortBy::User).sorted_by(SortBy::User).to_query(), "q=a&sort=-user&select=matching");
    assert_eq!(view.sorted_by(SortBy::Name).to_query(), "q=a&sort=-name&select=matching");
    let turned = View::from_query("sort=-user");
    assert_eq!(turned.sorted_by(SortBy::User).to_query(), "sort=user");
    assert_eq!(turned.sorted_by(SortBy::Pool).to_query(), "sort=pool");
}

#[test]
fn another_page_keeps_everything_else() {
    let view = View::from_query("q=a&sort=pool&page=4&select=matching");
    assert_eq!(view.on_page(5).to_query(), "q=a&sort=pool&page=5&select=matching");
    assert_eq!(view.on_page(0).page, 1);
    assert_eq!(view.selecting_matching(false).to_query(), "q=a&sort=pool&page=4");
}

#[test]
fn every_word_means_one_thing() {
    fn check<T: QueryWord + std::fmt::Debug>() {
        for (value, word) in T::WORDS {
            assert_eq!(T::from_word(word), Some(*value));
            assert_eq!(value.word(), *word);
        }
    }
    check::<MaintenanceFilter>();
    check::<PowerFilter>();
    check::<SessionFilter>();
    check::<FilterKey>();
    check::<SortBy>();
}

fn any_of<T: QueryWord + std::fmt::Debug>() -> impl Strategy<Value = T> {
    select(T::WORDS).prop_map(|(value, _)| value)
}

prop_compose! {
    fn any_view()(
        typed in any::<String>(),
        maintenance in proptest::option::of(any_of()),
        power in proptest::option::of(any_of()),
        session in proptest::option::of(any_of()),
        by in any_of(),
        descending in any::<bool>(),
        page in 1..=u32::MAX,
        select_matching in any::<bool>(),
    ) -> View {
        let filter = Filter { search: String::new(), maintenance, power, session }.searching(&typed);
        View { filter, sort: Sort { by, descending }, page, select_matching }
    }
}

proptest! {
    #[test]
    fn an_address_says_everything_about_its_view(view in any_view()) {
        prop_assert_eq!(View::from_query(&view.to_query()), view);
    }

    #[test]
    fn any_text_is_an_address(text in any::<String>()) {
        let view = View::from_query(&text);
        prop_assert!(view.page >= 1 && view.filter.search.chars().count() <= 200);
        prop_assert_eq!(View::from_query(&view.to_query()), view);
    }

    #[test]
    fn any_values_of_known_keys_are_an_address(
        pairs in proptest::collection::vec(
            (select(vec!["q", "maintenance", "power", "session", "sort", "page", "select"]), "[ -~é]{0,12}"), 0..9)
    ) {
        let query = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&");
        let view = View::from_query(&query);
        prop_assert_eq!(View::from_query(&view.to_query()), view);
    }
}
