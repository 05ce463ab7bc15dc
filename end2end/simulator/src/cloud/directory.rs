//! Accounts, their users and their projects, and who gets in by password.

use std::{collections::HashMap, sync::Arc, time::Duration};

use crate::{clock::Moment, dice::Dice, project::Project, totp::Secret};

/// Documented default of the account's login policy: 5 failures within 15 minutes lock for 15 minutes.
const FAILURES_ALLOWED: usize = 5;
const LOCK_WINDOW: Duration = Duration::from_mins(15);

/// Everybody and everything that an account holds.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// Account name to account id.
    pub(super) accounts: HashMap<String, String>,
    pub(super) users: HashMap<(String, String), User>,
    pub(super) projects: HashMap<String, Arc<Project>>,
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) account_id: String,
    pub(crate) password: String,
    /// The ids of the projects that the user may enter.
    pub(crate) projects: Vec<String>,
    /// The secret of the virtual MFA device without whose code nobody gets in.
    pub(crate) mfa: Option<Secret>,
    /// Whether the user may let STS decode messages.
    pub(crate) may_decode: bool,
    failures: Vec<Moment>,
    locked_until: Option<Moment>,
}

/// What somebody who signs in presents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof<'a> {
    pub(crate) account: &'a str,
    pub(crate) user: &'a str,
    pub(crate) password: &'a str,
    /// The id of the user and a code of the MFA device.
    pub(crate) code: Option<(&'a str, &'a str)>,
}

/// Why a proof was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// Account, user or password is wrong; the cloud does not say which.
    Wrong,
    /// Too many failures: not even the right password is accepted now.
    Locked,
    /// The password is right, the code of the MFA device is not.
    Passcode,
}

impl Directory {
    /// The user with this password and, where the user has an MFA device, with its code. Counts failures and locks.
    ///
    /// # Errors
    /// All of [`Denied`]. A missing code is as good as a wrong password.
    pub(super) fn sign_in(&mut self, proof: &Proof<'_>, now: Moment) -> Result<User, Denied> {
        let key = (proof.account.to_owned(), proof.user.to_owned());
        let user = self.users.get_mut(&key).ok_or(Denied::Wrong)?;
        if user.locked_until.is_some_and(|until| now < until) {
            return Err(Denied::Locked);
        }
        let denied = match (&user.mfa, &proof.code) {
            _ if user.password != proof.password => Denied::Wrong,
            (None, None) => {
                user.failures.clear();
                return Ok(user.clone());
            }
            (Some(secret), Some((id, code))) if *id == user.id && secret.accepts(code, now) => {
                user.failures.clear();
                return Ok(user.clone());
            }
            (Some(_), None) => Denied::Wrong,
            (_, Some(_)) => Denied::Passcode,
        };
        user.failures.retain(|failure| now < failure.after(LOCK_WINDOW));
        user.failures.push(now);
        if user.failures.len() >= FAILURES_ALLOWED {
            user.failures.clear();
            user.locked_until = Some(now.after(LOCK_WINDOW));
        }
        Err(denied)
    }

    /// Forgets the failures and the lock of every user of a project.
    pub(super) fn unlock(&mut self, project: &Project) {
        for user in self.users.values_mut().filter(|user| user.projects.contains(&project.id)) {
            user.failures.clear();
            user.locked_until = None;
        }
    }

    /// A user who may enter the project; account and user are made if they do not exist.
    pub(super) fn add_user(&mut self, project: &Project, name: &str, password: &str) -> User {
        let mut dice = Dice::of(&[&project.id, name]);
        let account_id = self.accounts.entry(project.account.clone()).or_insert_with(|| dice.hex());
        let key = (project.account.clone(), name.to_owned());
        let user = self.users.entry(key).or_insert_with(|| User {
            id: dice.hex(),
            name: name.to_owned(),
            account: project.account.clone(),
            account_id: account_id.clone(),
            password: password.to_owned(),
            projects: Vec::new(),
            mfa: None,
            may_decode: true,
            failures: Vec::new(),
            locked_until: None,
        });
        if !user.projects.contains(&project.id) {
            user.projects.push(project.id.clone());
        }
        user.clone()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use crate::cloud::Cloud;

    fn cloud() -> Cloud {
        let cloud = Cloud::new(1, Duration::from_hours(1), String::new());
        let project = Project::new("p".into(), "one".into(), "Account".into(), Duration::from_hours(1), Vec::new());
        cloud.add_project(project, "operator", "right");
        cloud
    }

    fn sign_in(cloud: &Cloud, password: &str, now: Moment) -> Result<User, Denied> {
        cloud.sign_in(&Proof { account: "Account", user: "operator", password, code: None }, now)
    }

    const fn at(minute: u64) -> Moment {
        Moment::from_seconds(minute * 60)
    }

    #[test]
    fn five_failures_within_a_quarter_of_an_hour_lock_for_a_quarter_of_an_hour() {
        let cloud = cloud();
        for minute in 0..5 {
            let denied = sign_in(&cloud, "wrong", at(minute));
            assert_eq!(denied.unwrap_err(), Denied::Wrong);
        }
        assert_eq!(sign_in(&cloud, "right", at(5)).unwrap_err(), Denied::Locked);
        assert_eq!(sign_in(&cloud, "right", at(18)).unwrap_err(), Denied::Locked);
        assert_eq!(sign_in(&cloud, "right", at(19)).unwrap().name, "operator");
    }

    #[test]
    fn failures_that_are_spread_out_or_interrupted_by_success_do_not_lock() {
        let spread = cloud();
        for step in 0..20 {
            let denied = sign_in(&spread, "wrong", at(step * 4));
            assert_eq!(denied.unwrap_err(), Denied::Wrong, "failure {step}");
        }
        let interrupted = cloud();
        for step in 0..20 {
            let password = if step % 5 == 4 { "right" } else { "wrong" };
            let answer = sign_in(&interrupted, password, at(0));
            assert_ne!(answer.err(), Some(Denied::Locked), "try {step}");
        }
    }
}
