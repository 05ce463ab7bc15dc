//! What stands around every page: its title, the way past the banner, the banner, and `<main>`.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{lasting_in_path, project_in_path};
use crate::api::error::ApiError;
use crate::api::session::{self, Visitor};
use crate::components::{Banner, BannerAccess, BannerPlace};
use crate::{routes, view};

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

/// Who is signed in, asked once for all pages: signing in and out load the page anew.
#[derive(Clone, Copy)]
struct CurrentVisitor(Resource<Result<Option<Visitor>, ApiError>>);

/// Makes the visitor known to every frame below.
pub(super) fn provide_visitor() {
    provide_context(CurrentVisitor(Resource::new(|| (), |()| session::current())));
}

/// The frame of one page. `heading` is the page's own heading: it begins the title of the page.
#[component]
pub fn Frame(#[prop(into)] heading: ArcSignal<String>, place: Place, children: Children) -> impl IntoView {
    let project = lasting_in_path("project");
    let title = move || view::page_title(&heading.get(), &project.get());
    view! {
        <Title text=title/>
        <a class="skip-link" href="#main">"Skip to the page"</a>
        <PageBanner place=place/>
        <main id="main" tabindex="-1">{children()}</main>
    }
}

/// The banner, with what the visitor may reach from it.
#[component]
fn PageBanner(place: Place) -> impl IntoView {
    let project = project_in_path();
    let visitor = use_context::<CurrentVisitor>().filter(|_| place != Place::Outside);
    let Some(CurrentVisitor(visitor)) = visitor else {
        return view! { <Banner access=None/> }.into_any();
    };
    view! {
        <Suspense fallback=|| view! { <Banner access=None/> }>
            {move || Suspend::new(async move {
                let visitor = visitor.await.ok().flatten();
                let project = project.get_untracked();
                view! { <Banner access=visitor.map(|visitor| access(visitor, project, place))/> }
            })}
        </Suspense>
    }
    .into_any()
}

/// What a visitor sees in the banner of a project's page.
fn access(visitor: Visitor, project: String, place: Place) -> BannerAccess {
    BannerAccess {
        place: match place {
            Place::Desktops => Some(BannerPlace::Desktops),
            Place::History => Some(BannerPlace::History),
            Place::Outside => None,
        },
        desktops: routes::desktops(&project, ""),
        history: routes::history(&project),
        region: visitor.region,
        project,
        operator: visitor.name,
        account: visitor.account,
    }
}
