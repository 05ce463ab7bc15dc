//! Settings as they are used, or what is wrong with them.

use std::time::Duration;

use http::HeaderName;
use jsonwebtoken::Algorithm;
use reqwest::Certificate;

use super::{Assertion, DEFAULT_ISSUER, HeaderSettings, JwtSettings, LEEWAY_LIMIT, Settings, SettingsError};
use crate::header::NAME_LIMIT_BYTES;
use crate::keys::KeySet;
use crate::keys::source::{KeyAddress, KeyFile, Source};
use crate::peers::Peers;

fn unusable(key: &'static str, problem: impl Into<String>) -> SettingsError {
    SettingsError { key, problem: problem.into() }
}

/// What both modes share, checked.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) peers: Peers,
    pub(crate) listens_on_socket: bool,
    pub(crate) groups_separator: String,
    pub(crate) id_token_header: Option<HeaderName>,
}

/// The plain headers, checked.
#[derive(Debug)]
pub(crate) struct PlainHeaders {
    pub(crate) issuer: String,
    pub(crate) user: HeaderName,
    pub(crate) name: Option<HeaderName>,
    pub(crate) email: Option<HeaderName>,
    pub(crate) groups: Option<HeaderName>,
}

/// What an assertion must be, checked.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) issuer: String,
    pub(crate) audience: Vec<String>,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) assertion: Assertion,
    pub(crate) leeway: Duration,
}

pub(crate) fn check_common(settings: &Settings) -> Result<Common, SettingsError> {
    const PEERS: &str = "identity.trusted_peers";
    let peers = Peers::parse(&settings.trusted_peers).map_err(|problem| unusable(PEERS, problem))?;
    if peers.is_empty() && !settings.listens_on_socket {
        let problem =
            "must name the addresses of the proxy: on TCP anybody who reaches the port could say who they are";
        return Err(unusable(PEERS, problem));
    }
    let separator = &settings.groups_separator;
    if separator.is_empty() || separator.contains(char::is_control) || separator.len() > 8 {
        return Err(unusable("identity.groups_separator", "must be 1 to 8 bytes of readable text, e.g. \",\""));
    }
    Ok(Common {
        peers,
        listens_on_socket: settings.listens_on_socket,
        groups_separator: separator.clone(),
        id_token_header: optional_header("identity.id_token_header", settings.id_token_header.as_deref())?,
    })
}

pub(crate) fn check_headers(settings: &Settings, headers: &HeaderSettings) -> Result<PlainHeaders, SettingsError> {
    let issuer = settings.issuer.as_deref().unwrap_or(DEFAULT_ISSUER);
    Ok(PlainHeaders {
        issuer: word("identity.issuer", issuer)?,
        user: header("identity.user_header", &headers.user_header)?,
        name: optional_header("identity.name_header", headers.name_header.as_deref())?,
        email: optional_header("identity.email_header", headers.email_header.as_deref())?,
        groups: optional_header("identity.groups_header", headers.groups_header.as_deref())?,
    })
}

pub(crate) fn check_jwt(settings: &Settings, jwt: &JwtSettings) -> Result<(HeaderName, Expected), SettingsError> {
    const AUDIENCE: &str = "identity.audience";
    let issuer = settings.issuer.as_deref().unwrap_or_default();
    let audience = jwt.audience.iter().map(|one| word(AUDIENCE, one)).collect::<Result<Vec<_>, _>>()?;
    if audience.is_empty() {
        let problem = "must be given: without it a token for any other application would do";
        return Err(unusable(AUDIENCE, problem));
    }
    if jwt.leeway > LEEWAY_LIMIT {
        return Err(unusable("identity.leeway", "must be 60 s at most"));
    }
    let expected = Expected {
        issuer: word("identity.issuer", issuer)?,
        audience,
        algorithms: algorithms(&jwt.algorithms)?,
        assertion: jwt.assertion,
        leeway: jwt.leeway,
    };
    Ok((header("identity.jwt_header", &jwt.jwt_header)?, expected))
}

/// Where the keys are, and those that can be had without a call.
pub(crate) fn open_keys(
    jwt: &JwtSettings,
    allowed: &[Algorithm],
) -> Result<(Box<dyn Source>, Option<KeySet>), SettingsError> {
    const FILE: &str = "identity.jwks_file";
    const URL: &str = "identity.jwks_url";
    match (&jwt.jwks_url, &jwt.jwks_file) {
        (Some(url), None) => {
            let address = KeyAddress::new(url, certificates(jwt)?).map_err(|problem| unusable(URL, problem))?;
            Ok((Box::new(address), None))
        }
        (None, Some(path)) => {
            let read = KeyFile::read_now(path).map_err(|error| unusable(FILE, error.to_string()))?;
            let keys = KeySet::parse(&read, allowed)
                .ok_or_else(|| unusable(FILE, "holds no public key (JWK set) that fits identity.algorithms"))?;
            Ok((Box::new(KeyFile(path.clone())), Some(keys)))
        }
        (None, None) => Err(unusable(URL, "this or identity.jwks_file must be given")),
        (Some(_), Some(_)) => Err(unusable(URL, "either this or identity.jwks_file can be given, not both")),
    }
}

