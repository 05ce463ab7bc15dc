//! Signing in and out, served.

use http::{HeaderName, HeaderValue};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use service::ports::PasswordSignIn;
use service::sign_ins::{SignIns, Visit};

use super::{SignInPage, Visitor};
use crate::api::context::{
    FormResult, Place, Rejected, api_error, capability, internal, note_activity, refused, remember, session, settle,
    visit,
};
use crate::api::error::{ApiError, SignInProblem};
use crate::api::flash;
use crate::routes;

/// The most bytes of a field: longer than any name or password the cloud knows (IAM allows 64 characters).
const FIELD_LIMIT_BYTES: usize = 1_024;

pub(super) async fn current() -> Result<Option<Visitor>, ApiError> {
    let place: Place = capability()?;
    Ok(visit().await?.map(|visit| visitor(&visit, &place)))
}

pub(super) async fn show() -> Result<SignInPage, ApiError> {
    let place: Place = capability()?;
    let visitor = visit().await?.map(|visit| visitor(&visit, &place));
    Ok(SignInPage { region: place.region, problem: flash::take(routes::SIGN_IN), visitor })
}

pub(super) async fn sign_in(
    account: String,
    user: String,
    password: String,
    project: String,
    next: String,
) -> Result<(), ApiError> {
    note_activity().await;
    let typed = typed(&account, &user, &project);
    let back = routes::sign_in_for(project.trim(), own_path(&next));
    let result = match check(&account, &user, &password, &project) {
        Ok(()) => sign_in_to_cloud(account, user, password, project, &next).await,
        Err(problem) => Err(ApiError::SignIn(problem)),
    };
    settle(result.map_err(|error| Rejected { error, back, typed }))
}

pub(super) async fn sign_out() -> Result<(), ApiError> {
    settle(end_visit().await)
}

async fn sign_in_to_cloud(
    account: String,
    user: String,
    password: String,
    project: String,
    next: &str,
) -> Result<String, ApiError> {
    let sign_ins: SignIns = capability()?;
    let project = project.trim();
    let form = PasswordSignIn {
        account: account.trim().to_owned(),
        user: user.trim().to_owned(),
        password: password.into(),
        project: (!project.is_empty()).then(|| project.to_owned()),
    };
    let visit = sign_ins.sign_in(form, visit().await?).await.map_err(|error| api_error(&error))?;
    remember(&visit).await?;
    let opened = visit.open.last().map(|open| open.project.name.as_str()).unwrap_or_default();
    let next = own_path(next);
    Ok(if next.is_empty() { routes::desktops(opened, "") } else { next.to_owned() })
}

async fn end_visit() -> FormResult {
    let end = async {
        if let Some(visit) = visit().await? {
            let sign_ins: SignIns = capability()?;
            sign_ins.sign_out(visit).await.map_err(|error| api_error(&error))?;
        }
        session().await?.flush().await.map_err(|error| internal(&error))?;
        forget_in_browser();
        Ok(())
    };
    match refused(end.await) {
        Ok(()) => Ok(routes::SIGN_IN.to_owned()),
        Err(error) => Err(Rejected::new(error, routes::SIGN_IN.to_owned())),
    }
}

/// What the tab keeps is the person's: the next one at this browser must not find it.
fn forget_in_browser() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));
    }
}

fn check(account: &str, user: &str, password: &str, project: &str) -> Result<(), SignInProblem> {
    let required = [("account", account.trim()), ("user", user.trim()), ("password", password)];
    let missing: Vec<String> =
        required.iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| (*name).to_owned()).collect();
    if !missing.is_empty() {
        return Err(SignInProblem::Missing { fields: missing });
    }
    let is_too_long = [account, user, password, project].iter().any(|value| value.len() > FIELD_LIMIT_BYTES);
    if is_too_long { Err(SignInProblem::TooLong) } else { Ok(()) }
}

fn typed(account: &str, user: &str, project: &str) -> Vec<(String, String)> {
    [("account", account), ("user", user), ("project", project)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn own_path(next: &str) -> &str {
    if routes::is_own_path(next) { next } else { "" }
}

fn visitor(visit: &Visit, place: &Place) -> Visitor {
    Visitor {
        name: visit.operator.name.clone(),
        account: visit.operator.account.clone(),
        projects: visit.open.iter().map(|open| open.project.name.clone()).collect(),
        region: place.region.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_empty_field_is_named() {
        assert_eq!(check("a", "u", "p", ""), Ok(()));
        assert_eq!(
            check(" ", "u", "", ""),
            Err(SignInProblem::Missing { fields: vec!["account".into(), "password".into()] })
        );
        assert_eq!(check("a", "u", &"p".repeat(2_000), ""), Err(SignInProblem::TooLong));
    }

    #[test]
    fn a_password_is_never_among_what_was_typed() {
        assert!(typed("a", "u", "p").iter().all(|(name, _)| name != "password"));
    }
}
