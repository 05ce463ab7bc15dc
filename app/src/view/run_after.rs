//! What can be done when a run is over, and which runs follow which, in words.

use domain::maintenance::follow_up::{FollowUp, LeftOut, LeftOutReason, Origin};

use super::number::grouped;
use crate::api::run::RunPage;

/// A button of a run that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The address of its server function.
    pub action: &'static str,
    /// What stands on it.
    pub name: String,
    /// How many runs of its kind were shown, where pressing it starts one at once.
    pub attempt: Option<usize>,
}

/// The buttons of a run that is over, as far as each would do something.
pub fn buttons(page: &RunPage) -> Vec<After> {
    let seen = |kind| Some(page.followers.iter().filter(|(known, _)| *known == kind).count());
    let buttons = [
        (page.may_retry, "/api/run/retry", "Retry", " refused", seen(FollowUp::Retry)),
        (page.may_send, "/api/run/send_rest", "Send", " not sent", seen(FollowUp::Send)),
        (page.may_read_again, "/api/run/read_again", "Read", " again", None),
        (page.may_undo, "/api/run/undo", "Undo", "…", None),
    ];
    let fits = buttons.into_iter().filter(|(count, ..)| *count > 0);
    fits.map(|(count, action, verb, noun, attempt)| After {
        action,
        name: format!("{verb} {}{noun}", grouped(count)),
        attempt,
    })
    .collect()
}

/// What a run is to the one that it follows; the run itself stands behind it.
pub const fn of(origin: Origin) -> &'static str {
    match origin.kind {
        FollowUp::Retry => "Retry of",
        FollowUp::Send => "Rest of",
        FollowUp::Undo => "Undo of",
    }
}

/// What became of a run in one that follows it; that one stands behind it.
pub const fn followed(kind: FollowUp) -> &'static str {
    match kind {
        FollowUp::Retry => "Retried in",
        FollowUp::Send => "Rest sent in",
        FollowUp::Undo => "Undone in",
    }
}

/// A run within a sentence.
pub fn run(number: u32) -> String {
    format!("run {number}")
}

/// Why an undo leaves a desktop as it is.
pub fn left_out(desktop: &LeftOut) -> String {
    match desktop.reason {
        LeftOutReason::LaterRun(number) => format!("Run {number} has named it since"),
        LeftOutReason::ChangedSince => "Somebody has changed it since".to_owned(),
        LeftOutReason::WasSoBefore => "Was so before, so there is nothing to undo".to_owned(),
    }
}

/// How many desktops an undo leaves as they are.
pub fn left_out_count(count: u32) -> String {
    if count == 1 { "1 desktop is left out".to_owned() } else { format!("{} desktops are left out", grouped(count)) }
}
