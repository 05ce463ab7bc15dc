//! What people do when a run is over, or waits: each button of its page, over HTTP.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

use app::api::review::ReviewPage;
use app::api::run::RunPage;
use domain::maintenance::Verdict;
use domain::maintenance::follow_up::{FollowUp, LeftOutReason, Origin};
use domain::maintenance::run::{DesktopState, KeptBack, Pause, Phase};
use http::StatusCode;
use serde_json::json;
use service::audit::Action;
use std::time::Duration;
use whole::{House, Person, Project, until};

/// One PUT at a time, of ten desktops: so that there is a middle to a run.
const STEP_BY_STEP: [(&str, &str); 2] = [("CLOUD__BATCH_LIMIT_IDS", "10"), ("CLOUD__BATCHES_IN_FLIGHT", "1")];

#[tokio::test]
async fn c11_the_csv_holds_every_desktop_and_no_formula() {
    let house = House::open().await;
    let extra = [json!({ "computer_name": "=cmd|' /C calc'!A0" }), json!({ "computer_name": "a, \"b\"\r\nc" })];
    let plan = json!({ "desktops": 1, "plain": true, "sentinels": ["403"], "extra": extra });
    let project = house.cloud.project(plan).await;
    let person = house.sign_in(&project).await;
    let number = person.start_run("enter", &project.ids()).await;
    person.until_ended(number).await;
    let file = person.browser.get(&person.page(&format!("runs/{number}/desktops.csv"))).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"run-1.csv\"");
    assert_eq!(file.header("cache-control"), "no-store");
    assert!(file.text.starts_with("Desktop,Desktop id,User,") && file.text.contains("Since (UTC)"), "{}", file.text);
    for id in project.ids() {
        assert!(file.text.contains(id), "{id} is missing");
    }
    assert!(file.text.contains("'=cmd|' /C calc'!A0,"), "{}", file.text);
    assert!(file.text.contains("WKS.00000403") && file.text.contains("Read back in maintenance"), "{}", file.text);
}

#[tokio::test]
async fn the_summary_is_plain_text_for_a_ticket() {
    let house = House::open().await;
    let project = house.cloud.project(json!({ "desktops": 2, "plain": true, "sentinels": ["403"] })).await;
    let person = house.sign_in(&project).await;
    let number = person.start_run("enter", &project.ids()).await;
    person.until_ended(number).await;
    let summary = person.browser.get(&person.page(&format!("runs/{number}/summary"))).await;
    assert_eq!((summary.status, summary.header("content-type")), (StatusCode::OK, "text/plain; charset=utf-8"));
    for line in ["Run 1: put 3 desktops into maintenance\n", "Ticket: CHG-7\n", "Changed: 2\n", "Refused: 1\n"] {
        assert!(summary.text.contains(line), "{line} is not in {}", summary.text);
    }
    assert!(summary.text.contains("- AAA-refuses-403 ("), "{}", summary.text);
}

#[tokio::test]
async fn a_run_as_text_is_for_who_may_see_its_page_alone() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let person = house.sign_in(&project).await;
    let number = person.start_run("enter", &project.ids()).await;
    let other = house.sign_in(&house.cloud.plain_project(1).await).await;
    for rest in ["desktops.csv", "summary"] {
        let path = person.page(&format!("runs/{number}/{rest}"));
        let led = house.browser().get(&path).await;
        assert_eq!(led.status, StatusCode::SEE_OTHER, "{rest}");
        assert!(led.location().starts_with("/sign-in?next="), "{rest}: {led:?}");
        assert_eq!(other.browser.get(&path).await.status, StatusCode::FORBIDDEN, "{rest}");
        for wrong in ["7", "x", "-1"] {
            let reply = person.browser.get(&person.page(&format!("runs/{wrong}/{rest}"))).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{wrong}/{rest}");
        }
    }
}

