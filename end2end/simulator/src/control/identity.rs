//! What the control address makes of identity: identity providers and their rules.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
    time::Duration,
};

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Failure;
use crate::{
    cloud::Cloud,
    iam::PROVIDER_ID_LENGTH,
    provider::{Keys, Provider, Rule, Rules},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderPlan {
    id: String,
    issuer: String,
    client_id: String,
    account: String,
    #[serde(default)]
    jwks: Option<Value>,
    #[serde(default)]
    jwks_url: Option<String>,
    #[serde(default)]
    token_ttl_seconds: Option<u64>,
    #[serde(default)]
    users: HashMap<String, RulePlan>,
    #[serde(default)]
    groups: HashMap<String, RulePlan>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesPlan {
    id: String,
    #[serde(default)]
    users: HashMap<String, RulePlan>,
    #[serde(default)]
    groups: HashMap<String, RulePlan>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulePlan {
    #[serde(default)]
    user: Option<String>,
    projects: Vec<String>,
}

/// `POST /_control/identity_providers`
pub(super) async fn provider(
    State(cloud): State<Arc<Cloud>>,
    Json(plan): Json<ProviderPlan>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let bad = |sentence: &str| Failure::new(StatusCode::BAD_REQUEST, sentence);
    if plan.id.is_empty() || plan.id.chars().count() > PROVIDER_ID_LENGTH {
        return Err(bad("The id of an identity provider has 1 to 64 characters."));
    }
    let keys = match (&plan.jwks, &plan.jwks_url) {
        (Some(set), None) => Keys::pasted(set).ok_or_else(|| bad("There is no usable key in jwks."))?,
        (None, Some(url)) => Keys::at(url).ok_or_else(|| bad("jwks_url must be http on the same machine."))?,
        _ => return Err(bad("Either jwks or jwks_url is needed.")),
    };
    let Some(account_id) = cloud.account_id(&plan.account) else {
        return Err(Failure::new(StatusCode::NOT_FOUND, format!("There is no account {}.", plan.account)));
    };
    let rules = rules(&cloud, &plan.account, plan.users, plan.groups)?;
    let answer = json!({ "id": plan.id, "account": plan.account });
    let provider = Provider {
        id: plan.id,
        issuer: plan.issuer,
        client_id: plan.client_id,
        account: plan.account,
        account_id,
        token_ttl: plan.token_ttl_seconds.map(Duration::from_secs),
        keys,
        rules: RwLock::new(rules),
    };
    cloud.register(provider);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `POST /_control/identity_providers/rules`
pub(super) async fn add_rules(
    State(cloud): State<Arc<Cloud>>,
    Json(plan): Json<RulesPlan>,
) -> Result<Json<Value>, Failure> {
    let Some(provider) = cloud.provider(&plan.id) else {
        return Err(Failure::new(StatusCode::NOT_FOUND, format!("There is no identity provider {}.", plan.id)));
    };
    provider.add_rules(rules(&cloud, &provider.account, plan.users, plan.groups)?);
    Ok(Json(json!({})))
}

fn rules(
    cloud: &Cloud,
    account: &str,
    users: HashMap<String, RulePlan>,
    groups: HashMap<String, RulePlan>,
) -> Result<Rules, Failure> {
    let id = |word: String| {
        let found = cloud.project_in(account, Some(&word), None);
        let found = found.or_else(|| cloud.project_in(account, None, Some(&word)));
        found
            .map(|project| project.id.clone())
            .ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, format!("The account {account} has no project {word}.")))
    };
    let rule = |(key, plan): (String, RulePlan)| {
        let projects = plan.projects.into_iter().map(id).collect::<Result<_, Failure>>()?;
        Ok::<_, Failure>((key, Rule { user: plan.user, projects }))
    };
    Ok(Rules {
        users: users.into_iter().map(rule).collect::<Result<_, _>>()?,
        groups: groups.into_iter().map(rule).collect::<Result<_, _>>()?,
    })
}
