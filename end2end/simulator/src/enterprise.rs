//! Enterprise projects: the groups into which an account sorts its desktops.

use serde::Serialize;
use serde_json::json;

use crate::{
    answer::Answer,
    cloud::{Cloud, Token},
    fault::Operation,
    gateway::{Call, Done, holder, signer, unsigned},
    signature,
};

/// Documented: how many a page has at most; that this is also what it has when nobody says is a guess.
const PAGE: usize = 1_000;
const NAMES: [&str; 6] = ["Head office", "Branch offices", "Laboratory", "Contractors", "Training", "Night shift"];

/// `EpDetail` of the package `huaweicloudsdkeps` 3.1.219.
#[derive(Debug, Serialize)]
struct EnterpriseProject {
    id: String,
    name: String,
    description: String,
    status: u8,
    created_at: String,
    updated_at: String,
    #[serde(rename = "type")]
    kind: &'static str,
    delete_flag: bool,
}

/// `GET /v1.0/enterprise-projects` with a token for the account, or signed.
pub(crate) async fn list(cloud: &Cloud, call: &Call) -> Done {
    let caller = if signature::is_claimed(&call.headers) {
        signer(cloud, call)
            .map(|signer| Token { project: None, of_domain: true, ..signer })
            .map_err(|reason| unsigned(call, &reason))
    } else {
        holder(cloud, call, call.header("x-auth-token"))
    };
    let performance = async {
        match &caller {
            Err(answer) => answer.clone(),
            Ok(holder) if !holder.of_domain => {
                let message = "policy doesn't allow eps:enterpriseProjects:list to be performed.";
                Answer::json(403, &json!({ "error": { "code": "EPS.0003", "message": message } }))
            }
            Ok(holder) => page(call, of_account(cloud, holder)),
        }
    };
    Done::after_trouble(cloud, call, None, Operation::Enterprise, performance).await
}

/// The default one, and those that the account's desktops are in, in the order of projects and desktops.
fn of_account(cloud: &Cloud, holder: &Token) -> Vec<EnterpriseProject> {
    let mut ids = vec!["0".to_owned()];
    for project in cloud.projects().iter().filter(|project| project.account == holder.account) {
        let state = project.state();
        for id in state.desktops().iter().filter_map(|desktop| desktop.enterprise_project_id.as_ref()) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
    }
    let since = cloud.started.iam();
    let made = |(position, id): (usize, String)| EnterpriseProject {
        name: match position {
            0 => "default".to_owned(),
            _ => {
                NAMES.get(position - 1).map_or_else(|| format!("Enterprise project {position}"), |name| (*name).into())
            }
        },
        id,
        description: String::new(),
        status: 1,
        created_at: since.clone(),
        updated_at: since.clone(),
        kind: "prod",
        delete_flag: false,
    };
    ids.into_iter().enumerate().map(made).collect()
}

fn page(call: &Call, mut all: Vec<EnterpriseProject>) -> Answer {
    let value = |name| call.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let number = |name, otherwise| value(name).map_or(Ok(otherwise), str::parse::<usize>);
    let (Ok(limit @ 0..=PAGE), Ok(offset)) = (number("limit", PAGE), number("offset", 0)) else {
        let error = json!({ "error": { "code": "EPS.0004", "message": "The request is invalid." } });
        return Answer::json(400, &error);
    };
    // 1 is enabled, 2 disabled; all of these are enabled.
    if value("status").is_some_and(|status| status != "1") {
        all.clear();
    }
    let total_count = all.len();
    let shown: Vec<_> = all.into_iter().skip(offset).take(limit).collect();
    Answer::json(200, &json!({ "enterprise_projects": shown, "total_count": total_count }))
}
