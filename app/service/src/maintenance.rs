//! The main job: review what was chosen, confirm it, and see every desktop to its verdict.

mod drive;
mod performing;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::desktop::{Desktop, DesktopId};
use domain::maintenance::Mode;
use domain::maintenance::plan::{Class, Plan, is_stale};
use domain::maintenance::request::{self, Request, RequestText, UntilProblem, UntilText};
use domain::maintenance::run::{Limits, Phase, RECENT, Run};
use domain::selection::{ChoiceError, Selection};
use domain::time::Timestamp;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::audit::{Action, Entry};
use crate::caller::{Caller, ChangingCaller};
use crate::catalogue::Catalogues;
use crate::dice::Dice;
use crate::error::{ServiceError, to_the_end};
use crate::ports::{
    AuditLog, Clock, Cloud, Confirmation, Confirmed, Credentials, Held, RunKey, RunSummary, Runs, StoredRun,
};
use crate::review::Review;
use crate::secret::{Credential, CredentialId};

use drive::Handle;

/// How long after a sign-in ended a run goes on by itself once its operator signs in again.
const GOES_ON_BY_ITSELF: Duration = Duration::from_mins(15);

/// How the main job is done.
#[derive(Clone, Debug)]
pub struct MaintenanceSettings {
    /// The limits of a run.
    pub limits: Limits,
    /// Ids by tick in one request.
    pub selection_limit: usize,
    /// The list under **Reason**.
    pub reasons: Vec<String>,
}

/// What was chosen on the Desktops page.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Which way.
    pub mode: Mode,
    /// Which desktops.
    pub selection: Selection,
    /// How many matched on the page, where all of them were chosen.
    pub matched_when_chosen: Option<u32>,
    /// The query string of the page.
    pub came_from: String,
}

/// A review with what has become of it.
#[derive(Clone, Debug)]
pub struct ShownReview {
    /// The review.
    pub review: Review,
    /// The run that it started.
    pub started: Option<RunKey>,
    /// Desktops of it that other open runs hold.
    pub held: Vec<Held>,
    /// Whether it is too old to be confirmed.
    pub too_old: bool,
}

/// A run with what the caller may do about it.
#[derive(Clone, Debug)]
pub struct ShownRun {
    /// The run.
    pub run: Run,
    /// Its frame.
    pub summary: RunSummary,
    /// Whether the caller may let it go on.
    pub may_continue: bool,
}

