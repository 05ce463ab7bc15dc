//! A review in words: what will happen, to how many, and why it cannot be confirmed.

use domain::maintenance::Mode;
use domain::maintenance::plan::Class;
use domain::maintenance::request::{Field, FieldError};

use super::error_text::{self, ErrorText};
use super::number::{counted, desktops, grouped};
use super::paging;
use super::state_words::{self, StateText};
use crate::api::error::{ApiError, FormProblem};
use crate::api::page_query::{CLASSES, PageQuery};
use crate::api::review::{ReviewPage, ReviewRow};
use crate::components::{IconName, Tab, Tone};
use crate::routes;

/// How many rows stand on one page.
const PAGE_ROWS: u32 = 200;

/// The heading: `Review: put 34 desktops into maintenance`.
pub fn heading(page: &ReviewPage) -> String {
    let number = desktops(page.will_change);
    match page.mode {
        Mode::Enter => format!("Review: put {number} into maintenance"),
        Mode::Leave => format!("Review: return {number} to service"),
    }
}

/// The confirming button: `Put 34 desktops into maintenance`.
pub fn confirm(page: &ReviewPage) -> String {
    let number = desktops(page.will_change);
    match page.mode {
        Mode::Enter => format!("Put {number} into maintenance"),
        Mode::Leave => format!("Return {number} to service"),
    }
}

/// Why the confirming button cannot act, in at most eight words.
pub fn barred(page: &ReviewPage) -> Option<String> {
    if page.started.is_some() {
        Some("This review has started its run".to_owned())
    } else if page.too_old {
        Some("Older than 30 minutes".to_owned())
    } else if page.held > 0 {
        let held = if page.held == 1 { "One is".to_owned() } else { format!("{} are", grouped(page.held)) };
        Some(format!("{held} in another open run"))
    } else if page.will_change == 0 {
        Some("Nothing would change".to_owned())
    } else {
        None
    }
}

/// When it was frozen: what stands beside the heading.
pub fn frozen(page: &ReviewPage) -> String {
    format!("Frozen {}\u{a0}{}", page.frozen_at.text, page.frozen_at.zone)
}

/// Where the number that was chosen is not the number reviewed: `412 when chosen, 409 now`.
pub fn moved(page: &ReviewPage) -> Option<String> {
    let chosen = page.matched_when_chosen?;
    let total = total(page);
    (chosen != total).then(|| format!("{} when chosen, {} now", grouped(chosen), grouped(total)))
}

/// How many desktops were reviewed.
pub fn total(page: &ReviewPage) -> u32 {
    page.will_change.saturating_add(page.already_so).saturating_add(page.not_found)
}

/// The address of some rows of a review.
pub fn address(page: &ReviewPage, show: Option<Class>, number: u32) -> String {
    let show = show.and_then(|class| CLASSES.iter().find(|(_, known)| *known == class));
    let query = PageQuery { show: show.map(|(word, _)| (*word).to_owned()), page: number }.to_query();
    routes::with_query(routes::review(&page.project, &page.id), &query)
}

/// The classes as links to the rows they count.
pub fn tabs(page: &ReviewPage) -> Vec<Tab> {
    let tab = |name: &str, show: Option<Class>, icon: Option<IconName>, tone: Tone| Tab {
        name: name.to_owned(),
        count: show.map_or_else(|| total(page), |class| count(page, class)),
        href: address(page, show, 1),
        current: page.show == show,
        icon,
        tone,
    };
    let changes = match page.mode {
        Mode::Enter => (IconName::Wrench, Tone::Amber),
        Mode::Leave => (IconName::Check, Tone::Ink2),
    };
    vec![
        tab("All", None, None, Tone::Ink2),
        tab("Will change", Some(Class::WillChange), Some(changes.0), changes.1),
        tab("Already so", Some(Class::AlreadySo), Some(IconName::CircleEquals), Tone::Ink2),
        tab("Not found", Some(Class::NotFound), Some(IconName::LensCross), Tone::Ink2),
    ]
}

fn count(page: &ReviewPage, class: Class) -> u32 {
    match class {
        Class::WillChange => page.will_change,
        Class::AlreadySo => page.already_so,
        Class::NotFound => page.not_found,
    }
}

/// What stands in the place of rows where a class has none.
pub fn no_rows(show: Option<Class>) -> &'static str {
    match show {
        None => "This review has no desktops.",
        Some(Class::WillChange) => "No desktop will change.",
        Some(Class::AlreadySo) => "No desktop is already so.",
        Some(Class::NotFound) => "Every desktop was found.",
    }
}

