//! ID tokens as `OpenID` Connect Core 1.0 describes them: <https://openid.net/specs/openid-connect-core-1_0.html#IDToken>.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;

use super::{Provider, Refused};
use crate::clock::Moment;

/// How far two clocks may be apart; assumed because no document names the cloud's own tolerance. Were it smaller in
/// truth, tokens that are just issued or just expired would be refused there and not here.
const LEEWAY: Duration = Duration::from_secs(30);

/// What the cloud reads of an ID token.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    exp: f64,
    iat: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    preferred_username: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    groups: Value,
}

impl Claims {
    /// The groups of the person, given as one text or as several.
    pub(super) fn groups(&self) -> Vec<&str> {
        match &self.groups {
            Value::Array(groups) => groups.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        }
    }

    /// What the person is called.
    pub(super) fn into_name(self) -> String {
        self.preferred_username.or(self.name).unwrap_or(self.sub)
    }

    /// Whether the token is valid now, give or take the leeway.
    fn is_timely(&self, now: Moment) -> bool {
        let moment = |date: f64| Duration::try_from_secs_f64(date).ok().map(|since| Moment::default().after(since));
        let begun = |date: f64| moment(date).is_some_and(|date| date <= now.after(LEEWAY));
        moment(self.exp).is_some_and(|end| now < end.after(LEEWAY)) && begun(self.iat) && self.nbf.is_none_or(begun)
    }
}

/// The claims of a token that this identity provider signed for its client and that is valid now.
///
/// # Errors
/// [`Refused::Token`], or [`Refused::Keys`] when the keys cannot be had.
pub(super) async fn verify(provider: &Provider, id_token: &str, now: Moment) -> Result<Claims, Refused> {
    let refused = |_| Refused::Token;
    let header = decode_header(id_token).map_err(refused)?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err(Refused::Token);
    }
    let jwk = provider.keys.find(header.alg, header.kid.as_deref()).await?;
    let key = DecodingKey::from_jwk(&jwk).map_err(refused)?;
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[&provider.client_id]);
    validation.set_issuer(&[&provider.issuer]);
    validation.set_required_spec_claims(&["iss", "aud", "sub"]);
    // The times are compared below, with the one clock of the simulator.
    validation.validate_exp = false;
    let claims = decode::<Claims>(id_token, &key, &validation).map_err(refused)?.claims;
    if claims.is_timely(now) { Ok(claims) } else { Err(Refused::Token) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use serde_json::json;

    use super::*;

    /// Whether a token with these times is valid at 1,000 s.
    fn check(exp: i64, iat: i64, nbf: Option<i64>, expected: bool) {
        let claims = json!({ "sub": "first", "exp": exp, "iat": iat, "nbf": nbf });
        let claims: Claims = serde_json::from_value(claims).unwrap();
        assert_eq!(claims.is_timely(Moment::from_seconds(1_000)), expected, "exp {exp}, iat {iat}, nbf {nbf:?}");
    }

    #[test]
    fn a_token_is_valid_from_its_beginning_to_its_end_give_or_take_half_a_minute() {
        check(1_001, 1_000, None, true);
        check(971, 900, None, true);
        check(970, 900, None, false);
        check(2_000, 1_030, Some(1_030), true);
        check(2_000, 1_031, None, false);
        check(2_000, 1_000, Some(1_031), false);
        check(-1, 0, None, false);
    }

    #[test]
    fn groups_are_one_text_or_several_and_anything_else_is_none() {
        for (groups, expected) in [
            (json!(["one", 2, "three"]), vec!["one", "three"]),
            (json!("one"), vec!["one"]),
            (json!({ "one": true }), vec![]),
            (json!(null), vec![]),
        ] {
            let claims = json!({ "sub": "first", "exp": 1, "iat": 1, "groups": groups });
            let claims: Claims = serde_json::from_value(claims).unwrap();
            assert_eq!(claims.groups(), expected);
        }
    }
}
