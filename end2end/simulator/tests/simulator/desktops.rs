//! The two lists and the single desktop: fields, limits, filters, paging.

use std::collections::HashSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, refusal};

async fn world_of(desktops: usize) -> World {
    World::new(json!({ "desktops": desktops, "sentinels": ["403", "404", "409", "500"] })).await
}

fn names(page: &Value) -> Vec<String> {
    let desktops = page["desktops"].as_array().unwrap();
    desktops.iter().map(|desktop| desktop["computer_name"].as_str().unwrap().to_owned()).collect()
}

async fn check_refused(world: &World, path: &str) {
    let (status, body) = refusal(world.call(Method::GET, path).send().await.unwrap()).await;
    assert_eq!((status, &body["error_code"]), (400, &json!("WKS.00129901")), "{path}");
    assert!(body["error_msg"].is_string() && body["error_detail"].is_string());
}

#[tokio::test]
async fn the_lists_differ_in_their_fields_as_documented() {
    let world = world_of(237).await;
    let simple = world.read("desktops").await;
    let detailed = world.read("desktops/detail").await;
    assert_eq!(simple["total_count"], 241);
    assert_eq!(detailed["total_count"], 241);
    assert_eq!(names(&simple), names(&detailed));
    let has = |page: &Value, field: &str| {
        page["desktops"].as_array().unwrap().iter().any(|desktop| !desktop[field].is_null())
    };
    for field in ["connect_status", "pool_id", "ip_address", "in_maintenance_mode", "domain_status"] {
        assert!(has(&simple, field), "ListDesktops shows {field}");
    }
    for field in ["login_status", "addresses", "root_volume", "metadata", "in_maintenance_mode"] {
        assert!(has(&detailed, field), "ListDesktopsDetail shows {field}");
    }
    assert!(!has(&simple, "login_status"));
    for field in ["connect_status", "pool_id", "security_groups"] {
        assert!(!has(&detailed, field), "ListDesktopsDetail does not show {field}");
    }
    let with_time = |page: &Value| {
        let desktops = page["desktops"].as_array().unwrap().clone();
        desktops.iter().find_map(|desktop| desktop["created"].as_str().map(str::to_owned)).unwrap()
    };
    assert_eq!((with_time(&simple).len(), &with_time(&simple)[10..11]), (19, " "));
    assert_eq!((with_time(&detailed).len(), &with_time(&detailed)[23..]), (24, "Z"));
}

#[tokio::test]
async fn sentinels_stand_first_and_in_service() {
    let world = world_of(60).await;
    let page = world.read("desktops?limit=5").await;
    assert_eq!(names(&page)[..4], ["AAA-always-500", "AAA-refuses-403", "AAA-refuses-404", "AAA-refuses-409"]);
    assert!(page["desktops"].as_array().unwrap()[..4].iter().all(|desktop| desktop["in_maintenance_mode"] == false));
}

#[tokio::test]
async fn pages_cover_everything_once() {
    let world = world_of(237).await;
    for list in ["desktops", "desktops/detail"] {
        let mut seen = HashSet::new();
        for offset in (0..300).step_by(50) {
            let page = world.read(&format!("{list}?limit=50&offset={offset}")).await;
            assert_eq!(page["total_count"], 241);
            for name in names(&page) {
                assert!(seen.insert(name.clone()), "{name} came twice");
            }
        }
        assert_eq!(seen.len(), 241);
    }
}

#[tokio::test]
async fn limits_are_those_of_the_documents() {
    let world = world_of(1_200).await;
    assert_eq!(names(&world.read("desktops").await).len(), 1_000);
    assert_eq!(names(&world.read("desktops/detail").await).len(), 500);
    assert_eq!(names(&world.read("desktops?limit=0").await).len(), 0);
    let ids = |count: usize| vec![world.order[0].as_str(); count].join(",");
    for path in [
        "desktops?limit=1001",
        "desktops?limit=-1",
        "desktops?limit=many",
        "desktops?offset=-1",
        "desktops/detail?limit=501",
        "desktops/detail?in_maintenance_mode=yes",
        "desktops/detail?sort_field=user_name",
        "desktops/detail?sort_type=down",
        &format!("desktops?desktop_id={}", ids(101)),
        &format!("desktops/detail?desktop_id={}", ids(101)),
    ] {
        check_refused(&world, path).await;
    }
    let hundred = world.order[..100].join(",");
    assert_eq!(names(&world.read(&format!("desktops/detail?desktop_id={hundred}")).await).len(), 100);
}

#[tokio::test]
async fn ids_may_be_repeated_or_separated_by_commas_and_unknown_ones_are_left_out() {
    let world = world_of(10).await;
    let [a, b, c] = [&world.order[0], &world.order[1], &world.order[2]];
    for query in [
        format!("desktop_id={a}&desktop_id={b}&desktop_id={c}"),
        format!("desktop_id={a},{b},{c}"),
        format!("desktop_id={a},{b}&desktop_id={c}&desktop_id=no-such-desktop"),
    ] {
        for list in ["desktops", "desktops/detail"] {
            let page = world.read(&format!("{list}?{query}")).await;
            assert_eq!((page["total_count"].as_u64(), names(&page).len()), (Some(3), 3), "{list}?{query}");
        }
    }
}

