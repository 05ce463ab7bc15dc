//! What the control address breaks: lag, lost connections, faults, flips, a cloud that is down.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, credentials, refusal};

async fn fresh() -> World {
    World::new(json!({ "desktops": 6, "plain": true })).await
}

/// Everything that the server sends back to one PUT, read byte by byte until the connection ends.
async fn raw_put(world: &World, id: &str) -> Vec<u8> {
    let address = world.simulator.url().trim_start_matches("http://").to_owned();
    let body = json!({ "desktop_ids": [id], "in_maintenance_mode": true }).to_string();
    let request = format!(
        "PUT /v2/{}/desktops/maintenance-mode HTTP/1.1\r\nHost: {address}\r\nX-Auth-Token: {}\r\nContent-Type: \
         application/json\r\nContent-Length: {}\r\n\r\n{body}",
        world.project_id,
        world.token,
        body.len()
    );
    let reading = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        // A reset ends the reading as well as an orderly end does; a time-out would be a fault of the simulator.
        if let Err(error) = stream.read_to_end(&mut bytes) {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
        }
        bytes
    });
    reading.await.unwrap()
}

#[tokio::test]
async fn applied_then_lost_changes_the_desktop_and_sends_not_a_byte() {
    let world = fresh().await;
    world.control("fault", json!({ "on": "put", "kind": "applied_then_lost" })).await;
    assert_eq!(raw_put(&world, &world.order[0]).await, b"");
    assert!(world.seen(&world.order[0]).await);
    let calls = world.ask(&format!("calls?project={}", world.project)).await;
    assert_eq!(calls[1]["status"], 0);
}

