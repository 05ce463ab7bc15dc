//! Access keys: signed calls to Workspace, temporary keys, and what STS decodes for them.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    signing::Key,
    world::{World, refusal},
};

async fn fresh() -> World {
    World::new(json!({ "desktops": 3, "plain": true, "sentinels": ["403"] })).await
}

async fn key(world: &World) -> Key {
    let made = world.control("users/keys", json!({})).await;
    Key::new(made["access_key"].as_str().unwrap(), made["secret_key"].as_str().unwrap())
}

fn list(world: &World) -> String {
    format!("/v2/{}/desktops", world.project_id)
}

/// What the gateway says to a signed list.
async fn check(world: &World, key: &Key, expected: Option<&str>) {
    let answer = key.send(world, Method::GET, &list(world), "").await;
    let Some(text) = expected else {
        assert_eq!(answer.status(), StatusCode::OK);
        return;
    };
    let (status, body) = refusal(answer).await;
    assert_eq!((status, &body["error_code"]), (401, &json!("APIGW.0301")));
    assert!(body["error_msg"].as_str().unwrap().contains(text), "{body}");
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

#[tokio::test]
async fn a_signed_call_needs_no_token() {
    let world = fresh().await;
    let key = key(&world).await;
    check(&world, &key, None).await;
    let body = json!({ "desktop_ids": [world.order[1]], "in_maintenance_mode": true }).to_string();
    let path = format!("{}/maintenance-mode", list(&world));
    assert_eq!(key.send(&world, Method::PUT, &path, &body).await.status(), StatusCode::OK);
    assert!(world.seen(&world.order[1]).await);
}

#[tokio::test]
async fn the_default_operator_has_the_announced_key() {
    let world = fresh().await;
    let key = Key::new(simulator::ACCESS_KEY, simulator::SECRET_KEY);
    for project in [world.simulator.project_id(), world.simulator.branch_id()] {
        let answer = key.send(&world, Method::GET, &format!("/v2/{project}/desktops?limit=1"), "").await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_key_are_refused() {
    let world = fresh().await;
    let key = key(&world).await;
    check(&world, &Key::new(&key.access, "other"), Some("verify aksk signature fail")).await;
    check(&world, &Key::new("NOBODY", &key.secret), Some("ak:NOBODY,err:ak not exist")).await;
    check(&world, &key, None).await;
}

#[tokio::test]
async fn six_wrong_signatures_in_a_row_lock_the_key_and_no_other_one() {
    let world = fresh().await;
    let (locked, other) = (key(&world).await, key(&world).await);
    for _ in 0..6 {
        check(&world, &Key::new(&locked.access, "wrong"), Some("verify aksk signature fail")).await;
    }
    check(&world, &locked, Some("AK access failed to reach the limit")).await;
    check(&world, &other, None).await;
}

#[tokio::test]
async fn more_than_a_quarter_of_an_hour_of_skew_is_refused_in_both_directions() {
    let world = fresh().await;
    let key = key(&world).await;
    for (off, refused) in [(-880, false), (880, false), (-920, true), (920, true)] {
        let at = Some(seconds().saturating_add_signed(off));
        check(&world, &Key { at, ..key.clone() }, refused.then_some("signature expired")).await;
    }
    world.control("clock", json!({ "off_by_seconds": 3_600 })).await;
    check(&world, &key, Some("signature expired")).await;
    world.control("clock", json!({ "off_by_seconds": 0 })).await;
    check(&world, &key, None).await;
}

#[tokio::test]
async fn a_key_opens_the_projects_of_its_user_and_no_other_one() {
    let world = fresh().await;
    let key = key(&world).await;
    let project = world.simulator.project_id();
    let (status, body) = refusal(key.send(&world, Method::GET, &format!("/v2/{project}/desktops"), "").await).await;
    assert_eq!((status, &body["error_code"]), (403, &json!("APIGW.0310")));
    let other = [("x-project-id", project)];
    let answer = key.send_with(&world, Method::GET, &list(&world), "", &other).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let own = [("x-project-id", world.project_id.as_str())];
    let answer = key.send_with(&world, Method::GET, &list(&world), "", &own).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn beside_a_token_the_signature_counts_and_beside_a_signature_the_token() {
    let world = fresh().await;
    let key = key(&world).await;
    for (secret, token, expected) in
        [(&*key.secret, &*world.token, 200), ("other", &*world.token, 401), (&*key.secret, "MIInone", 401)]
    {
        let key = Key::new(&key.access, secret);
        let answer = key.send_with(&world, Method::GET, &list(&world), "", &[("x-auth-token", token)]).await;
        assert_eq!(answer.status(), expected);
    }
}

async fn temporary(world: &World, body: &Value, token: Option<&str>) -> reqwest::Response {
    let url = format!("{}/v3.0/OS-CREDENTIAL/securitytokens", world.simulator.url());
    let request = world.http.post(url).json(body);
    token.iter().fold(request, |request, token| request.header("x-auth-token", *token)).send().await.unwrap()
}

fn wanted(token: Value) -> Value {
    json!({ "auth": { "identity": { "methods": ["token"], "token": token } } })
}

async fn temporary_key(world: &World) -> Key {
    let answer = temporary(world, &wanted(json!({})), Some(&world.token)).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let credential = answer.json::<Value>().await.unwrap()["credential"].clone();
    assert_eq!(credential["expires_at"].as_str().unwrap().len(), 27);
    let text = |name: &str| credential[name].as_str().unwrap().to_owned();
    Key { security_token: Some(text("securitytoken")), ..Key::new(&text("access"), &text("secret")) }
}

#[tokio::test]
async fn temporary_keys_come_for_a_token_in_the_header_or_in_the_body() {
    let world = fresh().await;
    let key = temporary_key(&world).await;
    check(&world, &key, None).await;
    check(&world, &Key { security_token: None, ..key.clone() }, Some("securitytoken")).await;
    check(&world, &Key { security_token: Some("other".into()), ..key }, Some("securitytoken")).await;
    let in_body = wanted(json!({ "id": world.token, "duration_seconds": 86_400 }));
    assert_eq!(temporary(&world, &in_body, None).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn temporary_keys_are_refused_without_a_good_token_and_a_documented_duration() {
    let world = fresh().await;
    let token = Some(world.token.as_str());
    for (body, token, expected) in [
        (json!({}), token, (400, "IAM.0011")),
        (wanted(json!({ "duration_seconds": 899 })), token, (400, "IAM.0007")),
        (wanted(json!({ "duration_seconds": 86_401 })), token, (400, "IAM.0007")),
        (wanted(json!({})), Some("MIInone"), (401, "IAM.0067")),
        (wanted(json!({})), None, (401, "IAM.0001")),
    ] {
        let (status, answer) = refusal(temporary(&world, &body, token).await).await;
        assert_eq!((status, &answer["error_code"]), (expected.0, &json!(expected.1)), "{body}");
    }
    world.control("tokens/end", json!({})).await;
    let (status, answer) = refusal(temporary(&world, &wanted(json!({})), token).await).await;
    assert_eq!((status, &answer["error_code"]), (401, &json!("IAM.0066")));
}

async fn decode(world: &World, key: &Key, message: &str) -> (u16, Value) {
    let body = json!({ "encoded_message": message }).to_string();
    refusal(key.send(world, Method::POST, "/v5/decode-authorization-message", &body).await).await
}

#[tokio::test]
async fn a_refusal_decodes_to_who_wanted_what_and_why_not() {
    let world = fresh().await;
    let (_, refused) = world.refused(&[&world.order[0]]).await;
    let message = refused["encoded_authorization_message"].as_str().unwrap();
    let (status, answer) = decode(&world, &temporary_key(&world).await, message).await;
    assert_eq!(status, 200);
    let document: Value = serde_json::from_str(answer["decoded_message"].as_str().unwrap()).unwrap();
    assert_eq!(document["failure"], "implicit deny by identity-based policy");
    let context = &document["context"];
    assert_eq!(context["user_profile"]["user_name"], "operator");
    assert_eq!(context["user_profile"]["domain_name"], world.account.as_str());
    assert_eq!(context["action"], "workspace:desktops:setMaintenanceMode");
    assert!(context["resource"].as_str().unwrap().ends_with(&world.order[0]));
    let calls = world.ask(&format!("calls?project={}", world.project)).await;
    assert_eq!(calls.as_array().unwrap().last().unwrap()["path"], "/v5/decode-authorization-message");
}

#[tokio::test]
async fn sts_refuses_a_token_bad_messages_skew_and_whoever_may_not() {
    let world = fresh().await;
    let (_, refused) = world.refused(&[&world.order[0]]).await;
    let message = refused["encoded_authorization_message"].as_str().unwrap();
    let key = key(&world).await;
    let late = Key { at: Some(seconds() - 1_000), ..key.clone() };
    for (key, message, expected) in [
        (&key, "", (400, "STS5.1001")),
        (&key, "nonsense", (400, "STS5.1002")),
        (&Key::new(&key.access, "other"), message, (403, "STS5.1004")),
        (&late, message, (403, "STS5.1007")),
        (&key, message, (200, "")),
    ] {
        let (status, answer) = decode(&world, key, message).await;
        assert_eq!((status, answer["error_code"].as_str().unwrap_or("")), expected, "{message}");
    }
    world.control("users/decode", json!({ "allowed": false })).await;
    let (status, answer) = decode(&world, &key, message).await;
    assert_eq!((status, &answer["error_code"]), (403, &json!("STS5.1003")));
    assert!(answer["error_msg"].as_str().unwrap().contains("sts::decodeAuthorizationMessage"));
    let url = format!("{}/v5/decode-authorization-message", world.simulator.url());
    let with_token = world.http.post(url).header("x-auth-token", &world.token);
    let answer = with_token.json(&json!({ "encoded_message": message })).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}
