//! One project of the simulated cloud: its desktops, its pools and jobs, its faults, its record of calls.

mod job;
mod pool;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Deserialize;

use crate::{clock::Moment, desktop::Desktop, fault::Faults, latency::Latency, record::Record};

pub(crate) use job::Job;
pub(crate) use pool::Pool;

/// No project keeps more jobs than this; the oldest go first.
const KEPT_JOBS: usize = 1_000;

/// Whether the Workspace service works in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Workspace {
    /// It works.
    #[default]
    Ok,
    /// Every call is refused with 403 `WKS.00010099`.
    Disabled403,
    /// Every call is refused with 400 `WKS.00170117`.
    Missing400,
    /// Both lists are refused with 403; the other calls work.
    MayNotList,
    /// The tenant has been closed: its status says so, every other call is refused with 403 `WKS.00010099`.
    Closed,
}

/// A project.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The name of the account that it belongs to.
    pub(crate) account: String,
    /// How long its tokens live.
    pub(crate) token_ttl: Duration,
    state: Mutex<State>,
}

/// What changes in a project. Nobody sleeps while holding it.
#[derive(Debug)]
pub(crate) struct State {
    /// By computer name, then by id.
    desktops: Vec<Desktop>,
    positions: HashMap<String, usize>,
    /// In the order in which their first desktops were found.
    pools: Vec<Pool>,
    jobs: VecDeque<Job>,
    pub(crate) workspace: Workspace,
    /// Waits before the project's calls.
    pub(crate) latency: Latency,
    /// The length of its tokens in bytes, where it is not that of the cloud.
    pub(crate) token_bytes: Option<usize>,
    /// How long a change of the flag stays invisible to readers.
    pub(crate) lag: Duration,
    pub(crate) faults: Faults,
    pub(crate) record: Record,
}

impl Project {
    /// A project with these desktops, in which everything works.
    pub(crate) fn new(id: String, name: String, account: String, token_ttl: Duration, desktops: Vec<Desktop>) -> Self {
        let mut state = State {
            desktops,
            positions: HashMap::new(),
            pools: Vec::new(),
            jobs: VecDeque::new(),
            workspace: Workspace::Ok,
            latency: Latency::default(),
            token_bytes: None,
            lag: Duration::ZERO,
            faults: Faults::default(),
            record: Record::default(),
        };
        state.arrange();
        Self { id, name, account, token_ttl, state: Mutex::new(state) }
    }

    /// The changing part, locked.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// All desktops, by computer name.
    pub(crate) fn desktops(&self) -> &[Desktop] {
        &self.desktops
    }

    /// Where a desktop stands in [`Self::desktops`].
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The desktop with this id.
    pub(crate) fn desktop(&self, id: &str) -> Option<&Desktop> {
        self.position(id).map(|position| &self.desktops[position])
    }

    /// Sets the flag of a desktop; readers see it after `lag`. False when there is no such desktop.
    pub(crate) fn set_flag(&mut self, id: &str, value: bool, now: Moment, lag: Duration) -> bool {
        let Some(position) = self.position(id) else {
            return false;
        };
        self.desktops[position].flag.set(value, now, now.after(lag));
        true
    }

    /// Nobody is on this desktop any more.
    pub(crate) fn log_off(&mut self, id: &str) {
        if let Some(position) = self.position(id) {
            let session = &mut self.desktops[position].session;
            if matches!(session.as_deref(), Some("CONNECTED" | "DISCONNECTED")) {
                *session = Some("REGISTERED".into());
            }
        }
    }

    /// All pools.
    pub(crate) fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// The pool with this id.
    pub(crate) fn pool(&mut self, id: &str) -> Option<&mut Pool> {
        self.pools.iter_mut().find(|pool| pool.id == id)
    }

    /// The kept jobs, oldest first.
    pub(crate) fn jobs(&self) -> &VecDeque<Job> {
        &self.jobs
    }

    /// One more job.
    pub(crate) fn start(&mut self, job: Job) {
        if self.jobs.len() >= KEPT_JOBS {
            self.jobs.pop_front();
        }
        self.jobs.push_back(job);
    }

    /// One more desktop.
    pub(crate) fn add(&mut self, desktop: Desktop) {
        self.desktops.push(desktop);
        self.arrange();
    }

    /// Takes a desktop out of the project. False when there is no such desktop.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let Some(position) = self.position(id) else {
            return false;
        };
        self.desktops.remove(position);
        self.arrange();
        true
    }

    fn arrange(&mut self) {
        self.desktops.sort_by(|left, right| (&left.computer_name, &left.id).cmp(&(&right.computer_name, &right.id)));
        self.positions =
            self.desktops.iter().enumerate().map(|(position, desktop)| (desktop.id.clone(), position)).collect();
        let known: HashSet<String> = self.pools.iter().map(|pool| pool.id.clone()).collect();
        let mut found = known.iter().map(String::as_str).collect::<HashSet<_>>();
        for id in self.desktops.iter().filter_map(|desktop| desktop.pool_id.as_deref()) {
            if found.insert(id) {
                self.pools.push(Pool::new(id, self.pools.len()));
            }
        }
    }
}