fn certificates(jwt: &JwtSettings) -> Result<Vec<Certificate>, SettingsError> {
    const KEY: &str = "cloud.ca_file";
    let Some(path) = &jwt.ca_file else { return Ok(Vec::new()) };
    let pem = std::fs::read(path).map_err(|error| unusable(KEY, format!("cannot be read: {error}")))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(own) if !own.is_empty() => Ok(own),
        _ => Err(unusable(KEY, "holds no certificate in PEM form")),
    }
}

fn algorithms(written: &[String]) -> Result<Vec<Algorithm>, SettingsError> {
    const KEY: &str = "identity.algorithms";
    let parse = |one: &String| match one.parse::<Algorithm>() {
        // Whoever can check such a signature can make it.
        Ok(Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) | Err(_) => Err(unusable(
            KEY,
            format!(
                "\"{one}\" is not one of RS256/384/512, PS256/384/512, ES256, ES384, EdDSA: only public keys are used"
            ),
        )),
        Ok(algorithm) => Ok(algorithm),
    };
    let parsed = written.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    if parsed.is_empty() { Err(unusable(KEY, "must be given, e.g. [\"RS256\"]")) } else { Ok(parsed) }
}

fn word(key: &'static str, written: &str) -> Result<String, SettingsError> {
    let is_word = !written.is_empty()
        && written.len() <= NAME_LIMIT_BYTES
        && written.trim() == written
        && !written.contains(char::is_control);
    if is_word { Ok(written.to_owned()) } else { Err(unusable(key, "must be given, 1 to 256 bytes of readable text")) }
}

fn optional_header(key: &'static str, written: Option<&str>) -> Result<Option<HeaderName>, SettingsError> {
    written.map(|written| header(key, written)).transpose()
}

/// Headers that any browser sends of itself, or that end at the next hop: no proxy vouches by them.
const UNFIT: [&str; 12] = [
    "connection",
    "content-length",
    "cookie",
    "forwarded",
    "host",
    "origin",
    "referer",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-forwarded-for",
];

