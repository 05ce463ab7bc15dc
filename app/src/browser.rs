//! What only a browser has: the tab's own storage, what somebody did before the script came, whether the tab is seen.
//!
//! On the server each of these is absent, and says so by giving nothing.

#[cfg(feature = "hydrate")]
mod present {
    use std::cell::RefCell;

    use leptos::prelude::{document, window};
    use wasm_bindgen::JsCast as _;
    use web_sys::{HtmlInputElement, Storage, VisibilityState};

    thread_local! {
        /// The boxes that were ticked before the script came.
        static EARLY_TICKS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    /// Keeps what was ticked before the script came: hydration overwrites it.
    pub fn keep_early_ticks() {
        let Ok(boxes) = document().query_selector_all("input[name='ids[]']:checked:not(:disabled)") else { return };
        let ticked = (0..boxes.length())
            .filter_map(|index| boxes.get(index)?.dyn_into::<HtmlInputElement>().ok())
            .map(|ticked| ticked.value())
            .collect();
        EARLY_TICKS.set(ticked);
    }

    /// The values of the boxes that were ticked before the script came; empty the next time.
    pub fn take_early_ticks() -> Vec<String> {
        EARLY_TICKS.take()
    }

    fn tab() -> Option<Storage> {
        window().session_storage().ok().flatten()
    }

    /// What this tab keeps under a key.
    pub fn kept(key: &str) -> Option<String> {
        tab()?.get_item(key).ok().flatten()
    }

    /// Keeps a text in this tab. A full or forbidden storage only means that it does not survive a reload.
    pub fn keep(key: &str, text: &str) {
        if let Some(tab) = tab() {
            let _ = tab.set_item(key, text);
        }
    }

    /// Whether somebody can see the tab.
    pub fn is_visible() -> bool {
        document().visibility_state() == VisibilityState::Visible
    }

    /// Tells tests and style sheets that the script has taken over.
    pub fn mark_hydrated() {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-hydrated", "");
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod absent {
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

    /// Nobody sees a server.
    pub fn is_visible() -> bool {
        false
    }
}

#[cfg(not(feature = "hydrate"))]
pub use absent::{is_visible, keep, kept, take_early_ticks};
#[cfg(feature = "hydrate")]
pub use present::{is_visible, keep, keep_early_ticks, kept, mark_hydrated, take_early_ticks};
