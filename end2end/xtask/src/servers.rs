//! The two programs of the whole: the simulated cloud and Drydock.

use std::{
    fmt, fs,
    io::{BufRead as _, BufReader, Write},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::{
    processes::{self, Process},
    workspace::{Mode, Workspace},
};

/// The server's program.
pub const DRYDOCK: &str = "drydock";

/// The simulated cloud's program.
pub const SIMULATOR: &str = "drydock-simulator";

/// Names the folder of the site to a server that does not hold it.
pub const SITE_DIR: &str = "DRYDOCK_SITE_DIR";

/// How long a program may take until it listens; the debug build of the server needs less than one second.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How often the two are looked after.
const LOOK: Duration = Duration::from_millis(100);

/// What to run.
#[derive(Debug, Clone, Args)]
pub struct RunOptions {
    /// Optimised programs, the site inside the server
    #[arg(long)]
    pub release: bool,
    /// How many desktops the simulated cloud has
    #[arg(long, value_name = "N", default_value_t = 237)]
    pub desktops: u32,
    /// Where Drydock listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    pub listen: String,
    /// Another database than SQLite in the build folder
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

/// A program ended that should have gone on.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    name: &'static str,
    status: ExitStatus,
}

impl Ended {
    /// The code to end with: the program's own.
    pub fn exit_code(self) -> u8 {
        use std::os::unix::process::ExitStatusExt as _;
        let code = self.status.code().or_else(|| self.status.signal().map(|signal| 128 + signal));
        code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ended: {}", self.name, self.status)
    }
}

impl std::error::Error for Ended {}

/// Builds both; the site must be there first, since a release holds it.
///
/// # Errors
/// When one does not compile.
pub fn build(workspace: &Workspace, mode: Mode) -> Result<()> {
    let mut command = workspace.cargo(&["build", "--package", "server", "--package", "simulator", "--bins"]);
    if mode == Mode::Release {
        command.arg("--release");
    }
    processes::run("the build of the servers", &mut command)
}

/// Starts both and looks after them until this process is told to end.
///
/// # Errors
/// When one does not start; [`Ended`] when one ends by itself.
pub fn run(workspace: &Workspace, options: &RunOptions) -> Result<()> {
    let mode = Mode::new(options.release);
    let data = workspace.target.join("run-data");
    fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;

    let mut command = Command::new(workspace.binary(mode, SIMULATOR));
    command.args(["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--desktops", &options.desktops.to_string()]);
    let log = fs::File::create(data.join("simulator.log"))?;
    let (simulator, cloud) = start(SIMULATOR, &mut command, log)?;

    let mut command = Command::new(workspace.binary(mode, DRYDOCK));
    command
        .env("DRYDOCK_LISTEN", &options.listen)
        .env("DRYDOCK_DATA_DIR", &data)
        .env("DRYDOCK_CLOUD__REGION", "ap-southeast-3")
        .env("DRYDOCK_CLOUD__IAM_URL", &cloud)
        .env("DRYDOCK_CLOUD__WORKSPACE_URL", &cloud);
    if let Some(url) = &options.database {
        command.env("DRYDOCK_DATABASE_URL", url);
    }
    if mode == Mode::Debug {
        command.env(SITE_DIR, workspace.site(mode));
    }
    let (drydock, address) = start(DRYDOCK, &mut command, std::io::stdout())?;

    println!("\nDrydock:  {address}\nSign in:  account HarborCorp, user name operator, password Operator-1");
    println!("The simulated cloud is {cloud}. Ctrl-C ends everything.\n");
    look_after([(DRYDOCK, drydock), (SIMULATOR, simulator)])
}

/// Waits until one of them ends or all are told to.
fn look_after(mut programs: [(&'static str, Process); 2]) -> Result<()> {
    loop {
        for (name, process) in &mut programs {
            if let Some(status) = process.try_wait()?
                && processes::ending_signal().is_none()
            {
                bail!(Ended { name, status });
            }
        }
        if processes::ending_signal().is_some() {
            for (_, process) in &mut programs {
                process.stop();
            }
            return Ok(());
        }
        thread::sleep(LOOK);
    }
}

/// Starts a program and waits for its line `listening on URL`; gives the URL. What it prints is passed on.
fn start(name: &'static str, command: &mut Command, mut log: impl Write + Send + 'static) -> Result<(Process, String)> {
    let mut process = Process::start(name, command.stdout(Stdio::piped()))?;
    let output = process.child().stdout.take().context("no pipe")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = listening_on(&line) {
                let _ = sender.send(address.to_owned());
            }
            // The program must not hang on a full pipe because a log cannot be written.
            let _ = writeln!(log, "{line}");
        }
    });
    match receiver.recv_timeout(START_LIMIT) {
        Ok(address) => Ok((process, address)),
        Err(RecvTimeoutError::Timeout) => bail!("{name} does not listen after {} s", START_LIMIT.as_secs()),
        Err(RecvTimeoutError::Disconnected) => {
            let status = process.wait()?;
            bail!(Ended { name, status })
        }
    }
}

/// The URL of the line by which a program says that it is ready.
fn listening_on(line: &str) -> Option<&str> {
    line.trim().strip_prefix("listening on ").filter(|address| address.starts_with("http"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn only_the_line_of_readiness_is_one() {
        assert_eq!(listening_on("listening on http://127.0.0.1:3000"), Some("http://127.0.0.1:3000"));
        for line in
            ["control on http://127.0.0.1:1", "listening on unix:/run/drydock", "it is listening on http://x", ""]
        {
            assert_eq!(listening_on(line), None, "{line}");
        }
    }

    #[test]
    fn a_program_is_ready_when_it_says_so() {
        let script = "echo hello; echo listening on http://127.0.0.1:7; exec sleep 60";
        let (mut process, address) = start("program", &mut shell(script), std::io::sink()).unwrap();
        assert_eq!(address, "http://127.0.0.1:7");
        assert!(process.try_wait().unwrap().is_none());
    }

    #[test]
    fn a_program_that_ends_before_it_is_ready_gives_its_code() {
        let error = start("program", &mut shell("exit 70"), std::io::sink()).unwrap_err();
        let ended = error.downcast_ref::<Ended>().unwrap();
        assert_eq!(ended.exit_code(), 70);
        assert!(error.to_string().starts_with("program ended: "));
    }

    #[test]
    fn the_one_that_ends_is_named_and_the_other_is_ended() {
        let short = Process::start("short", &mut shell("exit 3")).unwrap();
        let long = Process::start("long", &mut shell("exec sleep 60")).unwrap();
        let error = look_after([("long", long), ("short", short)]).unwrap_err();
        assert_eq!(error.downcast_ref::<Ended>().unwrap().exit_code(), 3);
        assert!(error.to_string().starts_with("short ended"));
    }

    #[test]
    fn a_program_ended_by_a_signal_has_the_shells_code() {
        let error = start("program", &mut shell("kill -9 $$"), std::io::sink()).unwrap_err();
        assert_eq!(error.downcast_ref::<Ended>().unwrap().exit_code(), 137);
    }
}
