//! Reading and changing desktops of the simulated cloud, call by call.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::desktop::{DesktopId, Power, Session};
use domain::maintenance::outcome::{Answer, Body, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use serde_json::{Value, json};
use service::ports::{CallFailure, Cloud};

use crate::world::{World, plain, send};

fn answer(outcome: PutOutcome) -> Answer {
    match outcome {
        PutOutcome::Answered(answer) => answer,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn all_237_desktops_come_page_by_page() {
    let world = World::new(json!({"desktops": 237})).await;
    let access = world.sign_in().await;
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let offset = u32::try_from(seen.len()).unwrap();
        let page = world.cloud.list(&access, offset, 100).await.unwrap();
        assert_eq!(page.total, 237);
        sizes.push(page.entries);
        if page.entries == 0 {
            break;
        }
        seen.extend(page.desktops);
    }
    assert_eq!(sizes, [100, 100, 37, 0]);
    let ids: BTreeSet<DesktopId> = seen.iter().map(|desktop| desktop.id.clone()).collect();
    assert_eq!(ids, world.ids().into_iter().collect());
    // The world is as varied as a real one, and nothing of it is lost on the way.
    assert!(seen.iter().any(|desktop| desktop.in_maintenance) && seen.iter().any(|desktop| !desktop.in_maintenance));
    assert!(seen.iter().any(|desktop| matches!(&desktop.power, Power::Other(value) if !value.is_empty())));
    for power in [Power::Running, Power::Off, Power::Hibernated, Power::Error] {
        assert!(seen.iter().any(|desktop| desktop.power == power), "{power:?}");
    }
    for session in [Session::Connected, Session::Disconnected, Session::Ready, Session::NotRegistered] {
        assert!(seen.iter().any(|desktop| desktop.session == session), "{session:?}");
    }
    assert!(seen.iter().any(|desktop| !desktop.tags.is_empty()));
    assert!(seen.iter().any(|desktop| desktop.pool.is_some()) && seen.iter().any(|desktop| desktop.task.is_some()));
    assert!(seen.iter().any(|desktop| desktop.user.is_none()) && seen.iter().any(|desktop| desktop.address.is_some()));
}

#[tokio::test]
async fn names_come_through_as_they_are() {
    let name = "<b>x</b> \u{202e}日本\u{301} & \"'";
    let world = World::new(json!({"desktops": 0, "extra": [{
        "computer_name": name, "user_name": "Zoë <i>", "tags": [{"key": "größe", "value": "<s>"}, {"key": "bare"}]
    }]}))
    .await;
    let page = world.cloud.list(&world.sign_in().await, 0, 10).await.unwrap();
    let desktop = &page.desktops[0];
    assert_eq!(desktop.name, name);
    assert_eq!(desktop.user.as_deref(), Some("Zoë <i>"));
    assert_eq!(desktop.tags[0].value, "<s>");
    assert_eq!(desktop.tags[1].key, "bare");
}

#[tokio::test]
async fn a_read_lists_those_of_the_ids_that_exist() {
    let world = World::new(plain(100)).await;
    let access = world.sign_in().await;
    let ids = world.ids();
    let modes = world.modes(&access, &ids).await;
    assert_eq!(modes.len(), 100);
    assert!(modes.values().all(|in_maintenance| !in_maintenance));
    let some = [ids[3].clone(), "no-such-desktop".parse().unwrap(), ids[70].clone()];
    let found: Vec<DesktopId> = world.modes(&access, &some).await.into_keys().collect();
    assert_eq!(found, BTreeSet::from([ids[3].clone(), ids[70].clone()]).into_iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_look_finds_one_or_says_404() {
    let world = World::new(plain(2)).await;
    let access = world.sign_in().await;
    let id = world.ids()[0].clone();
    match world.cloud.look(&access, &id).await {
        LookOutcome::Found(reading) => assert_eq!((reading.id, reading.in_maintenance), (id, false)),
        other => panic!("{other:?}"),
    }
    match world.cloud.look(&access, &"no-such-desktop".parse().unwrap()).await {
        LookOutcome::Answered(answer) => {
            assert_eq!(answer.error.status, 404);
            assert!(answer.error.code.unwrap().starts_with("WKS."));
            assert!(answer.error.request_id.is_some());
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_put_sets_both_ways_and_reads_back() {
    let world = World::new(plain(100)).await;
    let access = world.sign_in().await;
    let ids = world.ids();
    for wanted in [true, false] {
        let answer = answer(world.cloud.set_maintenance(&access, &ids, wanted).await);
        assert_eq!((answer.body, answer.error.status, answer.error.code), (Body::Empty, 200, None));
        assert!(answer.error.request_id.is_some());
        assert!(world.modes(&access, &ids).await.values().all(|value| *value == wanted));
    }
    let puts: Vec<Value> = world.calls().await.into_iter().filter(|call| call["method"] == "PUT").collect();
    assert_eq!(puts.len(), 2);
    assert_eq!(puts[0]["desktop_ids"].as_array().unwrap().len(), 100);
    assert_eq!(puts[0]["in_maintenance_mode"], true);
}

#[tokio::test]
async fn every_sentinel_refuses_with_the_cloud_s_own_words() {
    let world = World::new(json!({"desktops": 1, "plain": true, "sentinels": ["403", "404", "409", "500"]})).await;
    let access = world.sign_in().await;
    for (name, status) in
        [("AAA-refuses-403", 403), ("AAA-refuses-404", 404), ("AAA-refuses-409", 409), ("AAA-always-500", 500)]
    {
        let answer = answer(world.cloud.set_maintenance(&access, &[world.id(name)], true).await);
        assert_eq!((answer.error.status, answer.body), (status, Body::Json), "{name}");
        assert!(answer.error.code.as_ref().unwrap().starts_with("WKS."), "{name}");
        assert!(answer.error.message.is_some() && answer.error.detail.is_some(), "{name}");
        assert!(answer.error.request_id.is_some(), "{name}");
        assert_eq!(answer.error.encoded_authorization_message.is_some(), status == 403, "{name}");
        if status == 409 {
            assert_eq!(answer.error.code.as_deref(), Some("WKS.00010032"));
        }
        assert!(!world.modes(&access, &[world.id(name)]).await[&world.id(name)], "{name}");
    }
}

#[tokio::test]
async fn a_lost_connection_is_no_answer_whatever_was_applied() {
    let world = World::new(json!({"desktops": 2, "plain": true, "sentinels": ["lost"]})).await;
    let access = world.sign_in().await;
    let lost = PutOutcome::NoAnswer(NoAnswer::ConnectionLost);
    assert_eq!(world.cloud.set_maintenance(&access, &[world.id("AAA-always-lost")], true).await, lost);
    let ids = world.ids();
    let id = ids.iter().find(|id| **id != world.id("AAA-always-lost")).unwrap();
    for (kind, applied) in [("lost_before_applied", false), ("applied_then_lost", true)] {
        world.fault(json!({"on": "put", "kind": kind})).await;
        assert_eq!(world.cloud.set_maintenance(&access, std::slice::from_ref(id), true).await, lost);
        assert_eq!(world.modes(&access, std::slice::from_ref(id)).await[id], applied, "{kind}");
    }
    world.fault(json!({"on": "list", "kind": "lost_before_applied"})).await;
    let listing = world.cloud.list(&access, 0, 10).await;
    assert_eq!(listing, Err(CallFailure::NoAnswer(NoAnswer::ConnectionLost)));
    let puts = world.calls().await.into_iter().filter(|call| call["method"] == "PUT").count();
    assert_eq!(puts, 3, "no call is repeated");
}

#[tokio::test]
async fn an_ended_token_is_a_401_of_the_gateway() {
    let world = World::new(plain(1)).await;
    let access = world.sign_in().await;
    world.control("tokens/end", json!({})).await;
    let answer = answer(world.cloud.set_maintenance(&access, &world.ids(), true).await);
    assert_eq!((answer.error.status, answer.error.code.as_deref()), (401, Some("APIGW.0307")));
    assert!(
        matches!(world.cloud.read(&access, &world.ids()).await, ReadOutcome::Answered(answer) if answer.error.status == 401)
    );
}

#[tokio::test]
async fn throttling_says_how_long_to_wait() {
    let world = World::new(plain(1)).await;
    let access = world.sign_in().await;
    let text = "The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute";
    let body = json!({"error_code": "APIGW.0308", "error_msg": text});
    for (headers, seconds) in [(json!({}), 60), (json!({"retry-after": "3"}), 3)] {
        world.fault(json!({"on": "put", "kind": "status", "status": 429, "body": body, "headers": headers})).await;
        let answer = answer(world.cloud.set_maintenance(&access, &world.ids(), true).await);
        assert_eq!(answer.error.code.as_deref(), Some("APIGW.0308"));
        assert_eq!(answer.retry_after, Some(Duration::from_secs(seconds)));
    }
}

#[tokio::test]
async fn a_project_without_workspace_and_one_that_may_not_be_listed_say_so() {
    for (workspace, status, code) in
        [("disabled403", 403, "WKS.00010099"), ("missing400", 400, "WKS.00170117"), ("may_not_list", 403, "WKS.")]
    {
        let world = World::new(json!({"desktops": 1, "workspace": workspace})).await;
        match world.cloud.list(&world.sign_in().await, 0, 10).await {
            Err(CallFailure::Answered(answer)) => {
                assert_eq!(answer.error.status, status, "{workspace}");
                assert!(answer.error.code.unwrap().starts_with(code), "{workspace}");
            }
            other => panic!("{workspace}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn another_project_s_token_is_refused_by_the_gateway() {
    let world = World::new(plain(1)).await;
    let mut access = world.sign_in().await;
    access.project.id = world.simulator.project_id().to_owned();
    let answer = answer(world.cloud.set_maintenance(&access, &world.ids(), true).await);
    assert_eq!((answer.error.status, answer.error.code.as_deref()), (403, Some("APIGW.0310")));
}

#[tokio::test]
async fn a_cloud_that_is_down_gives_no_answer() {
    let world = World::new(plain(1)).await;
    let access = world.sign_in().await;
    let url = format!("{}/_control/down", world.simulator.control_url());
    send(reqwest::Client::builder().no_proxy().build().unwrap().post(url).json(&json!({"down": true}))).await;
    let outcome = world.cloud.set_maintenance(&access, &world.ids(), true).await;
    assert_eq!(outcome, PutOutcome::NoAnswer(NoAnswer::ConnectionLost));
}
