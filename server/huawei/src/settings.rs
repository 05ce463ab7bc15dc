//! Where the cloud is, and how it is reached.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;
use url::{Host, Url};

/// The region whose identity service has another ending than its neighbours.
///
/// Source: the official SDK's list of regions (`huaweicloudsdkiam`). For Workspace the same SDK keeps `.com`.
const EUROPEAN_REGION: &str = "eu-west-101";

/// The most characters of a region's id. Assumed because the longest known one has 20; a longer one is refused at start.
const REGION_LIMIT_CHARS: usize = 32;

/// The most characters of an identity provider's name, as documented for `X-Idp-Id`
/// (<https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html>); a longer one is refused at start.
const IDENTITY_PROVIDER_LIMIT_CHARS: usize = 64;

/// Where the cloud is, and how it is reached.
#[derive(Clone)]
pub struct Settings {
    /// The region's id, e.g. `ap-southeast-3`: lower-case letters, digits and dashes.
    pub region: String,
    /// The identity service: scheme, host and port alone. [`default_iam_url`] knows the vendor's.
    pub iam_url: Url,
    /// Workspace: scheme, host and port alone. [`default_workspace_url`] knows the vendor's.
    pub workspace_url: Url,
    /// A file of PEM certificates that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy that calls go through. Without it the environment's (`HTTPS_PROXY`, `NO_PROXY`) is used. A loopback
    /// address is never reached through a proxy.
    pub proxy: Option<Url>,
    /// The name of the identity provider that the account trusts for ID tokens, 1 to 64 letters, digits, dashes and the
    /// like; without it no ID token is exchanged.
    pub identity_provider: Option<String>,
    /// How long calls may take.
    pub time_limits: TimeLimits,
}

impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address of a proxy may hold a password: only its host is shown.
        let proxy = self.proxy.as_ref().and_then(Url::host_str);
        out.debug_struct("Settings")
            .field("region", &self.region)
            .field("iam_url", &self.iam_url.as_str())
            .field("workspace_url", &self.workspace_url.as_str())
            .field("ca_file", &self.ca_file)
            .field("proxy", &proxy)
            .field("identity_provider", &self.identity_provider)
            .field("time_limits", &self.time_limits)
            .finish()
    }
}

/// How long calls may take, by service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// Calls to the identity service: short, because a person waits for one or two of them inside a request, and a
    /// single sign-on's gate ends a request that takes longer.
    pub identity: CallLimits,
    /// Calls to Workspace.
    pub workspace: CallLimits,
    /// The whole of asking for a token's end, which nobody should wait for when signing out.
    pub revoke: Duration,
}

/// How long a call may take. One that is over its limit has no answer; one that did not connect never left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallLimits {
    /// Name look-up, connecting and TLS together. Must be shorter than the whole, so that a call that runs out of time
    /// has left.
    pub connect: Duration,
    /// The call from its start to the last byte of its answer.
    pub whole: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        let limits = |connect: u64, whole: u64| CallLimits {
            connect: Duration::from_secs(connect),
            whole: Duration::from_secs(whole),
        };
        Self { identity: limits(2, 4), workspace: limits(5, 30), revoke: Duration::from_secs(2) }
    }
}

/// The service that an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Identity and Access Management, which issues tokens.
    Iam,
    /// Workspace, which holds the desktops.
    Workspace,
}

