//! What an error says: what happened, and what to do next. Nothing here repeats text from elsewhere.
//!
//! # When a server function gives nothing
//! | variant | sentence | what the person does | what the administrator looks for |
//! |---|---|---|---|
//! | `SignedOut` | You are not signed in any more. | signs in; filters, ticks and what was typed on a review are kept in the tab | `session` in the log: idle or absolute limit |
//! | `NoIdentity` | Your single sign-on has ended. | loads the page again | the single sign-on's session limits |
//! | `IdentityChanged` | Somebody else is signed in at the single sign-on now. | loads the page again | the audit |
//! | `IdentityUnknown` | Who you are cannot be told at the moment. | loads the page again | `identity.jwks_url` |
//! | `NoRole` | You are in no group that may use Drydock. | asks for a role | `roles.*`, the groups header |
//! | `NeedsRole` | Needs the operator role. | asks for a role | `roles.*` |
//! | `ProjectNotOpen` | This project is not open. | opens that project | nothing: one session has several projects |
//! | `NotFound` | There is no such page here. | goes back to Desktops or History | the path in the log |
//! | `BadRequest` | Drydock could not read that request. | loads the page anew | the route and the reason at `debug` |
//! | `Unreachable` | Drydock does not answer. | waits where the page asks again, else loads it again | `/readyz`, the proxy's log |
//! | `SignIn` | see [`sign_in`] | | |
//! | `Choice` | Nothing was selected. / Too many … | ticks some, or selects all matching | `selection_limit` |
//! | `NoCatalogue` | The list of desktops is not there yet. | waits until it is read | slow or failing list calls |
//! | `Fields` | Some fields need another value. | corrects the fields named | nothing |
//! | `ReviewTooOld` | This review is older than 30 minutes. | makes it anew | nothing |
//! | `NothingWouldChange` | Nothing would change. | changes the selection | nothing |
//! | `Held` | Another open run holds some of these desktops. | waits for that run, or changes the selection | the run that stays open |
//! | `NotNow` | The run cannot do that now. | looks how the run stands, and whose it is | nothing |
//! | `Internal` | Something broke in Drydock. | quotes the reference | the reference, in the log |
//!
//! # When the list of desktops cannot be read
//! | variant | sentence | what the person does | what the administrator looks for |
//! |---|---|---|---|
//! | `NotEnabled` | Workspace is not enabled in this project. | opens another project | whether the service was bought there |
//! | `MayNotList` | You may not list the desktops of this project. | asks the cloud team | the right `workspace:desktops:list` |
//! | `SignInEnded` | Your cloud sign-in has ended. | signs in again | the token's life |
//! | `DoesNotAnswer` | Huawei Cloud does not answer. | waits where the page asks again, else refreshes | `cloud.workspace_url`, proxy |
//! | `Refused` | Huawei Cloud refused to list the desktops. | quotes code and request id | the code |
//! | `TooMany` | This project has more desktops than Drydock reads. | asks the administrator | `cloud.list_max_desktops` |

pub mod sign_in;

use domain::maintenance::request::{Field, FieldError, Problem, UntilProblem};
use domain::selection::ChoiceError;

use super::number::{desktops, grouped};
use super::role;
use crate::api::desktops::CatalogueProblem;
use crate::api::error::ApiError;

/// What an error says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorText {
    /// What happened: one sentence.
    pub what: String,
    /// What to do next: at most two sentences.
    pub next: String,
}

impl ErrorText {
    fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), next: next.into() }
    }
}

const UNREACHABLE: &str = "Drydock does not answer.";

/// What an error says that the list of desktops met while it was kept true: it asks again by itself.
pub fn of_followed_list(error: &ApiError) -> ErrorText {
    match error {
        ApiError::Unreachable => {
            ErrorText::new(UNREACHABLE, "What is shown may be old. This page asks again by itself.")
        }
        _ => api_error(error),
    }
}

