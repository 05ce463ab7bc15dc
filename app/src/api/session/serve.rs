//! Signing in and out, served.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use http::{HeaderName, HeaderValue};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use service::ports::PasswordSignIn;
use service::sign_ins::{SignIns, Visit};

use super::{SignInPage, SingleSignOnName, Visitor};
use crate::api::context::{
    FormResult, Place, Rejected, SingleSignOn, api_error, capability, internal, note_activity, presence, refused,
    remember, session, settle, visit,
};
use crate::api::error::{ApiError, SignInProblem};
use crate::api::flash;
use crate::routes;

/// The most bytes of a field: longer than any name or password the cloud knows (IAM allows 64 characters).
const FIELD_LIMIT_BYTES: usize = 1_024;

pub(super) async fn current() -> Result<Option<Visitor>, ApiError> {
    match visit().await? {
        Some(visit) => Ok(Some(visitor(&visit).await?)),
        None => Ok(None),
    }
}

pub(super) async fn show() -> Result<SignInPage, ApiError> {
    let (place, sign_ins, presence) = (capability::<Place>()?, capability::<SignIns>()?, presence().await?);
    let single_sign_on = presence.identity.as_ref().map(|identity| SingleSignOnName {
        name: identity.name.clone(),
        can_exchange: sign_ins.can_exchange(&presence),
        renew_url: use_context::<SingleSignOn>().and_then(|addresses| addresses.renew_url),
    });
    Ok(SignInPage {
        region: place.region,
        problem: flash::take(routes::SIGN_IN),
        visitor: current().await?,
        single_sign_on,
    })
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
        Ok(()) => by_password(account, user, password, project, &next).await,
        Err(problem) => Err(ApiError::SignIn(problem)),
    };
    settle(result.map_err(|error| Rejected { error, back, typed }))
}

pub(super) async fn exchange(project: String, next: String) -> Result<(), ApiError> {
    note_activity().await;
    let back = routes::sign_in_for(project.trim(), own_path(&next));
    let result = by_id_token(project.trim(), &next).await;
    settle(result.map_err(|error| Rejected::new(error, back)))
}

pub(super) async fn open_project(project: String, password: String, next: String) -> Result<(), ApiError> {
    note_activity().await;
    let project = project.trim();
    let next = match own_path(&next) {
        "" => routes::desktops(project, ""),
        next => next.to_owned(),
    };
    let back = routes::sign_in_for(project, &next);
    settle(opened(project, password).await.map(|()| next).map_err(|error| Rejected::new(error, back)))
}

pub(super) async fn sign_out() -> Result<(), ApiError> {
    settle(end_visit().await)
}

async fn by_password(
    account: String,
    user: String,
    password: String,
    project: String,
    next: &str,
) -> Result<String, ApiError> {
    let project = project.trim();
    let form = PasswordSignIn {
        account: account.trim().to_owned(),
        user: user.trim().to_owned(),
        password: password.into(),
        project: (!project.is_empty()).then(|| project.to_owned()),
    };
    let sign_ins: SignIns = capability()?;
    let visit = sign_ins.by_password(form, visit().await?, presence().await?).await;
    entered(visit.map_err(|error| api_error(&error))?, next).await
}

async fn by_id_token(project: &str, next: &str) -> Result<String, ApiError> {
    let sign_ins: SignIns = capability()?;
    let wanted = (!project.is_empty()).then(|| project.to_owned());
    let visit = sign_ins.by_id_token(wanted, visit().await?, presence().await?).await;
    entered(visit.map_err(|error| api_error(&error))?, next).await
}

/// Remembers a visit and tells where to go.
async fn entered(visit: Visit, next: &str) -> Result<String, ApiError> {
    remember(&visit).await?;
    let opened = visit.open.last().map(|open| open.project.name.as_str()).unwrap_or_default();
    let next = own_path(next);
    Ok(if next.is_empty() { routes::desktops(opened, "") } else { next.to_owned() })
}

async fn opened(project: &str, password: String) -> Result<(), ApiError> {
    let (sign_ins, presence) = (capability::<SignIns>()?, presence().await?);
    let visit = visit().await?.ok_or(ApiError::SignedOut)?;
    let last = visit.open.last().ok_or(ApiError::SignedOut)?;
    let is_open = match visit.project(project) {
        Some(open) => sign_ins.caller(&visit, open, &presence).await.is_ok(),
        None => false,
    };
    if is_open {
        return Ok(());
    }
    if password.len() > FIELD_LIMIT_BYTES || project.len() > FIELD_LIMIT_BYTES {
        return Err(ApiError::SignIn(SignInProblem::TooLong));
    }
    let visit = if sign_ins.can_exchange(&presence) && password.is_empty() {
        sign_ins.by_id_token(Some(project.to_owned()), Some(visit), presence).await
    } else if password.is_empty() {
        return Err(ApiError::SignIn(SignInProblem::PasswordNeeded));
    } else {
        let form = last.password_form(project, password.into());
        sign_ins.by_password(form, Some(visit), presence).await
    };
    remember(&visit.map_err(|error| api_error(&error))?).await
}

async fn end_visit() -> FormResult {
    let end = async {
        if let Some(visit) = visit().await? {
            let sign_ins: SignIns = capability()?;
            sign_ins.sign_out(visit, &presence().await?).await.map_err(|error| api_error(&error))?;
        }
        session().await?.flush().await.map_err(|error| internal(&error))?;
        forget_in_browser();
        Ok(())
    };
    match refused(end.await) {
        Ok(()) => Ok(signed_out().to_owned()),
        Err(error) => Err(Rejected::new(error, routes::SIGN_IN.to_owned())),
    }
}

/// Where a sign-out leads: behind a single sign-on to the page that ends that, too.
fn signed_out() -> &'static str {
    let leads_on = use_context::<SingleSignOn>().is_some_and(|addresses| addresses.logout_url.is_some());
    if leads_on { routes::SIGNED_OUT } else { routes::SIGN_IN }
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

async fn visitor(visit: &Visit) -> Result<Visitor, ApiError> {
    let (place, sign_ins, presence) = (capability::<Place>()?, capability::<SignIns>()?, presence().await?);
    let user = visit.open.last().map(|open| open.user.clone());
    Ok(Visitor {
        name: visit.operator.name.clone(),
        account: user.as_ref().map_or_else(|| visit.operator.account.clone(), |user| user.account.clone()),
        projects: visit.open.iter().map(|open| open.project.name.clone()).collect(),
        region: place.region,
        role: presence.role,
        person: person(visit),
        cloud_user: user.map(|user| user.name).unwrap_or_default(),
        may_open: visit.may_open.clone(),
        opens_with_password: !sign_ins.can_exchange(&presence),
        open_runs: sign_ins.open_runs(visit).await.map_err(|error| api_error(&error))?,
        behind_single_sign_on: presence.identity.is_some(),
    })
}

/// Tells people apart without naming them.
fn person(visit: &Visit) -> String {
    let mut hasher = DefaultHasher::new();
    (&visit.operator.issuer, &visit.operator.subject).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
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
