//! Getting a token: by password, or by exchange of an ID token.

use std::sync::Arc;
use std::time::Duration;

use domain::project::{self, Project};
use domain::time::Timestamp;

use super::judging::{last_use, names, nobody, outcome};
use super::{OpenProject, SignIns, Visit};
use crate::audit::{Action, Entry};
use crate::caller::Caller;
use crate::error::{ServiceError, to_the_end};
use crate::identity::Presence;
use crate::ports::{Granted, PasswordSignIn, SignInError, TryKeys};
use crate::secret::{Access, Credential, CredentialId};

/// How long the calls of one sign-in may take together: a request through a single sign-on must not last more than 5 s,
/// and each call alone may take 4. If it is wrong, a slow identity service counts as one that does not answer.
const TOGETHER: Duration = Duration::from_millis(4_500);

/// How long the list of projects may hold up a sign-in by password that works without it: what is left of 4.5 s after a
/// call of 4.
const LIST: Duration = Duration::from_millis(500);

/// A token with what it opens.
struct Opened {
    granted: Granted,
    project: Project,
    may_open: Vec<String>,
}

impl SignIns {
    /// One password call. The new project joins those of `present` where the same person signed in before; another
    /// person's visit ends. Runs of that person in that project that have waited for a sign-in for at most 15 minutes
    /// go on by themselves.
    ///
    /// # Errors
    /// [`ServiceError::SignIn`], [`ServiceError::Store`].
    pub async fn by_password(
        &self,
        form: PasswordSignIn,
        present: Option<Visit>,
        presence: Presence,
    ) -> Result<Visit, ServiceError> {
        let sign_ins = self.clone();
        to_the_end(async move {
            let opened = sign_ins.try_password(&form, &presence).await;
            sign_ins.enter(opened, present, &presence).await
        })
        .await
    }

    /// Exchanges the person's ID token for a token of the cloud and opens a project: the one of that name, else the
    /// region's own, else the first that the cloud names.
    ///
    /// # Errors
    /// [`ServiceError::SignIn`], [`ServiceError::Store`].
    pub async fn by_id_token(
        &self,
        wanted: Option<String>,
        present: Option<Visit>,
        presence: Presence,
    ) -> Result<Visit, ServiceError> {
        let sign_ins = self.clone();
        to_the_end(async move {
            let exchanged = tokio::time::timeout(TOGETHER, sign_ins.exchange(wanted.as_deref(), &presence)).await;
            let opened = exchanged.unwrap_or(Err(SignInError::Unreachable)).map_err(ServiceError::SignIn);
            sign_ins.enter(opened, present, &presence).await
        })
        .await
    }

    /// Whether a person can get a token without a password: the cloud trusts the identity provider, and the person's ID
    /// token is there. Its time may be over.
    pub fn can_exchange(&self, presence: &Presence) -> bool {
        self.settings.exchanges_id_tokens
            && presence.identity.as_ref().is_some_and(|identity| identity.id_token.is_some())
    }

    async fn exchange(&self, wanted: Option<&str>, presence: &Presence) -> Result<Opened, SignInError> {
        let id_token = presence.identity.as_ref().and_then(|identity| identity.id_token.as_ref());
        let id_token = id_token.filter(|_| self.settings.exchanges_id_tokens).ok_or(SignInError::IdTokenOver)?;
        if id_token.is_over(self.ports.clock.now()) {
            return Err(SignInError::IdTokenOver);
        }
        let unscoped = self.ports.cloud.exchange(&id_token.token, None).await?;
        // Here nobody typed a password that could be wrong.
        let projects = self.ports.cloud.projects(&unscoped.token).await.map_err(|error| match error {
            SignInError::Refused => SignInError::IdTokenRefused { code: "401".to_owned() },
            other => other,
        })?;
        let projects = project::of_region(projects, &self.settings.region);
        let chosen = project::to_open(&projects, wanted, &self.settings.region).ok_or(SignInError::NoProject)?;
        if id_token.is_over(self.ports.clock.now()) {
            return Err(SignInError::IdTokenOver);
        }
        let granted = self.ports.cloud.exchange(&id_token.token, Some(&chosen.id)).await?;
        let project = granted.project.clone().ok_or(SignInError::NoProject)?;
        Ok(Opened { granted, project, may_open: names(projects) })
    }

    async fn try_password(&self, form: &PasswordSignIn, presence: &Presence) -> Result<Opened, ServiceError> {
        let keys = TryKeys {
            account: form.account.clone(),
            user: form.user.clone(),
            person: presence.identity.as_ref().map(|who| (who.issuer.clone(), who.subject.clone())),
            peer: presence.peer.map(|peer| peer.to_string()),
        };
        let begun = self.ports.tries.begin(&keys, self.settings.tries, self.ports.clock.now()).await?;
        let try_id = begun.map_err(|until| ServiceError::SignIn(SignInError::Held { until }))?;
        let signed_in = self.ports.cloud.sign_in(form).await;
        self.ports.tries.settle(&try_id, outcome(&signed_in)).await?;
        let granted = signed_in.map_err(ServiceError::SignIn)?;
        let project = granted.project.clone().ok_or(ServiceError::SignIn(SignInError::NoProject))?;
        // The list only fills a field; without it the name is typed.
        let listed = tokio::time::timeout(LIST, self.ports.cloud.projects(&granted.token)).await;
        let listed = listed.ok().and_then(Result::ok).unwrap_or_default();
        let may_open = names(project::of_region(listed, &self.settings.region));
        Ok(Opened { granted, project, may_open })
    }

