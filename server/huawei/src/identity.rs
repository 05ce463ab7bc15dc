//! Sign-in: one password call to the identity service.
//!
//! Source: <https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html>. An identity service may repeat the
//! password in the text of an error, so nothing of such a body is kept but its code, and that only where it looks like
//! one.

use domain::operator::CloudUser;
use domain::project::Project;
use domain::time::Timestamp;
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use service::ports::{Granted, PasswordSignIn, SignInError};

use crate::client::{Call, Client, Received, SUBJECT_TOKEN};
use crate::{error, wire};

/// The longest token that the vendor's gateway takes back in a header (it answers 494 beyond 32 K,
/// <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html>). If it is wrong, users with many
/// rights cannot sign in although they could.
const TOKEN_LIMIT_BYTES: usize = 32 * 1024;

/// How long a token lives, in milliseconds, where the answer does not say when it was issued: 24 h, as documented.
const TOKEN_LIFE_MS: i64 = 24 * 60 * 60 * 1_000;

/// Asks for a token that is scoped to a project; without a name to the region's own, which is called like the region.
pub(crate) async fn sign_in(client: &Client, region: &str, form: &PasswordSignIn) -> Result<Granted, SignInError> {
    let mut call = Call::new(Method::POST, "/v3/auth/tokens", &[]);
    // Without the catalogue of services, which is long and not needed.
    call.query = vec![("nocatalog", "true".to_owned())];
    call.json = Some(request(region, form));
    let received = client.send(call).await.map_err(|_| SignInError::Unreachable)?;
    if !received.is_success() {
        return Err(refusal(&received));
    }
    let token = received.header(&SUBJECT_TOKEN).unwrap_or_default();
    if token.len() > TOKEN_LIMIT_BYTES {
        return Err(SignInError::TokenTooLong { bytes: token.len() });
    }
    granted(&received, token, region, form).ok_or(SignInError::Unexpected { status: received.status })
}

fn request(region: &str, form: &PasswordSignIn) -> String {
    let project = form.project.as_deref().unwrap_or(region);
    json!({"auth": {
        "identity": {
            "methods": ["password"],
            "password": {"user": {
                "domain": {"name": form.account},
                "name": form.user,
                "password": form.password.expose_secret(),
            }},
        },
        "scope": {"project": {"name": project}},
    }})
    .to_string()
}

/// What the token's body says; `None` where it lacks what Drydock cannot do without.
fn granted(received: &Received, token: &str, region: &str, form: &PasswordSignIn) -> Option<Granted> {
    let document = wire::parse(received.body.as_deref()?)?;
    let body = document.get("token")?;
    let user = body.get("user")?;
    let project = body.get("project")?;
    let expires_at = moment(body.get("expires_at")?)?;
    let issued_at =
        body.get("issued_at").and_then(moment).unwrap_or(Timestamp(expires_at.0.saturating_sub(TOKEN_LIFE_MS)));
    if token.is_empty() {
        return None;
    }
    let account = user.get("domain").and_then(|domain| wire::text(domain, &["name"]));
    Some(Granted {
        user: CloudUser {
            id: wire::text(user, &["id"])?,
            name: wire::text(user, &["name"]).unwrap_or_else(|| form.user.clone()),
            account: account.unwrap_or_else(|| form.account.clone()),
        },
        project: Some(Project {
            id: wire::text(project, &["id"]).filter(|id| is_plain(id))?,
            name: wire::text(project, &["name"])?,
            region: region.to_owned(),
        }),
        token: SecretString::from(token),
        issued_at,
        expires_at,
    })
}

/// A moment like `2020-01-04T09:05:22.701000Z`.
fn moment(value: &Value) -> Option<Timestamp> {
    let moment: jiff::Timestamp = value.as_str()?.parse().ok()?;
    Some(Timestamp(moment.as_millisecond()))
}

/// Why nothing was granted, by code first and status second
/// (<https://support.huaweicloud.com/intl/en-us/api-iam/iam_02_0006.html>).
fn refusal(received: &Received) -> SignInError {
    let answer = error::read_answer(received);
    let code = answer.error.code.filter(|code| is_plain(code)).unwrap_or_default();
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
        ("", 403) => SignInError::NotAllowed { code: "403".to_owned() },
        (_, 403) => SignInError::NotAllowed { code },
        (_, 408 | 500..) => SignInError::Unreachable,
        (_, status) => SignInError::Unexpected { status },
    }
}

/// Whether a text can be nothing but a code or an id: short, and without a space in it.
fn is_plain(text: &str) -> bool {
    const LIMIT_CHARS: usize = 64;
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    plain && text.len() <= LIMIT_CHARS && !matches!(text, "" | "." | "..")
}

#[cfg(test)]
mod tests;
