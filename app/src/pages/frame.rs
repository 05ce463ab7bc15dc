//! What stands around every page: its title, the way past the banner, the banner, and `<main>`.

use domain::role::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

use super::lost::{LostNotice, use_lost};
use super::open_project::OpenProject;
use super::{lasting_in_path, project_in_path};
use crate::api::error::ApiError;
use crate::api::session::{self, Visitor};
use crate::browser;
use crate::components::{Banner, BannerAccess, BannerPlace};
use crate::view::role;
use crate::view::run_progress::pauses_at_sign_out;
use crate::{routes, view};

/// Which link of the navigation leads to where we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Desktops, and a review.
    Desktops,
    /// History, and a run.
    History,
    /// The person's own sessions.
    Sessions,
    /// Before anybody is signed in, and nowhere.
    Outside,
}

/// Who is signed in, asked once for all pages: signing in and out load the page anew.
#[derive(Clone, Copy)]
pub struct CurrentVisitor(Option<Resource<Result<Option<Visitor>, ApiError>>>);

impl CurrentVisitor {
    /// Who is signed in. For use inside a suspense, so that the page is whole on the server.
    pub async fn get(self) -> Option<Visitor> {
        self.0?.await.ok().flatten()
    }
}

/// Makes the visitor known to every frame below.
pub(super) fn provide_visitor() {
    provide_context(CurrentVisitor(Some(Resource::new(|| (), |()| session::current()))));
}

/// Who is signed in. For use while a component is set up.
pub fn use_visitor() -> CurrentVisitor {
    use_context().unwrap_or(CurrentVisitor(None))
}

/// What a visitor may do. Where nobody knows who they are nothing is barred here: the server refuses by itself.
pub fn role_of(visitor: Option<&Visitor>) -> Role {
    visitor.map_or(Role::Operator, |visitor| visitor.role)
}

/// The frame of one page. `heading` is the page's own heading: it begins the title of the page.
#[component]
pub fn Frame(#[prop(into)] heading: ArcSignal<String>, place: Place, children: Children) -> impl IntoView {
    let project = lasting_in_path("project");
    let title = move || view::page_title(&heading.get(), &project.get());
    use_lost().clear();
    view! {
        <Title text=title/>
        <a class="skip-link" href="#main">"Skip to the page"</a>
        <PageBanner place=place/>
        <main id="main" tabindex="-1">
            <LostNotice/>
            {children()}
        </main>
    }
}

/// The banner, with what the visitor may reach from it.
#[component]
fn PageBanner(place: Place) -> impl IntoView {
    let project = project_in_path();
    if place == Place::Outside {
        return view! { <Banner access=None/> }.into_any();
    }
    let visitor = use_visitor();
    view! {
        <Suspense fallback=|| view! { <Banner access=None/> }>
            {move || Suspend::new(async move {
                match visitor.get().await {
                    None => view! { <Banner access=None/> }.into_any(),
                    Some(visitor) => view! { <VisitorsBanner visitor=visitor project=project.get_untracked() place=place/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// The banner of somebody who is signed in. What the tab keeps of somebody else is dropped.
#[component]
fn VisitorsBanner(visitor: Visitor, project: String, place: Place) -> impl IntoView {
    let lost = use_lost();
    lost.set_behind(visitor.behind_single_sign_on);
    let person = visitor.person.clone();
    Effect::new(move |_| browser::forget_others(&person));
    // A page that belongs to no project is framed by the one opened last.
    let project = if project.is_empty() { visitor.projects.last().cloned().unwrap_or_default() } else { project };
    let open_runs = RwSignal::new(visitor.open_runs);
    let at_sign_out = Signal::derive(move || pauses_at_sign_out(open_runs.get()));
    // The page may stand open for longer than a run: what a sign-out would do is asked when it is about to be read.
    let ask = Callback::new(move |()| {
        spawn_local(async move {
            match session::current().await {
                Ok(now) => drop(open_runs.try_set(now.map_or(0, |visitor| visitor.open_runs))),
                Err(error) => drop(lost.take(error).await),
            }
        });
    });
    let access = BannerAccess { at_sign_out, ..access(&visitor, &project, place) };
    view! { <Banner access=Some(access) on_menu=ask><OpenProject visitor=visitor project=project/></Banner> }
}

/// What a visitor sees in the banner of a project's page.
fn access(visitor: &Visitor, project: &str, place: Place) -> BannerAccess {
    BannerAccess {
        place: match place {
            Place::Desktops => Some(BannerPlace::Desktops),
            Place::History => Some(BannerPlace::History),
            Place::Sessions => Some(BannerPlace::Sessions),
            Place::Outside => None,
        },
        desktops: routes::desktops(project, ""),
        history: routes::history(project),
        sessions: routes::SESSIONS.to_owned(),
        region: visitor.region.clone(),
        project: project.to_owned(),
        operator: visitor.name.clone(),
        account: visitor.account.clone(),
        role: role::badge(visitor.role, visitor.behind_single_sign_on),
        at_sign_out: Signal::stored(None),
    }
}