/// What an error says that ended the work on a page: only loading it again helps, and the tab keeps what is worth
/// keeping.
pub fn ended(error: &ApiError) -> ErrorText {
    match error {
        ApiError::SignedOut => ErrorText::new(
            "Your session has ended.",
            "Load the page again to sign in. What you typed and selected is kept in this tab.",
        ),
        ApiError::Unreachable => ErrorText::new(
            UNREACHABLE,
            "Nothing was sent. Send it again in a minute, or load the page again; what you typed and selected is kept.",
        ),
        _ => api_error(error),
    }
}

/// What the Sign in page says to somebody whose session has ended meanwhile.
pub fn session_over() -> ErrorText {
    ErrorText::new("Your session has ended.", "Sign in to go on; what you selected is kept in this tab.")
}

/// What an error of a server function says, on any page and whether or not a script runs.
pub fn api_error(error: &ApiError) -> ErrorText {
    match error {
        ApiError::SignedOut => ErrorText::new("You are not signed in any more.", "Sign in to go on."),
        ApiError::NoIdentity => ErrorText::new(
            "Your single sign-on has ended.",
            "Load the page again to sign in there. What you typed and selected is kept in this tab.",
        ),
        ApiError::IdentityUnknown => ErrorText::new(
            "Who you are cannot be told at the moment.",
            "Nobody was signed out. Load the page again in a minute.",
        ),
        ApiError::IdentityChanged => ErrorText::new(
            "Somebody else is signed in at the single sign-on now.",
            "The earlier session was ended here. Load the page again to go on as that person.",
        ),
        ApiError::NoRole => ErrorText::new(
            "You are in no group that may use Drydock.",
            "Ask the people who run Drydock for a role: viewer, operator or lead.",
        ),
        ApiError::NeedsRole { role } => ErrorText::new(
            format!("Needs the {} role.", role::word(*role)),
            "Nothing was changed. A lead can tell you who may.",
        ),
        ApiError::ProjectNotOpen => {
            ErrorText::new("This project is not open.", "Open it to see its desktops and runs.")
        }
        ApiError::NotFound => {
            ErrorText::new("There is no such page here.", "It may belong to another project, or to somebody else.")
        }
        ApiError::BadRequest => ErrorText::new(
            "Drydock could not read that request.",
            "Nothing was changed. Load the page anew and try again.",
        ),
        ApiError::Unreachable => {
            ErrorText::new(UNREACHABLE, "What is shown may be old. Load the page again to ask anew.")
        }
        ApiError::SignIn(problem) => sign_in::problem(problem),
        ApiError::Choice(problem) => choice(*problem),
        ApiError::NoCatalogue => ErrorText::new(
            "The list of desktops is not there yet.",
            "Nothing was chosen and nothing was sent. Wait until it is read, then choose again.",
        ),
        ApiError::Fields(_) => {
            ErrorText::new("Some fields need another value.", "Nothing was sent. What you typed is kept.")
        }
        ApiError::ReviewTooOld => ErrorText::new(
            "This review is older than 30 minutes.",
            "Nothing was sent. Make it anew to see how the desktops stand now.",
        ),
        ApiError::NothingWouldChange => {
            ErrorText::new("Nothing would change.", "Nothing was sent. Change the selection to go on.")
        }
        ApiError::Held => ErrorText::new(
            "Another open run holds some of these desktops.",
            "Nothing was sent. Wait until that run ends, or change the selection.",
        ),
        ApiError::NotNow => ErrorText::new(
            "The run cannot do that now.",
            "It has moved on since the button was drawn, or only the person who started it may. This is how it stands.",
        ),
        ApiError::SignInCameFirst => ErrorText::new(
            "Nothing was sent, because you had to sign in first.",
            "What you typed is back. Send it again.",
        ),
        ApiError::Internal { reference } => ErrorText::new(
            "Something broke in Drydock.",
            format!("Try again. If it stays, quote the reference {reference} to the people who run Drydock."),
        ),
    }
}

