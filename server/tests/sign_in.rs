//! Signing in: by ID token, to several projects, within limits; and what a role lets a person do.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

use app::api::desktops::DesktopsPage;
use app::api::error::{ApiError, SignInProblem};
use app::api::history::AuditPage;
use app::api::session::Visitor;
use app::api::sessions::SessionsPage;
use domain::role::Role;
use http::StatusCode;
use serde_json::json;
use service::audit::Action;
use std::time::Duration;
use whole::{Browser, House, Person, Project, Reply, until};

const HEADERS: [(&str, &str); 7] = [
    ("IDENTITY__MODE", "header"),
    ("IDENTITY__USER_HEADER", "X-User"),
    ("IDENTITY__GROUPS_HEADER", "X-Groups"),
    ("IDENTITY__TRUSTED_PEERS", "127.0.0.1/32"),
    ("ROLES__VIEWER", "staff"),
    ("ROLES__OPERATOR", "helpdesk"),
    ("ROLES__LEAD", "leads"),
];

async fn in_group(house: &House, group: &str, project: &Project) -> Person {
    let browser = house.browser().through(&[("X-User", group), ("X-Groups", group)]);
    let person = Person { browser, project: project.clone() };
    person.sign_in().await;
    person
}

async fn try_password(browser: &Browser, project: &Project, user: &str, password: &str) -> Reply {
    let form = [("account", &*project.account), ("user", user), ("password", password), ("project", &*project.name)];
    browser.fetch_form("/api/session/sign_in", &form).await
}

fn problem(reply: &Reply) -> SignInProblem {
    match reply.json() {
        ApiError::SignIn(problem) => problem,
        other => panic!("{other:?}"),
    }
}

async fn password_calls(house: &House, project: &Project) -> usize {
    let calls = house.cloud.calls(project).await;
    calls.iter().filter(|(method, path)| method == "POST" && path == "/v3/auth/tokens").count()
}

#[tokio::test]
async fn d1_three_failures_stop_the_fourth_try_before_the_cloud_locks_anybody() {
    let mut house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let browser = house.browser();
    for _ in 0..3 {
        assert_eq!(problem(&try_password(&browser, &project, &project.user, "wrong").await), SignInProblem::Refused);
    }
    let before = password_calls(&house, &project).await;
    for password in ["wrong", &project.password] {
        let held = problem(&try_password(&browser, &project, &project.user, password).await);
        assert!(matches!(held, SignInProblem::Held { seconds } if (800..=900).contains(&seconds)), "{held:?}");
    }
    assert_eq!(password_calls(&house, &project).await, before, "the cloud was not asked");
    assert_eq!(house.audit("").await[0].action, Action::SignInHeld);
    let colleague = house.cloud.colleague(&project).await;
    assert_eq!(try_password(&browser, &project, &colleague.user, &colleague.password).await.status, StatusCode::OK);

    house.stop().await;
    house.start().await;
    let browser = browser.moved_to(house.origin());
    let held = problem(&try_password(&browser, &project, &project.user, &project.password).await);
    assert!(matches!(held, SignInProblem::Held { .. }), "a restart forgets nothing: {held:?}");
    house.put_clock_forward(Duration::from_mins(16));
    assert_eq!(try_password(&browser, &project, &project.user, &project.password).await.status, StatusCode::OK);
}

#[tokio::test]
async fn d2_eight_failures_stop_a_person_of_the_single_sign_on_and_nobody_else() {
    let house = House::with(&HEADERS).await;
    let project = house.cloud.plain_project(1).await;
    let first = house.browser().through(&[("X-User", "first"), ("X-Groups", "helpdesk")]);
    for number in 0..8 {
        let refused = problem(&try_password(&first, &project, &format!("made-up-{number}"), "wrong").await);
        assert_eq!(refused, SignInProblem::Refused, "{number}");
    }
    let held = problem(&try_password(&first, &project, &project.user, &project.password).await);
    assert!(matches!(held, SignInProblem::Held { .. }), "{held:?}");
    let second = house.browser().through(&[("X-User", "second"), ("X-Groups", "helpdesk")]);
    let reply = try_password(&second, &project, &project.user, &project.password).await;
    assert_eq!(reply.status, StatusCode::OK, "the proxy that both come through is no key: {}", reply.text);
}

