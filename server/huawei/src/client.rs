//! The only place that sends anything.
//!
//! One client per service: it is bound to that service's address, so a token cannot travel to another host. A redirect
//! is an answer with its status; nothing is repeated, because repeating is decided by the run.

mod address;
mod answer;

use std::time::{Duration, Instant};

use domain::maintenance::outcome::NoAnswer;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use reqwest::{Certificate, NoProxy, Proxy, redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub(crate) use self::answer::{Failure, REQUEST_ID_LIMIT_CHARS, Received};
use self::{
    address::fill,
    answer::{classify, receive},
};
use crate::settings::{self, Service, Settings, SettingsError};

/// The most bytes of all headers of an answer over HTTP/2. The gateway's own limit is 128 K
/// (<https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html>, .0201); the library's is 16 K, too
/// little for a token. If it is wrong, a sign-in has no answer.
const HEADERS_LIMIT_BYTES: u32 = 128 * 1024;

/// How long an unused connection is kept. Assumed to be shorter than the gateway's own time, so that a PUT rarely meets
/// a connection that is being closed.
const IDLE_CONNECTION_LIMIT: Duration = Duration::from_secs(30);

const AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
pub(crate) const SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// A client of one service.
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    time_limit: Duration,
}

/// One call.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// The path, with a word in braces where a value stands. This is what the log shows.
    pub(crate) template: &'static str,
    /// The values for the words in braces, in order.
    pub(crate) values: &'a [&'a str],
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) token: Option<&'a SecretString>,
    /// More headers, those with a secret made by [`secret_header`].
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) json: Option<String>,
    /// How many desktops the call names; for the log.
    pub(crate) ids: usize,
}

impl<'a> Call<'a> {
    /// A call without query, token and body.
    pub(crate) fn new(method: Method, template: &'static str, values: &'a [&'a str]) -> Self {
        Self { method, template, values, query: Vec::new(), token: None, headers: Vec::new(), json: None, ids: 0 }
    }
}

impl Client {
    /// A client of `service` at the address that the settings name.
    pub(crate) fn new(service: Service, settings: &Settings) -> Result<Self, SettingsError> {
        let (base, limits) = match service {
            Service::Iam => (&settings.iam_url, settings.time_limits.identity),
            Service::Workspace => (&settings.workspace_url, settings.time_limits.workspace),
        };
        settings::check_url(service, base)?;
        if limits.connect >= limits.whole {
            return Err(SettingsError::ConnectLimitTooLong(service));
        }
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .connect_timeout(limits.connect)
            .pool_idle_timeout(IDLE_CONNECTION_LIMIT)
            .http2_max_header_list_size(HEADERS_LIMIT_BYTES)
            .user_agent(concat!("drydock/", env!("CARGO_PKG_VERSION")));
        if settings::is_loopback(base) {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &settings.proxy {
            builder = builder.proxy(read_proxy(proxy)?);
        }
        let own = read_certificates(settings)?;
        builder = if base.scheme() == "http" {
            // No TLS, so a machine without any certificates is no obstacle.
            builder.tls_certs_only(own)
        } else {
            builder.https_only(true).tls_certs_merge(own)
        };
        let http = builder.build().map_err(|source| SettingsError::Client { service, source })?;
        Ok(Self { http, base: base.clone(), time_limit: limits.whole })
    }

    /// Sends a call and waits for the whole answer, leaving one line in the log.
    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Received, Failure> {
        let (method, template, ids) = (call.method.clone(), call.template, call.ids);
        let started = monotonic_now();
        // Connecting has a shorter limit of its own, so a call that is cut off here has left.
        let outcome = match tokio::time::timeout(self.time_limit, self.exchange(call)).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(Failure::NoAnswer(NoAnswer::TimedOut)),
        };
        let duration_ms = u64::try_from(monotonic_now().duration_since(started).as_millis()).unwrap_or(u64::MAX);
        match &outcome {
            Ok(received) => tracing::info!(
                %method, path = template, status = received.status, duration_ms,
                request_id = received.request_id(), ids, "the cloud answered"
            ),
            Err(failure) => tracing::info!(
                %method, path = template, duration_ms, ids, ?failure, "the cloud did not answer"
            ),
        }
        outcome
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that sends")]
    async fn exchange(&self, call: Call<'_>) -> Result<Received, Failure> {
        let request = self.prepare(call).ok_or(Failure::NotSentOut)?;
        receive(request.send().await.map_err(|error| classify(&error))?).await
    }

    /// The request; `None` where a value cannot stand in one, e.g. a token with a line break.
    fn prepare(&self, call: Call<'_>) -> Option<reqwest::RequestBuilder> {
        let url = fill(&self.base, call.template, call.values, &call.query)?;
        let mut request = self
            .http
            .request(call.method, url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json;charset=utf8");
        if let Some(token) = call.token {
            request = request.header(AUTH_TOKEN, secret_header(token)?);
        }
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(json) = call.json {
            request = request.body(json);
        }
        Some(request)
    }
}

/// The secret as a header's value that nothing prints; `None` where it cannot stand in one.
pub(crate) fn secret_header(secret: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose_secret()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn read_proxy(url: &Url) -> Result<Proxy, SettingsError> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(SettingsError::InvalidProxy);
    }
    let proxy = Proxy::all(url.clone()).map_err(|_| SettingsError::InvalidProxy)?;
    Ok(proxy.no_proxy(NoProxy::from_string("localhost,127.0.0.0/8,::1")))
}

fn read_certificates(settings: &Settings) -> Result<Vec<Certificate>, SettingsError> {
    let Some(path) = &settings.ca_file else { return Ok(Vec::new()) };
    let pem =
        std::fs::read(path).map_err(|source| SettingsError::UnreadableCertificates { path: path.clone(), source })?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(SettingsError::NoCertificates { path: path.clone() }),
    }
}

/// Measures calls for the log; nothing is decided by it.
#[expect(clippy::disallowed_methods, reason = "how long a call took is for the log alone, not for any decision")]
fn monotonic_now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn b13_the_headers_that_carry_a_token_are_marked() {
        let base = Url::parse("http://127.0.0.1:1").unwrap();
        let client = Client::new(Service::Iam, &settings::example(&base)).unwrap();
        let token = SecretString::from("MIIcanary");
        let mut call = Call::new(Method::DELETE, "/v3/auth/tokens", &[]);
        call.token = Some(&token);
        call.headers = vec![(SUBJECT_TOKEN, secret_header(&token).unwrap())];
        let request = client.prepare(call).unwrap();
        assert!(!format!("{request:?}").contains("canary"), "{request:?}");
        let request = request.build().unwrap();
        assert!([AUTH_TOKEN, SUBJECT_TOKEN].iter().all(|name| request.headers()[name].is_sensitive()));
        assert!(!format!("{request:?}").contains("canary"), "{request:?}");
    }

    #[test]
    fn d8_a_token_cannot_add_a_header() {
        for token in ["MII\r\nx-evil: 1", "MII\n", "MII\0"] {
            assert!(secret_header(&SecretString::from(token)).is_none(), "{token:?}");
        }
    }
}
