//! What a signed assertion says, and whether it holds.

use domain::time::Timestamp;
use jsonwebtoken::{Algorithm, crypto};
use serde_json::{Map, Value};
use service::identity::Identity;

use crate::header::{self, NAME_LIMIT_BYTES};
use crate::keys::KeySet;
use crate::refusal::{AssertionProblem, Refusal};
use crate::settings::Assertion;
use crate::settings::check::Expected;
use crate::token::{Token, read_moment};

type Claims = Map<String, Value>;

/// The algorithm that a token names, where it is an allowed one. Nothing else in a token says how it is checked.
pub(crate) fn choose_algorithm(token: &Token<'_>, expected: &Expected) -> Result<Algorithm, AssertionProblem> {
    let named = token.head.alg.parse::<Algorithm>().ok();
    named.filter(|named| expected.algorithms.contains(named)).ok_or(AssertionProblem::Algorithm)
}

/// Whether one of these keys signed the token.
pub(crate) fn check_signature(token: &Token<'_>, algorithm: Algorithm, keys: &KeySet) -> Result<(), AssertionProblem> {
    let key = keys.find(algorithm, token.head.kid.as_deref()).ok_or(AssertionProblem::UnknownKey)?;
    match crypto::verify(token.signature, token.message.as_bytes(), key, algorithm) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(AssertionProblem::Signature),
    }
}

