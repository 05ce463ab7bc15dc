//! The main job: review what was chosen, confirm it, and see every desktop to its verdict.

mod drive;
mod follow_ups;
mod pauses;
mod performing;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use domain::desktop::{Desktop, DesktopId};
use domain::maintenance::Mode;
use domain::maintenance::follow_up::Origin;
use domain::maintenance::plan::{Class, Plan, is_stale};
use domain::maintenance::request::{self, Request, RequestText, UntilProblem, UntilText};
use domain::maintenance::run::{Limits, Phase, RECENT, Run, Start};
use domain::project::Project;
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
    AuditLog, Clock, Cloud, Confirmation, Confirmed, Credentials, Follower, Held, RunKey, RunSummary, Runs, StoredRun,
};
use crate::review::Review;
use crate::secret::{Credential, CredentialId};

use drive::Handle;

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
    /// Whether the caller may let it go on although it is somebody else's.
    pub may_take_over: bool,
    /// The runs that follow it, oldest first.
    pub followers: Vec<Follower>,
}

/// What a new run begins with.
struct Beginning {
    review_id: String,
    project: Project,
    plan: Plan,
    request: Request,
    origin: Option<Origin>,
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
            origin: None,
            left_out: Vec::new(),
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
        let Review { id, project, plan, origin, .. } = review;
        let beginning = Beginning { review_id: id, project, plan, request, origin };
        let confirmation = self.confirmation(caller, beginning, now).await?;
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
        let may_take_over = run.may_take_over(&stored.summary.operator, caller.operator(), caller.role());
        let followers = self.runs.followers(&stored.summary.key).await?;
        Ok(ShownRun { run, summary: stored.summary, may_continue, may_take_over, followers })
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

    /// A run's own credential: the same token, its own row.
    fn own_credential(&self, caller: &Caller) -> Credential {
        Credential { id: CredentialId(self.dice.id()), ..caller.credential().clone() }
    }

    async fn own_review(&self, caller: &Caller, id: &str) -> Result<(Review, Option<RunKey>), ServiceError> {
        let found = self.runs.review(&caller.project().id, id).await?;
        found.filter(|(review, _)| review.author.is_same_person(caller.operator())).ok_or(ServiceError::NotFound)
    }

    async fn renew_review(&self, caller: &ChangingCaller, review: Review) -> Result<String, ServiceError> {
        if let Some(run) = follow_ups::undone(&review) {
            return self.undo(caller, run).await;
        }
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
        beginning: Beginning,
        now: Timestamp,
    ) -> Result<Confirmation, ServiceError> {
        let Beginning { review_id, project, plan, request, origin } = beginning;
        let claims = claims_of(&plan);
        let limits = self.settings.limits;
        let since = now.before(RECENT);
        let recently_named: BTreeMap<_, _> = self.runs.recently_named(&project.id, &claims, since).await?;
        let start = Start { plan: &plan, limits, recently_named: &recently_named, until: request.until, origin };
        let mut run = Run::start_as(&start, now);
        Ok(Confirmation {
            review_id,
            project,
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
        Ok(self.audit.append(&self.entry(caller, number, action)).await?)
    }

    fn entry(&self, caller: &Caller, number: u32, action: Action) -> Entry {
        Entry {
            operator: Some(caller.operator().clone()),
            cloud_user: Some(caller.access().user.id.clone()),
            from: Some(caller.from().to_owned()),
            project_id: Some(caller.project().id.clone()),
            run: Some(number),
            ..Entry::new(self.clock.now(), action)
        }
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
