//! The projects that the holder of a token may enter, by password, and the two projects of the default account.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, credentials, refusal};

async fn default_token(world: &World, scope: &Value) -> String {
    let body = credentials(simulator::ACCOUNT, simulator::USER, simulator::PASSWORD, scope);
    let answer = world.post_token(&body).await;
    assert_eq!(answer.status(), StatusCode::CREATED, "{scope}");
    answer.headers()["x-subject-token"].to_str().unwrap().to_owned()
}

async fn projects(world: &World, token: &str) -> Response {
    let url = format!("{}/v3/auth/projects", world.simulator.url());
    world.http.get(url).header("x-auth-token", token).send().await.unwrap()
}

#[tokio::test]
async fn every_token_of_the_default_user_tells_both_projects_in_the_documented_shape() {
    let world = World::new(json!({ "desktops": 1 })).await;
    let (first, second) = (world.simulator.project_id(), world.simulator.branch_id());
    for scope in [
        json!(null),
        json!({ "domain": { "name": simulator::ACCOUNT } }),
        json!({ "project": { "name": simulator::PROJECT } }),
        json!({ "project": { "name": simulator::BRANCH } }),
    ] {
        let token = default_token(&world, &scope).await;
        let (status, answer) = refusal(projects(&world, &token).await).await;
        assert_eq!(status, 200);
        let url = format!("{}/v3", world.simulator.url());
        assert_eq!(answer["links"], json!({ "self": format!("{url}/auth/projects") }));
        let shown = answer["projects"].as_array().unwrap();
        assert_eq!(shown.len(), 2, "{scope}");
        let account = &shown[0]["domain_id"];
        for (shown, id, name, above) in
            [(&shown[0], first, simulator::PROJECT, account), (&shown[1], second, simulator::BRANCH, &json!(first))]
        {
            let expected = json!({
                "id": id, "name": name, "description": "", "domain_id": account, "parent_id": above, "enabled": true,
                "is_domain": false, "links": { "self": format!("{url}/projects/{id}") },
            });
            assert_eq!(shown, &expected);
        }
    }
}

#[tokio::test]
async fn the_second_project_has_twelve_desktops_of_its_own() {
    let world = World::new(json!({ "desktops": 1 })).await;
    let token = default_token(&world, &json!({ "project": { "name": simulator::BRANCH } })).await;
    let mut names = Vec::new();
    for id in [world.simulator.branch_id(), world.simulator.project_id()] {
        let all = world.ask(&format!("desktops?project={id}")).await;
        let all = all.as_array().unwrap().iter();
        names.push(all.map(|desktop| desktop["computer_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        let url = format!("{}/v2/{id}/desktops", world.simulator.url());
        let answer = world.http.get(url).header("x-auth-token", &token).send().await.unwrap();
        let expected = if id == world.simulator.branch_id() { 200 } else { 403 };
        assert_eq!(answer.status(), expected);
    }
    assert_eq!((names[0].len(), names[1].len()), (simulator::BRANCH_DESKTOPS, 12));
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn a_user_is_told_only_projects_that_the_user_may_enter() {
    let world = World::new(json!({ "desktops": 1 })).await;
    let plan = json!({ "desktops": 1, "account": world.account, "user": "another" });
    let url = format!("{}/_control/projects", world.simulator.control_url());
    assert_eq!(world.http.post(url).json(&plan).send().await.unwrap().status(), StatusCode::CREATED);
    let answer: Value = projects(&world, &world.token).await.json().await.unwrap();
    let shown = answer["projects"].as_array().unwrap();
    assert_eq!((shown.len(), &shown[0]["id"]), (1, &json!(world.project_id)));
    assert_eq!(shown[0]["parent_id"], shown[0]["domain_id"], "the account has no project of the region");
}

#[tokio::test]
async fn without_a_valid_token_nobody_is_told_a_project() {
    let world = World::new(json!({ "desktops": 1 })).await;
    let ended = world.token.clone();
    world.control("tokens/end", json!({})).await;
    for token in ["MIInothing", &ended, ""] {
        let (status, body) = refusal(projects(&world, token).await).await;
        assert_eq!((status, &body["error"]["title"]), (401, &json!("Unauthorized")), "{token:?}");
    }
}

#[tokio::test]
async fn an_unscoped_token_by_password_opens_no_desktops() {
    let world = World::new(json!({ "desktops": 1 })).await;
    let token = default_token(&world, &json!(null)).await;
    let url = format!("{}/v2/{}/desktops", world.simulator.url(), world.simulator.project_id());
    let answer = world.http.get(url).header("x-auth-token", token).send().await.unwrap();
    let (status, body) = refusal(answer).await;
    assert_eq!((status, &body["error_code"]), (403, &json!("APIGW.0310")));
}

#[tokio::test]
async fn tokens_grow_to_40000_bytes_in_one_project_or_all_and_the_gateway_takes_32_k() {
    let world = World::new(json!({ "desktops": 1 })).await;
    let list = async |token: &str| {
        let url = format!("{}/v2/{}/desktops", world.simulator.url(), world.project_id);
        world.http.get(url).header("x-auth-token", token).send().await.unwrap().status().as_u16()
    };
    for (bytes, expected) in [(32_768, 200), (32_769, 494), (40_000, 494)] {
        world.control("tokens/size", json!({ "bytes": bytes })).await;
        let token = world.sign_in().await;
        assert_eq!((token.len(), list(&token).await), (bytes, expected));
    }
    assert_eq!(default_token(&world, &json!(null)).await.len(), 4_096);
    let size = |bytes: usize| {
        let url = format!("{}/_control/tokens/size", world.simulator.control_url());
        world.http.post(url).json(&json!({ "bytes": bytes })).send()
    };
    assert_eq!(size(40_001).await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(size(5_000).await.unwrap().status(), StatusCode::OK);
    assert_eq!(default_token(&world, &json!(null)).await.len(), 5_000);
    assert_eq!(world.sign_in().await.len(), 40_000, "a project's own length wins");
}