/// Whom these claims name, where they are meant for this application and valid now. The signature was checked before.
pub(crate) fn read_claims(
    claims: &Claims,
    expected: &Expected,
    groups_separator: &str,
    now: Timestamp,
) -> Result<Identity, Refusal> {
    if text(claims, "iss") != Some(&expected.issuer) {
        return Err(AssertionProblem::Issuer.into());
    }
    if !is_for(claims, &expected.audience) {
        return Err(AssertionProblem::Audience.into());
    }
    check_times(claims, expected, now)?;
    let subject = text(claims, "sub").and_then(readable).ok_or(AssertionProblem::Subject)?;
    let email = text(claims, "email").and_then(readable);
    let names = ["name", "preferred_username", "email"];
    let name = names.into_iter().find_map(|claim| text(claims, claim).and_then(readable));
    Ok(Identity {
        issuer: expected.issuer.clone(),
        name: name.unwrap_or_else(|| subject.clone()),
        subject,
        email,
        groups: groups(claims, groups_separator)?,
        id_token: None,
    })
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

fn readable(text: &str) -> Option<String> {
    header::read_text(text.as_bytes(), NAME_LIMIT_BYTES).ok().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// `aud` is one text or several, <https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3>.
fn is_for(claims: &Claims, audience: &[String]) -> bool {
    let is_ours = |value: &Value| value.as_str().is_some_and(|one| audience.iter().any(|ours| ours == one));
    match claims.get("aud") {
        Some(Value::Array(several)) => several.iter().any(is_ours),
        Some(one) => is_ours(one),
        None => false,
    }
}

fn check_times(claims: &Claims, expected: &Expected, now: Timestamp) -> Result<(), AssertionProblem> {
    let end = claims.get("exp").and_then(read_moment).ok_or(AssertionProblem::Times)?;
    if expected.assertion == Assertion::PerRequest && end.after(expected.leeway) <= now {
        return Err(AssertionProblem::Expired);
    }
    for beginning in ["nbf", "iat"].into_iter().filter_map(|claim| claims.get(claim)) {
        let beginning = read_moment(beginning).ok_or(AssertionProblem::Times)?;
        if beginning > now.after(expected.leeway) {
            return Err(AssertionProblem::Early);
        }
    }
    Ok(())
}

/// `groups` is a list, or one text with separators. What is no text in a list is left out.
fn groups(claims: &Claims, separator: &str) -> Result<Vec<String>, Refusal> {
    match claims.get("groups") {
        Some(Value::Array(several)) => {
            let texts = several.iter().filter_map(Value::as_str).map(str::trim);
            header::limit_groups(texts.filter(|group| !group.is_empty() && !group.contains(char::is_control)))
        }
        Some(Value::String(one)) => header::read_groups(one.as_bytes(), separator),
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn expected(assertion: Assertion) -> Expected {
        Expected {
            issuer: "https://sso.example".to_owned(),
            audience: vec!["drydock".to_owned(), "https://drydock.example".to_owned()],
            algorithms: vec![Algorithm::ES256],
            assertion,
            leeway: Duration::from_secs(30),
        }
    }

    /// Good claims, with others over them; `null` takes one away.
    fn claims(over: Value) -> Claims {
        let good = json!({
            "iss": "https://sso.example", "aud": "drydock", "sub": "first", "exp": 1_300, "iat": 1_000, "nbf": 1_000
        });
        let (Value::Object(mut claims), Value::Object(over)) = (good, over) else { return Map::new() };
        claims.extend(over);
        claims.retain(|_, value| !value.is_null());
        claims
    }

    fn read(over: Value) -> Result<Identity, Refusal> {
        read_claims(&claims(over), &expected(Assertion::PerRequest), ",", Timestamp(1_000_000))
    }

    #[test]
    fn a14_claims_for_somebody_else_are_refused() {
        for (over, problem) in [
            (json!({}), None),
            (json!({ "aud": ["other", "drydock"] }), None),
            (json!({ "aud": "https://drydock.example" }), None),
            (json!({ "aud": "other" }), Some(AssertionProblem::Audience)),
            (json!({ "aud": "drydock2" }), Some(AssertionProblem::Audience)),
            (json!({ "aud": ["other", 5] }), Some(AssertionProblem::Audience)),
            (json!({ "aud": [] }), Some(AssertionProblem::Audience)),
            (json!({ "aud": null }), Some(AssertionProblem::Audience)),
            (json!({ "aud": { "drydock": true } }), Some(AssertionProblem::Audience)),
            (json!({ "iss": "https://sso.example/" }), Some(AssertionProblem::Issuer)),
            (json!({ "iss": ["https://sso.example"] }), Some(AssertionProblem::Issuer)),
            (json!({ "iss": null }), Some(AssertionProblem::Issuer)),
            (json!({ "sub": null }), Some(AssertionProblem::Subject)),
            (json!({ "sub": "" }), Some(AssertionProblem::Subject)),
            (json!({ "sub": 5 }), Some(AssertionProblem::Subject)),
            (json!({ "sub": "a\u{0}" }), Some(AssertionProblem::Subject)),
            (json!({ "sub": "a".repeat(257) }), Some(AssertionProblem::Subject)),
        ] {
            assert_eq!(read(over.clone()).err(), problem.map(Refusal::Assertion), "{over}");
        }
    }

    #[test]
    fn a14_claims_of_another_time_are_refused() {
        for (over, problem) in [
            (json!({ "exp": 971 }), None),
            (json!({ "exp": 970 }), Some(AssertionProblem::Expired)),
            (json!({ "exp": 970.5 }), None),
            (json!({ "exp": null }), Some(AssertionProblem::Times)),
            (json!({ "exp": "1300" }), Some(AssertionProblem::Times)),
            (json!({ "exp": -1 }), Some(AssertionProblem::Times)),
            (json!({ "exp": 1e300 }), Some(AssertionProblem::Times)),
            (json!({ "nbf": 1_030 }), None),
            (json!({ "nbf": 1_031 }), Some(AssertionProblem::Early)),
            (json!({ "nbf": null }), None),
            (json!({ "nbf": "now" }), Some(AssertionProblem::Times)),
            (json!({ "iat": 1_030 }), None),
            (json!({ "iat": 1_031 }), Some(AssertionProblem::Early)),
            (json!({ "iat": null }), None),
        ] {
            assert_eq!(read(over.clone()).err(), problem.map(Refusal::Assertion), "{over}");
        }
    }

    #[test]
    fn a16_an_assertion_from_the_sign_in_names_its_person_past_its_end() {
        let over = |over: Value, assertion| {
            read_claims(&claims(over), &expected(assertion), ",", Timestamp(9_000_000)).map(|person| person.subject)
        };
        assert_eq!(over(json!({}), Assertion::LoginOnly), Ok("first".to_owned()));
        assert_eq!(over(json!({}), Assertion::PerRequest), Err(AssertionProblem::Expired.into()));
        for (claims, problem) in [
            (json!({ "iss": "https://other.example" }), AssertionProblem::Issuer),
            (json!({ "aud": "other" }), AssertionProblem::Audience),
            (json!({ "nbf": 9_031 }), AssertionProblem::Early),
            (json!({ "iat": 9_031 }), AssertionProblem::Early),
            (json!({ "exp": null }), AssertionProblem::Times),
        ] {
            assert_eq!(over(claims.clone(), Assertion::LoginOnly), Err(problem.into()), "{claims}");
        }
    }

    #[test]
    fn a10_a_person_is_issuer_and_sub_and_a_name_is_for_the_eye() {
        for (over, name, email) in [
            (json!({}), "first", None),
            (json!({ "email": "first@example.org" }), "first@example.org", Some("first@example.org")),
            (json!({ "email": "a@example.org", "preferred_username": "f" }), "f", Some("a@example.org")),
            (json!({ "name": "Zoë Ünal", "preferred_username": "f" }), "Zoë Ünal", None),
            (json!({ "name": "", "preferred_username": "f" }), "f", None),
            (json!({ "name": "a\u{1b}[31m" }), "first", None),
            (json!({ "name": ["a"] }), "first", None),
            (json!({ "name": "a".repeat(257) }), "first", None),
        ] {
            let person = read(over.clone()).unwrap();
            assert_eq!((person.issuer.as_str(), person.subject.as_str()), ("https://sso.example", "first"), "{over}");
            assert_eq!((person.name.as_str(), person.email.as_deref()), (name, email), "{over}");
        }
    }

    #[test]
    fn groups_are_a_list_or_a_text() {
        for (groups, expected) in [
            (json!(["staff", 5, " helpdesk ", "", "a\u{0}", "a,b"]), Ok(vec!["staff", "helpdesk", "a,b"])),
            (json!("staff, helpdesk"), Ok(vec!["staff", "helpdesk"])),
            (json!({ "staff": true }), Ok(vec![])),
            (json!(null), Ok(vec![])),
            (json!(vec!["a"; 501]), Err(Refusal::TooManyGroups)),
        ] {
            let expected = expected.map(|groups: Vec<&str>| groups.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(read(json!({ "groups": groups })).map(|person| person.groups), expected, "{groups}");
        }
    }
}
