//! What stands around every page: its title, the way past the banner, the banner, and `<main>`.

use leptos::prelude::*;
use leptos_meta::Title;

use super::project_in_path;

/// Which link of the navigation leads to where we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Desktops, and a review.
    Desktops,
    /// History, and a run.
    History,
    /// Before anybody is signed in, and nowhere.
    Outside,
}

/// The frame of one page. `heading` is the page's own heading: it begins the title of the page.
#[component]
pub fn Frame(#[prop(into)] heading: Signal<String>, place: Place, children: Children) -> impl IntoView {
    let project = project_in_path();
    let title = move || crate::view::page_title(&heading.get(), &project.get());
    let _ = place;
    view! {
        <Title text=title/>
        <a class="skip-link" href="#main">"Skip to the page"</a>
        <main id="main" tabindex="-1">{children()}</main>
    }
}
