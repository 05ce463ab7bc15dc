//! From the form to the verdict of every desktop: the whole way, over HTTP, with what goes wrong on it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, reason = "each file of tests needs a part of it")]
mod whole;

use std::collections::BTreeMap;
use std::time::Duration;

use app::api::run::RunPage;
use domain::maintenance::Verdict;
use domain::maintenance::run::{Cause, DesktopState, Pause, Phase, RunDesktop};
use http::StatusCode;
use serde_json::json;
use service::ports::Runs as _;
use whole::{House, Person, Project, run_number, until, verdicts};

/// One PUT at a time, of ten desktops: so that there is a middle to a run.
const STEP_BY_STEP: [(&str, &str); 2] = [("CLOUD__BATCH_LIMIT_IDS", "10"), ("CLOUD__BATCHES_IN_FLIGHT", "1")];

fn row<'a>(run: &'a RunPage, name: &str) -> &'a RunDesktop {
    &run.rows.iter().find(|row| row.desktop.name == name).unwrap_or_else(|| panic!("no {name}")).desktop
}

fn state(run: &RunPage, name: &str) -> (DesktopState, Cause) {
    let row = row(run, name);
    (row.state, row.cause)
}

async fn until_puts(house: &House, project: &Project, count: usize) {
    until("calls that change", async || (house.cloud.puts(project).await.len() >= count).then_some(())).await;
}

