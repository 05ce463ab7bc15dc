//! The bar at the bottom: back to the selection, or on.

use domain::maintenance::Mode;
use domain::role::Role;
use leptos::prelude::*;

use super::request_form::FORM;
use crate::api::review::ReviewPage;
use crate::components::{Icon, IconName, Reason};
use crate::pages::post_form::PostForm;
use crate::routes;
use crate::view::{plan_summary as words, role};

/// The bar at the bottom.
#[component]
pub fn ConfirmBar(page: ReviewPage, role: Role) -> impl IntoView {
    let back = routes::desktops(&page.project, page.came_from.trim_start_matches('?'));
    let by_role = role::bars_change(role);
    let barred = by_role.map(str::to_owned).or_else(|| words::barred(&page));
    let icon_of_reason = if by_role.is_some() { IconName::Lock } else { IconName::Triangle };
    let is_barred = barred.is_some();
    let described = is_barred.then_some("why-not-confirm");
    let reason = barred.map(|why| view! { <Reason text=why icon=icon_of_reason id="why-not-confirm"/> });
    let words = words::confirm(&page);
    let renew = (page.too_old && page.started.is_none()).then(|| {
        view! {
            <PostForm action="/api/review/renew" project=page.project>
                <input type="hidden" name="review" value=page.id/>
                <button class="button" type="submit" disabled=by_role.is_some() aria-describedby=by_role.map(|_| "why-not-confirm")>
                    <Icon name=IconName::Refresh/>"Make the review anew"
                </button>
            </PostForm>
        }
    });
    let icon = match page.mode {
        Mode::Enter => IconName::Wrench,
        Mode::Leave => IconName::Check,
    };
    view! {
        <div class="selection-bar review-bar">
            <span class="selection-bar-more review-check">"Each desktop is read again before anything is sent"</span>
            <div class="selection-bar-actions">
                {reason}
                <a class="button" href=back>"Change selection"</a>
                {renew}
                <button class="button" data-kind="primary" type="submit" form=FORM disabled=is_barred aria-describedby=described>
                    <Icon name=icon/>
                    {words}
                </button>
            </div>
        </div>
    }
}
