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
    /// The person's own sessions, in the operator's menu.
    Sessions,
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
    /// Where Sessions is.
    pub sessions: String,
    /// The region, e.g. `ap-southeast-3`.
    pub region: String,
    /// The project's name.
    pub project: String,
    /// The operator's name.
    pub operator: String,
    /// The operator's cloud account.
    pub account: String,
    /// The operator's role, where it is worth saying.
    pub role: Option<&'static str>,
    /// What a sign-out does to open runs, where there are some. It changes while the page is open.
    pub at_sign_out: Signal<Option<String>>,
}

/// The bar: Drydock's mark, and for somebody who is signed in the navigation, the project and the way out.
#[component]
pub fn Banner(
    /// What somebody who is signed in sees; `None` on Sign in.
    access: Option<BannerAccess>,
    /// What is done when the operator's menu is opened or closed.
    #[prop(optional)]
    on_menu: Option<Callback<()>>,
    /// What stands beside the project: the way to another one.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let home = access.as_ref().map_or_else(|| "/".to_owned(), |access| access.desktops.clone());
    let beside = children.map(|children| children());
    view! {
        <header class="banner">
            <a class="banner-home" href=home>
                <Icon name=IconName::Mark/>
                <span>"Drydock"</span>
            </a>
            {access.map(|access| view! { <Inside access=access on_menu=on_menu>{beside}</Inside> })}
        </header>
    }
}

/// Everything but the mark.
#[component]
fn Inside(access: BannerAccess, on_menu: Option<Callback<()>>, children: Children) -> impl IntoView {
    let current = |place| (access.place == Some(place)).then_some("page");
    let (desktops, history) = (current(BannerPlace::Desktops), current(BannerPlace::History));
    let sessions = current(BannerPlace::Sessions);
    // The region's own project carries the region's name: saying it once is enough.
    let region =
        (access.region != access.project).then(|| view! { <span class="banner-region">{access.region}" · "</span> });
    let role = access.role.map(|role| view! { " "<span class="banner-role">{role}</span> });
    let at_sign_out = move || access.at_sign_out.get().map(|text| view! { <p class="banner-menu-text">{text}</p> });
    let toggled = move |_| {
        if let Some(on_menu) = on_menu {
            on_menu.run(());
        }
    };
    view! {
        <nav class="banner-nav" aria-label="Main">
            <a class="banner-link" href=access.desktops aria-current=desktops>"Desktops"</a>
            <a class="banner-link" href=access.history aria-current=history>"History"</a>
        </nav>
        <p class="banner-project">
            <Icon name=IconName::Globe/>
            <span class="visually-hidden">"Project "</span>
            {region}
            <strong><bdi>{access.project}</bdi></strong>
        </p>
        {children()}
        <details class="banner-operator" on:toggle=toggled>
            <summary>
                <Avatar name=access.operator.clone()/>
                <bdi class="banner-operator-name">{access.operator}</bdi>
                {role}
                <span class="banner-operator-account">" "<bdi>{access.account}</bdi></span>
                <Icon name=IconName::ChevronDown/>
            </summary>
            <div class="banner-menu">
                <a class="button" data-kind="quiet" href=access.sessions aria-current=sessions>"Sessions"</a>
                {at_sign_out}
                <form method="post" action="/api/session/sign_out">
                    <button class="button" data-kind="quiet" type="submit">"Sign out"</button>
                </form>
            </div>
        </details>
    }
}
