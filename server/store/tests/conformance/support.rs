//! The databases, and what is written into them.

use std::path::PathBuf;

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
use sqlx::SqlitePool;
use store::{SealingKeys, Store};
use tempfile::TempDir;

pub const NOW: Timestamp = Timestamp(1_764_000_000_000);
pub const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
pub const OTHER_KEY: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
pub const TOKEN: &str = "MIIE-canary-of-a-cloud-token-that-must-never-be-found";

/// One database under test. The second way in is for what no port shows.
pub struct Database {
    pub store: Store,
    pub folder: TempDir,
    back_door: SqlitePool,
}

/// A fresh one of every kind of database.
pub async fn databases() -> Vec<Database> {
    vec![Database::open(tempfile::tempdir().unwrap(), KEY).await]
}

impl Database {
    async fn open(folder: TempDir, key: &str) -> Self {
        let url = url(&folder);
        let store = Store::open(&url, &SealingKeys::parse(key).unwrap()).await.unwrap();
        let back_door = SqlitePool::connect(&url).await.unwrap();
        Self { store, folder, back_door }
    }

    pub fn url(&self) -> String {
        url(&self.folder)
    }

    /// What another process finds, with that key, after this one was lost: nothing is closed before.
    pub async fn after_crash(self, key: &str) -> Self {
        let Self { store, folder, back_door } = self;
        drop((store, back_door));
        Self::open(folder, key).await
    }

    /// Performs a statement that no port offers.
    pub async fn perform(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(&self.back_door).await.unwrap();
    }

    /// A number that no port shows.
    pub async fn number(&self, question: &'static str) -> i64 {
        sqlx::query_scalar(question).fetch_one(&self.back_door).await.unwrap()
    }

    /// The audit log: action and run of every line.
    pub async fn audit(&self) -> Vec<(String, Option<i64>)> {
        sqlx::query_as("SELECT action, run FROM audit ORDER BY seq").fetch_all(&self.back_door).await.unwrap()
    }

    /// Lets the write of a desktop's row or claim fail, as a full disk does.
    pub async fn fail_at(&self, desktop: &'static str) {
        for table in ["claims", "run_desktops"] {
            let statement = format!(
                "CREATE TRIGGER fail_{table} BEFORE INSERT ON {table} WHEN NEW.desktop_id = '{desktop}'
                 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            );
            sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&self.back_door).await.unwrap();
        }
    }

    pub async fn fail_no_more(&self) {
        self.perform("DROP TRIGGER fail_claims; DROP TRIGGER fail_run_desktops").await;
    }

    /// Every file of the database, with its bytes.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
    }
}

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("drydock.db").display())
}

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
