//! What the components become on the server.

use leptos::prelude::*;

use super::*;

fn render<V: IntoView + 'static>(make: impl FnOnce() -> V) -> String {
    Owner::new().with(|| make().to_html())
}

fn bar(total: u32, counts: &[(Tone, u32)]) -> String {
    let names = ["changed", "refused", "unknown"];
    let done = counts.iter().map(|(_, count)| count).sum();
    let segments =
        counts.iter().zip(names).map(|(&(tone, count), name)| Segment { tone, count, name: name.to_owned() }).collect();
    render(move || view! { <Progress label="Desktops with a verdict" done=done total=total segments=segments/> })
}

fn tab(name: &str, count: u32, current: bool) -> Tab {
    let (name, href) = (name.to_owned(), "?show=refused".to_owned());
    Tab { name, count, href, current, icon: Some(IconName::OctagonCross), tone: Tone::Red }
}

fn access() -> BannerAccess {
    BannerAccess {
        place: Some(BannerPlace::History),
        desktops: "/north/desktops".to_owned(),
        history: "/north/history".to_owned(),
        region: "ap-southeast-3".to_owned(),
        project: "north".to_owned(),
        operator: "operator".to_owned(),
        account: "account".to_owned(),
        sessions: "/sessions".to_owned(),
        role: Some("Lead"),
        at_sign_out: Signal::stored(Some("1 open run".to_owned())),
    }
}

#[test]
fn a_text_area_keeps_its_text_to_itself() {
    let html = render(|| {
        view! { <TextArea id="details" name="details" value="</textarea><script>alert(1)</script>" rows=2 maxlength=200/> }
    });
    assert!(!html.contains("<script>"), "{html}");
    assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
    assert!(html.contains(">&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>"), "{html}");
}

#[test]
fn words_are_never_markup() {
    let evil = "<script>alert(1)</script>";
    let html = render(move || {
        view! {
            <State icon=IconName::Check tone=Tone::Ink2 word=evil more=evil/>
            <Notice tone=NoticeTone::Red title=evil text=evil/>
            <Head title=evil sub=evil/>
            <Empty icon=IconName::Lens title=evil text=evil/>
            <Field id="a" label="A" more=evil.to_owned() hint=evil.to_owned() error=evil.to_owned()>""</Field>
            <When text=evil iso=evil zone=evil/>
            <Banner access=Some(BannerAccess { operator: evil.to_owned(), project: evil.to_owned(), ..access() })/>
        }
    });
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn the_end_of_a_list_is_a_disabled_link_of_the_same_name() {
    let html = render(|| view! { <Pager label="1–50 of 412 matching" previous=None next=Some("?page=2".to_owned())/> });
    let (previous, next) = html.split_once("Previous page").unwrap_or_default();
    assert!(previous.contains(r#"aria-disabled="true""#) && !previous.contains("<a "), "{html}");
    assert!(next.contains(r#"href="?page=2""#) && next.contains("Next page"), "{html}");
    assert!(!next.contains("aria-disabled"), "{html}");
}

#[test]
fn progress_has_a_denominator_and_says_its_parts() {
    let html = bar(34, &[(Tone::Green, 27), (Tone::Red, 3), (Tone::Plum, 0)]);
    for attribute in [
        r#"role="progressbar""#,
        r#"aria-label="Desktops with a verdict""#,
        r#"aria-valuemin="0""#,
        r#"aria-valuenow="30""#,
        r#"aria-valuemax="34""#,
        r#"aria-valuetext="30 of 34: 27 changed, 3 refused""#,
    ] {
        assert!(html.contains(attribute), "{attribute} in {html}");
    }
}

#[test]
fn segments_follow_one_another_and_never_leave_the_bar() {
    let html = bar(4, &[(Tone::Green, 1), (Tone::Red, 2)]);
    assert!(html.contains(r#"data-tone="green" x="0.000%" width="25.000%""#), "{html}");
    assert!(html.contains(r#"data-tone="red" x="25.000%" width="50.000%""#), "{html}");
    assert!(bar(1, &[(Tone::Green, 7)]).contains(r#"width="100.000%""#));
    let empty = bar(0, &[(Tone::Green, 0)]);
    assert!(empty.contains("data-empty") && !empty.contains("NaN"), "{empty}");
}

#[test]
fn a_tab_is_named_by_its_class_and_count() {
    let html = render(|| {
        let tabs = vec![tab("Refused", 1_284, true), tab("Not sent", 0, false)];
        view! { <Tabs label="Desktops by verdict" tabs=tabs/> }
    });
    assert!(html.contains("1,284"), "{html}");
    assert_eq!(html.matches(r#"aria-current="page""#).count(), 1, "{html}");
    // Zero is shown as 0, and quietly.
    assert!(html.contains(r#"data-tone="ink-3""#) && html.contains(">0<"), "{html}");
}

#[test]
fn an_error_takes_the_place_of_the_hint() {
    let html = render(
        || view! { <Field id="ticket" label="Ticket" hint="At most 64 letters".to_owned() error="Too long".to_owned()>""</Field> },
    );
    assert!(html.contains(r#"id="ticket-error""#) && !html.contains("At most 64 letters"), "{html}");
    assert_eq!(describedby("ticket", true, true).as_deref(), Some("ticket-error"));
    assert_eq!(describedby("ticket", true, false).as_deref(), Some("ticket-hint"));
    assert_eq!(describedby("ticket", false, false), None);
}

#[test]
fn absent_words_leave_no_trace() {
    let more: Option<String> = None;
    let html = render(move || view! { <State icon=IconName::Check tone=Tone::Ink3 word="In service" more=more/> });
    assert!(!html.contains("state-more"), "{html}");
    let html =
        render(|| view! { <State icon=IconName::Bars tone=Tone::Ink word="Paused" more=Some("sign in to go on")/> });
    assert!(html.contains("sign in to go on"), "{html}");
}

#[test]
fn the_banner_tells_where_we_are_and_the_way_out() {
    let html = render(|| view! { <Banner access=Some(access())/> });
    assert!(html.contains(r#"<nav aria-label="Main""#), "{html}");
    assert!(html.contains(r#"href="/north/history" aria-current="page""#), "{html}");
    assert!(html.contains(r#"method="post" action="/api/session/sign_out""#), "{html}");
    assert!(html.contains(r#"href="/sessions""#) && html.contains(">Lead<") && html.contains("1 open run"), "{html}");
    let outside = render(|| view! { <Banner access=None/> });
    assert!(outside.contains("Drydock") && !outside.contains("<nav") && !outside.contains("<form"), "{outside}");
}

#[test]
fn nothing_carries_a_style() {
    let html = render(|| {
        view! {
            <Avatar name="A B"/>
            <Pill icon=IconName::Arc tone=Tone::Accent text="Running"/>
            <Reason text="Nothing would change" id="why"/>
            <State icon=IconName::Check tone=Tone::Ink3 word="In service"/>
            <Notice tone=NoticeTone::Plain title="a" text="b" role_alert=true>"c"</Notice>
            <Empty icon=IconName::Lens title="a" text="b">"c"</Empty>
            <TextArea id="d" name="d" value="" rows=2 maxlength=9 invalid=true/>
            <Pager label="0 matching" previous=None next=None/>
            <Tabs label="t" tabs=vec![tab("All", 7, false)]/>
            <Banner access=Some(access())/>
        }
    });
    let html = html + &bar(3, &[(Tone::Green, 1), (Tone::Red, 1)]);
    assert!(!html.contains("style=") && !html.contains(" on"), "{html}");
}
