//! A Drydock with its folder, its site and its cloud.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use server::config::Config;
use server::http::listener::{self, ListenerLimits};
use server::http::site::Site;
use server::router;
use server::wiring::Wiring;
use service::audit::Entry;
use service::ports::AuditLog as _;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::clock::ForwardClock;
use super::{Browser, Cloud, Person, Project};

/// Everything that one test needs, gone when it is dropped.
pub struct House {
    pub cloud: Cloud,
    clock: Arc<ForwardClock>,
    site: TempDir,
    data: TempDir,
    settings: HashMap<String, String>,
    limits: ListenerLimits,
    log_level: &'static str,
    running: Running,
    origin: String,
}

enum Running {
    Nothing,
    /// In this process: quick, and its clock can be put forward.
    Here {
        stop: CancellationToken,
        served: JoinHandle<()>,
        wiring: Box<Wiring>,
    },
    /// The program itself, which can be killed.
    Apart(Child),
}

impl House {
    /// A running Drydock with everything as it is by default.
    pub async fn open() -> Self {
        Self::with(&[]).await
    }

    /// A running Drydock with some settings, `SESSION__IDLE` for `session.idle`.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let mut house = Self::closed(settings).await;
        house.start().await;
        house
    }

    /// The program itself, running beside this process.
    pub async fn apart(settings: &[(&str, &str)]) -> Self {
        let mut house = Self::closed(settings).await;
        house.start_apart();
        house
    }

    /// One that was not started yet.
    pub async fn closed(settings: &[(&str, &str)]) -> Self {
        let cloud = Cloud::start().await;
        let (site, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write_site(site.path());
        let mut all: HashMap<String, String> = HashMap::new();
        let mut set = |key: &str, value: &str| {
            all.insert(format!("DRYDOCK_{key}"), value.to_owned());
        };
        set("LISTEN", "127.0.0.1:0");
        set("DATA_DIR", data.path().to_str().unwrap());
        set("SITE_DIR", site.path().to_str().unwrap());
        set("TIME_ZONE", "UTC");
        set("CLOUD__REGION", "ap-southeast-3");
        set("CLOUD__IAM_URL", &cloud.url());
        set("CLOUD__WORKSPACE_URL", &cloud.url());
        for (key, value) in settings {
            set(key, value);
        }
        let clock = Arc::new(ForwardClock::new());
        let (running, origin) = (Running::Nothing, String::new());
        let (limits, log_level) = (ListenerLimits::default(), "warn");
        Self { cloud, clock, site, data, settings: all, limits, log_level, running, origin }
    }

    /// Changes a setting; it takes effect at the next start.
    pub fn set(&mut self, key: &str, value: &str) {
        self.settings.insert(format!("DRYDOCK_{key}"), value.to_owned());
    }

    /// Limits connections otherwise from the next start on in this process.
    pub fn limit_connections(&mut self, limits: ListenerLimits) {
        self.limits = limits;
    }

    /// How much the program writes to its log from its next start on.
    pub fn log_at(&mut self, level: &'static str) {
        self.log_level = level;
    }

    /// Starts it in this process, as `server::run::serve` does.
    pub async fn start(&mut self) {
        let config = Config::read(None, self.settings.clone()).unwrap();
        let stop = CancellationToken::new();
        let site = Site::load(Some(self.site.path())).unwrap();
        let wiring = Wiring::with_clock(&config, self.clock.clone(), stop.clone()).await.unwrap();
        wiring.capabilities.maintenance.take_up_open_runs().await.unwrap();
        let bound = config.listen.bind().await.unwrap();
        // Where it is reached; browsers may know it by another name, of the proxy in front.
        self.origin = format!("http://{}", bound.listen());
        let app = router(&wiring, &site, &config.public_origin(bound.listen()));
        let served = tokio::spawn(listener::serve(bound, app, self.limits, stop.clone()));
        self.running = Running::Here { stop, served, wiring: Box::new(wiring) };
    }

    /// Starts the program and waits for the line that says it is ready.
    pub fn start_apart(&mut self) {
        self.start_apart_with(&[]);
    }

    /// The same with some more variables in its environment.
    pub fn start_apart_with(&mut self, variables: &[(&str, &str)]) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_drydock"))
            .envs(&self.settings)
            .envs(variables.iter().copied())
            .env("RUST_LOG", self.log_level)
            .current_dir(self.data.path())
            .stdout(Stdio::piped())
            .stderr(OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        line.trim().strip_prefix("listening on ").unwrap().clone_into(&mut self.origin);
        self.running = Running::Apart(child);
    }

    /// Ends it well.
    pub async fn stop(&mut self) {
        let Running::Here { stop, served, wiring } = std::mem::replace(&mut self.running, Running::Nothing) else {
            panic!("only a Drydock in this process is told to stop")
        };
        stop.cancel();
        wiring.capabilities.maintenance.wait_until_still().await;
        // Connections that a test keeps open may outlast it.
        served.abort();
        // Told to end a moment ago; that it did so is no failure.
        let _ = served.await;
        wiring.store.close().await;
    }

    /// Ends it at once, wherever it is: no handler runs, nothing is written any more.
    pub fn kill(&mut self) {
        let Running::Apart(mut child) = std::mem::replace(&mut self.running, Running::Nothing) else {
            panic!("only the program can be killed")
        };
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// The number of the running program.
    pub fn process_id(&self) -> u32 {
        let Running::Apart(child) = &self.running else { panic!("only the program is a process of its own") };
        child.id()
    }

    /// Tells the program to end, and waits until it has; whether it ended well.
    pub fn terminate(&mut self) -> bool {
        let Running::Apart(mut child) = std::mem::replace(&mut self.running, Running::Nothing) else {
            panic!("only the program can be told so")
        };
        kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
        child.wait().unwrap().success()
    }

    /// What one of the program's commands gives, while or before it serves.
    pub fn command(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_drydock"))
            .args(arguments)
            .envs(&self.settings)
            .current_dir(self.data.path())
            .output()
            .unwrap()
    }

    /// What the program has written to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.site.path().join("log")
    }

    /// The database of a Drydock in this process.
    pub fn store(&self) -> &store::Store {
        let Running::Here { wiring, .. } = &self.running else { panic!("only that of a Drydock in this process") };
        &wiring.store
    }

    /// The audit, newest first: what happened, to whom, and why. That of a project and of none.
    pub async fn audit(&self, project_id: &str) -> Vec<Entry> {
        let (lines, _) = self.store().lines(project_id, 0, 1_000).await.unwrap();
        lines.into_iter().map(|line| line.entry).collect()
    }

    /// Takes the database away from under a Drydock in this process.
    pub async fn close_database(&self) {
        self.store().close().await;
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub fn put_clock_forward(&self, by: Duration) {
        self.clock.put_forward(by);
    }

    /// A browser that knows nobody.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.origin)
    }

    /// Somebody who has signed in to that project.
    pub async fn sign_in(&self, project: &Project) -> Person {
        let person = Person { browser: self.browser(), project: project.clone() };
        person.sign_in().await;
        person
    }
}

impl Drop for House {
    fn drop(&mut self) {
        match &mut self.running {
            Running::Nothing => {}
            Running::Here { stop, served, .. } => {
                stop.cancel();
                served.abort();
            }
            Running::Apart(child) => {
                // The test is over; a process that is gone already is no failure.
                let _ = child.kill();
                let _ = child.wait();
                if std::thread::panicking() {
                    eprintln!("{}", self.log());
                }
            }
        }
    }
}

fn write_site(folder: &Path) {
    let package = folder.join("pkg/abc");
    std::fs::create_dir_all(&package).unwrap();
    std::fs::write(folder.join("pkg-hash"), "abc\n").unwrap();
    for (name, text) in [("app.js", "export default 1;"), ("app_bg.wasm", "\0asm"), ("app.css", ":root{}")] {
        std::fs::write(package.join(name), text).unwrap();
    }
}
