//! Tokens by password: their shape, their refusals, their end.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, credentials, refusal};

const WRONG: &str = "The username or password is wrong.";

async fn fresh() -> World {
    World::new(json!({ "desktops": 3 })).await
}

#[tokio::test]
async fn a_token_is_created_with_the_documented_header_and_body() {
    let world = fresh().await;
    let answer = world.ask_for_token(&world.password).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let text = answer.headers()["x-subject-token"].to_str().unwrap().to_owned();
    assert!(text.starts_with("MII") && text.len() == 4_096, "{} characters", text.len());
    assert_eq!(answer.headers()["x-request-id"].len(), 32);
    let token = answer.json::<Value>().await.unwrap()["token"].clone();
    assert_eq!(token["project"]["id"], world.project_id.as_str());
    assert_eq!(token["project"]["name"], world.project.as_str());
    assert_eq!(token["user"]["name"], "operator");
    assert_eq!(token["user"]["domain"]["name"], world.account.as_str());
    assert_eq!(token["methods"], json!(["password"]));
    assert_eq!(token["catalog"], json!([]));
    assert_eq!(token["roles"][0]["id"], "0");
    for time in ["issued_at", "expires_at"] {
        let time = token[time].as_str().unwrap();
        assert_eq!((time.len(), &time[19..20], &time[26..]), (27, ".", "Z"), "{time}");
    }
    assert_ne!(text, world.token, "every token is new");
}

#[tokio::test]
async fn the_catalogue_is_there_unless_the_query_says_no() {
    let world = fresh().await;
    let body =
        credentials(&world.account, "operator", &world.password, &json!({ "project": { "id": world.project_id } }));
    let url = format!("{}/v3/auth/tokens", world.simulator.url());
    let answer: Value = world.http.post(url).json(&body).send().await.unwrap().json().await.unwrap();
    let catalogue = answer["token"]["catalog"].as_array().unwrap();
    assert!(catalogue.iter().any(|entry| entry["type"] == "workspace"));
}

#[tokio::test]
async fn a_wrong_password_an_unknown_user_and_an_unknown_account_sound_alike() {
    let world = fresh().await;
    let scope = json!({ "project": { "name": world.project } });
    for (account, user, password) in [
        (world.account.as_str(), "operator", "wrong"),
        (world.account.as_str(), "nobody", world.password.as_str()),
        ("NoCorp", "operator", world.password.as_str()),
    ] {
        let (status, body) = refusal(world.post_token(&credentials(account, user, password, &scope)).await).await;
        assert_eq!(status, 401);
        assert_eq!(body, json!({ "error": { "code": 401, "message": WRONG, "title": "Unauthorized" } }));
    }
}

#[tokio::test]
async fn a_project_that_is_unknown_or_of_another_account_is_unauthorized() {
    let world = fresh().await;
    for name in ["nowhere-1", simulator::PROJECT] {
        let scope = json!({ "project": { "name": name } });
        let body = credentials(&world.account, "operator", &world.password, &scope);
        let (status, body) = refusal(world.post_token(&body).await).await;
        assert_eq!(status, 401);
        assert_ne!(body["error"]["message"], WRONG);
    }
}