#[tokio::test]
async fn lost_before_applied_changes_nothing_and_sends_not_a_byte() {
    let world = fresh().await;
    world.control("fault", json!({ "on": "put", "kind": "lost_before_applied", "times": 2 })).await;
    assert_eq!(raw_put(&world, &world.order[0]).await, b"");
    assert!(world.put(&[&world.order[0]], true).await.is_err());
    assert!(!world.seen(&world.order[0]).await);
    assert_eq!(world.put(&[&world.order[0]], true).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_planned_status_is_answered_as_often_as_planned() {
    let world = fresh().await;
    world
        .control(
            "fault",
            json!({
                "on": "put", "kind": "status", "status": 429, "times": 1, "headers": { "Retry-After": "3" },
                "body": { "error_code": "APIGW.0308", "error_msg": "The throttling threshold has been reached" },
            }),
        )
        .await;
    world
        .control("fault", json!({ "on": "any", "kind": "applied_then_status", "status": 502, "body": "<html>" }))
        .await;
    let first = world.put(&[&world.order[0]], true).await.unwrap();
    assert_eq!(first.headers()["retry-after"], "3");
    let (status, body) = refusal(first).await;
    assert_eq!((status, &body["error_code"]), (429, &json!("APIGW.0308")));
    assert_eq!(world.truly_in_maintenance().await, 0);
    let second = world.put(&[&world.order[0]], true).await.unwrap();
    assert_eq!((second.status().as_u16(), second.text().await.unwrap().as_str()), (502, "<html>"));
    assert_eq!(world.truly_in_maintenance().await, 1);
    assert_eq!(world.put(&[&world.order[0]], false).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn faults_reach_every_operation_and_can_be_cleared() {
    let world = fresh().await;
    let show = format!("desktops/{}", world.order[0]);
    for (on, path) in [("list", "desktops"), ("detail", "desktops/detail"), ("show", show.as_str())] {
        world.control("fault", json!({ "on": on, "kind": "status", "status": 503, "times": 9 })).await;
        let answer = world.call(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{on}");
        world.control("faults/clear", json!({})).await;
        world.read(path).await;
    }
    world.control("fault", json!({ "on": "token", "kind": "lost_before_applied" })).await;
    let body =
        credentials(&world.account, "operator", &world.password, &json!({ "project": { "name": world.project } }));
    let url = format!("{}/v3/auth/tokens", world.simulator.url());
    assert!(world.http.post(url).json(&body).send().await.is_err());
    world.sign_in().await;
}

#[tokio::test]
async fn a_lagging_change_is_true_at_once_and_seen_later() {
    let world = fresh().await;
    world.control("lag", json!({ "ms": 600_000 })).await;
    let [slow, quick] = [&world.order[0], &world.order[1]];
    assert_eq!(world.put(&[slow], true).await.unwrap().status(), StatusCode::OK);
    assert!(!world.seen(slow).await);
    assert_eq!(world.truly_in_maintenance().await, 1);
    world.control("lag", json!({ "ms": 5 })).await;
    assert_eq!(world.put(&[quick], true).await.unwrap().status(), StatusCode::OK);
    world.wait_until_seen(quick).await;
    assert!(!world.seen(slow).await);
}

#[tokio::test]
async fn latency_delays_one_project_and_not_the_others() {
    let world = fresh().await;
    world.control("latency", json!({ "ms": 60_000 })).await;
    let patient = tokio::time::timeout(Duration::from_millis(20), world.call(reqwest::Method::GET, "desktops").send());
    assert!(patient.await.is_err());
    let scope = json!({ "project": { "name": simulator::PROJECT } });
    let other = credentials(simulator::ACCOUNT, simulator::USER, simulator::PASSWORD, &scope);
    assert_eq!(world.post_token(&other).await.status(), StatusCode::CREATED);
    world.control("latency", json!({ "ms": 0 })).await;
    world.read("desktops").await;
}

#[tokio::test]
async fn slow_calls_wait_side_by_side() {
    let world = fresh().await;
    world.control("latency", json!({ "ms": 100 })).await;
    let begun = Instant::now();
    let calls = (0..8).map(|_| tokio::spawn(world.call(reqwest::Method::GET, "desktops").send()));
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().unwrap().status(), StatusCode::OK);
    }
    assert!(begun.elapsed() < Duration::from_millis(600), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_desktop_is_flipped_removed_and_added_out_of_band() {
    let world = fresh().await;
    let id = world.order[0].as_str();
    world.control("flip", json!({ "desktop_id": id, "in_maintenance_mode": true })).await;
    assert!(world.seen(id).await);
    world.control("remove", json!({ "desktop_id": id })).await;
    assert_eq!(world.read(&format!("desktops/detail?desktop_id={id}")).await["total_count"], 0);
    let plan = json!({
        "computer_name": "<i>new</i>", "user_name": "Łukasz", "status": "SHUTOFF", "sentinel": "409",
        "in_maintenance_mode": true, "tags": [{ "key": "a", "value": "b" }],
    });
    let added = world.control("add", plan).await;
    let added = added["desktop_id"].as_str().unwrap();
    let shown = world.read(&format!("desktops/{added}")).await;
    assert_eq!(shown["desktop"]["computer_name"], "<i>new</i>");
    assert_eq!(shown["desktop"]["status"], "SHUTOFF");
    assert_eq!(shown["desktop"]["in_maintenance_mode"], true);
    assert_eq!(world.refused(&[added]).await.0, 409);
    assert_eq!(world.read("desktops").await["total_count"], 6);
}

#[tokio::test]
async fn while_the_cloud_is_down_even_open_connections_are_closed() {
    let world = fresh().await;
    world.read("desktops").await;
    world.control("down", json!({ "down": true })).await;
    assert!(world.call(reqwest::Method::GET, "desktops").send().await.is_err());
    let stranger = Client::builder().no_proxy().build().unwrap();
    assert!(stranger.get(world.simulator.url()).send().await.is_err());
    world.control("down", json!({ "down": false })).await;
    world.read("desktops").await;
}

#[tokio::test]
async fn a_second_user_and_a_second_project_of_one_account_are_made() {
    let world = fresh().await;
    let other = world.control("users", json!({})).await;
    let scope = json!({ "project": { "name": world.project } });
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let body = credentials(&world.account, &text(&other["user"]), &text(&other["password"]), &scope);
    assert_eq!(world.post_token(&body).await.status(), StatusCode::CREATED);
    let url = format!("{}/_control/projects", world.simulator.control_url());
    let plan = json!({ "desktops": 1, "account": world.account, "name": "ap-southeast-3" });
    let made: Value = world.http.post(&url).json(&plan).send().await.unwrap().json().await.unwrap();
    assert_eq!(made["password"], world.password.as_str());
    let again = world.http.post(&url).json(&plan).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::CONFLICT);
    let ambiguous = format!("{}/_control/calls?project=ap-southeast-3", world.simulator.control_url());
    assert_eq!(world.http.get(ambiguous).send().await.unwrap().status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn control_calls_that_cannot_be_done_say_why() {
    let world = fresh().await;
    let project = world.project.as_str();
    for (call, body, expected) in [
        ("tokens/end", json!({ "project": "nowhere" }), 404),
        ("flip", json!({ "project": project, "desktop_id": "none", "in_maintenance_mode": true }), 404),
        ("remove", json!({ "project": project, "desktop_id": "none" }), 404),
        ("projects", json!({ "desktops": 1, "sentinels": ["418"] }), 400),
        ("projects", json!({ "desktops": 100_000_000 }), 400),
        ("fault", json!({ "project": project, "on": "put", "kind": "status", "status": 99 }), 400),
        ("tokens/size", json!({ "bytes": 1 }), 400),
        ("no-such-call", json!({}), 404),
    ] {
        let url = format!("{}/_control/{call}", world.simulator.control_url());
        let (status, answer) = refusal(world.http.post(url).json(&body).send().await.unwrap()).await;
        assert_eq!(status, expected, "{call}");
        assert!(answer["error"].as_str().is_some_and(|sentence| sentence.ends_with('.')), "{call}: {answer}");
    }
}

#[tokio::test]
async fn a_simulator_that_is_shut_down_answers_nobody() {
    let world = fresh().await;
    let url = world.simulator.url();
    world.simulator.shutdown().await;
    assert!(world.http.get(url).send().await.is_err());
}
