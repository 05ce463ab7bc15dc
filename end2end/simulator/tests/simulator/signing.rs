//! Requests signed with an access key, as a client of its own would sign them.

use std::fmt::Write;

use aws_lc_rs::{digest, hmac};
use reqwest::{Method, Response};

use crate::world::World;

/// An access key, and how its requests are signed.
#[derive(Debug, Clone)]
pub struct Key {
    pub access: String,
    pub secret: String,
    pub security_token: Option<String>,
    /// How many seconds after 1970 its clock stands; the true time where it is `None`.
    pub at: Option<u64>,
}

impl Key {
    pub fn new(access: &str, secret: &str) -> Self {
        Self { access: access.into(), secret: secret.into(), security_token: None, at: None }
    }

    /// Sends a signed request to this path, which must need no encoding.
    pub async fn send(&self, world: &World, method: Method, path: &str, body: &str) -> Response {
        self.send_with(world, method, path, body, &[]).await
    }

    /// The same with more headers, which are signed too.
    pub async fn send_with(
        &self,
        world: &World,
        method: Method,
        path: &str,
        body: &str,
        more: &[(&str, &str)],
    ) -> Response {
        let url = world.simulator.url();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let date = date(self.at.unwrap_or(now));
        let mut headers = vec![
            ("content-type", "application/json"),
            ("host", url.trim_start_matches("http://")),
            ("x-sdk-date", date.as_str()),
        ];
        headers.extend(self.security_token.as_deref().map(|token| ("x-security-token", token)));
        headers.extend(more);
        headers.sort_unstable();
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let lines = headers.iter().fold(String::new(), |mut text, (name, value)| {
            writeln!(text, "{name}:{value}").unwrap();
            text
        });
        let (bare, query) = path.split_once('?').unwrap_or((path, ""));
        let names = names.join(";");
        let canonical = format!("{method}\n{bare}/\n{query}\n{lines}\n{names}\n{}", sha256(body.as_bytes()));
        let text = format!("SDK-HMAC-SHA256\n{date}\n{}", sha256(canonical.as_bytes()));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes()), text.as_bytes());
        let signature = hex(tag.as_ref());
        let authorization =
            format!("SDK-HMAC-SHA256 Access={}, SignedHeaders={names}, Signature={signature}", self.access);
        let request = world.http.request(method, format!("{url}{path}")).header("authorization", authorization);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(body.to_owned()).send().await.unwrap()
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// `20260102T030405Z`, counted up year by year and month by month.
fn date(seconds: u64) -> String {
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut days, mut year, mut month) = (seconds / 86_400, 1970, 1);
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let rest = seconds % 86_400;
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{:02}T{hour:02}{minute:02}{second:02}Z", days + 1)
}
