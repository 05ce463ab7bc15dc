//! The whole simulated cloud: accounts, users, projects and tokens.

mod directory;
mod keys;
mod token;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    clock::{Moment, now},
    fault::{Fault, Faults, Operation},
    latency::Latency,
    project::Project,
    provider::Provider,
    record::Record,
};

use directory::Directory;
pub(crate) use directory::{Denied, Proof, User};
use keys::Keys;
pub(crate) use keys::Unsigned;
pub(crate) use token::{Admission, Federation, Token, Tokens};

/// The region of the simulated cloud, and the name of its default project.
pub(crate) const REGION: &str = "ap-southeast-3";
/// Everything that both addresses share.
#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) started: Moment,
    pub(crate) seed: u64,
    pub(crate) token_ttl: Duration,
    /// The base address that the catalogue names.
    pub(crate) url: String,
    pub(crate) down: AtomicBool,
    /// The length of tokens, where a project has none of its own.
    pub(crate) token_bytes: AtomicUsize,
    pub(crate) tokens: RwLock<Tokens>,
    /// How many seconds the clock that signatures are checked by is fast.
    pub(crate) clock_off_by: AtomicI64,
    keys: Mutex<Keys>,
    /// Waits before every call, on top of a project's own.
    latency: Mutex<Latency>,
    /// Faults of no particular project.
    faults: Mutex<Faults>,
    providers: RwLock<HashMap<String, Arc<Provider>>>,
    directory: RwLock<Directory>,
    unplaced: Mutex<Record>,
    made: AtomicU64,
}

impl Cloud {
    /// A cloud without accounts.
    pub(crate) fn new(seed: u64, token_ttl: Duration, url: String) -> Self {
        Self {
            started: now(),
            seed,
            token_ttl,
            url,
            down: AtomicBool::new(false),
            token_bytes: AtomicUsize::new(4_096),
            tokens: RwLock::default(),
            clock_off_by: AtomicI64::new(0),
            keys: Mutex::default(),
            latency: Mutex::default(),
            faults: Mutex::default(),
            providers: RwLock::default(),
            directory: RwLock::default(),
            unplaced: Mutex::default(),
            made: AtomicU64::new(0),
        }
    }

    /// Calls that belong to no known project.
    pub(crate) fn unplaced(&self) -> MutexGuard<'_, Record> {
        self.unplaced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits before the calls of all projects and of none.
    pub(crate) fn latency(&self) -> MutexGuard<'_, Latency> {
        self.latency.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Faults that befall the next call of their kind, whatever its project.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long a call waits before it is performed.
    pub(crate) fn wait(&self, project: Option<&Project>, operation: Operation) -> Duration {
        let own = project.map_or(Duration::ZERO, |project| project.state().latency.of(operation));
        own + self.latency().of(operation)
    }

    /// The fault that befalls a call: one of its project, else one of no particular project.
    pub(crate) fn take_fault(&self, project: Option<&Project>, operation: Operation) -> Option<Fault> {
        let own = project.and_then(|project| project.state().faults.take(operation));
        own.or_else(|| self.faults().take(operation))
    }

    /// How long the text of a token is, in bytes.
    pub(crate) fn token_bytes(&self, project: Option<&Project>) -> usize {
        let own = project.and_then(|project| project.state().token_bytes);
        own.unwrap_or_else(|| self.token_bytes.load(Ordering::Relaxed))
    }

