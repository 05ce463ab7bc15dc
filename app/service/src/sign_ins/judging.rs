//! What is made of an answer to a sign-in: pure decisions.

use std::time::Duration;

use domain::operator::CloudUser;
use domain::project::Project;
use domain::time::Timestamp;

use crate::ports::{Granted, SignInError, TryOutcome};

/// How long before its end a token is used no more, where its life is long enough.
const MARGIN: Duration = Duration::from_mins(1);

/// How long a credential may be used at most, however long the cloud's token lives.
const LIFE: Duration = Duration::from_hours(8);

/// The most names of projects that a session remembers. Assumed because a list of more is typed, not chosen; if it is
/// wrong, the names beyond it have to be typed.
const NAMES: usize = 200;

pub(super) fn names(projects: Vec<Project>) -> Vec<String> {
    let mut names: Vec<String> = projects.into_iter().map(|project| project.name).collect();
    names.sort();
    names.truncate(NAMES);
    names
}

/// What an answer says about the password that was tried.
pub(super) fn outcome(signed_in: &Result<Granted, SignInError>) -> TryOutcome {
    match signed_in {
        // The token came, so the password was right.
        Ok(_) | Err(SignInError::TokenTooLong { .. }) => TryOutcome::Granted,
        Err(SignInError::Refused | SignInError::Locked | SignInError::NotAllowed { .. }) => TryOutcome::Refused,
        Err(_) => TryOutcome::Unjudged,
    }
}

pub(super) fn nobody() -> CloudUser {
    CloudUser { id: String::new(), name: String::new(), account: String::new() }
}

/// When a token is used no more: a minute before its end, or a tenth of its life where that is shorter; 8 hours at most.
/// The cloud's own clock may differ from ours, so its life is counted from `now`.
pub(super) fn last_use(issued_at: Timestamp, expires_at: Timestamp, now: Timestamp) -> Timestamp {
    let life = expires_at.since(issued_at);
    let margin = MARGIN.min(life / 10);
    now.after(life.saturating_sub(margin).min(LIFE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_until_a_minute_before_its_end() {
        let (issued, now) = (Timestamp(0), Timestamp(500));
        assert_eq!(last_use(issued, Timestamp(3_600_000), now), Timestamp(500 + 3_540_000));
    }

    #[test]
    fn a_short_token_keeps_a_tenth_of_its_life() {
        assert_eq!(last_use(Timestamp(0), Timestamp(40_000), Timestamp(0)), Timestamp(36_000));
    }

    #[test]
    fn a_long_token_is_used_for_eight_hours() {
        assert_eq!(last_use(Timestamp(0), Timestamp(86_400_000), Timestamp(0)), Timestamp(28_800_000));
    }

    #[test]
    fn d4_only_a_verdict_on_the_password_counts() {
        let outcome = |error| outcome(&Err(error));
        assert_eq!(outcome(SignInError::Refused), TryOutcome::Refused);
        assert_eq!(outcome(SignInError::Locked), TryOutcome::Refused);
        for error in [
            SignInError::Unreachable,
            SignInError::Throttled { retry_after: None },
            SignInError::Unexpected { status: 502 },
        ] {
            assert_eq!(outcome(error.clone()), TryOutcome::Unjudged, "{error:?}");
        }
    }
}
