//! The simulated cloud: IAM, Workspace, STS and enterprise projects on a main address, and a control address that makes
//! projects and trouble.
//!
//! It shares no type with the product, so a wrong field name cannot confirm itself. What it takes from the vendor's
//! documents and what it guesses is listed, call by call, in `DIFFERENCES.md`.
//!
//! # Main address
//! | call | answer |
//! |---|---|
//! | `POST /v3/auth/tokens` | by password, with the code of an MFA device where the user has one, or scoped by a federated unscoped token: 201 and `X-Subject-Token`, 400, 401, 403 |
//! | `GET /v3/auth/tokens` | 200, 401, 404 |
//! | `POST /v3.0/OS-AUTH/id-token/tokens` | 201 and `X-Subject-Token`, 400, 401, 403, 404, 500 |
//! | `GET /v3/auth/projects` | 200, 401 |
//! | `POST /v3.0/OS-CREDENTIAL/securitytokens` | temporary access keys for a token: 201, 400, 401 |
//! | `POST /v5/decode-authorization-message` | STS, signed calls alone: 200, 400, 403 |
//! | `GET /v1.0/enterprise-projects` | 200, 400, 401, 403; with a token for the account, or signed |
//! | `DELETE /v3/auth/tokens` | the gateway's 404: nobody documents it; recorded with the project of the token |
//! | `GET /v2/{project_id}/desktops` | `ListDesktops` |
//! | `GET /v2/{project_id}/desktops/detail` | `ListDesktopsDetail` |
//! | `GET /v2/{project_id}/desktops/{desktop_id}` | `ShowDesktopDetail` |
//! | `PUT /v2/{project_id}/desktops/maintenance-mode` | 200 with an empty body, or one refusal of the whole batch |
//! | `GET /v2/{project_id}/desktops/tags`, `POST …/desktops/resource-instances/action` | `ListProjectTags`, `ListDesktopsByTags` |
//! | `GET /v2/{project_id}/desktop-pools`, `GET …/{pool_id}`, `PUT …/{pool_id}`, `GET …/{pool_id}/desktops`, `POST …/{pool_id}/notifications` | `ListDesktopPools`, `ShowDesktopPoolDetail`, `UpdateDesktopPool`, `ListPoolDesktopsDetail`, `SendDesktopPoolNotifications` |
//! | `GET /v2/{project_id}/connect-desktops`, `GET …/connections/desktops` | `ListDesktopsConnectStatus`, `ListLoginRecordsNew` |
//! | `POST /v2/{project_id}/desktops/notifications`, `POST …/desktops/logoff` | `SendNotifications`, `BatchLogoffDesktops` |
//! | `GET /v2/{project_id}/workspace-jobs/{job_id}`, `GET …/workspace-sub-jobs` | `ShowJob`, `ListItaSubJobs`; a job runs for as long as the project's lag |
//! | `GET /v2/{project_id}/workspaces`, `GET …/availability-zones` | `ListWorkspaces`, `ListAvailabilityZones` |
//! | anything else | the gateway's 404 `APIGW.0101` |
//!
//! A call to Workspace is let in by `X-Auth-Token`, or by a signature `SDK-HMAC-SHA256` of an access key; where it has
//! both, both must be right. The operator of the default project has the key [`ACCESS_KEY`] with [`SECRET_KEY`].
//!
//! # Control address
//! JSON in, JSON out; bodies need `Content-Type: application/json`. `project` is a project's id, or its name where only
//! one project has it. An unknown project is a 404, a name that several projects have a 409, a body that does not fit a
//! 400 or 422; each with a sentence.
//!
//! | call | body | effect and answer |
//! |---|---|---|
//! | `POST /_control/projects` | [see below](#a-fresh-project) | a fresh project with its own user |
//! | `GET /_control/projects` | | all projects: `[{account, project, project_id, desktops}]` |
//! | `POST /_control/users` | `{project, user?, password?}` | one more user of the project: `{account, user, password, project, project_id}` |
//! | `POST /_control/users/unlock` | `{project}` | forgets failed sign-ins and locks of the project's users |
//! | `POST /_control/users/mfa` | `{project, user?, secret?, on?}` | gives the user (`operator`) an MFA device with this base32 secret, or takes it away with `"on": false`: `{user_id, secret}` |
//! | `GET /_control/users/passcode?project=&user=` | | the code that the device shows now: `{user_id, passcode}` |
//! | `POST /_control/users/keys` | `{project, user?, access_key?, secret_key?}` | an access key that does not end: `{access_key, secret_key}` |
//! | `POST /_control/users/decode` | `{project, user?, allowed}` | whether STS decodes for the user; true from the start |
//! | `POST /_control/clock` | `{off_by_seconds}` | signatures are checked by a clock that is so much fast, or slow where it is negative |
//! | `POST /_control/workspace` | `{project, workspace}` | changes the option of that name |
//! | `POST /_control/tokens/end` | `{project}` | every token of the project ends now: `{ended}` |
//! | `POST /_control/tokens/size` | `{project?, bytes}` | length of tokens issued from now on (32 to 40,000), of one project or of all that have none of their own |
//! | `POST /_control/identity_providers` | [see below](#an-identity-provider) | registers one, in the place of one with the same id: `{id, account}` |
//! | `POST /_control/identity_providers/rules` | `{id, users?, groups?}` | more rules, each in the place of one for the same person or group |
//! | `POST /_control/latency` | `{project?, on?, ms}` | wait before calls, of one project or of all; `on` as in a fault, `any` without it. Waits with different words add up |
//! | `POST /_control/lag` | `{project, ms}` | a change is seen by readers only after this time |
//! | `POST /_control/fault` | `{project?, on, kind, status?, body?, content_type?, headers?, times?, retry_after?, ms?, bytes?, applied?}` | [see below](#a-fault) |
//! | `POST /_control/faults/clear` | `{project?}` | forgets planned faults of a project; without `project` those of no particular one |
//! | `POST /_control/flip` | `{project, desktop_id, in_maintenance_mode}` | sets the flag behind everybody's back, seen at once |
//! | `POST /_control/add` | `{project, computer_name, …}` as in `extra` | one more desktop: `{desktop_id, computer_name}` |
//! | `POST /_control/remove` | `{project, desktop_id}` | takes a desktop away |
//! | `POST /_control/down` | `{down}` | the main address closes every connection while true |
//! | `GET /_control/calls?project=` | | recorded calls, oldest first (at most 20,000 a project); without `project` those of no known project, such as an unscoped exchange. Neither passwords nor tokens are recorded |
//! | `DELETE /_control/calls?project=` | | forgets them |
//! | `GET /_control/desktops?project=` | | the true state: `[{desktop_id, computer_name, in_maintenance_mode, seen, status, connect_status, sentinel}]` |
//! | `GET /_control/notifications?project=` | | what was sent to users, oldest first: `[{job_id, pool_id, notifications, desktop_ids}]` |
//!
//! ## A fresh project
//! `{"desktops": 37, "sentinels": ["403", "404"], "plain": false, "name"?, "account"?, "user"?, "password"?,
//! "workspace"?, "token_ttl_seconds"?, "lag_ms"?, "latency_ms"?, "extra"?: [{"computer_name", …}]}`
//!
//! - It holds `desktops` ordinary desktops **and** one per word of `sentinels` **and** those of `extra`.
//! - Ordinary desktops are the same in every project but for their ids; about one in twelve is in maintenance already.
//!   With `"plain": true` all are in service, running and alike but for their names.
//! - `sentinels`: `403`, `404`, `409`, `500`, `lost` (connection closed, nothing applied), `stuck` (accepted, never
//!   changes). The first of a kind is named `AAA-refuses-403`, `AAA-refuses-404`, `AAA-refuses-409`, `AAA-always-500`,
//!   `AAA-always-lost`, `AAA-never-changes`, the second `AAB-…`. They are in service.
//! - `workspace`: `ok`, `disabled403`, `missing400`, `may_not_list`, `closed` (the tenant's status says so, everything else
//!   is as with `disabled403`).
//! - `extra`: `{computer_name, user_name?, status?, task_status?, connect_status?, desktop_type?, pool_id?,
//!   enterprise_project_id?, availability_zone?, ip_address?, tags?: [{key, value?}], in_maintenance_mode?, sentinel?}`.
//! - An `account` that exists gets one more project; a `user` of it that exists may enter it with the password it has.
//!   A `name` that the account has already is a 409. Without `account` a fresh one is made.
//!
//! Answer (201): `{account, user, user_id, password, project, project_id, desktops: [{desktop_id, computer_name}]}`, by name.
//!
//! ## An identity provider
//! `{"id": "corporate", "issuer": "https://…", "client_id": "drydock", "account": "HarborCorp", "jwks": {"keys": […]} |
//! "jwks_url": "http://127.0.0.1:…", "users"?: {"<sub>": {"user"?, "projects": […]}}, "groups"?: {"helpdesk":
//! {"projects": […]}}, "token_ttl_seconds"?}`
//!
//! - It belongs to an account that exists. Projects are named by id or by name; one that the account does not have is a
//!   404.
//! - `jwks` stays until the next registration, as in the real cloud. `jwks_url` must be `http` on the same machine: it is
//!   fetched when it is first needed, and again for a key that is not known.
//! - An ID token (RS256 or ES256) is accepted when one of the keys signed it, `iss` is the issuer, `aud` is or holds the
//!   client id, `sub` is there, and `exp`, `iat` and, if it is there, `nbf` fit within 30 seconds.
//! - A person with a rule under `users` is mapped by that alone; anybody else by all groups of the claim `groups` that
//!   have a rule. Without any rule: 403 `IAM.0003`. A rule with an empty list of projects gives an unscoped token and no
//!   project.
//! - The federated user is called by the rule's `user`, else by `preferred_username`, `name` or `sub`. The user has no
//!   password, and no lock.
//! - A token for a project lives as long as the project's tokens do, one without a project for `token_ttl_seconds`, or
//!   the cloud's own time.
//!
//! ## A fault
//! `on`: `put`, `list`, `detail`, `show`, `token` (by password or by another token), `exchange` (by ID token),
//! `projects`, `keys` (temporary ones), `identity` (any of these four), `decode`, `enterprise`, `pools`, `pool`,
//! `pool_put`, `pool_desktops`, `pool_notify`, `connected`, `records`, `logoff`, `notify`, `job`, `jobs`, `zones`, `tags`,
//! `tag_search`, `tenant` or `any`. With a `project` it befalls calls that name that project: a `projects` or `keys` call
//! by a token for it, an `exchange` with it as the scope, a `decode` signed for it. Without one it befalls the next call of
//! the kind, whatever its project, unless that has a fault of its own. It befalls the next `times` calls (default 1);
//! faults queue in the order in which they were planned. `headers` are added to whatever is answered.
//!
//! | `kind` | what happens |
//! |---|---|
//! | `applied_then_lost`, `lost_before_applied` | the connection is closed without an answer, after or before the operation |
//! | `status`, `applied_then_status` | the given answer, without or after the operation; `body` is sent as it is when it is a text, else as JSON |
//! | `throttled` | 429 with the vendor's text, `Retry-After` where `retry_after` (seconds) is given; not applied |
//! | `bad_gateway` | 502 with a page of a proxy in HTML; not applied |
//! | `error_in_ok` | 200 with an `error_code` in it; not applied |
//! | `truncated` | applied; the right answer ends in the middle, as if that were all |
//! | `cut_off` | applied; the connection is closed in the middle of the announced answer |
//! | `slow` | applied; the right answer byte by byte, `ms` (50) before each |
//! | `huge` | applied; the right answer and white space up to `bytes` (100 MB), with its length announced |
//! | `endless` | applied; the right answer and white space without end |
//! | `gzip_bomb` | applied; the right answer and white space up to `bytes` (1 GB), packed a thousand times smaller |
//! | `grows`, `shrinks` | applied and answered rightly; then a new desktop stands in front of all others, or the first ordinary one is gone. Needs a call to a project |
//!
//! `applied` says otherwise whether the operation is performed; where it is not, `{}` stands for the right answer.

