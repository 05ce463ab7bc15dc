//! The Run page: what became of every desktop, live while the run is open.

mod after;
mod announcer;
mod answer;
mod controls;
mod facts;
mod head;
mod progress;
mod row;
mod session_end;
mod still;
mod table;
mod take_away;
mod watch;

use leptos::prelude::*;
use leptos_router::hooks::use_url;

use super::review::draft;
use super::{Failure, Frame, Place, in_path, lasting_in_path, project_in_path, role_of, use_visitor};
use crate::api::error::ApiError;
use crate::api::run;
use crate::api::session::Visitor;
use crate::components::{Head, Notice, NoticeTone};
use crate::view::{error_text, run_progress as words};
use watch::Watch;

/// The Run page.
#[component]
pub fn RunPage() -> impl IntoView {
    let (project, number) = (project_in_path(), in_path("number"));
    let visitor = use_visitor();
    let url = use_url();
    // Only the first page comes by the resource; what follows is put into the same signal, so that nothing is made anew.
    let first = Resource::new(
        move || (project.get(), number.get()),
        move |(project, number)| {
            let query = url.read_untracked().search().to_owned();
            async move {
                let number = number.parse().map_err(|_| ApiError::NotFound)?;
                run::show(project, number, query, false).await
            }
        },
    );
    let lasting = lasting_in_path("number");
    let heading = ArcSignal::derive(move || words::heading(&lasting.get()));
    let (waiting, failed) = (heading.clone(), heading.clone());
    view! {
        <Frame heading=heading place=Place::History>
            <Suspense fallback=move || view! { <Head title=waiting.get_untracked()/> }>
                {move || {
                    let failed = failed.get_untracked();
                    Suspend::new(async move {
                        let visitor = visitor.get().await;
                        match first.await {
                            Ok(page) => view! { <Run first=page visitor=visitor/> }.into_any(),
                            Err(error) => view! { <Head title=failed/><Failure error=error visitor=visitor/> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </Frame>
    }
}

/// The page with its data.
#[component]
fn Run(first: run::RunPage, visitor: Option<Visitor>) -> impl IntoView {
    let problem = first.problem.as_ref().map(|problem| error_text::api_error(&problem.error)).map(|text| {
        view! { <div class="notices"><Notice tone=NoticeTone::Red title=text.what text=text.next role_alert=true/></div> }
    });
    let watch = Watch::new(first, role_of(visitor.as_ref()));
    if let Some(visitor) = visitor {
        draft::forget_confirmed(visitor.person);
    }
    watch.follow();
    view! {
        <still::LoadAnew watch=watch/>
        <head::RunHead watch=watch/>
        {problem}
        <session_end::SessionEnd watch=watch/>
        <controls::Pause watch=watch/>
        <progress::RunProgress watch=watch/>
        <table::RunTable watch=watch/>
        <announcer::Announcer watch=watch/>
    }
}
