//! The edge: what every answer carries, who is led where, and what is never let in.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use serde_json::json;
use whole::{Browser, House, Person, Reply};

const SESSION: &str = "__Host-drydock";

fn functions() -> Vec<String> {
    let mut paths: Vec<String> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    paths.sort();
    assert!(paths.len() >= 15, "{paths:?}");
    paths
}

async fn house_and_person(desktops: usize) -> (House, Person) {
    let house = House::open().await;
    let project = house.cloud.plain_project(desktops).await;
    let person = house.sign_in(&project).await;
    (house, person)
}

#[tokio::test]
async fn c12_every_answer_carries_the_headers_that_keep_a_browser_safe() {
    let (house, person) = house_and_person(2).await;
    let browser = &person.browser;
    let long = "x".repeat(513 * 1024);
    let run = json!({ "project": "other", "number": 1, "query": "", "poll": true });
    let foreign = [("origin", "https://evil.example"), ("content-type", "application/x-www-form-urlencoded")];
    let answers = [
        (200, browser.get(&person.page("desktops")).await),
        (200, browser.get("/sign-in").await),
        (200, browser.get("/livez").await),
        (200, browser.get("/pkg/abc/app.js").await),
        (204, browser.get("/favicon.ico").await),
        (200, browser.fetch_json("/api/session/current", &json!({})).await),
        (403, browser.fetch_json("/api/run/show", &run).await),
        (303, house.browser().get(&person.page("history")).await),
        (404, browser.get("/no/such/page/at/all").await),
        (404, browser.get("/pkg/abc/nothing.js").await),
        (404, browser.fetch_json("/api/no/such", &json!({})).await),
        (403, browser.send(Method::POST, "/api/run/stop", &foreign, "").await),
        (413, browser.post("/api/desktops/review", &[("project", "p"), ("more", &long)]).await),
        (405, browser.send(Method::PUT, "/livez", &[("sec-fetch-site", "same-origin")], "").await),
    ];
    for (status, reply) in answers {
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text);
        check_headers(&reply);
    }
}

fn check_headers(reply: &Reply) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(reply.header(name), value, "{name} of {reply:?}");
    }
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for part in ["frame-ancestors 'none'", "base-uri 'none'", "form-action"] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
    assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert!(!reply.header("x-request-id").is_empty(), "{reply:?}");
    assert!(reply.header("cache-control").contains("no-store") || reply.header("cache-control").contains("immutable"));
    assert!(reply.header("server").is_empty() && reply.header("x-powered-by").is_empty());
}

#[tokio::test]
async fn c12_a_browser_that_came_over_tls_comes_over_nothing_else() {
    let header = "strict-transport-security";
    let behind_tls = House::with(&[("PUBLIC_URL", "https://drydock.example")]).await;
    for path in ["/sign-in", "/livez"] {
        assert_eq!(behind_tls.browser().get(path).await.header(header), "max-age=31536000", "{path}");
    }
    assert_eq!(House::open().await.browser().get("/sign-in").await.header(header), "");
}

#[tokio::test]
async fn the_number_of_a_request_is_ours_whatever_the_request_says() {
    let house = House::open().await;
    let headers = [("x-request-id", "0123456789abcdef"), ("accept", "text/html")];
    let reply = house.browser().send(Method::GET, "/sign-in", &headers, "").await;
    let number = reply.header("x-request-id");
    assert!(number.len() == 16 && number != "0123456789abcdef", "{number}");
}

#[tokio::test]
async fn a_broken_database_is_a_plain_page_and_not_ready() {
    let (house, person) = house_and_person(1).await;
    house.close_database().await;
    let ready = person.browser.get("/readyz").await;
    assert_eq!((ready.status, &*ready.text), (StatusCode::SERVICE_UNAVAILABLE, ""));
    let page = person.browser.get(&person.page("history")).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", page.text);
    check_headers(&page);
    for word in ["sqlx", "pool", "PoolClosed", "database", "sqlite"] {
        assert!(!page.text.contains(word), "{word} in {}", page.text);
    }
    assert_eq!(person.browser.get("/livez").await.status, StatusCode::OK);
}

#[tokio::test]
async fn c8_each_page_has_a_nonce_of_its_own_and_every_script_carries_it() {
    let (_house, person) = house_and_person(1).await;
    let mut nonces = BTreeSet::new();
    for _ in 0..3 {
        let page = person.browser.get(&person.page("desktops")).await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 16, "{nonce}");
        for script in page.text.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&nonce) || tag.contains("application/json"), "a script without the nonce: {tag}");
        }
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 3);
}

