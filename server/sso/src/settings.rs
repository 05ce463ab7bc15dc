//! How the single sign-on vouches for people; `server/README.md` says what to write for which one.

pub(crate) mod check;

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

/// How far the clocks of the two machines may be apart where nothing else is said. The figure that Google's documentation
/// asks for (<https://cloud.google.com/iap/docs/signed-headers-howto>).
pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);

/// The most that clocks may be apart (`security-reliability.md` §4.3): a longer time would make short-lived assertions
/// long-lived. More is refused at start.
pub const LEEWAY_LIMIT: Duration = Duration::from_mins(1);

/// The issuer of people whom only a header names, where none is configured.
pub const DEFAULT_ISSUER: &str = "sso";

/// How the single sign-on vouches for people.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `identity.mode`: by a plain header or by a signed assertion.
    pub mode: Mode,
    /// `identity.trusted_peers`: addresses and networks as written, e.g. `10.1.2.0/24`.
    pub trusted_peers: Vec<String>,
    /// Whether the server listens on a Unix socket, whose file's rights say who may speak.
    pub listens_on_socket: bool,
    /// `identity.issuer`: what a token's `iss` must be; with a plain header [`DEFAULT_ISSUER`] where it is not given.
    pub issuer: Option<String>,
    /// `identity.groups_separator`: what stands between groups in one text.
    pub groups_separator: String,
    /// `identity.id_token_header`: where the person's ID token stands.
    pub id_token_header: Option<String>,
}

/// By what the single sign-on vouches for people.
#[derive(Clone, Debug)]
pub enum Mode {
    /// By a plain header, believed because of who sends it.
    Header(HeaderSettings),
    /// By a signed assertion.
    Jwt(JwtSettings),
}

/// The plain headers, by their exact names.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_field_names, reason = "they are named as the settings are")]
pub struct HeaderSettings {
    /// `identity.user_header`: the person's lasting id.
    pub user_header: String,
    /// `identity.name_header`: the name for the eye.
    pub name_header: Option<String>,
    /// `identity.email_header`.
    pub email_header: Option<String>,
    /// `identity.groups_header`.
    pub groups_header: Option<String>,
}

/// The signed assertion.
#[derive(Clone, Debug)]
pub struct JwtSettings {
    /// `identity.jwt_header`: the header with the assertion, bare or after `Bearer`.
    pub jwt_header: String,
    /// `identity.jwks_url`: where the keys are. Either this or the file must be given.
    pub jwks_url: Option<String>,
    /// `identity.jwks_file`: the keys as a JWK set.
    pub jwks_file: Option<PathBuf>,
    /// `identity.audience`: one of these must be in the token's `aud`.
    pub audience: Vec<String>,
    /// `identity.algorithms`: what may be signed with, e.g. `RS256`.
    pub algorithms: Vec<String>,
    /// `identity.assertion`: whether each request carries a fresh one.
    pub assertion: Assertion,
    /// How far the clocks of the two machines may be apart.
    pub leeway: Duration,
    /// A file of PEM certificates that are trusted for `jwks_url` besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// How long an assertion names a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assertion {
    /// Until its `exp`: the proxy signs a fresh one for each request.
    #[default]
    PerRequest,
    /// As long as the proxy forwards it: it was issued at the sign-in, and its `exp` says nothing about the session.
    LoginOnly,
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct SettingsError {
    /// The setting, e.g. `identity.trusted_peers`.
    pub key: &'static str,
    /// What is wrong with it, and what to do.
    pub problem: String,
}
