#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod plain;
mod signed;
mod signer;

use super::*;

/// A peer that is trusted in every test.
const PROXY: &str = "127.0.0.1";

const NOW: Timestamp = Timestamp(1_000_000_000);

fn settings(mode: Mode) -> Settings {
    Settings {
        mode,
        trusted_peers: vec![PROXY.to_owned()],
        listens_on_socket: false,
        issuer: None,
        groups_separator: ",".to_owned(),
        id_token_header: None,
    }
}

fn headers(given: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        headers.append(name.parse::<HeaderName>().unwrap(), http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

/// What becomes of a request through the proxy.
async fn identify(sso: &Sso, given: &[(&str, &str)]) -> Result<Identity, Refusal> {
    sso.identify(Some(PROXY.parse().unwrap()), &headers(given), NOW).await
}
