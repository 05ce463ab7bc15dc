//! STS: what an encoded authorization message says.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use crate::{
    answer::Answer,
    cloud::{Cloud, Token, Unsigned},
    fault::Operation,
    gateway::{Call, Done, signer},
    project::Project,
    sealed,
};

/// Documented: the length of an encoded message in characters.
const MESSAGE_LENGTH: std::ops::RangeInclusive<usize> = 1..=10_240;

#[derive(Debug, Deserialize)]
struct Body {
    encoded_message: String,
}

/// `POST /v5/decode-authorization-message`: signed with an access key; a token does not count.
/// <https://support.huaweicloud.com/intl/en-us/api-iam5/DecodeAuthorizationMessage.html>
pub(crate) async fn decode(cloud: &Cloud, call: &Call) -> Done {
    let caller = signer(cloud, call);
    let project = caller.as_ref().ok().and_then(|holder| project(cloud, call, holder));
    let performance = async {
        match &caller {
            Err(reason) => unsigned(reason),
            Ok(holder) if !cloud.may_decode(holder) => refuse(
                403,
                "1003",
                &format!(
                    "User {} is not authorized to perform sts::decodeAuthorizationMessage: implicit deny by \
                     identity-based policy.",
                    holder.user_name
                ),
            ),
            Ok(_) => opened(call),
        }
    };
    Done::after_trouble(cloud, call, project.clone(), Operation::Decode, performance).await
}

/// The project that the record keeps the call for.
fn project(cloud: &Cloud, call: &Call, holder: &Token) -> Option<Arc<Project>> {
    let mut own = cloud.projects_of(holder);
    let wanted = call.header("x-project-id").or_else(|| holder.project.as_ref().map(|(id, _)| id.as_str()));
    match wanted {
        Some(wanted) => own.into_iter().find(|project| project.id == wanted),
        None if own.len() == 1 => own.pop(),
        None => None,
    }
}

fn opened(call: &Call) -> Answer {
    let body = serde_json::from_slice::<Body>(&call.body).ok().map(|body| body.encoded_message);
    let Some(message) = body.filter(|message| MESSAGE_LENGTH.contains(&message.chars().count())) else {
        return refuse(400, "1001", "encoded_message must have 1 to 10240 characters.");
    };
    match sealed::open(&message) {
        Some(document) => Answer::json(200, &json!({ "decoded_message": document })),
        None => refuse(400, "1002", "The encoded message is invalid."),
    }
}

fn unsigned(reason: &Unsigned) -> Answer {
    match reason {
        Unsigned::Wrong => refuse(403, "1004", "The signature does not match the request."),
        Unsigned::Unknown(_) => refuse(403, "1005", "The access key does not exist."),
        Unsigned::Locked => refuse(403, "1006", "The access key is locked."),
        Unsigned::Skewed => refuse(
            403,
            "1007",
            "The time of the signature differs from the time of the server by more than 15 minutes.",
        ),
        Unsigned::Ended => refuse(403, "1008", "The security token has expired or does not fit the access key."),
    }
}

fn refuse(status: u16, number: &str, message: &str) -> Answer {
    Answer::json(status, &json!({ "error_code": format!("STS5.{number}"), "error_msg": message }))
}
