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

use async_trait::async_trait;
use domain::desktop::DesktopId;
use domain::maintenance::outcome::{LookOutcome, PutOutcome, ReadOutcome};
use domain::project::Project;
use secrecy::SecretString;
use service::ports::{CallFailure, Cloud, Granted, ListedPage, PasswordSignIn, SignInError};
use service::secret::Access;

use crate::client::Client;
pub use crate::settings::{Service, Settings, SettingsError, TimeLimits, default_iam_url, default_workspace_url};

/// Huawei Cloud in one region.
pub struct Huawei {
    region: String,
    iam: Client,
    workspace: Client,
}

impl Huawei {
    /// Prepares the two clients; no call is made.
    ///
    /// # Errors
    /// [`SettingsError`], by the setting that is wrong.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        settings::check_region(&settings.region)?;
        let limits = &settings.time_limits;
        Ok(Self {
            region: settings.region.clone(),
            iam: Client::new(Service::Iam, &settings.iam_url, settings, limits.sign_in)?,
            workspace: Client::new(Service::Workspace, &settings.workspace_url, settings, limits.call)?,
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

    async fn exchange(&self, _id_token: &SecretString, _project_id: Option<&str>) -> Result<Granted, SignInError> {
        Err(SignInError::Unreachable)
    }

    async fn projects(&self, _token: &SecretString) -> Result<Vec<Project>, SignInError> {
        Err(SignInError::Unreachable)
    }

    async fn revoke(&self, _token: &SecretString) {}

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