#[tokio::test]
async fn of_37_desktops_three_are_refused_and_each_says_why() {
    let house = House::open().await;
    let plan = json!({ "desktops": 34, "sentinels": ["403", "404", "409"], "plain": true });
    let project = house.cloud.project(plan).await;
    let person = house.sign_in(&project).await;
    let run = person.until_ended(person.start_run("enter", &project.ids()).await).await;
    assert_eq!((run.counts.changed, run.counts.refused), (34, 3));
    let page = person.browser.get(&person.page("runs/1")).await;
    assert!(page.is_whole_page());
    for (name, status) in [("AAA-refuses-403", 403), ("AAA-refuses-404", 404), ("AAA-refuses-409", 409)] {
        let row = row(&run, name);
        assert_eq!((row.state, row.cause), (DesktopState::Final(Verdict::Refused), Cause::OwnCall));
        let error = row.error.as_ref().unwrap();
        assert_eq!(error.status, status);
        assert_eq!(error.encoded_authorization_message.is_some(), status == 403);
        for text in [&error.code, &error.message, &error.request_id] {
            let text = text.as_deref().unwrap();
            assert!(!text.is_empty() && page.text.contains(&escaped(text)), "{name}: {text} is not on the page");
        }
    }
    assert_eq!(row(&run, "AAA-refuses-409").error.as_ref().unwrap().code.as_deref(), Some("WKS.00010032"));
    let settled: Vec<String> =
        verdicts(&run).into_iter().filter(|(_, verdict)| *verdict == Verdict::Changed).map(|(name, _)| name).collect();
    assert_eq!(house.cloud.in_maintenance(&project).await, settled, "the report says what is true in the cloud");
    let history = person.browser.get(&person.page("history")).await;
    assert!(history.text.contains("Run 1") && history.text.contains("CHG-7"), "{}", history.text);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[tokio::test]
async fn there_and_back_leaves_the_cloud_as_it_was() {
    let house = House::open().await;
    let project = house.cloud.plain_project(3).await;
    let person = house.sign_in(&project).await;
    person.until_ended(person.start_run("enter", &project.ids()).await).await;
    let run = person.until_ended(person.start_run("leave", &project.ids()).await).await;
    assert_eq!((run.number, run.counts.changed), (2, 3));
    assert!(house.cloud.in_maintenance(&project).await.is_empty());
}

#[tokio::test]
async fn what_moved_since_the_review_is_settled_alone_and_stops_nobody() {
    let house = House::open().await;
    let plan = json!({
        "desktops": 0, "plain": true,
        "extra": [
            { "computer_name": "flipped-on" }, { "computer_name": "removed" }, { "computer_name": "steady" },
            { "computer_name": "flipped-off", "in_maintenance_mode": true },
        ],
    });
    let project = house.cloud.project(plan).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.flip(&project, project.id_of("flipped-on"), true).await;
    house.cloud.flip(&project, project.id_of("flipped-off"), false).await;
    house.cloud.tell("remove", json!({ "project": project.id, "desktop_id": project.id_of("removed") })).await;
    let run = person.until_ended(person.confirm(&review).await).await;
    for (name, verdict, cause) in [
        ("flipped-on", Verdict::AlreadySo, Cause::BecameSoSinceReview),
        ("flipped-off", Verdict::NotSent, Cause::OppositeSinceReview),
        ("removed", Verdict::NotFound, Cause::GoneSinceReview),
    ] {
        assert_eq!(state(&run, name), (DesktopState::Final(verdict), cause), "{name}");
    }
    assert_eq!(row(&run, "steady").state, DesktopState::Final(Verdict::Changed));
    assert_eq!(house.cloud.puts(&project).await, [[project.id_of("steady")]], "nothing else was named in a call");
}

#[tokio::test]
async fn c10_names_with_markup_turned_writing_and_4_kb_come_through_whole_and_harmless() {
    let house = House::open().await;
    let long = "L".repeat(4_096);
    let names =
        ["<script>alert(1)</script>", "\u{202e}gnp.exe\u{202c} \u{200f}", "Zo\u{eb} & \"Co\" 'x' \u{1f6a2}", &long];
    let extra: Vec<_> = names.iter().map(|name| json!({ "computer_name": name })).collect();
    let project = house.cloud.project(json!({ "desktops": 0, "extra": extra })).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    for path in ["desktops".to_owned(), format!("review/{review}")] {
        let page = person.browser.get(&person.page(&path)).await;
        assert!(page.is_whole_page() && !page.text.contains("<script>alert(1)"), "{path}");
    }
    let run = person.until_ended(person.confirm(&review).await).await;
    assert_eq!(run.counts.changed, 4);
    assert!(names.iter().all(|name| verdicts(&run).iter().any(|(known, _)| known == name)), "{:?}", verdicts(&run));
    let page = person.browser.get(&person.page("runs/1")).await;
    assert!(page.is_whole_page() && !page.text.contains("<script>alert(1)"));
}

#[tokio::test]
async fn twenty_clicks_at_once_on_confirm_are_one_run_and_one_set_of_calls() {
    let house = House::open().await;
    let project = house.cloud.plain_project(150).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    let clicks = futures::future::join_all((0..20).map(|_| person.try_confirm(&review))).await;
    for reply in clicks {
        assert_eq!((reply.status, run_number(reply.location())), (StatusCode::SEE_OTHER, 1));
    }
    person.until_ended(1).await;
    let puts = house.cloud.puts(&project).await;
    assert_eq!((puts.len(), puts.concat().len()), (2, 150));
    assert_eq!(run_number(person.try_confirm(&review).await.location()), 1, "Back and once more after its end, too");
    assert_eq!(house.cloud.puts(&project).await.len(), 2);
}

#[tokio::test]
async fn of_two_people_the_later_one_sends_nothing_and_is_told_by_whom_it_is_held() {
    let house = House::open().await;
    let project = house.cloud.plain_project(4).await;
    let (ann, ben) = (house.sign_in(&project).await, house.sign_in(&house.cloud.colleague(&project).await).await);
    let (first, second) = (ann.review("enter", &project.ids()).await, ben.review("leave", &project.ids()[..2]).await);
    // What would be left is nothing: the colleague wants the same as well.
    let third = ben.review("enter", &project.ids()[..2]).await;
    house.cloud.latency(&project, 300).await;
    let number = ann.confirm(&first).await;
    let reply = ben.try_confirm(&third).await;
    assert_eq!(reply.location(), ben.page(&format!("review/{third}")), "back to the review: {reply:?}");
    let page = ben.browser.get(reply.location()).await;
    assert!(page.text.contains("role=\"alert\"") && page.text.contains("run 1"), "{}", page.text);
    assert!(page.text.contains(&ann.project.user) && page.text.contains("disabled"), "{}", page.text);
    let run = ann.until_ended(number).await;
    assert_eq!(run.counts.changed, 4);
    assert_eq!(house.cloud.puts(&project).await.len(), 1);
    assert_eq!(run_number(ben.try_confirm(&third).await.location()), 2, "free again once it has ended");
    assert_ne!(second, third);
}

#[tokio::test]
async fn b16_a_token_that_ends_in_mid_run_pauses_it_and_the_next_sign_in_lets_it_go_on() {
    let house = House::with(&STEP_BY_STEP).await;
    let project = house.cloud.plain_project(40).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 40).await;
    let number = person.confirm(&review).await;
    until_puts(&house, &project, 1).await;
    house.cloud.tell("tokens/end", json!({ "project": project.id })).await;
    let run = person.until_phase(number, Phase::Paused(Pause::SignIn)).await;
    assert!(run.counts.changed < 40, "{:?}", run.counts);
    assert_eq!(run.counts.refused, 0, "{:?}", run.counts);
    person.sign_in().await;
    let run = person.until_ended(number).await;
    assert_eq!(run.counts.changed, 40);
}