/// Refuses the next PUT of the project, as a busy desktop does.
async fn refuse_once(house: &House, project: &Project) {
    let body = json!({ "error_code": "WKS.00010032", "error_msg": "The desktop is busy." });
    let fault =
        json!({ "project": project.id, "on": "put", "kind": "status", "status": 409, "body": body, "times": 1 });
    house.cloud.tell("fault", fault).await;
}

async fn actions(house: &House, project: &Project) -> Vec<Action> {
    house.audit(&project.id).await.into_iter().map(|entry| entry.action).collect()
}

#[tokio::test]
async fn what_was_refused_is_retried_in_a_run_of_its_own_once_for_two_clicks() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let person = house.sign_in(&project).await;
    refuse_once(&house, &project).await;
    let run = person.until_ended(person.start_run("enter", &project.ids()).await).await;
    assert_eq!((run.counts.refused, run.may_retry, run.may_send, run.may_undo), (1, 1, 0, 0));
    refuse_once(&house, &project).await;
    let clicks = futures::future::join_all((0..10).map(|_| person.follow("retry", 1, 0))).await;
    assert_eq!(clicks, [2; 10]);
    let retry = person.until_ended(2).await;
    assert_eq!(retry.origin, Some(Origin { kind: FollowUp::Retry, run: 1 }));
    assert_eq!((&*retry.reason, &*retry.ticket, retry.counts.refused), ("Patching", "CHG-7", 1));
    assert_eq!(person.follow("retry", 1, 0).await, 2, "that press has started its run, which is over");
    assert_eq!(person.follow("retry", 1, 1).await, 3, "who has seen it may retry once more");
    assert_eq!(person.until_ended(3).await.counts.changed, 1);
    assert_eq!(person.run(1).await.followers, [(FollowUp::Retry, 2), (FollowUp::Retry, 3)]);
    for (page, text) in [("runs/1", "Retried in"), ("runs/2", "Retry of"), ("runs/1", "Retry 1 refused")] {
        let page = person.browser.get(&person.page(page)).await;
        assert!(page.is_whole_page() && page.text.contains(text), "{text} is not on {}", page.text);
    }
    assert_eq!(actions(&house, &project).await.iter().filter(|action| **action == Action::Retried).count(), 2);
    let nothing = person.act_on_run("retry", 3).await;
    assert!(person.browser.get(nothing.location()).await.text.contains("role=\"alert\""), "nothing is refused in it");
}

#[tokio::test]
async fn a_retry_of_desktops_that_another_run_holds_sends_nothing_and_says_so() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let person = house.sign_in(&project).await;
    refuse_once(&house, &project).await;
    person.until_ended(person.start_run("enter", &project.ids()).await).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 400).await;
    person.confirm(&review).await;
    let reply = person.act_on_run("retry", 1).await;
    let page = person.browser.get(reply.location()).await;
    assert!(page.text.contains("role=\"alert\"") && page.text.contains("Another open run holds"), "{}", page.text);
    person.until_ended(2).await;
    assert!(actions(&house, &project).await.contains(&Action::ConfirmHeld));
}

/// A run of 40 in whose middle the person goes away; what the colleague sees of it.
async fn paused_in_the_middle(house: &House) -> (Person, Person, RunPage) {
    let project = house.cloud.plain_project(40).await;
    let person = house.sign_in(&project).await;
    let colleague = house.sign_in(&house.cloud.colleague(&project).await).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 60).await;
    let number = person.confirm(&review).await;
    until("a call", async || (!house.cloud.puts(&project).await.is_empty()).then_some(())).await;
    person.sign_out().await;
    let run = colleague.until_phase(number, Phase::Paused(Pause::SignIn)).await;
    until("calls to end", async || {
        let run = colleague.run(number).await;
        run.rows.iter().all(|row| row.desktop.state != DesktopState::Sending).then_some(())
    })
    .await;
    (person, colleague, run)
}

