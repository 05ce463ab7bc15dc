//! The calls around the desktops: pools, sessions, notifications and jobs, tags, the tenant, enterprise projects.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, credentials, refusal};

async fn pooled() -> World {
    World::new(json!({
        "desktops": 0,
        "extra": [
            { "computer_name": "A", "pool_id": "p1", "user_name": "first", "connect_status": "CONNECTED" },
            { "computer_name": "B", "pool_id": "p1", "connect_status": "UNREGISTER", "tags": [{ "key": "ring", "value": "pilot" }] },
            { "computer_name": "C", "pool_id": "p2", "user_name": "second", "connect_status": "DISCONNECTED",
              "tags": [{ "key": "ring", "value": "broad" }, { "key": "lab" }], "enterprise_project_id": "e1" },
            { "computer_name": "D", "user_name": "first", "sentinel": "403" },
        ],
    }))
    .await
}

fn names(listed: &Value, field: &str) -> Vec<String> {
    listed.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
}

async fn post(world: &World, path: &str, body: Value) -> (u16, Value) {
    let answer = world.call(Method::POST, path).json(&body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null))
}

#[tokio::test]
async fn a_pool_has_a_flag_of_its_own_that_leaves_its_desktops_alone() {
    let world = pooled().await;
    let listed = world.read("desktop-pools").await;
    assert_eq!(
        (&listed["total_count"], names(&listed["desktop_pools"], "id")),
        (&json!(2), vec!["p1".into(), "p2".into()])
    );
    let put = world.call(Method::PUT, "desktop-pools/p1").json(&json!({ "in_maintenance_mode": true }));
    let answer = put.send().await.unwrap();
    assert_eq!((answer.status(), answer.bytes().await.unwrap().len()), (StatusCode::OK, 0));
    let shown = world.read("desktop-pools/p1").await;
    assert_eq!(
        (&shown["in_maintenance_mode"], &shown["desktop_count"], &shown["desktop_used"]),
        (&json!(true), &json!(2), &json!(1))
    );
    let found = world.read("desktop-pools?in_maintenance_mode=false").await;
    assert_eq!(names(&found["desktop_pools"], "id"), ["p2"]);
    let inside = world.read("desktop-pools/p1/desktops").await;
    assert_eq!(names(&inside["pool_desktops"], "computer_name"), ["A", "B"]);
    assert_eq!(inside["pool_desktops"][0]["in_maintenance_mode"], false);
}

#[tokio::test]
async fn an_unknown_pool_and_a_limit_out_of_range_are_400() {
    let world = pooled().await;
    for (path, code) in [
        ("desktop-pools/p3", "WKS.0001"),
        ("desktop-pools/p3/desktops", "WKS.0001"),
        ("desktop-pools?limit=1001", "WKS.00129901"),
        ("desktop-pools/p1/desktops?limit=101", "WKS.00129901"),
        ("desktop-pools?in_maintenance_mode=perhaps", "WKS.00129901"),
        ("connect-desktops?limit=1001", "WKS.00129901"),
        ("connections/desktops?start_time=2024-01-01T00:00Z", "WKS.00129901"),
        ("connections/desktops?start_time=yesterday&end_time=today", "WKS.00129901"),
    ] {
        let (status, body) = refusal(world.call(Method::GET, path).send().await.unwrap()).await;
        assert_eq!((status, &body["error_code"]), (400, &json!(code)), "{path}");
    }
}

#[tokio::test]
async fn sessions_are_found_by_exact_name_and_by_status_and_end_by_logging_off() {
    let world = pooled().await;
    let by_name = world.read("connect-desktops?user_names=first&user_names=sec").await;
    assert_eq!(names(&by_name["desktops"], "desktop_name"), ["A", "D"]);
    assert_eq!(by_name["desktops"][0]["attach_users"][0]["name"], "first");
    let in_use = world.read("connect-desktops?connect_status=CONNECTED").await;
    assert_eq!(names(&in_use["desktops"], "desktop_id"), [world.order[0].as_str()]);
    let body = json!({ "desktop_ids": world.order[..3], "message": "x".repeat(255) });
    assert_eq!(post(&world, "desktops/logoff", body).await, (200, Value::Null));
    let after = names(&world.read("desktops").await["desktops"], "connect_status");
    assert_eq!(after, ["REGISTERED", "UNREGISTER", "REGISTERED", "REGISTERED"]);
    let (status, body) = post(&world, "desktops/logoff", json!({ "desktop_ids": [world.order[3]] })).await;
    assert_eq!(
        (status, &body["error_msg"]),
        (403, &json!("You are not authorized to perform the action workspace:desktops:logoff."))
    );
    let long = json!({ "desktop_ids": [], "message": "x".repeat(256) });
    assert_eq!(post(&world, "desktops/logoff", long).await.0, 400);
}

