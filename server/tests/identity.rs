//! Who sends a request, behind a single sign-on: who gets in, who is kept out, and what becomes of a session.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

use app::api::error::ApiError;
use app::api::session::{SignInPage, Visitor};
use http::StatusCode;
use serde_json::json;
use service::audit::Action;
use whole::{Browser, House, Person, Project, Reply};

/// A proxy on this machine names people in headers.
const HEADERS: [(&str, &str); 8] = [
    ("IDENTITY__MODE", "header"),
    ("IDENTITY__USER_HEADER", "X-Forwarded-User"),
    ("IDENTITY__NAME_HEADER", "X-Forwarded-Name"),
    ("IDENTITY__GROUPS_HEADER", "X-Forwarded-Groups"),
    ("IDENTITY__TRUSTED_PEERS", "127.0.0.1/32"),
    ("ROLES__VIEWER", "staff"),
    ("ROLES__OPERATOR", "helpdesk"),
    ("ROLES__LEAD", "leads"),
];

const FIRST: [(&str, &str); 3] =
    [("X-Forwarded-User", "first-1"), ("X-Forwarded-Name", "\u{141}ukasz"), ("X-Forwarded-Groups", "helpdesk")];
const SECOND: [(&str, &str); 2] = [("X-Forwarded-User", "second-2"), ("X-Forwarded-Groups", "helpdesk")];

async fn house() -> House {
    House::with(&HEADERS).await
}

/// Somebody whom the proxy names, signed in to the cloud.
async fn person(house: &House, headers: &[(&str, &str)], project: &Project) -> Person {
    let person = Person { browser: house.browser().through(headers), project: project.clone() };
    person.sign_in().await;
    person
}

async fn visitor(browser: &Browser) -> Reply {
    browser.fetch_json("/api/session/current", &json!({})).await
}

fn check_refused(reply: &Reply, status: StatusCode, error: &ApiError) {
    assert_eq!((reply.status, &reply.json::<ApiError>()), (status, error), "{}", reply.text);
}

/// What happened last, why, and where it came from.
async fn last_line(house: &House, project: &str) -> (Action, String, String) {
    let entry = house.audit(project).await.into_iter().next().unwrap();
    (entry.action, entry.why.unwrap_or_default(), entry.from.unwrap_or_default())
}

/// Nothing that was kept for the person opens the cloud any more.
async fn check_token_is_gone(house: &House, project: &Project) {
    assert_eq!(house.store().count_credentials(&project.id).await.unwrap(), 0, "no credential is left");
}

#[tokio::test]
async fn whom_the_proxy_names_is_the_operator_whoever_the_cloud_user_is() {
    let house = house().await;
    let project = house.cloud.plain_project(2).await;
    let person = person(&house, &FIRST, &project).await;
    let visitor: Visitor = visitor(&person.browser).await.json::<Option<Visitor>>().unwrap();
    assert_eq!((visitor.name.as_str(), visitor.cloud_user.as_str()), ("\u{141}ukasz", project.user.as_str()));
    assert!(visitor.behind_single_sign_on && visitor.opens_with_password);
    let number = person.start_run("enter", &project.ids()).await;
    assert_eq!(person.until_ended(number).await.operator, "\u{141}ukasz");
    let confirmed = house.audit(&project.id).await.into_iter().find(|entry| entry.action == Action::Confirmed).unwrap();
    assert_eq!(confirmed.operator.unwrap().subject, "first-1");
    assert!(confirmed.cloud_user.is_some_and(|user| !user.is_empty()));
    assert_eq!(confirmed.from.as_deref(), Some("127.0.0.1"));
}

#[tokio::test]
async fn a3_a_header_from_another_peer_is_refused_and_written_down() {
    let house = House::with(&[&HEADERS[..], &[("IDENTITY__TRUSTED_PEERS", "127.0.0.2/32,10.0.0.0/8")]].concat()).await;
    let browser = house.browser().through(&FIRST);
    check_refused(&visitor(&browser).await, StatusCode::UNAUTHORIZED, &ApiError::NoIdentity);
    let (action, why, from) = last_line(&house, "").await;
    assert_eq!((action, from.as_str()), (Action::IdentityRefused, "127.0.0.1"));
    assert!(why.contains("not trusted") && why.contains("sent an identity"), "{why}");
    let page = browser.get("/sign-in").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text.contains("single sign-on") && page.is_whole_page(), "{}", page.text);
}

