//! IAM in the Keystone dialect that the vendor documents: tokens by password, by ID token and by another token, their
//! validation, and the projects that their holders may enter.

mod body;
mod exchange;
mod keys;
mod projects;
mod rescope;

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use serde::Deserialize;
use serde_json::json;

use crate::{
    answer::Answer,
    clock::{Moment, now},
    cloud::{Admission, Cloud, Denied, Proof, Token, User},
    fault::Operation,
    gateway::{Call, Done},
    project::Project,
};

pub(crate) use exchange::{PROVIDER_ID_LENGTH, exchange};
pub(crate) use keys::temporary_keys;
pub(crate) use projects::projects;

const UNAUTHENTICATED: &str = "The request you have made requires authentication.";
const NOT_YOUR_PROJECT: &str = "The project does not exist, or the user is not authorized to access it.";

#[derive(Debug, Deserialize)]
struct Body {
    auth: Auth,
}

#[derive(Debug, Deserialize)]
struct Auth {
    identity: Identity,
    #[serde(default)]
    scope: Option<Scope>,
}

#[derive(Debug, Deserialize)]
struct Identity {
    methods: Vec<String>,
    #[serde(default)]
    password: Option<Password>,
    #[serde(default)]
    totp: Option<Totp>,
    #[serde(default)]
    token: Option<Held>,
}

#[derive(Debug, Deserialize)]
struct Totp {
    user: TotpUser,
}

#[derive(Debug, Deserialize)]
struct TotpUser {
    id: String,
    passcode: String,
}

#[derive(Debug, Deserialize)]
struct Password {
    user: PasswordUser,
}

#[derive(Debug, Deserialize)]
struct PasswordUser {
    domain: Named,
    name: String,
    password: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

/// A token that the caller has already.
#[derive(Debug, Deserialize)]
struct Held {
    id: String,
}

/// What a token is wanted for. Both given: the project wins.
#[derive(Debug, Default, Deserialize)]
struct Scope {
    #[serde(default)]
    project: Option<Scoped>,
    #[serde(default)]
    domain: Option<Scoped>,
}

#[derive(Debug, Deserialize)]
struct Scoped {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    /// The account of a project.
    #[serde(default)]
    domain: Option<Box<Scoped>>,
}

impl Scoped {
    const fn is_named(&self) -> bool {
        self.id.is_some() || self.name.is_some()
    }

    /// Whether this names an account that has this id and this name.
    fn is_account(&self, id: &str, name: &str) -> bool {
        match (&self.id, &self.name) {
            (Some(own), _) => own == id,
            (None, own) => own.as_deref() == Some(name),
        }
    }

