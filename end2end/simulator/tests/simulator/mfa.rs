//! Signing in with the code of a virtual MFA device.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, refusal};

/// A project whose user has a device; the id of the user and a code that is accepted now.
async fn guarded() -> (World, String, String) {
    let world = World::new(json!({ "desktops": 1 })).await;
    let secret = json!({ "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" });
    let device = world.control("users/mfa", secret.clone()).await;
    assert_eq!(device["secret"], secret["secret"]);
    let shown = world.ask(&format!("users/passcode?project={}", world.project_id)).await;
    assert_eq!(shown["user_id"], device["user_id"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (world, text(&shown["user_id"]), text(&shown["passcode"]))
}

async fn sign_in(world: &World, password: &str, id: &str, code: &str) -> Response {
    let user = json!({ "domain": { "name": world.account }, "name": "operator", "password": password });
    let identity = json!({
        "methods": ["password", "totp"], "password": { "user": user },
        "totp": { "user": { "id": id, "passcode": code } },
    });
    let scope = json!({ "project": { "name": world.project } });
    world.post_token(&json!({ "auth": { "identity": identity, "scope": scope } })).await
}

#[tokio::test]
async fn the_right_code_of_the_right_user_gives_a_token_that_says_so() {
    let (world, id, code) = guarded().await;
    let answer = sign_in(&world, &world.password, &id, &code).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert!(answer.headers().contains_key("x-subject-token"));
    let token = answer.json::<Value>().await.unwrap()["token"].clone();
    assert_eq!(token["methods"], json!(["password", "totp"]));
    assert_eq!(token["mfa_authn_at"], token["issued_at"]);
    assert_eq!(token["user"]["id"], id.as_str());
}

#[tokio::test]
async fn a_bad_code_and_the_code_of_another_user_are_invalid() {
    let (world, id, code) = guarded().await;
    let bad = if code == "000000" { "111111" } else { "000000" };
    for (id, code) in [(id.as_str(), bad), (id.as_str(), ""), ("somebody", &*code)] {
        let (status, body) = refusal(sign_in(&world, &world.password, id, code).await).await;
        assert_eq!((status, body), (400, json!({ "error_code": "IAM.1061", "error_msg": "Invalid TOTP passcode" })));
    }
}

#[tokio::test]
async fn the_password_alone_does_not_let_in_and_a_wrong_one_hides_whether_the_code_was_right() {
    let (world, id, code) = guarded().await;
    let wrong = "The username or password is wrong.";
    for answer in [world.ask_for_token(&world.password).await, sign_in(&world, "wrong", &id, &code).await] {
        let (status, body) = refusal(answer).await;
        assert_eq!((status, &body["error"]["message"]), (401, &json!(wrong)));
    }
    world.control("users/mfa", json!({ "on": false })).await;
    assert_eq!(world.ask_for_token(&world.password).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn five_bad_codes_lock_the_user() {
    let (world, id, code) = guarded().await;
    let bad = if code == "000000" { "111111" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(sign_in(&world, &world.password, &id, bad).await.status(), StatusCode::BAD_REQUEST);
    }
    let (status, body) = refusal(sign_in(&world, &world.password, &id, &code).await).await;
    assert_eq!((status, &body["error_code"]), (401, &json!("IAM.0061")));
}