mod answer;
mod clock;
mod cloud;
mod control;
mod desktop;
mod dice;
mod enterprise;
mod fault;
mod gateway;
mod iam;
mod latency;
mod listener;
mod project;
mod provider;
mod record;
mod refusal;
mod sealed;
mod signature;
mod sts;
mod totp;
mod workspace;
mod world;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use tokio::{net::TcpListener, task::JoinHandle};

use cloud::{Cloud, REGION};
use world::first::{branch, default_project};

/// The account that every simulated cloud knows.
pub const ACCOUNT: &str = "HarborCorp";
/// The user of [`ACCOUNT`].
pub const USER: &str = "operator";
/// The password of [`USER`].
pub const PASSWORD: &str = "Operator-1";
/// The access key of [`USER`].
pub const ACCESS_KEY: &str = "HARBORAK0001";
/// The secret key that belongs to [`ACCESS_KEY`].
pub const SECRET_KEY: &str = "harbor-sk-0001";
/// The project of [`ACCOUNT`], named after the region.
pub const PROJECT: &str = REGION;
/// The second project of [`ACCOUNT`], which [`USER`] may enter too.
pub const BRANCH: &str = "ap-southeast-3_branch";
/// The desktops of [`BRANCH`].
pub const BRANCH_DESKTOPS: usize = 12;

