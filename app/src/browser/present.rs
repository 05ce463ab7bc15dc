//! What a browser has.

use std::cell::RefCell;

use leptos::ev::SubmitEvent;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, RequestInit,
    RequestRedirect, Response, ResponseType, Storage, VisibilityState,
};

use super::is_of_another;

/// What is asked to find out whether the single sign-on still lets this browser through. Drydock itself never answers
/// it with a page: it is a server function, which only takes forms and JSON.
const PROBE: &str = "/api/session/current";

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

/// Drops what this tab keeps under a key.
pub fn forget(key: &str) {
    if let Some(tab) = tab() {
        let _ = tab.remove_item(key);
    }
}

/// Drops what this tab keeps of everybody else: whoever is signed in now must not find it.
pub fn forget_others(person: &str) {
    let Some(tab) = tab() else { return };
    let keys = (0..tab.length().unwrap_or(0)).filter_map(|index| tab.key(index).ok().flatten());
    let others: Vec<String> = keys.filter(|key| is_of_another(key, person)).collect();
    for key in others {
        let _ = tab.remove_item(&key);
    }
}

/// What stands in the fields of a form that people fill in: name and value. Never a password.
pub fn typed_in(form: &str) -> Vec<(String, String)> {
    fields(form).iter().filter_map(value).collect()
}

/// Types again into the fields of a form what stood in them before. A field that is not as it came is left alone.
pub fn type_again(form: &str, before: &[(String, String)]) {
    for field in fields(form) {
        let Some((name, _)) = value(&field) else { continue };
        if let Some((_, text)) = before.iter().find(|(known, _)| *known == name) {
            set_untouched(&field, text);
        }
    }
}

fn fields(form: &str) -> Vec<Element> {
    let which = format!("#{form} :is(input:not([type=hidden], [type=password]), select, textarea)");
    let Ok(found) = document().query_selector_all(&which) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

fn value(field: &Element) -> Option<(String, String)> {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        return Some((input.name(), input.value()));
    }
    if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        return Some((area.name(), area.value()));
    }
    field.dyn_ref::<HtmlSelectElement>().map(|list| (list.name(), list.value()))
}

fn set_untouched(field: &Element, text: &str) {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        if input.value() == input.default_value() {
            input.set_value(text);
        }
    } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        if area.default_value().is_ok_and(|text| text == area.value()) {
            area.set_value(text);
        }
    } else if let Some(list) = field.dyn_ref::<HtmlSelectElement>() {
        let before = list.value();
        if list.selected_index() == 0 {
            list.set_value(text);
        }
        // A reason that is not in the list any more leaves nothing chosen.
        if list.selected_index() < 0 {
            list.set_value(&before);
        }
    }
}

/// Whether somebody can see the tab.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Whether a single sign-on in front of Drydock turns this browser away. It does so in its own ways: 401 or 403, a page
/// of its own with 200, or a redirect to where people sign in. What is broken answers otherwise, or not at all.
pub async fn single_sign_on_is_over() -> bool {
    let how = RequestInit::new();
    how.set_redirect(RequestRedirect::Manual);
    let Ok(answer) = JsFuture::from(window().fetch_with_str_and_init(PROBE, &how)).await else { return false };
    let Ok(answer) = answer.dyn_into::<Response>() else { return false };
    answer.type_() == ResponseType::Opaqueredirect || matches!(answer.status(), 200..=299 | 401 | 403)
}

/// Puts the text under an address of ours on the clipboard; whether that worked. Where it did not, the text is opened in
/// place of this page: a browser may forbid the clipboard.
pub async fn copy_from(address: &str) -> bool {
    let is_copied = copy(address).await.is_some();
    if !is_copied {
        // A browser that does not go there has told its person why.
        let _ = window().location().set_href(address);
    }
    is_copied
}

async fn copy(address: &str) -> Option<()> {
    let answer = JsFuture::from(window().fetch_with_str(address)).await.ok()?.dyn_into::<Response>().ok()?;
    if answer.status() != 200 || answer.redirected() {
        return None;
    }
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    JsFuture::from(window().navigator().clipboard().write_text(&text)).await.ok().map(drop)
}

/// Tells tests and style sheets that the script has taken over.
pub fn mark_hydrated() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

/// A form that is about to be sent, and the button that was pressed.
#[derive(Debug)]
pub struct Submission {
    form: HtmlFormElement,
    button: Option<HtmlElement>,
}

impl Submission {
    /// What the event would send.
    pub fn of(event: &SubmitEvent) -> Option<Self> {
        let form = event.target()?.dyn_into().ok()?;
        Some(Self { form, button: event.submitter() })
    }

    /// Sends it: the event comes once more.
    pub fn send(&self) {
        // A button that has gone meanwhile, or belongs to no form any more, sends nothing.
        let _ = self.form.request_submit_with_submitter(self.button.as_ref());
    }
}
