//! A signed token (JWT) in its compact form, <https://www.rfc-editor.org/rfc/rfc7515#section-3.1>, before anybody has
//! checked its signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use service::identity::IdToken;
use std::time::Duration;

use crate::header::strip_scheme;
use crate::refusal::AssertionProblem;

/// The most bytes of a token. Assumed because the cloud's gateway takes no more in one header; a longer one counts as none.
pub(crate) const TOKEN_LIMIT_BYTES: usize = 32 * 1024;

/// What a token says about itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Head {
    pub(crate) alg: String,
    #[serde(default)]
    pub(crate) kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// A token's parts. Nothing that it says is known to be true.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    pub(crate) head: Head,
    /// What is signed.
    pub(crate) message: &'a str,
    /// The signature, still encoded.
    pub(crate) signature: &'a str,
    payload: &'a str,
}

impl<'a> Token<'a> {
    /// The parts of a token that nothing forbids to look at: not of another kind, and without extensions.
    pub(crate) fn parse(text: &'a [u8]) -> Result<Self, AssertionProblem> {
        let [message, payload, signature] = split(text).ok_or(AssertionProblem::NotAToken)?;
        let head = message.split('.').next().and_then(decode).ok_or(AssertionProblem::NotAToken)?;
        let head: Head = serde_json::from_slice(&head).map_err(|_| AssertionProblem::NotAToken)?;
        if head.crit.is_some() {
            return Err(AssertionProblem::Extension);
        }
        // A token about a sign-out has the same issuer, audience and subject, but vouches for nobody:
        // https://www.rfc-editor.org/rfc/rfc8725#section-3.11
        if head.typ.as_deref().is_some_and(|typ| !is_plain(typ)) {
            return Err(AssertionProblem::Kind);
        }
        Ok(Self { head, message, signature, payload })
    }

    /// The claims. To be believed only after the signature was checked.
    pub(crate) fn claims(&self) -> Option<Map<String, Value>> {
        serde_json::from_slice(&decode(self.payload)?).ok()
    }
}

fn is_plain(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("application/jwt")
}

/// What is signed, the claims in it, and the signature; `None` where these are not three encoded parts.
fn split(text: &[u8]) -> Option<[&str; 3]> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= TOKEN_LIMIT_BYTES)?;
    let (message, signature) = text.rsplit_once('.')?;
    let (head, payload) = message.split_once('.')?;
    let is_encoded = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    [head, payload, signature].into_iter().all(is_encoded).then_some([message, payload, signature])
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

/// A moment as tokens write it: seconds since 1970, perhaps with a fraction.
pub(crate) fn read_moment(value: &Value) -> Option<Timestamp> {
    let since = Duration::try_from_secs_f64(value.as_f64()?).ok()?;
    Some(Timestamp(0).after(since))
}

