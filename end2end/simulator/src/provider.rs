//! Identity providers of an account: whose ID tokens it accepts, and what it makes of the people in them.

mod claims;
mod keys;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{PoisonError, RwLock},
    time::Duration,
};

use crate::{clock::Moment, cloud::Federation};

use claims::Claims;
pub(crate) use keys::Keys;

/// An identity provider that is registered with an account.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) id: String,
    /// The `iss` of its ID tokens.
    pub(crate) issuer: String,
    /// The `aud` of its ID tokens.
    pub(crate) client_id: String,
    pub(crate) account: String,
    pub(crate) account_id: String,
    /// How long its unscoped tokens live, where that is not the cloud's own time.
    pub(crate) token_ttl: Option<Duration>,
    pub(crate) keys: Keys,
    pub(crate) rules: RwLock<Rules>,
}

/// What becomes of the people. Projects are given by their ids.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// By `sub`.
    pub(crate) users: HashMap<String, Rule>,
    /// By an element of `groups`; they count only for people without a rule of their own.
    pub(crate) groups: BTreeMap<String, Rule>,
}

/// What one rule gives.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// The name of the federated user; without it the ID token says it.
    pub(crate) user: Option<String>,
    pub(crate) projects: Vec<String>,
}

/// A person of whom an ID token speaks.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) federation: Federation,
}

/// Why an ID token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is no token of this identity provider for this client, or not valid now.
    Token,
    /// No rule knows the person.
    Unmapped,
    /// The identity provider's keys cannot be had.
    Keys,
}

impl Provider {
    /// More rules; each takes the place of the one for the same person or group.
    pub(crate) fn add_rules(&self, more: Rules) {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        rules.users.extend(more.users);
        rules.groups.extend(more.groups);
    }

    /// The person of whom an ID token speaks.
    ///
    /// # Errors
    /// All of [`Refused`].
    pub(crate) async fn person(&self, id_token: &str, now: Moment) -> Result<Person, Refused> {
        let claims = claims::verify(self, id_token, now).await?;
        self.map(claims).ok_or(Refused::Unmapped)
    }

    fn map(&self, claims: Claims) -> Option<Person> {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        let user_id = crate::dice::Dice::of(&[&self.account, &self.id, &claims.sub]).hex();
        let (user, groups, mut projects) = if let Some(rule) = rules.users.get(&claims.sub) {
            (rule.user.clone(), vec![self.id.clone()], rule.projects.clone())
        } else {
            let given = claims.groups();
            let fitting: Vec<_> = rules.groups.iter().filter(|(group, _)| given.contains(&group.as_str())).collect();
            if fitting.is_empty() {
                return None;
            }
            let groups = fitting.iter().map(|(group, _)| (*group).clone()).collect();
            (None, groups, fitting.into_iter().flat_map(|(_, rule)| rule.projects.clone()).collect())
        };
        projects.sort();
        projects.dedup();
        let federation = Federation { provider: self.id.clone(), groups, projects };
        Some(Person { user_id, user_name: user.unwrap_or_else(|| claims.into_name()), federation })
    }
}
