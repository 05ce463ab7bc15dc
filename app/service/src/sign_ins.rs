//! Signing in and out, and who may call.

mod entering;
mod judging;
mod leaving;

use std::sync::Arc;

use domain::operator::{CloudUser, Operator};
use domain::project::Project;
use domain::role::Role;
use domain::time::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::audit::{Action, Entry, Line};
use crate::caller::{Caller, ChangingCaller};
use crate::catalogue::Catalogues;
use crate::dice::Dice;
use crate::error::ServiceError;
use crate::identity::Presence;
use crate::maintenance::Maintenance;
use crate::ports::{AuditLog, Clock, Cloud, Credentials, LiveSessions, PasswordSignIn, SignInTries, TryLimits};
use crate::refusals::Refusals;
use crate::secret::CredentialId;

/// What a session remembers: who the person is and which credentials are theirs. No secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Who.
    pub operator: Operator,
    /// The sign-in, a UUID as text.
    pub sign_in: String,
    /// When they signed in.
    pub signed_in_at: Timestamp,
    /// The projects that are open, the last opened last.
    pub open: Vec<OpenProject>,
    /// The names of the projects that the person may open, as the cloud named them at the last sign-in.
    pub may_open: Vec<String>,
}

/// A project that a session has open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenProject {
    /// Which.
    pub project: Project,
    /// The id of its credential.
    pub credential: String,
    /// The cloud user as whom it is open.
    pub user: CloudUser,
}

impl Visit {
    /// The open project of that name.
    pub fn project(&self, name: &str) -> Option<&OpenProject> {
        self.open.iter().find(|open| open.project.name == name)
    }

    /// Whether the visit is that of the person whom the single sign-on names. Without one in front, every visit is its
    /// session's own.
    pub fn is_of(&self, presence: &Presence) -> bool {
        presence.identity.as_ref().is_none_or(|identity| identity.is(&self.operator))
    }
}

impl OpenProject {
    /// The password call that opens another project as the same cloud user.
    pub fn password_form(&self, project: &str, password: SecretString) -> PasswordSignIn {
        let (account, user) = (self.user.account.clone(), self.user.name.clone());
        PasswordSignIn { account, user, password, project: Some(project.to_owned()) }
    }
}

/// How people sign in.
#[derive(Clone, Debug)]
pub struct SignInSettings {
    /// The region, whose own project is named like it.
    pub region: String,
    /// Whether the cloud trusts the identity provider, so that an ID token takes the place of a password.
    pub exchanges_id_tokens: bool,
    /// How many sign-ins may fail.
    pub tries: TryLimits,
}

/// What signing in needs from the outside.
#[derive(Clone)]
pub struct SignInPorts {
    /// The cloud.
    pub cloud: Arc<dyn Cloud>,
    /// Credentials.
    pub credentials: Arc<dyn Credentials>,
    /// The audit.
    pub audit: Arc<dyn AuditLog>,
    /// Failed sign-ins.
    pub tries: Arc<dyn SignInTries>,
    /// Sessions.
    pub sessions: Arc<dyn LiveSessions>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Sign in, sign out, and the way from a session to a [`Caller`].
#[derive(Clone)]
pub struct SignIns {
    ports: SignInPorts,
    dice: Dice,
    catalogues: Arc<Catalogues>,
    maintenance: Arc<Maintenance>,
    refusals: Refusals,
    settings: SignInSettings,
}

impl SignIns {
    /// Ties the ports together.
    pub fn new(
        ports: SignInPorts,
        dice: Dice,
        catalogues: Arc<Catalogues>,
        maintenance: Arc<Maintenance>,
        settings: SignInSettings,
    ) -> Self {
        let refusals = Refusals::new(Arc::clone(&ports.audit), Arc::clone(&ports.clock));
        Self { ports, dice, catalogues, maintenance, refusals, settings }
    }

    /// Where the HTTP edge writes down what it refuses.
    pub fn refusals(&self) -> Refusals {
        self.refusals.clone()
    }

    /// The caller behind an open project of a visit.
    ///
    /// # Errors
    /// [`ServiceError::SignedOut`] where the credential is gone, has ended, or is another person's;
    /// [`ServiceError::Store`].
    pub async fn caller(&self, visit: &Visit, open: &OpenProject, presence: &Presence) -> Result<Caller, ServiceError> {
        let id = CredentialId(open.credential.clone());
        let credential = self.ports.credentials.credential(&id).await?.ok_or(ServiceError::SignedOut)?;
        let is_theirs = visit.is_of(presence)
            && credential.operator.is_same_person(&visit.operator)
            && credential.sign_in == visit.sign_in;
        let is_live = credential.ends_at > self.ports.clock.now();
        if is_theirs && is_live {
            Ok(Caller::new(credential, presence.role, Arc::clone(&presence.from)))
        } else {
            Err(ServiceError::SignedOut)
        }
    }

    /// The caller, where their role lets them change something; else what they wanted is written down.
    ///
    /// # Errors
    /// [`ServiceError::NeedsRole`], [`ServiceError::Store`].
    pub async fn changing(&self, caller: Caller, asked_for: &'static str) -> Result<ChangingCaller, ServiceError> {
        let line = refused_to(&caller, asked_for);
        match ChangingCaller::of(caller) {
            Ok(caller) => Ok(caller),
            Err(error) => {
                self.refusals.note(line).await?;
                Err(error)
            }
        }
    }

    /// The audit of the caller's project and of what concerns none, newest first, and how many lines there are.
    ///
    /// # Errors
    /// [`ServiceError::NeedsRole`] for whoever is no lead, [`ServiceError::Store`].
    pub async fn audit_lines(
        &self,
        caller: &Caller,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<Line>, u32), ServiceError> {
        if !caller.role().may_see_audit() {
            self.refusals.note(refused_to(caller, "audit")).await?;
            return Err(ServiceError::NeedsRole(Role::Lead));
        }
        Ok(self.ports.audit.lines(&caller.project().id, offset, limit).await?)
    }
}

/// The line about what a caller's role does not allow.
fn refused_to(caller: &Caller, asked_for: &str) -> Entry {
    Entry {
        operator: Some(caller.operator().clone()),
        cloud_user: Some(caller.access().user.id.clone()),
        from: Some(caller.from().to_owned()),
        project_id: Some(caller.project().id.clone()),
        why: Some(asked_for.to_owned()),
        ..Entry::new(Timestamp(0), Action::NotPermitted)
    }
}