#[tokio::test]
async fn filters_keep_what_fits() {
    let world = world_of(237).await;
    for (query, field, expected) in [
        ("desktops?status=SHUTOFF", "status", "SHUTOFF"),
        ("desktops/detail?status=SHUTOFF", "status", "SHUTOFF"),
        ("desktops?desktop_type=POOLED", "desktop_type", "POOLED"),
        ("desktops?enterprise_project_id=0", "enterprise_project_id", "0"),
        ("desktops/detail?availability_zone=ap-southeast-3b", "availability_zone", "ap-southeast-3b"),
        ("desktops/detail?user_names=%E7%8E%8B%E5%B0%8F%E6%98%8E", "user_name", "王小明"),
    ] {
        let page = world.read(query).await;
        let desktops = page["desktops"].as_array().unwrap();
        assert!(!desktops.is_empty() && desktops.len() < 241, "{query}: {}", desktops.len());
        assert!(desktops.iter().all(|desktop| desktop[field] == expected), "{query}");
    }
    let on = world.read("desktops/detail?in_maintenance_mode=true").await["total_count"].as_u64();
    let off = world.read("desktops/detail?in_maintenance_mode=false").await["total_count"].as_u64();
    assert_eq!(on.zip(off).map(|(on, off)| on + off), Some(241));
    assert_eq!(on, Some(world.truly_in_maintenance().await as u64));
    let ignored = world.read("desktops?in_maintenance_mode=true").await;
    assert_eq!(ignored["total_count"], 241, "ListDesktops knows no such filter");
    let tagged = world.read("desktops?tag=ring%3Dpilot").await;
    assert!((1..241).contains(&tagged["total_count"].as_u64().unwrap()));
}

#[tokio::test]
async fn the_detailed_list_is_sorted_on_request() {
    let world = world_of(40).await;
    let mut ascending = names(&world.read("desktops/detail?sort_field=computer_name").await);
    let descending = names(&world.read("desktops/detail?sort_field=computer_name&sort_type=DESC").await);
    ascending.reverse();
    assert_eq!(ascending, descending);
}

#[tokio::test]
async fn one_desktop_is_an_object_and_an_unknown_one_is_not_found() {
    let world = world_of(3).await;
    let id = &world.ids["AAA-refuses-404"];
    let shown = world.read(&format!("desktops/{id}")).await;
    assert_eq!(shown["desktop"]["desktop_id"], id.as_str());
    assert!(shown["desktop"]["security_groups"].is_array());
    let answer = world.call(Method::GET, "desktops/no-such-desktop").send().await.unwrap();
    let (status, body) = refusal(answer).await;
    assert_eq!(status, 404);
    assert!(body["error_code"].as_str().unwrap().starts_with("WKS."));
}

#[tokio::test]
async fn missing_fields_unknown_values_and_odd_names_come_as_they_are() {
    let world = world_of(237).await;
    let page = world.read("desktops").await;
    let desktops = page["desktops"].as_array().unwrap();
    let any = |test: &dyn Fn(&Value) -> bool| desktops.iter().any(test);
    assert!(any(&|desktop| desktop.as_object().unwrap().len() == 3), "a desktop with nothing but its name");
    assert!(any(&|desktop| desktop.get("in_maintenance_mode").is_none()), "a desktop without the flag");
    assert!(any(&|desktop| desktop["status"] == "SUSPENDED_V2"));
    assert!(any(&|desktop| desktop["user_name"] == "</textarea><script>alert(1)</script>"));
    assert!(any(&|desktop| desktop["user_name"].as_str().is_some_and(|name| name.len() == 4_096)));
    assert!(any(&|desktop| desktop["user_name"].as_str().is_some_and(|name| name.contains('\u{202e}'))));
}

#[tokio::test]
async fn what_is_not_simulated_is_not_published() {
    let world = world_of(1).await;
    for (method, path) in [
        (Method::GET, "quotas"),
        (Method::DELETE, "desktops"),
        (Method::POST, "desktops/maintenance-mode"),
        (Method::GET, "desktops/detail/more"),
    ] {
        let (status, body) = refusal(world.call(method, path).send().await.unwrap()).await;
        assert_eq!((status, &body["error_code"]), (404, &json!("APIGW.0101")), "{path}");
    }
}

#[tokio::test]
async fn a_project_without_workspace_says_so_in_three_ways() {
    for (option, path, expected) in
        [("disabled403", "desktops", (403, "WKS.00010099")), ("missing400", "desktops/detail", (400, "WKS.00170117"))]
    {
        let world = World::new(json!({ "desktops": 2, "workspace": option })).await;
        let (status, body) = refusal(world.call(Method::GET, path).send().await.unwrap()).await;
        assert_eq!((status, &body["error_code"]), (expected.0, &json!(expected.1)), "{option}");
    }
    let world = World::new(json!({ "desktops": 2, "workspace": "may_not_list" })).await;
    for path in ["desktops", "desktops/detail"] {
        assert_eq!(world.call(Method::GET, path).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    }
    let id = world.order[0].as_str();
    assert_eq!(world.put(&[id], true).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn an_empty_project_lists_nothing() {
    let world = World::new(json!({ "desktops": 0 })).await;
    assert_eq!(world.read("desktops").await, json!({ "total_count": 0, "desktops": [] }));
}
