//! What the cloud says when it refuses, in any of its envelopes.
//!
//! Workspace: `error_code`, `error_msg`, `error_detail`, `encoded_authorization_message`
//! (<https://support.huaweicloud.com/intl/en-us/api-workspace/SetMaintenanceMode.html>). The gateway: `error_code`,
//! `error_msg`, `request_id`. IAM: `{"error": {"code": 401, "message": …}}` or `error_code`, `error_msg`. Others:
//! `errorCode`, `errorMsg`, and `code`, `message`, which the official SDK (`huaweicloudsdkcore`,
//! `exceptions/exception_handler.py`) looks for one level down as well.

use domain::maintenance::outcome::{Answer, Body, CloudError};
use serde_json::{Map, Value};

use crate::client::{REQUEST_ID_LIMIT_CHARS, Received};
use crate::{throttle, wire};

/// The most characters of a code. The documents allow 12 and, on newer calls, 16; a longer one is cut.
const CODE_LIMIT_CHARS: usize = 64;

/// The most characters of a message and of a detail, as documented for `error_msg` and `error_detail`; a longer one is
/// cut.
const TEXT_LIMIT_CHARS: usize = 1_000;

/// The most characters of the encoded message, which is what its decoding takes
/// (<https://support.huaweicloud.com/intl/en-us/api-iam5/DecodeAuthorizationMessage.html>). A cut one decodes no more.
const ENCODED_LIMIT_CHARS: usize = 10_240;

/// The pairs of names under which a code and a message are found, in the order in which they are looked for.
const PAIRS: [(&str, &str); 3] = [("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message")];

/// The raw facts of an answer.
pub(crate) fn read_answer(received: &Received) -> Answer {
    read_answer_and_document(received).0
}

/// The raw facts of an answer, and its document where it is JSON.
pub(crate) fn read_answer_and_document(received: &Received) -> (Answer, Option<Value>) {
    let (body, document) = read_body(received);
    let mut error = document.as_ref().map(|document| read_error(document, received.is_success())).unwrap_or_default();
    error.status = received.status;
    if let Some(id) = received.request_id() {
        error.request_id = Some(id.to_owned());
    }
    let retry_after = throttle::retry_after(received, error.message.as_deref());
    (Answer { body, error, retry_after }, document)
}

fn read_body(received: &Received) -> (Body, Option<Value>) {
    match received.body.as_deref() {
        None => (Body::Unreadable, None),
        Some(bytes) if bytes.trim_ascii().is_empty() => (Body::Empty, None),
        Some(bytes) => match wire::parse(bytes) {
            Some(document) => (Body::Json, Some(document)),
            None => (Body::Unreadable, None),
        },
    }
}

/// The error fields of a document. With a successful status only a non-empty `error_code` at the top is an error (older
/// Workspace calls answer so): a desktop's own fields must not be taken for one.
fn read_error(document: &Value, success: bool) -> CloudError {
    let Some(top) = document.as_object() else { return CloudError::default() };
    if success && !has_error_code(top) {
        return CloudError::default();
    }
    let mut error = read_level(top);
    if !success {
        for inner in top.values().filter_map(Value::as_object) {
            complete(&mut error, read_level(inner));
        }
    }
    error
}

fn has_error_code(level: &Map<String, Value>) -> bool {
    ["error_code", "errorCode"].into_iter().any(|name| bounded(level.get(name), CODE_LIMIT_CHARS).is_some())
}

fn read_level(level: &Map<String, Value>) -> CloudError {
    let mut error = CloudError {
        detail: bounded(level.get("error_detail"), TEXT_LIMIT_CHARS),
        encoded_authorization_message: bounded(level.get("encoded_authorization_message"), ENCODED_LIMIT_CHARS),
        request_id: bounded(level.get("request_id"), REQUEST_ID_LIMIT_CHARS),
        ..CloudError::default()
    };
    for (code, message) in PAIRS {
        error.code = bounded(level.get(code), CODE_LIMIT_CHARS);
        error.message = bounded(level.get(message), TEXT_LIMIT_CHARS);
        if error.code.is_some() || error.message.is_some() {
            break;
        }
    }
    error
}

/// Fills in what the level above did not say. Code and message are one statement and come from one level.
fn complete(error: &mut CloudError, inner: CloudError) {
    if error.code.is_none() && error.message.is_none() {
        (error.code, error.message) = (inner.code, inner.message);
    }
    error.detail = error.detail.take().or(inner.detail);
    error.encoded_authorization_message =
        error.encoded_authorization_message.take().or(inner.encoded_authorization_message);
    error.request_id = error.request_id.take().or(inner.request_id);
}

/// The value as text of at most that many characters, otherwise verbatim. Whatever is neither text nor number is shown
/// as JSON; `null` and nothing are nothing.
fn bounded(value: Option<&Value>, limit_chars: usize) -> Option<String> {
    let text = match value? {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let cut: String = wire::without_nul(&text).chars().take(limit_chars).collect();
    if cut.is_empty() { None } else { Some(cut) }
}

#[cfg(test)]
mod tests;
