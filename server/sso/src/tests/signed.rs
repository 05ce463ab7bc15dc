//! People whom a signed assertion names.

use std::time::Duration;

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use super::signer::{Signer, claims, message, signature};
use super::*;
use crate::keys::ring::PACE;
use crate::keys::told::Told;

const HEADER: &str = "X-Pomerium-Jwt-Assertion";

fn jwt() -> JwtSettings {
    JwtSettings {
        jwt_header: HEADER.to_owned(),
        jwks_url: Some("https://sso.example/jwks".to_owned()),
        jwks_file: None,
        audience: vec!["drydock".to_owned()],
        algorithms: ["RS256", "ES256", "EdDSA"].map(str::to_owned).into(),
        assertion: Assertion::PerRequest,
        leeway: DEFAULT_LEEWAY,
        ca_file: None,
    }
}

fn by_jwt(jwt: JwtSettings) -> Settings {
    Settings {
        issuer: Some("https://sso.example".to_owned()),
        id_token_header: Some(HEADER.to_owned()),
        ..settings(Mode::Jwt(jwt))
    }
}

/// The same with keys from that source.
fn sso(source: &Told, jwt: JwtSettings) -> Sso {
    let settings = by_jwt(jwt.clone());
    let (header, expected) = check::check_jwt(&settings, &jwt).unwrap();
    let keys = Keyring::new(Box::new(source.clone()), expected.algorithms.clone(), None);
    let common = check::check_common(&settings).unwrap();
    Sso(Arc::new(Inner { common, voucher: Voucher::Signed { header, expected, keys } }))
}

fn publish(source: &Told, keys: &[Value]) {
    source.say(Some(&json!({ "keys": keys })));
}

async fn at(sso: &Sso, token: &str, now: Timestamp) -> Result<Identity, Refusal> {
    sso.identify(Some(PROXY.parse().unwrap()), &headers(&[(HEADER, token)]), now).await
}

