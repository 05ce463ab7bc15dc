//! The loop around a run: ask it what to do, write that down, do it, tell it what came of it, write that down.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use domain::maintenance::outcome::{LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use domain::maintenance::run::{Call, Outcome, Pause, Phase, RECENT, Resumed, Retaken, Run, Step, StepId};
use domain::time::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Maintenance;
use super::performing::{perform, readings};
use crate::error::ServiceError;
use crate::ports::{RunKey, StoreError};
use crate::secret::{Credential, CredentialId};

/// How long after a save that failed the next one is tried. Nothing is sent meanwhile.
const AFTER_FAILED_SAVE: Duration = Duration::from_secs(1);

/// How long who asks something of a run waits for its driver.
const ANSWER_IN: Duration = Duration::from_secs(3);

/// What a person asks of a run that is being driven.
#[derive(Debug)]
pub(super) enum Command {
    /// Send nothing more.
    Stop,
    /// Go on from the pause of that number, with the credential of that id: it is read when the command is obeyed, so
    /// that one which was dropped meanwhile opens nothing.
    Continue {
        /// The credential.
        credential: CredentialId,
        /// The pause that the person has seen.
        pause: u32,
    },
    /// The credential is gone.
    SignedOut,
}

/// The way to a driver.
#[derive(Clone, Debug)]
pub(super) struct Handle(mpsc::Sender<(Command, oneshot::Sender<bool>)>);

/// A run's place among those that are driven; given up however its driver ends.
struct Seat {
    maintenance: Arc<Maintenance>,
    key: RunKey,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.maintenance.drivers.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl Maintenance {
    /// Drives a run until it is over. A run that is driven already stays with its driver.
    pub(super) fn drive(self: &Arc<Self>, key: RunKey) {
        let (sender, commands) = mpsc::channel(8);
        {
            let mut drivers = self.drivers.lock().unwrap_or_else(PoisonError::into_inner);
            if drivers.contains_key(&key) {
                return;
            }
            drivers.insert(key.clone(), Handle(sender));
        }
        let seat = Seat { maintenance: Arc::clone(self), key };
        self.tasks.spawn(async move { seat.maintenance.drive_to_the_end(&seat.key, commands).await });
    }

    /// Passes a command on. One that the driver has not come to in time counts as taken: it will.
    ///
    /// # Errors
    /// [`ServiceError::NotNow`] where the run is not driven, or where the command has no effect.
    pub(super) async fn tell(&self, key: &RunKey, command: Command) -> Result<(), ServiceError> {
        let handle = self.drivers.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        let Some(Handle(commands)) = handle else { return Err(ServiceError::NotNow) };
        let (answer, done) = oneshot::channel();
        commands.try_send((command, answer)).map_err(|_| ServiceError::NotNow)?;
        match tokio::time::timeout(ANSWER_IN, done).await {
            Ok(Ok(true)) | Err(_) => Ok(()),
            Ok(_) => Err(ServiceError::NotNow),
        }
    }

    async fn drive_to_the_end(
        self: &Arc<Self>,
        key: &RunKey,
        mut commands: mpsc::Receiver<(Command, oneshot::Sender<bool>)>,
    ) {
        let Some(mut driver) = Driver::take_up(self, key).await else { return };
        while driver.run.is_open() {
            if self.stop.is_cancelled() && driver.in_flight.is_empty() {
                return;
            }
            if !self.stop.is_cancelled() {
                driver.check_credential().await;
                driver.give_up_claims().await;
                driver.start_what_is_due().await;
            }
            let wake = driver.wake();
            tokio::select! {
                Some((command, answer)) = commands.recv() => {
                    let took_effect = driver.obey(command).await;
                    // Who asked may have gone; the command holds all the same.
                    let _ = answer.send(took_effect);
                }
                Some(first) = driver.in_flight.join_next_with_id(), if !driver.in_flight.is_empty() => {
                    driver.record_what_came(first).await;
                }
                () = sleep_for(wake), if !self.stop.is_cancelled() => {}
                () = self.stop.cancelled(), if !self.stop.is_cancelled() => {}
            }
        }
        tracing::info!(project_id = %key.project_id, run = key.number, counts = ?driver.run.counts(), "run {} is over", key.number);
    }
}

type Came = Result<(tokio::task::Id, (StepId, Outcome)), tokio::task::JoinError>;

struct Driver<'m> {
    maintenance: &'m Arc<Maintenance>,
    key: &'m RunKey,
    run: Run,
    credential: Option<Credential>,
    in_flight: JoinSet<(StepId, Outcome)>,
    /// What is recorded of each call where its task breaks off.
    broken_off: HashMap<tokio::task::Id, (StepId, Outcome)>,
    /// Cancelled when nothing more may be sent: calls that wait for a place do not go out.
    sending: CancellationToken,
}