/// What is shown of the list: `1–200 of 1,284 desktops`.
pub fn shown(page: &ReviewPage) -> String {
    let all = page.show.map_or_else(|| total(page), |class| count(page, class));
    paging::shown(page.page, PAGE_ROWS, page.rows.len(), &desktops(all))
}

/// The addresses of the pages before and after.
pub fn neighbours(page: &ReviewPage) -> (Option<String>, Option<String>) {
    paging::neighbours(page.page, page.pages, |number| address(page, page.show, number))
}

/// What will happen to a desktop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It changes from one value to the other.
    Changes {
        /// How it reads now.
        from: String,
        /// How it will read.
        to: StateText,
    },
    /// It stays as it is.
    Stays(StateText),
}

/// What will happen to a desktop.
pub fn happening(row: &ReviewRow, mode: Mode) -> Happening {
    let entering = mode == Mode::Enter;
    match row.desktop.class {
        Class::WillChange => Happening::Changes {
            from: state_words::maintenance(!entering).word,
            to: state_words::maintenance(entering),
        },
        Class::AlreadySo => {
            Happening::Stays(StateText::new(IconName::CircleEquals, Tone::Ink2, "Already so").with(if entering {
                "in maintenance"
            } else {
                "in service"
            }))
        }
        Class::NotFound => Happening::Stays(
            StateText::new(IconName::LensCross, Tone::Ink2, "Not found").with("not in the list, will not be sent"),
        ),
    }
}

/// What a desktop is called: its name, else its id.
pub fn name(row: &ReviewRow) -> String {
    if row.desktop.name.trim().is_empty() { row.desktop.id.to_string() } else { row.desktop.name.clone() }
}

/// What confirming does, promising nothing that this version does not do.
pub fn promise(page: &ReviewPage) -> String {
    let moves = match (page.mode, page.will_change) {
        (Mode::Enter, 1) => "1 desktop enters maintenance now.".to_owned(),
        (Mode::Enter, many) => format!("{} enter maintenance now.", desktops(many)),
        (Mode::Leave, 1) => "1 desktop returns to service now.".to_owned(),
        (Mode::Leave, many) => format!("{} return to service now.", desktops(many)),
    };
    let until = match (page.mode, page.will_change) {
        (Mode::Enter, 1) => " Drydock does not return it by itself yet: the time under Until is kept and shown.",
        (Mode::Enter, _) => " Drydock does not return them by itself yet: the time under Until is kept and shown.",
        (Mode::Leave, _) => "",
    };
    let users = match page.connected {
        0 => " Users may be affected.".to_owned(),
        1 => " 1 user is connected and may be affected.".to_owned(),
        many => format!(" {} users are connected and may be affected.", grouped(many)),
    };
    format!("{moves}{until}{users}")
}

/// What the calls are: `4 calls, at most 100 desktops each`.
pub fn calls(page: &ReviewPage) -> String {
    format!("{}, at most {} each", counted(page.sending.calls, "call", "calls"), desktops(page.sending.batch_limit))
}

/// The true body of the first call, with what is left out said.
pub fn body(page: &ReviewPage) -> String {
    let mut ids: Vec<String> = page.sending.first_ids.iter().map(|id| format!("\"{id}\"")).collect();
    if page.sending.more_ids > 0 {
        ids.push(format!("… {} more", grouped(page.sending.more_ids)));
    }
    let wanted = page.mode.wanted();
    format!("{{\n  \"desktop_ids\": [{}],\n  \"in_maintenance_mode\": {wanted}\n}}", ids.join(", "))
}

/// What the problem of a form says here. A review that was too old has been made anew already when this is read.
pub fn problem(page: &ReviewPage, problem: &FormProblem) -> ErrorText {
    if problem.error == ApiError::ReviewTooOld && !page.too_old {
        return ErrorText {
            what: "The review was older than 30 minutes, so nothing was sent.".to_owned(),
            next: "This is a new one of the same desktops as they stand now. Look it through and confirm again."
                .to_owned(),
        };
    }
    error_text::api_error(&problem.error)
}

/// What a field says is wrong with it.
pub fn field_error(problem: Option<&FormProblem>, field: Field) -> Option<String> {
    wrong_fields(problem).iter().find(|error| error.field == field).map(error_text::field)
}

/// Whether a field is the first that is wrong: it takes the focus.
pub fn is_first_wrong(problem: Option<&FormProblem>, field: Field) -> bool {
    wrong_fields(problem).first().is_some_and(|error| error.field == field)
}

fn wrong_fields(problem: Option<&FormProblem>) -> &[FieldError] {
    match problem.map(|problem| &problem.error) {
        Some(ApiError::Fields(errors)) => errors,
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
