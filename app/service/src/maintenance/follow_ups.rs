//! What people do when a run is over: ask again, send the rest, read again, undo.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use domain::desktop::{Desktop, DesktopId};
use domain::maintenance::follow_up::{FollowUp, Origin};
use domain::maintenance::run::Run;

use super::{Beginning, Maintenance};
use crate::audit::Action;
use crate::caller::ChangingCaller;
use crate::error::{ServiceError, to_the_end};
use crate::ports::{Confirmed, Reopening, RunKey};
use crate::review::Review;

/// How often it is looked whether the driver of a run that has just ended is gone.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// How many times that is done: a driver is gone at once, so this only bounds a fault.
const LOOKS: u32 = 400;

impl Maintenance {
    /// Asks again for what a run was refused, in a new run. `attempt` counts the retries of that run that the person has
    /// seen: who presses twice gets one run. One that is still open is given instead of another.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::NotNow`] where nothing is to be retried, [`ServiceError::Held`],
    /// [`ServiceError::Store`].
    pub async fn retry(
        self: &Arc<Self>,
        caller: &ChangingCaller,
        number: u32,
        attempt: u32,
    ) -> Result<u32, ServiceError> {
        self.start_again(caller, number, FollowUp::Retry, attempt).await
    }

    /// Sends what a run has not sent, in a new run; `attempt` as of [`Maintenance::retry`].
    ///
    /// # Errors
    /// As [`Maintenance::retry`].
    pub async fn send_rest(
        self: &Arc<Self>,
        caller: &ChangingCaller,
        number: u32,
        attempt: u32,
    ) -> Result<u32, ServiceError> {
        self.start_again(caller, number, FollowUp::Send, attempt).await
    }

    async fn start_again(
        self: &Arc<Self>,
        caller: &ChangingCaller,
        number: u32,
        kind: FollowUp,
        attempt: u32,
    ) -> Result<u32, ServiceError> {
        let (maintenance, caller) = (Arc::clone(self), caller.clone());
        to_the_end(async move {
            let key = maintenance.follow(&caller, number, kind, attempt).await?;
            let number = key.number;
            maintenance.drive(key);
            Ok(number)
        })
        .await
    }

    async fn follow(
        &self,
        caller: &ChangingCaller,
        number: u32,
        kind: FollowUp,
        attempt: u32,
    ) -> Result<RunKey, ServiceError> {
        let stored = self.stored(caller, number).await?;
        let followed = stored.summary.key;
        let mut followers = self.runs.followers(&followed).await?;
        followers.retain(|follower| follower.kind == kind);
        let seen = usize::try_from(attempt).unwrap_or(usize::MAX);
        let same = followers.iter().find(|follower| follower.is_open).or(followers.get(seen));
        if let Some(same) = same {
            return Ok(RunKey { number: same.number, ..followed });
        }
        let (run, now) = (Run::restore(stored.head, stored.desktops), self.clock.now());
        let (word, plan) = match kind {
            FollowUp::Retry if run.may_retry() > 0 => ("retry", run.retry(now)),
            FollowUp::Send if run.may_send() > 0 => ("send", run.send_not_sent(now)),
            FollowUp::Retry | FollowUp::Send | FollowUp::Undo => return Err(ServiceError::NotNow),
        };
        let beginning = Beginning {
            // Nobody reviews it: what was seen is named in place of the review, and starts one run as a review does.
            review_id: format!("{word}/{}/{number}/{}", followed.project_id, followers.len()),
            project: stored.summary.project,
            plan,
            request: stored.summary.request,
            origin: Some(Origin { kind, run: number }),
        };
        let confirmation = self.confirmation(caller, beginning, now).await?;
        match self.runs.confirm(&confirmation).await? {
            Confirmed::Started(key) | Confirmed::AlreadyStarted(key) => Ok(key),
            Confirmed::Held(held) => Err(ServiceError::Held(held)),
        }
    }

    /// Reads again what is *Unknown*, in the same run, with a credential of the caller's.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::NotNow`] where nothing is unknown or the run is open,
    /// [`ServiceError::Store`].
    pub async fn read_again(self: &Arc<Self>, caller: &ChangingCaller, number: u32) -> Result<(), ServiceError> {
        let (maintenance, caller) = (Arc::clone(self), caller.clone());
        to_the_end(async move {
            let stored = maintenance.stored(&caller, number).await?;
            let key = stored.summary.key;
            let mut run = Run::restore(stored.head, stored.desktops);
            if run.read_again(maintenance.clock.now()) == 0 {
                return Err(ServiceError::NotNow);
            }
            maintenance.until_undriven(&key).await?;
            let reopening = Reopening {
                key: key.clone(),
                changes: run.take_changes(),
                credential: maintenance.own_credential(&caller),
                entry: maintenance.entry(&caller, number, Action::ReadAgain),
            };
            // Where it is open already somebody else was faster: then it is read again, too.
            maintenance.runs.reopen(&reopening).await?;
            maintenance.drive(key);
            Ok(())
        })
        .await
    }

    /// A driver writes the end of its run down a moment before it is gone.
    async fn until_undriven(&self, key: &RunKey) -> Result<(), ServiceError> {
        for _ in 0..LOOKS {
            if !self.drivers.lock().unwrap_or_else(PoisonError::into_inner).contains_key(key) {
                return Ok(());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err(ServiceError::NotNow)
    }

    /// Makes a review of what would undo a run. Makes no call to the cloud.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::NotNow`] where nothing is to be undone,
    /// [`ServiceError::NoCatalogue`], [`ServiceError::Store`].
    pub async fn undo(&self, caller: &ChangingCaller, number: u32) -> Result<String, ServiceError> {
        let stored = self.stored(caller, number).await?;
        let run = Run::restore(stored.head, stored.desktops);
        if run.may_undo() == 0 {
            return Err(ServiceError::NotNow);
        }
        let snapshot = self.catalogues.show(caller).await;
        let read_at = snapshot.read_at.ok_or(ServiceError::NoCatalogue)?;
        let ids: Vec<DesktopId> = run.desktops().iter().map(|desktop| desktop.id.clone()).collect();
        let later = self.runs.named_later(&stored.summary.key, &ids).await?;
        let by_id: HashMap<&DesktopId, &Desktop> =
            snapshot.desktops.iter().map(|desktop| (&desktop.id, desktop)).collect();
        let undo = run.undo(|id| by_id.get(id).copied(), &later, read_at);
        let review = Review {
            id: self.dice.id(),
            project: caller.project().clone(),
            author: caller.operator().clone(),
            frozen_at: self.clock.now(),
            matched_when_chosen: None,
            came_from: String::new(),
            plan: undo.plan,
            origin: Some(Origin { kind: FollowUp::Undo, run: number }),
            left_out: undo.left_out,
        };
        self.runs.keep_review(&review).await?;
        Ok(review.id)
    }
}

/// Which run a review undoes.
pub(super) fn undone(review: &Review) -> Option<u32> {
    review.origin.filter(|origin| origin.kind == FollowUp::Undo).map(|origin| origin.run)
}
