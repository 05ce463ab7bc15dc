//! The end of a token before its time.
//!
//! The vendor does not document the call. Open Telekom Cloud, whose identity service is of the same make, does
//! (<https://github.com/opentelekomcloud-docs/identity-access-management>, `deleting_a_user_token.rst`), so it is tried,
//! and nothing depends on it.

use std::time::Duration;

use http::Method;
use secrecy::SecretString;

use crate::client::{Call, Client, SUBJECT_TOKEN, secret_header};

/// Asks for the token's end, in its own name.
pub(crate) async fn revoke(client: &Client, token: &SecretString, time_limit: Duration) {
    let Some(subject) = secret_header(token) else { return };
    let mut call = Call::new(Method::DELETE, "/v3/auth/tokens", &[]);
    call.token = Some(token);
    call.headers = vec![(SUBJECT_TOKEN, subject)];
    match tokio::time::timeout(time_limit, client.send(call)).await {
        Ok(Ok(received)) => tracing::debug!(status = received.status, "asked the cloud to end a token"),
        Ok(Err(failure)) => tracing::debug!(?failure, "could not ask the cloud to end a token"),
        Err(_elapsed) => tracing::debug!("the cloud took too long to end a token"),
    }
}
