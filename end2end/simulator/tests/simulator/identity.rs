//! The record, the faults and the waits of calls to IAM.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    federation::{exchange, exchange_unscoped, federated, list, names, projects, tell, text},
    issuer::Issuer,
    world::refusal,
};

#[tokio::test]
async fn calls_to_iam_are_recorded_without_any_secret() {
    let issuer = Issuer::es256("one");
    let world = federated(&issuer).await;
    let id_token = issuer.token("first");
    let token = text(&exchange_unscoped(&world, &id_token).await);
    projects(&world, &token).await;
    let scoped = text(&exchange(&world, &id_token, json!({ "project": { "name": world.project } })).await);
    let tokens = format!("{}/v3/auth/tokens", world.simulator.url());
    for held in [&token, &scoped] {
        let call = world.http.delete(&tokens).header("x-auth-token", held).header("x-subject-token", held);
        let (status, body) = refusal(call.send().await.unwrap()).await;
        assert_eq!((status, &body["error_code"]), (404, &json!("APIGW.0101")));
    }
    let of_none = world.ask("calls").await;
    let of_project = world.ask(&format!("calls?project={}", world.project_id)).await;
    let shown = |calls: &Value| -> Vec<String> {
        let calls = calls.as_array().unwrap().iter();
        calls
            .map(|call| {
                let [method, path] = ["method", "path"].map(|field| call[field].as_str().unwrap());
                format!("{method} {path} {}", call["status"])
            })
            .collect()
    };
    let exchanged = "POST /v3.0/OS-AUTH/id-token/tokens 201";
    let ended = "DELETE /v3/auth/tokens 404";
    assert_eq!(shown(&of_none), [exchanged, "GET /v3/auth/projects 200", ended]);
    assert_eq!(shown(&of_project), ["POST /v3/auth/tokens 201", exchanged, ended]);
    for secret in [&id_token, &token, &scoped, &world.password] {
        assert!(!of_none.to_string().contains(secret) && !of_project.to_string().contains(secret));
    }
}

#[tokio::test]
async fn faults_and_waits_reach_exchange_and_projects_alone() {
    let issuer = Issuer::es256("one");
    let world = federated(&issuer).await;
    let id_token = issuer.token("first");
    let fault = |on: &str| json!({ "on": on, "kind": "status", "status": 503, "body": "busy" });
    for on in ["exchange", "identity", "any"] {
        assert_eq!(tell(&world, "fault", &fault(on)).await.status(), StatusCode::OK);
        assert_eq!(exchange_unscoped(&world, &id_token).await.status(), StatusCode::SERVICE_UNAVAILABLE, "{on}");
    }
    tell(&world, "fault", &fault("projects")).await;
    world.control("fault", fault("exchange")).await;
    assert_eq!(list(&world, &world.token).await.0, 200);
    let token = text(&exchange_unscoped(&world, &id_token).await);
    assert_eq!(projects(&world, &token).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    let scope = json!({ "project": { "name": world.project } });
    assert_eq!(exchange(&world, &id_token, scope).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    tell(&world, "fault", &fault("projects")).await;
    tell(&world, "faults/clear", &json!({})).await;
    assert_eq!(names(&world, &token).await, [world.project.as_str()]);
    tell(&world, "latency", &json!({ "on": "identity", "ms": 60_000 })).await;
    let soon = std::time::Duration::from_millis(20);
    assert!(tokio::time::timeout(soon, exchange_unscoped(&world, &id_token)).await.is_err());
    assert!(tokio::time::timeout(soon, projects(&world, &token)).await.is_err());
    assert!(tokio::time::timeout(soon, world.sign_in()).await.is_err());
    assert_eq!(list(&world, &world.token).await.0, 200);
    tell(&world, "latency", &json!({ "on": "identity", "ms": 0 })).await;
    assert_eq!(names(&world, &token).await, [world.project.as_str()]);
}
