//! The adapter from outside: against the simulated cloud, a real Keystone, and sockets that misbehave.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod desktops;
mod edges;
mod exchange;
mod faults;
mod keystone;
mod limits;
mod peer;
mod secrets;
mod sign_in;
mod tls;
mod world;

use std::time::Duration;

use domain::desktop::DesktopId;
use domain::maintenance::outcome::{Answer, Body, CloudError, PutOutcome};
use domain::operator::CloudUser;
use domain::project::Project;
use huawei::{CallLimits, Huawei, Settings, TimeLimits};
use secrecy::SecretString;
use service::ports::{Cloud, Granted, PasswordSignIn};
use service::secret::Access;
use url::Url;

/// Settings with both services at that address, and an identity provider.
fn settings(url: &Url) -> Settings {
    Settings {
        region: "ap-southeast-3".into(),
        iam_url: url.clone(),
        workspace_url: url.clone(),
        ca_file: None,
        proxy: None,
        identity_provider: Some("corporate".into()),
        time_limits: TimeLimits::default(),
    }
}

/// The same, with one limit for all calls.
fn limited(url: &Url, whole: Duration) -> Settings {
    let limits = CallLimits { connect: whole * 9 / 10, whole };
    Settings { time_limits: TimeLimits { identity: limits, workspace: limits, revoke: whole }, ..settings(url) }
}

fn patient(url: &Url) -> Huawei {
    Huawei::new(&limited(url, Duration::from_secs(20))).unwrap()
}

fn hasty(url: &Url) -> Huawei {
    Huawei::new(&limited(url, Duration::from_millis(200))).unwrap()
}

fn access() -> Access {
    Access {
        project: Project { id: "p1".into(), name: "ap-southeast-3".into(), region: "ap-southeast-3".into() },
        user: CloudUser { id: "u1".into(), name: "operator".into(), account: "A".into() },
        token: SecretString::from("MIItoken"),
    }
}

/// What a token for a project lets do.
fn access_of(granted: Granted) -> Access {
    Access { project: granted.project.unwrap(), user: granted.user, token: granted.token }
}

fn form() -> PasswordSignIn {
    PasswordSignIn { account: "A".into(), user: "u".into(), password: SecretString::from("pw"), project: None }
}

fn ids(words: &[&str]) -> Vec<DesktopId> {
    words.iter().map(|word| word.parse().unwrap()).collect()
}

async fn put(cloud: &Huawei) -> PutOutcome {
    cloud.set_maintenance(&access(), &ids(&["d1", "d2"]), true).await
}

/// What is made of an answer that says no more than this.
fn answered(status: u16, body: Body) -> PutOutcome {
    let error = CloudError { status, ..CloudError::default() };
    PutOutcome::Answered(Answer { body, error, retry_after: None })
}

/// One call of each kind, in the order of the port.
const CALLS: usize = 8;

/// Makes the call of that number.
async fn call(cloud: &Huawei, number: usize) -> String {
    let (access, ids) = (access(), ids(&["d1"]));
    match number {
        0 => format!("{:?}", cloud.sign_in(&form()).await),
        1 => format!("{:?}", cloud.exchange(&SecretString::from("eyJ.e30.c2ln"), Some("p1")).await),
        2 => format!("{:?}", cloud.projects(&access.token).await),
        3 => format!("{:?}", cloud.revoke(&access.token).await),
        4 => format!("{:?}", cloud.list(&access, 0, 10).await),
        5 => format!("{:?}", cloud.read(&access, &ids).await),
        6 => format!("{:?}", cloud.look(&access, &ids[0]).await),
        _ => format!("{:?}", cloud.set_maintenance(&access, &ids, true).await),
    }
}