#[tokio::test]
async fn a_sign_out_pauses_the_run_and_drops_its_credential() {
    let house = House::with(&STEP_BY_STEP).await;
    let project = house.cloud.plain_project(40).await;
    let person = house.sign_in(&project).await;
    let colleague = house.sign_in(&house.cloud.colleague(&project).await).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 40).await;
    let number = person.confirm(&review).await;
    until_puts(&house, &project, 1).await;
    assert!(house.store().open_runs().await.unwrap()[0].credential.is_some());
    assert_eq!(person.sign_out().await.location(), "/sign-in");
    let run = colleague.until_phase(number, Phase::Paused(Pause::SignIn)).await;
    assert!(!run.may_continue, "it is not the colleague's run");
    let open = house.store().open_runs().await.unwrap();
    assert_eq!(open[0].credential, None);
    let sent = house.cloud.puts(&project).await.len();
    let reply = colleague.answer_pause("continue", &run).await;
    let page = colleague.browser.get(reply.location()).await;
    assert!(page.text.contains("role=\"alert\""), "{}", page.text);
    person.sign_in().await;
    assert_eq!(person.until_ended(number).await.counts.changed, 40);
    assert!(house.cloud.puts(&project).await.len() > sent);
}

#[tokio::test]
async fn a_stop_in_mid_run_sends_nothing_more_and_says_what_was_not_sent() {
    let house = House::with(&STEP_BY_STEP).await;
    let project = house.cloud.plain_project(50).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 60).await;
    let number = person.confirm(&review).await;
    until_puts(&house, &project, 1).await;
    assert_eq!(person.act_on_run("stop", number).await.location(), person.page(&format!("runs/{number}")));
    let run = person.until_phase(number, Phase::Stopped).await;
    assert_eq!(run.counts.changed + run.counts.not_sent, 50, "{:?}", run.counts);
    assert!(run.counts.not_sent >= 10 && run.counts.changed >= 10, "{:?}", run.counts);
    assert!(!run.may_stop && !run.may_continue);
    let changed = usize::try_from(run.counts.changed).unwrap();
    assert_eq!(house.cloud.in_maintenance(&project).await.len(), changed);
    assert_eq!(house.cloud.puts(&project).await.concat().len(), changed);
    let again = person.act_on_run("stop", number).await;
    assert!(person.browser.get(again.location()).await.text.contains("role=\"alert\""), "nothing is left to stop");
}

#[tokio::test]
async fn a_cloud_that_is_down_is_said_so_and_nothing_is_lost() {
    let house = House::open().await;
    let project = house.cloud.plain_project(3).await;
    let person = house.sign_in(&project).await;
    house.cloud.down(true).await;
    let page = person.browser.get(&person.page("desktops")).await;
    assert!(page.is_whole_page() && page.status == StatusCode::OK, "{}", page.text);
    let form = [("project", &*project.name), ("mode", "enter"), ("ids[]", project.ids()[0])];
    let reply = person.browser.post("/api/desktops/review", &form).await;
    assert!(reply.location().starts_with(&person.page("desktops")), "{reply:?}");
    assert!(person.browser.get(reply.location()).await.text.contains("role=\"alert\""));
    house.cloud.down(false).await;
    person.browser.post("/api/desktops/refresh", &[("project", &project.name)]).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.down(true).await;
    let number = person.confirm(&review).await;
    assert_eq!(person.run(number).await.phase, Phase::Checking, "it waits for the cloud");
    house.cloud.down(false).await;
    assert_eq!(person.until_ended(number).await.counts.changed, 3);
}

#[tokio::test]
async fn a_lost_answer_is_read_back_and_not_sent_twice() {
    let house = House::open().await;
    let project = house.cloud.plain_project(3).await;
    let person = house.sign_in(&project).await;
    house.cloud.fault(&project, "put", "applied_then_lost", 1).await;
    let run = person.until_ended(person.start_run("enter", &project.ids()).await).await;
    assert_eq!(run.counts.changed, 3);
    assert_eq!(house.cloud.puts(&project).await.len(), 1);
}

