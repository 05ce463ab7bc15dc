//! Child processes that never outlive this one.
//!
//! Every child leads its own process group, so that a group can be ended whole: a test runner with its workers and
//! browsers, a server with nothing but itself. A signal to this process ends all groups, first politely. Only a
//! SIGKILL of this process itself leaves children behind.

use std::{
    io::{self, Read, Write},
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Mutex,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::clock::Stopwatch;

/// How long a group may take to end by itself before it is killed: the server's drain of open requests fits in.
const GRACE: Duration = Duration::from_secs(10);

/// How often a wait with an end looks again.
const LOOK: Duration = Duration::from_millis(20);

static RUNNING: Mutex<Running> = Mutex::new(Running { groups: Vec::new(), signal: None });

/// What the signal thread must know. A child is reaped only while this is locked, so no id in it is ever stale.
struct Running {
    groups: Vec<Pid>,
    signal: Option<i32>,
}

fn running() -> std::sync::MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Ends all children when this process is told to end.
///
/// # Errors
/// When the signals cannot be watched.
pub fn watch_signals() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("signals cannot be watched")?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let first = running().signal.replace(signal).is_none();
            if first {
                signal_all(Signal::TERM);
                thread::spawn(move || {
                    thread::sleep(GRACE);
                    end_at_once(signal);
                });
            } else {
                end_at_once(signal);
            }
        }
    });
    Ok(())
}

/// The signal that told this process to end, if one did.
pub fn ending_signal() -> Option<i32> {
    running().signal
}

fn signal_all(signal: Signal) {
    for group in &running().groups {
        signal_group(*group, signal);
    }
}

fn end_at_once(signal: i32) -> ! {
    signal_all(Signal::KILL);
    std::process::exit(128 + signal);
}

/// A group that has ended already is no error: that is what was asked for.
fn signal_group(group: Pid, signal: Signal) {
    let _ = kill_process_group(group, signal);
}

