//! The project's desktops as last read: one list per project and cloud user, read in the background.

mod reading;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::desktop::{Desktop, Reading};
use domain::operator::CloudUser;
use domain::time::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::caller::Caller;
use crate::ports::{CallFailure, Clock, Cloud, Credentials};

/// How the catalogue is kept.
#[derive(Clone, Copy, Debug)]
pub struct CatalogueSettings {
    /// How old a list may be before it is read again behind the one that is shown.
    pub max_age: Duration,
    /// How many desktops are read at most; a larger project is refused with a sentence.
    pub max_desktops: u32,
}

/// How long a page waits for a list that is not there yet. The vendor's gateway and every SSO proxy allow more; people
/// do not.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// How long after a reading that gave nothing the next one is tried, unless somebody asks for it.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// How long a list that nobody looks at is kept.
const KEPT_UNUSED: Duration = Duration::from_mins(30);

/// What is known of the project's desktops at this moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The desktops: of the last whole reading, or of the first one as far as it has come.
    pub desktops: Arc<Vec<Desktop>>,
    /// When the last whole reading ended.
    pub read_at: Option<Timestamp>,
    /// Set while it is read: desktops so far, and the cloud's count where it is known.
    pub reading: Option<(u32, Option<u32>)>,
    /// Why the last reading gave nothing.
    pub problem: Option<ListProblem>,
    /// The list moved while it was read, twice.
    pub may_be_incomplete: bool,
}

/// Why a reading gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListProblem {
    /// A call failed; the raw facts.
    Call(CallFailure),
    /// There are more desktops than the configured limit.
    TooMany {
        /// The limit.
        limit: u32,
    },
}

type Key = (String, String);

struct Entry {
    state: watch::Sender<Snapshot>,
    /// Set while the list is read: what runs have read meanwhile. The list may be older, and must not win.
    meanwhile: Mutex<Option<Vec<Reading>>>,
    /// Ends the reading once the list is dropped: nothing may use a token after its sign-out.
    stop: CancellationToken,
    used_at: Mutex<Timestamp>,
    failed_at: Mutex<Option<Timestamp>>,
}

/// All lists of this process.
pub struct Catalogues {
    cloud: Arc<dyn Cloud>,
    credentials: Arc<dyn Credentials>,
    clock: Arc<dyn Clock>,
    settings: CatalogueSettings,
    entries: Mutex<HashMap<Key, Arc<Entry>>>,
}

impl Catalogues {
    /// No list yet.
    pub fn new(
        cloud: Arc<dyn Cloud>,
        credentials: Arc<dyn Credentials>,
        clock: Arc<dyn Clock>,
        settings: CatalogueSettings,
    ) -> Self {
        Self { cloud, credentials, clock, settings, entries: Mutex::default() }
    }

    /// What is known now. Reads behind where the list is too old, and waits for the first one, but never longer than a
    /// second.
    pub async fn show(self: &Arc<Self>, caller: &Caller) -> Snapshot {
        let entry = self.entry(caller);
        let now = self.clock.now();
        if self.is_due(&entry, now) {
            self.read_behind(&entry, caller);
        }
        let mut state = entry.state.subscribe();
        let is_settled = |snapshot: &Snapshot| snapshot.read_at.is_some() || snapshot.reading.is_none();
        // A list that does not come in time is no fault: the page says that it is being read.
        drop(tokio::time::timeout(FIRST_WAIT, state.wait_for(is_settled)).await);
        state.borrow_and_update().clone()
    }

    /// Reads the list anew, behind the one that is shown.
    pub fn refresh(self: &Arc<Self>, caller: &Caller) {
        let entry = self.entry(caller);
        self.read_behind(&entry, caller);
    }

    /// Enters what a run has read into every list of the project.
    pub fn patch(&self, project_id: &str, readings: &[Reading]) {
        let entries: Vec<Arc<Entry>> = {
            let entries = lock(&self.entries);
            entries.iter().filter(|(key, _)| key.0 == project_id).map(|(_, entry)| Arc::clone(entry)).collect()
        };
        for entry in entries {
            let mut meanwhile = lock(&entry.meanwhile);
            if let Some(meanwhile) = meanwhile.as_mut() {
                meanwhile.extend_from_slice(readings);
            }
            entry.state.send_modify(|snapshot| patch(snapshot, readings));
        }
    }

    /// Drops the list of a person who has gone.
    pub fn forget(&self, project_id: &str, user: &CloudUser) {
        if let Some(entry) = lock(&self.entries).remove(&key(project_id, user)) {
            entry.stop.cancel();
        }
    }

