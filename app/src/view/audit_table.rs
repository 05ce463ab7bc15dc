//! The audit in words: what people did, and what was refused.

use super::number::counted;
use super::paging;
use super::state_words::StateText;
use crate::api::history::{AuditPage, AuditRow};
use crate::api::page_query::PageQuery;
use crate::components::{IconName, Tone};
use crate::routes;

/// The word under `show` in the query string of History that stands for the audit.
pub const SHOW: &str = "audit";

/// How many lines stand on one page.
const PAGE_ROWS: u32 = 50;

/// What happened. Red is only what was refused; a word that is not known is shown as it is.
pub fn what(action: &str) -> StateText {
    let (icon, tone, word) = match action {
        "signed_in" => (IconName::Key, Tone::Ink2, "Signed in"),
        "sign_in_refused" => (IconName::OctagonCross, Tone::Red, "Sign-in refused"),
        "sign_in_held" => (IconName::OctagonCross, Tone::Red, "Sign-in not tried, too many failed"),
        "project_opened" => (IconName::Globe, Tone::Ink2, "Opened a project"),
        "signed_out" => (IconName::Power, Tone::Ink2, "Signed out"),
        "session_ended" => (IconName::Power, Tone::Ink2, "Ended another session of their own"),
        "sessions_ended" => (IconName::Power, Tone::Ink2, "An administrator ended their sessions"),
        "identity_refused" => (IconName::OctagonCross, Tone::Red, "Identity not believed"),
        "identity_missing" => (IconName::OctagonCross, Tone::Red, "Identity missing, session ended"),
        "identity_changed" => (IconName::OctagonCross, Tone::Red, "Another identity, session ended"),
        "role_refused" => (IconName::Lock, Tone::Red, "In no group with a role"),
        "not_permitted" => (IconName::Lock, Tone::Red, "Role not sufficient"),
        "origin_refused" => (IconName::OctagonCross, Tone::Red, "Form of a foreign page refused"),
        "confirmed" => (IconName::CircleTick, Tone::Ink, "Confirmed a run"),
        "confirm_held" => (IconName::CircleSlash, Tone::Ink2, "Confirmed nothing, desktops are held"),
        "stopped" => (IconName::Square, Tone::Ink, "Stopped a run"),
        "continued" => (IconName::Refresh, Tone::Ink, "Continued a run"),
        "retried" => (IconName::CircleTick, Tone::Ink, "Retried what was refused"),
        "rest_sent" => (IconName::CircleTick, Tone::Ink, "Sent what was not sent"),
        "undone" => (IconName::CircleTick, Tone::Ink, "Confirmed an undo"),
        "taken_over" => (IconName::Refresh, Tone::Ink, "Took over a run"),
        "read_again" => (IconName::Eye, Tone::Ink, "Read again what was unknown"),
        other => (IconName::CircleQuestion, Tone::Ink2, other),
    };
    StateText::new(icon, tone, word)
}

/// Who it was.
pub fn who(row: &AuditRow) -> &str {
    row.who.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or("Nobody known")
}

/// Where the request came from.
pub fn from(row: &AuditRow) -> &str {
    row.from.as_deref().unwrap_or("Drydock itself")
}

/// What stands beside the heading: `1,042 lines`.
pub fn sub(page: &AuditPage) -> String {
    counted(page.total, "line", "lines")
}

/// The address of the audit.
pub fn address(project: &str, number: u32) -> String {
    let query = PageQuery { show: Some(SHOW.to_owned()), page: number }.to_query();
    routes::with_query(routes::history(project), &query)
}

/// Whether a query string of History asks for the audit.
pub fn is_asked_for(query: &str) -> bool {
    PageQuery::from_query(query).show.as_deref() == Some(SHOW)
}

/// What is shown of the list: `1–50 of 118 lines`.
pub fn shown(page: &AuditPage) -> String {
    paging::shown(page.page, PAGE_ROWS, page.rows.len(), &sub(page))
}

/// The addresses of the pages before and after.
pub fn neighbours(page: &AuditPage) -> (Option<String>, Option<String>) {
    paging::neighbours(page.page, page.pages, |number| address(&page.project, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every action that is written down.
    const ACTIONS: [&str; 22] = [
        "signed_in",
        "sign_in_refused",
        "sign_in_held",
        "project_opened",
        "signed_out",
        "session_ended",
        "sessions_ended",
        "identity_refused",
        "identity_missing",
        "identity_changed",
        "role_refused",
        "not_permitted",
        "origin_refused",
        "confirmed",
        "confirm_held",
        "stopped",
        "continued",
        "retried",
        "rest_sent",
        "undone",
        "taken_over",
        "read_again",
    ];

    #[test]
    fn every_action_has_a_word_of_its_own() {
        let mut words: Vec<String> = ACTIONS.iter().map(|action| what(action).word).collect();
        for (action, word) in ACTIONS.iter().zip(&words) {
            assert_ne!(word, action);
        }
        words.sort();
        words.dedup();
        assert_eq!(words.len(), ACTIONS.len());
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn the_actions_are_those_that_are_written_down() {
        use serde::Deserialize;
        use serde::de::value::{Error, StrDeserializer};
        use service::audit::Action;

        for action in ACTIONS {
            assert!(Action::deserialize(StrDeserializer::<Error>::new(action)).is_ok(), "{action}");
        }
        let unknown = Action::deserialize(StrDeserializer::<Error>::new("")).map_err(|error| error.to_string());
        let named = unknown.err().map_or(0, |text| text.matches('`').count() / 2);
        assert_eq!(named, ACTIONS.len() + 1, "each known action and the unknown one are named");
    }

    #[test]
    fn what_was_refused_is_red_and_nothing_else() {
        for action in ACTIONS {
            let is_refusal =
                ["refused", "held", "missing", "changed", "permitted"].iter().any(|it| action.ends_with(it));
            let expected = is_refusal && action != "confirm_held";
            assert_eq!(what(action).tone == Tone::Red, expected, "{action}");
        }
    }

    #[test]
    fn an_unknown_action_is_shown_as_it_is() {
        assert_eq!(what("<b>new</b>").word, "<b>new</b>");
    }

    #[test]
    fn the_audit_keeps_its_place_in_the_address() {
        assert_eq!(address("p", 1), "/p/history?show=audit");
        assert_eq!(address("p", 3), "/p/history?show=audit&page=3");
        assert!(is_asked_for("?page=2&show=audit") && !is_asked_for("show=audits") && !is_asked_for(""));
    }
}