impl fmt::Display for Service {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Iam => "the identity service",
            Self::Workspace => "Workspace",
        })
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A region's id would become part of a host name.
    #[error("a region has 1 to 32 lower-case letters, digits and dashes, e.g. ap-southeast-3")]
    InvalidRegion,
    /// Tokens and passwords would travel readable.
    #[error("the address of {0} must start with https:// (http:// is for loopback addresses only)")]
    NotHttps(Service),
    /// A path, a query, a fragment or a user name would silently not be used.
    #[error("the address of {0} must be scheme, host and port alone, without path, query or user name")]
    NotBare(Service),
    /// The name would be no header, or another one than was meant.
    #[error(
        "an identity provider's name has 1 to 64 printable ASCII characters and neither begins nor ends with a space"
    )]
    InvalidIdentityProvider,
    /// Connecting must fail before the whole call runs out of time.
    #[error("the time to connect to {0} must be shorter than the time for a whole call")]
    ConnectLimitTooLong(Service),
    /// The file of certificates could not be read.
    #[error("the certificates of {} cannot be read", path.display())]
    UnreadableCertificates {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The file holds no certificates.
    #[error("{} holds no certificate in PEM form", path.display())]
    NoCertificates {
        /// Which file.
        path: PathBuf,
    },
    /// The proxy's address cannot be used.
    #[error("the proxy's address must be http:// or https:// with a host")]
    InvalidProxy,
    /// TLS could not be set up, e.g. because the system has no certificates at all.
    #[error("the connection to {service} could not be set up")]
    Client {
        /// For which service.
        service: Service,
        /// What the HTTP library says.
        #[source]
        source: reqwest::Error,
    },
}

/// The vendor's address of the identity service in a region, `https://iam.{region}.myhuaweicloud.com`.
///
/// Source: <https://developer.huaweicloud.com/intl/en-us/endpoint?IAM> and the official SDK's list of regions.
///
/// # Errors
/// [`SettingsError::InvalidRegion`]
pub fn default_iam_url(region: &str) -> Result<Url, SettingsError> {
    let cloud = if region == EUROPEAN_REGION { "myhuaweicloud.eu" } else { "myhuaweicloud.com" };
    vendor_url("iam", region, cloud)
}

/// The vendor's address of Workspace in a region, `https://workspace.{region}.myhuaweicloud.com`.
///
/// Source: the official SDK's list of regions (`huaweicloudsdkworkspace`).
///
/// # Errors
/// [`SettingsError::InvalidRegion`]
pub fn default_workspace_url(region: &str) -> Result<Url, SettingsError> {
    vendor_url("workspace", region, "myhuaweicloud.com")
}

fn vendor_url(service: &str, region: &str, cloud: &str) -> Result<Url, SettingsError> {
    check_region(region)?;
    Url::parse(&format!("https://{service}.{region}.{cloud}")).map_err(|_| SettingsError::InvalidRegion)
}

/// A region's id becomes part of a host name, so nothing else may hide in it.
pub(crate) fn check_region(region: &str) -> Result<(), SettingsError> {
    let fits = (1..=REGION_LIMIT_CHARS).contains(&region.len());
    let plain = region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let framed = !region.starts_with('-') && !region.ends_with('-');
    if fits && plain && framed { Ok(()) } else { Err(SettingsError::InvalidRegion) }
}

/// Refuses an address over which a token would travel readable, and one of which a part would not be used: the vendor's
/// SDKs drop a path in silence, and the calls then go elsewhere than the settings say.
pub(crate) fn check_url(service: Service, url: &Url) -> Result<(), SettingsError> {
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) => {}
        _ => return Err(SettingsError::NotHttps(service)),
    }
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if bare { Ok(()) } else { Err(SettingsError::NotBare(service)) }
}

/// The identity provider's name as a header's value.
pub(crate) fn read_identity_provider(settings: &Settings) -> Result<Option<HeaderValue>, SettingsError> {
    let Some(name) = &settings.identity_provider else { return Ok(None) };
    // What lies beyond ASCII has no agreed form in a header, and spaces at its ends would be lost.
    let printable = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let fits = printable && (1..=IDENTITY_PROVIDER_LIMIT_CHARS).contains(&name.len()) && name.trim() == name;
    match HeaderValue::from_str(name) {
        Ok(value) if fits => Ok(Some(value)),
        _ => Err(SettingsError::InvalidIdentityProvider),
    }
}

/// Whether the address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
pub(crate) use tests::example;

#[cfg(test)]
mod tests;
