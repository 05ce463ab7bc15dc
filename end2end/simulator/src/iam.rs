//! IAM: a token by password, and its validation, in the Keystone dialect that the vendor documents.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    answer::Answer,
    clock::now,
    cloud::{Admission, Cloud, Denied, REGION, Token, User},
    fault::Operation,
    gateway::{Call, Done},
    project::Project,
};

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
    password: Password,
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

#[derive(Debug, Deserialize)]
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
}

/// `POST /v3/auth/tokens`: 201 with the token in `X-Subject-Token`.
/// <https://support.huaweicloud.com/api-iam/iam_30_0001.html>
pub(crate) async fn issue(cloud: &Cloud, call: &Call) -> Done {
    let malformed = || Answer::keystone(400, "The request body is invalid");
    let Ok(Body { auth }) = serde_json::from_slice::<Body>(&call.body) else {
        return Done::new(malformed(), None);
    };
    let user = auth.identity.password.user;
    let wanted = auth.scope.as_ref().and_then(|scope| scope.project.as_ref());
    let by_name_or_id = wanted.is_none_or(|wanted| wanted.id.is_some() || wanted.name.is_some());
    if auth.identity.methods != ["password"] || user.name.is_empty() || user.password.is_empty() || !by_name_or_id {
        return Done::new(malformed(), None);
    }
    let project =
        wanted.and_then(|wanted| cloud.project_in(&user.domain.name, wanted.id.as_deref(), wanted.name.as_deref()));
    tokio::time::sleep(cloud.latency(project.as_deref())).await;
    let fault = project.as_ref().and_then(|project| project.state().take_fault(Operation::Token));
    if let Some(fault) = fault.as_ref().filter(|fault| !fault.applies()) {
        return Done::new(fault.answer(), project);
    }
    let domain_scope = auth.scope.as_ref().is_some_and(|scope| scope.domain.is_some());
    let answer = match cloud.sign_in(&user.domain.name, &user.name, &user.password, now()) {
        Err(Denied::Locked) => Answer::json(401, &json!({ "error_msg": "Account locked", "error_code": "IAM.0061" })),
        Err(Denied::Wrong) => Answer::keystone(401, "The username or password is wrong."),
        Ok(user) => match (wanted, project.as_deref()) {
            (Some(_), Some(project)) if user.projects.contains(&project.id) => {
                granted(cloud, call, user, Some(project), domain_scope)
            }
            (Some(_), _) => {
                Answer::keystone(401, "The project does not exist, or the user is not authorized to access it.")
            }
            (None, _) => granted(cloud, call, user, None, domain_scope),
        },
    };
    let answer = fault.map_or(answer, |fault| fault.answer());
    Done::new(answer, project)
}

fn granted(cloud: &Cloud, call: &Call, user: User, project: Option<&Project>, domain_scope: bool) -> Answer {
    let issued = now();
    let ttl = project.map_or(cloud.token_ttl, |project| project.token_ttl);
    let token = Token {
        user_id: user.id,
        user_name: user.name,
        account_id: user.account_id,
        account: user.account,
        project: project.map(|project| (project.id.clone(), project.name.clone())),
        issued,
        expires: issued.after(ttl),
    };
    let body = body(cloud, call, &token, domain_scope);
    let bytes = cloud.token_bytes.load(Ordering::Relaxed);
    let text = cloud.tokens.write().unwrap_or_else(PoisonError::into_inner).issue(token, bytes);
    Answer::json(201, &body).with("x-subject-token", &text).with("x-iam-trace-id", &call.request_id)
}

/// `GET /v3/auth/tokens`: the body of the token in `X-Subject-Token`, asked for with a valid `X-Auth-Token`.
/// <https://support.huaweicloud.com/api-iam/iam_30_0002.html>
pub(crate) fn validate(cloud: &Cloud, call: &Call) -> Done {
    let look_up = |header| {
        let tokens = cloud.tokens.read().unwrap_or_else(PoisonError::into_inner);
        call.header(header).map_or(Admission::Unknown, |text| tokens.look_up(text, now()))
    };
    let Admission::Valid(asking) = look_up("x-auth-token") else {
        let message = "The request you have made requires authentication.";
        return Done::new(Answer::keystone(401, message), None);
    };
    let project: Option<Arc<Project>> = asking.project.and_then(|(id, _)| cloud.project(&id));
    let answer = match look_up("x-subject-token") {
        Admission::Valid(token) => Answer::json(200, &body(cloud, call, &token, false))
            .with("x-subject-token", call.header("x-subject-token").unwrap_or_default())
            .with("x-iam-trace-id", &call.request_id),
        _ => Answer::keystone(404, "X-Subject-Token is invalid in the request"),
    };
    Done::new(answer, project)
}

/// `{"token": …}`; with a catalogue unless the query carries a non-empty `nocatalog`.
fn body(cloud: &Cloud, call: &Call, token: &Token, domain_scope: bool) -> Value {
    let domain = json!({ "id": token.account_id, "name": token.account });
    let mut body = json!({
        "methods": ["password"],
        "issued_at": token.issued.iam(),
        "expires_at": token.expires.iam(),
        "user": { "id": token.user_id, "name": token.user_name, "password_expires_at": "", "domain": domain },
        "roles": [
            { "id": "0", "name": "te_admin" },
            { "id": "0", "name": "op_gated_workspace" },
            { "id": "0", "name": "readonly" },
        ],
    });
    match &token.project {
        Some((id, name)) => body["project"] = json!({ "id": id, "name": name, "domain": domain }),
        None if domain_scope => body["domain"] = domain,
        None => {}
    }
    let without = call.query.iter().any(|(key, value)| key == "nocatalog" && !value.is_empty());
    body["catalog"] = if without { json!([]) } else { catalogue(cloud, token) };
    json!({ "token": body })
}

fn catalogue(cloud: &Cloud, token: &Token) -> Value {
    let project = token.project.as_ref().map_or("", |(id, _)| id);
    let entry = |kind: &str, name: &str, region: &str, url: String| {
        json!({
            "type": kind, "id": format!("{name}-{region}"), "name": name,
            "endpoints": [{
                "id": format!("{name}-public"), "interface": "public", "region": region, "region_id": region, "url": url,
            }],
        })
    };
    json!([
        entry("identity", "iam", "*", format!("{}/v3", cloud.url)),
        entry("workspace", "workspace", REGION, format!("{}/v2/{project}", cloud.url)),
        entry("compute", "nova", REGION, format!("https://ecs.{REGION}.example.invalid/v2/{project}")),
        entry("network", "neutron", REGION, format!("https://vpc.{REGION}.example.invalid")),
        entry("image", "glance", REGION, format!("https://ims.{REGION}.example.invalid")),
    ])
}
