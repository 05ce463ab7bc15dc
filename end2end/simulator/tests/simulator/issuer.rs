//! An identity provider that signs with a key of its own, made when the test runs.

use std::{
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// The registered `client_id`.
pub const CLIENT: &str = "drydock";
/// The registered issuer.
pub const ISSUER: &str = "http://127.0.0.1/issuer";

/// A key with an id.
pub struct Issuer {
    pub kid: String,
    key: Key,
}

enum Key {
    Rsa(rsa::KeyPair),
    P256(EcdsaKeyPair),
}

impl Issuer {
    pub fn rs256(kid: &str) -> Self {
        Self { kid: kid.into(), key: Key::Rsa(rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap()) }
    }

    pub fn es256(kid: &str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self { kid: kid.into(), key: Key::P256(key) }
    }

    /// The public half.
    pub fn jwk(&self) -> Value {
        match &self.key {
            Key::Rsa(key) => {
                let (n, e) = (key.public_key().modulus(), key.public_key().exponent());
                let [n, e] = [n, e].map(|number| encode(number.big_endian_without_leading_zero()));
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e })
            }
            Key::P256(key) => {
                let point = key.public_key().as_ref();
                let [x, y] = [&point[1..33], &point[33..]].map(encode);
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": x, "y": y })
            }
        }
    }

    pub fn jwks(&self) -> Value {
        json!({ "keys": [{ "kty": "unheard-of", "kid": self.kid }, self.jwk()] })
    }

    /// A signed token of these claims.
    pub fn sign(&self, claims: &Value) -> String {
        let alg = if matches!(self.key, Key::Rsa(_)) { "RS256" } else { "ES256" };
        self.sign_as(&json!({ "alg": alg, "kid": self.kid, "typ": "JWT" }), claims)
    }

    /// A token with another header than it should have.
    pub fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let (random, message) = (SystemRandom::new(), text.as_bytes());
        let signature = match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
            Key::P256(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
        };
        format!("{text}.{}", encode(&signature))
    }

    /// A good token about this person.
    pub fn token(&self, sub: &str) -> String {
        self.sign(&claims(sub))
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// What a good token says about this person.
pub fn claims(sub: &str) -> Value {
    json!({ "iss": ISSUER, "aud": CLIENT, "sub": sub, "iat": now(), "exp": now() + 300, "name": "First" })
}

/// Changes one claim; null takes it away.
pub fn with(mut claims: Value, name: &str, value: Value) -> Value {
    let object = claims.as_object_mut().unwrap();
    object.remove(name);
    if !value.is_null() {
        object.insert(name.into(), value);
    }
    claims
}

/// A JWK set at an address, which counts how often it is fetched.
pub struct Published {
    pub url: String,
    state: Arc<Mutex<(Value, u32)>>,
}

impl Published {
    pub async fn new(set: Value) -> Self {
        let state = Arc::new(Mutex::new((set, 0)));
        let shown = state.clone();
        let answer = move || {
            let mut state = shown.lock().unwrap();
            state.1 += 1;
            let set = axum::Json(state.0.clone());
            async { set }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let routes = axum::Router::new().route("/jwks", axum::routing::get(answer));
        tokio::spawn(axum::serve(listener, routes).into_future());
        Self { url, state }
    }

    pub fn publish(&self, set: Value) {
        self.state.lock().unwrap().0 = set;
    }

    pub fn fetches(&self) -> u32 {
        self.state.lock().unwrap().1
    }
}