/// A running child with its group; dropping it ends the whole group.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    group: Pid,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts a child without standard input.
    ///
    /// # Errors
    /// When the program cannot be started or this process is ending.
    pub fn start(name: &str, command: &mut Command) -> Result<Self> {
        let mut running = running();
        if running.signal.is_some() {
            bail!("{name} is not started: told to end");
        }
        let child =
            command.stdin(Stdio::null()).process_group(0).spawn().with_context(|| format!("{name} does not start"))?;
        let group = Pid::from_child(&child);
        running.groups.push(group);
        Ok(Self { name: name.to_owned(), child, group, ended: None })
    }

    /// The child, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The exit status if the child has ended; never waits.
    ///
    /// # Errors
    /// When the system does not answer.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_some() {
            return Ok(self.ended);
        }
        match waitid(WaitId::Pid(self.group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG) {
            Ok(Some(_)) => self.reap().map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot wait for {}", self.name)),
        }
    }

    /// Waits for the child's end.
    ///
    /// # Errors
    /// When the system does not answer.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended {
                return Ok(status);
            }
            match waitid(WaitId::Pid(self.group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
                Ok(_) => return self.reap(),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error).with_context(|| format!("cannot wait for {}", self.name)),
            }
        }
    }

    /// Waits for the child's end at most so long; `None` when it still runs.
    ///
    /// # Errors
    /// When the system does not answer.
    pub fn wait_at_most(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let watch = Stopwatch::start();
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(Some(status));
            }
            if watch.elapsed() >= limit {
                return Ok(None);
            }
            thread::sleep(LOOK);
        }
    }

    /// Ends the group, politely first.
    pub fn stop(&mut self) {
        if self.ended.is_some() {
            return;
        }
        signal_group(self.group, Signal::TERM);
        if !matches!(self.wait_at_most(GRACE), Ok(Some(_))) {
            signal_group(self.group, Signal::KILL);
            let _ = self.reap();
        }
    }

    /// Takes the exit status of a child that has ended or was killed. While it is not yet taken its id cannot be given
    /// to anybody else, so this is the moment to end what it left behind in its group.
    fn reap(&mut self) -> Result<ExitStatus> {
        let mut running = running();
        signal_group(self.group, Signal::KILL);
        let status = self.child.wait().with_context(|| format!("cannot wait for {}", self.name))?;
        running.groups.retain(|group| *group != self.group);
        self.ended = Some(status);
        Ok(status)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs a command to its end.
///
/// # Errors
/// When it does not start or ends with anything but success.
pub fn run(name: &str, command: &mut Command) -> Result<()> {
    let status = Process::start(name, command)?.wait()?;
    if !status.success() {
        bail!("{name} failed: {status}");
    }
    Ok(())
}

/// Runs a command to its end, shows what it prints, and gives that too: first standard output, then standard error.
///
/// # Errors
/// When it does not start; how it ended is for the caller to judge.
pub fn run_and_read(name: &str, command: &mut Command) -> Result<(ExitStatus, String)> {
    let mut process = Process::start(name, command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let (output, error) = (process.child().stdout.take(), process.child().stderr.take());
    let output = thread::spawn(move || copy(output, io::stdout()));
    let error = thread::spawn(move || copy(error, io::stderr()));
    let status = process.wait()?;
    let mut text = output.join().unwrap_or_default();
    text.push_str(&error.join().unwrap_or_default());
    Ok((status, text))
}

/// Passes everything on as it comes. A terminal that went away is no reason to stop the tests.
fn copy(from: Option<impl Read>, mut to: impl Write) -> String {
    let mut copied = Vec::new();
    let mut part = [0; 8192];
    if let Some(mut from) = from {
        while let Ok(length @ 1..) = from.read(&mut part) {
            let _ = to.write_all(&part[..length]).and_then(|()| to.flush());
            copied.extend_from_slice(&part[..length]);
        }
    }
    String::from_utf8_lossy(&copied).into_owned()
}

/// Runs a command to its end and gives what it printed on standard output.
///
/// # Errors
/// When it does not start or ends with anything but success.
pub fn read(name: &str, command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{name} does not start"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("{name} printed something that is not text"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use std::io::{BufRead as _, BufReader};

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        command
    }

    fn first_line(process: &mut Process) -> String {
        let mut line = String::new();
        BufReader::new(process.child().stdout.take().unwrap()).read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn is_alive(id: &str) -> bool {
        std::path::Path::new("/proc").join(id).join("cwd").exists()
    }

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = run("the step", &mut shell("exit 3")).unwrap_err().to_string();
        assert!(error.starts_with("the step failed") && error.contains('3'), "{error}");
    }

    #[test]
    fn a_missing_program_is_an_error_that_names_it() {
        let error = run("the step", &mut Command::new("no-such-program-anywhere")).unwrap_err().to_string();
        assert_eq!(error, "the step does not start");
    }

    #[test]
    fn a_dropped_process_takes_its_grandchildren_along() {
        let mut process = Process::start("shell", &mut shell("sleep 60 & echo $!; wait")).unwrap();
        let grandchild = first_line(&mut process);
        drop(process);
        assert!(ends(&grandchild), "{grandchild} still runs");
    }

    #[test]
    fn what_an_ended_process_left_behind_is_ended_too() {
        let mut process = Process::start("shell", &mut shell("sleep 60 & echo $!")).unwrap();
        let grandchild = first_line(&mut process);
        assert!(process.wait().unwrap().success());
        assert!(ends(&grandchild), "{grandchild} still runs");
    }

    /// Whether a killed orphan is gone before long: the system removes it in its own time.
    fn ends(process: &str) -> bool {
        (0..1_000).any(|_| {
            thread::sleep(Duration::from_millis(5));
            !is_alive(process)
        })
    }

    #[test]
    fn what_a_command_prints_on_both_ways_is_kept() {
        let (status, text) = run_and_read("shell", &mut shell("echo error >&2; echo output; exit 1")).unwrap();
        assert_eq!((status.code(), text.as_str()), (Some(1), "output\nerror\n"));
    }

    #[test]
    fn a_limited_wait_gives_up() {
        let mut process = Process::start("shell", &mut shell("sleep 60")).unwrap();
        assert!(process.wait_at_most(Duration::from_millis(1)).unwrap().is_none());
    }
}
