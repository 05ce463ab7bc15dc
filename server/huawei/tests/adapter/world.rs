//! A simulated cloud, and the adapter before it.

use std::collections::BTreeMap;

use domain::desktop::DesktopId;
use domain::maintenance::outcome::ReadOutcome;
use huawei::{Huawei, Settings};
use secrecy::SecretString;
use serde_json::{Value, json};
use service::ports::{Cloud, PasswordSignIn};
use service::secret::Access;
use simulator::Simulator;
use url::Url;

use crate::{access_of, settings};

/// A simulated cloud with a fresh project in it, and the adapter before it.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) cloud: Huawei,
    pub(crate) project: Value,
}

impl World {
    pub(crate) async fn new(plan: Value) -> Self {
        let simulator = simulator::start(simulator::Options::default()).await.unwrap();
        let url = Url::parse(&simulator.url()).unwrap();
        let cloud = Huawei::new(&Settings { region: simulator::PROJECT.into(), ..settings(&url) }).unwrap();
        let mut world = Self { simulator, cloud, project: Value::Null };
        world.project = world.control("projects", plan).await;
        world
    }

    /// A call to the control address; the project is filled in where one exists.
    pub(crate) async fn control(&self, path: &str, mut body: Value) -> Value {
        if let Some(id) = self.project.get("project_id") {
            body["project"] = id.clone();
        }
        let url = format!("{}/_control/{path}", self.simulator.control_url());
        let request = reqwest::Client::builder().no_proxy().build().unwrap().post(url).json(&body);
        let response = send(request).await;
        assert!(response.status().is_success(), "{path}: {}", response.status());
        response.json().await.unwrap()
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.control("fault", fault).await;
    }

    /// The calls that the simulator recorded for the project.
    pub(crate) async fn calls(&self) -> Vec<Value> {
        let project = self.word("project_id");
        let url = format!("{}/_control/calls?project={project}", self.simulator.control_url());
        send(reqwest::Client::builder().no_proxy().build().unwrap().get(url)).await.json().await.unwrap()
    }

    pub(crate) fn word(&self, name: &str) -> String {
        self.project[name].as_str().unwrap().to_owned()
    }

    pub(crate) fn form(&self, password: &str) -> PasswordSignIn {
        PasswordSignIn {
            account: self.word("account"),
            user: self.word("user"),
            password: SecretString::from(password),
            project: Some(self.word("project")),
        }
    }

    pub(crate) async fn sign_in(&self) -> Access {
        access_of(self.cloud.sign_in(&self.form(&self.word("password"))).await.unwrap())
    }

    /// The id of the desktop of that name.
    pub(crate) fn id(&self, name: &str) -> DesktopId {
        let desktops = self.project["desktops"].as_array().unwrap();
        let desktop = desktops.iter().find(|desktop| desktop["computer_name"] == name).unwrap();
        desktop["desktop_id"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn ids(&self) -> Vec<DesktopId> {
        let desktops = self.project["desktops"].as_array().unwrap();
        desktops.iter().map(|desktop| desktop["desktop_id"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// Which of the desktops read as being in maintenance.
    pub(crate) async fn modes(&self, access: &Access, ids: &[DesktopId]) -> BTreeMap<DesktopId, bool> {
        match self.cloud.read(access, ids).await {
            ReadOutcome::Listed(readings) => {
                readings.into_iter().map(|found| (found.id, found.in_maintenance)).collect()
            }
            other => panic!("{other:?}"),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the control address is no cloud")]
pub(crate) async fn send(request: reqwest::RequestBuilder) -> reqwest::Response {
    request.send().await.unwrap()
}

/// A project of that many desktops that are alike.
pub(crate) fn plain(desktops: u32) -> Value {
    json!({"desktops": desktops, "plain": true})
}