    /// The identity provider with this id.
    pub(crate) fn provider(&self, id: &str) -> Option<Arc<Provider>> {
        self.providers.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Registers an identity provider; it takes the place of one with the same id.
    pub(crate) fn register(&self, provider: Provider) {
        let mut providers = self.providers.write().unwrap_or_else(PoisonError::into_inner);
        providers.insert(provider.id.clone(), Arc::new(provider));
    }

    /// The id of the account with this name.
    pub(crate) fn account_id(&self, account: &str) -> Option<String> {
        self.read().accounts.get(account).cloned()
    }

    /// The projects that the holder of a token may enter now, by name.
    pub(crate) fn projects_of(&self, token: &Token) -> Vec<Arc<Project>> {
        let directory = self.read();
        let key = (token.account.clone(), token.user_name.clone());
        let ids = match &token.federation {
            Some(federation) => Some(&federation.projects),
            None => directory.users.get(&key).map(|user| &user.projects),
        };
        let known = ids.into_iter().flatten().filter_map(|id| directory.projects.get(id));
        let mut projects: Vec<_> = known.cloned().collect();
        projects.sort_by(|left, right| left.name.cmp(&right.name));
        projects
    }

    /// The project with this id.
    pub(crate) fn project(&self, id: &str) -> Option<Arc<Project>> {
        self.read().projects.get(id).cloned()
    }

    /// The projects with this id or name; several accounts may use one name.
    pub(crate) fn projects_called(&self, word: &str) -> Vec<Arc<Project>> {
        let directory = self.read();
        if let Some(project) = directory.projects.get(word) {
            return vec![project.clone()];
        }
        let named = directory.projects.values().filter(|project| project.name == word);
        named.cloned().collect()
    }

    /// The project of an account with this id or name.
    pub(crate) fn project_in(&self, account: &str, id: Option<&str>, name: Option<&str>) -> Option<Arc<Project>> {
        let directory = self.read();
        let mut projects = directory.projects.values().filter(|project| project.account == account);
        let found = match (id, name) {
            (Some(id), _) => projects.find(|project| project.id == id),
            (None, Some(name)) => projects.find(|project| project.name == name),
            (None, None) => None,
        };
        found.cloned()
    }

    /// All projects, by account and name.
    pub(crate) fn projects(&self) -> Vec<Arc<Project>> {
        let mut projects: Vec<_> = self.read().projects.values().cloned().collect();
        projects.sort_by(|left, right| (&left.account, &left.name).cmp(&(&right.account, &right.name)));
        projects
    }

    /// A number that no other project, user or added desktop was made with.
    pub(crate) fn next_number(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Puts a project under its account, with a user who may enter it. The account and the user are made if they do not
    /// exist; an existing user keeps the password. Returns the user.
    pub(crate) fn add_project(&self, project: Project, user: &str, password: &str) -> User {
        let project = Arc::new(project);
        let mut directory = self.directory.write().unwrap_or_else(PoisonError::into_inner);
        directory.projects.insert(project.id.clone(), project.clone());
        directory.add_user(&project, user, password)
    }

    /// One more user who may enter an existing project.
    pub(crate) fn add_user(&self, project: &Project, user: &str, password: &str) -> User {
        let mut directory = self.directory.write().unwrap_or_else(PoisonError::into_inner);
        directory.add_user(project, user, password)
    }

    /// The user with this proof, and `Denied` otherwise. Counts failures and locks.
    pub(crate) fn sign_in(&self, proof: &Proof<'_>, now: Moment) -> Result<User, Denied> {
        self.directory.write().unwrap_or_else(PoisonError::into_inner).sign_in(proof, now)
    }

    /// Changes a user of an account; `None` when there is no such user.
    pub(crate) fn change_user<T>(&self, account: &str, user: &str, change: impl FnOnce(&mut User) -> T) -> Option<T> {
        let mut directory = self.directory.write().unwrap_or_else(PoisonError::into_inner);
        directory.users.get_mut(&(account.to_owned(), user.to_owned())).map(change)
    }

    /// Whether the holder of a token or of a key may let STS decode messages. Federated users may.
    pub(crate) fn may_decode(&self, holder: &Token) -> bool {
        let key = (holder.account.clone(), holder.user_name.clone());
        holder.federation.is_some() || self.read().users.get(&key).is_none_or(|user| user.may_decode)
    }

    /// The access keys.
    pub(crate) fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the clock shows that signatures are checked by.
    pub(crate) fn clock(&self) -> Moment {
        now().on_a_clock_off_by(self.clock_off_by.load(Ordering::Relaxed))
    }

    /// Forgets the failures and the lock of every user of a project.
    pub(crate) fn unlock(&self, project: &Project) {
        self.directory.write().unwrap_or_else(PoisonError::into_inner).unlock(project);
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Directory> {
        self.directory.read().unwrap_or_else(PoisonError::into_inner)
    }
}