#[tokio::test]
async fn a4_what_a_request_says_about_its_way_decides_nothing() {
    let house = House::with(&[&HEADERS[..], &[("IDENTITY__TRUSTED_PEERS", "127.0.0.2/32")]].concat()).await;
    for name in ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP"] {
        let value = if name == "Forwarded" { "for=127.0.0.2" } else { "127.0.0.2" };
        let headers = [&FIRST[..], &[(name, value)]].concat();
        let reply = visitor(&house.browser().through(&headers)).await;
        check_refused(&reply, StatusCode::UNAUTHORIZED, &ApiError::NoIdentity);
    }
}

#[tokio::test]
async fn a5_a8_no_other_header_names_anybody() {
    let house = house().await;
    for name in [
        "x_forwarded_user",
        "x-auth-request-groups",
        "X-WEBAUTH-USER",
        "X-Pomerium-Jwt-Assertion",
        "Cf-Access-Jwt-Assertion",
        "X-Goog-Iap-Jwt-Assertion",
        "X-Amzn-Oidc-Data",
        "REMOTE_USER",
        "Remote-Groups",
        "X-Forwarded-User-Id",
    ] {
        let reply = visitor(&house.browser().through(&[(name, "first-1"), ("X-Forwarded-Groups", "leads")])).await;
        check_refused(&reply, StatusCode::UNAUTHORIZED, &ApiError::NoIdentity);
        let both = [&FIRST[..], &[(name, "second-2")]].concat();
        assert_eq!(visitor(&house.browser().through(&both)).await.status, StatusCode::OK, "{name} changes nothing");
    }
}

#[tokio::test]
async fn a6_a_name_that_cannot_be_one_is_refused_and_one_of_any_script_is_shown() {
    let house = house().await;
    let long = "x".repeat(257);
    for user in ["", " ", "a,b", &long, "a\tb"] {
        let headers = [("X-Forwarded-User", user), ("X-Forwarded-Groups", "helpdesk")];
        let reply = visitor(&house.browser().through(&headers)).await;
        check_refused(&reply, StatusCode::UNAUTHORIZED, &ApiError::NoIdentity);
    }
    let twice = [&FIRST[..], &[("X-Forwarded-User", "first-1")]].concat();
    check_refused(&visitor(&house.browser().through(&twice)).await, StatusCode::UNAUTHORIZED, &ApiError::NoIdentity);
    let page: SignInPage = house.browser().through(&FIRST).fetch_json("/api/session/show", &json!({})).await.json();
    assert_eq!(page.single_sign_on.unwrap().name, "\u{141}ukasz");
    let page = house.browser().through(&FIRST).get("/sign-in").await;
    assert!(page.text.contains("\u{141}ukasz"), "{}", page.text);
}

#[tokio::test]
async fn a7_missing_header_ends_the_session() {
    let house = house().await;
    let project = house.cloud.plain_project(1).await;
    let person = person(&house, &FIRST, &project).await;
    let reply = person.browser.through(&[]).get(&person.page("desktops")).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    let removal = "__Host-drydock=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
    assert!(reply.set_cookies().contains(&removal), "{:?}", reply.set_cookies());
    let (action, ..) = last_line(&house, &project.id).await;
    assert_eq!(action, Action::IdentityMissing);
    check_token_is_gone(&house, &project).await;
    let back = person.browser.get(&person.page("desktops")).await;
    assert!(back.location().starts_with("/sign-in"), "the session does not come back with the header: {back:?}");
}

#[tokio::test]
async fn a9_another_identity_ends_the_session_and_is_written_down() {
    let house = house().await;
    let project = house.cloud.plain_project(2).await;
    let first = person(&house, &FIRST, &project).await;
    let review = first.review("enter", &project.ids()).await;
    let second = first.browser.through(&SECOND);
    let reply = second.get(&first.page(&format!("review/{review}"))).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(reply.text.contains("Somebody else is signed in"), "{}", reply.text);
    assert_eq!(reply.header("clear-site-data"), "\"storage\"");
    assert_eq!(reply.set_cookies().len(), 1, "the cookie goes: {:?}", reply.set_cookies());
    let (action, why, _) = last_line(&house, &project.id).await;
    assert_eq!((action, why.as_str()), (Action::IdentityChanged, "now second-2 at sso"));
    check_token_is_gone(&house, &project).await;
    assert!(second.get(&first.page("desktops")).await.location().starts_with("/sign-in"), "the second has to sign in");
}

