//! The Sign in page.

use leptos::prelude::*;
use leptos_router::hooks::use_url;

use super::lost::use_lost;
use super::post_form::PostForm;
use super::{Failure, Frame, Place};
use crate::api::error::FormProblem;
use crate::api::session::{self, SingleSignOnName};
use crate::components::{Field as FieldBox, Icon, IconName, Notice, NoticeTone, describedby};
use crate::routes;
use crate::view::error_text;
use crate::view::sign_in::{self as words, Field, Start};

/// The Sign in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let url = use_url();
    let page = Resource::new(|| (), |()| session::show());
    view! {
        <Frame heading="Sign in" place=Place::Outside>
            <Suspense>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => view! { <SignIn page=page query=url.read_untracked().search().to_owned()/> }.into_any(),
                        Err(error) => view! { <h1 class="visually-hidden">"Sign in"</h1><Failure error=error/> }.into_any(),
                    }
                })}
            </Suspense>
        </Frame>
    }
}

/// The page with its data.
#[component]
fn SignIn(page: session::SignInPage, query: String) -> impl IntoView {
    let session::SignInPage { region, problem, visitor, single_sign_on } = page;
    use_lost().set_behind(single_sign_on.is_some());
    let start = words::start(&query, problem, visitor.as_ref());
    let foot = words::foot(single_sign_on.as_ref().is_some_and(|it| it.can_exchange));
    view! {
        <div class="sign-in">
            <div class="sign-in-panel">
                <h1>"Sign in"</h1>
                {start.ended.then(|| view! { <SessionOver/> })}
                {visitor.map(|visitor| view! { <AlreadyIn visitor=visitor/> })}
                <Ways start=start region=region single_sign_on=single_sign_on/>
            </div>
            <p class="sign-in-foot">
                <Icon name=IconName::Shield/>
                <span>{foot}</span>
            </p>
        </div>
    }
}

/// A session of this browser has ended meanwhile.
#[component]
fn SessionOver() -> impl IntoView {
    let text = error_text::session_over();
    view! {
        <div class="sign-in-over">
            <Notice tone=NoticeTone::Plain icon=IconName::Key title=text.what text=text.next role_alert=true/>
        </div>
    }
}

/// The ways in: with what the single sign-on says, where the cloud takes that; else, or instead, with an IAM user.
#[component]
fn Ways(start: Start, region: String, single_sign_on: Option<SingleSignOnName>) -> impl IntoView {
    const WITH_USER: &str = "With your IAM user of Huawei Cloud.";
    let Some(SingleSignOnName { name, can_exchange, renew_url }) = single_sign_on else {
        return view! {
            <p class="sign-in-sub">{WITH_USER}</p>
            <SignInForm start=start region=region/>
        }
        .into_any();
    };
    let who = view! {
        <p class="sign-in-who">
            <Icon name=IconName::PersonOutline/>
            <span>"Signed in at the single sign-on as "<bdi class="sign-in-name">{name.clone()}</bdi>"."</span>
        </p>
    };
    let renewal = start.problem.as_ref().filter(|problem| words::needs_renewal(problem)).and(renew_url);
    if !can_exchange {
        return view! {
            {who}
            <p class="sign-in-sub">{WITH_USER}</p>
            <SignInForm start=start region=region renewal=renewal/>
        }
        .into_any();
    }
    let of_user_form = start.problem.as_ref().is_some_and(words::is_of_user_form);
    let notice = start.problem.as_ref().filter(|_| !of_user_form).map(|problem| notice(problem, renewal));
    let (project, next) = (start.project.clone(), start.next.clone());
    let start = if of_user_form { start } else { Start { focus: None, problem: None, ..start } };
    view! {
        {who}
        <PostForm action="/api/session/exchange" class="sign-in-form" project=project>
            <input type="hidden" name="next" value=next/>
            {notice}
            <button class="button" data-kind="primary" type="submit"><span>"Continue as "<bdi>{name}</bdi></span></button>
        </PostForm>
        <details class="disclosure sign-in-instead" open=of_user_form>
            <summary>
                <Icon name=IconName::ChevronRight/>
                "Sign in with an IAM user instead"
            </summary>
            <SignInForm start=start region=region/>
        </details>
    }
    .into_any()
}