/// What the main job needs from the outside.
pub struct MaintenancePorts {
    /// The cloud.
    pub cloud: Arc<dyn Cloud>,
    /// Reviews, runs and claims.
    pub runs: Arc<dyn Runs>,
    /// The runs' own credentials.
    pub credentials: Arc<dyn Credentials>,
    /// The audit.
    pub audit: Arc<dyn AuditLog>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Reviews and runs.
pub struct Maintenance {
    cloud: Arc<dyn Cloud>,
    runs: Arc<dyn Runs>,
    credentials: Arc<dyn Credentials>,
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    dice: Dice,
    catalogues: Arc<Catalogues>,
    settings: MaintenanceSettings,
    drivers: Mutex<HashMap<RunKey, Handle>>,
    puts: Mutex<HashMap<String, Arc<Semaphore>>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Maintenance {
    /// Ties the ports together. `stop` ends the driving of runs: no new call, calls in flight end.
    pub fn new(
        ports: MaintenancePorts,
        dice: Dice,
        catalogues: Arc<Catalogues>,
        settings: MaintenanceSettings,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let MaintenancePorts { cloud, runs, credentials, audit, clock } = ports;
        let (drivers, puts, tasks) = (Mutex::default(), Mutex::default(), TaskTracker::new());
        Arc::new(Self {
            cloud,
            runs,
            credentials,
            audit,
            clock,
            dice,
            catalogues,
            settings,
            drivers,
            puts,
            tasks,
            stop,
        })
    }

    /// The settings.
    pub fn settings(&self) -> &MaintenanceSettings {
        &self.settings
    }

    /// Freezes what was chosen. Makes no call to the cloud.
    ///
    /// # Errors
    /// [`ServiceError::NoCatalogue`] before the list was read once, [`ServiceError::Choice`] where nothing matches,
    /// [`ServiceError::Store`].
    pub async fn review(&self, caller: &ChangingCaller, choice: Choice) -> Result<String, ServiceError> {
        let snapshot = self.catalogues.show(caller).await;
        let read_at = snapshot.read_at.ok_or(ServiceError::NoCatalogue)?;
        let ids = choice.selection.resolve(&snapshot.desktops);
        if ids.is_empty() {
            return Err(ServiceError::Choice(ChoiceError::Nothing));
        }
        let plan = plan(choice.mode, ids, &snapshot.desktops, read_at);
        let review = Review {
            id: self.dice.id(),
            project: caller.project().clone(),
            author: caller.operator().clone(),
            frozen_at: self.clock.now(),
            matched_when_chosen: choice.matched_when_chosen,
            came_from: choice.came_from,
            plan,
        };
        self.runs.keep_review(&review).await?;
        Ok(review.id)
    }

    /// The review, for its author.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Store`].
    pub async fn show_review(&self, caller: &Caller, id: &str) -> Result<ShownReview, ServiceError> {
        let (review, started) = self.own_review(caller, id).await?;
        let ids = claims_of(&review.plan);
        let held = if started.is_some() { Vec::new() } else { self.runs.held(&review.project.id, &ids).await? };
        let too_old = is_stale(review.frozen_at, self.clock.now());
        Ok(ShownReview { review, started, held, too_old })
    }

    /// Makes a review anew from the present list, with the same desktops.
    ///
    /// # Errors
    /// As [`Maintenance::review`] and [`Maintenance::show_review`].
    pub async fn renew(&self, caller: &ChangingCaller, id: &str) -> Result<String, ServiceError> {
        let (review, _) = self.own_review(caller, id).await?;
        self.renew_review(caller, review).await
    }

    /// Confirms a review: writes the run down and starts to drive it. Makes no call to the cloud itself.
    ///
    /// # Errors
    /// [`ServiceError::ReviewTooOld`], [`ServiceError::NothingWouldChange`], [`ServiceError::Fields`],
    /// [`ServiceError::Held`]: nothing was sent. [`ServiceError::NotFound`], [`ServiceError::Store`].
    pub async fn confirm(
        self: &Arc<Self>,
        caller: &ChangingCaller,
        id: &str,
        why: &RequestText,
    ) -> Result<u32, ServiceError> {
        let (maintenance, caller, id, why) = (Arc::clone(self), caller.clone(), id.to_owned(), why.clone());
        to_the_end(async move { maintenance.confirm_whole(&caller, &id, &why).await }).await
    }

    async fn confirm_whole(
        self: &Arc<Self>,
        caller: &ChangingCaller,
        id: &str,
        why: &RequestText,
    ) -> Result<u32, ServiceError> {
        let (review, started) = self.own_review(caller, id).await?;
        if let Some(key) = started {
            self.drive(key.clone());
            return Ok(key.number);
        }
        let now = self.clock.now();
        if is_stale(review.frozen_at, now) {
            let renewed = self.renew_review(caller, review).await?;
            return Err(ServiceError::ReviewTooOld { renewed });
        }
        if review.plan.counts().will_change == 0 {
            return Err(ServiceError::NothingWouldChange);
        }
        let request = self.read_request(why, now)?;
        let confirmation = self.confirmation(caller, review, request, now).await?;
        match self.runs.confirm(&confirmation).await? {
            Confirmed::Started(key) | Confirmed::AlreadyStarted(key) => {
                self.drive(key.clone());
                Ok(key.number)
            }
            Confirmed::Held(held) => Err(ServiceError::Held(held)),
        }
    }

    /// One run as it stands on disk.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Store`].
    pub async fn show_run(&self, caller: &Caller, number: u32) -> Result<ShownRun, ServiceError> {
        let stored = self.stored(caller, number).await?;
        let is_paused = matches!(stored.summary.phase, Phase::Paused(_));
        let run = Run::restore(stored.head, stored.desktops);
        let is_theirs = stored.summary.operator.is_same_person(caller.operator());
        let may_continue = caller.role().may_change() && is_paused && (is_theirs || run.only_reads());
        Ok(ShownRun { run, summary: stored.summary, may_continue })
    }

    /// The project's runs, newest first.
    ///
    /// # Errors
    /// [`ServiceError::Store`]
    pub async fn history(
        &self,
        caller: &Caller,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<RunSummary>, u32), ServiceError> {
        Ok(self.runs.history(&caller.project().id, offset, limit).await?)
    }

    /// Which of the desktops open runs hold, with the frame of each of those runs.
    ///
    /// # Errors
    /// [`ServiceError::Store`]
    pub async fn held(&self, caller: &Caller, ids: &[DesktopId]) -> Result<Vec<Held>, ServiceError> {
        Ok(self.runs.held(&caller.project().id, ids).await?)
    }

    /// Sends nothing more of the run. Any operator of the project may.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::NotNow`] where nothing is left to send, [`ServiceError::Store`].
    pub async fn stop(self: &Arc<Self>, caller: &ChangingCaller, number: u32) -> Result<(), ServiceError> {
        let (maintenance, caller) = (Arc::clone(self), caller.clone());
        to_the_end(async move {
            let stored = maintenance.stored(&caller, number).await?;
            let key = stored.summary.key;
            if !Run::restore(stored.head, stored.desktops).may_stop() {
                return Err(ServiceError::NotNow);
            }
            maintenance.write_down(&caller, number, Action::Stopped).await?;
            maintenance.tell(&key, drive::Command::Stop).await
        })
        .await
    }

    /// Lets a paused run go on with a credential of the caller's: their own run, or one that only reads any more.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::NotNow`] where it is not paused or another person's,
    /// [`ServiceError::Store`].
    pub async fn continue_run(self: &Arc<Self>, caller: &ChangingCaller, number: u32) -> Result<(), ServiceError> {
        let (maintenance, caller) = (Arc::clone(self), caller.clone());
        to_the_end(async move {
            let shown = maintenance.show_run(&caller, number).await?;
            if !shown.may_continue {
                return Err(ServiceError::NotNow);
            }
            maintenance.write_down(&caller, number, Action::Continued).await?;
            maintenance.give_and_resume(&caller, &shown.summary.key).await
        })
        .await
    }

    /// Takes up every run that is not over: at start, before anybody asks.
    ///
    /// # Errors
    /// [`ServiceError::Store`]
    pub async fn take_up_open_runs(self: &Arc<Self>) -> Result<usize, ServiceError> {
        let open = self.runs.open_runs().await?;
        for summary in &open {
            self.drive(summary.key.clone());
        }
        Ok(open.len())
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
            if !is_theirs || summary.phase != Phase::Paused(domain::maintenance::run::Pause::SignIn) {
                continue;
            }
            let Some(stored) = self.runs.run(&summary.key).await? else { continue };
            let paused_at = Run::restore(stored.head, stored.desktops).paused_at();
            if paused_at.is_some_and(|paused| now.since(paused) <= GOES_ON_BY_ITSELF) {
                // One that does not go on keeps none of the others from it.
                if let Err(error) = self.give_and_resume(caller, &summary.key).await {
                    tracing::error!(%error, run = summary.key.number, "a run did not go on by itself");
                }
            }
        }
        Ok(())
    }