impl<'m> Driver<'m> {
    /// Loads the run. Calls that a stopped process left without an answer count as interrupted.
    async fn take_up(maintenance: &'m Arc<Maintenance>, key: &'m RunKey) -> Option<Self> {
        let stored = loop {
            match maintenance.runs.run(key).await {
                Ok(found) => break found?,
                Err(error @ StoreError::Unreadable { .. }) => {
                    tracing::error!(run = key.number, %error, "run {} is not driven", key.number);
                    return None;
                }
                Err(error) => {
                    tracing::error!(run = key.number, error = chain(&error), "run {} cannot be read", key.number);
                    tokio::select! {
                        () = tokio::time::sleep(AFTER_FAILED_SAVE) => {}
                        () = maintenance.stop.cancelled() => return None,
                    }
                }
            }
        };
        let mut run = Run::restore(stored.head, stored.desktops);
        if !run.is_open() {
            return None;
        }
        run.interrupt(maintenance.clock.now());
        let (in_flight, broken_off) = (JoinSet::new(), HashMap::new());
        let sending = maintenance.stop.child_token();
        let mut driver = Self { maintenance, key, run, credential: None, in_flight, broken_off, sending };
        driver.save().await;
        if let Some(id) = &stored.summary.credential {
            driver.credential = driver.find_credential(id).await;
        }
        Some(driver)
    }

    fn now(&self) -> Timestamp {
        self.maintenance.clock.now()
    }

    /// The credential of that id; a database that fails for a moment is no sign-out.
    async fn find_credential(&self, id: &CredentialId) -> Option<Credential> {
        loop {
            match self.maintenance.credentials.credential(id).await {
                Ok(found) => return found,
                Err(error) => {
                    tracing::error!(run = self.key.number, error = chain(&error), "a credential cannot be read");
                }
            }
            tokio::select! {
                () = tokio::time::sleep(AFTER_FAILED_SAVE) => {}
                () = self.maintenance.stop.cancelled() => return None,
            }
        }
    }

    /// A run whose credential is gone or has ended waits for its operator.
    async fn check_credential(&mut self) {
        let now = self.now();
        let is_live = self.credential.as_ref().is_some_and(|credential| credential.ends_at > now);
        if !is_live && !matches!(self.run.phase(), Phase::Paused(_)) {
            self.credential = None;
            self.sending.cancel();
            self.run.pause_for_sign_in(now);
            self.save().await;
        }
    }

    /// Steps due together are on disk before any of them is performed.
    async fn start_what_is_due(&mut self) {
        let now = self.now();
        let steps = self.run.next_steps(now);
        let Some(credential) = self.credential.clone().filter(|_| !steps.is_empty()) else { return };
        self.run.begin(&steps, now);
        if !self.save().await {
            return;
        }
        for Step { id, call } in steps {
            let maintenance = Arc::clone(self.maintenance);
            let access = credential.access.clone();
            let puts = maintenance.puts_of(&self.key.project_id);
            let interrupted = interrupted(&call);
            let sending = self.sending.clone();
            let task = self.in_flight.spawn(async move {
                // The semaphore is never closed; without a place the call goes out all the same.
                let _place = match &call {
                    Call::Put { .. } => tokio::select! {
                        biased;
                        () = sending.cancelled() => return (id, Outcome::Put(PutOutcome::NotSentOut)),
                        place = puts.acquire() => place.ok(),
                    },
                    Call::Read { .. } | Call::Look { .. } => None,
                };
                (id, perform(&*maintenance.cloud, &access, &call).await)
            });
            self.broken_off.insert(task.id(), (id, interrupted));
        }
    }

    /// Answers that are there together are written down in one commit.
    async fn record_what_came(&mut self, first: Came) {
        let mut next = Some(first);
        while let Some(came) = next {
            match came {
                Ok((task, (step, outcome))) => {
                    self.broken_off.remove(&task);
                    self.record(step, outcome);
                }
                Err(error) => {
                    tracing::error!(run = self.key.number, %error, "a call broke off");
                    if let Some((step, outcome)) = self.broken_off.remove(&error.id()) {
                        self.record(step, outcome);
                    }
                }
            }
            next = self.in_flight.try_join_next_with_id();
        }
        self.save().await;
        self.drop_refused_credential().await;
    }

    /// The cloud took the token no more, so nothing may try it again.
    async fn drop_refused_credential(&mut self) {
        if self.run.phase() != Phase::Paused(Pause::SignIn) {
            return;
        }
        let Some(credential) = self.credential.take() else { return };
        if let Err(error) = self.maintenance.credentials.drop_credential(&credential.id).await {
            tracing::error!(run = self.key.number, error = chain(&error), "a refused credential could not be dropped");
        }
    }

