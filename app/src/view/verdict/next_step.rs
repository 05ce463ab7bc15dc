//! What to do next about a desktop.

use domain::maintenance::Verdict;
use domain::maintenance::run::{Cause, LastCall, RunDesktop};

use super::refusal::Refusal;

/// What to do next about a desktop with its verdict, in at most two sentences. `None` where nothing has to be done.
pub fn next_step(desktop: &RunDesktop) -> Option<&'static str> {
    match desktop.verdict()? {
        Verdict::Refused => Some(Refusal::of(desktop).next_step()),
        Verdict::Unknown => Some(unknown(desktop.cause)),
        Verdict::NotFound => Some("Refresh the list of desktops and see whether it was deleted."),
        Verdict::NotSent => not_sent(desktop.cause),
        Verdict::Changed | Verdict::AlreadySo => None,
    }
}

const fn unknown(cause: Cause) -> &'static str {
    match cause {
        Cause::StillReadsOld(LastCall::Accepted) => {
            "The change may still come: look at the desktop again in a few minutes. \
             Until then Drydock counts it neither as changed nor as refused."
        }
        Cause::MayNotBeRead => {
            "Ask the cloud team for the right to read this desktop. \
             Until then Drydock counts it neither as changed nor as refused."
        }
        _ => {
            "Refresh the list of desktops to see how it stands, and choose it again where it is not as wanted. \
             Drydock counts it neither as changed nor as refused."
        }
    }
}

const fn not_sent(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::Stopped | Cause::OppositeSinceReview | Cause::AppearedSinceReview => {
            Some("Nothing was changed. Choose the desktop again to go on.")
        }
        Cause::WholeRunRefused => Some("Nothing was changed. See the refused desktops for what the cloud said."),
        Cause::MayNotBeRead => {
            Some("Nothing was changed. Ask the cloud team for the right to read this desktop, then choose it again.")
        }
        Cause::CouldNotBeRead => Some("Nothing was changed. Choose the desktop again when the cloud answers."),
        _ => None,
    }
}
