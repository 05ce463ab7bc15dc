//! Temporary access keys in exchange for a token.

use std::{sync::PoisonError, time::Duration};

use serde::Deserialize;
use serde_json::json;

use super::project_of_token;
use crate::{
    answer::Answer,
    clock::now,
    cloud::{Admission, Cloud},
    fault::Operation,
    gateway::{Call, Done},
};

/// Documented: how many seconds such a key may live, and lives when nobody says.
const DURATION: std::ops::RangeInclusive<u64> = 900..=86_400;
const USUAL_DURATION: u64 = 900;

#[derive(Debug, Deserialize)]
struct Body {
    auth: Auth,
}

#[derive(Debug, Deserialize)]
struct Auth {
    identity: Identity,
}

#[derive(Debug, Deserialize)]
struct Identity {
    methods: Vec<String>,
    #[serde(default)]
    token: Option<Wanted>,
}

#[derive(Debug, Default, Deserialize)]
struct Wanted {
    /// The token, where it is not in the header.
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    duration_seconds: Option<u64>,
}

/// `POST /v3.0/OS-CREDENTIAL/securitytokens`: 201 with a key of the person who holds the token, in the header or, as the
/// vendor's own client sends it, in the body. <https://github.com/huaweicloudDocs/iam>
pub(crate) async fn temporary_keys(cloud: &Cloud, call: &Call) -> Done {
    let body = serde_json::from_slice::<Body>(&call.body).ok().map(|body| body.auth.identity);
    let Some(wanted) = body.filter(|identity| identity.methods == ["token"]).map(|identity| identity.token) else {
        return Done::new(Answer::iam(400, "0011", "Request body is invalid."), None);
    };
    let wanted = wanted.unwrap_or_default();
    let seconds = wanted.duration_seconds.unwrap_or(USUAL_DURATION);
    let text = call.header("x-auth-token").or(wanted.id.as_deref());
    let held = {
        let tokens = cloud.tokens.read().unwrap_or_else(PoisonError::into_inner);
        text.map(|text| tokens.look_up(text, now()))
    };
    let project = match &held {
        Some(Admission::Valid(token)) => project_of_token(cloud, token),
        _ => None,
    };
    let performance = async {
        match held {
            _ if !DURATION.contains(&seconds) => {
                Answer::iam(400, "0007", "duration_seconds must be between 900 and 86400.")
            }
            Some(Admission::Valid(holder)) => {
                let now = now();
                let key = cloud.keys().issue(*holder, now, now.after(Duration::from_secs(seconds)));
                let credential = json!({
                    "access": key.access, "secret": key.secret, "securitytoken": key.security_token,
                    "expires_at": key.expires.iam(),
                });
                Answer::json(201, &json!({ "credential": credential })).with("x-iam-trace-id", &call.request_id)
            }
            Some(Admission::Ended) => Answer::iam(401, "0066", "The token has expired."),
            Some(Admission::Unknown) => Answer::iam(401, "0067", "Invalid token."),
            None => Answer::iam(401, "0001", "The request you have made requires authentication."),
        }
    };
    Done::after_trouble(cloud, call, project.clone(), Operation::Keys, performance).await
}
