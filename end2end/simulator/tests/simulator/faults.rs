//! Answers that are late, cut, huge or wrong: every kind of fault that the control address plans.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, refusal};

async fn fresh() -> World {
    World::new(json!({ "desktops": 6, "plain": true })).await
}

/// The next answer to a list, byte by byte, up to this many bytes or to its end.
async fn raw_list(world: &World, most: u64) -> Vec<u8> {
    let address = world.simulator.url().trim_start_matches("http://").to_owned();
    let request = format!(
        "GET /v2/{}/desktops HTTP/1.1\r\nHost: {address}\r\nX-Auth-Token: {}\r\nConnection: close\r\n\r\n",
        world.project_id, world.token
    );
    let reading = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        // A reset ends the reading as well as an orderly end does; a time-out would be a fault of the simulator.
        if let Err(error) = stream.take(most).read_to_end(&mut bytes) {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        }
        bytes
    });
    reading.await.unwrap()
}

/// Head and body of an answer.
fn parted(bytes: &[u8]) -> (String, Vec<u8>) {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8(bytes[..end].to_vec()).unwrap(), bytes[end + 4..].to_vec())
}

#[tokio::test]
async fn throttling_has_the_vendors_text_and_a_time_only_where_it_is_planned() {
    let world = fresh().await;
    world.control("fault", json!({ "on": "put", "kind": "throttled", "retry_after": 7 })).await;
    world.control("fault", json!({ "on": "put", "kind": "throttled" })).await;
    world.control("fault", json!({ "on": "token", "kind": "throttled" })).await;
    for expected in [Some("7"), None] {
        let answer = world.put(&[&world.order[0]], true).await.unwrap();
        let time = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let (status, body) = refusal(answer).await;
        assert_eq!((time.as_deref(), status, &body["error_code"]), (expected, 429, &json!("APIGW.0308")));
        assert!(body["error_msg"].as_str().unwrap().ends_with("over ratelimit,limit:60,time:1 minute"));
        assert_eq!(body["request_id"], id.as_str());
    }
    let (status, body) = refusal(world.ask_for_token(&world.password).await).await;
    assert_eq!((status, &body["error_code"]), (429, &json!("IAM.0012")));
    assert!(!world.seen(&world.order[0]).await);
}

#[tokio::test]
async fn a_page_of_a_proxy_and_an_error_inside_200_apply_nothing_unless_they_are_told_to() {
    let world = fresh().await;
    for (kind, status, applied) in
        [("bad_gateway", 502, false), ("error_in_ok", 200, false), ("bad_gateway", 502, true)]
    {
        world.control("fault", json!({ "on": "put", "kind": kind, "applied": applied })).await;
        let answer = world.put(&[&world.order[0]], true).await.unwrap();
        assert_eq!(answer.status(), status);
        let text = answer.text().await.unwrap();
        let sign = if status == 502 { "<title>502 Bad Gateway</title>" } else { "\"error_code\":\"WKS.00010321\"" };
        assert!(text.contains(sign), "{text}");
        assert_eq!(world.seen(&world.order[0]).await, applied, "{kind}");
    }
}

#[tokio::test]
async fn a_truncated_answer_is_no_json_and_ends_in_order() {
    let world = fresh().await;
    let whole = world.read("desktops").await.to_string();
    world.control("fault", json!({ "on": "list", "kind": "truncated" })).await;
    let text = world.call(Method::GET, "desktops").send().await.unwrap().text().await.unwrap();
    assert!(text.len() < whole.len() && text.starts_with('{'));
    assert!(serde_json::from_str::<Value>(&text).is_err());
    world.control("fault", json!({ "on": "put", "kind": "truncated" })).await;
    let answer = world.put(&[&world.order[0]], true).await.unwrap();
    assert_eq!((answer.status(), answer.text().await.unwrap().as_str()), (StatusCode::OK, "{\""));
    assert!(world.seen(&world.order[0]).await);
}

#[tokio::test]
async fn a_cut_off_answer_announces_more_than_it_sends() {
    let world = fresh().await;
    world.control("fault", json!({ "on": "list", "kind": "cut_off" })).await;
    let (head, body) = parted(&raw_list(&world, u64::MAX).await);
    let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert_eq!(announced.parse::<usize>().unwrap(), body.len() * 2);
    world.control("fault", json!({ "on": "put", "kind": "cut_off" })).await;
    assert!(world.put(&[&world.order[0]], true).await.unwrap().bytes().await.is_err());
    assert!(world.seen(&world.order[0]).await);
}

