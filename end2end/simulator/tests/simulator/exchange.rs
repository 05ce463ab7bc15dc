//! Tokens in exchange for ID tokens: what is accepted, what comes back, and every refusal.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    federation::{
        IDP, check_refused, exchange, exchange_unscoped, federated, list, names, post, projects, register, rescope,
        text,
    },
    issuer::{CLIENT, Issuer, claims, now, with},
    world::{World, credentials, refusal},
};

#[tokio::test]
async fn an_id_token_of_either_algorithm_opens_the_project_that_the_mapping_names() {
    for issuer in [Issuer::rs256("one"), Issuer::es256("one")] {
        let world = federated(&issuer).await;
        for scope in [json!({ "name": world.project }), json!({ "id": world.project_id })] {
            let answer = exchange(&world, &issuer.token("first"), json!({ "project": scope })).await;
            assert_eq!(answer.status(), StatusCode::CREATED);
            let token = text(&answer);
            let body = answer.json::<Value>().await.unwrap()["token"].clone();
            assert_eq!(body["methods"], json!(["mapped"]));
            assert_eq!(body["project"]["id"], world.project_id.as_str());
            assert_eq!(body["project"]["domain"]["name"], world.account.as_str());
            assert_eq!(body["roles"][0]["id"], "0");
            assert_eq!(body["user"]["name"], "first@corporate");
            assert_eq!(body["user"]["domain"]["name"], world.account.as_str());
            let federation = &body["user"]["OS-FEDERATION"];
            assert_eq!(federation["identity_provider"], json!({ "id": IDP }));
            assert_eq!(federation["protocol"], json!({ "id": "oidc" }));
            assert_eq!(federation["groups"].as_array().unwrap().len(), 1);
            assert_eq!(list(&world, &token).await.0, 200);
        }
    }
}

#[tokio::test]
async fn an_unscoped_token_names_no_project_and_no_workspace_accepts_it() {
    let issuer = Issuer::es256("one");
    let world = federated(&issuer).await;
    let answer = exchange_unscoped(&world, &issuer.token("first")).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let token = text(&answer);
    let body = answer.json::<Value>().await.unwrap()["token"].clone();
    for absent in ["project", "domain", "roles", "catalog"] {
        assert!(body.get(absent).is_none(), "{absent}: {body}");
    }
    assert_eq!(names(&world, &token).await, [world.project.as_str()]);
    let (status, body) = list(&world, &token).await;
    assert_eq!((status, &body["error_code"]), (403, &json!("APIGW.0310")));
    let of_account = exchange(&world, &issuer.token("first"), json!({ "domain": { "name": world.account } })).await;
    let body: Value = of_account.json().await.unwrap();
    assert_eq!(body["token"]["domain"]["name"], world.account.as_str());
}

#[tokio::test]
async fn tokens_that_are_not_valid_here_and_now_are_not_accepted() {
    let issuer = Issuer::rs256("one");
    let world = federated(&issuer).await;
    let good = claims("first");
    for (claim, value) in [
        ("exp", json!(now() - 60)),
        ("exp", json!(null)),
        ("nbf", json!(now() + 120)),
        ("iat", json!(now() + 120)),
        ("iat", json!(null)),
        ("aud", json!("another")),
        ("aud", json!(null)),
        ("iss", json!("http://127.0.0.1/another")),
        ("iss", json!(null)),
        ("sub", json!(null)),
    ] {
        let why = format!("{claim} {value}");
        check_refused(&world, &issuer.sign(&with(good.clone(), claim, value)), 401, "IAM.0001", &why).await;
    }
    let several = with(good.clone(), "aud", json!(["another", CLIENT]));
    assert_eq!(exchange_unscoped(&world, &issuer.sign(&several)).await.status(), StatusCode::CREATED);
    let none = issuer.sign_as(&json!({ "alg": "none", "kid": "one" }), &good);
    let symmetric = issuer.sign_as(&json!({ "alg": "HS256", "kid": "one" }), &good);
    let (signed, _) = none.rsplit_once('.').unwrap();
    for (token, why) in [
        (Issuer::rs256("one").token("first"), "another key with the same id"),
        (Issuer::rs256("two").token("first"), "an unknown key"),
        (Issuer::es256("one").token("first"), "another kind of key with the same id"),
        (format!("{signed}."), "no signature"),
        (symmetric, "a symmetric algorithm"),
        ("no token".to_owned(), "no token at all"),
        (format!("{}x", issuer.token("first")), "a damaged signature"),
    ] {
        check_refused(&world, &token, 401, "IAM.0001", why).await;
    }
}

