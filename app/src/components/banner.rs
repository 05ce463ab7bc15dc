//! The bar at the top of every page.

use leptos::prelude::*;

use super::{Avatar, Icon, IconName};

/// A place of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BannerPlace {
    /// The list of desktops, and a review.
    Desktops,
    /// The list of runs, and a run.
    History,
}

/// What somebody who is signed in sees in the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BannerAccess {
    /// Where we are.
    pub place: Option<BannerPlace>,
    /// Where Desktops is.
    pub desktops: String,
    /// Where History is.
    pub history: String,
    /// The region, e.g. `ap-southeast-3`.
    pub region: String,
    /// The project's name.
    pub project: String,
    /// The operator's name.
    pub operator: String,
    /// The operator's cloud account.
    pub account: String,
}

/// The bar: Drydock's mark, and for somebody who is signed in the navigation, the project and the way out.
#[component]
pub fn Banner(
    /// What somebody who is signed in sees; `None` on Sign in.
    access: Option<BannerAccess>,
) -> impl IntoView {
    let home = access.as_ref().map_or_else(|| "/".to_owned(), |access| access.desktops.clone());
    view! {
        <header class="banner">
            <a class="banner-home" href=home>
                <Icon name=IconName::Mark/>
                <span>"Drydock"</span>
            </a>
            {access.map(|access| view! { <Inside access=access/> })}
        </header>
    }
}

/// Everything but the mark.
#[component]
fn Inside(access: BannerAccess) -> impl IntoView {
    let current = |place| (access.place == Some(place)).then_some("page");
    let (desktops, history) = (current(BannerPlace::Desktops), current(BannerPlace::History));
    // The region's own project carries the region's name: saying it once is enough.
    let region =
        (access.region != access.project).then(|| view! { <span class="banner-region">{access.region}" · "</span> });
    view! {
        <nav class="banner-nav" aria-label="Main">
            <a class="banner-link" href=access.desktops aria-current=desktops>"Desktops"</a>
            <a class="banner-link" href=access.history aria-current=history>"History"</a>
        </nav>
        <p class="banner-project">
            <Icon name=IconName::Globe/>
            <span class="visually-hidden">"Project "</span>
            {region}
            <strong>{access.project}</strong>
        </p>
        <details class="banner-operator">
            <summary>
                <Avatar name=access.operator.clone()/>
                <span class="banner-operator-name">{access.operator}</span>
                <span class="banner-operator-account">" "{access.account}</span>
                <Icon name=IconName::ChevronDown/>
            </summary>
            <form class="banner-menu" method="post" action="/api/session/sign_out">
                <button class="button" data-kind="quiet" type="submit">"Sign out"</button>
            </form>
        </details>
    }
}