#[tokio::test]
async fn a_review_of_31_minutes_is_made_anew_and_keeps_what_was_typed() {
    let house = House::with(&[("SESSION__IDLE", "2h")]).await;
    let project = house.cloud.plain_project(2).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    house.put_clock_forward(Duration::from_mins(31));
    let reply = person.try_confirm(&review).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert!(reply.location().contains("/review/") && !reply.location().contains(&review), "{}", reply.location());
    let page = person.browser.get(reply.location()).await;
    assert!(page.text.contains("role=\"alert\"") && page.text.contains("value=\"CHG-7\""), "{}", page.text);
    assert!(house.cloud.puts(&project).await.is_empty());
    assert_eq!(person.browser.get(&person.page("runs/1")).await.status, StatusCode::NOT_FOUND);
    let renewed = reply.location().rsplit_once('/').unwrap().1.to_owned();
    assert_eq!(person.until_ended(person.confirm(&renewed).await).await.counts.changed, 2);
}

#[tokio::test]
async fn a_confirm_after_the_session_ended_sends_nothing_and_gives_back_what_was_typed_after_the_sign_in() {
    let house = House::with(&[]).await;
    let project = house.cloud.plain_project(2).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    house.put_clock_forward(Duration::from_mins(29));
    house.put_clock_forward(Duration::from_mins(2));
    let reply = person.try_confirm(&review).await;
    let led = person.browser.get(reply.location()).await;
    assert!(led.location().starts_with("/sign-in?next="), "{led:?}");
    let wrong = [("account", "nobody"), ("user", "nobody"), ("password", "wrong"), ("next", reply.location())];
    person.browser.post("/api/session/sign_in", &wrong).await;
    let back = person.try_sign_in(reply.location()).await;
    let page = person.browser.get(back.location()).await;
    assert!(page.text.contains("you had to sign in first") && page.text.contains("value=\"CHG-7\""), "{}", page.text);
    assert!(house.cloud.puts(&project).await.is_empty());
}

#[tokio::test]
async fn b6_an_idle_session_ends_after_30_minutes_and_its_run_does_not() {
    let house = House::with(&STEP_BY_STEP).await;
    let project = house.cloud.plain_project(30).await;
    let person = house.sign_in(&project).await;
    house.put_clock_forward(Duration::from_mins(20));
    assert_eq!(person.browser.get(&person.page("desktops")).await.status, StatusCode::OK, "this is use");
    house.put_clock_forward(Duration::from_mins(20));
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 40).await;
    let number = person.confirm(&review).await;
    house.put_clock_forward(Duration::from_mins(20));
    person.run(number).await;
    let page = person.browser.reload_by_itself(&person.page(&format!("runs/{number}"))).await;
    assert_eq!(page.status, StatusCode::OK);
    house.put_clock_forward(Duration::from_mins(11));
    let led = person.browser.get(&person.page("history")).await;
    assert!(
        led.location().starts_with("/sign-in?next="),
        "neither a poll nor a page that loads itself anew is use: {led:?}"
    );
    person.sign_in().await;
    assert_eq!(person.until_ended(number).await.counts.changed, 30);
}

