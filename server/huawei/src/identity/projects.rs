//! The projects that a token's holder may open.
//!
//! Source: "Querying the project list accessible to users" of <https://support.huaweicloud.com/intl/en-us/api-iam/>. No
//! paging is documented.

use domain::project::Project;
use http::Method;
use secrecy::SecretString;
use serde_json::Value;
use service::ports::SignInError;

use super::{project, refusal};
use crate::client::{Call, Client};
use crate::{error, wire};

/// Asks for them with any valid token, an unscoped one too.
pub(crate) async fn projects(client: &Client, region: &str, token: &SecretString) -> Result<Vec<Project>, SignInError> {
    let mut call = Call::new(Method::GET, "/v3/auth/projects", &[]);
    call.token = Some(token);
    let received = client.send(call).await.map_err(|_| SignInError::Unreachable)?;
    if !received.is_success() {
        return Err(refusal(&received));
    }
    let (answer, document) = error::read_answer_and_document(&received);
    let listed = document.filter(|_| answer.error.code.is_none());
    listed.and_then(|document| read(&document, region)).ok_or(SignInError::Unexpected { status: received.status })
}

/// The entries that can be opened; one that is switched off, is an account, or has no usable id or name is left out.
pub(super) fn read(document: &Value, region: &str) -> Option<Vec<Project>> {
    let entries = wire::entries(document, "projects")?;
    let open = entries.iter().filter(|entry| {
        wire::flag(entry, "enabled", true) == Some(true) && wire::flag(entry, "is_domain", false) == Some(false)
    });
    Some(open.filter_map(|entry| project(entry, region)).collect())
}
