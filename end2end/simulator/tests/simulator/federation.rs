//! An account that trusts an identity provider, and short ways to ask for tokens there.

use reqwest::Response;
use serde_json::{Value, json};

use crate::{
    issuer::{CLIENT, ISSUER, Issuer},
    world::{World, refusal},
};

/// The id of the identity provider.
pub const IDP: &str = "corporate";

/// A fresh project, and an identity provider of its account that lets `first` enter it.
pub async fn federated(issuer: &Issuer) -> World {
    let world = World::new(json!({ "desktops": 3 })).await;
    let rule = json!({ "user": "first@corporate", "projects": [world.project] });
    register(&world, json!({ "jwks": issuer.jwks(), "users": { "first": rule } })).await;
    world
}

pub async fn register(world: &World, more: Value) {
    let mut plan = json!({ "id": IDP, "issuer": ISSUER, "client_id": CLIENT, "account": world.account });
    plan.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (status, answer) = refusal(tell(world, "identity_providers", &plan).await).await;
    assert_eq!(status, 201, "{answer}");
}

pub async fn tell(world: &World, call: &str, body: &Value) -> Response {
    let url = format!("{}/_control/{call}", world.simulator.control_url());
    world.http.post(url).json(body).send().await.unwrap()
}

pub async fn exchange(world: &World, id_token: &str, scope: Value) -> Response {
    post(world, IDP, &json!({ "auth": { "id_token": { "id": id_token }, "scope": scope } })).await
}

pub async fn exchange_unscoped(world: &World, id_token: &str) -> Response {
    post(world, IDP, &json!({ "auth": { "id_token": { "id": id_token } } })).await
}

pub async fn post(world: &World, idp: &str, body: &Value) -> Response {
    let url = format!("{}/v3.0/OS-AUTH/id-token/tokens", world.simulator.url());
    world.http.post(url).header("x-idp-id", idp).json(body).send().await.unwrap()
}

pub async fn rescope(world: &World, held: &str, scope: Value) -> Response {
    world
        .post_token(&json!({ "auth": {
            "identity": { "methods": ["token"], "token": { "id": held } }, "scope": scope,
        } }))
        .await
}

pub fn text(answer: &Response) -> String {
    answer.headers()["x-subject-token"].to_str().unwrap().to_owned()
}

pub async fn projects(world: &World, token: &str) -> Response {
    let url = format!("{}/v3/auth/projects", world.simulator.url());
    world.http.get(url).header("x-auth-token", token).send().await.unwrap()
}

pub async fn names(world: &World, token: &str) -> Vec<String> {
    let answer: Value = projects(world, token).await.json().await.unwrap();
    let projects = answer["projects"].as_array().unwrap();
    projects.iter().map(|project| project["name"].as_str().unwrap().to_owned()).collect()
}

pub async fn list(world: &World, token: &str) -> (u16, Value) {
    let url = format!("{}/v2/{}/desktops", world.simulator.url(), world.project_id);
    refusal(world.http.get(url).header("x-auth-token", token).send().await.unwrap()).await
}

pub async fn check_refused(world: &World, id_token: &str, status: u16, code: &str, why: &str) {
    let (got, body) = refusal(exchange_unscoped(world, id_token).await).await;
    assert_eq!((got, &body["error_code"]), (status, &json!(code)), "{why}");
    assert!(body["error_msg"].is_string(), "{body}");
}
