//! Every setting, with its default. `server/README.md` lists them for administrators.

mod identity;

use std::path::{Path, PathBuf};
use std::time::Duration;

use config::{Environment, File, FileFormat};
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::http::listener::Listen;
pub use identity::{IdentityConfig, Mode, RolesConfig};

/// The settings as read from file and environment. An unknown key is an error that names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The TCP address or the socket to listen on.
    pub listen: Listen,
    /// The origin that browsers use; from `listen` where it is not given.
    pub public_url: Option<Url>,
    /// The folder for the database and the generated key; belongs to one process.
    pub data_dir: PathBuf,
    /// `sqlite:PATH`; in `data_dir` where it is not given.
    pub database_url: Option<String>,
    /// The sealing key; generated in `data_dir` where it is not given.
    pub secret_key_file: Option<PathBuf>,
    /// An IANA name; the machine's zone where it is not given.
    pub time_zone: Option<String>,
    /// The list under **Reason**.
    pub reasons: Vec<String>,
    /// Ids by tick in one request.
    pub selection_limit: usize,
    /// How long sessions live.
    pub session: SessionConfig,
    /// Where the cloud is, and how fast it is asked.
    pub cloud: CloudConfig,
    /// Who vouches for people.
    pub identity: IdentityConfig,
    /// What people's groups let them do.
    pub roles: RolesConfig,
    /// A folder with the site, in place of the one in the binary. For development.
    pub site_dir: Option<PathBuf>,
}

/// How long sessions live.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionConfig {
    /// Since it was last used by a person.
    #[serde(deserialize_with = "duration")]
    pub idle: Duration,
    /// Since the sign-in.
    #[serde(deserialize_with = "duration")]
    pub absolute: Duration,
}

/// Where the cloud is, and how fast it is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CloudConfig {
    /// The region, e.g. `ap-southeast-3`. Must be given.
    pub region: String,
    /// The identity service; the vendor's pattern where it is not given.
    pub iam_url: Option<Url>,
    /// Workspace; the vendor's pattern where it is not given.
    pub workspace_url: Option<Url>,
    /// PEM certificates that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy that calls go through.
    pub proxy: Option<Url>,
    /// Ids per call.
    pub batch_limit_ids: usize,
    /// PUTs in flight per project.
    pub batches_in_flight: usize,
    /// Reading time until *Unknown*.
    #[serde(deserialize_with = "duration")]
    pub read_back_limit: Duration,
    /// How old a list of desktops may be before it is read again.
    #[serde(deserialize_with = "duration")]
    pub list_max_age: Duration,
    /// How many desktops a project may have.
    pub list_max_desktops: u32,
    /// The name under which the cloud knows the identity provider, so that it takes people's ID tokens.
    pub identity_provider: Option<String>,
    /// How many sign-ins of one user may fail in 15 minutes: fewer than lock the user out of the cloud.
    pub sign_in_tries: u32,
}

impl Default for Config {
    fn default() -> Self {
        let reasons = ["Patching", "Driver update", "Hardware fault", "Image change", "Network change", "Other"];
        Self {
            listen: Listen::Tcp(([127, 0, 0, 1], 3000).into()),
            public_url: None,
            data_dir: PathBuf::from("./data"),
            database_url: None,
            secret_key_file: None,
            time_zone: None,
            reasons: reasons.map(str::to_owned).into(),
            selection_limit: 5_000,
            session: SessionConfig::default(),
            cloud: CloudConfig::default(),
            identity: IdentityConfig::default(),
            roles: RolesConfig::default(),
            site_dir: None,
        }
    }
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self { idle: Duration::from_mins(30), absolute: Duration::from_hours(8) }
    }
}

impl Default for CloudConfig {
    fn default() -> Self {
        Self {
            region: String::new(),
            iam_url: None,
            workspace_url: None,
            ca_file: None,
            proxy: None,
            batch_limit_ids: 100,
            batches_in_flight: 4,
            read_back_limit: Duration::from_mins(2),
            list_max_age: Duration::from_mins(1),
            list_max_desktops: 20_000,
            identity_provider: None,
            sign_in_tries: 3,
        }
    }
}

/// The settings are wrong; the text says which and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or a value cannot be read.
    #[error("{0}")]
    Unreadable(#[from] config::ConfigError),
    /// A value is understood, but cannot be used.
    #[error("{key}: {problem}")]
    Unusable {
        /// The setting.
        key: &'static str,
        /// What is wrong with it, and what to do.
        problem: String,
    },
}

