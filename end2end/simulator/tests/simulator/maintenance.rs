//! The maintenance call: an empty 200, or one refusal of the whole batch.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, refusal};

async fn fresh() -> World {
    World::new(json!({
        "desktops": 120, "plain": true, "sentinels": ["403", "404", "409", "500", "lost", "stuck", "403"],
    }))
    .await
}

/// The ids of ordinary desktops.
fn ordinary(world: &World) -> Vec<&str> {
    world.order.iter().skip(7).map(String::as_str).collect()
}

#[tokio::test]
async fn an_accepted_batch_is_answered_with_200_and_nothing_else() {
    let world = fresh().await;
    let ids = &ordinary(&world)[..100];
    let answer = world.put(ids, true).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers().get("content-type").is_none());
    assert_eq!(answer.headers()["x-request-id"].len(), 32);
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
    assert_eq!(world.truly_in_maintenance().await, 100);
    assert!(world.seen(ids[0]).await);
    assert_eq!(world.put(&ids[..40], false).await.unwrap().status(), StatusCode::OK);
    assert_eq!(world.truly_in_maintenance().await, 60);
}

#[tokio::test]
async fn setting_what_is_set_already_and_naming_a_desktop_twice_is_accepted() {
    let world = fresh().await;
    let id = ordinary(&world)[0];
    for _ in 0..2 {
        assert_eq!(world.put(&[id, id], true).await.unwrap().status(), StatusCode::OK);
        assert_eq!(world.truly_in_maintenance().await, 1);
    }
}

#[tokio::test]
async fn every_sentinel_refuses_the_whole_batch_and_nothing_is_applied() {
    let world = fresh().await;
    let ordinary = ordinary(&world);
    for (name, status, code) in [
        ("AAA-refuses-403", 403, "WKS.00000403"),
        ("AAB-refuses-403", 403, "WKS.00000403"),
        ("AAA-refuses-404", 404, "WKS.00010005"),
        ("AAA-refuses-409", 409, "WKS.00010032"),
        ("AAA-always-500", 500, "WKS.00000001"),
    ] {
        let sentinel = world.ids[name].as_str();
        for ids in [vec![ordinary[0], sentinel, ordinary[1]], vec![sentinel]] {
            let (answered, body) = world.refused(&ids).await;
            assert_eq!((answered, &body["error_code"]), (status, &json!(code)), "{name}");
            assert!(body["error_msg"].is_string() && body["error_detail"].is_string(), "{name}");
            let encoded = body["encoded_authorization_message"].as_str();
            assert_eq!(encoded.is_some_and(|text| text.len() > 100), status == 403, "{name}");
        }
    }
    assert_eq!(world.truly_in_maintenance().await, 0);
}

#[tokio::test]
async fn the_conflict_has_the_documented_text() {
    let world = fresh().await;
    let id = world.ids["AAA-refuses-409"].as_str();
    let (_, body) = world.refused(&[id]).await;
    assert_eq!(
        body["error_msg"],
        format!(
            "Operation conflict. The desktop current instance status is [ACTIVE] and deny operation [setMaintenanceMode], \
             resource id [{id}]."
        )
    );
}

#[tokio::test]
async fn an_unknown_id_refuses_the_whole_batch() {
    let world = fresh().await;
    let (status, body) = world.refused(&[ordinary(&world)[0], "no-such-desktop"]).await;
    assert_eq!((status, &body["error_code"]), (404, &json!("WKS.00010005")));
    assert!(body["error_detail"].as_str().unwrap().contains("no-such-desktop"));
    assert_eq!(world.truly_in_maintenance().await, 0);
}

#[tokio::test]
async fn batches_of_no_ids_of_more_than_100_and_of_too_long_ids_are_bad_requests() {
    let world = fresh().await;
    let many = &ordinary(&world)[..101];
    let long = "x".repeat(256);
    for ids in [&[][..], many, &[""], &[long.as_str()]] {
        let (status, body) = world.refused(ids).await;
        assert_eq!((status, &body["error_code"]), (400, &json!("WKS.00129901")), "{} ids", ids.len());
    }
    assert_eq!(world.truly_in_maintenance().await, 0);
}

#[tokio::test]
async fn junk_is_a_bad_request() {
    let world = fresh().await;
    let id = ordinary(&world)[0];
    let whole = json!({ "desktop_ids": [id], "in_maintenance_mode": true }).to_string();
    let bodies = [
        ("application/json", String::new()),
        ("application/json", "{".to_owned()),
        ("application/json", "[1,2,3]".to_owned()),
        ("application/json", json!({ "desktop_ids": [id] }).to_string()),
        ("application/json", json!({ "desktop_ids": [7], "in_maintenance_mode": true }).to_string()),
        ("application/json", json!({ "desktop_ids": [id], "in_maintenance_mode": "true" }).to_string()),
        ("text/plain", whole),
    ];
    for (content_type, body) in bodies {
        let call = world.call(Method::PUT, "desktops/maintenance-mode");
        let answer = call.header("content-type", content_type).body(body.clone()).send().await.unwrap();
        assert_eq!(refusal(answer).await.0, 400, "{body}");
    }
    assert_eq!(world.truly_in_maintenance().await, 0);
}

#[tokio::test]
async fn a_stuck_desktop_is_accepted_and_never_changes() {
    let world = fresh().await;
    let stuck = world.ids["AAA-never-changes"].as_str();
    let other = ordinary(&world)[0];
    assert_eq!(world.put(&[stuck, other], true).await.unwrap().status(), StatusCode::OK);
    assert!(!world.seen(stuck).await);
    assert!(world.seen(other).await);
}

#[tokio::test]
async fn a_desktop_whose_calls_are_lost_stops_its_batch_without_an_answer() {
    let world = fresh().await;
    let ids = [world.ids["AAA-always-lost"].as_str(), ordinary(&world)[0]];
    assert!(world.put(&ids, true).await.is_err());
    assert_eq!(world.truly_in_maintenance().await, 0);
}

#[tokio::test]
async fn every_call_is_recorded_with_what_it_named() {
    let world = fresh().await;
    let ids = &ordinary(&world)[..2];
    let answer = world.put(ids, true).await.unwrap();
    let request_id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    world.read(&format!("desktops/detail?desktop_id={},{}", ids[0], ids[1])).await;
    let calls = world.ask(&format!("calls?project={}", world.project)).await;
    let calls = calls.as_array().unwrap();
    let short: Vec<_> =
        calls.iter().map(|call| (call["method"].as_str().unwrap(), call["status"].as_u64().unwrap())).collect();
    assert_eq!(short, [("POST", 201), ("PUT", 200), ("GET", 200)]);
    assert_eq!(calls[1]["desktop_ids"], json!(ids));
    assert_eq!(calls[1]["in_maintenance_mode"], true);
    assert_eq!(calls[1]["request_id"], request_id);
    assert_eq!(calls[2]["desktop_ids"], json!(ids));
    let url = format!("{}/_control/calls?project={}", world.simulator.control_url(), world.project);
    assert_eq!(world.http.delete(url).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(world.ask(&format!("calls?project={}", world.project)).await, Value::Array(Vec::new()));
}
