//! Keys that are made for one test, and tokens by them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::NOW;

/// A key pair with an id.
pub(super) struct Signer {
    id: &'static str,
    pair: Pair,
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(Box<RsaKeyPair>),
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Signer {
    pub(super) fn es256(id: &'static str) -> Self {
        Self { id, pair: Pair::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()) }
    }

    pub(super) fn eddsa(id: &'static str) -> Self {
        Self { id, pair: Pair::EdDsa(Ed25519KeyPair::generate().unwrap()) }
    }

    pub(super) fn rs256(id: &'static str) -> Self {
        Self { id, pair: Pair::Rs256(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())) }
    }

    pub(super) fn algorithm(&self) -> &'static str {
        match &self.pair {
            Pair::Es256(_) => "ES256",
            Pair::EdDsa(_) => "EdDSA",
            Pair::Rs256(_) => "RS256",
        }
    }

    /// The public half as others publish it.
    pub(super) fn jwk(&self) -> Value {
        let mut jwk = match &self.pair {
            Pair::Es256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
            }
            Pair::EdDsa(pair) => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(pair.public_key()) }),
            Pair::Rs256(pair) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                json!({ "kty": "RSA", "n": encode(public.n), "e": encode(public.e) })
            }
        };
        jwk["kid"] = json!(self.id);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.algorithm());
        jwk
    }

    fn sign(&self, message: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Es256(pair) => pair.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
            Pair::EdDsa(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).unwrap();
                signature
            }
        }
    }

    /// A token with these claims.
    pub(super) fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({ "alg": self.algorithm(), "kid": self.id, "typ": "JWT" }), claims)
    }

    /// A token with that header, signed in this key's way whatever the header says.
    pub(super) fn token_with(&self, head: &Value, claims: &Value) -> String {
        let message = message(head, claims);
        let signature = encode(self.sign(&message));
        format!("{message}.{signature}")
    }

    /// The public key in the forms that careless software takes for a secret.
    pub(super) fn public_bytes(&self) -> Vec<Vec<u8>> {
        let jwk = serde_json::to_vec(&self.jwk()).unwrap();
        match &self.pair {
            Pair::Es256(pair) => vec![pair.public_key().as_ref().to_vec(), jwk],
            Pair::EdDsa(pair) => vec![pair.public_key().as_ref().to_vec(), jwk],
            Pair::Rs256(pair) => {
                let public = pair.public_key();
                vec![public.as_ref().to_vec(), public.modulus().big_endian_without_leading_zero().to_vec(), jwk]
            }
        }
    }
}

/// What is signed of a token.
pub(super) fn message(head: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(head.to_string()), encode(claims.to_string()))
}

pub(super) fn signature(bytes: &[u8]) -> String {
    encode(bytes)
}

/// Claims that are good at [`NOW`], with others over them.
pub(super) fn claims(over: &Value) -> Value {
    let now = NOW.0 / 1_000;
    let mut claims = json!({
        "iss": "https://sso.example", "aud": "drydock", "sub": "s-1", "iat": now - 5, "nbf": now - 5, "exp": now + 60,
    });
    for (name, value) in over.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}
