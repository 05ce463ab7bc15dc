//! One session in the list.

use domain::time::Timestamp;
use leptos::prelude::*;

use crate::api::sessions::SessionRow;
use crate::components::{IconName, State, Tone, When};
use crate::pages::post_form::PostForm;
use crate::view::relative_time::relative;
use crate::view::session_table as words;

/// One session in the list.
#[component]
pub fn Row(row: SessionRow, now: Timestamp) -> impl IntoView {
    let since = relative(row.signed_in_at.at, now);
    let used = relative(row.last_seen.at, now);
    let from = words::from(&row).to_owned();
    let browser = words::browser(row.browser.as_deref());
    let agent = row.browser.unwrap_or_default();
    let end = if row.is_this {
        view! { <State icon=IconName::Check tone=Tone::Ink2 word="This session"/> }.into_any()
    } else {
        view! {
            <PostForm action="/api/sessions/end" class="link-form">
                <input type="hidden" name="sign_in" value=row.sign_in/>
                <button class="button" data-size="small" type="submit">"End session"</button>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <tr data-this=row.is_this.then_some("true")>
            <th scope="row" data-column="since">
                <When text=row.signed_in_at.text iso=row.signed_in_at.iso/>
                <span class="second">{since}</span>
            </th>
            <td data-column="used">
                <When text=row.last_seen.text iso=row.last_seen.iso/>
                <span class="second">{used}</span>
            </td>
            <td data-column="from"><bdi title=from.clone()>{from.clone()}</bdi></td>
            <td data-column="browser"><bdi title=agent>{browser}</bdi></td>
            <td data-column="end">{end}</td>
        </tr>
    }
}