#[tokio::test]
async fn what_was_not_sent_is_sent_in_a_run_of_its_own() {
    let house = House::with(&STEP_BY_STEP).await;
    let project = house.cloud.plain_project(40).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()).await;
    house.cloud.latency(&project, 60).await;
    let number = person.confirm(&review).await;
    until("a call", async || (!house.cloud.puts(&project).await.is_empty()).then_some(())).await;
    person.act_on_run("stop", number).await;
    let run = person.until_phase(number, Phase::Stopped).await;
    assert_eq!(run.may_send, run.counts.not_sent);
    house.cloud.latency(&project, 0).await;
    assert_eq!(person.follow("send_rest", number, 0).await, 2);
    let rest = person.until_ended(2).await;
    assert_eq!((rest.counts.changed, rest.counts.total()), (run.counts.not_sent, run.counts.not_sent));
    assert_eq!(rest.origin, Some(Origin { kind: FollowUp::Send, run: 1 }));
    assert_eq!(house.cloud.in_maintenance(&project).await.len(), 40);
    assert!(actions(&house, &project).await.contains(&Action::RestSent));
}

#[tokio::test]
async fn a_colleague_takes_a_paused_run_over_and_a_stale_answer_does_nothing() {
    let house = House::with(&STEP_BY_STEP).await;
    let (person, colleague, run) = paused_in_the_middle(&house).await;
    assert!(run.may_take_over && !run.may_continue);
    let stale = RunPage { pause: run.pause.map(|pause| pause + 1), ..run.clone() };
    let reply = colleague.answer_pause("take_over", &stale).await;
    assert!(colleague.browser.get(reply.location()).await.text.contains("role=\"alert\""));
    assert_eq!(colleague.run(run.number).await.phase, Phase::Paused(Pause::SignIn));
    let page = colleague.browser.get(&colleague.page("runs/1")).await;
    assert!(page.text.contains("Take over"), "{}", page.text);
    colleague.answer_pause("take_over", &run).await;
    assert_eq!(colleague.until_ended(run.number).await.counts.changed, 40);
    let line = house.audit(&person.project.id).await.into_iter().find(|line| line.action == Action::TakenOver).unwrap();
    assert_eq!((line.run, line.operator.unwrap().name), (Some(run.number), colleague.project.user.clone()));
}

#[tokio::test]
async fn a_stale_continue_does_nothing() {
    let house = House::with(&STEP_BY_STEP).await;
    let (person, _, run) = paused_in_the_middle(&house).await;
    house.put_clock_forward(Duration::from_mins(16));
    person.sign_in().await;
    let run = person.run(run.number).await;
    assert!(run.may_continue && !run.may_take_over);
    person.act_on_run("continue", run.number).await;
    assert_eq!(person.run(run.number).await.phase, run.phase, "an answer that names no pause");
    person.answer_pause("continue", &run).await;
    assert_eq!(person.until_ended(run.number).await.counts.changed, 40);
}

#[tokio::test]
async fn a_long_pause_gives_up_what_was_not_named_and_takes_again_what_is_free() {
    let mut house = House::with(&STEP_BY_STEP).await;
    let (person, colleague, run) = paused_in_the_middle(&house).await;
    let ids: Vec<String> = run
        .rows
        .iter()
        .filter(|row| row.desktop.state == DesktopState::Waiting && row.desktop.batch.is_none())
        .map(|row| row.desktop.id.to_string())
        .collect();
    let wanted: Vec<&str> = ids.iter().take(10).map(String::as_str).collect();
    assert_eq!(wanted.len(), 10);
    house.put_clock_forward(Duration::from_mins(16));
    house.stop().await;
    house.start().await;
    let (person, colleague) = (person.back_at(&house), colleague.back_at(&house));
    person.sign_in().await;
    let review = colleague.review("enter", &wanted).await;
    house.cloud.latency(&person.project, 500).await;
    assert_eq!(colleague.confirm(&review).await, 2, "nobody holds them any more");
    let run = person.run(run.number).await;
    person.answer_pause("continue", &run).await;
    house.cloud.latency(&person.project, 0).await;
    let run = person.until_ended(run.number).await;
    assert_eq!((run.counts.changed, run.counts.not_sent), (30, 10), "{:?}", run.counts);
    let kept_back = run.rows.iter().filter(|row| row.desktop.kept_back == Some(KeptBack::InRun { number: 2 }));
    assert_eq!(kept_back.count(), 10);
    let page = person.browser.get(&person.page("runs/1?show=not-sent")).await;
    assert!(page.text.contains("In run 2, nothing was sent"), "{}", page.text);
    assert_eq!(colleague.until_ended(2).await.counts.changed, 10);
}

