//! The keys of an identity provider: pasted at its registration, or fetched from its own address.

use std::{net::IpAddr, time::Duration};

use jsonwebtoken::{
    Algorithm,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use reqwest::{Client, Url, redirect::Policy};
use serde_json::Value;
use tokio::sync::Mutex;

use super::Refused;

/// An address on the same machine that does not answer by then is taken for dead.
const FETCH_LIMIT: Duration = Duration::from_secs(5);

/// Where the keys come from.
#[derive(Debug)]
pub(crate) enum Keys {
    /// As the real cloud has them: pasted, and the same until somebody registers again.
    Pasted(Vec<Jwk>),
    /// Fetched when needed, and again for a key that is not among them.
    At {
        /// An `http` address on the same machine.
        url: Url,
        /// What was fetched last.
        known: Mutex<Vec<Jwk>>,
    },
}

impl Keys {
    /// Keys that are pasted: a JWK set. `None` when it is none, or holds no key that could sign an ID token.
    pub(crate) fn pasted(set: &Value) -> Option<Self> {
        parse(set).filter(|keys| !keys.is_empty()).map(Self::Pasted)
    }

    /// Keys at an address. `None` unless it is `http` on the same machine.
    pub(crate) fn at(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let host = url.host_str()?.trim_matches(['[', ']']);
        let is_near = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        (url.scheme() == "http" && is_near).then(|| Self::At { url, known: Mutex::default() })
    }

    /// The key that signs with this algorithm and has this id. Without an id the only key for the algorithm.
    ///
    /// # Errors
    /// [`Refused::Token`] when there is none, [`Refused::Keys`] when it cannot be found out.
    pub(super) async fn find(&self, algorithm: Algorithm, id: Option<&str>) -> Result<Jwk, Refused> {
        let found = match self {
            Self::Pasted(keys) => pick(keys, algorithm, id),
            Self::At { url, known } => {
                let mut known = known.lock().await;
                if pick(&known, algorithm, id).is_none() {
                    *known = fetch(url).await.ok_or(Refused::Keys)?;
                }
                pick(&known, algorithm, id)
            }
        };
        found.ok_or(Refused::Token)
    }
}

fn pick(keys: &[Jwk], algorithm: Algorithm, id: Option<&str>) -> Option<Jwk> {
    let mut fitting = keys.iter().filter(|key| signs(key, algorithm));
    let found = match id {
        Some(id) => fitting.find(|key| key.common.key_id.as_deref() == Some(id)),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    };
    found.cloned()
}

fn signs(key: &Jwk, algorithm: Algorithm) -> bool {
    let is_of_kind = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256) => true,
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => key.curve == EllipticCurve::P256,
        _ => false,
    };
    is_of_kind && !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption))
}

/// The keys of a JWK set that can be read; a set may hold keys of kinds that nobody here knows.
fn parse(set: &Value) -> Option<Vec<Jwk>> {
    let keys = set.get("keys")?.as_array()?;
    Some(keys.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect())
}

#[expect(clippy::disallowed_methods, reason = "the simulator is a process of its own, and this is all it ever fetches")]
async fn fetch(url: &Url) -> Option<Vec<Jwk>> {
    let client = Client::builder().no_proxy().redirect(Policy::none()).timeout(FETCH_LIMIT).build().ok()?;
    let answer = client.get(url.clone()).send().await.ok()?.error_for_status().ok()?;
    parse(&answer.json().await.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_fetched_from_the_same_machine_alone() {
        for (url, expected) in [
            ("http://127.0.0.1:9/jwks", true),
            ("http://[::1]:9/jwks", true),
            ("http://localhost/jwks", true),
            ("https://127.0.0.1/jwks", false),
            ("http://192.0.2.1/jwks", false),
            ("http://localhost.example/jwks", false),
            ("jwks", false),
        ] {
            assert_eq!(Keys::at(url).is_some(), expected, "{url}");
        }
    }
}
