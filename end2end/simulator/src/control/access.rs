//! What the control address makes of a user's ways in: MFA devices, access keys, the right to decode, the clock.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, find};
use crate::{
    clock::now,
    cloud::{Cloud, User},
    dice::Dice,
    iam::token_of,
    totp::Secret,
};

#[derive(Debug, Deserialize)]
pub(super) struct WhichUser {
    project: String,
    #[serde(default = "operator")]
    user: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct MfaPlan {
    #[serde(flatten)]
    which: WhichUser,
    /// Base32; made when it is absent.
    #[serde(default)]
    secret: Option<String>,
    /// `false` takes the device away.
    #[serde(default = "yes")]
    on: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct KeyPlan {
    #[serde(flatten)]
    which: WhichUser,
    #[serde(default)]
    access_key: Option<String>,
    #[serde(default)]
    secret_key: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DecodePlan {
    #[serde(flatten)]
    which: WhichUser,
    allowed: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct ClockPlan {
    off_by_seconds: i64,
}

fn operator() -> String {
    "operator".to_owned()
}

const fn yes() -> bool {
    true
}

fn change<T>(cloud: &Cloud, which: &WhichUser, change: impl FnOnce(&mut User) -> T) -> Result<T, Failure> {
    let project = find(cloud, &which.project)?;
    cloud.change_user(&project.account, &which.user, change).ok_or_else(|| {
        let sentence = format!("The account {} has no user {}.", project.account, which.user);
        Failure::new(StatusCode::NOT_FOUND, sentence)
    })
}

/// `POST /_control/users/mfa`
pub(super) async fn mfa(State(cloud): State<Arc<Cloud>>, Json(plan): Json<MfaPlan>) -> Result<Json<Value>, Failure> {
    let text = plan.secret.unwrap_or_else(|| {
        let mut dice = Dice::of(&[&plan.which.project, &plan.which.user]);
        (0..32).map(|_| char::from(dice.pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))).collect()
    });
    let Some(secret) = Secret::of(&text) else {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "A secret is base32 of at least ten bytes."));
    };
    let shown = secret.text().to_owned();
    let user_id = change(&cloud, &plan.which, |user| {
        user.mfa = plan.on.then_some(secret);
        user.id.clone()
    })?;
    Ok(Json(json!({ "user_id": user_id, "secret": shown })))
}

/// `GET /_control/users/passcode`
pub(super) async fn passcode(
    State(cloud): State<Arc<Cloud>>,
    Query(which): Query<WhichUser>,
) -> Result<Json<Value>, Failure> {
    let found = change(&cloud, &which, |user| (user.id.clone(), user.mfa.as_ref().map(|secret| secret.code(now()))))?;
    match found {
        (user_id, Some(code)) => Ok(Json(json!({ "user_id": user_id, "passcode": code }))),
        (_, None) => Err(Failure::new(StatusCode::NOT_FOUND, "This user has no MFA device.")),
    }
}

/// `POST /_control/users/keys`
pub(super) async fn keys(
    State(cloud): State<Arc<Cloud>>,
    Json(plan): Json<KeyPlan>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let user = change(&cloud, &plan.which, |user| user.clone())?;
    let mut dice = Dice::new(cloud.seed ^ cloud.next_number().rotate_left(29));
    let access = plan.access_key.unwrap_or_else(|| dice.hex()[..20].to_uppercase());
    let secret = plan.secret_key.unwrap_or_else(|| dice.hex());
    cloud.keys().add(&access, &secret, token_of(user, now(), Duration::ZERO));
    Ok((StatusCode::CREATED, Json(json!({ "access_key": access, "secret_key": secret }))))
}

/// `POST /_control/users/decode`
pub(super) async fn decode(
    State(cloud): State<Arc<Cloud>>,
    Json(plan): Json<DecodePlan>,
) -> Result<Json<Value>, Failure> {
    change(&cloud, &plan.which, |user| user.may_decode = plan.allowed)?;
    Ok(Json(json!({})))
}

/// `POST /_control/clock`
pub(super) async fn clock(State(cloud): State<Arc<Cloud>>, Json(plan): Json<ClockPlan>) -> Json<Value> {
    cloud.clock_off_by.store(plan.off_by_seconds, Ordering::Relaxed);
    Json(json!({}))
}