#[tokio::test]
async fn d3_a_wrong_password_an_unknown_and_a_locked_user_read_alike_and_cost_the_same_calls() {
    let house = House::with(&[("CLOUD__SIGN_IN_TRIES", "10")]).await;
    let project = house.cloud.plain_project(1).await;
    let locked = house.cloud.colleague(&project).await;
    for _ in 0..6 {
        try_password(&house.browser(), &project, &locked.user, "wrong").await;
    }
    let mut seen = Vec::new();
    for (user, password) in
        [(&*project.user, "wrong"), ("nobody-of-that-name", "wrong"), (&*locked.user, &*locked.password)]
    {
        let before = password_calls(&house, &project).await;
        let reply = try_password(&house.browser(), &project, user, password).await;
        let calls = password_calls(&house, &project).await - before;
        seen.push((reply.status, reply.text.clone(), reply.set_cookies().len(), calls));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn d4_a_cloud_that_does_not_answer_counts_against_nobody() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    for _ in 0..6 {
        house.cloud.fault(&project, "token", "lost_before_applied", 1).await;
        let away = problem(&try_password(&house.browser(), &project, &project.user, &project.password).await);
        assert_eq!(away, SignInProblem::Unreachable);
    }
    assert_eq!(try_password(&house.browser(), &project, &project.user, &project.password).await.status, StatusCode::OK);
}

#[tokio::test]
async fn b17_two_projects_are_open_side_by_side_and_each_page_uses_its_own() {
    let house = House::open().await;
    let first = house.cloud.plain_project(2).await;
    let plan = json!({ "desktops": 3, "plain": true, "account": first.account, "user": first.user });
    let second = Project { password: first.password.clone(), ..house.cloud.project(plan).await };
    let person = house.sign_in(&first).await;
    let cookie = person.browser.cookie("__Host-drydock");
    let open = [("project", &*second.name), ("password", &*first.password)];
    let reply = person.browser.post("/api/session/open_project", &open).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, &*format!("/{}/desktops", second.name)));
    assert_ne!(person.browser.cookie("__Host-drydock"), cookie, "B2: a project switch changes the cookie");
    for (project, count) in [(&first, 2), (&second, 3)] {
        let list = json!({ "project": project.name, "query": "", "poll": false });
        let page: DesktopsPage = until("the list", async || {
            let page: DesktopsPage = person.browser.fetch_json("/api/desktops/list", &list).await.json();
            page.catalogue.read_at.is_some().then_some(page)
        })
        .await;
        assert_eq!(page.total, count, "{}", project.name);
    }
    let beside = Person { browser: person.browser.clone(), project: second.clone() };
    let number = beside.start_run("enter", &second.ids()).await;
    beside.until_ended(number).await;
    assert_eq!(house.cloud.in_maintenance(&second).await.len(), 3);
    assert!(house.cloud.in_maintenance(&first).await.is_empty(), "the other project was not touched");
    let reply = person.browser.fetch_form("/api/session/open_project", &[("project", "no-such-project")]).await;
    assert_eq!(problem(&reply), SignInProblem::PasswordNeeded);
}

#[tokio::test]
async fn b15_a_token_of_30_kb_works_to_the_end_and_one_of_33_kb_is_a_clear_error() {
    let house = House::open().await;
    let project = house.cloud.plain_project(2).await;
    house.cloud.tell("tokens/size", json!({ "project": project.id, "bytes": 30_000 })).await;
    let person = house.sign_in(&project).await;
    let number = person.start_run("enter", &project.ids()).await;
    person.until_ended(number).await;
    assert_eq!(house.cloud.in_maintenance(&project).await.len(), 2);
    house.cloud.tell("tokens/size", json!({ "project": project.id, "bytes": 33_000 })).await;
    let reply = try_password(&house.browser(), &project, &project.user, &project.password).await;
    assert_eq!(problem(&reply), SignInProblem::TokenTooLong);
}

