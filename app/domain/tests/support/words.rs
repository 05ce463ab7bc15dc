//! What happens in a scenario, in words.

use domain::desktop::DesktopId;
use domain::maintenance::Verdict;
use domain::maintenance::outcome::{Answer, CloudError, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use domain::maintenance::run::{Call, Cause, KeptBack, LastCall, Outcome, Pause, Phase, RunDesktop, Step};

pub fn answer_in_words(step: &Step, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Put(PutOutcome::Answered(answer)) if answer.error.status == 200 => "Accepted.".to_owned(),
        Outcome::Put(PutOutcome::Answered(answer))
        | Outcome::Read(ReadOutcome::Answered(answer))
        | Outcome::Look(LookOutcome::Answered(answer)) => format!("Answered with {}.", error_in_words(answer)),
        Outcome::Read(ReadOutcome::Listed(readings)) => {
            let Call::Read { ids } = &step.call else { panic!("a list answers a read") };
            let of = |value: bool| readings.iter().filter(move |it| it.in_maintenance == value).map(|it| &it.id);
            let gone: Vec<_> = ids.iter().filter(|id| readings.iter().all(|it| it.id != **id)).collect();
            let parts =
                [(of(true).collect(), "in maintenance"), (of(false).collect(), "in service"), (gone, "not there")];
            let parts = parts.iter().filter(|(ids, _)| !ids.is_empty());
            parts.map(|(ids, word)| format!("{} {word}", names(ids))).collect::<Vec<_>>().join(", ") + "."
        }
        Outcome::Look(LookOutcome::Found(_)) => "It is there.".to_owned(),
        _ => "No answer.".to_owned(),
    }
}

fn error_in_words(answer: &Answer) -> String {
    let CloudError { status, code, .. } = &answer.error;
    code.as_ref().map_or_else(|| status.to_string(), |code| format!("{status} {code}"))
}

pub fn names(ids: &[&DesktopId]) -> String {
    ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(" ")
}

pub fn call_in_words(call: &Call, sends: &mut u32) -> String {
    match call {
        Call::Put { ids, .. } => {
            *sends += 1;
            format!("Send {sends}: {}", names(&ids.iter().collect::<Vec<_>>()))
        }
        Call::Read { ids } => format!("Read {}", names(&ids.iter().collect::<Vec<_>>())),
        Call::Look { id } => format!("Ask for {id} alone"),
    }
}

pub fn phase_in_words(phase: Phase) -> &'static str {
    match phase {
        Phase::Checking => "The run is Checking.",
        Phase::Running => "The run is Running.",
        Phase::Paused(Pause::SignIn) => "The run is Paused: sign in to go on.",
        Phase::Paused(Pause::CloudDoesNotAnswer) => "The run is Paused: the cloud does not answer.",
        Phase::Paused(Pause::UntilHasPassed) => "The run is Paused: its until has passed.",
        Phase::Paused(Pause::TooManyCalls) => "The run is Paused: too many calls.",
        Phase::Stopping => "The run is Stopping.",
        Phase::Stopped => "The run is Stopped.",
        Phase::Ended => "The run has Ended.",
    }
}

pub fn verdict_in_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Changed => "Changed",
        Verdict::AlreadySo => "Already so",
        Verdict::Refused => "Refused",
        Verdict::NotFound => "Not found",
        Verdict::NotSent => "Not sent",
        Verdict::Unknown => "Unknown",
    }
}

pub fn why_in_words(desktop: &RunDesktop) -> String {
    match desktop.cause {
        Cause::ReadsWanted(LastCall::Accepted) => "accepted, and read back".to_owned(),
        Cause::ReadsWanted(LastCall::NoAnswer(NoAnswer::ConnectionLost)) => "no answer, yet reads as wanted".to_owned(),
        Cause::ReadsWanted(_) => "answered with an error, yet reads as wanted".to_owned(),
        Cause::StillSoAfterCall(LastCall::Accepted) => "read so before, and still after the call".to_owned(),
        Cause::StillReadsOld(LastCall::Accepted) => "accepted, but it still reads as before".to_owned(),
        Cause::WholeRunRefused | Cause::Stopped if desktop.kept_back.is_some() => match desktop.kept_back.unwrap() {
            KeptBack::NoRight { asked } => {
                format!("{asked} of {asked} asked for alone were refused; a retry asks again")
            }
            KeptBack::InRun { number } => format!("in run {number}"),
        },
        Cause::OwnCall => format!("by its own call: {}", cloud_text(desktop)),
        Cause::ErrorEachTime => format!("each call for it alone broke: {}", cloud_text(desktop)),
        other => format!("{other:?}"),
    }
}

fn cloud_text(desktop: &RunDesktop) -> String {
    let error = desktop.error.as_ref().unwrap();
    format!("{} {}", error.status, error.code.as_deref().unwrap_or_default())
}
