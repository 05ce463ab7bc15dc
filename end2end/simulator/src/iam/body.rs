//! What IAM says about a token.

use serde_json::{Value, json};

use crate::{
    cloud::{Cloud, REGION, Token},
    dice::Dice,
    gateway::Call,
};

/// `{"token": …}`; with a catalogue unless the query carries a non-empty `nocatalog`. A federated token without a scope
/// has neither roles nor a catalogue.
pub(super) fn of(cloud: &Cloud, call: &Call, token: &Token) -> Value {
    let domain = json!({ "id": token.account_id, "name": token.account });
    let mut user = json!({ "id": token.user_id, "name": token.user_name, "domain": domain });
    if let Some(federation) = &token.federation {
        let group = |name: &String| json!({ "id": Dice::of(&[&token.account, name]).hex(), "name": name });
        user["OS-FEDERATION"] = json!({
            "identity_provider": { "id": federation.provider },
            "protocol": { "id": "oidc" },
            "groups": federation.groups.iter().map(group).collect::<Value>(),
        });
    } else {
        user["password_expires_at"] = json!("");
    }
    let mut body = json!({
        "methods": token.methods,
        "issued_at": token.issued.iam(),
        "expires_at": token.expires.iam(),
        "user": user,
    });
    if token.methods.contains(&"totp") {
        body["mfa_authn_at"] = json!(token.issued.iam());
    }
    match &token.project {
        Some((id, name)) => body["project"] = json!({ "id": id, "name": name, "domain": domain }),
        None if token.of_domain => body["domain"] = domain,
        None => {}
    }
    if token.federation.is_none() || token.project.is_some() || token.of_domain {
        body["roles"] = json!([
            { "id": "0", "name": "te_admin" },
            { "id": "0", "name": "op_gated_workspace" },
            { "id": "0", "name": "readonly" },
        ]);
        let without = call.query.iter().any(|(key, value)| key == "nocatalog" && !value.is_empty());
        body["catalog"] = if without { json!([]) } else { catalogue(cloud, token) };
    }
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
