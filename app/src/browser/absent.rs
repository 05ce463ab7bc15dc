//! A server has none of it.

use leptos::ev::SubmitEvent;

/// A server has no early ticks.
pub fn take_early_ticks() -> Vec<String> {
    Vec::new()
}

/// A server keeps nothing for a tab.
pub fn kept(_key: &str) -> Option<String> {
    None
}

/// A server keeps nothing for a tab.
pub fn keep(_key: &str, _text: &str) {}

/// A server keeps nothing for a tab.
pub fn forget(_key: &str) {}

/// A server keeps nothing for a tab.
pub fn forget_others(_person: &str) {}

/// Nobody types on a server.
pub fn typed_in(_form: &str) -> Vec<(String, String)> {
    Vec::new()
}

/// Nobody types on a server.
pub fn type_again(_form: &str, _fields: &[(String, String)]) {}

/// Nobody sees a server.
pub fn is_visible() -> bool {
    false
}

/// A server is behind the single sign-on, not before it.
pub async fn single_sign_on_is_over() -> bool {
    false
}

/// A server has no clipboard.
pub async fn copy_from(_address: &str) -> bool {
    false
}

/// A form that is about to be sent. A server sends none.
#[derive(Debug)]
pub struct Submission;

impl Submission {
    /// A server has none.
    pub fn of(_event: &SubmitEvent) -> Option<Self> {
        None
    }

    /// A server sends none.
    #[expect(clippy::unused_self, reason = "in a browser it is what is sent")]
    pub fn send(&self) {}
}