/// What went wrong, with the way to a new sign-in at the single sign-on where that helps.
fn notice(problem: &FormProblem, renewal: Option<String>) -> impl IntoView + use<> {
    let text = words::problem(problem);
    let renewal = renewal.map(|href| {
        view! {
            <p class="buttons">
                <a class="button" data-size="small" href=href rel="external">"Sign in at the single sign-on again"</a>
            </p>
        }
    });
    view! { <Notice tone=NoticeTone::Red title=text.what text=text.next role_alert=true>{renewal}</Notice> }
}

/// Who is signed in already, with the way on.
#[component]
fn AlreadyIn(visitor: session::Visitor) -> impl IntoView {
    let way_on = visitor.projects.last().map(|project| {
        view! { " "<a href=routes::desktops(project, "")>"Go to Desktops"</a> }
    });
    view! {
        <p class="sign-in-already">
            "You are signed in as "<bdi class="sign-in-name">{visitor.name}</bdi>" of "<bdi>{visitor.account}</bdi>"."
            {way_on}
        </p>
    }
}

/// The form.
#[component]
fn SignInForm(start: Start, region: String, #[prop(optional_no_strip)] renewal: Option<String>) -> impl IntoView {
    let Start { account, user, project, next, focus, problem, ended: _ } = start;
    let autofocus = move |field: Field| focus == Some(field);
    let error = |field| words::field_error(problem.as_ref(), field).map(str::to_owned);
    let account_error = error(Field::Account);
    let user_error = error(Field::User);
    let password_error = error(Field::Password);
    let password_hint = words::password_hint(problem.as_ref()).map(str::to_owned);
    let notice = problem.as_ref().map(|problem| notice(problem, renewal));
    view! {
        <PostForm action="/api/session/sign_in" class="sign-in-form">
            <input type="hidden" name="next" value=next/>
            <div class="sign-in-pair" data-size="large">
                <Text field=Field::Account label="Account" autocomplete="organization" value=account error=account_error focus=autofocus(Field::Account)/>
                <Text field=Field::User label="User name" autocomplete="username" value=user error=user_error focus=autofocus(Field::User)/>
            </div>
            <Password hint=password_hint error=password_error focus=autofocus(Field::Password)/>
            <Text field=Field::Project label="Project name" autocomplete="on" value=project error=None focus=false
                more="optional".to_owned() hint=words::project_hint(&region)/>
            {notice}
            <button class="button" data-kind="primary" type="submit">"Sign in"</button>
        </PostForm>
    }
}

/// A field of one line.
#[component]
fn Text(
    field: Field,
    label: &'static str,
    autocomplete: &'static str,
    value: String,
    error: Option<String>,
    focus: bool,
    #[prop(optional_no_strip, into)] more: Option<String>,
    #[prop(optional_no_strip, into)] hint: Option<String>,
) -> impl IntoView {
    let id = field.key();
    let described = describedby(id, hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <FieldBox id=id label=label more=more hint=hint error=error>
            <input class="control" type="text" id=id name=id value=value autocomplete=autocomplete autocapitalize="none"
                maxlength=words::NAME_LIMIT.to_string() spellcheck="false" autofocus=focus aria-describedby=described aria-invalid=invalid/>
        </FieldBox>
    }
}

/// The password, which is never given back.
#[component]
fn Password(hint: Option<String>, error: Option<String>, focus: bool) -> impl IntoView {
    let described = describedby("password", hint.is_some(), error.is_some());
    let invalid = error.is_some().then_some("true");
    view! {
        <FieldBox id="password" label="Password" hint=hint error=error>
            <input class="control" type="password" id="password" name="password" autocomplete="current-password"
                autofocus=focus aria-describedby=described aria-invalid=invalid/>
        </FieldBox>
    }
}
