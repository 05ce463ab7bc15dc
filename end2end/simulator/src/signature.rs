//! Signatures of requests with an access key, algorithm `SDK-HMAC-SHA256`: parsed, and compared with the request.
//! The package `huaweicloudsdkcore` 3.1.219, `signer/signer.py`.

use std::fmt::Write;

use aws_lc_rs::{digest, hmac};
use axum::http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::clock::Moment;

/// The only algorithm that the simulated cloud knows.
const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// What canonical texts leave as it is, besides letters and digits.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The parts of a request that a signature covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    /// As it was sent, percent-encoded.
    pub(crate) path: &'a str,
    /// As it was sent, percent-encoded.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// What an `Authorization` header claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) access: String,
    /// The time that was signed.
    pub(crate) at: Moment,
    signed_headers: Vec<String>,
    signature: String,
}

/// Whether a request wants to be known by a signature rather than by a token.
pub(crate) fn is_claimed(headers: &HeaderMap) -> bool {
    text(headers, "authorization").is_some_and(|value| value.starts_with(ALGORITHM))
}

impl Claim {
    /// The claim of a request. `None` when the header cannot be read, or the time is missing or not signed.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let parameters = text(headers, "authorization")?.strip_prefix(ALGORITHM)?.to_owned();
        let part = |name: &str| {
            let mut parts = parameters.split(',').filter_map(|part| part.trim().split_once('='));
            parts.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
        };
        let signed_headers: Vec<_> = part("SignedHeaders")?.split(';').map(str::to_owned).collect();
        if !signed_headers.iter().any(|name| name == "x-sdk-date") {
            return None;
        }
        let at = Moment::of_signature(&text(headers, "x-sdk-date")?)?;
        Some(Self { access: part("Access")?, at, signed_headers, signature: part("Signature")? })
    }

    /// Whether this secret key signed this request.
    pub(crate) fn is_of(&self, secret: &str, signed: Signed<'_>) -> bool {
        let Some(canonical) = canonical(signed, &self.signed_headers) else {
            return false;
        };
        let text = format!("{ALGORITHM}\n{}\n{}", self.at.signature(), sha256(canonical.as_bytes()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        bytes(&self.signature).is_some_and(|tag| hmac::verify(&key, text.as_bytes(), &tag).is_ok())
    }
}

/// `None` when a header that the signature claims to cover was not sent.
fn canonical(signed: Signed<'_>, signed_headers: &[String]) -> Option<String> {
    let path: Vec<_> = signed.path.split('/').map(encoded).collect();
    let mut path = path.join("/");
    if !path.ends_with('/') {
        path.push('/');
    }
    let pairs = signed.query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.sort_by_key(|(key, value)| (decoded(key), decoded(value)));
    let query: Vec<_> = pairs.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
    let mut headers = String::new();
    for name in signed_headers {
        // Writing to a text cannot fail.
        let _ = writeln!(headers, "{name}:{}", text(signed.headers, name)?);
    }
    // The vendor's client signs the hash of an empty body as it is, whatever this header says.
    let announced = text(signed.headers, "x-sdk-content-sha256").filter(|_| !signed.body.is_empty());
    let body = match announced {
        Some(word) if word == "UNSIGNED-PAYLOAD" => word,
        _ => sha256(signed.body),
    };
    let method = signed.method.to_ascii_uppercase();
    Some(format!("{method}\n{path}\n{}\n{headers}\n{}\n{body}", query.join("&"), signed_headers.join(";")))
}

/// The value of a header; the vendor's clients send UTF-8.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

fn encoded(part: &str) -> String {
    utf8_percent_encode(&decoded(part), ENCODED).to_string()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    digest.as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    const PATH: &str = "/v2/p/desktops/detail";
    const QUERY: &str = "user_name=%E7%8E%8B%20x&desktop_id=b&desktop_id=a&in_maintenance_mode=true";
    const BODY: &[u8] = b"{\"a\":1}";

    /// A request that the vendor's Python package (`huaweicloudsdkcore` 3.1.219, `Signer`) signed.
    fn headers() -> HeaderMap {
        let authorization = "SDK-HMAC-SHA256 Access=HARBORAK0001, \
                             SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=ad96f6c24258906cbbb23dd94b3782f8e786bba65655f874fba9f4082864d990";
        [
            ("authorization", authorization),
            ("content-type", "application/json"),
            ("host", "127.0.0.1:4000"),
            ("x-project-id", "p"),
            ("x-sdk-date", "20260102T030405Z"),
            ("accept", "*/*"),
        ]
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
    }

    fn check(change: impl FnOnce(&mut HeaderMap, &mut Signed<'_>), secret: &str) -> bool {
        let original = headers();
        let mut headers = headers();
        let mut signed = Signed { method: "PUT", path: PATH, query: QUERY, headers: &original, body: BODY };
        change(&mut headers, &mut signed);
        Claim::of(&headers).is_some_and(|claim| claim.is_of(secret, Signed { headers: &headers, ..signed }))
    }

    #[test]
    fn a_request_that_the_vendors_own_code_signed_is_accepted() {
        let claim = Claim::of(&headers()).unwrap();
        assert_eq!((claim.access.as_str(), claim.at.plain().as_str()), ("HARBORAK0001", "2026-01-02 03:04:05"));
        assert!(check(|_, _| {}, "harbor-sk-0001"));
    }

    #[test]
    fn the_order_of_the_query_and_headers_that_are_not_signed_do_not_matter() {
        let query = "in_maintenance_mode=true&desktop_id=a&user_name=%e7%8e%8b%20x&desktop_id=b";
        assert!(check(|_, signed| signed.query = query, "harbor-sk-0001"));
        assert!(check(|headers, _| drop(headers.remove("accept")), "harbor-sk-0001"));
    }

    #[test]
    fn another_secret_and_any_other_request_are_refused() {
        assert!(!check(|_, _| {}, "harbor-sk-0002"));
        assert!(!check(|_, signed| signed.method = "GET", "harbor-sk-0001"));
        assert!(!check(|_, signed| signed.path = "/v2/q/desktops/detail", "harbor-sk-0001"));
        assert!(!check(|_, signed| signed.query = "desktop_id=a", "harbor-sk-0001"));
        assert!(!check(|_, signed| signed.body = b"{\"a\":2}", "harbor-sk-0001"));
        for name in ["host", "x-project-id", "x-sdk-date"] {
            assert!(!check(|headers, _| drop(headers.remove(name)), "harbor-sk-0001"), "{name}");
        }
        let other = HeaderValue::from_static("other");
        assert!(!check(|headers, _| drop(headers.insert("x-project-id", other)), "harbor-sk-0001"));
    }

    #[test]
    fn headers_that_are_no_signature_claim_nothing() {
        for value in ["", "Bearer x", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=00"] {
            let mut headers = headers();
            headers.insert("authorization", HeaderValue::from_static(value));
            assert_eq!(Claim::of(&headers), None, "{value}");
        }
    }
}
