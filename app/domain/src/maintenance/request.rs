//! Why a run is made: reason, details, ticket and until.

mod until;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use until::{UNTIL_LIMIT, UntilProblem, UntilText, resolve};

/// The most characters of the details: what is wrong with a form comes back with what was typed in a cookie of 4 kB. If
/// that is too few, the rest goes into the ticket.
pub const DETAILS_LIMIT_CHARS: usize = 500;

/// The most characters of a ticket. Assumed: longer than any ticket system's keys. If it is wrong, the link is shortened.
pub const TICKET_LIMIT_CHARS: usize = 100;

/// Why a run is made, as people gave it at review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// One of the configured reasons; empty only where none is configured.
    pub reason: String,
    /// Free text, lines separated by `\n`, up to [`DETAILS_LIMIT_CHARS`] characters; may be empty.
    pub details: String,
    /// The ticket, one line up to [`TICKET_LIMIT_CHARS`] characters; may be empty.
    pub ticket: String,
    /// Until when the desktops are meant to stay so.
    pub until: Option<Timestamp>,
}

/// The same as typed into the form, to be given back where something in it is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestText {
    /// **Reason**
    pub reason: String,
    /// **Details**
    pub details: String,
    /// **Ticket**
    pub ticket: String,
    /// **Until**
    pub until: String,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// **Reason**
    Reason,
    /// **Details**
    Details,
    /// **Ticket**
    Ticket,
    /// **Until**
    Until,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// The text is not in the configured list.
    NotInList,
    /// The text is too long.
    TooLong {
        /// The most characters that are taken.
        limit: usize,
        /// How many there are.
        got: usize,
    },
    /// The text has a line break or another control character.
    ControlCharacter,
    /// The time cannot be taken.
    Until(UntilProblem),
}

/// A field that is wrong, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{field:?}: {problem:?}")]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong with it.
    pub problem: Problem,
}

impl Request {
    /// Reads the form. `reasons` is the configured list; `moment_of` finds the moment that an until means, by
    /// [`resolve`] with the zone of the product.
    ///
    /// # Errors
    /// Every field that is wrong, once, in the order of the form: a reason that is not in the list, details or a ticket
    /// too long, a ticket of several lines, an until that is no time or cannot be taken.
    pub fn parse(
        text: &RequestText,
        reasons: &[String],
        moment_of: impl FnOnce(&UntilText) -> Result<Timestamp, UntilProblem>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let reason = checked(Field::Reason, parse_reason(&text.reason, reasons), &mut errors);
        let details = checked(Field::Details, parse_details(&text.details), &mut errors);
        let ticket = checked(Field::Ticket, parse_ticket(&text.ticket), &mut errors);
        let until = UntilText::parse(&text.until)
            .and_then(|until| until.as_ref().map(moment_of).transpose())
            .map_err(Problem::Until);
        let until = checked(Field::Until, until, &mut errors);
        if errors.is_empty() { Ok(Self { reason, details, ticket, until }) } else { Err(errors) }
    }
}

fn checked<T: Default>(field: Field, parsed: Result<T, Problem>, errors: &mut Vec<FieldError>) -> T {
    parsed.unwrap_or_else(|problem| {
        errors.push(FieldError { field, problem });
        T::default()
    })
}

fn parse_reason(text: &str, reasons: &[String]) -> Result<String, Problem> {
    let text = text.trim();
    let is_listed = reasons.iter().any(|reason| reason.trim() == text);
    let needs_none = reasons.is_empty() && text.is_empty();
    if is_listed || needs_none { Ok(text.to_owned()) } else { Err(Problem::NotInList) }
}

fn parse_details(text: &str) -> Result<String, Problem> {
    // A form sends every line break as two characters, which people do not count; no database keeps U+0000.
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    bounded(text.trim(), DETAILS_LIMIT_CHARS)
}

fn parse_ticket(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let breaks_line = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    if text.contains(breaks_line) { Err(Problem::ControlCharacter) } else { bounded(text, TICKET_LIMIT_CHARS) }
}

fn bounded(text: &str, limit: usize) -> Result<String, Problem> {
    let got = text.chars().count();
    if got > limit { Err(Problem::TooLong { limit, got }) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests;
