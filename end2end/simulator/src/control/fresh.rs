//! What the control address makes: projects, users and desktops.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, find};
use crate::{
    cloud::{Cloud, REGION, User},
    desktop::{Desktop, Flag, Sentinel, Tag},
    dice::Dice,
    fault::Operation,
    project::{Project, Workspace},
    world::World,
};

/// More desktops than this in one project are a mistake.
const MOST_DESKTOPS: usize = 200_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectPlan {
    desktops: usize,
    #[serde(default)]
    sentinels: Vec<String>,
    #[serde(default)]
    plain: bool,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    workspace: Workspace,
    #[serde(default)]
    token_ttl_seconds: Option<u64>,
    #[serde(default)]
    lag_ms: u64,
    #[serde(default)]
    latency_ms: u64,
    #[serde(default)]
    extra: Vec<DesktopPlan>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DesktopPlan {
    computer_name: String,
    user_name: Option<String>,
    status: Option<String>,
    task_status: Option<String>,
    connect_status: Option<String>,
    desktop_type: Option<String>,
    pool_id: Option<String>,
    enterprise_project_id: Option<String>,
    availability_zone: Option<String>,
    ip_address: Option<String>,
    tags: Option<Vec<Tag>>,
    in_maintenance_mode: Option<bool>,
    sentinel: Option<String>,
}

impl DesktopPlan {
    fn make(self, world: &mut World) -> Result<Desktop, Failure> {
        let mut desktop = world.named(self.computer_name);
        let set = |field: &mut Option<String>, planned: Option<String>| {
            if planned.is_some() {
                *field = planned;
            }
        };
        set(&mut desktop.user_name, self.user_name);
        set(&mut desktop.status, self.status);
        set(&mut desktop.task_status, self.task_status);
        set(&mut desktop.session, self.connect_status);
        set(&mut desktop.kind, self.desktop_type);
        set(&mut desktop.pool_id, self.pool_id);
        set(&mut desktop.enterprise_project_id, self.enterprise_project_id);
        set(&mut desktop.availability_zone, self.availability_zone);
        set(&mut desktop.ip_address, self.ip_address);
        if self.tags.is_some() {
            desktop.tags = self.tags;
        }
        if self.in_maintenance_mode.is_some() {
            desktop.flag = Flag::new(self.in_maintenance_mode);
        }
        desktop.sentinel = self.sentinel.as_deref().map(sentinel).transpose()?;
        Ok(desktop)
    }
}

fn sentinel(word: &str) -> Result<Sentinel, Failure> {
    Sentinel::of(word).ok_or_else(|| {
        let known = Sentinel::ALL.map(Sentinel::word).join(", ");
        Failure::new(StatusCode::BAD_REQUEST, format!("There is no sentinel {word}; there are {known}."))
    })
}

/// `POST /_control/projects`
pub(super) async fn project(
    State(cloud): State<Arc<Cloud>>,
    Json(plan): Json<ProjectPlan>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    if plan.desktops > MOST_DESKTOPS {
        let sentence = format!("{} desktops are more than {MOST_DESKTOPS}.", plan.desktops);
        return Err(Failure::new(StatusCode::BAD_REQUEST, sentence));
    }
    let kinds = plan.sentinels.iter().map(|word| sentinel(word)).collect::<Result<Vec<_>, _>>()?;
    let number = cloud.next_number();
    let mut world = World::new(cloud.seed, number);
    let id = world.project_id();
    let mut desktops = world.sentinels(&kinds);
    desktops.extend(if plan.plain { world.alike(plan.desktops) } else { world.varied(plan.desktops) });
    for extra in plan.extra {
        desktops.push(extra.make(&mut world)?);
    }
    let name = plan.name.unwrap_or_else(|| format!("{REGION}_p{number:04}"));
    let account = plan.account.unwrap_or_else(|| format!("Account{number:04}"));
    if cloud.project_in(&account, None, Some(&name)).is_some() {
        let sentence = format!("The account {account} has a project {name} already.");
        return Err(Failure::new(StatusCode::CONFLICT, sentence));
    }
    let ttl = plan.token_ttl_seconds.map_or(cloud.token_ttl, Duration::from_secs);
    let project = Project::new(id.clone(), name, account, ttl, desktops);
    let listed: Value = {
        let mut state = project.state();
        state.workspace = plan.workspace;
        state.lag = Duration::from_millis(plan.lag_ms);
        state.latency.set(Operation::Any, Duration::from_millis(plan.latency_ms));
        let desktops = state.desktops().iter();
        desktops.map(|desktop| json!({ "desktop_id": desktop.id, "computer_name": desktop.computer_name })).collect()
    };
    let name = project.name.clone();
    let user = plan.user.unwrap_or_else(|| "operator".to_owned());
    let password = plan.password.unwrap_or_else(|| password(&cloud, number));
    let user = cloud.add_project(project, &user, &password);
    let mut answer = credentials(&user, &name, &id);
    answer["desktops"] = listed;
    Ok((StatusCode::CREATED, Json(answer)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UserPlan {
    project: String,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    password: Option<String>,
}

/// `POST /_control/users`
pub(super) async fn user(
    State(cloud): State<Arc<Cloud>>,
    Json(plan): Json<UserPlan>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let project = find(&cloud, &plan.project)?;
    let number = cloud.next_number();
    let name = plan.user.unwrap_or_else(|| format!("operator-{number}"));
    let password = plan.password.unwrap_or_else(|| password(&cloud, number));
    let user = cloud.add_user(&project, &name, &password);
    Ok((StatusCode::CREATED, Json(credentials(&user, &project.name, &project.id))))
}

#[derive(Debug, Deserialize)]
pub(super) struct Addition {
    project: String,
    #[serde(flatten)]
    desktop: DesktopPlan,
}

/// `POST /_control/add`
pub(super) async fn desktop(
    State(cloud): State<Arc<Cloud>>,
    Json(plan): Json<Addition>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let project = find(&cloud, &plan.project)?;
    let mut world = World::new(cloud.seed, cloud.next_number());
    let desktop = plan.desktop.make(&mut world)?;
    let answer = json!({ "desktop_id": desktop.id, "computer_name": desktop.computer_name });
    project.state().add(desktop);
    Ok((StatusCode::CREATED, Json(answer)))
}

fn password(cloud: &Cloud, number: u64) -> String {
    let mut dice = Dice::new(cloud.seed ^ number.rotate_left(17));
    format!("Pw-{}", &dice.hex()[..16])
}

fn credentials(user: &User, project: &str, project_id: &str) -> Value {
    json!({
        "account": user.account, "user": user.name, "user_id": user.id, "password": user.password,
        "project": project, "project_id": project_id,
    })
}
