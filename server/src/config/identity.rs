//! The settings about people: who vouches for them, and what their groups let them do.

use std::path::PathBuf;

use domain::role::RoleGroups;
use serde::Deserialize;
use sso::Assertion;
use url::Url;

use super::ConfigError;

/// Who vouches for people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityConfig {
    /// What stands in front.
    pub mode: Mode,
    /// The header with the person's lasting id. For `header`.
    pub user_header: Option<String>,
    /// The header with the name for the eye.
    pub name_header: Option<String>,
    /// The header with the e-mail address.
    pub email_header: Option<String>,
    /// The header with the groups.
    pub groups_header: Option<String>,
    /// What stands between two groups.
    pub groups_separator: String,
    /// The peers that may vouch, as CIDRs.
    pub trusted_peers: Vec<String>,
    /// The header with the assertion. For `jwt`.
    pub jwt_header: Option<String>,
    /// Where the issuer's keys are.
    pub jwks_url: Option<Url>,
    /// A file with the issuer's keys.
    pub jwks_file: Option<PathBuf>,
    /// Who issues; for `header` the name under which people are kept.
    pub issuer: Option<String>,
    /// For whom the assertion must be: one of these.
    pub audience: Vec<String>,
    /// The signature algorithms that are accepted.
    pub algorithms: Vec<String>,
    /// Whether an assertion must be fresh at every request.
    pub assertion: Assertion,
    /// Where a sign-out ends.
    pub logout_url: Option<String>,
    /// Where a person signs in at the single sign-on anew.
    pub renew_url: Option<String>,
    /// The header with the person's ID token.
    pub id_token_header: Option<String>,
}

/// What stands in front.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nothing: the cloud's own sign-in alone, on loopback or a socket.
    #[default]
    None,
    /// A proxy that names the person in a header.
    Header,
    /// A proxy that sends a signed assertion.
    Jwt,
}

impl Default for IdentityConfig {
    fn default() -> Self {
        Self {
            mode: Mode::None,
            user_header: None,
            name_header: None,
            email_header: None,
            groups_header: None,
            groups_separator: ",".to_owned(),
            trusted_peers: Vec::new(),
            jwt_header: None,
            jwks_url: None,
            jwks_file: None,
            issuer: None,
            audience: Vec::new(),
            algorithms: Vec::new(),
            assertion: Assertion::PerRequest,
            logout_url: None,
            renew_url: None,
            id_token_header: None,
        }
    }
}

/// Which groups give which role. Without an identity layer everybody is lead.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RolesConfig {
    /// Groups whose members see everything and change nothing.
    pub viewer: Vec<String>,
    /// Groups whose members put desktops into maintenance and return them.
    pub operator: Vec<String>,
    /// Groups whose members see the audit, too.
    pub lead: Vec<String>,
}

impl RolesConfig {
    /// The groups by role.
    pub fn groups(&self) -> RoleGroups {
        RoleGroups { viewer: self.viewer.clone(), operator: self.operator.clone(), lead: self.lead.clone() }
    }
}

impl IdentityConfig {
    /// Checks what does not fit together: a setting that nothing reads is a mistake, and here one that lets people in.
    pub(super) fn check_with(&self, roles: &RolesConfig) -> Result<(), ConfigError> {
        let unusable = |key, problem: &str| Err(ConfigError::Unusable { key, problem: problem.to_owned() });
        let has_roles = !roles.groups().is_empty();
        let names_anybody = self.user_header.is_some()
            || self.jwt_header.is_some()
            || self.id_token_header.is_some()
            || !self.trusted_peers.is_empty();
        match self.mode {
            Mode::None if names_anybody || has_roles => unusable(
                "identity.mode",
                "is \"none\", but other settings speak of a single sign-on: set \"header\" or \"jwt\", or take them out",
            ),
            Mode::Header if self.jwt_header.is_some() || !self.audience.is_empty() => {
                unusable("identity.mode", "is \"header\", but identity.jwt_header or identity.audience is set")
            }
            Mode::Header if has_roles && self.groups_header.is_none() => {
                unusable("identity.groups_header", "must be given where roles name groups: without it nobody has any")
            }
            Mode::Jwt if self.user_header.is_some() => {
                unusable("identity.mode", "is \"jwt\", but identity.user_header is set")
            }
            _ => Ok(()),
        }
    }

    /// The single sign-on that these settings describe; `None` where nothing stands in front.
    ///
    /// # Errors
    /// What [`sso::Sso::new`] gives, or that a header is missing.
    pub fn single_sign_on(
        &self,
        listens_on_socket: bool,
        ca_file: Option<PathBuf>,
    ) -> Result<Option<sso::Sso>, sso::SettingsError> {
        let mode = match self.mode {
            Mode::None => return Ok(None),
            Mode::Header => sso::Mode::Header(sso::HeaderSettings {
                user_header: self.user_header.clone().unwrap_or_default(),
                name_header: self.name_header.clone(),
                email_header: self.email_header.clone(),
                groups_header: self.groups_header.clone(),
            }),
            Mode::Jwt => sso::Mode::Jwt(sso::JwtSettings {
                jwt_header: self.jwt_header.clone().unwrap_or_default(),
                jwks_url: self.jwks_url.as_ref().map(Url::to_string),
                jwks_file: self.jwks_file.clone(),
                audience: self.audience.clone(),
                algorithms: self.algorithms.clone(),
                assertion: self.assertion,
                leeway: sso::DEFAULT_LEEWAY,
                ca_file,
            }),
        };
        let settings = sso::Settings {
            mode,
            trusted_peers: self.trusted_peers.clone(),
            listens_on_socket,
            issuer: self.issuer.clone(),
            groups_separator: self.groups_separator.clone(),
            id_token_header: self.id_token_header.clone(),
        };
        sso::Sso::new(settings).map(Some)
    }

    /// Checks what can be said without the rest; the headers and keys are checked where they are used.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, address) in [("identity.logout_url", &self.logout_url), ("identity.renew_url", &self.renew_url)] {
            if address.as_deref().is_some_and(|address| !is_address(address)) {
                let problem = "must be an address that starts with https:// or a path that starts with /";
                return Err(ConfigError::Unusable { key, problem: problem.to_owned() });
            }
        }
        Ok(())
    }
}

/// A path of this site, or an address elsewhere over TLS; over plain http only on this machine.
fn is_address(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'));
    let is_elsewhere = Url::parse(text).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")),
        _ => false,
    });
    is_plain && (app::routes::is_own_path(text) || is_elsewhere)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_out_ends_at_a_path_of_ours_or_over_tls() {
        for good in ["/oauth2/sign_out", "/cb?logout=https%3A%2F%2Fidp", "https://sso.example/logout?x=y"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "javascript:alert(1)", "http://sso.example/", "//sso.example/", "https://a b/", "https://a/\"x"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
