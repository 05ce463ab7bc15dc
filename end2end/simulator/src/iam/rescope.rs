//! A token for a scope, in exchange for a federated one without.

use super::{NOT_YOUR_PROJECT, Scope, Scoped, UNAUTHENTICATED, grant, look_up, malformed};
use crate::{
    answer::Answer,
    clock::now,
    cloud::{Admission, Cloud, Federation, Token},
    fault::Operation,
    gateway::{Call, Done},
    project::Project,
};

/// `POST /v3/auth/tokens` with the method `token`. A project's name needs its account beside it.
/// <https://support.huaweicloud.com/api-iam/iam_13_0604.html>
pub(super) async fn rescope(cloud: &Cloud, call: &Call, held: &str, scope: Scope) -> Done {
    let is_complete = match (&scope.project, &scope.domain) {
        (Some(project), _) => project.id.is_some() || (project.name.is_some() && project.domain.is_some()),
        (None, Some(domain)) => domain.is_named(),
        (None, None) => false,
    };
    if !is_complete {
        return malformed();
    }
    let held = look_up(cloud, Some(held));
    let project = match &held {
        Admission::Valid(token) => scope.project.as_ref().and_then(|wanted| wanted.project(cloud, &token.account)),
        _ => None,
    };
    let into = project.as_deref();
    let performance = async {
        match held {
            Admission::Valid(token) => scoped(cloud, call, *token, &scope, into),
            Admission::Ended | Admission::Unknown => Answer::keystone(401, UNAUTHENTICATED),
        }
    };
    Done::after_trouble(cloud, call, project.clone(), Operation::Token, performance).await
}

fn scoped(cloud: &Cloud, call: &Call, token: Token, scope: &Scope, project: Option<&Project>) -> Answer {
    let of_account = |named: &Scoped| named.is_account(&token.account_id, &token.account);
    let Token { federation: Some(Federation { projects, .. }), project: None, of_domain: false, .. } = &token else {
        return Answer::keystone(403, "You are not authorized to perform the requested action.");
    };
    let is_allowed = match (&scope.project, project, &scope.domain) {
        (Some(wanted), Some(project), _) => {
            projects.contains(&project.id) && wanted.domain.as_deref().is_none_or(of_account)
        }
        (None, _, Some(domain)) => of_account(domain),
        _ => false,
    };
    if !is_allowed {
        return Answer::keystone(401, NOT_YOUR_PROJECT);
    }
    let issued = now();
    let ttl = project.map_or(cloud.token_ttl, |project| project.token_ttl);
    let token = Token {
        methods: &["token"],
        project: project.map(|project| (project.id.clone(), project.name.clone())),
        of_domain: project.is_none(),
        issued,
        // A token does not outlive the one that it was made of.
        expires: issued.after(ttl).min(token.expires),
        ..token
    };
    grant(cloud, call, token, project)
}
