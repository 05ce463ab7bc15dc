//! What only a browser has: the tab's own storage, what somebody did before the script came, whether the tab is seen.
//!
//! On the server each of these is absent, and says so by giving nothing.

#[cfg(feature = "hydrate")]
mod present;

#[cfg(not(feature = "hydrate"))]
mod absent;

#[cfg(not(feature = "hydrate"))]
pub use absent::{
    Submission, copy_from, forget, forget_others, is_visible, keep, kept, single_sign_on_is_over, take_early_ticks,
    type_again, typed_in,
};
#[cfg(feature = "hydrate")]
pub use present::{
    Submission, copy_from, forget, forget_others, is_visible, keep, keep_early_ticks, kept, mark_hydrated,
    single_sign_on_is_over, take_early_ticks, type_again, typed_in,
};

/// What every key of ours begins with.
const PREFIX: &str = "drydock.";

/// The key under which a tab keeps something of a person. What it keeps belongs to whoever was signed in then.
pub fn key(person: &str, what: &str) -> String {
    format!("{PREFIX}{person}.{what}")
}

/// Whether a key of the tab's storage is ours and belongs to somebody else.
#[cfg(any(feature = "hydrate", test))]
fn is_of_another(key: &str, person: &str) -> bool {
    key.strip_prefix(PREFIX).is_some_and(|rest| rest.strip_prefix(person).is_none_or(|rest| !rest.starts_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a11_what_a_tab_keeps_belongs_to_one_person() {
        let mine = key("00ff", "selection.north");
        assert!(!is_of_another(&mine, "00ff"));
        assert!(is_of_another(&mine, "00fe") && is_of_another(&mine, "00f") && is_of_another(&mine, "00ff0"));
        assert!(is_of_another("drydock.selection.north", "00ff"), "a key of an earlier version is nobody's");
        assert!(!is_of_another("somebody-elses", "00ff"));
    }
}
