//! What is written into the databases.

use domain::desktop::{DesktopId, Session};
use domain::maintenance::Mode;
use domain::maintenance::plan::{Class, Plan, PlannedDesktop};
use domain::maintenance::request::Request;
use domain::maintenance::run::{Changes, Head, Limits, Run};
use domain::operator::{CloudUser, Operator};
use domain::project::Project;
use domain::time::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use service::ports::{Confirmation, Confirmed, RunKey, Runs};
use service::review::Review;
use service::secret::{Access, Credential, CredentialId};
use store::Store;

pub const NOW: Timestamp = Timestamp(1_764_000_000_000);
pub const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
pub const OTHER_KEY: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
pub const TOKEN: &str = "MIIE-canary-of-a-cloud-token-that-must-never-be-found";

pub fn project(id: &str) -> Project {
    Project { id: id.into(), name: format!("name of {id}"), region: "ap-southeast-3".into() }
}

pub fn operator(subject: &str) -> Operator {
    Operator { issuer: "iam".into(), subject: subject.into(), name: format!("n-{subject}"), account: "acme".into() }
}

/// As whom every credential of these tests works, whoever the person is.
pub fn cloud_user() -> CloudUser {
    CloudUser { id: "cloud-user".into(), name: "helpdesk".into(), account: "acme".into() }
}

pub fn id(number: usize) -> DesktopId {
    format!("desktop-{number:05}").parse().unwrap()
}

pub fn ids(numbers: std::ops::Range<usize>) -> Vec<DesktopId> {
    numbers.map(id).collect()
}

pub fn plan(numbers: std::ops::Range<usize>) -> Plan {
    let desktop = |number| PlannedDesktop {
        id: id(number),
        name: format!("PC-{number} <ü\u{202e}>"),
        user: Some("amara".into()),
        pool: None,
        enterprise_project: Some("0".into()),
        session: Some(Session::Ready),
        class: Class::WillChange,
    };
    Plan { mode: Mode::Enter, read_at: NOW, desktops: numbers.map(desktop).collect() }
}

pub fn review(review_id: &str, project_id: &str) -> Review {
    Review {
        id: review_id.into(),
        project: project(project_id),
        author: operator("operator"),
        frozen_at: NOW,
        matched_when_chosen: Some(412),
        came_from: "q=%00".into(),
        plan: plan(0..3),
        origin: None,
        left_out: Vec::new(),
    }
}

pub fn credential(credential_id: &str, sign_in: &str, subject: &str) -> Credential {
    Credential {
        id: CredentialId(credential_id.into()),
        operator: operator(subject),
        sign_in: sign_in.into(),
        access: Access { project: project("p1"), user: cloud_user(), token: SecretString::from(TOKEN) },
        ends_at: Timestamp(NOW.0 + 3_600_000),
    }
}

/// A run's first state.
pub fn changes(numbers: std::ops::Range<usize>) -> Changes {
    start(numbers).take_changes()
}

pub fn start(numbers: std::ops::Range<usize>) -> Run {
    Run::start(&plan(numbers), Limits::default(), &std::collections::BTreeMap::new(), None, NOW)
}

/// The same run, over since that moment.
pub fn over(head: &Head, phase: &str, at: Timestamp) -> Head {
    let mut json = serde_json::to_value(head).unwrap();
    json["phase"] = json!(phase);
    json["ended_at"] = json!(at);
    serde_json::from_value(json).unwrap()
}

pub fn confirmation(review_id: &str, project_id: &str, numbers: std::ops::Range<usize>) -> Confirmation {
    Confirmation {
        review_id: review_id.into(),
        project: project(project_id),
        operator: operator("operator"),
        request: Request {
            reason: "Patch".into(),
            details: "line\nline".into(),
            ticket: "CHG-1".into(),
            until: Some(Timestamp(NOW.0 + 1)),
        },
        changes: changes(numbers.clone()),
        claims: ids(numbers),
        credential: credential(&format!("credential of {review_id}"), "sign-in-1", "operator"),
        at: NOW,
        from: "10.0.0.7".into(),
    }
}

/// Confirms, and expects a new run.
pub async fn confirm(store: &Store, confirmation: &Confirmation) -> RunKey {
    match store.confirm(confirmation).await.unwrap() {
        Confirmed::Started(key) => key,
        other => panic!("no run was started: {other:?}"),
    }
}

/// Which of the first desktops of a project are held.
pub async fn held(store: &Store, project_id: &str) -> Vec<DesktopId> {
    let held = store.held(project_id, &ids(0..1_000)).await.unwrap();
    held.into_iter().map(|held| held.desktop).collect()
}
