//! The pages, and what frames them: paths, the banner, the title.

pub mod desktops;
mod failure;
mod frame;
pub mod history;
mod hydrated;
mod link_form;
mod lost;
pub mod not_found;
mod open_project;
mod post_form;
pub mod review;
pub mod run;
pub mod sessions;
pub mod sign_in;
mod state_text;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::params::ParamsMap;
use leptos_router::path;

use crate::routes;
pub use failure::Failure;
pub use frame::{CurrentVisitor, Frame, Place, role_of, use_visitor};
pub use hydrated::hydrated;
pub use link_form::{LinkForm, hidden_pairs};

/// Everything inside `<body>`. Every page waits for its data on the server, so that it is whole without a script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    hydrated::provide();
    frame::provide_visitor();
    lost::provide();
    view! {
        <Router>
            <Routes fallback=not_found::NotFoundPage>
                <Route path=path!("/") view=Start ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/sessions") view=sessions::SessionsPage ssr=SsrMode::Async/>
                <Route path=path!("/:project/desktops") view=desktops::DesktopsPage ssr=SsrMode::Async/>
                <Route path=path!("/:project/review/:id") view=review::ReviewPage ssr=SsrMode::Async/>
                <Route path=path!("/:project/runs/:number") view=run::RunPage ssr=SsrMode::Async/>
                <Route path=path!("/:project/history") view=history::HistoryPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}

/// The bare address. The server leads on before this is shown; it is seen only where nothing leads on.
#[component]
fn Start() -> impl IntoView {
    view! {
        <Frame heading="Drydock" place=Place::Outside>
            <p class="band">
                <a href=routes::SIGN_IN>"Sign in"</a>
            </p>
        </Frame>
    }
}

/// A value in the path of the page; empty where there is none. For use while a component is set up.
pub fn in_path(key: &'static str) -> Signal<String> {
    lasting_in_path(key).into()
}

/// The same for what the title is made of: the server writes it last, when all that belongs to the page may be disposed
/// of already, and reading a disposed signal panics.
fn lasting_in_path(key: &'static str) -> ArcSignal<String> {
    // Not the router's own hook: it panics outside a route, and the page for unknown paths is outside.
    let params = use_context::<ArcMemo<ParamsMap>>();
    ArcSignal::derive(move || params.as_ref().and_then(|params| params.read().get(key)).unwrap_or_default())
}

/// The project in the path of the page; empty where there is none. For use while a component is set up.
pub fn project_in_path() -> Signal<String> {
    in_path("project")
}
