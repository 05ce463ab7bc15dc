//! Who sends a request, as the single sign-on in front vouches for it.
//!
//! Trust is by the TCP peer, never by what a request says about itself. Identity is read in exactly one way: from one header
//! by its exact name, plain or signed. Whatever is absent, doubled or unreadable is a [`Refusal`], never a guess.

mod assertion;
mod header;
mod keys;
mod peers;
mod refusal;
mod settings;
mod token;

use std::net::IpAddr;
use std::sync::Arc;

use domain::time::Timestamp;
use http::{HeaderMap, HeaderName};
use service::identity::{IdToken, Identity};

use crate::keys::ring::Keyring;
pub use crate::refusal::{AssertionProblem, Refusal};
use crate::settings::check::{self, Common, Expected, PlainHeaders};
pub use crate::settings::{
    Assertion, DEFAULT_ISSUER, DEFAULT_LEEWAY, HeaderSettings, JwtSettings, LEEWAY_LIMIT, Mode, Settings, SettingsError,
};
use crate::token::Token;

/// The single sign-on in front. Clones share its keys.
#[derive(Clone, Debug)]
pub struct Sso(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    common: Common,
    voucher: Voucher,
}

#[derive(Debug)]
enum Voucher {
    Plain(PlainHeaders),
    Signed { header: HeaderName, expected: Expected, keys: Arc<Keyring> },
}

impl Sso {
    /// Checks the settings. A file with keys is read, an address with keys is not called yet.
    ///
    /// # Errors
    /// [`SettingsError`], by the first setting that is wrong.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let common = check::check_common(&settings)?;
        let voucher = match &settings.mode {
            Mode::Header(headers) => Voucher::Plain(check::check_headers(&settings, headers)?),
            Mode::Jwt(jwt) => {
                let (header, expected) = check::check_jwt(&settings, jwt)?;
                let (source, known) = check::open_keys(jwt, &expected.algorithms)?;
                let keys = Keyring::new(source, expected.algorithms.clone(), known);
                Voucher::Signed { header, expected, keys }
            }
        };
        Ok(Self(Arc::new(Inner { common, voucher })))
    }

    /// Whether that TCP peer may speak for people; `None` is the other end of a Unix socket.
    pub fn is_trusted(&self, peer: Option<IpAddr>) -> bool {
        let common = &self.0.common;
        peer.map_or(common.listens_on_socket, |peer| common.peers.contain(peer))
    }

    /// Who sends a request with these headers, where `peer` is its TCP peer (`None`: over a Unix socket).
    ///
    /// # Errors
    /// [`Refusal`], which is a 401 whatever else the request carries.
    pub async fn identify(
        &self,
        peer: Option<IpAddr>,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Identity, Refusal> {
        if !self.is_trusted(peer) {
            return Err(Refusal::UntrustedPeer { carried: headers.contains_key(self.0.voucher.header()) });
        }
        let separator = &self.0.common.groups_separator;
        let person = match &self.0.voucher {
            Voucher::Plain(plain) => read_plain(plain, headers, separator)?,
            Voucher::Signed { header, expected, keys } => {
                let value = header::find(headers, header)?.ok_or(Refusal::Missing)?;
                read_signed(value, expected, keys, separator, now).await?
            }
        };
        Ok(Identity { id_token: self.find_id_token(headers), ..person })
    }

    /// The ID token, for the cloud. It decides nothing here, so an unreadable one is as good as none.
    fn find_id_token(&self, headers: &HeaderMap) -> Option<IdToken> {
        let name = self.0.common.id_token_header.as_ref()?;
        header::find(headers, name).ok().flatten().and_then(token::read_id_token)
    }
}

impl Voucher {
    /// The one header without which nobody is anybody.
    fn header(&self) -> &HeaderName {
        match self {
            Self::Plain(plain) => &plain.user,
            Self::Signed { header, .. } => header,
        }
    }
}

fn read_plain(plain: &PlainHeaders, headers: &HeaderMap, separator: &str) -> Result<Identity, Refusal> {
    let subject = header::read_subject(header::find(headers, &plain.user)?.ok_or(Refusal::Missing)?)?;
    // Any header that counts may be there once: a second one is a sign that the proxy lets foreign ones through.
    let find = |name: &Option<HeaderName>| match name {
        Some(name) => header::find(headers, name),
        None => Ok(None),
    };
    let name = find(&plain.name)?.and_then(header::read_name);
    let email = find(&plain.email)?.and_then(header::read_name);
    let groups = find(&plain.groups)?.map(|value| header::read_groups(value, separator)).transpose()?;
    Ok(Identity {
        issuer: plain.issuer.clone(),
        name: name.unwrap_or_else(|| subject.clone()),
        subject,
        email,
        groups: groups.unwrap_or_default(),
        id_token: None,
    })
}

async fn read_signed(
    value: &[u8],
    expected: &Expected,
    keys: &Arc<Keyring>,
    separator: &str,
    now: Timestamp,
) -> Result<Identity, Refusal> {
    let token = Token::parse(header::strip_scheme(value))?;
    let algorithm = assertion::choose_algorithm(&token, expected)?;
    let known = keys.keys(now).await.ok_or(Refusal::KeysUnavailable)?;
    if let Err(problem) = assertion::check_signature(&token, algorithm, &known.keys) {
        // The key may be a new one, or a new one under the name of an old one.
        let newer = keys.newer(&known, now).await.ok_or(problem)?;
        assertion::check_signature(&token, algorithm, &newer.keys)?;
    }
    let claims = token.claims().ok_or(AssertionProblem::NotAToken)?;
    assertion::read_claims(&claims, expected, separator, now)
}

#[cfg(test)]
mod tests;