    fn record(&mut self, step: StepId, outcome: Outcome) {
        self.maintenance.catalogues.patch(&self.key.project_id, readings(&outcome));
        self.run.record(step, outcome, self.now(), self.maintenance.dice.throw());
        if matches!(self.run.phase(), Phase::Paused(_)) {
            self.sending.cancel();
        }
    }

    async fn obey(&mut self, command: Command) -> bool {
        let now = self.now();
        let took_effect = match command {
            Command::Stop => {
                let may_stop = self.run.may_stop();
                self.run.stop(now);
                self.sending.cancel();
                may_stop
            }
            Command::Continue { credential, pause } => self.go_on(&credential, pause).await,
            Command::SignedOut => {
                self.credential = None;
                self.sending.cancel();
                self.run.pause_for_sign_in(now);
                true
            }
        };
        self.save().await;
        took_effect
    }

    /// Goes on, where the run is still in that pause. What it gave up in it is claimed again first, as far as it is free.
    async fn go_on(&mut self, credential: &CredentialId, pause: u32) -> bool {
        if self.run.pause_number() != Some(pause) {
            return false;
        }
        let Some(credential) = self.find_credential(credential).await else { return false };
        let now = self.now();
        let Some(retaken) = self.take_claims_again(now).await else { return false };
        if self.run.resume_with(pause, &retaken, now) == Resumed::NotThisPause {
            return false;
        }
        self.credential = Some(credential);
        self.sending = self.maintenance.stop.child_token();
        true
    }

    /// `None` where the database fails: the person may try again.
    async fn take_claims_again(&self, now: Timestamp) -> Option<Retaken> {
        let wanted = self.run.wants_claims(now);
        if wanted.is_empty() {
            return Some(Retaken::default());
        }
        let runs = &self.maintenance.runs;
        let asked = async {
            let held = runs.take_claims(self.key, &wanted).await?;
            let recently_named = runs.recently_named(&self.key.project_id, &wanted, now.before(RECENT)).await?;
            let taken = held.into_iter().map(|held| (held.desktop, held.run)).collect();
            Ok::<_, StoreError>(Retaken { taken, recently_named })
        };
        match asked.await {
            Ok(retaken) => Some(retaken),
            Err(error) => {
                tracing::error!(run = self.key.number, error = chain(&error), "claims could not be taken again");
                None
            }
        }
    }

    /// After a long pause others may have what no call of this run has named.
    async fn give_up_claims(&mut self) {
        if !self.run.give_up(self.now()).is_empty() {
            self.save().await;
        }
    }

    /// How long there is nothing to do unless something happens; `None` for ever.
    fn wake(&self) -> Option<Duration> {
        let now = self.now();
        let run = self.run.wake_at(now);
        let otherwise = match self.run.phase() {
            Phase::Paused(_) => self.run.gives_up_at(),
            _ => self.credential.as_ref().map(|credential| credential.ends_at),
        };
        let wake = run.into_iter().chain(otherwise).min()?;
        Some(wake.since(now))
    }

    /// Saves until it succeeds: what is not on disk is not done, and nothing is sent meanwhile. `false` where Drydock is
    /// told to stop first.
    async fn save(&mut self) -> bool {
        let changes = self.run.take_changes();
        loop {
            let at = self.now();
            match self.maintenance.runs.save(self.key, &changes, at).await {
                Ok(()) => return true,
                Err(error) => {
                    tracing::error!(
                        run = self.key.number,
                        error = chain(&error),
                        "run {} cannot be saved",
                        self.key.number
                    );
                }
            }
            tokio::select! {
                () = tokio::time::sleep(AFTER_FAILED_SAVE) => {}
                () = self.maintenance.stop.cancelled() => return false,
            }
        }
    }
}

/// What is recorded of a call whose task broke off: it left, or may have left.
fn interrupted(call: &Call) -> Outcome {
    match call {
        Call::Put { .. } => Outcome::Put(PutOutcome::NoAnswer(NoAnswer::Interrupted)),
        Call::Read { .. } => Outcome::Read(ReadOutcome::NoAnswer(NoAnswer::ConnectionLost)),
        Call::Look { .. } => Outcome::Look(LookOutcome::NoAnswer(NoAnswer::ConnectionLost)),
    }
}

async fn sleep_for(duration: Option<Duration>) {
    match duration {
        Some(duration) => tokio::time::sleep(duration).await,
        None => pending().await,
    }
}

/// An error with its sources, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
