//! The Sessions page: where the person is signed in, and the end of it.

mod row;

use leptos::prelude::*;

use super::post_form::PostForm;
use super::{Failure, Frame, Place, use_visitor};
use crate::api::sessions;
use crate::components::{Empty, Head, IconName, Notice, NoticeTone, Reason};
use crate::view::{error_text, session_table as words};
use row::Row;

/// The Sessions page.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let visitor = use_visitor();
    let page = Resource::new(|| (), |()| sessions::show());
    view! {
        <Frame heading="Sessions" place=Place::Sessions>
            <Suspense fallback=|| view! { <Head title="Sessions"/> }>
                {move || Suspend::new(async move {
                    let visitor = visitor.get().await;
                    match page.await {
                        Ok(page) => view! { <Sessions page=page/> }.into_any(),
                        Err(error) => view! { <Head title="Sessions"/><Failure error=error visitor=visitor/> }.into_any(),
                    }
                })}
            </Suspense>
        </Frame>
    }
}

/// The page with its data.
#[component]
fn Sessions(page: sessions::SessionsPage) -> impl IntoView {
    let sub = words::sub(&page);
    let barred = words::bars_end_all(&page);
    let is_barred = barred.is_some();
    let problem = page.problem.as_ref().map(|problem| error_text::api_error(&problem.error)).map(|text| {
        view! { <div class="notices"><Notice tone=NoticeTone::Red title=text.what text=text.next role_alert=true/></div> }
    });
    let sessions::SessionsPage { rows, zone, now, .. } = page;
    let rows = rows.into_iter().map(|row| view! { <Row row=row now=now/> }).collect_view();
    view! {
        <Head title="Sessions" sub=sub>
            <div class="head-actions">
                {barred.map(|why| view! { <Reason text=why id="why-not-end"/> })}
                <PostForm action="/api/sessions/end_others">
                    <button class="button" type="submit" disabled=is_barred aria-describedby=is_barred.then_some("why-not-end")>
                        "End all other sessions"
                    </button>
                </PostForm>
            </div>
        </Head>
        {problem}
        <div class="surface sessions">
            <table class="table sessions-table">
                <caption class="visually-hidden">"Your sessions"</caption>
                <thead>
                    <tr>
                        <th scope="col" data-column="since">"Signed in "<span class="history-zone">{zone}</span></th>
                        <th scope="col" data-column="used">"Last used"</th>
                        <th scope="col" data-column="from">"From"</th>
                        <th scope="col" data-column="browser">"Browser"</th>
                        <th scope="col" data-column="end"><span class="visually-hidden">"End"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {is_barred.then(|| view! {
                <Empty icon=IconName::Check title="You are signed in nowhere else"
                    text="Each browser in which you sign in is listed here. Ending a session drops what it has of the cloud; runs confirmed in it pause."/>
            })}
        </div>
    }
}
