//! Another project, opened beside those that are open: in the banner.

use leptos::prelude::*;

use super::post_form::PostForm;
use crate::api::session::Visitor;
use crate::components::{Field, Icon, IconName};
use crate::routes;
use crate::view::open_project as words;
use crate::view::sign_in::NAME_LIMIT;

/// **Open another project**: the projects that are open, and the form that opens one more.
#[component]
pub fn OpenProject(
    /// Who is signed in.
    visitor: Visitor,
    /// The project whose page this is.
    project: String,
) -> impl IntoView {
    let others = words::other_open(&visitor, &project);
    let open = (!others.is_empty()).then(|| {
        let links = others
            .into_iter()
            .map(|name| view! { <li><a href=routes::desktops(&name, "") rel="external"><bdi>{name.clone()}</bdi></a></li> })
            .collect_view();
        view! {
            <p class="banner-panel-title" id="also-open">"Also open"</p>
            <ul class="banner-open" aria-labelledby="also-open">{links}</ul>
        }
    });
    let choices = words::choices(&visitor, &project);
    let which = if choices.is_empty() {
        view! {
            <input class="control" type="text" id="open-project" name="project" autocomplete="off" autocapitalize="none"
                spellcheck="false" required maxlength=NAME_LIMIT.to_string()/>
        }
        .into_any()
    } else {
        let options = choices
            .into_iter()
            .map(|choice| view! { <option value=choice.name selected=choice.selected>{choice.words}</option> })
            .collect_view();
        view! { <select class="control" id="open-project" name="project">{options}</select> }.into_any()
    };
    let password = visitor.opens_with_password.then(|| {
        view! {
            <Field id="open-password" label="Password" hint=words::password_hint(&visitor)>
                <input class="control" type="password" id="open-password" name="password" autocomplete="current-password"
                    aria-describedby="open-password-hint"/>
            </Field>
        }
    });
    view! {
        <details class="banner-projects">
            <summary>
                <span>"Open another project"</span>
                <Icon name=IconName::ChevronDown/>
            </summary>
            <div class="banner-panel">
                {open}
                <PostForm action="/api/session/open_project" class="banner-panel-form">
                    <Field id="open-project" label="Project">{which}</Field>
                    {password}
                    <button class="button" data-kind="primary" type="submit">"Open project"</button>
                </PostForm>
            </div>
        </details>
    }
}
