//! ID tokens, projects and the end of tokens, against the simulated cloud.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, get_current_timestamp};
use rcgen::KeyPair;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use service::ports::{Cloud, SignInError};

use crate::world::{World, plain, send};
use crate::{access_of, settings};

/// A simulated cloud that trusts an identity provider, and that provider's key.
struct Federation {
    world: World,
    key: KeyPair,
}

impl Federation {
    async fn new() -> Self {
        let (world, key) = (World::new(plain(2)).await, KeyPair::generate().unwrap());
        let point = key.public_key_raw();
        let [x, y] = [&point[1..33], &point[33..]].map(|number| URL_SAFE_NO_PAD.encode(number));
        let provider = json!({
            "id": "corporate", "issuer": "https://sso.example", "client_id": "drydock", "account": world.word("account"),
            "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "one", "x": x, "y": y}]},
            "users": {
                "first": {"user": "first", "projects": [world.word("project_id")]},
                "nowhere": {"user": "nowhere", "projects": []},
            },
        });
        register(&world, &provider).await;
        Self { world, key }
    }

    fn id_token(&self, subject: &str) -> SecretString {
        self.sign(&json!({"sub": subject, "iss": "https://sso.example", "aud": "drydock"}), 300)
    }

    fn sign(&self, claims: &Value, life_seconds: i64) -> SecretString {
        let (mut claims, now) = (claims.clone(), i64::try_from(get_current_timestamp()).unwrap());
        claims["iat"] = json!(now - 1_000);
        claims["exp"] = json!(now + life_seconds);
        let header = Header { kid: Some("one".into()), ..Header::new(Algorithm::ES256) };
        let key = EncodingKey::from_ec_der(&self.key.serialize_der());
        SecretString::from(jsonwebtoken::encode(&header, &claims, &key).unwrap())
    }
}

async fn register(world: &World, provider: &Value) {
    let url = format!("{}/_control/identity_providers", world.simulator.control_url());
    let answer = send(reqwest::Client::builder().no_proxy().build().unwrap().post(url).json(provider)).await;
    assert!(answer.status().is_success(), "{}: {}", answer.status(), answer.text().await.unwrap());
}

#[tokio::test]
async fn an_id_token_opens_the_person_s_project_without_a_password() {
    let federation = Federation::new().await;
    let cloud = &federation.world.cloud;
    let id_token = federation.id_token("first");
    let unscoped = cloud.exchange(&id_token, None).await.unwrap();
    assert_eq!(unscoped.project, None);
    assert_eq!((unscoped.user.name.as_str(), &unscoped.user.account), ("first", &federation.world.word("account")));
    let projects = cloud.projects(&unscoped.token).await.unwrap();
    assert_eq!(projects.len(), 1);
    assert_eq!(
        (&projects[0].name, projects[0].region.as_str()),
        (&federation.world.word("project"), simulator::PROJECT)
    );

    let scoped = cloud.exchange(&id_token, Some(&projects[0].id)).await.unwrap();
    assert_eq!(scoped.project.as_ref(), Some(&projects[0]));
    assert_eq!(scoped.user, unscoped.user);
    assert_eq!(scoped.expires_at.since(scoped.issued_at), Duration::from_hours(24));
    assert_ne!(scoped.token.expose_secret(), unscoped.token.expose_secret());
    let page = cloud.list(&access_of(scoped), 0, 10).await.unwrap();
    assert_eq!(page.total, 2);
}

#[tokio::test]
async fn every_refusal_of_an_id_token_names_its_side() {
    let federation = Federation::new().await;
    let cloud = &federation.world.cloud;
    let refused = || SignInError::IdTokenRefused { code: "IAM.0001".into() };
    let claims = |issuer: &str, audience: &str| json!({"sub": "first", "iss": issuer, "aud": audience});
    for id_token in [
        federation.sign(&claims("https://another.example", "drydock"), 300),
        federation.sign(&claims("https://sso.example", "another"), 300),
        federation.sign(&claims("https://sso.example", "drydock"), -300),
        SecretString::from("eyJ.e30.c2ln"),
    ] {
        assert_eq!(cloud.exchange(&id_token, None).await.unwrap_err(), refused());
    }
    let unmapped = cloud.exchange(&federation.id_token("second"), None).await.unwrap_err();
    assert_eq!(unmapped, SignInError::NotAllowed { code: "IAM.0003".into() });
    let foreign = cloud.exchange(&federation.id_token("first"), Some(federation.world.simulator.project_id())).await;
    assert!(matches!(foreign, Err(SignInError::NotAllowed { .. } | SignInError::IdTokenRefused { .. })), "{foreign:?}");
    let nowhere = cloud.exchange(&federation.id_token("nowhere"), None).await.unwrap();
    assert_eq!(cloud.projects(&nowhere.token).await.unwrap(), []);
}

#[tokio::test]
async fn a_provider_that_the_cloud_does_not_know_is_named_as_such() {
    let federation = Federation::new().await;
    let url = url::Url::parse(&federation.world.simulator.url()).unwrap();
    let stranger = huawei::Settings { identity_provider: Some("unheard-of".into()), ..settings(&url) };
    let outcome = huawei::Huawei::new(&stranger).unwrap().exchange(&federation.id_token("first"), None).await;
    assert_eq!(outcome.unwrap_err(), SignInError::ProviderUnknown);
}

#[tokio::test]
async fn other_troubles_of_an_exchange_and_of_projects_have_their_own_words() {
    let federation = Federation::new().await;
    let world = &federation.world;
    let throttled = SignInError::Throttled { retry_after: Some(Duration::from_secs(9)) };
    for (status, wanted) in [
        (429, throttled),
        (500, SignInError::Unreachable),
        (403, SignInError::NotAllowed { code: "403".into() }),
        (409, SignInError::Unexpected { status: 409 }),
    ] {
        for on in ["exchange", "projects"] {
            let token = world.cloud.exchange(&federation.id_token("first"), Some(&world.word("project_id"))).await;
            let token = token.unwrap().token;
            let fault = json!({
                "on": on, "kind": "status", "status": status, "body": "<html>", "headers": {"retry-after": "9"},
            });
            world.fault(fault).await;
            let project = world.word("project_id");
            let error = if on == "projects" {
                world.cloud.projects(&token).await.unwrap_err()
            } else {
                world.cloud.exchange(&federation.id_token("first"), Some(&project)).await.unwrap_err()
            };
            assert_eq!(error, wanted, "{on} {status}");
        }
    }
}

#[tokio::test]
async fn an_ended_token_lists_no_projects() {
    let world = World::new(plain(1)).await;
    let access = world.sign_in().await;
    assert_eq!(world.cloud.projects(&access.token).await.unwrap(), std::slice::from_ref(&access.project));
    world.control("tokens/end", json!({})).await;
    assert_eq!(world.cloud.projects(&access.token).await.unwrap_err(), SignInError::Refused);
}

#[tokio::test]
async fn a13_a_cloud_that_ends_no_token_makes_no_trouble() {
    let world = World::new(plain(1)).await;
    let access = world.sign_in().await;
    world.cloud.revoke(&access.token).await;
    assert_eq!(world.cloud.list(&access, 0, 10).await.unwrap().total, 1, "the vendor documents no such call");
}
