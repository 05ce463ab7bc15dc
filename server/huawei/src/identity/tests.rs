#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use serde_json::json;

use super::password::request;
use super::*;

fn form() -> PasswordSignIn {
    PasswordSignIn {
        account: "IAMDomain".into(),
        user: "IAMUser".into(),
        password: SecretString::from("IAMPassword"),
        project: None,
    }
}

fn received(status: u16, body: &str) -> Received {
    Received { status, headers: HeaderMap::new(), body: Some(body.into()) }
}

/// What a sign-in by password makes of a token's body.
fn granted(received: &Received, token: &str, region: &str, form: &PasswordSignIn) -> Option<Granted> {
    super::granted(received, token, region, Some(form), Scope::ProjectName)
}

fn check(status: u16, body: &str, wanted: &SignInError) {
    assert_eq!(&refusal(&received(status, body)), wanted, "{status} {body}");
}

#[test]
fn the_request_is_the_documented_one() {
    let wanted = json!({"auth": {
        "identity": {"methods": ["password"], "password": {"user": {
            "domain": {"name": "IAMDomain"}, "name": "IAMUser", "password": "IAMPassword"}}},
        "scope": {"project": {"name": "cn-north-4"}}}});
    assert_eq!(wire::parse(request("cn-north-4", &form()).as_bytes()), Some(wanted));
    let named = PasswordSignIn { project: Some("cn-north-4_lab".into()), ..form() };
    let sent = wire::parse(request("cn-north-4", &named).as_bytes()).unwrap();
    assert_eq!(sent["auth"]["scope"], json!({"project": {"name": "cn-north-4_lab"}}));
}

#[test]
fn the_documented_token_is_granted() {
    let received = received(201, include_str!("../../tests/examples/token.json"));
    let granted = granted(&received, "MIItoken", "cn-north-1", &form()).unwrap();
    assert_eq!(granted.user.id, "7116d09f88fa41908676fdd4b039e95b");
    assert_eq!(granted.user.name, "IAMUser");
    assert_eq!(granted.user.account, "IAMDomain");
    let project = granted.project.as_ref().unwrap();
    assert_eq!((project.id.as_str(), project.name.as_str()), ("aa2d97d7e62c4b7da3ffdfc11551f878", "cn-north-1"));
    assert_eq!(project.region, "cn-north-1");
    assert_eq!(granted.expires_at, Timestamp(1_578_128_722_701));
    assert_eq!(granted.expires_at.since(granted.issued_at), Duration::from_hours(24));
    assert!(!format!("{granted:?}").contains("MIItoken"));
}

#[test]
fn a_token_without_person_project_or_end_is_no_token() {
    let whole = wire::parse(include_bytes!("../../tests/examples/token.json")).unwrap();
    for missing in ["/token/user/id", "/token/project/id", "/token/project/name", "/token/expires_at"] {
        for instead in [Value::Null, json!({}), json!("")] {
            let mut body = whole.clone();
            *body.pointer_mut(missing).unwrap() = instead.clone();
            let received = received(201, &body.to_string());
            assert!(granted(&received, "t", "r", &form()).is_none(), "{missing} {instead}");
        }
    }
    let received_whole = received(201, &whole.to_string());
    assert!(granted(&received_whole, "", "r", &form()).is_none(), "no token");
    assert!(granted(&received(201, "<html>"), "t", "r", &form()).is_none());
}

#[test]
fn d8_a_project_id_cannot_climb_out_of_the_path() {
    for id in ["..", "a/b", "a?b", "a b"] {
        let mut body = wire::parse(include_bytes!("../../tests/examples/token.json")).unwrap();
        body["token"]["project"]["id"] = json!(id);
        assert!(granted(&received(201, &body.to_string()), "t", "r", &form()).is_none(), "{id}");
    }
}

#[test]
fn a_token_that_does_not_say_when_it_was_issued_lived_a_day() {
    let mut body = wire::parse(include_bytes!("../../tests/examples/token.json")).unwrap();
    body["token"]["issued_at"] = Value::Null;
    let granted = granted(&received(201, &body.to_string()), "t", "r", &form()).unwrap();
    assert_eq!(granted.expires_at.since(granted.issued_at), Duration::from_hours(24));
}

