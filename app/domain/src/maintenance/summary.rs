//! A run in a few lines of plain text, to be pasted into a ticket.

use std::fmt::Write as _;

use super::follow_up::FollowUp;
use super::outcome::CloudError;
use super::request::Request;
use super::run::{Pause, Phase, Run, RunDesktop};
use super::{Mode, Verdict, words};

/// The most refused desktops that a summary names. Assumed: a ticket is read by people. If it is wrong, the CSV has them
/// all.
pub const REFUSED_NAMED: usize = 200;

/// What a run does not know of itself, in words. Moments are in the time zone of that name.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The run's number.
    pub number: u32,
    /// The project's name.
    pub project: &'a str,
    /// Who runs it.
    pub operator: &'a str,
    /// When it was started.
    pub started: &'a str,
    /// When it was over, where it is.
    pub ended: Option<&'a str>,
    /// Until when the desktops are meant to stay so.
    pub until: Option<&'a str>,
    /// The name of the time zone.
    pub time_zone: &'a str,
}

/// The summary, each line ended by `\n`. What people and the cloud wrote stands in lines of ours: a line break in it
/// becomes a space.
pub fn of_run(run: &Run, frame: &Frame<'_>, request: &Request) -> String {
    let counts = run.counts();
    let total = words::number(counts.total());
    let desktops = if counts.total() == 1 { "desktop" } else { "desktops" };
    let what = match run.mode() {
        Mode::Enter => format!("put {total} {desktops} into maintenance"),
        Mode::Leave => format!("return {total} {desktops} to service"),
    };
    let mut text = String::new();
    let mut say = |line: &str| {
        text.push_str(line.trim_end());
        text.push('\n');
    };
    say(&format!("Run {}: {what}", words::number(frame.number)));
    say(&format!("State: {}{}", words::phase(run.phase()), why_paused(run.phase())));
    say(&format!("Project: {}", one_line(frame.project)));
    say(&format!("Operator: {}", one_line(frame.operator)));
    say(&format!("Started: {} ({})", frame.started, frame.time_zone));
    if let Some(ended) = frame.ended {
        say(&format!("Ended: {ended} ({})", frame.time_zone));
    }
    if let Some(origin) = run.head().origin() {
        let kind = match origin.kind {
            FollowUp::Retry => "Retry of",
            FollowUp::Send => "Sends what was not sent in",
            FollowUp::Undo => "Undoes",
        };
        say(&format!("{kind} run {}", words::number(origin.run)));
    }
    for (name, value) in [("Reason", &request.reason), ("Details", &request.details), ("Ticket", &request.ticket)] {
        if !value.is_empty() {
            say(&format!("{name}: {}", one_line(value)));
        }
    }
    if let Some(until) = frame.until {
        say(&format!("Until: {until} ({})", frame.time_zone));
    }
    say("");
    let verdicts =
        [Verdict::Changed, Verdict::AlreadySo, Verdict::Refused, Verdict::NotFound, Verdict::NotSent, Verdict::Unknown];
    for verdict in verdicts {
        let count = counts.get(verdict);
        if count > 0 || matches!(verdict, Verdict::Changed | Verdict::Refused) {
            say(&format!("{}: {}", words::verdict(verdict), words::number(count)));
        }
    }
    if counts.open() > 0 {
        say(&format!("Without a verdict: {}", words::number(counts.open())));
    }
    if let Some(asked) = run.stopped_without_right() {
        say(&format!("{asked} of {asked} asked for alone were refused, so nothing more was sent."));
    }
    let refused = || run.desktops().iter().filter(|desktop| desktop.verdict() == Some(Verdict::Refused));
    if counts.refused > 0 {
        say("");
        say("Refused:");
    }
    for desktop in refused().take(REFUSED_NAMED) {
        say(&refusal(desktop));
    }
    let more = refused().count().saturating_sub(REFUSED_NAMED);
    if more > 0 {
        let more = words::number(u32::try_from(more).unwrap_or(u32::MAX));
        say(&format!("and {more} more, which are in the CSV of the run."));
    }
    text
}

const fn why_paused(phase: Phase) -> &'static str {
    match phase {
        Phase::Paused(Pause::SignIn) => ", sign in to go on",
        Phase::Paused(Pause::CloudDoesNotAnswer) => ", the cloud does not answer",
        Phase::Paused(Pause::UntilHasPassed) => ", its until has passed",
        Phase::Paused(Pause::TooManyCalls) => ", too many calls",
        Phase::Checking | Phase::Running | Phase::Stopping | Phase::Stopped | Phase::Ended => "",
    }
}

fn refusal(desktop: &RunDesktop) -> String {
    let mut line = if desktop.name.trim().is_empty() {
        format!("- {}:", desktop.id)
    } else {
        format!("- {} ({}):", one_line(&desktop.name), desktop.id)
    };
    let Some(CloudError { status, code, message, detail, request_id, .. }) = &desktop.error else {
        line.push_str(" no answer was kept");
        return line;
    };
    if *status > 0 {
        let _ = write!(line, " HTTP {status}");
    }
    for (name, value) in
        [("error_code", code), ("error_msg", message), ("error_detail", detail), ("request id", request_id)]
    {
        if let Some(value) = value.as_deref().filter(|value| !value.trim().is_empty()) {
            let _ = write!(line, "; {name} {}", one_line(value));
        }
    }
    line
}

/// Foreign text in one line: control characters and line separators become spaces.
fn one_line(text: &str) -> String {
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    text.split(breaks).map(str::trim).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
