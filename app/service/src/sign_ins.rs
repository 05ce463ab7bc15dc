//! Signing in and out, and who may call.

use std::sync::Arc;
use std::time::Duration;

use domain::operator::Operator;
use domain::project::Project;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::{Action, Entry};
use crate::caller::Caller;
use crate::catalogue::Catalogues;
use crate::dice::Dice;
use crate::error::{ServiceError, to_the_end};
use crate::maintenance::Maintenance;
use crate::ports::{AuditLog, Clock, Granted, PasswordSignIn, Runs};
use crate::secret::{Credential, CredentialId};

/// How long before its end a token is used no more, where its life is long enough.
const MARGIN: Duration = Duration::from_mins(1);

/// How long a credential may be used at most, however long the cloud's token lives.
const LIFE: Duration = Duration::from_hours(8);

/// What a session remembers: who the person is and which credentials are theirs. No secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Who.
    pub operator: Operator,
    /// The sign-in, a UUID as text.
    pub sign_in: String,
    /// The projects that are open, the last opened last.
    pub open: Vec<OpenProject>,
}

/// A project that a session has open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenProject {
    /// Which.
    pub project: Project,
    /// The id of its credential.
    pub credential: String,
}

impl Visit {
    /// The open project of that name.
    pub fn project(&self, name: &str) -> Option<&OpenProject> {
        self.open.iter().find(|open| open.project.name == name)
    }
}

/// Sign in, sign out, and the way from a session to a [`Caller`].
#[derive(Clone)]
pub struct SignIns {
    cloud: Arc<dyn crate::ports::Cloud>,
    runs: Arc<dyn Runs>,
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    dice: Dice,
    catalogues: Arc<Catalogues>,
    maintenance: Arc<Maintenance>,
}

impl SignIns {
    /// Ties the ports together.
    pub fn new(
        cloud: Arc<dyn crate::ports::Cloud>,
        runs: Arc<dyn Runs>,
        audit: Arc<dyn AuditLog>,
        clock: Arc<dyn Clock>,
        dice: Dice,
        catalogues: Arc<Catalogues>,
        maintenance: Arc<Maintenance>,
    ) -> Self {
        Self { cloud, runs, audit, clock, dice, catalogues, maintenance }
    }

    /// One password call. The new project joins those of `present` where the same person signed in before; another
    /// person's visit ends. Runs of that person in that project that have waited for a sign-in for at most 15 minutes
    /// go on by themselves.
    ///
    /// # Errors
    /// [`ServiceError::SignIn`], [`ServiceError::Store`].
    pub async fn sign_in(&self, form: PasswordSignIn, present: Option<Visit>) -> Result<Visit, ServiceError> {
        let sign_ins = self.clone();
        to_the_end(async move { sign_ins.sign_in_whole(&form, present).await }).await
    }

    async fn sign_in_whole(&self, form: &PasswordSignIn, present: Option<Visit>) -> Result<Visit, ServiceError> {
        let granted = match self.cloud.sign_in(form).await {
            Ok(granted) => granted,
            Err(error) => {
                self.write_down(None, None, Action::SignInRefused).await?;
                return Err(ServiceError::SignIn(error));
            }
        };
        let visit = match present {
            Some(visit) if visit.operator.is_same_person(&granted.operator) => visit,
            Some(other) => {
                self.end(&other).await?;
                self.fresh_visit(&granted)
            }
            None => self.fresh_visit(&granted),
        };
        let (visit, credential) = self.keep(visit, &granted).await?;
        let project_id = granted.access.project.id.clone();
        self.write_down(Some(granted.operator), Some(project_id), Action::SignedIn).await?;
        self.maintenance.continue_after_sign_in(&Caller::new(credential.clone())).await;
        self.with_project(visit, &credential).await
    }