#[tokio::test]
async fn a_huge_body_is_the_right_one_and_announces_its_length() {
    let world = fresh().await;
    let right = world.read("desktops").await;
    world.control("fault", json!({ "on": "list", "kind": "huge", "bytes": 3_000_000 })).await;
    let answer = world.call(Method::GET, "desktops").send().await.unwrap();
    assert_eq!(answer.content_length(), Some(3_000_000));
    let bytes = answer.bytes().await.unwrap();
    assert_eq!(bytes.len(), 3_000_000);
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), right);
    world.control("fault", json!({ "on": "list", "kind": "huge" })).await;
    let answer = world.call(Method::GET, "desktops").send().await.unwrap();
    assert_eq!(answer.content_length(), Some(104_857_600));
}

#[tokio::test]
async fn an_endless_body_goes_on_for_as_long_as_anybody_reads() {
    let world = fresh().await;
    world.control("fault", json!({ "on": "list", "kind": "endless" })).await;
    let bytes = raw_list(&world, 20_000_000).await;
    assert_eq!(bytes.len(), 20_000_000);
    assert!(!parted(&bytes).0.contains("content-length"));
    assert_eq!(world.read("desktops").await["total_count"], 6, "the next call is answered as ever");
}

#[tokio::test]
async fn a_gzip_bomb_is_small_on_the_wire_and_large_behind_it() {
    let world = fresh().await;
    world.control("fault", json!({ "on": "list", "kind": "gzip_bomb", "bytes": 64 * 1024 * 1024, "times": 2 })).await;
    let (head, packed) = parted(&raw_list(&world, u64::MAX).await);
    assert!(head.contains("content-encoding: gzip"));
    assert!(packed.len() < 200_000, "{} bytes", packed.len());
    let client = reqwest::Client::builder().no_proxy().gzip(true).build().unwrap();
    let url = format!("{}/v2/{}/desktops", world.simulator.url(), world.project_id);
    let answer = client.get(url).header("x-auth-token", &world.token).send().await.unwrap();
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.len() > 64 * 1024 * 1024 && bytes.starts_with(b"{\"total_count\":6"), "{} bytes", bytes.len());
}

#[tokio::test]
async fn a_slow_body_arrives_byte_by_byte_and_is_right() {
    let world = World::new(json!({ "desktops": 0 })).await;
    world.control("fault", json!({ "on": "list", "kind": "slow", "ms": 1 })).await;
    let (head, body) = parted(&raw_list(&world, u64::MAX).await);
    assert!(head.starts_with("HTTP/1.1 200"));
    let pieces = String::from_utf8(body).unwrap();
    // One chunk of one byte each, as HTTP/1.1 writes them.
    assert!(pieces.starts_with("1\r\n{\r\n1\r\n\"\r\n1\r\nt\r\n"), "{pieces}");
}

#[tokio::test]
async fn a_list_that_grows_or_shrinks_between_two_pages_shows_one_twice_or_skips_one() {
    for (kind, total, second) in [("grows", 7, 2), ("shrinks", 5, 4)] {
        let world = fresh().await;
        world.control("fault", json!({ "on": "list", "kind": kind })).await;
        let first = world.read("desktops?limit=3").await;
        assert_eq!((&first["total_count"], &first["desktops"][2]["desktop_id"]), (&json!(6), &json!(world.order[2])));
        let next = world.read("desktops?limit=3&offset=3").await;
        assert_eq!(next["total_count"], total, "{kind}");
        assert_eq!(next["desktops"][0]["desktop_id"], world.order[second], "{kind}");
    }
}

#[tokio::test]
async fn a_fault_of_sts_and_of_keys_has_a_word_of_its_own() {
    let world = fresh().await;
    world.control("fault", json!({ "on": "keys", "kind": "bad_gateway" })).await;
    let url = format!("{}/v3.0/OS-CREDENTIAL/securitytokens", world.simulator.url());
    let body = json!({ "auth": { "identity": { "methods": ["token"] } } });
    for expected in [StatusCode::BAD_GATEWAY, StatusCode::CREATED] {
        let answer = world.http.post(&url).header("x-auth-token", &world.token).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), expected);
    }
    let url = format!("{}/_control/fault", world.simulator.control_url());
    let fault = json!({ "on": "decode", "kind": "status", "status": 404 });
    assert_eq!(world.http.post(url).json(&fault).send().await.unwrap().status(), StatusCode::OK);
    let url = format!("{}/v5/decode-authorization-message", world.simulator.url());
    assert_eq!(world.http.post(url).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}