#[tokio::test]
async fn a14_a_token_names_its_person_by_each_kind_of_key() {
    let source = Told::down();
    let signers = [Signer::es256("e"), Signer::eddsa("d"), Signer::rs256("r")];
    publish(&source, &signers.each_ref().map(Signer::jwk));
    let sso = sso(&source, jwt());
    for signer in &signers {
        let token = signer.token(&claims(&json!({ "name": "Zoë", "groups": ["staff"] })));
        for value in [token.clone(), format!("Bearer {token}")] {
            let person = at(&sso, &value, NOW).await.unwrap();
            assert_eq!((person.issuer.as_str(), person.subject.as_str()), ("https://sso.example", "s-1"));
            assert_eq!((person.name.as_str(), person.groups), ("Zoë", vec!["staff".to_owned()]));
            let end = Timestamp(NOW.0 + 60_000);
            assert_eq!(person.id_token.unwrap().expires_at, Some(end), "{}", signer.algorithm());
        }
    }
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn a14_a_forged_token_names_nobody() {
    let source = Told::down();
    let (signer, stranger) = (Signer::rs256("r"), Signer::rs256("r"));
    let other = Signer::es256("e");
    publish(&source, &[signer.jwk(), other.jwk()]);
    let sso = sso(&source, jwt());
    let good = claims(&json!({}));
    let head = |alg: &str, kid: &str| json!({ "alg": alg, "kid": kid });
    let token = signer.token(&good);
    let (signed, mark) = token.rsplit_once('.').unwrap();
    let changed = message(&head("RS256", "r"), &claims(&json!({ "sub": "s-2" })));
    let mut cases = vec![
        (format!("{changed}.{mark}"), AssertionProblem::Signature),
        (format!("{signed}.{}", signature(b"other")), AssertionProblem::Signature),
        (stranger.token(&good), AssertionProblem::Signature),
        (signer.token_with(&head("RS256", "unknown"), &good), AssertionProblem::UnknownKey),
        (signer.token_with(&head("RS256", "e"), &good), AssertionProblem::UnknownKey),
        (signer.token_with(&head("ES256", "r"), &good), AssertionProblem::UnknownKey),
        (signer.token_with(&head("PS256", "r"), &good), AssertionProblem::Algorithm),
        (signer.token_with(&head("RS512", "r"), &good), AssertionProblem::Algorithm),
        (signer.token_with(&head("none", "r"), &good), AssertionProblem::Algorithm),
        (signer.token_with(&head("nOnE", "r"), &good), AssertionProblem::Algorithm),
        (format!("{}.", message(&head("none", "r"), &good)), AssertionProblem::NotAToken),
        (format!("{signed}."), AssertionProblem::NotAToken),
        (signed.to_owned(), AssertionProblem::NotAToken),
        // A key that the token brings along is not looked at.
        (
            stranger.token_with(&json!({ "alg": "RS256", "kid": "x", "jwk": stranger.jwk() }), &good),
            AssertionProblem::UnknownKey,
        ),
        (signer.token_with(&json!({ "alg": "RS256", "kid": "r", "typ": "logout+jwt" }), &good), AssertionProblem::Kind),
        (signer.token_with(&json!({ "alg": "RS256", "kid": "r", "crit": ["b"] }), &good), AssertionProblem::Extension),
        (signer.token(&json!("text")), AssertionProblem::NotAToken),
        (signer.token(&claims(&json!({ "iss": "https://other.example" }))), AssertionProblem::Issuer),
        (signer.token(&claims(&json!({ "aud": "other" }))), AssertionProblem::Audience),
        (signer.token(&claims(&json!({ "nbf": 2_000_000_000 }))), AssertionProblem::Early),
        (signer.token(&claims(&json!({ "iat": 2_000_000_000 }))), AssertionProblem::Early),
        (signer.token(&claims(&json!({ "exp": 1 }))), AssertionProblem::Expired),
        ("first".to_owned(), AssertionProblem::NotAToken),
    ];
    for (signer, id) in [(&signer, "r"), (&other, "e")] {
        for secret in signer.public_bytes() {
            let signed = message(&head("HS256", id), &good);
            let mark = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
            cases.push((format!("{signed}.{}", signature(mark.as_ref())), AssertionProblem::Algorithm));
        }
    }
    for (token, problem) in cases {
        assert_eq!(at(&sso, &token, NOW).await.unwrap_err(), problem.into(), "{token}");
    }
    let twice = headers(&[(HEADER, &token), (HEADER, &token)]);
    let result = sso.identify(Some(PROXY.parse().unwrap()), &twice, NOW).await;
    assert_eq!(result.unwrap_err(), Refusal::Repeated);
    assert_eq!(identify(&sso, &[("X-Forwarded-User", "s-1")]).await.unwrap_err(), Refusal::Missing);
    assert!(at(&sso, &token, NOW).await.is_ok());
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn a15_new_keys_work_without_a_restart_and_old_ones_while_they_are_published() {
    let source = Told::down();
    let (first, second, third) = (Signer::es256("1"), Signer::es256("2"), Signer::es256("1"));
    let token = |signer: &Signer| signer.token(&claims(&json!({ "exp": 2_000_000_000 })));
    publish(&source, &[first.jwk()]);
    let sso = sso(&source, jwt());
    assert!(at(&sso, &token(&first), NOW).await.is_ok());
    publish(&source, &[second.jwk(), first.jwk()]);
    // The question for an unknown key was asked less than a minute ago.
    assert_eq!(at(&sso, &token(&second), NOW).await.unwrap_err(), AssertionProblem::UnknownKey.into());
    let now = NOW.after(PACE);
    assert!(at(&sso, &token(&second), now).await.is_ok());
    assert!(at(&sso, &token(&first), now).await.is_ok());
    assert_eq!(source.asked(), 2);
    // Another key under the name of an old one.
    publish(&source, &[third.jwk()]);
    let now = now.after(PACE);
    assert!(at(&sso, &token(&third), now).await.is_ok());
    assert_eq!(at(&sso, &token(&first), now).await.unwrap_err(), AssertionProblem::Signature.into());
    assert_eq!(at(&sso, &token(&second), now).await.unwrap_err(), AssertionProblem::UnknownKey.into());
    assert_eq!(source.asked(), 3);
}

#[tokio::test]
async fn a15_a_flood_of_unknown_keys_does_not_reach_the_single_sign_on() {
    let source = Told::down();
    let signer = Signer::es256("1");
    publish(&source, &[signer.jwk()]);
    let sso = sso(&source, jwt());
    let good = claims(&json!({ "exp": 2_000_000_000 }));
    for second in 0..240 {
        for kid in ["a", "b", "c"] {
            let forged = signer.token_with(&json!({ "alg": "ES256", "kid": kid }), &good);
            let now = NOW.after(Duration::from_secs(second));
            assert_eq!(at(&sso, &forged, now).await.unwrap_err(), AssertionProblem::UnknownKey.into());
        }
    }
    assert_eq!(source.asked(), 4);
    assert!(at(&sso, &signer.token(&good), NOW).await.is_ok());
}

#[tokio::test]
async fn a15_people_get_in_while_the_single_sign_ons_keys_cannot_be_reached() {
    let source = Told::down();
    let signer = Signer::es256("1");
    let sso = sso(&source, jwt());
    let token = signer.token(&claims(&json!({ "exp": 2_000_000_000 })));
    assert_eq!(at(&sso, &token, NOW).await.unwrap_err(), Refusal::KeysUnavailable);
    publish(&source, &[signer.jwk()]);
    assert_eq!(at(&sso, &token, NOW).await.unwrap_err(), Refusal::KeysUnavailable);
    let now = NOW.after(Duration::from_secs(5));
    assert!(at(&sso, &token, now).await.is_ok());
    source.say(None);
    for hours in [1, 24, 240] {
        assert!(at(&sso, &token, now.after(Duration::from_hours(hours))).await.is_ok());
    }
}

#[tokio::test]
async fn a15_a_file_of_keys_is_read_again_for_an_unknown_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let write = |signer: &Signer| std::fs::write(&path, json!({ "keys": [signer.jwk()] }).to_string()).unwrap();
    let (first, second) = (Signer::es256("1"), Signer::es256("2"));
    write(&first);
    let settings = by_jwt(JwtSettings { jwks_url: None, jwks_file: Some(path.clone()), ..jwt() });
    let sso = Sso::new(settings).unwrap();
    let good = claims(&json!({}));
    assert!(at(&sso, &first.token(&good), NOW).await.is_ok());
    write(&second);
    let now = NOW.after(PACE);
    assert!(at(&sso, &second.token(&good), now).await.is_ok());
    assert_eq!(at(&sso, &first.token(&good), now).await.unwrap_err(), AssertionProblem::UnknownKey.into());
}

#[tokio::test]
async fn a16_an_expired_id_token_signs_nobody_out_where_it_is_from_the_sign_in() {
    let source = Told::down();
    let (signer, stranger) = (Signer::es256("1"), Signer::es256("1"));
    publish(&source, &[signer.jwk()]);
    let good = claims(&json!({}));
    let later = NOW.after(Duration::from_hours(7));
    let per_request = sso(&source, jwt());
    assert!(at(&per_request, &signer.token(&good), NOW).await.is_ok());
    assert_eq!(at(&per_request, &signer.token(&good), later).await.unwrap_err(), AssertionProblem::Expired.into());
    let login_only = sso(&source, JwtSettings { assertion: Assertion::LoginOnly, ..jwt() });
    let person = at(&login_only, &signer.token(&good), later).await.unwrap();
    assert_eq!(person.subject, "s-1");
    // It names its person, and must not be sent to the cloud any more.
    assert!(person.id_token.unwrap().is_over(later));
    assert_eq!(at(&login_only, &stranger.token(&good), later).await.unwrap_err(), AssertionProblem::Signature.into());
    let foreign = signer.token(&claims(&json!({ "aud": "other" })));
    assert_eq!(at(&login_only, &foreign, later).await.unwrap_err(), AssertionProblem::Audience.into());
}