#[tokio::test]
async fn b7_b16_a_token_that_the_cloud_refuses_is_dropped_although_the_page_failed() {
    let house = House::open().await;
    let project = house.cloud.plain_project(2).await;
    let person = house.sign_in(&project).await;
    house.cloud.tell("tokens/end", json!({ "project": project.id })).await;
    let list = json!({ "project": project.name, "query": "", "poll": false });
    let reply = until("the token to be dropped", async || {
        let reply = person.browser.fetch_json("/api/desktops/list", &list).await;
        (reply.status != StatusCode::OK).then_some(reply)
    })
    .await;
    assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::UNAUTHORIZED, ApiError::SignedOut));
    assert_eq!(house.store().count_credentials(&project.id).await.unwrap(), 0);
    let visitor: Option<Visitor> = person.browser.fetch_json("/api/session/current", &json!({})).await.json();
    assert!(visitor.is_some(), "the person is still known, and only asked for the cloud's sign-in");
}

#[tokio::test]
async fn b8_a_person_sees_and_ends_their_other_sessions_and_nobody_elses() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let here = house.sign_in(&project).await;
    let there = house.sign_in(&project).await;
    let stranger = house.sign_in(&house.cloud.colleague(&project).await).await;
    let page = async |person: &Person| -> SessionsPage {
        person.browser.fetch_json("/api/sessions/show", &json!({})).await.json()
    };
    let rows = page(&here).await.rows;
    assert_eq!((rows.len(), rows.iter().filter(|row| row.is_this).count()), (2, 1));
    let other = rows.into_iter().find(|row| !row.is_this).unwrap();
    let end = [("sign_in", &*other.sign_in)];
    let reply = stranger.browser.fetch_form("/api/sessions/end", &end).await;
    assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::NOT_FOUND, ApiError::NotFound));
    let reply = here.browser.post("/api/sessions/end", &end).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/sessions"));
    assert!(there.browser.get(&there.page("desktops")).await.location().starts_with("/sign-in"));
    assert_eq!(page(&here).await.rows.len(), 1);
    assert_eq!(house.store().count_credentials(&project.id).await.unwrap(), 2, "here's and the stranger's");
    let third = house.sign_in(&project).await;
    assert_eq!(here.browser.fetch_form("/api/sessions/end_others", &[]).await.status, StatusCode::OK);
    assert!(third.browser.get(&third.page("desktops")).await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn b8_an_administrators_command_ends_sessions_while_the_server_runs_and_pauses_their_runs() {
    let mut house = House::closed(&[]).await;
    house.start_apart();
    let project = house.cloud.plain_project(40).await;
    let person = house.sign_in(&project).await;
    house.cloud.latency(&project, 300).await;
    let number = person.start_run("enter", &project.ids()).await;
    let output = house.command(&["sessions", "end", &project.user]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "1 session ended");
    assert!(person.browser.get(&person.page("desktops")).await.location().starts_with("/sign-in"));
    let again = house.sign_in(&house.cloud.colleague(&project).await).await;
    until("the run to pause or end", async || {
        let phase = again.run(number).await.phase;
        (matches!(phase, domain::maintenance::run::Phase::Paused(_) | domain::maintenance::run::Phase::Ended))
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_viewer_sees_everything_and_every_function_that_changes_refuses_them() {
    let house = House::with(&HEADERS).await;
    let project = house.cloud.plain_project(2).await;
    let operator = in_group(&house, "helpdesk", &project).await;
    let review = operator.review("enter", &project.ids()).await;
    let number = operator.confirm(&review).await;
    operator.until_ended(number).await;
    let calls_before = house.cloud.puts(&project).await.len();
    let viewer = in_group(&house, "staff", &project).await;
    let name = &project.name;
    let number = number.to_string();
    let of = |more: &[(&'static str, &str)]| {
        let mut fields = vec![("project".to_owned(), name.clone())];
        fields.extend(more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        fields
    };
    // Whatever is new must be judged here: what a viewer may do, and what is refused to them.
    let refused = [
        ("/api/desktops/review", of(&[("mode", "enter"), ("ids[]", project.ids()[0])])),
        ("/api/review/confirm", of(&[("review", &review), ("reason", "Patching")])),
        ("/api/review/renew", of(&[("review", &review)])),
        ("/api/run/stop", of(&[("number", &number)])),
        ("/api/run/continue", of(&[("number", &number)])),
        ("/api/run/take_over", of(&[("number", &number)])),
        ("/api/run/retry", of(&[("number", &number)])),
        ("/api/run/send_rest", of(&[("number", &number)])),
        ("/api/run/read_again", of(&[("number", &number)])),
        ("/api/run/undo", of(&[("number", &number)])),
    ];
    let allowed = [
        "/api/desktops/count",
        "/api/desktops/list",
        "/api/desktops/refresh",
        "/api/history/audit",
        "/api/history/show",
        "/api/review/show",
        "/api/run/show",
        "/api/session/current",
        "/api/session/exchange",
        "/api/session/open_project",
        "/api/session/show",
        "/api/session/sign_in",
        "/api/session/sign_out",
        "/api/sessions/end",
        "/api/sessions/end_others",
        "/api/sessions/show",
    ];
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        let is_judged = allowed.contains(&path) || refused.iter().any(|(known, _)| *known == path);
        assert!(is_judged, "{path} is new: say what a viewer may do");
    }
    for (path, fields) in &refused {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (&**key, &**value)).collect();
        let reply = viewer.browser.fetch_form(path, &fields).await;
        let needed = ApiError::NeedsRole { role: Role::Operator };
        assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::FORBIDDEN, needed), "{path}");
        let line = house.audit(&project.id).await.into_iter().next().unwrap();
        assert_eq!((line.action, line.operator.unwrap().subject.as_str()), (Action::NotPermitted, "staff"), "{path}");
    }
    assert_eq!(house.cloud.puts(&project).await.len(), calls_before);
    assert_eq!(viewer.browser.get(&viewer.page("desktops")).await.status, StatusCode::OK);
    let page = viewer.browser.get(&viewer.page(&format!("runs/{number}"))).await;
    assert_eq!(page.status, StatusCode::OK, "a viewer sees the runs of the project");
    for text in ["Undo 2…", "Needs the operator role", "Copy summary", "CSV"] {
        assert!(page.text.contains(text), "{text} is not on {}", page.text);
    }
}

#[tokio::test]
async fn the_audit_is_for_leads() {
    let house = House::with(&HEADERS).await;
    let project = house.cloud.plain_project(1).await;
    let arguments = json!({ "project": project.name, "query": "" });
    for group in ["staff", "helpdesk"] {
        let person = in_group(&house, group, &project).await;
        let reply = person.browser.fetch_json("/api/history/audit", &arguments).await;
        let needed = ApiError::NeedsRole { role: Role::Lead };
        assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::FORBIDDEN, needed), "{group}");
        let page = person.browser.get(&person.page("history?show=audit")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{group}");
        assert!(page.text.contains("Needs the lead role."), "{group}");
    }
    let lead = in_group(&house, "leads", &project).await;
    let page: AuditPage = lead.browser.fetch_json("/api/history/audit", &arguments).await.json();
    let who: Vec<_> = page
        .rows
        .iter()
        .filter(|row| row.action == "signed_in")
        .map(|row| (row.action.as_str(), row.who.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(who, [("signed_in", "leads"), ("signed_in", "helpdesk"), ("signed_in", "staff")]);
    assert!(page.rows.iter().all(|row| row.from.as_deref() == Some("127.0.0.1")));
}

#[tokio::test]
async fn every_refusal_that_concerns_a_person_is_in_the_audit() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let person = house.sign_in(&project).await;
    try_password(&house.browser(), &project, &project.user, "wrong").await;
    let headers = [("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")];
    person.browser.send(http::Method::POST, "/api/session/sign_out", &headers, "").await;
    person.sign_out().await;
    let actions: Vec<Action> = house.audit(&project.id).await.into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, [Action::SignedOut, Action::OriginRefused, Action::SignInRefused, Action::SignedIn]);
}