    fn entry(&self, caller: &Caller) -> Arc<Entry> {
        let now = self.clock.now();
        let mut entries = lock(&self.entries);
        entries.retain(|_, entry| now.since(*lock(&entry.used_at)) < KEPT_UNUSED);
        let entry = entries.entry(key(&caller.project().id, &caller.access().user)).or_insert_with(|| {
            Arc::new(Entry {
                state: watch::Sender::new(Snapshot::default()),
                stop: CancellationToken::new(),
                used_at: Mutex::new(now),
                failed_at: Mutex::new(None),
                meanwhile: Mutex::default(),
            })
        });
        *lock(&entry.used_at) = now;
        Arc::clone(entry)
    }

    fn is_due(&self, entry: &Entry, now: Timestamp) -> bool {
        if lock(&entry.failed_at).is_some_and(|failed| now.since(failed) < AFTER_FAILURE) {
            return false;
        }
        let snapshot = entry.state.borrow();
        snapshot.problem.is_some() || snapshot.read_at.is_none_or(|read| now.since(read) > self.settings.max_age)
    }

    fn read_behind(self: &Arc<Self>, entry: &Arc<Entry>, caller: &Caller) {
        {
            let mut meanwhile = lock(&entry.meanwhile);
            if meanwhile.is_some() {
                return;
            }
            *meanwhile = Some(Vec::new());
        }
        entry.state.send_modify(|snapshot| snapshot.reading = Some((0, None)));
        let (catalogues, entry, caller) = (Arc::clone(self), Arc::clone(entry), caller.clone());
        tokio::spawn(async move {
            let progress = |so_far: &[Desktop], total: u32| {
                entry.state.send_modify(|snapshot| {
                    snapshot.reading = Some((count(so_far.len()), Some(total)));
                    if snapshot.read_at.is_none() {
                        snapshot.desktops = Arc::new(so_far.to_vec());
                    }
                });
            };
            let limit = catalogues.settings.max_desktops;
            let reading = reading::read_whole(&*catalogues.cloud, caller.access(), limit, progress);
            let Some(whole) = entry.stop.run_until_cancelled(reading).await else { return };
            if matches!(&whole, Err(problem) if problem.ends_the_sign_in()) {
                catalogues.drop_credential(&caller).await;
            }
            let now = catalogues.clock.now();
            *lock(&entry.failed_at) = whole.is_err().then_some(now);
            let mut meanwhile = lock(&entry.meanwhile);
            let patches = meanwhile.take().unwrap_or_default();
            entry.state.send_modify(|snapshot| {
                settle(snapshot, whole, now);
                patch(snapshot, &patches);
            });
        });
    }
}

impl Catalogues {
    /// The cloud takes the token no more, so nothing may try it again; the person is asked to sign in.
    async fn drop_credential(&self, caller: &Caller) {
        if let Err(error) = self.credentials.drop_credential(&caller.credential().id).await {
            tracing::error!(%error, "a credential that the cloud refused could not be dropped");
        }
    }
}

impl ListProblem {
    /// Whether the cloud said that the token is no good.
    fn ends_the_sign_in(&self) -> bool {
        matches!(self, Self::Call(CallFailure::Answered(answer)) if answer.error.status == 401)
    }
}

fn settle(snapshot: &mut Snapshot, whole: Result<reading::Whole, ListProblem>, now: Timestamp) {
    snapshot.reading = None;
    match whole {
        Ok(whole) => {
            *snapshot = Snapshot {
                desktops: Arc::new(whole.desktops),
                read_at: Some(now),
                reading: None,
                problem: None,
                may_be_incomplete: whole.may_be_incomplete,
            };
        }
        Err(problem) => snapshot.problem = Some(problem),
    }
}

fn patch(snapshot: &mut Snapshot, readings: &[Reading]) {
    let touched: HashSet<_> = readings.iter().map(|reading| &reading.id).collect();
    if !snapshot.desktops.iter().any(|desktop| touched.contains(&desktop.id)) {
        return;
    }
    let by_id: HashMap<_, _> = readings.iter().map(|reading| (&reading.id, reading)).collect();
    for desktop in Arc::make_mut(&mut snapshot.desktops) {
        if let Some(reading) = by_id.get(&desktop.id) {
            desktop.in_maintenance = reading.in_maintenance;
            desktop.power = reading.power.clone();
            desktop.session = reading.session.clone();
            desktop.task.clone_from(&reading.task);
        }
    }
}

/// By the cloud user, whose rights decide what the list holds, however many people work as that user.
fn key(project_id: &str, user: &CloudUser) -> Key {
    (project_id.to_owned(), user.id.clone())
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// What a lock guards is whole between statements, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
