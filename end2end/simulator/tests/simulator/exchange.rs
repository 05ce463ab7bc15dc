//! Tokens in exchange for ID tokens: what is accepted, what comes back, and every refusal.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    issuer::{CLIENT, ISSUER, Issuer, Published, claims, now, with},
    world::{World, credentials, refusal},
};

const IDP: &str = "corporate";

/// A fresh project, and an identity provider of its account that lets `first` enter it.
async fn federated(issuer: &Issuer) -> World {
    let world = World::new(json!({ "desktops": 3 })).await;
    let rule = json!({ "user": "first@corporate", "projects": [world.project] });
    register(&world, json!({ "jwks": issuer.jwks(), "users": { "first": rule } })).await;
    world
}

async fn register(world: &World, more: Value) {
    let mut plan = json!({ "id": IDP, "issuer": ISSUER, "client_id": CLIENT, "account": world.account });
    plan.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let (status, answer) = refusal(tell(world, "identity_providers", &plan).await).await;
    assert_eq!(status, 201, "{answer}");
}

async fn tell(world: &World, call: &str, body: &Value) -> Response {
    let url = format!("{}/_control/{call}", world.simulator.control_url());
    world.http.post(url).json(body).send().await.unwrap()
}

async fn exchange(world: &World, id_token: &str, scope: Value) -> Response {
    post(world, IDP, &json!({ "auth": { "id_token": { "id": id_token }, "scope": scope } })).await
}

async fn exchange_unscoped(world: &World, id_token: &str) -> Response {
    post(world, IDP, &json!({ "auth": { "id_token": { "id": id_token } } })).await
}

async fn post(world: &World, idp: &str, body: &Value) -> Response {
    let url = format!("{}/v3.0/OS-AUTH/id-token/tokens", world.simulator.url());
    world.http.post(url).header("x-idp-id", idp).json(body).send().await.unwrap()
}

async fn rescope(world: &World, held: &str, scope: Value) -> Response {
    world
        .post_token(&json!({ "auth": {
            "identity": { "methods": ["token"], "token": { "id": held } }, "scope": scope,
        } }))
        .await
}

fn text(answer: &Response) -> String {
    answer.headers()["x-subject-token"].to_str().unwrap().to_owned()
}

async fn projects(world: &World, token: &str) -> Response {
    let url = format!("{}/v3/auth/projects", world.simulator.url());
    world.http.get(url).header("x-auth-token", token).send().await.unwrap()
}

async fn names(world: &World, token: &str) -> Vec<String> {
    let answer: Value = projects(world, token).await.json().await.unwrap();
    let projects = answer["projects"].as_array().unwrap();
    projects.iter().map(|project| project["name"].as_str().unwrap().to_owned()).collect()
}

async fn list(world: &World, token: &str) -> (u16, Value) {
    let url = format!("{}/v2/{}/desktops", world.simulator.url(), world.project_id);
    refusal(world.http.get(url).header("x-auth-token", token).send().await.unwrap()).await
}

async fn check_refused(world: &World, id_token: &str, status: u16, code: &str, why: &str) {
    let (got, body) = refusal(exchange_unscoped(world, id_token).await).await;
    assert_eq!((got, &body["error_code"]), (status, &json!(code)), "{why}");
    assert!(body["error_msg"].is_string(), "{body}");
}

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
