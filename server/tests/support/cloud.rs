//! The simulated cloud and its control address.

use serde::Deserialize;
use serde_json::{Value, json};
use simulator::{Options, Simulator};

/// A simulated cloud. It ends when this is dropped.
pub struct Cloud {
    simulator: Simulator,
    http: reqwest::Client,
}

/// A project of its own for one test, with a user who may enter it.
#[derive(Clone, Debug, Deserialize)]
pub struct Project {
    pub account: String,
    pub user: String,
    pub password: String,
    #[serde(rename = "project")]
    pub name: String,
    #[serde(rename = "project_id")]
    pub id: String,
    #[serde(default)]
    pub desktops: Vec<Named>,
}

/// A desktop's id and name.
#[derive(Clone, Debug, Deserialize)]
pub struct Named {
    #[serde(rename = "desktop_id")]
    pub id: String,
    #[serde(rename = "computer_name")]
    pub name: String,
}

#[derive(Deserialize)]
struct Call {
    method: String,
    path: String,
    desktop_ids: Option<Vec<String>>,
}

impl Project {
    /// The ids of all desktops, in the order of their names.
    pub fn ids(&self) -> Vec<&str> {
        self.desktops.iter().map(|desktop| desktop.id.as_str()).collect()
    }

    pub fn id_of(&self, name: &str) -> &str {
        &self.desktops.iter().find(|desktop| desktop.name == name).unwrap().id
    }
}

impl Cloud {
    pub async fn start() -> Self {
        let simulator = simulator::start(Options { desktops: 5, ..Options::default() }).await.unwrap();
        Self { simulator, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub fn url(&self) -> String {
        self.simulator.url()
    }

    /// A project as planned; the simulator's own documentation lists what can be.
    pub async fn project(&self, plan: Value) -> Project {
        serde_json::from_value(self.tell("projects", plan).await).unwrap()
    }

    /// A project of so many like desktops, all in service.
    pub async fn plain_project(&self, desktops: usize) -> Project {
        self.project(json!({ "desktops": desktops, "plain": true })).await
    }

    /// One more user of a project.
    pub async fn colleague(&self, project: &Project) -> Project {
        let user = self.tell("users", json!({ "project": project.id })).await;
        Project { desktops: project.desktops.clone(), ..serde_json::from_value(user).unwrap() }
    }

    /// The next calls of that kind go wrong.
    pub async fn fault(&self, project: &Project, on: &str, kind: &str, times: u32) {
        self.tell("fault", json!({ "project": project.id, "on": on, "kind": kind, "times": times })).await;
    }

    pub async fn flip(&self, project: &Project, desktop: &str, in_maintenance: bool) {
        let flip = json!({ "project": project.id, "desktop_id": desktop, "in_maintenance_mode": in_maintenance });
        self.tell("flip", flip).await;
    }

    pub async fn latency(&self, project: &Project, ms: u64) {
        self.tell("latency", json!({ "project": project.id, "ms": ms })).await;
    }

    pub async fn down(&self, down: bool) {
        self.tell("down", json!({ "down": down })).await;
    }

    /// A control call that must succeed.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the tests speak to the simulator")]
    pub async fn tell(&self, call: &str, body: Value) -> Value {
        let url = format!("{}/_control/{call}", self.simulator.control_url());
        let response = self.http.post(url).json(&body).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{call}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The ids that each PUT named, in the order of the answers.
    pub async fn puts(&self, project: &Project) -> Vec<Vec<String>> {
        let calls: Vec<Call> = self.ask(&format!("calls?project={}", project.id)).await;
        calls.into_iter().filter(|call| call.method == "PUT").map(|call| call.desktop_ids.unwrap()).collect()
    }

    /// Method and path of each call that named the project.
    pub async fn calls(&self, project: &Project) -> Vec<(String, String)> {
        let calls: Vec<Call> = self.ask(&format!("calls?project={}", project.id)).await;
        calls.into_iter().map(|call| (call.method, call.path)).collect()
    }

    /// The names of the desktops that are in maintenance in truth.
    pub async fn in_maintenance(&self, project: &Project) -> Vec<String> {
        let desktops: Vec<Value> = self.ask(&format!("desktops?project={}", project.id)).await;
        let set = desktops.iter().filter(|desktop| desktop["in_maintenance_mode"] == true);
        let mut names: Vec<String> = set.map(|desktop| desktop["computer_name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place where the tests speak to the simulator")]
    async fn ask<T: serde::de::DeserializeOwned>(&self, what: &str) -> T {
        let url = format!("{}/_control/{what}", self.simulator.control_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }
}