    /// Ends a visit: drops all its credentials, those of its runs too; these runs pause.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn sign_out(&self, visit: Visit) -> Result<(), ServiceError> {
        let sign_ins = self.clone();
        to_the_end(async move {
            sign_ins.end(&visit).await?;
            sign_ins.write_down(Some(visit.operator), None, Action::SignedOut).await
        })
        .await
    }

    /// The caller behind an open project of a visit.
    ///
    /// # Errors
    /// [`ServiceError::SignedOut`] where the credential is gone, has ended, or is another person's;
    /// [`ServiceError::Store`].
    pub async fn caller(&self, visit: &Visit, open: &OpenProject) -> Result<Caller, ServiceError> {
        let id = CredentialId(open.credential.clone());
        let credential = self.runs.credential(&id).await?.ok_or(ServiceError::SignedOut)?;
        let is_theirs = credential.operator.is_same_person(&visit.operator) && credential.sign_in == visit.sign_in;
        let is_live = credential.ends_at > self.clock.now();
        if is_theirs && is_live { Ok(Caller::new(credential)) } else { Err(ServiceError::SignedOut) }
    }

    async fn end(&self, visit: &Visit) -> Result<(), ServiceError> {
        let runs = self.runs.drop_sign_in(&visit.sign_in).await?;
        self.maintenance.forget_credentials(&runs).await;
        for open in &visit.open {
            self.catalogues.forget(&open.project.id, &visit.operator);
        }
        Ok(())
    }

    /// Keeps the new credential. Where the visit was signed out during the password call, this is a visit of its own.
    async fn keep(&self, visit: Visit, granted: &Granted) -> Result<(Visit, Credential), ServiceError> {
        let credential = self.credential(granted, &visit.sign_in);
        if self.runs.keep_credential(&credential).await? {
            return Ok((visit, credential));
        }
        let visit = self.fresh_visit(granted);
        let credential = self.credential(granted, &visit.sign_in);
        self.runs.keep_credential(&credential).await?;
        Ok((visit, credential))
    }

    fn fresh_visit(&self, granted: &Granted) -> Visit {
        Visit { operator: granted.operator.clone(), sign_in: self.dice.id(), open: Vec::new() }
    }

    fn credential(&self, granted: &Granted, sign_in: &str) -> Credential {
        Credential {
            id: CredentialId(self.dice.id()),
            operator: granted.operator.clone(),
            sign_in: sign_in.to_owned(),
            access: granted.access.clone(),
            ends_at: last_use(granted.issued_at, granted.expires_at, self.clock.now()),
        }
    }

    async fn with_project(&self, mut visit: Visit, credential: &Credential) -> Result<Visit, ServiceError> {
        let project = credential.access.project.clone();
        let (replaced, kept) = visit.open.into_iter().partition(|open| open.project.name == project.name);
        visit.open = kept;
        for open in replaced {
            self.runs.drop_credential(&CredentialId(open.credential)).await?;
        }
        visit.open.push(OpenProject { project, credential: credential.id.0.clone() });
        Ok(visit)
    }

    async fn write_down(
        &self,
        operator: Option<Operator>,
        project_id: Option<String>,
        action: Action,
    ) -> Result<(), ServiceError> {
        let entry = Entry { at: self.clock.now(), operator, project_id, run: None, action };
        Ok(self.audit.append(&entry).await?)
    }
}

/// When a token is used no more: a minute before its end, or a tenth of its life where that is shorter; 8 hours at most.
/// The cloud's own clock may differ from ours, so its life is counted from `now`.
fn last_use(issued_at: Timestamp, expires_at: Timestamp, now: Timestamp) -> Timestamp {
    let life = expires_at.since(issued_at);
    let margin = MARGIN.min(life / 10);
    now.after(life.saturating_sub(margin).min(LIFE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_until_a_minute_before_its_end() {
        let (issued, now) = (Timestamp(0), Timestamp(500));
        assert_eq!(last_use(issued, Timestamp(3_600_000), now), Timestamp(500 + 3_540_000));
    }

    #[test]
    fn a_short_token_keeps_a_tenth_of_its_life() {
        assert_eq!(last_use(Timestamp(0), Timestamp(40_000), Timestamp(0)), Timestamp(36_000));
    }

    #[test]
    fn a_long_token_is_used_for_eight_hours() {
        assert_eq!(last_use(Timestamp(0), Timestamp(86_400_000), Timestamp(0)), Timestamp(28_800_000));
    }
}
