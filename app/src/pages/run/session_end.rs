//! What a run says while the session has its project not open any more.

use leptos::prelude::*;

use super::watch::Watch;
use crate::components::{IconName, Notice, NoticeTone};
use crate::routes;
use crate::view::run_progress as words;

/// That the project is closed, what becomes of the run, and the way back.
#[component]
pub fn SessionEnd(watch: Watch) -> impl IntoView {
    let text = watch.part(|page| words::without_session(page.number, page.phase));
    move || {
        watch.is_closed.get().then(|| {
            let project = watch.page.with_untracked(|page| page.project.clone());
            let way_in = routes::sign_in_for(&project, &watch.here());
            view! {
                <div class="notices">
                    <Notice tone=NoticeTone::Plain icon=IconName::Key title="This project is not open any more." text=text.get() role_alert=true>
                        <p class="buttons"><a class="button" data-size="small" href=way_in rel="external">"Sign in"</a></p>
                    </Notice>
                </div>
            }
        })
    }
}
