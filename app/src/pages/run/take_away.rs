//! What of a run can be taken elsewhere: its table as a file, its summary for a ticket.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::watch::Watch;
use crate::browser;
use crate::pages::link_form::LinkForm;
use crate::routes;

/// The button **Copy summary** and the link **CSV**. Without a script the button opens the summary as plain text.
#[component]
pub fn TakeAway(watch: Watch) -> impl IntoView {
    let (summary, csv) = watch.page.with_untracked(|page| {
        (routes::run_summary(&page.project, page.number), routes::run_csv(&page.project, page.number))
    });
    let said = RwSignal::new("");
    let address = summary.clone();
    let copy = Callback::new(move |()| {
        let address = address.clone();
        said.set("");
        spawn_local(async move {
            if browser::copy_from(&address).await {
                said.try_set("Summary copied");
            }
        });
    });
    view! {
        <span class="quiet" role="status">{said}</span>
        <LinkForm href=summary instead=copy>
            <button class="button" type="submit">"Copy summary"</button>
        </LinkForm>
        <a class="button" href=csv rel="external" download="">"CSV"</a>
    }
}
