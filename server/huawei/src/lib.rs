//! The adapter for the port [`Cloud`]: Huawei Cloud IAM and Workspace over HTTP.
//!
//! It reports what became of a call and never decides what that means. It never repeats a call, never follows a
//! redirect, and believes nothing about the shape of an answer: every field may be missing, and a bad entry costs
//! that entry alone.

mod client;
mod desktops;
mod error;
mod identity;
mod maintenance;
mod settings;
mod throttle;
mod wire;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use domain::desktop::DesktopId;
use domain::maintenance::outcome::{LookOutcome, PutOutcome, ReadOutcome};
use domain::project::Project;
use http::HeaderValue;
use secrecy::SecretString;
use service::ports::{CallFailure, Cloud, Granted, ListedPage, PasswordSignIn, SignInError};
use service::secret::Access;

use crate::client::Client;
pub use crate::settings::{
    CallLimits, Service, Settings, SettingsError, TimeLimits, default_iam_url, default_workspace_url,
};

/// Huawei Cloud in one region.
pub struct Huawei {
    region: String,
    iam: Client,
    workspace: Client,
    identity_provider: Option<HeaderValue>,
    revoke_limit: Duration,
}

impl Huawei {
    /// Prepares the two clients; no call is made.
    ///
    /// # Errors
    /// [`SettingsError`], by the setting that is wrong.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        settings::check_region(&settings.region)?;
        Ok(Self {
            region: settings.region.clone(),
            iam: Client::new(Service::Iam, settings)?,
            workspace: Client::new(Service::Workspace, settings)?,
            identity_provider: settings::read_identity_provider(settings)?,
            revoke_limit: settings.time_limits.revoke,
        })
    }
}

impl fmt::Debug for Huawei {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The HTTP clients would print the proxy, and with it its password.
        out.debug_struct("Huawei").field("region", &self.region).finish_non_exhaustive()
    }
}

#[async_trait]
impl Cloud for Huawei {
    async fn sign_in(&self, form: &PasswordSignIn) -> Result<Granted, SignInError> {
        identity::sign_in(&self.iam, &self.region, form).await
    }

    async fn exchange(&self, id_token: &SecretString, project_id: Option<&str>) -> Result<Granted, SignInError> {
        let provider = self.identity_provider.as_ref();
        identity::exchange(&self.iam, &self.region, provider, id_token, project_id).await
    }

    async fn projects(&self, token: &SecretString) -> Result<Vec<Project>, SignInError> {
        identity::projects(&self.iam, &self.region, token).await
    }

    async fn revoke(&self, token: &SecretString) {
        identity::revoke(&self.iam, token, self.revoke_limit).await;
    }

    async fn list(&self, access: &Access, offset: u32, limit: u32) -> Result<ListedPage, CallFailure> {
        desktops::list(&self.workspace, access, offset, limit).await
    }

    async fn read(&self, access: &Access, ids: &[DesktopId]) -> ReadOutcome {
        desktops::read(&self.workspace, access, ids).await
    }

    async fn look(&self, access: &Access, id: &DesktopId) -> LookOutcome {
        desktops::look(&self.workspace, access, id).await
    }

    async fn set_maintenance(&self, access: &Access, ids: &[DesktopId], wanted: bool) -> PutOutcome {
        maintenance::set(&self.workspace, access, ids, wanted).await
    }
}
