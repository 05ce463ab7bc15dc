//! How a paused run goes on: by its operator, by another one, or by itself after a sign-in.

use std::sync::Arc;
use std::time::Duration;

use domain::maintenance::run::{Pause, Phase, Run};

use super::{Maintenance, ShownRun, drive};
use crate::audit::Action;
use crate::caller::{Caller, ChangingCaller};
use crate::error::{ServiceError, to_the_end};
use crate::ports::RunKey;

/// How long after a sign-in ended a run goes on by itself once its operator signs in again.
const GOES_ON_BY_ITSELF: Duration = Duration::from_mins(15);

impl Maintenance {
    /// Lets a paused run go on with a credential of the caller's: their own run, or one that only reads any more.
    /// `pause` is the number of the pause that the person has seen.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::NotNow`] where it is not in that pause or another person's,
    /// [`ServiceError::Store`].
    pub async fn continue_run(
        self: &Arc<Self>,
        caller: &ChangingCaller,
        number: u32,
        pause: u32,
    ) -> Result<(), ServiceError> {
        self.go_on(caller, number, pause, Action::Continued, |shown| shown.may_continue).await
    }

    /// Lets somebody else's paused run go on, with a credential of the caller's. `pause` is the number of the pause that
    /// the person has seen.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::NotNow`] where it is not in that pause or the caller's own,
    /// [`ServiceError::Store`].
    pub async fn take_over(
        self: &Arc<Self>,
        caller: &ChangingCaller,
        number: u32,
        pause: u32,
    ) -> Result<(), ServiceError> {
        self.go_on(caller, number, pause, Action::TakenOver, |shown| shown.may_take_over).await
    }

    /// Lets the run go on from that pause, where `may` allows it; `action` is written down first.
    async fn go_on(
        self: &Arc<Self>,
        caller: &ChangingCaller,
        number: u32,
        pause: u32,
        action: Action,
        may: fn(&ShownRun) -> bool,
    ) -> Result<(), ServiceError> {
        let (maintenance, caller) = (Arc::clone(self), caller.clone());
        to_the_end(async move {
            let shown = maintenance.show_run(&caller, number).await?;
            if !may(&shown) || shown.run.pause_number() != Some(pause) {
                return Err(ServiceError::NotNow);
            }
            maintenance.write_down(&caller, number, action).await?;
            maintenance.give_and_resume(&caller, &shown.summary.key, pause).await
        })
        .await
    }

    /// Lets the caller's runs go on that have waited for a sign-in for a short time only. What does not go on by itself
    /// waits for **Continue**; it never keeps anybody from signing in.
    pub(crate) async fn continue_after_sign_in(&self, caller: &Caller) {
        if !caller.role().may_change() {
            return;
        }
        if let Err(error) = self.continue_those_of(caller).await {
            tracing::error!(%error, "a run did not go on by itself after a sign-in");
        }
    }

    async fn continue_those_of(&self, caller: &Caller) -> Result<(), ServiceError> {
        let now = self.clock.now();
        for summary in self.runs.open_runs().await? {
            let is_theirs = summary.project.id == caller.project().id
                && summary.operator.is_same_person(caller.operator())
                && summary.operator.account == caller.operator().account;
            if !is_theirs || summary.phase != Phase::Paused(Pause::SignIn) {
                continue;
            }
            let Some(stored) = self.runs.run(&summary.key).await? else { continue };
            let run = Run::restore(stored.head, stored.desktops);
            let Some(pause) = run.pause_number() else { continue };
            if run.paused_at().is_some_and(|paused| now.since(paused) <= GOES_ON_BY_ITSELF) {
                // One that does not go on keeps none of the others from it.
                if let Err(error) = self.give_and_resume(caller, &summary.key, pause).await {
                    tracing::error!(%error, run = summary.key.number, "a run did not go on by itself");
                }
            }
        }
        Ok(())
    }

    async fn give_and_resume(&self, caller: &Caller, key: &RunKey, pause: u32) -> Result<(), ServiceError> {
        let credential = self.own_credential(caller);
        self.runs.give_credential(key, &credential).await?;
        self.tell(key, drive::Command::Continue { credential: credential.id, pause }).await
    }
}