fn header(key: &'static str, written: &str) -> Result<HeaderName, SettingsError> {
    let name = HeaderName::from_bytes(written.as_bytes())
        .map_err(|_| unusable(key, "must be the exact name of one header, e.g. X-Forwarded-User"))?;
    if UNFIT.contains(&name.as_str()) {
        return Err(unusable(key, format!("{written} is a header that browsers or every proxy set")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use std::path::PathBuf;

    use super::super::{DEFAULT_LEEWAY, Mode};
    use super::*;
    use crate::Sso;

    fn by_header() -> Settings {
        Settings {
            mode: Mode::Header(HeaderSettings {
                user_header: "X-Forwarded-User".to_owned(),
                ..HeaderSettings::default()
            }),
            trusted_peers: vec!["127.0.0.1".to_owned()],
            listens_on_socket: false,
            issuer: None,
            groups_separator: ",".to_owned(),
            id_token_header: None,
        }
    }

    fn jwt() -> JwtSettings {
        JwtSettings {
            jwt_header: "Cf-Access-Jwt-Assertion".to_owned(),
            jwks_url: Some("https://sso.example/jwks".to_owned()),
            jwks_file: None,
            audience: vec!["drydock".to_owned()],
            algorithms: vec!["RS256".to_owned()],
            assertion: Assertion::PerRequest,
            leeway: DEFAULT_LEEWAY,
            ca_file: None,
        }
    }

    fn by_jwt(change: impl FnOnce(&mut JwtSettings)) -> Settings {
        let mut jwt = jwt();
        change(&mut jwt);
        Settings { mode: Mode::Jwt(jwt), issuer: Some("https://sso.example".to_owned()), ..by_header() }
    }

    /// Whether the settings are refused by that key, with that word; two empty texts: whether they are taken.
    fn check(settings: &Settings, key: &str, word: &str) {
        match Sso::new(settings.clone()) {
            Ok(_) => assert_eq!(key, "", "{settings:?}"),
            Err(error) => {
                assert_eq!(error.key, key, "{error}");
                assert!(error.problem.contains(word), "{error}");
            }
        }
    }

    #[test]
    fn a1_on_tcp_the_proxy_must_be_named() {
        let peers = |peers: &[&str], listens_on_socket| Settings {
            trusted_peers: peers.iter().map(|&peer| peer.to_owned()).collect(),
            listens_on_socket,
            ..by_header()
        };
        check(&peers(&["127.0.0.1", "10.1.0.0/16", "::1"], false), "", "");
        check(&peers(&[], true), "", "");
        check(&peers(&[], false), "identity.trusted_peers", "addresses of the proxy");
        check(
            &Settings { trusted_peers: Vec::new(), ..by_jwt(|_| {}) },
            "identity.trusted_peers",
            "addresses of the proxy",
        );
        for everybody in ["*", "0.0.0.0/0", "::/0", "::ffff:0:0/96"] {
            check(&peers(&[everybody], false), "identity.trusted_peers", "everybody");
            check(&peers(&["127.0.0.1", everybody], true), "identity.trusted_peers", "everybody");
        }
    }

    #[test]
    fn a_wrong_header_is_named_by_its_setting() {
        for name in ["", "X Forwarded User", "X-Forwarded-User, Remote-User", "X-Forwarded-User:", "ü"] {
            let headers = HeaderSettings { user_header: name.to_owned(), ..HeaderSettings::default() };
            check(&Settings { mode: Mode::Header(headers), ..by_header() }, "identity.user_header", "exact name");
            check(&by_jwt(|jwt| name.clone_into(&mut jwt.jwt_header)), "identity.jwt_header", "exact name");
            let settings = Settings { id_token_header: Some(name.to_owned()), ..by_header() };
            check(&settings, "identity.id_token_header", "exact name");
        }
        for name in ["Cookie", "X-Forwarded-For", "Host"] {
            let headers = HeaderSettings { user_header: name.to_owned(), ..HeaderSettings::default() };
            check(&Settings { mode: Mode::Header(headers), ..by_header() }, "identity.user_header", "browsers");
        }
        let some = || Some("a b".to_owned());
        for (key, headers) in [
            ("identity.name_header", HeaderSettings { name_header: some(), ..HeaderSettings::default() }),
            ("identity.email_header", HeaderSettings { email_header: some(), ..HeaderSettings::default() }),
            ("identity.groups_header", HeaderSettings { groups_header: some(), ..HeaderSettings::default() }),
        ] {
            let headers = HeaderSettings { user_header: "X-Forwarded-User".to_owned(), ..headers };
            check(&Settings { mode: Mode::Header(headers), ..by_header() }, key, "exact name");
        }
        check(&by_jwt(|jwt| "Authorization".clone_into(&mut jwt.jwt_header)), "", "");
        for separator in ["", "\n", "a rather long one"] {
            let settings = Settings { groups_separator: separator.to_owned(), ..by_header() };
            check(&settings, "identity.groups_separator", "readable");
        }
        check(&Settings { issuer: Some(String::new()), ..by_header() }, "identity.issuer", "given");
    }

    #[test]
    fn a14_only_public_keys_of_a_known_issuer_for_this_application_are_taken() {
        check(&by_jwt(|_| {}), "", "");
        for algorithm in ["RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"] {
            check(&by_jwt(|jwt| jwt.algorithms.push(algorithm.to_owned())), "", "");
        }
        for algorithm in ["none", "None", "HS256", "HS384", "HS512", "rs256", "ES512", "", "*"] {
            check(&by_jwt(|jwt| jwt.algorithms.push(algorithm.to_owned())), "identity.algorithms", "public keys");
        }
        check(&by_jwt(|jwt| jwt.algorithms.clear()), "identity.algorithms", "given");
        check(&by_jwt(|jwt| jwt.audience.clear()), "identity.audience", "any other application");
        check(&by_jwt(|jwt| jwt.audience.push(String::new())), "identity.audience", "given");
        check(&Settings { issuer: None, ..by_jwt(|_| {}) }, "identity.issuer", "given");
        check(&by_jwt(|jwt| jwt.leeway = LEEWAY_LIMIT), "", "");
        check(&by_jwt(|jwt| jwt.leeway = LEEWAY_LIMIT + Duration::from_millis(1)), "identity.leeway", "60 s");
    }

    #[test]
    fn keys_come_from_one_place_that_can_be_trusted() {
        check(&by_jwt(|jwt| jwt.jwks_url = None), "identity.jwks_url", "must be given");
        check(&by_jwt(|jwt| jwt.jwks_file = Some(PathBuf::from("jwks.json"))), "identity.jwks_url", "not both");
        check(&by_jwt(|jwt| jwt.jwks_url = Some("http://sso.example/".to_owned())), "identity.jwks_url", "https");
        check(&by_jwt(|jwt| jwt.jwks_url = Some("http://127.0.0.1:9/".to_owned())), "", "");
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let file = |path: PathBuf| {
            by_jwt(|jwt| {
                jwt.jwks_url = None;
                jwt.jwks_file = Some(path);
            })
        };
        check(&file(folder.path().join("absent")), "identity.jwks_file", "cannot be read");
        check(&file(write("empty", r#"{"keys":[]}"#)), "identity.jwks_file", "no public key");
        check(&file(write("good", r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#)), "", "");
        let ca = |path: PathBuf| by_jwt(|jwt| jwt.ca_file = Some(path));
        check(&ca(folder.path().join("absent")), "cloud.ca_file", "cannot be read");
        check(&ca(write("no-ca", "text")), "cloud.ca_file", "PEM");
    }

    #[test]
    fn the_kind_of_assertion_is_read_from_its_name() {
        let read = |text: &str| serde_json::from_str::<Assertion>(text).ok();
        assert_eq!(read(r#""per_request""#), Some(Assertion::PerRequest));
        assert_eq!(read(r#""login_only""#), Some(Assertion::LoginOnly));
        assert_eq!(read(r#""never""#), None);
    }
}
