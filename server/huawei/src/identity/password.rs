//! Sign-in by password.
//!
//! Source: <https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html>.

use http::Method;
use secrecy::ExposeSecret;
use serde_json::json;
use service::ports::{Granted, PasswordSignIn, SignInError};

use super::{Scope, granted, issue, refusal};
use crate::client::{Call, Client};

/// Asks for a token that is scoped to a project; without a name to the region's own, which is called like the region.
pub(crate) async fn sign_in(client: &Client, region: &str, form: &PasswordSignIn) -> Result<Granted, SignInError> {
    let mut call = Call::new(Method::POST, "/v3/auth/tokens", &[]);
    // Without the catalogue of services, which is long and not needed.
    call.query = vec![("nocatalog", "true".to_owned())];
    call.json = Some(request(region, form));
    let read = |received: &_, token: &_| granted(received, token, region, Some(form), Scope::ProjectName);
    issue(client, call, refusal, read).await
}

pub(super) fn request(region: &str, form: &PasswordSignIn) -> String {
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
