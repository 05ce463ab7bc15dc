//! A running simulator with one fresh project, and short ways to call it.

use std::{collections::HashMap, time::Duration};

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use simulator::{Options, Simulator};

/// A simulator, a client, and the project that the test owns.
pub struct World {
    pub simulator: Simulator,
    pub http: Client,
    pub account: String,
    pub password: String,
    pub project: String,
    pub project_id: String,
    /// Desktop ids by computer name.
    pub ids: HashMap<String, String>,
    /// Desktop ids by computer name order.
    pub order: Vec<String>,
    pub token: String,
}

impl World {
    /// A fresh project made by this plan, and a token for it.
    pub async fn new(plan: Value) -> Self {
        let options = Options { desktops: 12, ..Options::default() };
        let simulator = simulator::start(options).await.unwrap();
        let http = Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/_control/projects", simulator.control_url());
        let answer = http.post(url).json(&plan).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let made: Value = answer.json().await.unwrap();
        let text = |key: &str| made[key].as_str().unwrap().to_owned();
        let listed = made["desktops"].as_array().unwrap();
        let id = |desktop: &Value| desktop["desktop_id"].as_str().unwrap().to_owned();
        let mut world = Self {
            simulator,
            http,
            account: text("account"),
            password: text("password"),
            project: text("project"),
            project_id: text("project_id"),
            ids: listed
                .iter()
                .map(|desktop| (desktop["computer_name"].as_str().unwrap().to_owned(), id(desktop)))
                .collect(),
            order: listed.iter().map(id).collect(),
            token: String::new(),
        };
        world.token = world.sign_in().await;
        world
    }

    /// A new token of the project's own user.
    pub async fn sign_in(&self) -> String {
        let answer = self.ask_for_token(&self.password).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.headers()["x-subject-token"].to_str().unwrap().to_owned()
    }

    /// Asks for a token of the project with this password.
    pub async fn ask_for_token(&self, password: &str) -> Response {
        let body = credentials(&self.account, "operator", password, &json!({ "project": { "name": self.project } }));
        self.post_token(&body).await
    }

    /// Asks for a token with this body.
    pub async fn post_token(&self, body: &Value) -> Response {
        let url = format!("{}/v3/auth/tokens?nocatalog=true", self.simulator.url());
        self.http.post(url).json(body).send().await.unwrap()
    }

    /// A call to the Workspace service, below the project's path.
    pub fn call(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/v2/{}/{path}", self.simulator.url(), self.project_id);
        self.http.request(method, url).header("x-auth-token", &self.token)
    }

    /// A read that must succeed.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    /// The maintenance call.
    pub async fn put(&self, ids: &[&str], value: bool) -> reqwest::Result<Response> {
        self.call(Method::PUT, "desktops/maintenance-mode")
            .json(&json!({ "desktop_ids": ids, "in_maintenance_mode": value }))
            .send()
            .await
    }

    /// The refusal of a maintenance call: its status and its JSON.
    pub async fn refused(&self, ids: &[&str]) -> (u16, Value) {
        refusal(self.put(ids, true).await.unwrap()).await
    }

    /// Whether readers see this desktop in maintenance.
    pub async fn seen(&self, id: &str) -> bool {
        let listed = self.read(&format!("desktops/detail?desktop_id={id}")).await;
        listed["desktops"][0]["in_maintenance_mode"].as_bool().unwrap_or(false)
    }

    /// How many desktops of the project are truly in maintenance.
    pub async fn truly_in_maintenance(&self) -> usize {
        let all = self.ask(&format!("desktops?project={}", self.project_id)).await;
        let all = all.as_array().unwrap();
        all.iter().filter(|desktop| desktop["in_maintenance_mode"] == true).count()
    }

    /// A control call about the project, with more fields.
    pub async fn control(&self, call: &str, mut fields: Value) -> Value {
        fields["project"] = json!(self.project_id);
        let url = format!("{}/_control/{call}", self.simulator.control_url());
        let answer = self.http.post(url).json(&fields).send().await.unwrap();
        assert!(answer.status().is_success(), "{call}: {}", answer.status());
        answer.json().await.unwrap()
    }

    /// A question to the control address.
    pub async fn ask(&self, call: &str) -> Value {
        let url = format!("{}/_control/{call}", self.simulator.control_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Waits a few milliseconds at a time until readers see the desktop in maintenance.
    pub async fn wait_until_seen(&self, id: &str) {
        for _ in 0..1_000 {
            if self.seen(id).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert!(self.seen(id).await, "the change never became visible");
    }
}

/// The body of a password token call.
pub fn credentials(account: &str, user: &str, password: &str, scope: &Value) -> Value {
    json!({ "auth": {
        "identity": {
            "methods": ["password"],
            "password": { "user": { "domain": { "name": account }, "name": user, "password": password } },
        },
        "scope": scope,
    } })
}

/// Status and JSON of an answer.
pub async fn refusal(answer: Response) -> (u16, Value) {
    (answer.status().as_u16(), answer.json().await.unwrap())
}