#[tokio::test]
async fn a9_a_call_by_script_is_told_so_too() {
    let house = house().await;
    let project = house.cloud.plain_project(1).await;
    let first = person(&house, &FIRST, &project).await;
    let list = json!({ "project": project.name, "query": "", "poll": true });
    let reply = first.browser.through(&SECOND).fetch_json("/api/desktops/list", &list).await;
    check_refused(&reply, StatusCode::UNAUTHORIZED, &ApiError::IdentityChanged);
}

#[tokio::test]
async fn a11_who_comes_second_sees_nothing_of_the_first_but_the_projects_runs() {
    let house = house().await;
    let project = house.cloud.plain_project(2).await;
    let first = person(&house, &FIRST, &project).await;
    let review = first.review("enter", &project.ids()).await;
    let number = first.confirm(&review).await;
    first.until_ended(number).await;
    first.sign_out().await;
    let second = Person { browser: first.browser.through(&SECOND), project: project.clone() };
    assert!(second.browser.get(&second.page("desktops")).await.location().starts_with("/sign-in"));
    second.sign_in().await;
    let show = json!({ "project": project.name, "id": review, "query": "" });
    let reply = second.browser.fetch_json("/api/review/show", &show).await;
    check_refused(&reply, StatusCode::NOT_FOUND, &ApiError::NotFound);
    assert_eq!(second.until_ended(number).await.operator, "\u{141}ukasz", "runs belong to the project");
}

#[tokio::test]
async fn a13_a_sign_out_drops_the_token_here_and_asks_the_cloud_to_end_it() {
    let logout = "https://sso.example/end?to=/";
    let house = House::with(&[&HEADERS[..], &[("IDENTITY__LOGOUT_URL", logout)]].concat()).await;
    let project = house.cloud.plain_project(1).await;
    let person = person(&house, &FIRST, &project).await;
    let reply = person.sign_out().await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/signed-out"));
    check_token_is_gone(&house, &project).await;
    let page = person.browser.get("/signed-out").await;
    assert_eq!((page.status, page.header("refresh")), (StatusCode::OK, &*format!("0;url={logout}")));
    assert!(page.text.contains(&format!("href=\"{logout}\"")), "{}", page.text);
    whole::until("the cloud to be asked", async || {
        let calls = house.cloud.calls(&project).await;
        calls.contains(&("DELETE".to_owned(), "/v3/auth/tokens".to_owned())).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a17_who_is_in_no_named_group_gets_a_clear_page_and_no_call_to_the_cloud() {
    let house = house().await;
    let project = house.cloud.plain_project(1).await;
    for groups in ["", "Helpdesk", "helpdesk2,staffs"] {
        let browser = house.browser().through(&[("X-Forwarded-User", "third-3"), ("X-Forwarded-Groups", groups)]);
        let page = browser.get("/").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{groups}");
        assert!(page.text.contains("You are in no group that may use Drydock."), "{}", page.text);
        let person = Person { browser, project: project.clone() };
        assert_eq!(person.try_sign_in("").await.status, StatusCode::FORBIDDEN, "{groups}");
    }
    assert!(house.cloud.calls(&project).await.is_empty(), "the cloud was not called");
    let (action, why, _) = last_line(&house, "").await;
    assert_eq!((action, why.as_str()), (Action::RoleRefused, "no group gives a role"));
    assert_eq!(house.audit("").await[0].operator.as_ref().unwrap().subject, "third-3");
}

#[tokio::test]
async fn a17_who_loses_the_group_loses_the_session() {
    let house = house().await;
    let project = house.cloud.plain_project(1).await;
    let first = person(&house, &FIRST, &project).await;
    let removed = first.browser.through(&[("X-Forwarded-User", "first-1"), ("X-Forwarded-Groups", "")]);
    assert_eq!(removed.get(&first.page("desktops")).await.status, StatusCode::FORBIDDEN);
    check_token_is_gone(&house, &project).await;
}

#[tokio::test]
async fn a_flood_of_refusals_does_not_fill_the_audit() {
    let house = house().await;
    for _ in 0..80 {
        assert_eq!(house.browser().get("/").await.status, StatusCode::UNAUTHORIZED);
    }
    let lines = house.audit("").await.into_iter().filter(|entry| entry.action == Action::IdentityRefused).count();
    assert_eq!(lines, 60);
}
