//! The public keys of a single sign-on: which of a JWK set are good for what.

pub(crate) mod ring;
pub(crate) mod source;
#[cfg(test)]
pub(crate) mod told;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// The most keys of a set that are looked at. Assumed because sets have two to four, the new and the old ones; keys beyond
/// are not known.
const KEYS_LIMIT: usize = 64;

/// A set of keys, of those alone that can check a signature by an allowed algorithm.
#[derive(Debug, Default)]
pub(crate) struct KeySet(Vec<Key>);

#[derive(Debug)]
struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    public: DecodingKey,
}

impl KeySet {
    /// The keys of a JWK set (<https://www.rfc-editor.org/rfc/rfc7517#section-5>) that fit one of `allowed`; `None` where
    /// there are none. A key of any other kind costs itself alone.
    pub(crate) fn parse(json: &[u8], allowed: &[Algorithm]) -> Option<Self> {
        let set: Value = serde_json::from_slice(json).ok()?;
        let keys = set.get("keys")?.as_array()?.iter().take(KEYS_LIMIT);
        let keys: Vec<_> = keys.filter_map(|key| read(key, allowed)).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// The key with that id. Where the token names none, the only key for its algorithm
    /// (<https://openid.net/specs/openid-connect-core-1_0.html#Signing>).
    pub(crate) fn find(&self, algorithm: Algorithm, id: Option<&str>) -> Option<&DecodingKey> {
        let mut fitting = self.0.iter().filter(|key| key.algorithms.contains(&algorithm));
        let found = match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        };
        found.map(|found| &found.public)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}

fn read(key: &Value, allowed: &[Algorithm]) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(key.clone()).ok()?;
    if !is_for_signatures(&jwk) {
        return None;
    }
    let algorithms: Vec<_> = allowed.iter().copied().filter(|&algorithm| fits(&jwk, algorithm)).collect();
    if algorithms.is_empty() {
        return None;
    }
    let public = DecodingKey::from_jwk(&jwk).ok()?;
    Some(Key { id: jwk.common.key_id, algorithms, public })
}

fn is_for_signatures(jwk: &Jwk) -> bool {
    let is_so_used = jwk.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    let operations = jwk.common.key_operations.as_ref();
    is_so_used && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify))
}

/// Whether that key signs by that algorithm: by what it says and by its kind.
fn fits(jwk: &Jwk, algorithm: Algorithm) -> bool {
    let is_of_kind = match (&jwk.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        )
        | (AlgorithmParameters::OctetKeyPair(_), Algorithm::EdDSA) => true,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => key.curve == EllipticCurve::P384,
        _ => false,
    };
    is_of_kind && jwk.common.key_algorithm.is_none_or(|said| is_same(said, algorithm))
}

fn is_same(said: KeyAlgorithm, algorithm: Algorithm) -> bool {
    said.to_string().parse::<Algorithm>().is_ok_and(|said| said == algorithm)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use serde_json::json;

    use super::*;

    const ALLOWED: [Algorithm; 4] = [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];

    fn parse(keys: Value) -> Option<KeySet> {
        KeySet::parse(&serde_json::to_vec(&json!({ "keys": keys })).unwrap(), &ALLOWED)
    }

    /// Which of the allowed algorithms that key is good for.
    fn check(key: &Value, expected: &[Algorithm]) {
        let set = parse(json!([key]));
        let good: Vec<_> = ALLOWED
            .into_iter()
            .filter(|&algorithm| set.as_ref().is_some_and(|set| set.find(algorithm, None).is_some()))
            .collect();
        assert_eq!(good, expected, "{key}");
    }

    #[test]
    fn a_key_is_good_for_what_it_is_and_says() {
        let rsa = |more: Value| merge(json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" }), more);
        let curve = |curve: &str, more: Value| merge(json!({ "kty": "EC", "crv": curve, "x": "AQ", "y": "AQ" }), more);
        check(&rsa(json!({})), &[Algorithm::RS256]);
        check(&rsa(json!({ "alg": "RS256", "use": "sig", "x5c": ["a"] })), &[Algorithm::RS256]);
        check(&rsa(json!({ "key_ops": ["verify"] })), &[Algorithm::RS256]);
        check(&curve("P-256", json!({})), &[Algorithm::ES256]);
        check(&curve("P-384", json!({})), &[Algorithm::ES384]);
        check(&json!({ "kty": "OKP", "crv": "Ed25519", "x": "AQ" }), &[Algorithm::EdDSA]);
        for useless in [
            rsa(json!({ "use": "enc" })),
            rsa(json!({ "alg": "RSA-OAEP" })),
            rsa(json!({ "alg": "PS256" })),
            rsa(json!({ "alg": "ES256" })),
            rsa(json!({ "alg": "HS256" })),
            rsa(json!({ "alg": "none" })),
            rsa(json!({ "key_ops": ["encrypt"] })),
            rsa(json!({ "n": "no base64!" })),
            curve("P-521", json!({})),
            curve("secp256k1", json!({})),
            curve("P-256", json!({ "alg": "RS256" })),
            json!({ "kty": "oct", "k": "AQAB" }),
            json!({ "kty": "oct", "k": "AQAB", "alg": "RS256" }),
            json!({ "kty": "OKP", "crv": "X25519", "x": "AQ" }),
            json!({ "kty": "RSA" }),
            json!(5),
        ] {
            check(&useless, &[]);
        }
    }

    fn merge(mut key: Value, more: Value) -> Value {
        if let (Some(key), Value::Object(more)) = (key.as_object_mut(), more) {
            key.extend(more);
        }
        key
    }

    #[test]
    fn a_key_is_found_by_its_id_and_without_one_only_where_it_is_the_only_one() {
        let rsa = |id: &str| json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": id });
        let set = parse(json!([rsa("first"), 5, rsa("second")])).unwrap();
        assert_eq!(set.count(), 2);
        for (id, expected) in [(Some("first"), true), (Some("second"), true), (Some("third"), false), (None, false)] {
            assert_eq!(set.find(Algorithm::RS256, id).is_some(), expected, "{id:?}");
        }
        assert!(set.find(Algorithm::ES256, Some("first")).is_none());
        assert!(parse(json!([rsa("first")])).unwrap().find(Algorithm::RS256, None).is_some());
    }

    #[test]
    fn what_is_no_set_with_a_useful_key_is_none() {
        for json in
            ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"AQ"}]}"#, "\u{0}"]
        {
            assert!(KeySet::parse(json.as_bytes(), &ALLOWED).is_none(), "{json}");
        }
    }
}
