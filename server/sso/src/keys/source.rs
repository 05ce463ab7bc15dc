//! Where the keys are read: a file, or an address of the single sign-on.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use http::header::ACCEPT;
use reqwest::{Certificate, redirect, retry};
use url::{Host, Url};

/// The most bytes of a key set, unpacked. Assumed because one with certificates has some 10 kB; a longer one is refused
/// and the keys from before go on being used.
const SET_LIMIT_BYTES: usize = 256 * 1024;

/// How long the whole answer may take. Requirement D13: an identity call inside a request gets 4 s.
const TIME_LIMIT: Duration = Duration::from_secs(4);

/// How long connecting may take; a part of the above.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// Something that keys can be read from, again and again.
#[async_trait]
pub(crate) trait Source: fmt::Debug + Send + Sync {
    /// The key set as it stands there now.
    async fn read(&self) -> Result<Vec<u8>, SourceError>;
}

/// Why the keys could not be read; for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error("the file cannot be read: {0}")]
    File(#[from] std::io::Error),
    #[error("no answer: {0}")]
    NoAnswer(String),
    #[error("the answer has the status {0}")]
    Status(u16),
    #[error("more than {SET_LIMIT_BYTES} bytes")]
    TooLong,
}

/// A file with a key set.
#[derive(Debug)]
pub(crate) struct KeyFile(pub(crate) PathBuf);

impl KeyFile {
    /// Reads the file on this thread.
    pub(crate) fn read_now(path: &Path) -> Result<Vec<u8>, SourceError> {
        let mut read = Vec::new();
        let limit = u64::try_from(SET_LIMIT_BYTES).unwrap_or(u64::MAX);
        File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut read)?;
        if read.len() > SET_LIMIT_BYTES { Err(SourceError::TooLong) } else { Ok(read) }
    }
}

#[async_trait]
impl Source for KeyFile {
    async fn read(&self) -> Result<Vec<u8>, SourceError> {
        let path = self.0.clone();
        let read = tokio::task::spawn_blocking(move || Self::read_now(&path)).await;
        read.map_err(|error| SourceError::File(std::io::Error::other(error)))?
    }
}

/// An address with a key set.
#[derive(Debug)]
pub(crate) struct KeyAddress {
    http: reqwest::Client,
    url: Url,
}

impl KeyAddress {
    /// Prepares a client for that address alone; no call is made.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(crate) fn new(url: &str, certificates: Vec<Certificate>) -> Result<Self, String> {
        let url = read_url(url)?;
        let builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .connect_timeout(CONNECT_LIMIT)
            .timeout(TIME_LIMIT)
            .user_agent(concat!("drydock/", env!("CARGO_PKG_VERSION")));
        let builder = if is_loopback(&url) { builder.no_proxy() } else { builder };
        let builder = if url.scheme() == "http" {
            // No TLS, so a machine without any certificates is no obstacle.
            builder.tls_certs_only(certificates)
        } else {
            builder.https_only(true).tls_certs_merge(certificates)
        };
        let http = builder.build().map_err(|error| format!("the connection could not be set up: {error}"))?;
        Ok(Self { http, url })
    }
}

#[async_trait]
impl Source for KeyAddress {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the single sign-on for its keys")]
    async fn read(&self) -> Result<Vec<u8>, SourceError> {
        let no_answer = |error: reqwest::Error| SourceError::NoAnswer(error.without_url().to_string());
        let request = self.http.get(self.url.clone()).header(ACCEPT, "application/jwk-set+json, application/json");
        let mut answer = request.send().await.map_err(no_answer)?;
        if answer.status() != http::StatusCode::OK {
            return Err(SourceError::Status(answer.status().as_u16()));
        }
        let mut read = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
            if read.len().saturating_add(chunk.len()) > SET_LIMIT_BYTES {
                return Err(SourceError::TooLong);
            }
            read.extend_from_slice(&chunk);
        }
        Ok(read)
    }
}

/// The address, where nobody on the way can put other keys into the answer.
fn read_url(written: &str) -> Result<Url, String> {
    let url = Url::parse(written).map_err(|error| format!("is no address: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must be without user name and password".to_owned());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err("must start with https:// (http:// is for loopback addresses only)".to_owned()),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        for (written, expected) in [
            ("https://sso.example/jwks", true),
            ("http://127.0.0.1:9/jwks", true),
            ("http://[::1]:9/jwks", true),
            ("http://localhost:9/jwks", true),
            ("http://sso.example/jwks", false),
            ("http://localhost.example/jwks", false),
            ("http://127.0.0.1.example/jwks", false),
            ("https://name:word@sso.example/jwks", false),
            ("file:///etc/jwks.json", false),
            ("sso.example", false),
            ("", false),
        ] {
            assert_eq!(read_url(written).is_ok(), expected, "{written}");
        }
    }

    /// A server that gives each caller in turn one of `answers`, and its address.
    async fn serve(answers: Vec<Vec<u8>>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = [0; 1_024];
                let count = stream.read(&mut asked).await.unwrap();
                assert!(asked[..count].starts_with(b"GET /jwks HTTP/1.1\r\n"));
                // The other end may hang up before the end of a long answer.
                let _ = stream.write_all(&answer).await;
            }
        });
        url
    }

    fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
        [head.as_bytes(), body].concat()
    }

    #[tokio::test]
    async fn an_answer_is_taken_whole_and_never_from_elsewhere() {
        let url = serve(vec![
            answer("200 OK", "", b"{}"),
            answer("200 OK", "", &vec![b' '; SET_LIMIT_BYTES]),
            answer("200 OK", "", &vec![b' '; SET_LIMIT_BYTES + 1]),
            answer("302 Found", "location: http://127.0.0.1:9/other\r\n", b"{}"),
            answer("500 Internal Server Error", "", b"{}"),
            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_vec(),
        ])
        .await;
        let source = KeyAddress::new(&url, Vec::new()).unwrap();
        assert_eq!(source.read().await.unwrap(), b"{}");
        assert_eq!(source.read().await.unwrap().len(), SET_LIMIT_BYTES);
        assert!(matches!(source.read().await, Err(SourceError::TooLong)));
        assert!(matches!(source.read().await, Err(SourceError::Status(302))));
        assert!(matches!(source.read().await, Err(SourceError::Status(500))));
        assert!(matches!(source.read().await, Err(SourceError::NoAnswer(_))));
    }

    #[tokio::test]
    async fn a_file_is_read_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jwks.json");
        let source = KeyFile(path.clone());
        assert!(matches!(source.read().await, Err(SourceError::File(_))));
        std::fs::write(&path, "{}").unwrap();
        assert_eq!(source.read().await.unwrap(), b"{}");
        std::fs::write(&path, "[]").unwrap();
        assert_eq!(source.read().await.unwrap(), b"[]");
        std::fs::write(&path, vec![b' '; SET_LIMIT_BYTES + 1]).unwrap();
        assert!(matches!(source.read().await, Err(SourceError::TooLong)));
    }
}