/// Why a choice cannot be reviewed.
fn choice(problem: ChoiceError) -> ErrorText {
    match problem {
        ChoiceError::Nothing => {
            ErrorText::new("Nothing was selected.", "Tick the desktops that you mean, or select all that match.")
        }
        ChoiceError::TooMany { limit, got } => ErrorText::new(
            format!("{} are more than one review takes by tick.", desktops(of_usize(got))),
            format!(
                "The most is {}. Your selection is kept. Select all that match instead, or untick some.",
                grouped(of_usize(limit))
            ),
        ),
        ChoiceError::InvalidId { position } => ErrorText::new(
            format!("Number {} of the selection is no desktop.", grouped(of_usize(position))),
            "Nothing was chosen. Load the page anew and choose again.",
        ),
    }
}

/// What a wrong field says, for the hint's place below it.
pub fn field(error: &FieldError) -> String {
    match (error.field, error.problem) {
        (_, Problem::TooLong { limit, got }) => {
            format!("{} characters are too many. The most is {}.", grouped(of_usize(got)), grouped(of_usize(limit)))
        }
        (_, Problem::NotInList) => "Choose a reason from the list.".to_owned(),
        (Field::Ticket, Problem::ControlCharacter) => "A ticket is one line. Remove the line break.".to_owned(),
        (_, Problem::ControlCharacter) => "This has a character that cannot be kept. Type it anew.".to_owned(),
        (_, Problem::Until(problem)) => until(problem).to_owned(),
    }
}

fn until(problem: UntilProblem) -> &'static str {
    match problem {
        UntilProblem::Malformed => "This is no time. Write 18:00, +2h or 2026-11-17 18:00.",
        UntilProblem::NoSuchTime => "There is no such time. Choose another one.",
        UntilProblem::Past => "This time is past. Choose a later one.",
        UntilProblem::TooFar => "This is more than 400 days ahead. Choose a nearer time.",
    }
}

/// Why the list of desktops cannot be read. `followed` says that the page asks again by itself, as it does with a script.
pub fn catalogue(problem: &CatalogueProblem, followed: bool) -> ErrorText {
    match problem {
        CatalogueProblem::NotEnabled { .. } => ErrorText::new(
            "Workspace is not enabled in this project.",
            "There are no desktops to show. Sign in to another project, or ask the cloud team to enable Workspace here.",
        ),
        CatalogueProblem::MayNotList { .. } => ErrorText::new(
            "You may not list the desktops of this project.",
            "Ask the cloud team for the right to list Workspace desktops, then refresh.",
        ),
        CatalogueProblem::SignInEnded => {
            ErrorText::new("Your sign-in to Huawei Cloud has ended.", "Sign in again to read the list.")
        }
        CatalogueProblem::DoesNotAnswer => ErrorText::new(
            "Huawei Cloud does not answer.",
            if followed { "This page asks again by itself." } else { "Refresh to ask again." },
        ),
        CatalogueProblem::Refused { .. } => {
            ErrorText::new("Huawei Cloud refused to list the desktops.", "Its own words follow. Refresh to ask again.")
        }
        CatalogueProblem::TooMany { limit } => ErrorText::new(
            format!("This project has more than {}.", desktops(*limit)),
            "Drydock does not read more. Ask the people who run Drydock to raise the limit.",
        ),
    }
}

/// What the cloud itself said about a list that it did not give: its field names with its own text.
pub fn cloud_words(problem: &CatalogueProblem) -> Vec<(&'static str, String)> {
    let (code, message, request_id) = match problem {
        CatalogueProblem::NotEnabled { code, request_id } => (Some(code), &None, request_id),
        CatalogueProblem::MayNotList { code, message, request_id }
        | CatalogueProblem::Refused { code, message, request_id } => (code.as_ref(), message, request_id),
        CatalogueProblem::SignInEnded | CatalogueProblem::DoesNotAnswer | CatalogueProblem::TooMany { .. } => {
            return Vec::new();
        }
    };
    [("error_code", code), ("error_msg", message.as_ref()), ("request id", request_id.as_ref())]
        .into_iter()
        .filter_map(|(name, text)| text.map(|text| (name, text.clone())))
        .collect()
}

fn of_usize(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
