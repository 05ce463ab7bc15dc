//! A desktop of a run in words: one plain sentence for every cause, what the cloud said, and what to do next.

mod next_step;
mod refusal;

use domain::maintenance::outcome::NoAnswer;
use domain::maintenance::run::{Cause, KeptBack, LastCall, RunDesktop};
use domain::maintenance::{Mode, Verdict};

use self::refusal::Refusal;

pub use next_step::next_step;

/// What a desktop is called: its name, else its id.
pub fn name(desktop: &RunDesktop) -> String {
    if desktop.name.trim().is_empty() { desktop.id.to_string() } else { desktop.name.clone() }
}

/// The value that the run wants, as it reads.
const fn wanted(mode: Mode) -> &'static str {
    match mode {
        Mode::Enter => "in maintenance",
        Mode::Leave => "in service",
    }
}

/// The value before.
const fn opposite(mode: Mode) -> &'static str {
    match mode {
        Mode::Enter => "in service",
        Mode::Leave => "in maintenance",
    }
}

/// What happened to a desktop: one sentence without a full stop, as it stands in a cell.
pub fn happened(desktop: &RunDesktop, mode: Mode) -> String {
    let (wanted, opposite) = (wanted(mode), opposite(mode));
    match desktop.kept_back {
        Some(KeptBack::NoRight { asked }) => {
            return format!("{asked} of {asked} asked for alone were refused, so nothing was sent; Retry asks again");
        }
        Some(KeptBack::InRun { number }) => return format!("In run {number}, nothing was sent"),
        None => {}
    }
    match desktop.cause {
        Cause::Planned => "Not read yet".to_owned(),
        Cause::Checked => "Read again, waits for its turn".to_owned(),
        Cause::InCall => "In a call that has no answer yet".to_owned(),
        Cause::GoesAgain(LastCall::Refused) => "Its batch was refused, goes out again in a smaller one".to_owned(),
        Cause::GoesAgain(last) => format!("{}, goes out again", ended(last)),
        Cause::ReadBack(last) => format!("{}, reading the desktop back", ended(last)),
        Cause::ReadBackAfterWholeRun => "The cloud refused the whole run, reading the desktop back".to_owned(),
        Cause::ReadsWanted(LastCall::Accepted) => format!("Read back {wanted}"),
        Cause::ReadsWanted(LastCall::Refused | LastCall::ErrorWithoutAnswer) => {
            format!("Answered with an error, yet reads {wanted}")
        }
        Cause::ReadsWanted(last) => format!("{}, yet reads {wanted}", ended(last)),
        Cause::WasSo => format!("Was {wanted} before, nothing was sent"),
        Cause::BecameSoSinceReview => format!("Reads {wanted} since the review, nothing was sent"),
        Cause::StillSoAfterCall(LastCall::Accepted) => format!("Was {wanted} before, and still is after the call"),
        Cause::StillSoAfterCall(last) => format!("{}, was {wanted} before and still is", ended(last)),
        Cause::OwnCall => Refusal::of(desktop).sentence().to_owned(),
        Cause::WholeRun => "The cloud refused the whole run".to_owned(),
        Cause::ErrorEachTime => format!("The cloud answered with an error each time, and it reads {opposite}"),
        Cause::NotInCatalogue => "The cloud does not know this desktop, nothing was sent".to_owned(),
        Cause::GoneSinceReview => "Gone since the review, nothing was sent".to_owned(),
        Cause::GoneAfterCall(last) => format!("{}, and it was gone when it was read", ended(last)),
        Cause::Stopped if desktop.is_named() => {
            format!("The run was stopped; its calls changed nothing, and it reads {opposite}")
        }
        Cause::Stopped => "The run was stopped before its turn".to_owned(),
        Cause::WholeRunRefused if desktop.is_named() => {
            format!("The cloud refused the whole run, and it reads {opposite}")
        }
        Cause::WholeRunRefused => "The cloud refused the whole run before its turn".to_owned(),
        Cause::OppositeSinceReview => format!("{} since the review, nothing was sent", capitalised(opposite)),
        Cause::AppearedSinceReview => "Appeared since the review, nothing was sent".to_owned(),
        Cause::MayNotBeRead if desktop.is_named() => "Was sent, but may not be read back".to_owned(),
        Cause::MayNotBeRead => "May not be read, so nothing was sent".to_owned(),
        Cause::CouldNotBeRead if desktop.is_named() => "Was sent, but could not be read back".to_owned(),
        Cause::CouldNotBeRead => "Could not be read, so nothing was sent".to_owned(),
        Cause::StillReadsOld(last) => format!("{}, but it still reads {opposite}", ended(last)),
    }
}