/// How a simulated cloud is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address of IAM and Workspace. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address that makes projects and trouble. Port 0 takes a free one.
    pub control: SocketAddr,
    /// Desktops of the first project, [`PROJECT`], its four sentinels among them.
    pub desktops: usize,
    /// How long a token lives.
    pub token_ttl: Duration,
    /// The same seed makes the same world.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self { listen: free, control: free, desktops: 237, token_ttl: Duration::from_hours(24), seed: 1 }
    }
}

/// A running simulated cloud. It ends when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    listen: SocketAddr,
    control: SocketAddr,
    project_id: String,
    branch_id: String,
    sentinels: Vec<String>,
    tasks: [JoinHandle<()>; 2],
}

impl Simulator {
    /// The base address of IAM and Workspace, such as `http://127.0.0.1:4000`.
    pub fn url(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// The base address of the control calls, such as `http://127.0.0.1:4001`.
    pub fn control_url(&self) -> String {
        format!("http://{}", self.control)
    }

    /// The id of the default project.
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// The id of the second project, [`BRANCH`].
    pub fn branch_id(&self) -> &str {
        &self.branch_id
    }

    /// The names of the default project's sentinels.
    pub fn sentinels(&self) -> &[String] {
        &self.sentinels
    }

    /// Closes both addresses and every connection.
    pub async fn shutdown(mut self) {
        for task in &mut self.tasks {
            task.abort();
            // The task was just told to end; that it did so is no failure.
            let _ = task.await;
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Starts a simulated cloud and returns when both addresses accept calls.
///
/// # Errors
/// When one of the addresses cannot be listened on.
pub async fn start(options: Options) -> std::io::Result<Simulator> {
    let main = TcpListener::bind(options.listen).await?;
    let control = TcpListener::bind(options.control).await?;
    let (listen, control_at) = (main.local_addr()?, control.local_addr()?);
    let cloud = Arc::new(Cloud::new(options.seed, options.token_ttl, format!("http://{listen}")));
    let (project, sentinels) = default_project(&options);
    let branch = branch(&options);
    let (project_id, branch_id) = (project.id.clone(), branch.id.clone());
    cloud.add_project(project, USER, PASSWORD);
    let user = cloud.add_project(branch, USER, PASSWORD);
    let holder = iam::token_of(user, cloud.started, Duration::ZERO);
    cloud.keys().add(ACCESS_KEY, SECRET_KEY, holder);
    let routes = Router::new().fallback(gateway::handle).with_state(cloud.clone());
    let tasks = [
        tokio::spawn(listener::serve(main, routes, Some(cloud.clone()))),
        tokio::spawn(listener::serve(control, control::routes(cloud), None)),
    ];
    Ok(Simulator { listen, control: control_at, project_id, branch_id, sentinels, tasks })
}
