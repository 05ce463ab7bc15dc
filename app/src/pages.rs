//! The pages, and what frames them: paths, the banner, the title.

pub mod desktops;
mod frame;
pub mod history;
pub mod not_found;
pub mod review;
pub mod run;
pub mod sign_in;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_params_map;
use leptos_router::path;

use crate::routes;
pub use frame::{Frame, Place};

/// Everything inside `<body>`. Every page waits for its data on the server, so that it is whole without a script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=not_found::NotFoundPage>
                <Route path=path!("/") view=Start ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=sign_in::SignInPage ssr=SsrMode::Async/>
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
        <main id="main">
            <a href=routes::SIGN_IN>"Sign in"</a>
        </main>
    }
}

/// The project in the path of the page; empty where there is none.
pub fn project_in_path() -> Signal<String> {
    let params = use_params_map();
    Signal::derive(move || params.read().get("project").unwrap_or_default())
}