/// How a call ended.
const fn ended(last: LastCall) -> &'static str {
    match last {
        LastCall::Accepted => "Accepted by the cloud",
        LastCall::Refused => "Refused by the cloud",
        LastCall::Throttled => "The cloud asked to wait",
        LastCall::SignIn => "The cloud wanted a new sign-in",
        LastCall::ErrorWithoutAnswer => "The cloud answered with an error",
        LastCall::NoAnswer(NoAnswer::TimedOut) => "No answer came in time",
        LastCall::NoAnswer(NoAnswer::ConnectionLost) => "The connection was lost before an answer",
        LastCall::NoAnswer(NoAnswer::TooLong) => "The answer was too long to read",
        LastCall::NoAnswer(NoAnswer::Interrupted) => "Drydock was stopped before the answer came",
        LastCall::NotSentOut => "The cloud could not be reached",
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A field of the cloud's answer, by the cloud's own name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudField {
    /// The name.
    pub name: &'static str,
    /// The value, word for word; `None` where the cloud gave none.
    pub value: Option<String>,
    /// What follows the value in our words, e.g. `HTTP 403`.
    pub more: Option<String>,
    /// The whole value, where what is shown is cut.
    pub whole: Option<String>,
}

/// How many characters of an `encoded_authorization_message` are shown: it says nothing until it is decoded.
const ENCODED_SHOWN_CHARS: usize = 48;

/// What the cloud said about a desktop, shown under its row. Empty where it said nothing worth showing.
pub fn cloud_fields(desktop: &RunDesktop) -> Vec<CloudField> {
    let Some(verdict) = desktop.verdict() else { return Vec::new() };
    let error = desktop.error.as_ref();
    let is_shown = match verdict {
        Verdict::Refused | Verdict::Unknown => true,
        // What the refused desktops of the same call show already.
        Verdict::NotSent if !matches!(desktop.cause, Cause::MayNotBeRead | Cause::CouldNotBeRead) => false,
        _ => error.is_some_and(|error| error.code.is_some()),
    };
    if !is_shown {
        return Vec::new();
    }
    let plain = |name, value: Option<&String>| CloudField {
        name,
        value: value.filter(|value| !value.is_empty()).cloned(),
        more: None,
        whole: None,
    };
    let status = error.map(|error| error.status).filter(|status| *status > 0).map(|status| format!("HTTP {status}"));
    let request_id = plain("request id", error.and_then(|error| error.request_id.as_ref()));
    let said_nothing = error.is_none_or(|error| error.code.is_none() && error.message.is_none());
    if verdict == Verdict::Unknown && said_nothing {
        let value = last_answer(desktop.cause, error.map_or(0, |error| error.status));
        return vec![CloudField { name: "last answer", value: Some(value), more: None, whole: None }, request_id];
    }
    let mut fields = vec![
        CloudField { more: status, ..plain("error_code", error.and_then(|error| error.code.as_ref())) },
        plain("error_msg", error.and_then(|error| error.message.as_ref())),
        plain("error_detail", error.and_then(|error| error.detail.as_ref())),
    ];
    if let Some(encoded) = error.and_then(|error| error.encoded_authorization_message.as_ref()) {
        fields.push(shortened("encoded_authorization_message", encoded));
    }
    fields.push(request_id);
    fields
}

fn last_answer(cause: Cause, status: u16) -> String {
    let words = match cause {
        Cause::StillReadsOld(last) => ended(last),
        Cause::MayNotBeRead => "The cloud does not let it be read",
        _ => "No reading of it succeeded",
    };
    if status > 0 { format!("HTTP {status}. {words}.") } else { format!("{words}.") }
}

fn shortened(name: &'static str, text: &str) -> CloudField {
    if text.chars().count() <= ENCODED_SHOWN_CHARS {
        return CloudField { name, value: Some(text.to_owned()), more: None, whole: None };
    }
    let start: String = text.chars().take(ENCODED_SHOWN_CHARS).collect();
    CloudField { name, value: Some(format!("{start}…")), more: None, whole: Some(text.to_owned()) }
}

/// What stands on the closed disclosure under a row: the code and the status, else that there was none.
pub fn answer_title(desktop: &RunDesktop) -> String {
    let error = desktop.error.as_ref();
    let code = error.and_then(|error| error.code.as_deref()).filter(|code| !code.is_empty());
    let status = error.map(|error| error.status).filter(|status| *status > 0);
    match (code, status) {
        (Some(code), Some(status)) => format!("What the cloud said: {code}, HTTP {status}"),
        (Some(code), None) => format!("What the cloud said: {code}"),
        (None, Some(status)) => format!("What the cloud said: HTTP {status}"),
        (None, None) => "The cloud said nothing".to_owned(),
    }
}

/// Whether something stands under the row of a desktop.
pub fn has_answer(desktop: &RunDesktop) -> bool {
    !cloud_fields(desktop).is_empty()
}

#[cfg(test)]
mod tests;