#[tokio::test]
async fn a_header_without_a_key_id_finds_the_only_key() {
    let issuer = Issuer::es256("one");
    let world = federated(&issuer).await;
    let token = issuer.sign_as(&json!({ "alg": "ES256" }), &claims("first"));
    assert_eq!(exchange_unscoped(&world, &token).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn what_is_malformed_unknown_or_forbidden_is_refused_with_its_own_code() {
    let issuer = Issuer::es256("one");
    let world = federated(&issuer).await;
    let good = issuer.token("first");
    let auth = |scope: Value| json!({ "auth": { "id_token": { "id": good }, "scope": scope } });
    for (idp, body, expected) in [
        (IDP, json!({}), (400, "IAM.0011")),
        (IDP, json!({ "auth": { "id_token": { "id": "" } } }), (400, "IAM.0011")),
        (IDP, auth(json!({})), (400, "IAM.0011")),
        (IDP, auth(json!({ "project": {} })), (400, "IAM.0011")),
        ("", auth(json!(null)), (400, "IAM.0011")),
        ("nobody", auth(json!(null)), (404, "IAM.0004")),
        (IDP, auth(json!({ "project": { "name": "nowhere" } })), (403, "IAM.0003")),
        (IDP, auth(json!({ "project": { "id": world.simulator.project_id() } })), (403, "IAM.0003")),
        (IDP, auth(json!({ "domain": { "name": simulator::ACCOUNT } })), (403, "IAM.0003")),
    ] {
        let (status, answer) = refusal(post(&world, idp, &body).await).await;
        assert_eq!((status, answer["error_code"].as_str().unwrap()), expected, "{idp}: {body}");
    }
    check_refused(&world, &issuer.token("stranger"), 403, "IAM.0003", "nobody mapped that person").await;
}

#[tokio::test]
async fn a_federated_unscoped_token_is_changed_into_one_for_a_project() {
    let issuer = Issuer::es256("one");
    let world = federated(&issuer).await;
    let held = text(&exchange_unscoped(&world, &issuer.token("first")).await);
    let account = json!({ "name": world.account });
    for scope in [json!({ "id": world.project_id }), json!({ "name": world.project, "domain": account })] {
        let answer = rescope(&world, &held, json!({ "project": scope })).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        assert_eq!(list(&world, &text(&answer)).await.0, 200);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["token"]["methods"], json!(["token"]));
        assert_eq!(body["token"]["user"]["OS-FEDERATION"]["protocol"]["id"], "oidc");
    }
    let scoped = text(&rescope(&world, &held, json!({ "project": { "id": world.project_id } })).await);
    let of_account = rescope(&world, &held, json!({ "domain": account })).await;
    assert_eq!(of_account.status(), StatusCode::CREATED);
    let foreign = json!({ "project": { "id": world.simulator.project_id() } });
    let own = json!({ "project": { "id": world.project_id } });
    for (held, scope, expected, why) in [
        (&held, json!({ "project": { "name": world.project } }), 400, "a name without its account"),
        (&held, json!({}), 400, "no scope"),
        (&held, foreign, 401, "a project of another account"),
        (&held, json!({ "domain": { "name": simulator::ACCOUNT } }), 401, "another account"),
        (&"MIInothing".to_owned(), own.clone(), 401, "an unknown token"),
        (&world.token, own.clone(), 403, "a token by password"),
        (&scoped, own, 403, "a token that has a scope already"),
    ] {
        let (status, body) = refusal(rescope(&world, held, scope).await).await;
        assert_eq!((status, &body["error"]["code"]), (expected, &json!(expected)), "{why}");
    }
}

#[tokio::test]
async fn tokens_for_id_tokens_live_as_long_as_the_project_or_the_provider_says() {
    let issuer = Issuer::es256("one");
    let world = World::new(json!({ "desktops": 1, "token_ttl_seconds": 0 })).await;
    let users = json!({ "first": { "projects": [world.project] } });
    register(&world, json!({ "jwks": issuer.jwks(), "users": users })).await;
    let scope = json!({ "project": { "name": world.project } });
    let scoped = text(&exchange(&world, &issuer.token("first"), scope).await);
    assert_eq!(list(&world, &scoped).await.1["error_code"], "APIGW.0307");
    let unscoped = text(&exchange_unscoped(&world, &issuer.token("first")).await);
    assert_eq!(projects(&world, &unscoped).await.status(), StatusCode::OK);
    register(&world, json!({ "jwks": issuer.jwks(), "users": users, "token_ttl_seconds": 0 })).await;
    let ended = text(&exchange_unscoped(&world, &issuer.token("first")).await);
    assert_eq!(projects(&world, &ended).await.status(), StatusCode::UNAUTHORIZED);
    let answer = rescope(&world, &ended, json!({ "project": { "id": world.project_id } })).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_federated_user_has_no_password() {
    let issuer = Issuer::es256("one");
    let world = federated(&issuer).await;
    exchange_unscoped(&world, &issuer.token("first")).await;
    let body = credentials(&world.account, "first@corporate", "anything", &json!({}));
    assert_eq!(world.post_token(&body).await.status(), StatusCode::UNAUTHORIZED);
}