#[tokio::test]
async fn what_is_unknown_is_read_again_in_the_same_run_and_never_sent() {
    let house = House::with(&[("CLOUD__READ_BACK_LIMIT", "1s")]).await;
    let project = house.cloud.plain_project(2).await;
    let person = house.sign_in(&project).await;
    house.cloud.tell("lag", json!({ "project": project.id, "ms": 3_000 })).await;
    let number = person.start_run("enter", &project.ids()).await;
    let run = person.until_ended(number).await;
    assert_eq!((run.counts.unknown, run.may_read_again, run.may_send), (2, 2, 0));
    let page = person.browser.get(&person.page("runs/1")).await;
    assert!(page.text.contains("Read 2 again"), "{}", page.text);
    until("the cloud to show it", async || {
        person.act_on_run("read_again", number).await;
        (person.until_ended(number).await.counts.changed == 2).then_some(())
    })
    .await;
    assert_eq!(house.cloud.puts(&project).await.len(), 1);
    assert!(actions(&house, &project).await.contains(&Action::ReadAgain));
    let reply = person.act_on_run("read_again", number).await;
    assert!(person.browser.get(reply.location()).await.text.contains("role=\"alert\""), "nothing is unknown any more");
}

#[tokio::test]
async fn an_undo_is_reviewed_and_leaves_out_what_changed_since() {
    let house = House::open().await;
    let project = house.cloud.plain_project(4).await;
    let person = house.sign_in(&project).await;
    let ids = project.ids();
    let number = person.start_run("enter", &ids).await;
    assert_eq!(person.until_ended(number).await.may_undo, 4);
    person.until_ended(person.start_run("leave", &ids[..1]).await).await;
    house.cloud.flip(&project, ids[1], false).await;
    let review = until("a list that shows it", async || {
        person.browser.post("/api/desktops/refresh", &[("project", &project.name)]).await;
        let reply = person.act_on_run("undo", number).await;
        let id = reply.location().rsplit_once("/review/").unwrap().1.to_owned();
        let show = json!({ "project": project.name, "id": id, "query": "" });
        let page: ReviewPage = person.browser.fetch_json("/api/review/show", &show).await.json();
        (page.left_out_count == 2).then_some(page)
    })
    .await;
    assert_eq!((review.undoes, review.will_change), (Some(1), 2));
    let reasons: Vec<_> =
        ids[..2].iter().map(|id| review.left_out.iter().find(|left| left.id.as_str() == *id).unwrap().reason).collect();
    assert_eq!(reasons, [LeftOutReason::LaterRun(2), LeftOutReason::ChangedSince]);
    let page = person.browser.get(&person.page(&format!("review/{}", review.id))).await;
    for text in ["Undo of", "2 desktops are left out", "Run 2 has named it since", "Somebody has changed it since"] {
        assert!(page.is_whole_page() && page.text.contains(text), "{text} is not on {}", page.text);
    }
    let undo = person.until_ended(person.confirm(&review.id).await).await;
    assert_eq!(undo.origin, Some(Origin { kind: FollowUp::Undo, run: 1 }));
    assert_eq!((undo.counts.changed, undo.counts.total()), (2, 2));
    assert!(house.cloud.in_maintenance(&project).await.is_empty());
    assert_eq!(person.run(number).await.followers, [(FollowUp::Undo, undo.number)]);
    assert!(actions(&house, &project).await.contains(&Action::Undone));
    assert!(undo.rows.iter().all(|row| row.desktop.state == DesktopState::Final(Verdict::Changed)));
}
