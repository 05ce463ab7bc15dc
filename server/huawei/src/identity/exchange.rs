//! An ID token of the person's own identity provider for a token of the cloud.
//!
//! Source: <https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html>.

use http::{HeaderName, HeaderValue, Method};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use service::ports::{Granted, SignInError};

use super::{Scope, granted, is_code, is_plain, issue, or_status};
use crate::client::{Call, Client, Received};
use crate::error;

const IDENTITY_PROVIDER: HeaderName = HeaderName::from_static("x-idp-id");

/// Exchanges the ID token: for a token of the project of that id, without one for an unscoped token.
pub(crate) async fn exchange(
    client: &Client,
    region: &str,
    provider: Option<&HeaderValue>,
    id_token: &SecretString,
    project_id: Option<&str>,
) -> Result<Granted, SignInError> {
    let Some(provider) = provider else { return Err(SignInError::ProviderUnknown) };
    let scope = match project_id {
        None => Scope::None,
        Some(id) if is_plain(id) => Scope::ProjectId(id),
        Some(_) => return Err(SignInError::NoProject),
    };
    let mut call = Call::new(Method::POST, "/v3.0/OS-AUTH/id-token/tokens", &[]);
    call.headers = vec![(IDENTITY_PROVIDER, provider.clone())];
    call.json = Some(request(id_token, project_id));
    issue(client, call, refusal, |received, token| granted(received, token, region, None, scope)).await
}

pub(super) fn request(id_token: &SecretString, project_id: Option<&str>) -> String {
    let mut document = json!({"auth": {"id_token": {"id": id_token.expose_secret()}}});
    if let Some(id) = project_id {
        document["auth"]["scope"] = json!({"project": {"id": id}});
    }
    document.to_string()
}

/// Why the ID token was not exchanged, by the side that refused.
pub(super) fn refusal(received: &Received) -> SignInError {
    let answer = error::read_answer(received);
    let code = answer.error.code.filter(|code| is_code(code)).unwrap_or_default();
    match (code.as_str(), received.status) {
        ("IAM.0012" | "APIG.0308" | "APIGW.0308", _) | (_, 429) => {
            SignInError::Throttled { retry_after: answer.retry_after }
        }
        (_, 400 | 401) => SignInError::IdTokenRefused { code: or_status(code, received.status) },
        // Another 404 says that there is no such call at this address.
        ("IAM.0004", 404) => SignInError::ProviderUnknown,
        (_, 403) => SignInError::NotAllowed { code: or_status(code, 403) },
        (_, 408 | 500..) => SignInError::Unreachable,
        (_, status) => SignInError::Unexpected { status },
    }
}
