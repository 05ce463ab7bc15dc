#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use http::{HeaderMap, HeaderValue};
use serde_json::json;

use super::*;

fn received(status: u16, body: &[u8]) -> Received {
    Received { status, headers: HeaderMap::new(), body: Some(body.to_vec()) }
}

fn answer(status: u16, body: &Value) -> Answer {
    read_answer(&received(status, body.to_string().as_bytes()))
}

fn check(status: u16, body: &Value, code: Option<&str>, message: Option<&str>) {
    let answer = answer(status, body);
    assert_eq!(answer.body, Body::Json, "{body}");
    assert_eq!(answer.error.status, status, "{body}");
    assert_eq!((answer.error.code.as_deref(), answer.error.message.as_deref()), (code, message), "{body}");
}

#[test]
fn every_envelope_is_understood() {
    check(400, &json!({"error_code": "WKS.0001", "error_msg": "m"}), Some("WKS.0001"), Some("m"));
    check(
        401,
        &json!({"error_code": "APIGW.0301", "error_msg": "m", "request_id": "r"}),
        Some("APIGW.0301"),
        Some("m"),
    );
    check(401, &json!({"error": {"code": 401, "message": "m", "title": "t"}}), Some("401"), Some("m"));
    check(403, &json!({"error": {"code": "EPS.0003", "message": "m"}}), Some("EPS.0003"), Some("m"));
    check(400, &json!({"errorCode": "X.1", "errorMsg": "m"}), Some("X.1"), Some("m"));
    check(400, &json!({"code": "X.1", "message": "m"}), Some("X.1"), Some("m"));
    check(400, &json!({"error_code": "STS5.1001", "error_msg": "m"}), Some("STS5.1001"), Some("m"));
}

#[test]
fn the_first_envelope_wins_and_code_and_message_are_one_statement() {
    let both = json!({"error_code": "A", "error_msg": "a", "code": "B", "message": "b", "error": {"code": "C"}});
    check(400, &both, Some("A"), Some("a"));
    check(400, &json!({"error_code": "", "error_msg": null, "code": "B"}), Some("B"), None);
    check(400, &json!({"error_msg": "a", "error": {"code": "C", "message": "c"}}), None, Some("a"));
}

#[test]
fn only_one_level_down_is_looked_at() {
    check(400, &json!({"a": {"b": {"error_code": "X"}}}), None, None);
    check(400, &json!({"a": [{"error_code": "X"}]}), None, None);
    for none in [json!([]), json!("text"), json!(5), json!(null), json!({})] {
        check(400, &none, None, None);
    }
}

#[test]
fn an_error_inside_a_200_comes_out() {
    check(200, &json!({"error_code": "WKS.00010109", "error_msg": "m"}), Some("WKS.00010109"), Some("m"));
    check(200, &json!({"error_code": 7}), Some("7"), None);
    check(200, &json!({"error_code": "", "error_msg": "m"}), None, None);
    check(200, &json!({"error_code": null, "error_msg": "m"}), None, None);
}

#[test]
fn a_plain_success_holds_no_error() {
    check(200, &json!({"code": "A", "message": "b", "desktop": {"error_code": "X", "code": "Y"}}), None, None);
    let empty = read_answer(&received(200, b" \r\n"));
    assert_eq!(empty.body, Body::Empty);
    assert_eq!(empty.error, CloudError { status: 200, ..CloudError::default() });
}

#[test]
fn all_fields_of_a_refusal_are_kept_as_they_are() {
    let refusal = json!({
        "error_code": "WKS.00000403", "error_msg": "not\u{7} <b>allowed</b>\n", "error_detail": "de\u{202e}tail",
        "encoded_authorization_message": "HY0L8G1lOe3", "request_id": "from the body"
    });
    let error = answer(403, &refusal).error;
    assert_eq!(error.message.as_deref(), Some("not\u{7} <b>allowed</b>\n"));
    assert_eq!(error.detail.as_deref(), Some("de\u{202e}tail"));
    assert_eq!(error.encoded_authorization_message.as_deref(), Some("HY0L8G1lOe3"));
    assert_eq!(error.request_id.as_deref(), Some("from the body"));
    let nested = answer(403, &json!({"error": {"encoded_authorization_message": "e", "code": "X"}})).error;
    assert_eq!(nested.encoded_authorization_message.as_deref(), Some("e"));
}

#[test]
fn a_message_that_is_no_text_is_shown_as_json() {
    check(400, &json!({"error_code": "A", "error_msg": {"a": [1]}}), Some("A"), Some(r#"{"a":[1]}"#));
    check(400, &json!({"error_code": "A", "error_msg": "a\u{0}b"}), Some("A"), Some("a\u{fffd}b"));
}

#[test]
fn long_texts_are_cut_between_characters() {
    let long = "日".repeat(20_000);
    let body = json!({
        "error_code": long, "error_msg": long, "error_detail": long, "encoded_authorization_message": long,
        "request_id": long
    });
    let error = answer(400, &body).error;
    let lengths = [&error.code, &error.message, &error.detail, &error.encoded_authorization_message, &error.request_id]
        .map(|text| text.as_ref().unwrap().chars().count());
    assert_eq!(lengths, [64, 1_000, 1_000, 10_240, 128]);
}

#[test]
fn the_header_s_request_id_comes_first() {
    let mut received = received(500, br#"{"request_id":"body"}"#);
    assert_eq!(read_answer(&received).error.request_id.as_deref(), Some("body"));
    received.headers.insert("x-request-id", HeaderValue::from_static("header"));
    assert_eq!(read_answer(&received).error.request_id.as_deref(), Some("header"));
    received.headers.insert("x-request-id", HeaderValue::from_str(&"r".repeat(300)).unwrap());
    assert_eq!(read_answer(&received).error.request_id.map(|id| id.len()), Some(128));
}

#[test]
fn what_is_no_json_is_unreadable_and_says_nothing() {
    for body in ["<html>Bad Gateway</html>", "{\"error_code\": \"WKS.0001\"", "{} {}", "nonsense", &"[".repeat(100_000)]
    {
        let answer = read_answer(&received(502, body.as_bytes()));
        assert_eq!(answer.body, Body::Unreadable);
        assert_eq!(answer.error, CloudError { status: 502, ..CloudError::default() });
    }
    let corrupt = Received { body: None, ..received(403, b"") };
    assert_eq!(read_answer(&corrupt).body, Body::Unreadable);
}

#[test]
fn the_documented_throttling_names_its_window() {
    let answer = read_answer(&received(429, include_bytes!("../../tests/examples/gateway_429.json")));
    assert_eq!(answer.error.code.as_deref(), Some("APIG.0308"));
    assert_eq!(answer.error.request_id.as_deref(), Some("914a39d68c290da3e187f827f7e1b771"));
    assert_eq!(answer.retry_after, Some(std::time::Duration::from_mins(1)));
}

#[test]
fn the_documented_conflict_is_read() {
    let answer = read_answer(&received(409, include_bytes!("../../tests/examples/workspace_409.json")));
    assert_eq!(answer.error.code.as_deref(), Some("WKS.00010032"));
    assert!(answer.error.message.unwrap().starts_with("Operation conflict."));
    assert_eq!(answer.retry_after, None);
}
