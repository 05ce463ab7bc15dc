#![cfg(target_arch = "wasm32")]
//! The browser's entry: takes over the page that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page. Called by the script in the page's head, once.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    // Before anything else: taking over a checkbox sets it to what the program holds.
    app::browser::keep_early_ticks();
    leptos::mount::hydrate_body(app::App);
    // What follows the first render is queued by now and runs before the next task.
    leptos::prelude::set_timeout(app::browser::mark_hydrated, std::time::Duration::ZERO);
}