#[tokio::test]
async fn the_default_account_is_known() {
    let world = fresh().await;
    let scope = json!({ "project": { "name": simulator::PROJECT } });
    let body = credentials(simulator::ACCOUNT, simulator::USER, simulator::PASSWORD, &scope);
    assert_eq!(world.post_token(&body).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn junk_is_a_bad_request() {
    let world = fresh().await;
    for junk in ["", "{", "[]", "null", "{\"auth\":{}}", "\u{0}\u{1}", "{\"auth\":{\"identity\":{\"methods\":7}}}"] {
        let url = format!("{}/v3/auth/tokens", world.simulator.url());
        let (status, body) = refusal(world.http.post(url).body(junk).send().await.unwrap()).await;
        assert_eq!((status, &body["error"]["title"]), (400, &json!("Bad Request")), "{junk:?}");
    }
}

#[tokio::test]
async fn after_five_failures_even_the_right_password_is_locked_out_until_the_user_is_unlocked() {
    let world = fresh().await;
    for _ in 0..5 {
        let (status, body) = refusal(world.ask_for_token("wrong").await).await;
        assert_eq!((status, &body["error"]["message"]), (401, &json!(WRONG)));
    }
    let (status, body) = refusal(world.ask_for_token(&world.password).await).await;
    assert_eq!((status, &body["error_code"]), (401, &json!("IAM.0061")));
    world.control("users/unlock", json!({})).await;
    assert_eq!(world.ask_for_token(&world.password).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_token_is_validated_by_itself_and_an_unknown_one_is_not_found() {
    let world = fresh().await;
    let url = format!("{}/v3/auth/tokens?nocatalog=1", world.simulator.url());
    let ask = |subject: String| {
        let call = world.http.get(&url).header("x-auth-token", &world.token);
        call.header("x-subject-token", subject).send()
    };
    let answer = ask(world.token.clone()).await.unwrap();
    assert_eq!(answer.headers()["x-subject-token"], world.token.as_str());
    let (status, body) = refusal(answer).await;
    assert_eq!((status, &body["token"]["user"]["name"]), (200, &json!("operator")));
    let (status, body) = refusal(ask("MIInothing".into()).await.unwrap()).await;
    assert_eq!(status, 404);
    assert_eq!(body["error"]["message"], "X-Subject-Token is invalid in the request");
}

#[tokio::test]
async fn the_gateway_refuses_missing_unknown_ended_and_foreign_tokens() {
    let world = fresh().await;
    let foreign = credentials(
        simulator::ACCOUNT,
        simulator::USER,
        simulator::PASSWORD,
        &json!({ "project": { "name": simulator::PROJECT } }),
    );
    let foreign = world.post_token(&foreign).await.headers()["x-subject-token"].clone();
    let url = format!("{}/v2/{}/desktops", world.simulator.url(), world.project_id);
    let (status, body) = refusal(world.http.get(&url).send().await.unwrap()).await;
    assert_eq!((status, &body["error_code"]), (401, &json!("APIGW.0301")));
    assert_eq!(body["request_id"].as_str().unwrap().len(), 32);
    let unknown = world.http.get(&url).header("x-auth-token", "MIInothing");
    let (status, body) = refusal(unknown.send().await.unwrap()).await;
    assert_eq!((status, &body["error_code"]), (401, &json!("APIGW.0301")));
    let (status, body) = refusal(world.http.get(&url).header("x-auth-token", foreign).send().await.unwrap()).await;
    assert_eq!((status, &body["error_code"]), (403, &json!("APIGW.0310")));
    let ended = world.control("tokens/end", json!({})).await;
    assert_eq!(ended["ended"], 1);
    let (status, body) = refusal(world.call(Method::GET, "desktops").send().await.unwrap()).await;
    assert_eq!((status, &body["error_code"]), (401, &json!("APIGW.0307")));
    assert_eq!(body["error_msg"], "The token must be updated.");
}

#[tokio::test]
async fn a_project_may_have_tokens_that_live_shortly() {
    let world = World::new(json!({ "desktops": 1, "token_ttl_seconds": 0 })).await;
    let (status, body) = refusal(world.call(Method::GET, "desktops").send().await.unwrap()).await;
    assert_eq!((status, &body["error_code"]), (401, &json!("APIGW.0307")));
}

#[tokio::test]
async fn the_length_of_tokens_can_be_chosen_and_the_gateway_refuses_too_long_a_header() {
    let world = fresh().await;
    world.control("tokens/size", json!({ "bytes": 9_000 })).await;
    assert_eq!(world.sign_in().await.len(), 9_000);
    let url = format!("{}/v2/{}/desktops", world.simulator.url(), world.project_id);
    let call = world.http.get(url).header("x-auth-token", "M".repeat(33_000));
    let (status, body) = refusal(call.send().await.unwrap()).await;
    assert_eq!((status, &body["error_code"]), (494, &json!("APIGW.0201")));
}