#[tokio::test]
async fn a18_alive_and_ready_say_so_to_anybody_and_nothing_else() {
    let house = House::open().await;
    for path in ["/livez", "/readyz"] {
        let reply = house.browser().get(path).await;
        assert_eq!((reply.status, &*reply.text), (StatusCode::OK, ""), "{path}");
        assert!(reply.set_cookies().is_empty());
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_the_sign_in_and_back() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let person = Person { browser: house.browser(), project };
    let wanted = person.page("desktops?q=a%20b&page=2");
    let led = person.browser.get(&wanted).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER);
    let next = form_urlencoded::byte_serialize(wanted.as_bytes()).collect::<String>();
    assert_eq!(led.location(), format!("/sign-in?next={next}"));
    let page = person.browser.get(led.location()).await;
    assert!(page.text.contains("name=\"next\""), "{}", page.text);
    assert_eq!(person.try_sign_in(&wanted).await.location(), wanted);
    assert_eq!(person.browser.get(&wanted).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_bare_address_leads_to_the_sign_in_or_to_the_project_opened_last() {
    let (house, person) = house_and_person(1).await;
    assert_eq!(house.browser().get("/").await.location(), "/sign-in");
    assert_eq!(person.browser.get("/").await.location(), person.page("desktops"));
}

#[tokio::test]
async fn c13_a_way_back_that_leads_to_another_host_is_ignored() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "\t//evil.example",
        "",
    ] {
        let person = Person { browser: house.browser(), project: project.clone() };
        let reply = person.try_sign_in(next).await;
        assert_eq!(reply.location(), person.page("desktops"), "{next:?}");
    }
}

