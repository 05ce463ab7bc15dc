//! Behind oauth2-proxy: with the settings that the page for administrators gives, and the headers that it sends.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use app::api::error::ApiError;
use app::api::session::{SignInPage, Visitor};
use config::FileFormat;
use domain::role::Role;
use http::StatusCode;
use serde_json::{Value, json};
use whole::{Browser, House, Person, Reply};

/// What oauth2-proxy sends for a person in two groups: <https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview>,
/// `--pass-user-headers`. `X-Forwarded-For` it adds as any proxy; the session's cookie it passes on.
const PERSON: [(&str, &str); 5] = [
    ("X-Forwarded-User", "first-1"),
    ("X-Forwarded-Email", "first@example.com"),
    ("X-Forwarded-Preferred-Username", "\u{141}ukasz"),
    ("X-Forwarded-Groups", "everybody,helpdesk"),
    ("X-Forwarded-For", "198.51.100.7"),
];

/// The blocks of a language on a page for administrators.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(page);
    let page = std::fs::read_to_string(page).unwrap();
    let start = format!("```{language}\n");
    page.split(&start).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The one block of settings of the page. Where a server listens and is reached is each server's own.
fn settings_of_the_page() -> Vec<(String, String)> {
    let blocks = blocks("oauth2-proxy.md", "toml");
    assert_eq!(blocks.len(), 1, "the page has one block of settings");
    let toml = config::File::from_str(&blocks[0], FileFormat::Toml);
    let read: BTreeMap<String, Value> =
        config::Config::builder().add_source(toml).build().unwrap().try_deserialize().unwrap();
    let mut settings = Vec::new();
    for (section, values) in &read {
        for (key, value) in values.as_object().into_iter().flatten() {
            settings.push((format!("{section}__{key}").to_uppercase(), text(value)));
        }
    }
    settings
}

fn text(value: &Value) -> String {
    match value {
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(","),
        one => one.as_str().unwrap().to_owned(),
    }
}

async fn house() -> House {
    let settings = settings_of_the_page();
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (&**key, &**value)).collect();
    House::with(&settings).await
}

/// The headers with others in place of those of the same name, or beside them.
fn with<'a>(headers: &[(&'a str, &'a str)], other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = headers.iter().filter(|(name, _)| other.iter().all(|(replaced, _)| replaced != name));
    kept.chain(other).copied().collect()
}

fn in_groups(groups: &str) -> Vec<(&str, &str)> {
    with(&PERSON, &[("X-Forwarded-Groups", groups)])
}

async fn sign_in_page(browser: &Browser) -> Reply {
    browser.fetch_json("/api/session/show", &json!({})).await
}

#[tokio::test]
async fn whom_oauth2_proxy_names_is_greeted_by_name_and_works_by_their_group() {
    let house = house().await;
    let browser = house.browser().through(&PERSON);
    let page: SignInPage = sign_in_page(&browser).await.json();
    let known = page.single_sign_on.unwrap();
    assert_eq!((known.name.as_str(), known.can_exchange), ("\u{141}ukasz", false));
    let project = house.cloud.plain_project(2).await;
    let person = Person { browser, project: project.clone() };
    person.sign_in().await;
    let visitor: Option<Visitor> = person.browser.fetch_json("/api/session/current", &json!({})).await.json();
    assert_eq!(visitor.unwrap().role, Role::Operator);
    let number = person.start_run("enter", &project.ids()).await;
    assert_eq!(person.until_ended(number).await.operator, "\u{141}ukasz");
    let signed_in = house.audit(&project.id).await.pop().unwrap();
    assert_eq!(signed_in.from.as_deref(), Some("198.51.100.7 through 127.0.0.1"));
    let operator = signed_in.operator.unwrap();
    assert_eq!((operator.issuer.as_str(), operator.subject.as_str()), ("https://idp.example.com", "first-1"));
}

#[tokio::test]
async fn the_groups_of_the_page_give_its_roles() {
    let house = house().await;
    let project = house.cloud.plain_project(1).await;
    for (groups, role) in
        [("viewers", Role::Viewer), ("helpdesk", Role::Operator), ("viewers,helpdesk-leads", Role::Lead)]
    {
        let person = Person { browser: house.browser().through(&in_groups(groups)), project: project.clone() };
        person.sign_in().await;
        let visitor: Option<Visitor> = person.browser.fetch_json("/api/session/current", &json!({})).await.json();
        assert_eq!(visitor.unwrap().role, role, "{groups}");
    }
    for groups in ["", "everybody", "helpdesk-leads-2"] {
        let reply = house.browser().through(&in_groups(groups)).get("/").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{groups}");
    }
}

#[tokio::test]
async fn the_id_token_after_bearer_makes_the_cloud_s_password_needless() {
    let house = house().await;
    let token = ("Authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJmaXJzdC0xIiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2ln");
    let page: SignInPage = sign_in_page(&house.browser().through(&with(&PERSON, &[token]))).await.json();
    assert!(page.single_sign_on.unwrap().can_exchange);
}

#[tokio::test]
async fn a7_what_oauth2_proxy_lets_pass_without_a_person_is_refused() {
    let house = house().await;
    // It takes its own headers from what a browser sends; where it does not know who that is, none is left. A script
    // then gets the proxy's own 401, and where one comes through all the same, ours.
    let nobody = [("X-Forwarded-For", "198.51.100.7")];
    let reply = sign_in_page(&house.browser().through(&nobody)).await;
    assert_eq!((reply.status, reply.json::<ApiError>()), (StatusCode::UNAUTHORIZED, ApiError::NoIdentity));
    for spoofed in [
        ("X_Forwarded_User", "first-1"),
        ("X-Auth-Request-User", "first-1"),
        ("X-Forwarded-Email", "first@example.com"),
        ("X-Forwarded-Preferred-Username", "first-1"),
    ] {
        let headers = [spoofed, ("X-Forwarded-Groups", "helpdesk-leads")];
        let reply = sign_in_page(&house.browser().through(&headers)).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{spoofed:?}");
    }
}

#[test]
fn what_the_pages_for_administrators_give_is_taken_at_start() {
    let by_token = blocks("oauth2-proxy.md", "text");
    let own = [blocks("../README.md", "toml"), blocks("oauth2-proxy.md", "toml")].concat();
    let others = blocks("other-proxies.md", "toml");
    assert_eq!((by_token.len(), own.len(), others.len()), (1, 2, 5));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("drydock.toml");
    for settings in [by_token, own, others].concat() {
        let cloud = if settings.contains("[cloud]") { "" } else { "[cloud]\nregion = \"ap-southeast-3\"\n" };
        std::fs::write(&file, format!("{settings}\n{cloud}")).unwrap();
        let config = server::config::Config::read(Some(&file), HashMap::new());
        let config = config.unwrap_or_else(|error| panic!("{error} in {settings}"));
        let single_sign_on = config.identity.single_sign_on(false, None);
        assert!(single_sign_on.is_ok_and(|layer| layer.is_some()), "{settings}");
    }
}