#[tokio::test]
async fn b6_no_session_lives_longer_than_eight_hours() {
    let house = House::with(&[("SESSION__IDLE", "24h")]).await;
    let person = house.sign_in(&house.cloud.plain_project(1).await).await;
    house.put_clock_forward(Duration::from_mins(8 * 60 - 2));
    assert_eq!(person.browser.get(&person.page("history")).await.status, StatusCode::OK);
    house.put_clock_forward(Duration::from_mins(3));
    assert!(person.browser.get(&person.page("history")).await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_restart_in_mid_run_goes_on_and_keeps_everybody_signed_in() {
    let mut house = House::with(&STEP_BY_STEP).await;
    let project = house.cloud.plain_project(40).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 40).await;
    let number = person.confirm(&review).await;
    until_puts(&house, &project, 2).await;
    house.stop().await;
    house.start().await;
    let person = person.back_at(&house);
    assert_eq!(person.until_ended(number).await.counts.changed, 40);
    assert_eq!(house.cloud.puts(&project).await.concat().len(), 40, "calls under way had ended: none is repeated");
}

/// Step by step, and a desktop whose call was cut off is read for a short time only before it counts as refused.
const KILLED: [(&str, &str); 3] = [STEP_BY_STEP[0], STEP_BY_STEP[1], ("CLOUD__READ_BACK_LIMIT", "6s")];

/// When the program is killed.
#[derive(Clone, Copy)]
enum Moment {
    Never,
    /// The run is written down; nothing was sent.
    AfterConfirm,
    /// A PUT is under way.
    InACall,
    /// A PUT was answered, others wait.
    BetweenCalls,
    /// A PUT took effect, its answer is lost, and nobody has read yet.
    AfterALostAnswer,
    /// Every PUT is out; the cloud still shows what was before.
    WhileReadingBack,
}

struct Outcome {
    verdicts: Vec<(String, Verdict)>,
    /// How often each desktop was named in a call.
    sends: BTreeMap<String, usize>,
}

async fn run_with_a_kill(moment: Moment) -> Outcome {
    let mut house = House::apart(&KILLED).await;
    let plan = json!({ "desktops": 29, "sentinels": ["403"], "plain": true });
    let project = house.cloud.project(plan).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    match moment {
        Moment::Never | Moment::AfterConfirm => {}
        Moment::InACall => house.cloud.latency(&project, 250).await,
        Moment::BetweenCalls => house.cloud.latency(&project, 50).await,
        Moment::AfterALostAnswer => house.cloud.fault(&project, "put", "applied_then_lost", 1).await,
        Moment::WhileReadingBack => {
            house.cloud.tell("lag", json!({ "project": project.id, "ms": 1_500 })).await;
        }
    }
    let number = person.confirm(&review).await;
    match moment {
        Moment::Never => {}
        Moment::AfterConfirm => house.kill(),
        Moment::InACall => {
            let is_sending = |run: &RunPage| run.rows.iter().any(|row| row.desktop.state == DesktopState::Sending);
            until("a call", async || is_sending(&person.run(number).await).then_some(())).await;
            house.kill();
        }
        Moment::BetweenCalls | Moment::AfterALostAnswer => {
            until_puts(&house, &project, 1).await;
            house.kill();
        }
        Moment::WhileReadingBack => {
            until_puts(&house, &project, 3).await;
            house.kill();
        }
    }
    house.cloud.latency(&project, 0).await;
    let mut person = person;
    if !matches!(moment, Moment::Never) {
        house.start_apart();
        person = person.back_at(&house);
    }
    let run = person.until_ended(number).await;
    let mut sends = BTreeMap::new();
    for id in house.cloud.puts(&project).await.concat() {
        let name = project.desktops.iter().find(|desktop| desktop.id == id).unwrap().name.clone();
        *sends.entry(name).or_default() += 1;
    }
    let changed: Vec<String> =
        verdicts(&run).into_iter().filter(|(_, verdict)| *verdict == Verdict::Changed).map(|(name, _)| name).collect();
    assert_eq!(house.cloud.in_maintenance(&project).await, changed, "what is called changed is so in the cloud");
    Outcome { verdicts: verdicts(&run), sends }
}

/// The report after a kill is the one without, and no desktop is sent more than once more.
async fn check_kill(moment: Moment) {
    let (calm, killed) = tokio::join!(run_with_a_kill(Moment::Never), run_with_a_kill(moment));
    assert_eq!(killed.verdicts, calm.verdicts);
    for (name, sends) in killed.sends {
        assert!(sends <= calm.sends[&name] + 1, "{name} was sent {sends} times, without a kill {}", calm.sends[&name]);
    }
}

#[tokio::test]
async fn killed_after_the_confirm() {
    check_kill(Moment::AfterConfirm).await;
}

#[tokio::test]
async fn killed_while_a_call_is_under_way() {
    check_kill(Moment::InACall).await;
}

#[tokio::test]
async fn killed_between_two_calls() {
    check_kill(Moment::BetweenCalls).await;
}

#[tokio::test]
async fn killed_after_an_answer_was_lost() {
    check_kill(Moment::AfterALostAnswer).await;
}

#[tokio::test]
async fn killed_while_reading_back() {
    check_kill(Moment::WhileReadingBack).await;
}

#[tokio::test]
async fn killed_three_times_in_one_run() {
    let mut house = House::apart(&KILLED).await;
    let project = house.cloud.plain_project(60).await;
    let mut person: Person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 40).await;
    let number = person.confirm(&review).await;
    for puts in [1, 2, 3] {
        until_puts(&house, &project, puts).await;
        house.kill();
        house.start_apart();
        person = person.back_at(&house);
    }
    assert_eq!(person.until_ended(number).await.counts.changed, 60);
    let sends = house.cloud.puts(&project).await.concat();
    for id in project.ids() {
        let sends = sends.iter().filter(|sent| *sent == id).count();
        assert!((1..=4).contains(&sends), "{id} was sent {sends} times");
    }
}
