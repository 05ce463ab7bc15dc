//! Registered identity providers: their keys, and what becomes of their people.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    federation::{IDP, check_refused, exchange, exchange_unscoped, federated, names, register, tell, text},
    issuer::{CLIENT, ISSUER, Issuer, Published, claims, with},
    world::{World, refusal},
};

#[tokio::test]
async fn people_without_a_rule_of_their_own_are_mapped_by_their_groups() {
    let issuer = Issuer::es256("one");
    let world = World::new(json!({ "desktops": 1 })).await;
    let second = json!({ "desktops": 1, "account": world.account, "name": "second" });
    assert_eq!(tell(&world, "projects", &second).await.status(), StatusCode::CREATED);
    let groups = json!({ "helpdesk": { "projects": [world.project] }, "night": { "projects": ["second"] } });
    let users = json!({ "first": { "projects": ["second"] } });
    register(&world, json!({ "jwks": issuer.jwks(), "users": users, "groups": groups })).await;
    for (sub, groups, expected) in [
        ("someone", json!(["helpdesk", "others"]), vec![world.project.as_str()]),
        ("someone", json!(["night", "helpdesk"]), vec![world.project.as_str(), "second"]),
        ("first", json!(["helpdesk"]), vec!["second"]),
    ] {
        let token = issuer.sign(&with(claims(sub), "groups", groups.clone()));
        let answer = exchange_unscoped(&world, &token).await;
        assert_eq!(names(&world, &text(&answer)).await, expected, "{sub} in {groups}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["token"]["user"]["name"], "First");
    }
    let other = issuer.sign(&with(claims("someone"), "groups", json!(["others"])));
    check_refused(&world, &other, 403, "IAM.0003", "no rule for the group").await;
}

#[tokio::test]
async fn a_rule_without_projects_lets_in_but_opens_nothing() {
    let issuer = Issuer::es256("one");
    let world = federated(&issuer).await;
    let more = json!({ "id": IDP, "users": { "second": { "projects": [] } } });
    assert_eq!(tell(&world, "identity_providers/rules", &more).await.status(), StatusCode::OK);
    let answer = exchange_unscoped(&world, &issuer.token("second")).await;
    assert!(names(&world, &text(&answer)).await.is_empty());
    let answer = exchange(&world, &issuer.token("second"), json!({ "project": { "name": world.project } })).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(exchange_unscoped(&world, &issuer.token("first")).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn registering_again_replaces_keys_and_rules() {
    let (old, new) = (Issuer::es256("one"), Issuer::es256("one"));
    let world = federated(&old).await;
    register(&world, json!({ "jwks": new.jwks(), "users": { "second": { "projects": [] } } })).await;
    check_refused(&world, &old.token("second"), 401, "IAM.0001", "the old key").await;
    check_refused(&world, &new.token("first"), 403, "IAM.0003", "the old rule").await;
    assert_eq!(exchange_unscoped(&world, &new.token("second")).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn keys_at_an_address_are_fetched_once_and_again_for_an_unknown_key() {
    let (old, new) = (Issuer::es256("old"), Issuer::rs256("new"));
    let world = World::new(json!({ "desktops": 1 })).await;
    let published = Published::new(old.jwks()).await;
    register(&world, json!({ "jwks_url": published.url, "users": { "first": { "projects": [] } } })).await;
    assert_eq!(published.fetches(), 0);
    for _ in 0..3 {
        assert_eq!(exchange_unscoped(&world, &old.token("first")).await.status(), StatusCode::CREATED);
    }
    assert_eq!(published.fetches(), 1);
    published.publish(json!({ "keys": [old.jwk(), new.jwk()] }));
    assert_eq!(exchange_unscoped(&world, &new.token("first")).await.status(), StatusCode::CREATED);
    assert_eq!(exchange_unscoped(&world, &old.token("first")).await.status(), StatusCode::CREATED);
    assert_eq!(published.fetches(), 2);
    let nowhere = format!("{}/nothing", published.url);
    register(&world, json!({ "jwks_url": nowhere, "users": { "first": { "projects": [] } } })).await;
    check_refused(&world, &old.token("first"), 500, "IAM.0006", "no keys at the address").await;
}

#[tokio::test]
async fn registrations_that_cannot_be_done_say_why() {
    let issuer = Issuer::es256("one");
    let world = World::new(json!({ "desktops": 1 })).await;
    let good = json!({
        "id": IDP, "issuer": ISSUER, "client_id": CLIENT, "account": world.account, "jwks": issuer.jwks(),
    });
    let rule = json!({ "first": { "projects": ["nowhere"] } });
    for (field, value, expected) in [
        ("id", json!(""), 400),
        ("id", json!("x".repeat(65)), 400),
        ("jwks", json!({ "keys": [] }), 400),
        ("jwks", json!(null), 400),
        ("jwks_url", json!("http://127.0.0.1/too"), 400),
        ("account", json!("NoCorp"), 404),
        ("users", rule.clone(), 404),
        ("groups", rule, 404),
    ] {
        let plan = with(good.clone(), field, value.clone());
        let (status, answer) = refusal(tell(&world, "identity_providers", &plan).await).await;
        assert_eq!(status, expected, "{field} {value}");
        assert!(answer["error"].as_str().is_some_and(|sentence| sentence.ends_with('.')), "{answer}");
    }
    let far = with(with(good, "jwks", json!(null)), "jwks_url", json!("https://issuer.example/jwks"));
    assert_eq!(tell(&world, "identity_providers", &far).await.status(), StatusCode::BAD_REQUEST);
    let rules = json!({ "id": "nobody", "users": {} });
    assert_eq!(tell(&world, "identity_providers/rules", &rules).await.status(), StatusCode::NOT_FOUND);
}
