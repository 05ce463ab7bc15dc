//! What comes back: a whole answer, or the reason why there is none.

use domain::maintenance::outcome::NoAnswer;
use http::{HeaderMap, HeaderName};

use super::SUBJECT_TOKEN;

/// The most bytes of an answer, unpacked. Assumed because a page of 1,000 desktops has about 1 MB; a longer answer counts
/// as none.
const BODY_LIMIT_BYTES: usize = 8 * 1024 * 1024;

/// The most characters of a request id that are kept. Known ones have 32.
pub(crate) const REQUEST_ID_LIMIT_CHARS: usize = 128;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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

/// Takes the whole answer in.
pub(crate) async fn receive(mut response: reqwest::Response) -> Result<Received, Failure> {
    let headers = hide_tokens(std::mem::take(response.headers_mut()));
    let status = response.status().as_u16();
    let body = read_body(&mut response).await?;
    Ok(Received { status, headers, body })
}

/// Marks the token, so that nothing prints it.
fn hide_tokens(mut headers: HeaderMap) -> HeaderMap {
    if let http::header::Entry::Occupied(mut tokens) = headers.entry(SUBJECT_TOKEN) {
        tokens.iter_mut().for_each(|token| token.set_sensitive(true));
    }
    headers
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
pub(crate) fn classify(error: &reqwest::Error) -> Failure {
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

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn b13_a_token_that_comes_in_is_marked_however_often_it_comes() {
        let mut headers = HeaderMap::new();
        headers.append(SUBJECT_TOKEN, HeaderValue::from_static("MIIcanary"));
        headers.append(SUBJECT_TOKEN, HeaderValue::from_static("MIIcanary"));
        headers.append(REQUEST_ID, HeaderValue::from_static("r1"));
        let printed = format!("{:?}", hide_tokens(headers));
        assert!(!printed.contains("canary"), "{printed}");
        assert_eq!(printed.matches("Sensitive").count(), 2, "{printed}");
        assert!(printed.contains("r1"), "{printed}");
    }
}