    fn project(&self, cloud: &Cloud, account: &str) -> Option<Arc<Project>> {
        cloud.project_in(account, self.id.as_deref(), self.name.as_deref())
    }
}

/// `POST /v3/auth/tokens`: 201 with the token in `X-Subject-Token`.
/// <https://support.huaweicloud.com/api-iam/iam_30_0001.html>
pub(crate) async fn issue(cloud: &Cloud, call: &Call) -> Done {
    let Ok(Body { auth }) = serde_json::from_slice::<Body>(&call.body) else {
        return malformed();
    };
    let scope = auth.scope.unwrap_or_default();
    let methods: Vec<&str> = auth.identity.methods.iter().map(String::as_str).collect();
    let Identity { password, totp, token, .. } = auth.identity;
    match (methods.as_slice(), password, totp, token) {
        (["password"], Some(password), _, _) => by_password(cloud, call, password.user, None, scope).await,
        (["password", "totp"] | ["totp", "password"], Some(password), Some(totp), _) => {
            by_password(cloud, call, password.user, Some(totp.user), scope).await
        }
        (["token"], _, _, Some(held)) => rescope::rescope(cloud, call, &held.id, scope).await,
        _ => malformed(),
    }
}

fn malformed() -> Done {
    Done::new(Answer::keystone(400, "The request body is invalid"), None)
}

/// By password, and by the code of an MFA device as in
/// <https://github.com/huaweicloudDocs/iam>.
async fn by_password(cloud: &Cloud, call: &Call, user: PasswordUser, totp: Option<TotpUser>, scope: Scope) -> Done {
    let wanted = scope.project.as_ref();
    if user.name.is_empty() || user.password.is_empty() || !wanted.is_none_or(Scoped::is_named) {
        return malformed();
    }
    let account = user.domain.name.as_str();
    let project = wanted.and_then(|wanted| wanted.project(cloud, account));
    let into = project.as_deref();
    let code = totp.as_ref().map(|totp| (totp.id.as_str(), totp.passcode.as_str()));
    let proof = Proof { account, user: &user.name, password: &user.password, code };
    let methods: &[_] = if code.is_some() { &["password", "totp"] } else { &["password"] };
    let performance = async {
        match cloud.sign_in(&proof, now()) {
            Err(Denied::Locked) => {
                Answer::json(401, &json!({ "error_msg": "Account locked", "error_code": "IAM.0061" }))
            }
            Err(Denied::Passcode) => Answer::iam(400, "1061", "Invalid TOTP passcode"),
            Err(Denied::Wrong) => Answer::keystone(401, "The username or password is wrong."),
            Ok(user) => match (wanted, into) {
                (Some(_), Some(project)) if user.projects.contains(&project.id) => {
                    let token = Token { methods, ..token_of(user, now(), project.token_ttl) };
                    let project_of = Some((project.id.clone(), project.name.clone()));
                    grant(cloud, call, Token { project: project_of, ..token }, Some(project))
                }
                (Some(_), _) => Answer::keystone(401, NOT_YOUR_PROJECT),
                (None, _) => {
                    let token = token_of(user, now(), cloud.token_ttl);
                    grant(cloud, call, Token { methods, of_domain: scope.domain.is_some(), ..token }, None)
                }
            },
        }
    };
    Done::after_trouble(cloud, call, project.clone(), Operation::Token, performance).await
}

/// A token of a user of the account itself, without a scope.
pub(crate) fn token_of(user: User, issued: Moment, ttl: Duration) -> Token {
    Token {
        user_id: user.id,
        user_name: user.name,
        account_id: user.account_id,
        account: user.account,
        methods: &["password"],
        federation: None,
        project: None,
        of_domain: false,
        issued,
        expires: issued.after(ttl),
    }
}

fn grant(cloud: &Cloud, call: &Call, token: Token, project: Option<&Project>) -> Answer {
    let body = body::of(cloud, call, &token);
    let bytes = cloud.token_bytes(project);
    let text = cloud.tokens.write().unwrap_or_else(PoisonError::into_inner).issue(token, bytes);
    Answer::json(201, &body).with("x-subject-token", &text).with("x-iam-trace-id", &call.request_id)
}

fn look_up(cloud: &Cloud, text: Option<&str>) -> Admission {
    let tokens = cloud.tokens.read().unwrap_or_else(PoisonError::into_inner);
    text.map_or(Admission::Unknown, |text| tokens.look_up(text, now()))
}

fn project_of_token(cloud: &Cloud, token: &Token) -> Option<Arc<Project>> {
    token.project.as_ref().and_then(|(id, _)| cloud.project(id))
}

/// `GET /v3/auth/tokens`: the body of the token in `X-Subject-Token`, asked for with a valid `X-Auth-Token`.
/// <https://support.huaweicloud.com/api-iam/iam_30_0002.html>
pub(crate) fn validate(cloud: &Cloud, call: &Call) -> Done {
    let Admission::Valid(asking) = look_up(cloud, call.header("x-auth-token")) else {
        return Done::new(Answer::keystone(401, UNAUTHENTICATED), None);
    };
    let answer = match look_up(cloud, call.header("x-subject-token")) {
        Admission::Valid(token) => Answer::json(200, &body::of(cloud, call, &token))
            .with("x-subject-token", call.header("x-subject-token").unwrap_or_default())
            .with("x-iam-trace-id", &call.request_id),
        _ => Answer::keystone(404, "X-Subject-Token is invalid in the request"),
    };
    Done::new(answer, project_of_token(cloud, &asking))
}

/// The project of the token that a call is about, or is made with, even when that has ended.
pub(crate) fn project_of(cloud: &Cloud, call: &Call) -> Option<Arc<Project>> {
    let tokens = cloud.tokens.read().unwrap_or_else(PoisonError::into_inner);
    let of = |header| call.header(header).and_then(|text| tokens.project_of(text));
    of("x-subject-token").or_else(|| of("x-auth-token")).and_then(|id| cloud.project(id))
}