    /// Tells the drivers of these runs that their credential is gone.
    pub(crate) async fn forget_credentials(&self, keys: &[RunKey]) {
        for key in keys {
            // One that is not driven any more needs no telling.
            let _ = self.tell(key, drive::Command::SignedOut).await;
        }
    }

    /// Pauses the runs whose credential was taken away beside this process: an administrator ended somebody's sessions.
    ///
    /// # Errors
    /// [`ServiceError::Store`]
    pub async fn notice_lost_credentials(&self) -> Result<(), ServiceError> {
        let open = self.runs.open_runs().await?;
        let lost = open.iter().filter(|run| run.credential.is_none() && !matches!(run.phase, Phase::Paused(_)));
        let keys: Vec<RunKey> = lost.map(|run| run.key.clone()).collect();
        self.forget_credentials(&keys).await;
        Ok(())
    }

    /// Waits until no run is driven any more; `stop` must have been cancelled.
    pub async fn wait_until_still(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn give_and_resume(&self, caller: &Caller, key: &RunKey) -> Result<(), ServiceError> {
        let credential = self.own_credential(caller);
        self.runs.give_credential(key, &credential).await?;
        self.tell(key, drive::Command::Continue(credential.id)).await
    }

    /// A run's own credential: the same token, its own row.
    fn own_credential(&self, caller: &Caller) -> Credential {
        Credential { id: CredentialId(self.dice.id()), ..caller.credential().clone() }
    }

    async fn own_review(&self, caller: &Caller, id: &str) -> Result<(Review, Option<RunKey>), ServiceError> {
        let found = self.runs.review(&caller.project().id, id).await?;
        found.filter(|(review, _)| review.author.is_same_person(caller.operator())).ok_or(ServiceError::NotFound)
    }

    async fn renew_review(&self, caller: &ChangingCaller, review: Review) -> Result<String, ServiceError> {
        let ids = review.plan.desktops.into_iter().map(|desktop| desktop.id).collect();
        let choice = Choice {
            mode: review.plan.mode,
            selection: Selection::Ids(ids),
            matched_when_chosen: review.matched_when_chosen,
            came_from: review.came_from,
        };
        self.review(caller, choice).await
    }

    fn read_request(&self, why: &RequestText, now: Timestamp) -> Result<Request, ServiceError> {
        let moment_of = |until: &UntilText| -> Result<Timestamp, UntilProblem> {
            request::resolve(until, now, self.clock.civil(now).0, |civil| self.clock.moment(civil))
        };
        Request::parse(why, &self.settings.reasons, moment_of).map_err(ServiceError::Fields)
    }

    async fn confirmation(
        &self,
        caller: &Caller,
        review: Review,
        request: Request,
        now: Timestamp,
    ) -> Result<Confirmation, ServiceError> {
        let claims = claims_of(&review.plan);
        let limits = self.settings.limits;
        let since = now.before(RECENT);
        let recently_named: BTreeMap<_, _> = self.runs.recently_named(&review.project.id, &claims, since).await?;
        let mut run = Run::start(&review.plan, limits, &recently_named, request.until, now);
        Ok(Confirmation {
            review_id: review.id,
            project: review.project,
            operator: caller.operator().clone(),
            request,
            changes: run.take_changes(),
            claims,
            credential: self.own_credential(caller),
            at: now,
            from: caller.from().to_owned(),
        })
    }

    async fn stored(&self, caller: &Caller, number: u32) -> Result<StoredRun, ServiceError> {
        let key = RunKey { project_id: caller.project().id.clone(), number };
        self.runs.run(&key).await?.ok_or(ServiceError::NotFound)
    }

    async fn write_down(&self, caller: &Caller, number: u32, action: Action) -> Result<(), ServiceError> {
        let entry = Entry {
            operator: Some(caller.operator().clone()),
            cloud_user: Some(caller.access().user.id.clone()),
            from: Some(caller.from().to_owned()),
            project_id: Some(caller.project().id.clone()),
            run: Some(number),
            ..Entry::new(self.clock.now(), action)
        };
        Ok(self.audit.append(&entry).await?)
    }

    /// At most so many PUTs of one project are under way, however many runs it has.
    fn puts_of(&self, project_id: &str) -> Arc<Semaphore> {
        let mut puts = self.puts.lock().unwrap_or_else(PoisonError::into_inner);
        let places = self.settings.limits.batches_in_flight;
        Arc::clone(puts.entry(project_id.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(places))))
    }
}

/// The desktops that a run of the plan claims: all that were found.
fn claims_of(plan: &Plan) -> Vec<DesktopId> {
    let claimed = plan.desktops.iter().filter(|desktop| desktop.class != Class::NotFound);
    claimed.map(|desktop| desktop.id.clone()).collect()
}

fn plan(mode: Mode, ids: impl IntoIterator<Item = DesktopId>, desktops: &[Desktop], read_at: Timestamp) -> Plan {
    let by_id: HashMap<&DesktopId, &Desktop> = desktops.iter().map(|desktop| (&desktop.id, desktop)).collect();
    Plan::make(mode, ids, |id| by_id.get(id).copied(), read_at)
}
