//! A `PostgreSQL` server for one run of the tests: made in a temporary folder, on a port of its own, and gone afterwards
//! with all that was in it. The machine's own server, where there is one, is left alone.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    os::unix::{
        fs::{OpenOptionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{
    clock::Stopwatch,
    processes::{self, Process},
    tools::{self, Machine},
};

/// Names the server to the tests of the store, with its user and password: they make databases there and drop them.
/// Without it they would leave `PostgreSQL` out.
pub const SERVER: &str = "TEST_POSTGRES";

/// Where Debian's packages put the programs: in a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Keeps Debian's package from making and starting a server of the machine's own: see createcluster.conf(5).
const NO_SERVICE: &str = "/etc/postgresql-common/createcluster.d/drydock-tests.conf";

/// The user of the server, of the database and of the system; the one that Debian's package makes.
const USER: &str = "postgres";

/// How long the server may take until it is ready; it needs less than one second.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How often a start is looked after.
const LOOK: Duration = Duration::from_millis(20);

/// How many ports are tried: between the moment when one is found free and the server's start, another may take it.
const PORTS: usize = 5;

/// What is asked of the server beside its port. Nothing of it outlives the tests, so it need not wait for any disk. As
/// many connections as tests on many cores open at once.
const SETTINGS: [&str; 7] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "password_encryption=md5",
    "max_connections=1000",
];

/// A server that runs. When this goes, the server is ended first, then its folder removed.
pub struct Server {
    url: String,
    process: Process,
    _folder: TempDir,
}

impl Server {
    /// Makes and starts a server, after installing its programs where they are missing.
    ///
    /// # Errors
    /// When the programs are missing and cannot be installed, or the server does not start.
    pub fn start(machine: Machine) -> Result<Self> {
        let programs = ensure(machine)?;
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let (data, password_file) = (folder.path().join("data"), folder.path().join("password"));
        let password = random()?;
        let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&password_file)?;
        file.write_all(password.as_bytes())?;
        let user = if machine.root { Some(lesser_user()?) } else { None };
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
            chown(&password_file, Some(uid), Some(gid))?;
        }
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.current_dir(folder.path()).arg("-D").arg(&data);
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command
        };

        let mut command = program("initdb");
        command.args(["--username", USER, "--auth", "password", "--encoding", "UTF8", "--locale", "C", "--no-sync"]);
        processes::run("initdb", command.arg("--pwfile").arg(&password_file).stdout(Stdio::null()))?;
        let log = folder.path().join("log");
        for _ in 0..PORTS {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let mut command = program("postgres");
            command.args(["-p", &port.to_string()]).args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
            let output = fs::File::create(&log)?;
            command.stdout(output.try_clone()?).stderr(output);
            let mut process = Process::start("PostgreSQL", &mut command)?;
            if becomes_ready(&mut process, &data)? {
                let url = format!("postgres://{USER}:{password}@127.0.0.1:{port}");
                return Ok(Self { url, process, _folder: folder });
            }
        }
        bail!("PostgreSQL does not start: {}", fs::read_to_string(&log).unwrap_or_default().trim())
    }

    /// The server's address with user and password, without a database.
    ///
    /// # Errors
    /// When the server has ended meanwhile.
    pub fn url(&mut self) -> Result<&str> {
        match self.process.try_wait()? {
            None => Ok(&self.url),
            Some(status) => bail!("PostgreSQL ended: {status}"),
        }
    }
}

/// Whether the server gets so far as to let clients in. It does not where it ends at once.
fn becomes_ready(process: &mut Process, data: &Path) -> Result<bool> {
    let watch = Stopwatch::start();
    while watch.elapsed() < START_LIMIT {
        if process.try_wait()?.is_some() {
            return Ok(false);
        }
        if fs::read_to_string(data.join("postmaster.pid")).is_ok_and(|text| is_ready(&text)) {
            return Ok(true);
        }
        thread::sleep(LOOK);
    }
    bail!("PostgreSQL is not ready after {} s", START_LIMIT.as_secs())
}

/// The eighth line of the file that a server keeps about itself says how it is:
/// <https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/utils/pidfile.h>.
fn is_ready(pid_file: &str) -> bool {
    pid_file.lines().nth(7).is_some_and(|line| line.trim() == "ready")
}

/// Makes sure of the server's programs, and says in which folder they are.
fn ensure(machine: Machine) -> Result<PathBuf> {
    let look = || newest(Path::new(DEBIAN)).or_else(in_path);
    if let Some(folder) = look() {
        return Ok(folder);
    }
    let file = Path::new(NO_SERVICE);
    let can_install = machine.debian && machine.root;
    if can_install {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, "create_main_cluster = false\n")?;
    }
    let installed = tools::install(machine, "PostgreSQL for the tests (no service is started)", &["postgresql"]);
    if can_install {
        // Who wants a server of the machine's own later shall get one.
        fs::remove_file(file)?;
    }
    installed?;
    look().context("the package postgresql brought no server")
}

/// The programs of the newest version under a folder such as Debian's.
fn newest(root: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(root).ok()?.filter_map(|entry| {
        let entry = entry.ok()?;
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin")))
    });
    versions.filter(|(_, folder)| is_complete(folder)).max().map(|(_, folder)| folder)
}

fn in_path() -> Option<PathBuf> {
    tools::find("postgres")?.parent().filter(|folder| is_complete(folder)).map(Path::to_owned)
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// The server refuses to run as root.
fn lesser_user() -> Result<(u32, u32)> {
    let text = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    [USER, "nobody"].iter().find_map(|name| ids_of(&text, name)).context("there is no user postgres and none nobody")
}

/// User and group of a name in passwd(5).
fn ids_of(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let mut parts = passwd.lines().map(|line| line.split(':')).find(|parts| parts.clone().next() == Some(name))?;
    Some((parts.nth(2)?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// A password that other users of this machine do not know: who gets into the server may do what its user may.
fn random() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes)).context("no random numbers")?;
    Ok(tools::hex(&bytes))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn a_server_is_ready_when_it_says_so() {
        let starting = "9841\n/tmp/data\n1764000000\n54329\n\n127.0.0.1\n  1234\nstarting\n";
        for (text, expected) in [
            (starting, false),
            (&starting.replace("starting", "ready   "), true),
            ("9841\nready\n", false),
            ("", false),
        ] {
            assert_eq!(is_ready(text), expected, "{text}");
        }
    }

    #[test]
    fn the_newest_version_that_has_a_server_is_taken() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(newest(&root.path().join("none")), None);
        for (version, programs) in
            [("9", &["initdb", "postgres"][..]), ("15", &["initdb", "postgres"]), ("17", &["psql"])]
        {
            let folder = root.path().join(version).join("bin");
            fs::create_dir_all(&folder).unwrap();
            for program in programs {
                fs::write(folder.join(program), "").unwrap();
            }
        }
        fs::create_dir(root.path().join("common")).unwrap();
        assert_eq!(newest(root.path()), Some(root.path().join("15/bin")));
    }

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let passwd =
            "root:x:0:0::/root:/bin/sh\npostgresql:x:1:1:::\npostgres:x:101:104:,,,:/var:/bin/bash\nbad:x:y:1:::";
        assert_eq!(ids_of(passwd, "postgres"), Some((101, 104)));
        for name in ["nobody", "bad", "post", ""] {
            assert_eq!(ids_of(passwd, name), None, "{name}");
        }
    }
}