#[test]
fn every_refusal_says_what_the_person_can_do() {
    let not_allowed = |code: &str| SignInError::NotAllowed { code: code.into() };
    check(401, include_str!("../../tests/examples/iam_401.json"), &SignInError::Refused);
    check(401, r#"{"error_code":"IAM.0062","error_msg":"Incorrect password"}"#, &SignInError::Refused);
    check(401, "", &SignInError::Refused);
    check(401, r#"{"error_code":"IAM.0061","error_msg":"Account locked"}"#, &SignInError::Locked);
    check(403, r#"{"error_code":"IAM.0061"}"#, &SignInError::Locked);
    check(401, r#"{"error":{"code":401,"message":"The account is LOCKED."}}"#, &SignInError::Locked);
    check(403, r#"{"error_code":"IAM.0081","error_msg":"m"}"#, &not_allowed("IAM.0081"));
    check(401, r#"{"error_code":"IAM.0082","error_msg":"m"}"#, &not_allowed("IAM.0082"));
    check(403, r#"{"error":{"code":403,"message":"m"}}"#, &not_allowed("403"));
    check(403, "<html>", &not_allowed("403"));
    check(
        429,
        r#"{"error_code":"IAM.0012","error_msg":"Threshold: 4 times per 60 seconds"}"#,
        &SignInError::Throttled { retry_after: Some(Duration::from_mins(1)) },
    );
    check(429, "", &SignInError::Throttled { retry_after: None });
    for status in [408, 500, 502, 503, 504] {
        check(status, "<html>", &SignInError::Unreachable);
    }
    for status in [302, 400, 404, 407, 494] {
        check(status, "{}", &SignInError::Unexpected { status });
    }
}

#[test]
fn b12_a_secret_that_the_cloud_repeats_goes_no_further() {
    let echo = r"On instance['identity']: {'password': 'CANARY'} CANARY";
    for status in [400, 401, 403, 404, 429, 500] {
        for body in [
            json!({"error": {"code": status, "message": echo}}),
            json!({"error": {"code": echo, "message": echo}}),
            json!({"error": {"code": "CANARY", "message": "CANARY", "title": "CANARY"}}),
            json!({"error_code": echo, "error_msg": echo}),
            json!({"error_code": "CANARY.1234", "error_msg": echo}),
            json!({"CANARY": "CANARY"}),
            json!("CANARY"),
        ] {
            let received = received(status, &body.to_string());
            for error in [refusal(&received), exchange::refusal(&received)] {
                assert!(!format!("{error:?} {error}").contains("CANARY"), "{status} {body}");
            }
        }
    }
}

#[test]
fn a_code_is_a_status_or_a_service_and_a_number() {
    for code in ["401", "IAM.0061", "APIGW.0308", "STS5.1001", "WKS.00010032"] {
        assert!(is_code(code), "{code}");
    }
    for other in ["", "4011", "secret", "Secret.1234", "IAM.", ".0061", "IAM.0061 ", "IAM.006x", "PASSWORD.1234"] {
        assert!(!is_code(other), "{other}");
    }
}

#[test]
fn a_request_id_header_changes_nothing() {
    let mut received = received(401, "{}");
    received.headers.insert("x-request-id", HeaderValue::from_static("r"));
    assert_eq!(refusal(&received), SignInError::Refused);
}

#[test]
fn an_exchange_asks_as_documented() {
    let id_token = SecretString::from("eyJ.e30.c2ln");
    let sent = |project| wire::parse(exchange::request(&id_token, project).as_bytes()).unwrap();
    assert_eq!(sent(None), json!({"auth": {"id_token": {"id": "eyJ.e30.c2ln"}}}));
    let scoped = json!({"auth": {"id_token": {"id": "eyJ.e30.c2ln"}, "scope": {"project": {"id": "p1"}}}});
    assert_eq!(sent(Some("p1")), scoped);
}

#[test]
fn an_exchanged_token_opens_what_was_asked_for_or_is_none() {
    let whole = include_str!("../../tests/examples/id_token.json");
    let read = |body: &str, scope| super::granted(&received(201, body), "MII", "cn-north-1", None, scope);
    let granted = read(whole, Scope::ProjectId("46419baef4324c0c9a85b5cd64b0ed8a")).unwrap();
    assert_eq!(granted.user.name, "FederationUser");
    assert_eq!(granted.user.account, "IAMDomain");
    assert_eq!(granted.project.unwrap().name, "cn-north-1");
    assert!(read(whole, Scope::ProjectId("another")).is_none());

    let mut unscoped = wire::parse(whole.as_bytes()).unwrap();
    unscoped["token"]["project"] = Value::Null;
    assert_eq!(read(&unscoped.to_string(), Scope::None).unwrap().project, None);
    assert!(read(&unscoped.to_string(), Scope::ProjectId("p1")).is_none());
    unscoped["token"]["user"] = json!({"id": "u1"});
    let nameless = read(&unscoped.to_string(), Scope::None).unwrap().user;
    assert_eq!((nameless.name.as_str(), nameless.account.as_str()), ("u1", ""));
}

#[test]
fn a_refused_exchange_names_the_side_that_refused() {
    let refused = |code: &str| SignInError::IdTokenRefused { code: code.into() };
    let not_allowed = |code: &str| SignInError::NotAllowed { code: code.into() };
    for (status, body, wanted) in [
        (401, r#"{"error_code":"IAM.0001","error_msg":"m"}"#, refused("IAM.0001")),
        (400, r#"{"error_code":"IAM.0011","error_msg":"m"}"#, refused("IAM.0011")),
        (401, r#"{"error":{"code":401,"message":"m","title":"t"}}"#, refused("401")),
        (400, "<html>", refused("400")),
        (404, r#"{"error_code":"IAM.0004","error_msg":"m"}"#, SignInError::ProviderUnknown),
        (404, r#"{"error_code":"APIGW.0101","error_msg":"m"}"#, SignInError::Unexpected { status: 404 }),
        (404, "<!doctype html>", SignInError::Unexpected { status: 404 }),
        (403, r#"{"error_code":"IAM.0003","error_msg":"m"}"#, not_allowed("IAM.0003")),
        (403, "", not_allowed("403")),
        (429, "", SignInError::Throttled { retry_after: None }),
        (
            400,
            r#"{"error_code":"IAM.0012","error_msg":"Threshold: 4 times per 60 seconds"}"#,
            SignInError::Throttled { retry_after: Some(Duration::from_mins(1)) },
        ),
        (408, "", SignInError::Unreachable),
        (500, r#"{"error_code":"IAM.0006","error_msg":"m"}"#, SignInError::Unreachable),
        (503, "<html>", SignInError::Unreachable),
        (307, "", SignInError::Unexpected { status: 307 }),
        (409, "{}", SignInError::Unexpected { status: 409 }),
    ] {
        assert_eq!(exchange::refusal(&received(status, body)), wanted, "{status} {body}");
    }
}

#[test]
fn only_projects_that_can_be_opened_are_listed() {
    let ids = |document: &Value| {
        let listed = projects::read(document, "r")?;
        assert!(listed.iter().all(|project| project.region == "r"));
        Some(listed.into_iter().map(|project| project.id).collect::<Vec<_>>())
    };
    let document = wire::parse(include_bytes!("../../tests/examples/projects.json")).unwrap();
    assert_eq!(ids(&document).unwrap(), ["d78cbac186b744899480f25bd022f468", "babf0605d15b4f9fbcacd6a8ee0f8d84"]);
    let odd = json!({"projects": [
        {"id": "off", "name": "n", "enabled": false}, {"id": "account", "name": "n", "enabled": true, "is_domain": true},
        {"id": "a/b", "name": "n", "enabled": true}, {"id": "..", "name": "n"}, {"id": "nameless", "enabled": true},
        {"name": "no id"}, null, 7, "text", [], {"id": "odd", "name": "n", "enabled": 7},
        {"id": "terse", "name": "n"}, {"id": "wordy", "name": "n", "enabled": "true", "is_domain": "false"},
    ]});
    assert_eq!(ids(&odd).unwrap(), ["terse", "wordy"]);
    for no_list in [json!({}), json!([]), json!({"projects": {}}), json!({"projects": "x"})] {
        assert_eq!(ids(&no_list), None, "{no_list}");
    }
}