#[tokio::test]
async fn login_records_are_there_for_who_has_a_desktop_newest_first_and_within_times() {
    let world = pooled().await;
    let all = world.read("connections/desktops").await;
    let times = names(&all["records"], "connection_start_time");
    assert_eq!(all["total_count"], 3);
    assert!(times.is_sorted_by(|earlier, later| earlier >= later), "{times:?}");
    let own = world.read("connections/desktops?user_name=second").await;
    assert_eq!(names(&own["records"], "computer_name"), ["C"]);
    let minute = format!("{}Z", times[1][..16].replace(' ', "T"));
    let within = world.read(&format!("connections/desktops?start_time={minute}&end_time={minute}")).await;
    assert_eq!(names(&within["records"], "connection_start_time"), [times[1].as_str()]);
}

#[tokio::test]
async fn a_notification_is_a_job_that_ends_after_the_lag_and_fails_where_nobody_can_read_it() {
    let world = pooled().await;
    world.control("lag", json!({ "ms": 3_600_000 })).await;
    let body = json!({ "desktop_ids": world.order[..2], "notifications": "Noon" });
    let (status, sent) = post(&world, "desktops/notifications", body.clone()).await;
    assert_eq!(status, 200);
    let running = world.read(&format!("workspace-jobs/{}", sent["job_id"].as_str().unwrap())).await;
    assert_eq!((&running["status"], &running["sub_jobs_total"]), (&json!("RUNNING"), &json!(2)));
    world.control("lag", json!({ "ms": 0 })).await;
    let (_, sent) = post(&world, "desktops/notifications", body).await;
    let id = sent["job_id"].as_str().unwrap();
    let done = world.read(&format!("workspace-jobs/{id}")).await;
    assert_eq!(done["status"], "COMPLETE");
    assert_eq!(names(&done["sub_jobs"], "status"), ["SUCCESS", "FAILED"]);
    let failed = world.read(&format!("workspace-sub-jobs?job_id={id}&status=FAILED")).await;
    assert_eq!(failed["jobs"][0]["entities"]["desktop_id"], world.order[1]);
    let told = world.ask(&format!("notifications?project={}", world.project_id)).await;
    assert_eq!((&told[1]["job_id"], &told[1]["notifications"]), (&sent["job_id"], &json!("Noon")));
    let (status, _) = refusal(world.call(Method::GET, "workspace-jobs/none").send().await.unwrap()).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_notification_without_a_text_or_with_a_long_one_is_refused_and_a_pool_tells_all_its_desktops() {
    let world = pooled().await;
    for text in [String::new(), "x".repeat(256)] {
        let body = json!({ "desktop_ids": world.order[..1], "notifications": text });
        assert_eq!(post(&world, "desktops/notifications", body).await.0, 400);
    }
    let (status, _) = post(&world, "desktop-pools/p1/notifications", json!({ "notifications": "All" })).await;
    assert_eq!(status, 200);
    let told = world.ask(&format!("notifications?project={}", world.project_id)).await;
    assert_eq!(told[0]["desktop_ids"], json!(world.order[..2]));
    assert_eq!(post(&world, "desktop-pools/p3/notifications", json!({ "notifications": "All" })).await.0, 400);
}

#[tokio::test]
async fn tags_are_listed_by_key_and_find_desktops() {
    let world = pooled().await;
    let listed = world.read("desktops/tags").await;
    let expected = json!([{ "key": "lab", "values": [] }, { "key": "ring", "values": ["broad", "pilot"] }]);
    assert_eq!((&listed["tags"], &listed["totalCount"]), (&expected, &json!(2)));
    for (wanted, expected) in [
        (json!({ "tags": [{ "key": "ring" }] }), vec!["B", "C"]),
        (json!({ "tags": [{ "key": "ring", "values": ["pilot"] }] }), vec!["B"]),
        (json!({ "tags_any": [{ "key": "lab" }, { "key": "ring", "values": ["pilot"] }] }), vec!["B", "C"]),
        (json!({ "not_tags_any": [{ "key": "ring" }] }), vec!["A", "D"]),
        (json!({ "without_any_tag": true }), vec!["A", "D"]),
        (json!({ "matches": [{ "key": "resource_name", "value": "c" }] }), vec!["C"]),
        (json!({ "limit": "1", "offset": "1" }), vec!["B"]),
    ] {
        let mut body = wanted.clone();
        body["action"] = json!("filter");
        let (status, found) = post(&world, "desktops/resource-instances/action", body).await;
        assert_eq!(
            (status, names(&found["resources"], "resource_name")),
            (200, expected.into_iter().map(str::to_owned).collect()),
            "{wanted}"
        );
    }
    let (_, counted) = post(&world, "desktops/resource-instances/action", json!({ "action": "count" })).await;
    assert_eq!(counted, json!({ "total_count": 4 }));
}

#[tokio::test]
async fn a_closed_tenant_says_so_and_refuses_everything_else() {
    let world = pooled().await;
    assert_eq!(world.read("workspaces").await["status"], "SUBSCRIBED");
    let zones = world.read("availability-zones").await;
    assert_eq!((&zones["total_count"], &zones["availability_zones"][0]["visible"]), (&json!(3), &json!(true)));
    world.control("workspace", json!({ "workspace": "closed" })).await;
    assert_eq!(world.read("workspaces").await["status"], "CLOSED");
    let (status, body) = refusal(world.call(Method::GET, "desktops").send().await.unwrap()).await;
    assert_eq!((status, &body["error_code"]), (403, &json!("WKS.00010099")));
}

#[tokio::test]
async fn enterprise_projects_are_those_of_the_account_and_need_a_token_for_it() {
    let world = pooled().await;
    let url = format!("{}/v1.0/enterprise-projects", world.simulator.url());
    let scope = json!({ "domain": { "name": world.account } });
    let answer = world.post_token(&credentials(&world.account, "operator", &world.password, &scope)).await;
    let token = answer.headers()["x-subject-token"].to_str().unwrap().to_owned();
    let listed: Value = world.http.get(&url).header("x-auth-token", token).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (names(&listed["enterprise_projects"], "id"), &listed["total_count"]),
        (vec!["0".into(), "e1".into()], &json!(2))
    );
    assert_eq!(listed["enterprise_projects"][0]["name"], "default");
    let (status, body) = refusal(world.http.get(&url).header("x-auth-token", &world.token).send().await.unwrap()).await;
    assert_eq!((status, &body["error"]["code"]), (403, &json!("EPS.0003")));
    assert_eq!(world.http.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn details_are_filtered_by_what_only_they_show() {
    let world = World::new(json!({ "desktops": 60 })).await;
    let all = world.read("desktops/detail").await["desktops"].as_array().unwrap().clone();
    let count =
        async |query: &str| world.read(&format!("desktops/detail?{query}")).await["total_count"].as_u64().unwrap();
    let of = |fits: &dyn Fn(&Value) -> bool| all.iter().filter(|desktop| fits(desktop)).count() as u64;
    let image = all[1]["metadata"]["metering.image_id"].as_str().unwrap();
    let user = all.iter().find_map(|desktop| desktop["attach_user_infos"][0]["user_id"].as_str()).unwrap();
    let reached = of(&|desktop| desktop["is_support_internet"] == true);
    assert!(reached > 0);
    for (query, expected) in [
        (format!("image_id={image}"), of(&|desktop| desktop["metadata"]["metering.image_id"] == image)),
        (format!("user_id={user}"), of(&|desktop| desktop["attach_user_infos"][0]["user_id"] == user)),
        ("is_support_internet=true".into(), reached),
        ("agent_version=24.6.1.0".into(), of(&|desktop| desktop["agent_version"] == "24.6.1.0")),
        ("charge_mode=1".into(), of(&|desktop| desktop["product"]["charge_mode"] == "1")),
        ("charge_mode=0".into(), 0),
        ("is_share_desktop=true".into(), 0),
    ] {
        assert_eq!(count(&query).await, expected, "{query}");
    }
}
