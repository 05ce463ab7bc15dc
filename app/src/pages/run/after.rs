//! What can be done about a run that is over: ask again, send the rest, read again, undo.

use leptos::prelude::*;

use super::watch::Watch;
use crate::components::{IconName, Reason};
use crate::pages::post_form::PostForm;
use crate::view::role;
use crate::view::run_after::{self as words, After};

/// The buttons of a run that is over.
#[component]
pub fn AfterTheRun(watch: Watch) -> impl IntoView {
    let (project, number) = watch.page.with_untracked(|page| (page.project.clone(), page.number));
    let buttons = watch.part(words::buttons);
    let by_role = role::bars_change(watch.role);
    move || {
        let buttons = buttons.get();
        let reason = by_role.filter(|_| !buttons.is_empty());
        let forms = buttons.into_iter().map(|After { action, name, attempt }| {
            view! {
                <PostForm action=action project=project.clone()>
                    <input type="hidden" name="number" value=number.to_string()/>
                    {attempt.map(|seen| view! { <input type="hidden" name="attempt" value=seen.to_string()/> })}
                    <button class="button" type="submit" disabled=by_role.is_some()
                        aria-describedby=by_role.map(|_| "why-not-follow")>
                        {name}
                    </button>
                </PostForm>
            }
        });
        view! {
            {reason.map(|why| view! { <Reason text=why icon=IconName::Lock id="why-not-follow"/> })}
            {forms.collect_view()}
        }
    }
}