    /// Turns a token into a visit; what failed is written down.
    async fn enter(
        &self,
        opened: Result<Opened, ServiceError>,
        present: Option<Visit>,
        presence: &Presence,
    ) -> Result<Visit, ServiceError> {
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => {
                if let ServiceError::SignIn(cause) = &error {
                    self.write_down_refusal(cause, presence).await?;
                }
                return Err(error);
            }
        };
        let visit = self.join(present, &opened, presence).await?;
        let action = if visit.open.is_empty() || visit.project(&opened.project.name).is_some() {
            Action::SignedIn
        } else {
            Action::ProjectOpened
        };
        let credential = self.keep(&visit, &opened).await?;
        let entry = Entry {
            operator: Some(visit.operator.clone()),
            cloud_user: Some(opened.granted.user.id.clone()),
            project_id: Some(opened.project.id.clone()),
            from: Some(presence.from.as_ref().to_owned()),
            ..Entry::new(self.ports.clock.now(), action)
        };
        self.ports.audit.append(&entry).await?;
        self.continue_behind(Caller::new(credential.clone(), presence.role, Arc::clone(&presence.from)));
        self.with_project(visit, credential, opened.may_open).await
    }

    /// The visit that the token joins: the one that is there, if it is the same person's; else a fresh one, and the
    /// other person's ends.
    async fn join(&self, present: Option<Visit>, opened: &Opened, presence: &Presence) -> Result<Visit, ServiceError> {
        let operator = presence.operator(&opened.granted.user);
        match present {
            Some(visit) if visit.operator.is_same_person(&operator) => {
                // Pages and forms name a project by its name alone, so one name must be one project.
                match visit.project(&opened.project.name) {
                    Some(open) if open.project.id != opened.project.id => {
                        Err(ServiceError::SignIn(SignInError::NameTaken))
                    }
                    _ => Ok(visit),
                }
            }
            Some(other) => {
                let why = "another person signed in".to_owned();
                self.end_because(other, Action::SignedOut, presence.from.as_ref().to_owned(), Some(why)).await?;
                Ok(self.fresh_visit(opened, presence))
            }
            None => Ok(self.fresh_visit(opened, presence)),
        }
    }

    /// Lets runs go on that wait for this sign-in, behind the answer: a driver may take its time to obey.
    fn continue_behind(&self, caller: Caller) {
        let maintenance = Arc::clone(&self.maintenance);
        tokio::spawn(async move { maintenance.continue_after_sign_in(&caller).await });
    }

    async fn write_down_refusal(&self, cause: &SignInError, presence: &Presence) -> Result<(), ServiceError> {
        let is_held = matches!(cause, SignInError::Held { .. });
        let action = if is_held { Action::SignInHeld } else { Action::SignInRefused };
        let entry = Entry {
            operator: presence.identity.as_ref().map(|_| presence.operator(&nobody())),
            from: Some(presence.from.as_ref().to_owned()),
            why: Some(cause.to_string()),
            ..Entry::new(Timestamp(0), action)
        };
        Ok(self.refusals.note(entry).await?)
    }

    /// Keeps the new credential. A visit that was signed out during the call stays signed out, and the token goes.
    async fn keep(&self, visit: &Visit, opened: &Opened) -> Result<Credential, ServiceError> {
        let credential = self.credential(opened, visit);
        if self.ports.credentials.keep_credential(&credential).await? {
            return Ok(credential);
        }
        let (cloud, token) = (Arc::clone(&self.ports.cloud), opened.granted.token.clone());
        tokio::spawn(async move { cloud.revoke(&token).await });
        Err(ServiceError::SignedOut)
    }

    fn fresh_visit(&self, opened: &Opened, presence: &Presence) -> Visit {
        Visit {
            operator: presence.operator(&opened.granted.user),
            sign_in: self.dice.id(),
            signed_in_at: self.ports.clock.now(),
            open: Vec::new(),
            may_open: Vec::new(),
        }
    }

    fn credential(&self, opened: &Opened, visit: &Visit) -> Credential {
        let Granted { user, token, issued_at, expires_at, .. } = &opened.granted;
        let mut operator = visit.operator.clone();
        operator.account.clone_from(&user.account);
        Credential {
            id: CredentialId(self.dice.id()),
            operator,
            sign_in: visit.sign_in.clone(),
            access: Access { project: opened.project.clone(), user: user.clone(), token: token.clone() },
            ends_at: last_use(*issued_at, *expires_at, self.ports.clock.now()),
        }
    }

    async fn with_project(
        &self,
        mut visit: Visit,
        credential: Credential,
        may_open: Vec<String>,
    ) -> Result<Visit, ServiceError> {
        let Access { project, user, .. } = credential.access;
        let (replaced, kept) = visit.open.into_iter().partition(|open| open.project.name == project.name);
        visit.open = kept;
        for open in replaced {
            self.ports.credentials.drop_credential(&CredentialId(open.credential)).await?;
        }
        visit.open.push(OpenProject { project, credential: credential.id.0, user });
        if !may_open.is_empty() {
            visit.may_open = may_open;
        }
        Ok(visit)
    }
}