#[tokio::test]
async fn b1_the_session_cookie_can_be_read_by_no_script_and_sent_to_no_other_host() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let person = Person { browser: house.browser(), project };
    let reply = person.try_sign_in("").await;
    let cookies = reply.set_cookies();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("__Host-drydock=")).unwrap();
    let mut parts = cookie.split("; ");
    let value = parts.next().unwrap().split_once('=').unwrap().1.to_owned();
    let attributes: BTreeSet<&str> = parts.collect();
    assert_eq!(attributes, BTreeSet::from(["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]), "and no age");
    assert!(value.len() >= 22, "at least 128 bits: {value}");
}

#[tokio::test]
async fn b4_b18_a_sign_out_removes_the_cookie_as_a_browser_needs_it() {
    let (_house, person) = house_and_person(1).await;
    let old = person.browser.cookie(SESSION).unwrap();
    let reply = person.sign_out().await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    let removal = "__Host-drydock=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
    assert!(reply.set_cookies().contains(&removal), "{:?}", reply.set_cookies());
    assert_eq!(person.browser.cookie(SESSION), None);
    assert_eq!(person.browser.cookie("__Host-drydock-signed-out").as_deref(), Some("1"));
    assert_eq!(reply.header("clear-site-data"), "\"storage\"", "and never the cookies of the single sign-on");
    person.browser.set_cookie(SESSION, &old);
    let led = person.browser.get(&person.page("desktops")).await;
    assert!(led.location().starts_with("/sign-in"), "the old cookie opens nothing: {led:?}");
}

#[tokio::test]
async fn b2_a_sign_in_gives_a_new_cookie_and_a_planted_one_is_never_adopted() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let planted = house.browser();
    planted.set_cookie(SESSION, "AAAAAAAAAAAAAAAAAAAAAQ");
    assert!(planted.get(&format!("/{}/desktops", project.name)).await.location().starts_with("/sign-in"));
    let person = Person { browser: planted, project };
    person.sign_in().await;
    let first = person.browser.cookie(SESSION).unwrap();
    assert_ne!(first, "AAAAAAAAAAAAAAAAAAAAAQ");
    person.sign_in().await;
    let second = person.browser.cookie(SESSION).unwrap();
    assert_ne!(first, second, "signing in once more changes the cookie too");
    let thief = Browser::new(house.origin());
    thief.set_cookie(SESSION, &first);
    assert!(thief.get(&person.page("desktops")).await.location().starts_with("/sign-in"), "the first is worth nothing");
}

#[tokio::test]
async fn no_page_sets_a_cookie_before_the_sign_in() {
    let house = House::open().await;
    for path in ["/sign-in", "/", "/x/desktops", "/nothing/here/at/all", "/pkg/abc/app.js"] {
        assert!(house.browser().get(path).await.set_cookies().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn b3_junk_cookies_count_as_none() {
    let house = House::open().await;
    for junk in
        ["", ";", "=", "__Host-drydock", "__Host-drydock=", "__Host-drydock=%00%ff; __Host-drydock=x", "\"a;b\"=\u{e4}"]
    {
        let headers = [("accept", "text/html"), ("cookie", junk)];
        let reply = house.browser().send(Method::GET, "/sign-in", &headers, "").await;
        assert_eq!(reply.status, StatusCode::OK, "{junk:?}");
        let junk = format!("{junk}; __Host-drydock-form={}", "A".repeat(3_000));
        let headers = [("accept", "text/html"), ("cookie", &*junk)];
        let reply = house.browser().send(Method::GET, "/sign-in", &headers, "").await;
        assert!(reply.status == StatusCode::OK && reply.text.contains("</html>"), "{junk:?}");
    }
}

#[tokio::test]
async fn c1_c2_a_request_from_anywhere_else_is_refused_by_every_function_and_does_nothing() {
    let (house, person) = house_and_person(3).await;
    let review = person.review("enter", &person.project.ids()).await;
    let id = format!("project={}&review={review}&reason=Patching&number=1", person.project.name);
    let json = json!({ "project": person.project.name, "review": review, "number": 1, "query": "", "poll": false });
    let port = format!("{}1", house.origin());
    let from: [&[(&str, &str)]; 8] = [
        &[],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", &port)],
        &[("sec-fetch-site", "cross-site"), ("origin", house.origin())],
        &[("sec-fetch-site", "same-site"), ("origin", house.origin())],
        &[("sec-fetch-site", "none")],
        &[("referer", house.origin())],
    ];
    for path in functions() {
        for headers in from {
            for (content_type, body) in
                [("application/x-www-form-urlencoded", id.clone()), ("application/json", json.to_string())]
            {
                for accept in ["text/html", "application/json"] {
                    let all = [headers, &[("content-type", content_type), ("accept", accept)]].concat();
                    let reply = person.browser.send(Method::POST, &path, &all, body.clone()).await;
                    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
                    assert!(reply.location().is_empty() && reply.set_cookies().is_empty(), "{path} {headers:?}");
                }
            }
        }
    }
    assert!(house.cloud.puts(&person.project).await.is_empty(), "nothing was sent");
    assert_eq!(person.browser.get(&person.page("desktops")).await.status, StatusCode::OK, "nobody was signed out");
    let history = json!({ "project": person.project.name, "query": "" });
    let history: serde_json::Value = person.browser.fetch_json("/api/history/show", &history).await.json();
    assert_eq!(history["total"], 0, "no run was started");
}

#[tokio::test]
async fn c3_no_function_answers_a_link() {
    let (_house, person) = house_and_person(1).await;
    for path in functions() {
        let reply = person.browser.get(&format!("{path}?project={}&number=1", person.project.name)).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/"), "{path}");
        assert!(reply.set_cookies().is_empty(), "{path}");
    }
    assert_eq!(person.browser.get(&person.page("desktops")).await.status, StatusCode::OK, "nobody was signed out");
}

#[tokio::test]
async fn an_unknown_function_is_not_found_and_lists_none() {
    let house = House::open().await;
    for path in ["/api/nothing", "/api/run/show/more", "/api/", "/api/run/SHOW"] {
        let reply = house.browser().fetch_json(path, &json!({})).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!reply.text.contains("/api/") && !reply.text.contains("server_fn"), "{}", reply.text);
    }
}

#[tokio::test]
async fn a_body_of_512_kb_is_read_and_one_of_513_is_not() {
    let house = House::open().await;
    let fields = |bytes: usize| vec![("account", "x".repeat(bytes))];
    for (bytes, status) in [(510 * 1024, StatusCode::SEE_OTHER), (513 * 1024, StatusCode::PAYLOAD_TOO_LARGE)] {
        let fields = fields(bytes);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        let reply = house.browser().post("/api/session/sign_in", &fields).await;
        assert_eq!(reply.status, status, "{bytes}");
    }
}

#[tokio::test]
async fn methods_that_no_page_uses_are_refused() {
    let house = House::open().await;
    let own = [("sec-fetch-site", "same-origin")];
    for method in [Method::TRACE, Method::PUT, Method::DELETE, Method::PATCH] {
        for path in ["/sign-in", "/livez", "/pkg/abc/app.js", "/api/session/current"] {
            let reply = house.browser().send(method.clone(), path, &own, "").await;
            assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}: {}", reply.text);
        }
    }
}

#[tokio::test]
async fn c6_a_form_that_cannot_be_read_leads_back_to_a_page_of_ours_without_the_frameworks_error() {
    let (house, person) = house_and_person(1).await;
    let form = "application/x-www-form-urlencoded";
    for referer in ["https://evil.example//x?y=1", &format!("{}/sign-in?next=%2Fa", house.origin()), ""] {
        let mut headers = vec![
            ("accept", "text/html"),
            ("content-type", form),
            ("sec-fetch-site", "same-origin"),
            ("referer", referer),
        ];
        if referer.is_empty() {
            headers.pop();
        }
        for body in ["number=x", "%ff%fe=%00", "project[a]=1&project[b]=2", "ids[9999999999999]=1"] {
            let reply = person.browser.send(Method::POST, "/api/run/stop", &headers, body).await;
            assert!(reply.status.is_redirection() || reply.status == StatusCode::BAD_REQUEST, "{body}: {reply:?}");
            if reply.status.is_redirection() {
                assert!(
                    reply.location().starts_with('/') && !reply.location().starts_with("//"),
                    "{}",
                    reply.location()
                );
                assert!(!reply.location().contains("__err"), "{}", reply.location());
            }
        }
    }
}

#[tokio::test]
async fn an_error_that_somebody_writes_into_the_address_is_not_shown() {
    let (_house, person) = house_and_person(1).await;
    let page = person.browser.get(&person.page("desktops?__path=%2Fapi%2Frun%2Fstop&__err=Call%20555-1234")).await;
    assert_eq!(page.status, StatusCode::OK);
    let shown = page.text.replace("__err=Call%20555-1234", "");
    assert!(!shown.contains("555-1234"), "{shown}");
}

#[tokio::test]
async fn what_a_sign_in_failed_on_comes_back_with_what_was_typed_but_the_password() {
    let house = House::open().await;
    let project = house.cloud.plain_project(1).await;
    let browser = house.browser();
    let form = [("account", &*project.account), ("user", "<b>\"ann\"</b>"), ("password", "CANARY-pw"), ("project", "")];
    let reply = browser.post("/api/session/sign_in", &form).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert!(reply.location().starts_with("/sign-in") && !reply.location().contains("__err"), "{}", reply.location());
    let page = browser.get(reply.location()).await;
    assert!(page.text.contains("role=\"alert\"") && page.text.contains(&project.account), "{}", page.text);
    assert!(page.text.contains("&quot;ann&quot;") && !page.text.contains("<b>\"ann"), "typed text is text");
    assert!(!page.text.contains("CANARY") && !format!("{reply:?}").contains("CANARY"));
    let again = browser.get("/sign-in").await;
    assert!(!again.text.contains("role=\"alert\""), "it is shown once");
}

#[tokio::test]
async fn c9_no_page_holds_a_password_a_token_or_a_style_attribute() {
    let (_house, person) = house_and_person(3).await;
    let review = person.review("enter", &person.project.ids()).await;
    let pages = [
        "/sign-in".to_owned(),
        person.page("desktops"),
        person.page(&format!("review/{review}")),
        person.page(&format!("runs/{}", person.confirm(&review).await)),
        person.page("history"),
        person.page("nothing/here"),
    ];
    let cookie = person.browser.cookie(SESSION).unwrap();
    for path in pages {
        let page = person.browser.get(&path).await;
        assert!(page.is_whole_page(), "{path}: {}", page.text);
        for secret in [&*person.project.password, &*cookie, "X-Auth-Token", " style=\"", "onclick="] {
            assert!(!page.text.contains(secret), "{secret} in {path}");
        }
    }
}

#[tokio::test]
async fn files_of_the_site_are_kept_for_ever_and_nothing_else_is() {
    let (_house, person) = house_and_person(1).await;
    let file = person.browser.get("/pkg/abc/app.js").await;
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(file.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(person.browser.get("/pkg/abc/app_bg.wasm").await.header("content-type"), "application/wasm");
    for path in ["/pkg/abd/app.js", "/pkg/abc/..%2f..%2fpkg-hash", "/pkg/abc/app.css.br", "/pkg/abc/"] {
        let reply = person.browser.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
    }
    assert_eq!(person.browser.get(&person.page("desktops")).await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn junk_in_an_address_is_a_page_and_never_a_breakdown() {
    let (_house, person) = house_and_person(3).await;
    for rest in [
        "desktops?page=0",
        "desktops?page=-1&page=99999999999999999999",
        "desktops?q=%00%ff%fe&sort=&maintenance=%F0%9F%98%80",
        "desktops?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "review/nothing",
        "review/%00",
        "runs/0",
        "runs/99999999999999",
        "runs/x",
        "history?page=4294967295",
    ] {
        let page = person.browser.get(&person.page(rest)).await;
        assert!(page.status.as_u16() < 500 && page.text.contains("</html>"), "{rest}: {} {}", page.status, page.text);
        assert!(!page.text.contains("<script>alert(1)"), "{rest}");
    }
    let long = "q".repeat(8_000);
    assert!(person.browser.get(&person.page(&format!("desktops?q={long}"))).await.status.as_u16() < 500);
}

#[tokio::test]
async fn what_is_not_there_is_said_with_its_status() {
    let (_house, person) = house_and_person(1).await;
    for rest in ["nothing", "review/0190a3a4-0000-7000-8000-000000000000", "runs/7"] {
        let page = person.browser.get(&person.page(rest)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{rest}: {page:?}");
        assert!(page.is_whole_page(), "{rest}");
    }
}
