#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::Duration;

use http::{HeaderMap, HeaderValue};

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
    assert_eq!(granted.operator.issuer, "iam");
    assert_eq!(granted.operator.subject, "7116d09f88fa41908676fdd4b039e95b");
    assert_eq!(granted.operator.name, "IAMUser");
    assert_eq!(granted.operator.account, "IAMDomain");
    let project = &granted.access.project;
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
fn a_project_id_cannot_climb_out_of_the_path() {
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
fn a_password_that_the_cloud_repeats_goes_no_further() {
    let echo = r"On instance['identity']: {'password': 'CANARY'} CANARY";
    for status in [400, 401, 403, 429, 500] {
        for body in [
            json!({"error": {"code": status, "message": echo}}),
            json!({"error": {"code": echo, "message": echo}}),
            json!({"error_code": echo, "error_msg": echo}),
        ] {
            let error = refusal(&received(status, &body.to_string()));
            assert!(!format!("{error:?} {error}").contains("CANARY"), "{status} {body}");
        }
    }
}

#[test]
fn a_request_id_header_changes_nothing() {
    let mut received = received(401, "{}");
    received.headers.insert("x-request-id", HeaderValue::from_static("r"));
    assert_eq!(refusal(&received), SignInError::Refused);
}
