//! Tokens of the identity service: by password, by ID token, what they open, and their end.
//!
//! An identity service may repeat a password in the text of an error, so nothing of such a body is kept but its code,
//! and that only where it looks like one.

mod exchange;
mod password;
mod projects;
mod revocation;

use domain::operator::CloudUser;
use domain::project::Project;
use domain::time::Timestamp;
use secrecy::SecretString;
use serde_json::Value;
use service::ports::{Granted, PasswordSignIn, SignInError};

pub(crate) use self::exchange::exchange;
pub(crate) use self::password::sign_in;
pub(crate) use self::projects::projects;
pub(crate) use self::revocation::revoke;
use crate::client::{Call, Client, Received, SUBJECT_TOKEN};
use crate::{error, wire};

/// The longest token that the vendor's gateway takes back in a header (it answers 494 beyond 32 K,
/// <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html>). If it is wrong, users with many
/// rights cannot sign in although they could.
const TOKEN_LIMIT_BYTES: usize = 32 * 1024;

/// How long a token lives, in milliseconds, where the answer does not say when it was issued: 24 h, as documented.
const TOKEN_LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// What a token is asked for.
#[derive(Clone, Copy)]
enum Scope<'a> {
    /// No project in particular.
    None,
    /// The project of a name.
    ProjectName,
    /// The project of this id.
    ProjectId(&'a str),
}

impl Scope<'_> {
    /// Whether a token that opens this is the one that was asked for.
    fn is_met(self, opened: Option<&Project>) -> bool {
        match self {
            Self::None => true,
            Self::ProjectName => opened.is_some(),
            Self::ProjectId(id) => opened.is_some_and(|project| project.id == id),
        }
    }
}

/// Sends a call that asks for a token.
async fn issue(
    client: &Client,
    call: Call<'_>,
    refuse: impl FnOnce(&Received) -> SignInError,
    read: impl FnOnce(&Received, &str) -> Option<Granted>,
) -> Result<Granted, SignInError> {
    let received = client.send(call).await.map_err(|_| SignInError::Unreachable)?;
    if !received.is_success() {
        return Err(refuse(&received));
    }
    let token = received.header(&SUBJECT_TOKEN).unwrap_or_default();
    if token.len() > TOKEN_LIMIT_BYTES {
        return Err(SignInError::TokenTooLong { bytes: token.len() });
    }
    read(&received, token).ok_or(SignInError::Unexpected { status: received.status })
}

/// What the token's body says; `None` where it lacks what Drydock cannot do without. What a person typed stands in for
/// names that the cloud leaves out.
fn granted(
    received: &Received,
    token: &str,
    region: &str,
    typed: Option<&PasswordSignIn>,
    scope: Scope<'_>,
) -> Option<Granted> {
    let document = wire::parse(received.body.as_deref()?)?;
    let body = document.get("token")?;
    let user = body.get("user")?;
    let project = match body.get("project") {
        None | Some(Value::Null) => None,
        Some(entry) => Some(project(entry, region)?),
    };
    let expires_at = moment(body.get("expires_at")?)?;
    let issued_at =
        body.get("issued_at").and_then(moment).unwrap_or(Timestamp(expires_at.0.saturating_sub(TOKEN_LIFE_MS)));
    if token.is_empty() || !scope.is_met(project.as_ref()) {
        return None;
    }
    let id = wire::text(user, &["id"])?;
    let name = wire::text(user, &["name"]).or_else(|| typed.map(|typed| typed.user.clone()));
    let account = user.get("domain").and_then(|domain| wire::text(domain, &["name"]));
    let account = account.or_else(|| typed.map(|typed| typed.account.clone())).unwrap_or_default();
    Some(Granted {
        user: CloudUser { name: name.unwrap_or_else(|| id.clone()), id, account },
        project,
        token: SecretString::from(token),
        issued_at,
        expires_at,
    })
}

/// A project whose id can stand in a path; `None` where it has no such id, or no name.
fn project(entry: &Value, region: &str) -> Option<Project> {
    Some(Project {
        id: wire::text(entry, &["id"]).filter(|id| is_plain(id))?,
        name: wire::text(entry, &["name"])?,
        region: region.to_owned(),
    })
}

/// A moment like `2020-01-04T09:05:22.701000Z`.
fn moment(value: &Value) -> Option<Timestamp> {
    let moment: jiff::Timestamp = value.as_str()?.parse().ok()?;
    Some(Timestamp(moment.as_millisecond()))
}

/// Why nothing was given to somebody who named themselves, by code first and status second
/// (<https://support.huaweicloud.com/intl/en-us/api-iam/iam_02_0006.html>).
fn refusal(received: &Received) -> SignInError {
    let answer = error::read_answer(received);
    let code = answer.error.code.filter(|code| is_code(code)).unwrap_or_default();
    // How a lock is told in the Keystone-like envelope, whose code is the bare status, is not documented; a 401 that says
    // "locked" is taken for one. The text itself goes no further.
    let says_locked = answer.error.message.is_some_and(|message| message.to_ascii_lowercase().contains("locked"));
    match (code.as_str(), received.status) {
        ("IAM.0061", _) => SignInError::Locked,
        ("IAM.0012" | "APIG.0308" | "APIGW.0308", _) | (_, 429) => {
            SignInError::Throttled { retry_after: answer.retry_after }
        }
        ("IAM.0080" | "IAM.0081" | "IAM.0082" | "IAM.0083", _) => SignInError::NotAllowed { code },
        (_, 401) if says_locked => SignInError::Locked,
        (_, 401) => SignInError::Refused,
        (_, 403) => SignInError::NotAllowed { code: or_status(code, 403) },
        (_, 408 | 500..) => SignInError::Unreachable,
        (_, status) => SignInError::Unexpected { status },
    }
}

/// The code, or the bare status where there is none.
fn or_status(code: String, status: u16) -> String {
    if code.is_empty() { status.to_string() } else { code }
}

/// Whether a text can be nothing but an id: short, and without anything in it that means something in a path.
fn is_plain(text: &str) -> bool {
    const LIMIT_CHARS: usize = 64;
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    plain && text.len() <= LIMIT_CHARS && !matches!(text, "" | "." | "..")
}

/// Whether a text can be nothing but a code: a status, or `IAM.0061` and the like. Anything else could be what somebody
/// typed.
fn is_code(text: &str) -> bool {
    let are_digits =
        |text: &str, limit: usize| (3..=limit).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_service = |text: &str| {
        (2..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    match text.split_once('.') {
        None => are_digits(text, 3),
        Some((service, number)) => is_service(service) && are_digits(number, 8),
    }
}

#[cfg(test)]
mod tests;