impl Config {
    /// Reads the file (`path`, else `./drydock.toml` where it exists), then `environment` over it.
    ///
    /// # Errors
    /// [`ConfigError`], naming the setting.
    pub fn read(
        path: Option<&Path>,
        environment: std::collections::HashMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let file = match path {
            Some(path) => File::from(path).format(FileFormat::Toml),
            None => File::from(Path::new("drydock.toml")).format(FileFormat::Toml).required(false),
        };
        let variables = Environment::with_prefix("DRYDOCK")
            .prefix_separator("_")
            .separator("__")
            .list_separator(",")
            .with_list_parse_key("reasons")
            .with_list_parse_key("identity.trusted_peers")
            .with_list_parse_key("identity.algorithms")
            .with_list_parse_key("identity.audience")
            .with_list_parse_key("roles.viewer")
            .with_list_parse_key("roles.operator")
            .with_list_parse_key("roles.lead")
            .try_parsing(true)
            .source(Some(environment));
        let read = config::Config::builder().add_source(file).add_source(variables).build()?;
        let config: Self = read.try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    /// The origin that browsers use, without a slash at the end, where `listen` is what is listened on.
    pub fn public_origin(&self, listen: &Listen) -> String {
        match &self.public_url {
            Some(url) => url.origin().ascii_serialization(),
            // A socket is never without: see `check`.
            None => format!("http://{listen}"),
        }
    }

    /// The address of the database.
    pub fn database(&self) -> String {
        let default = || format!("sqlite:{}", self.data_dir.join("drydock.sqlite").display());
        self.database_url.clone().unwrap_or_else(default)
    }

    /// The sealing key's file.
    pub fn key_file(&self) -> PathBuf {
        self.secret_key_file.clone().unwrap_or_else(|| self.data_dir.join("secret.key"))
    }

    fn check(&self) -> Result<(), ConfigError> {
        let unusable = |key, problem: &str| Err(ConfigError::Unusable { key, problem: problem.to_owned() });
        if self.identity.mode == Mode::None && !self.listen.is_local() {
            let problem = "without an identity layer in front, only a loopback address or unix:/path is allowed";
            return unusable("listen", problem);
        }
        self.identity.check()?;
        self.identity.check_with(&self.roles)?;
        if !(1..=10).contains(&self.cloud.sign_in_tries) {
            return unusable("cloud.sign_in_tries", "must be 1 to 10: the cloud locks a user after 3 to 10 failures");
        }
        if self.cloud.region.is_empty() {
            return unusable("cloud.region", "must be given, e.g. ap-southeast-3");
        }
        if self.cloud.batch_limit_ids == 0 || self.cloud.batch_limit_ids > 100 {
            return unusable("cloud.batch_limit_ids", "must be 1 to 100: a read takes no more ids");
        }
        if self.cloud.batches_in_flight == 0 || self.cloud.batches_in_flight > 32 {
            return unusable("cloud.batches_in_flight", "must be 1 to 32");
        }
        if !(1..=10_000).contains(&self.selection_limit) {
            return unusable("selection_limit", "must be 1 to 10,000: a form of more would be too long");
        }
        if self.public_url.is_none() && matches!(self.listen, Listen::Unix(_)) {
            return unusable("public_url", "must be given where `listen` is a socket: it is what stands in front");
        }
        if let Some(url) = &self.public_url
            && !(matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none())
        {
            return unusable("public_url", "must be an origin: scheme, host and port alone");
        }
        Ok(())
    }
}

/// A duration as text (`30min`, `8h`, `120s`) or as a number of seconds.
fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Seconds(u64),
        Text(String),
    }
    match Given::deserialize(from)? {
        Given::Seconds(seconds) => Ok(Duration::from_secs(seconds)),
        Given::Text(text) => humantime::parse_duration(&text).map_err(serde::de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let region = [("DRYDOCK_CLOUD__REGION", "ap-southeast-3")];
        let all = region.iter().chain(variables).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Config::read(None, all.collect())
    }

    fn problem(variables: &[(&str, &str)]) -> String {
        read(variables).unwrap_err().to_string()
    }

    #[test]
    fn the_environment_reaches_every_level() {
        let config = read(&[
            ("DRYDOCK_LISTEN", "127.0.0.1:4000"),
            ("DRYDOCK_REASONS", "Patching,Move"),
            ("DRYDOCK_SESSION__IDLE", "10min"),
            ("DRYDOCK_CLOUD__READ_BACK_LIMIT", "90"),
            ("DRYDOCK_CLOUD__IAM_URL", "http://127.0.0.1:9"),
        ])
        .unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4000");
        assert_eq!(config.reasons, ["Patching", "Move"]);
        assert_eq!(config.session.idle, Duration::from_mins(10));
        assert_eq!(config.cloud.read_back_limit, Duration::from_secs(90));
        assert_eq!(config.public_origin(&config.listen), "http://127.0.0.1:4000");
    }

    #[test]
    fn an_unknown_key_is_named() {
        assert!(problem(&[("DRYDOCK_LISTENN", "x")]).contains("listenn"));
        assert!(problem(&[("DRYDOCK_CLOUD__REGIN", "x")]).contains("regin"));
    }

    #[test]
    fn a2_without_an_identity_layer_only_this_machine_is_served() {
        for address in ["0.0.0.0:3000", "192.0.2.1:3000", "[::]:3000"] {
            assert!(problem(&[("DRYDOCK_LISTEN", address)]).contains("loopback"), "{address}");
        }
        for address in ["127.0.0.1:3000", "[::1]:3000"] {
            assert!(read(&[("DRYDOCK_LISTEN", address)]).is_ok(), "{address}");
        }
        let socket = [("DRYDOCK_LISTEN", "unix:/run/drydock.sock"), ("DRYDOCK_PUBLIC_URL", "https://drydock.example")];
        assert!(read(&socket).is_ok());
    }

    #[test]
    fn people_are_named_by_header_and_their_groups_give_roles() {
        let config = read(&[
            ("DRYDOCK_LISTEN", "0.0.0.0:3000"),
            ("DRYDOCK_IDENTITY__MODE", "header"),
            ("DRYDOCK_IDENTITY__USER_HEADER", "X-Forwarded-User"),
            ("DRYDOCK_IDENTITY__GROUPS_HEADER", "X-Forwarded-Groups"),
            ("DRYDOCK_IDENTITY__TRUSTED_PEERS", "10.0.0.1/32,10.0.0.2/32"),
            ("DRYDOCK_IDENTITY__ASSERTION", "login_only"),
            ("DRYDOCK_ROLES__LEAD", "leads,chiefs"),
            ("DRYDOCK_CLOUD__IDENTITY_PROVIDER", "sso"),
        ])
        .unwrap();
        assert_eq!((config.identity.mode, config.identity.assertion), (Mode::Header, sso::Assertion::LoginOnly));
        assert_eq!(config.identity.trusted_peers, ["10.0.0.1/32", "10.0.0.2/32"]);
        assert_eq!(config.roles.groups().lead, ["leads", "chiefs"]);
        assert_eq!(config.cloud.identity_provider.as_deref(), Some("sso"));
        assert!(problem(&[("DRYDOCK_IDENTITY__MODE", "proxy")]).contains("proxy"));
    }

    #[test]
    fn settings_that_nothing_would_read_are_refused() {
        let header = [
            ("DRYDOCK_IDENTITY__MODE", "header"),
            ("DRYDOCK_IDENTITY__USER_HEADER", "X-User"),
            ("DRYDOCK_IDENTITY__TRUSTED_PEERS", "10.0.0.1/32"),
        ];
        assert!(read(&header).is_ok());
        for (more, key) in [
            (("DRYDOCK_ROLES__LEAD", "leads"), "identity.groups_header"),
            (("DRYDOCK_IDENTITY__JWT_HEADER", "X-Jwt"), "identity.mode"),
            (("DRYDOCK_IDENTITY__MODE", "none"), "identity.mode"),
        ] {
            let text = problem(&[&header[..], &[more]].concat());
            assert!(text.contains(key), "{more:?}: {text}");
        }
        assert!(problem(&[("DRYDOCK_ROLES__LEAD", "leads")]).contains("identity.mode"));
    }

    #[test]
    fn what_cannot_work_is_said_at_start() {
        for (key, value, word) in [
            ("DRYDOCK_LISTEN", "localhost", "listen"),
            ("DRYDOCK_CLOUD__REGION", "", "cloud.region"),
            ("DRYDOCK_CLOUD__BATCH_LIMIT_IDS", "0", "batch_limit_ids"),
            ("DRYDOCK_CLOUD__BATCH_LIMIT_IDS", "101", "batch_limit_ids"),
            ("DRYDOCK_SELECTION_LIMIT", "0", "selection_limit"),
            ("DRYDOCK_PUBLIC_URL", "http://a.example/path", "public_url"),
            ("DRYDOCK_SESSION__IDLE", "soon", "idle"),
            ("DRYDOCK_CLOUD__SIGN_IN_TRIES", "0", "sign_in_tries"),
            ("DRYDOCK_IDENTITY__LOGOUT_URL", "javascript:x", "identity.logout_url"),
            ("DRYDOCK_IDENTITY__USER_HEADRE", "x", "user_headre"),
        ] {
            let text = problem(&[(key, value)]);
            assert!(text.contains(word), "{key}={value}: {text}");
        }
    }
}
