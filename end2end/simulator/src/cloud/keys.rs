//! Access keys: whose they are, until when, and whether they signed a request.

use std::{collections::HashMap, time::Duration};

use super::Token;
use crate::{
    clock::Moment,
    dice::{Dice, unseeded_uuid},
    signature::{Claim, Signed},
};

/// Documented: a signature whose time is further away is refused.
pub(crate) const SKEW_ALLOWED: Duration = Duration::from_mins(15);
/// Documented: after more than five failures in a row a key is locked for five minutes.
const FAILURES_ALLOWED: usize = 5;
const LOCK: Duration = Duration::from_mins(5);
/// More keys than this are not kept: temporary ones that have ended go first.
const KEPT_KEYS: usize = 50_000;

/// An access key of a user.
#[derive(Debug, Clone)]
struct Key {
    secret: String,
    /// Who the key stands for; only the person counts, not the scope.
    holder: Token,
    /// What a temporary key must be accompanied by, and when it ends.
    temporary: Option<(String, Moment)>,
    failures: usize,
    locked_until: Option<Moment>,
}

/// A temporary key as it is handed out.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) secret: String,
    pub(crate) security_token: String,
    pub(crate) expires: Moment,
}

/// Why a signature does not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unsigned {
    /// The header cannot be read, or the signature is not that of the request.
    Wrong,
    /// Nobody has such a key.
    Unknown(String),
    /// Too many failures in a row.
    Locked,
    /// The time of the signature is too far away.
    Skewed,
    /// The temporary key has ended, or comes without its security token.
    Ended,
}

/// All access keys, by their public part.
#[derive(Debug, Default)]
pub(crate) struct Keys(HashMap<String, Key>);

impl Keys {
    /// A key that does not end, in the place of one of the same name.
    pub(crate) fn add(&mut self, access: &str, secret: &str, holder: Token) {
        let key = Key { secret: secret.to_owned(), holder, temporary: None, failures: 0, locked_until: None };
        self.0.insert(access.to_owned(), key);
    }

    /// A temporary key for the holder of a token.
    pub(crate) fn issue(&mut self, holder: Token, now: Moment, expires: Moment) -> Issued {
        if self.0.len() >= KEPT_KEYS {
            self.0.retain(|_, key| key.temporary.as_ref().is_none_or(|(_, end)| *end > now));
        }
        let (seed, mark) = unseeded_uuid().as_u64_pair();
        let mut dice = Dice::new(seed);
        let issued = Issued {
            access: format!("HST{mark:016X}{}", dice.below(10)),
            secret: dice.base64_like(40),
            security_token: dice.base64_like(1_024),
            expires,
        };
        let temporary = Some((issued.security_token.clone(), expires));
        let key = Key { secret: issued.secret.clone(), holder, temporary, failures: 0, locked_until: None };
        self.0.insert(issued.access.clone(), key);
        issued
    }

    /// Who signed this request. `clock` is what the cloud thinks of the time.
    ///
    /// # Errors
    /// All of [`Unsigned`]; a wrong signature counts as a failure of the key that it claims.
    pub(crate) fn signer(&mut self, signed: Signed<'_>, now: Moment, clock: Moment) -> Result<Token, Unsigned> {
        let claim = Claim::of(signed.headers).ok_or(Unsigned::Wrong)?;
        let key = self.0.get_mut(&claim.access).ok_or_else(|| Unsigned::Unknown(claim.access.clone()))?;
        if key.locked_until.is_some_and(|until| now < until) {
            return Err(Unsigned::Locked);
        }
        if claim.at.distance(clock) > SKEW_ALLOWED {
            return Err(Unsigned::Skewed);
        }
        if let Some((token, expires)) = &key.temporary {
            let sent = signed.headers.get("x-security-token");
            if *expires <= now || sent.is_none_or(|sent| sent.as_bytes() != token.as_bytes()) {
                return Err(Unsigned::Ended);
            }
        }
        if claim.is_of(&key.secret, signed) {
            key.failures = 0;
            return Ok(key.holder.clone());
        }
        key.failures += 1;
        if key.failures > FAILURES_ALLOWED {
            key.failures = 0;
            key.locked_until = Some(now.after(LOCK));
        }
        Err(Unsigned::Wrong)
    }
}
