//! The only place that sends anything.
//!
//! One client per service: it is bound to that service's address, so a token cannot travel to another host. A redirect
//! is an answer with its status; nothing is repeated, because repeating is decided by the run.

use std::time::{Duration, Instant};

use domain::maintenance::outcome::NoAnswer;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::{Certificate, NoProxy, Proxy, redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::settings::{self, Service, Settings, SettingsError};

/// The most bytes of an answer, unpacked. Assumed because a page of 1,000 desktops has about 1 MB; a longer answer counts
/// as none.
pub(crate) const BODY_LIMIT_BYTES: usize = 8 * 1024 * 1024;

/// The most bytes of all headers of an answer over HTTP/2. The gateway's own limit is 128 K
/// (<https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html>, .0201); the library's is 16 K, too
/// little for a token. If it is wrong, a sign-in has no answer.
const HEADERS_LIMIT_BYTES: u32 = 128 * 1024;

/// How long an unused connection is kept. Assumed to be shorter than the gateway's own time, so that a PUT rarely meets
/// a connection that is being closed.
const IDLE_CONNECTION_LIMIT: Duration = Duration::from_secs(30);

/// The most characters of a request id that are kept. Known ones have 32.
pub(crate) const REQUEST_ID_LIMIT_CHARS: usize = 128;

const AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
pub(crate) const SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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
    pub(crate) json: Option<String>,
    /// How many desktops the call names; for the log.
    pub(crate) ids: usize,
}

impl<'a> Call<'a> {
    /// A call without query, token and body.
    pub(crate) fn new(method: Method, template: &'static str, values: &'a [&'a str]) -> Self {
        Self { method, template, values, query: Vec::new(), token: None, json: None, ids: 0 }
    }
}

/// An answer that came in whole.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The unpacked bytes; `None` where they could not be unpacked.
    pub(crate) body: Option<Vec<u8>>,
}

impl Received {
    /// Whether the status says that all is well.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The header of that name as text.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The cloud's id of the call, cut to its limit.
    pub(crate) fn request_id(&self) -> Option<&str> {
        // A header value that reads as text is ASCII, so every byte is a boundary.
        let id = self.header(&REQUEST_ID).filter(|id| !id.is_empty())?;
        Some(id.get(..REQUEST_ID_LIMIT_CHARS).unwrap_or(id))
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The call certainly never left.
    NotSentOut,
    /// It left, or may have left.
    NoAnswer(NoAnswer),
}

impl Client {
    /// A client of `service` at `base`.
    pub(crate) fn new(
        service: Service,
        base: &Url,
        settings: &Settings,
        time_limit: Duration,
    ) -> Result<Self, SettingsError> {
        settings::check_url(service, base)?;
        if settings.time_limits.connect >= time_limit {
            return Err(SettingsError::ConnectLimitTooLong);
        }
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .connect_timeout(settings.time_limits.connect)
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
        Ok(Self { http, base: base.clone(), time_limit })
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
        let mut response = request.send().await.map_err(|error| classify(&error))?;
        let mut headers = std::mem::take(response.headers_mut());
        if let Some(token) = headers.get_mut(SUBJECT_TOKEN) {
            token.set_sensitive(true);
        }
        let status = response.status().as_u16();
        let body = read_body(&mut response).await?;
        Ok(Received { status, headers, body })
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
            let mut value = HeaderValue::from_str(token.expose_secret()).ok()?;
            value.set_sensitive(true);
            request = request.header(AUTH_TOKEN, value);
        }
        if let Some(json) = call.json {
            request = request.body(json);
        }
        Some(request)
    }
}

/// The address of a call: every value is percent-encoded and stays one step of the path.
fn fill(base: &Url, template: &str, values: &[&str], query: &[(&str, String)]) -> Option<Url> {
    let mut url = base.clone();
    let mut values = values.iter();
    {
        let mut path = url.path_segments_mut().ok()?;
        path.clear();
        for step in template.split('/').skip(1) {
            let step = if step.starts_with('{') { *values.next()? } else { step };
            // The last two would be resolved, and control characters dropped: the call would go elsewhere in silence.
            if matches!(step, "" | "." | "..") || step.chars().any(char::is_control) {
                return None;
            }
            path.push(step);
        }
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query.iter());
    }
    Some(url)
}

/// Reads the whole body, but never more than [`BODY_LIMIT_BYTES`] of it, unpacked.
async fn read_body(response: &mut reqwest::Response) -> Result<Option<Vec<u8>>, Failure> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > BODY_LIMIT_BYTES => {
                return Err(Failure::NoAnswer(NoAnswer::TooLong));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(Some(body)),
            Err(error) if is_corrupt(&error) => return Ok(None),
            Err(error) => return Err(classify(&error)),
        }
    }
}

/// What a failure of the HTTP library means for the call.
fn classify(error: &reqwest::Error) -> Failure {
    if error.is_connect() || error.is_builder() {
        Failure::NotSentOut
    } else if error.is_timeout() {
        Failure::NoAnswer(NoAnswer::TimedOut)
    } else {
        Failure::NoAnswer(NoAnswer::ConnectionLost)
    }
}

/// Whether the bytes came, but are not packed as their header says.
fn is_corrupt(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return matches!(io.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput);
        }
        cause = error.source();
    }
    false
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

    fn check(template: &str, values: &[&str], wanted: Option<&str>) {
        let base = Url::parse("https://workspace.example:8443").unwrap();
        let url = fill(&base, template, values, &[]);
        assert_eq!(url.as_ref().map(Url::as_str), wanted, "{template} {values:?}");
    }

    #[test]
    fn a_value_stays_one_step_of_the_path() {
        check("/v2/{project_id}/desktops", &["p1"], Some("https://workspace.example:8443/v2/p1/desktops"));
        check("/v2/{p}/x", &["a/b?c#d"], Some("https://workspace.example:8443/v2/a%2Fb%3Fc%23d/x"));
        check("/v2/{p}/x", &["é"], Some("https://workspace.example:8443/v2/%C3%A9/x"));
        for climbing in ["", ".", "..", "a\r\n", "\t.."] {
            check("/v2/{p}/x", &[climbing], None);
        }
        check("/v2/{p}/{q}", &["only one"], None);
    }

    #[test]
    fn several_ids_are_sent_as_a_repeated_parameter() {
        let base = Url::parse("https://workspace.example").unwrap();
        let query = [("desktop_id", "a".to_owned()), ("desktop_id", "b&c".to_owned())];
        let url = fill(&base, "/v2", &[], &query).unwrap();
        assert_eq!(url.query(), Some("desktop_id=a&desktop_id=b%26c"));
    }
}
