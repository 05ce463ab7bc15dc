//! Ending visits: one's own, one's others, and those that turned out to be somebody else's.

use super::{SignIns, Visit};
use crate::audit::{Action, Entry};
use crate::error::{ServiceError, to_the_end};
use crate::identity::Presence;
use crate::ports::LiveSession;
use crate::secret::CredentialId;

impl SignIns {
    /// Ends a visit: drops all its credentials, those of its runs too; these runs pause. The cloud is asked to end the
    /// tokens; nobody waits for that.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn sign_out(&self, visit: Visit, presence: &Presence) -> Result<(), ServiceError> {
        self.end_because(visit, Action::SignedOut, presence.from.as_ref().to_owned(), None).await
    }

    /// Ends a visit whose identity is missing from a request or has become another person's.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn end_because(
        &self,
        visit: Visit,
        action: Action,
        from: String,
        why: Option<String>,
    ) -> Result<(), ServiceError> {
        let sign_ins = self.clone();
        to_the_end(async move {
            sign_ins.revoke_behind(&visit).await?;
            sign_ins.end(&visit).await?;
            let entry = Entry {
                cloud_user: visit.open.last().map(|open| open.user.id.clone()),
                operator: Some(visit.operator),
                from: Some(from),
                why,
                ..Entry::new(sign_ins.ports.clock.now(), action)
            };
            Ok(sign_ins.ports.audit.append(&entry).await?)
        })
        .await
    }

    /// The person's sessions, the one used last first.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn sessions(&self, visit: &Visit) -> Result<Vec<LiveSession>, ServiceError> {
        Ok(self.ports.sessions.of_person(&visit.operator.issuer, &visit.operator.subject).await?)
    }

    /// Ends one of the person's sessions, with its credentials.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] where it is not theirs or gone already, [`ServiceError::Store`].
    pub async fn end_session(&self, visit: &Visit, sign_in: &str, presence: &Presence) -> Result<(), ServiceError> {
        let theirs = self.sessions(visit).await?;
        if !theirs.iter().any(|session| session.sign_in == sign_in) {
            return Err(ServiceError::NotFound);
        }
        self.end_sign_in(visit, sign_in.to_owned(), presence).await
    }

    /// Ends all of the person's sessions but the one that asks.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn end_other_sessions(&self, visit: &Visit, presence: &Presence) -> Result<(), ServiceError> {
        for session in self.sessions(visit).await? {
            if session.sign_in != visit.sign_in {
                self.end_sign_in(visit, session.sign_in, presence).await?;
            }
        }
        Ok(())
    }

    /// How many open runs pause when the visit is signed out.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn open_runs(&self, visit: &Visit) -> Result<u32, ServiceError> {
        Ok(self.ports.credentials.count_of_sign_in(&visit.sign_in).await?)
    }

    async fn end_sign_in(&self, visit: &Visit, sign_in: String, presence: &Presence) -> Result<(), ServiceError> {
        let (sign_ins, visit, from) = (self.clone(), visit.clone(), presence.from.as_ref().to_owned());
        to_the_end(async move {
            sign_ins.drop_sign_in(&sign_in).await?;
            let entry = Entry {
                operator: Some(visit.operator),
                from: Some(from),
                why: Some(format!("sign-in {sign_in}")),
                ..Entry::new(sign_ins.ports.clock.now(), Action::SessionEnded)
            };
            Ok(sign_ins.ports.audit.append(&entry).await?)
        })
        .await
    }

    pub(super) async fn end(&self, visit: &Visit) -> Result<(), ServiceError> {
        self.drop_sign_in(&visit.sign_in).await?;
        for open in &visit.open {
            self.catalogues.forget(&open.project.id, &open.user);
        }
        Ok(())
    }

    async fn drop_sign_in(&self, sign_in: &str) -> Result<(), ServiceError> {
        let runs = self.ports.credentials.drop_sign_in(sign_in).await?;
        self.ports.sessions.end(sign_in).await?;
        self.maintenance.forget_credentials(&runs).await;
        Ok(())
    }

    /// Has the cloud asked to end the visit's tokens, without waiting: its answer changes nothing.
    async fn revoke_behind(&self, visit: &Visit) -> Result<(), ServiceError> {
        for open in &visit.open {
            let credential = self.ports.credentials.credential(&CredentialId(open.credential.clone())).await?;
            if let Some(credential) = credential {
                let cloud = std::sync::Arc::clone(&self.ports.cloud);
                tokio::spawn(async move { cloud.revoke(&credential.access.token).await });
            }
        }
        Ok(())
    }
}
