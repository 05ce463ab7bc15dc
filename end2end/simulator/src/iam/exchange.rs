//! A token in exchange for an identity provider's ID token.

use serde::Deserialize;

use super::{Held, Scope, Scoped, UNAUTHENTICATED, grant};
use crate::{
    answer::Answer,
    clock::now,
    cloud::{Cloud, Token},
    fault::Operation,
    gateway::{Call, Done},
    project::Project,
    provider::{Provider, Refused},
};

/// Documented: the name of an identity provider has at most 64 characters.
pub(crate) const PROVIDER_ID_LENGTH: usize = 64;

#[derive(Debug, Deserialize)]
struct Body {
    auth: Auth,
}

#[derive(Debug, Deserialize)]
struct Auth {
    id_token: Held,
    #[serde(default)]
    scope: Option<Scope>,
}

/// `POST /v3.0/OS-AUTH/id-token/tokens`: 201 with the token in `X-Subject-Token`.
/// <https://support.huaweicloud.com/api-iam/iam_13_0605.html>
pub(crate) async fn exchange(cloud: &Cloud, call: &Call) -> Done {
    let id = call.header("x-idp-id").filter(|id| !id.is_empty() && id.chars().count() <= PROVIDER_ID_LENGTH);
    let body = serde_json::from_slice::<Body>(&call.body).ok().map(|body| body.auth).filter(is_complete);
    let (Some(id), Some(Auth { id_token, scope })) = (id, body) else {
        return Done::new(Answer::iam(400, "0011", "Request body is invalid."), None);
    };
    let provider = cloud.provider(id);
    let scope = scope.unwrap_or_default();
    let project = provider.as_ref().zip(scope.project.as_ref()).and_then(|(provider, wanted)| {
        // Only the record needs it this early; whether the person may enter it is asked later.
        wanted.project(cloud, &provider.account)
    });
    let into = project.as_deref();
    let performance = async {
        match &provider {
            Some(provider) => mapped(cloud, call, provider, &id_token.id, &scope, into).await,
            None => Answer::iam(404, "0004", &format!("Could not find identity provider: {id}.")),
        }
    };
    Done::after_trouble(cloud, call, project.clone(), Operation::Exchange, performance).await
}

fn is_complete(auth: &Auth) -> bool {
    let is_scope = |scope: &Scope| {
        let named = [&scope.project, &scope.domain].into_iter().flatten();
        (scope.project.is_some() || scope.domain.is_some()) && named.into_iter().all(Scoped::is_named)
    };
    !auth.id_token.id.is_empty() && auth.scope.as_ref().is_none_or(is_scope)
}

async fn mapped(
    cloud: &Cloud,
    call: &Call,
    provider: &Provider,
    id_token: &str,
    scope: &Scope,
    project: Option<&Project>,
) -> Answer {
    let forbidden = || Answer::iam(403, "0003", "Policy doesn't allow iam:tokens:assume to be performed.");
    let issued = now();
    let person = match provider.person(id_token, issued).await {
        Ok(person) => person,
        Err(Refused::Token) => return Answer::iam(401, "0001", UNAUTHENTICATED),
        Err(Refused::Unmapped) => return forbidden(),
        Err(Refused::Keys) => {
            let message = "An unexpected error prevented the server from fulfilling your request.";
            return Answer::iam(500, "0006", message);
        }
    };
    let is_allowed = match (&scope.project, project, &scope.domain) {
        (Some(_), project, _) => project.is_some_and(|project| person.federation.projects.contains(&project.id)),
        (None, _, Some(domain)) => domain.is_account(&provider.account_id, &provider.account),
        (None, _, None) => true,
    };
    if !is_allowed {
        return forbidden();
    }
    let ttl = match project {
        Some(project) => project.token_ttl,
        None => provider.token_ttl.unwrap_or(cloud.token_ttl),
    };
    let token = Token {
        user_id: person.user_id,
        user_name: person.user_name,
        account_id: provider.account_id.clone(),
        account: provider.account.clone(),
        methods: &["mapped"],
        federation: Some(person.federation),
        project: project.map(|project| (project.id.clone(), project.name.clone())),
        of_domain: project.is_none() && scope.domain.is_some(),
        issued,
        expires: issued.after(ttl),
    };
    grant(cloud, call, token, project)
}