/// The ID token in a header's value; `None` where it does not look like one. Its end is read and its signature is not
/// checked: the cloud that it is sent to does so.
pub(crate) fn read_id_token(value: &[u8]) -> Option<IdToken> {
    let text = strip_scheme(value);
    let [_, payload, _] = split(text)?;
    let claims: Map<String, Value> = serde_json::from_slice(&decode(payload)?).ok()?;
    let token = std::str::from_utf8(text).ok()?.to_owned();
    Some(IdToken { token: token.into(), expires_at: claims.get("exp").and_then(read_moment) })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use secrecy::ExposeSecret as _;
    use serde_json::json;

    use super::*;

    fn encode(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    fn token(head: &str) -> String {
        format!("{}.{}.c2ln", encode(head), encode("{}"))
    }

    #[test]
    fn a14_what_is_no_plain_signed_token_is_not_looked_into() {
        let (head, payload) = (encode(r#"{"alg":"ES256"}"#), encode("{}"));
        for (text, expected) in [
            (token(r#"{"alg":"ES256"}"#), None),
            (token(r#"{"alg":"ES256","typ":"JWT","kid":"k","jku":"https://a.example","exp":5}"#), None),
            (token(r#"{"alg":"ES256","typ":"jwt"}"#), None),
            (token(r#"{"alg":"ES256","typ":"application/jwt"}"#), None),
            (token(r#"{"alg":"ES256","typ":"logout+jwt"}"#), Some(AssertionProblem::Kind)),
            (token(r#"{"alg":"ES256","typ":"at+jwt"}"#), Some(AssertionProblem::Kind)),
            (token(r#"{"alg":"ES256","crit":["b64"],"b64":false}"#), Some(AssertionProblem::Extension)),
            (token(r#"{"alg":"ES256","crit":[]}"#), Some(AssertionProblem::Extension)),
            (token(r#"{"alg":["ES256"]}"#), Some(AssertionProblem::NotAToken)),
            (token(r#"{"alg":"ES256","kid":5}"#), Some(AssertionProblem::NotAToken)),
            (token("[]"), Some(AssertionProblem::NotAToken)),
            (token("{}"), Some(AssertionProblem::NotAToken)),
            (format!("{head}.{payload}."), Some(AssertionProblem::NotAToken)),
            (format!("{head}.{payload}"), Some(AssertionProblem::NotAToken)),
            (format!("{head}.{payload}.a.b.c"), Some(AssertionProblem::NotAToken)),
            (format!("{head}.{payload}.a=="), Some(AssertionProblem::NotAToken)),
            (format!("{head}.{payload}.{}", "a".repeat(TOKEN_LIMIT_BYTES)), Some(AssertionProblem::NotAToken)),
            ("..".to_owned(), Some(AssertionProblem::NotAToken)),
            (String::new(), Some(AssertionProblem::NotAToken)),
            ("ü.ü.ü".to_owned(), Some(AssertionProblem::NotAToken)),
        ] {
            assert_eq!(Token::parse(text.as_bytes()).err(), expected, "{text}");
        }
        assert_eq!(Token::parse(b"a.b\xff.c").err(), Some(AssertionProblem::NotAToken));
    }

    #[test]
    fn a_moment_is_a_number_of_seconds() {
        for (value, expected) in [
            (json!(5), Some(5_000)),
            (json!(5.25), Some(5_250)),
            (json!(0), Some(0)),
            (json!(1e18), Some(i64::MAX)),
            (json!(1e300), None),
            (json!(-1), None),
            (json!("5"), None),
            (json!(null), None),
        ] {
            assert_eq!(read_moment(&value), expected.map(Timestamp), "{value}");
        }
    }

    #[test]
    fn an_id_token_is_taken_as_it_came_with_its_end() {
        let text = |claims: &str| format!("{}.{}.c2ln", encode("{}"), encode(claims));
        for (value, expected) in [
            (text(r#"{"exp":7}"#), Some(Some(Timestamp(7_000)))),
            (format!("Bearer {}", text(r#"{"exp":7}"#)), Some(Some(Timestamp(7_000)))),
            (text("{}"), Some(None)),
            (text(r#"{"exp":"soon"}"#), Some(None)),
            (text("[]"), None),
            (text("no json"), None),
            ("a.b".to_owned(), None),
            (format!("Basic {}", text("{}")), None),
            (text(&format!(r#"{{"a":"{}"}}"#, "b".repeat(TOKEN_LIMIT_BYTES))), None),
            (text(&format!(r#"{{"a":"{}"}}"#, "b".repeat(22_000))), Some(None)),
        ] {
            let read = read_id_token(value.as_bytes());
            assert_eq!(read.as_ref().map(|token| token.expires_at), expected, "{value}");
            if let Some(read) = read {
                assert_eq!(read.token.expose_secret(), value.trim_start_matches("Bearer "));
            }
        }
        assert!(!format!("{:?}", read_id_token(text("{}").as_bytes()).unwrap()).contains("c2ln"));
    }
}
