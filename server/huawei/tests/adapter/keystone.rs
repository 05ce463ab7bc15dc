//! The adapter against a real Keystone, which knows nothing of Drydock: an independent witness for the shape of the calls
//! that the vendor took over from it.
//!
//! The first run installs Keystone into the user's cache folder (`keystone/setup.py`); every run starts it with a fresh
//! world (`keystone/witness.py`). Both need `python3` with `venv`. It is one test, because starting it takes seconds.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use huawei::{Huawei, Settings};
use secrecy::{ExposeSecret, SecretString};
use service::ports::{Cloud, PasswordSignIn, SignInError};
use url::Url;

use crate::limited;
use crate::secrets::Log;

/// A Keystone that runs as long as this lives: it ends with its standard input.
struct Keystone {
    /// As it is.
    plain: u16,
    /// As the vendor speaks.
    dialect: u16,
    /// Behind something that spoils requests.
    spoiled: u16,
    process: Child,
}

impl Drop for Keystone {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

impl Keystone {
    fn start() -> Self {
        let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keystone");
        let setup =
            Command::new("python3").arg(format!("{sources}/setup.py")).stderr(Stdio::inherit()).output().unwrap();
        assert!(setup.status.success(), "Keystone could not be installed: see above");
        let python = String::from_utf8(setup.stdout).unwrap();
        let mut process = Command::new(python.trim())
            .arg(format!("{sources}/witness.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ports: Vec<u16> = line.split_whitespace().map(|port| port.parse().unwrap()).collect();
        let [plain, dialect, spoiled] = ports[..] else { panic!("Keystone did not start: see above") };
        println!("Keystone speaks on ports {plain}, {dialect} and {spoiled}; its Python is {python}");
        Self { plain, dialect, spoiled, process }
    }
}

/// The adapter, with patience: a busy machine is no reason to fail.
fn cloud(port: u16) -> Huawei {
    let url = Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    Huawei::new(&Settings { region: "north".into(), ..limited(&url, Duration::from_mins(1)) }).unwrap()
}

const PASSWORD: &str = "Operator-1";

fn form(user: &str, password: &str, project: Option<&str>) -> PasswordSignIn {
    PasswordSignIn {
        account: "Default".into(),
        user: user.into(),
        password: SecretString::from(password),
        project: project.map(Into::into),
    }
}

#[tokio::test]
async fn b12_d3_a_real_keystone_grants_refuses_alike_and_leaks_nothing() {
    let keystone = Keystone::start();
    check_tokens(&keystone).await;
    check_refusals(&keystone).await;
    check_echo(&keystone).await;
    check_unknown_calls(&keystone).await;
}

/// A token opens a project, lists the others, and can be ended.
async fn check_tokens(keystone: &Keystone) {
    let cloud = cloud(keystone.dialect);
    let granted = cloud.sign_in(&form("operator", PASSWORD, None)).await.unwrap();
    assert_eq!((granted.user.name.as_str(), granted.user.account.as_str()), ("operator", "Default"));
    assert_eq!(granted.project.as_ref().unwrap().name, "north", "the project that is called like the region");
    assert_eq!(granted.expires_at.since(granted.issued_at).as_secs(), 3_600);
    assert!(granted.token.expose_secret().starts_with("gAAAA"));

    let mut projects = cloud.projects(&granted.token).await.unwrap();
    projects.sort_by(|one, other| one.name.cmp(&other.name));
    let names: Vec<&str> = projects.iter().map(|project| project.name.as_str()).collect();
    assert_eq!(names, ["north", "north_branch"]);
    assert_eq!(Some(&projects[0]), granted.project.as_ref());

    let branch = cloud.sign_in(&form("operator", PASSWORD, Some("north_branch"))).await.unwrap();
    assert_eq!(branch.project.as_ref(), Some(&projects[1]));
    cloud.revoke(&granted.token).await;
    assert_eq!(cloud.projects(&granted.token).await.unwrap_err(), SignInError::Refused, "the token is ended");
    assert_eq!(cloud.projects(&branch.token).await.unwrap().len(), 2, "the other lives on");
}

/// D3: all refusals are the same, a lock too.
async fn check_refusals(keystone: &Keystone) {
    let cloud = cloud(keystone.dialect);
    for (user, password, project) in [
        ("other", "wrong", Some("foreign")),
        ("nobody", PASSWORD, None),
        ("other", PASSWORD, Some("north")),
        ("other", PASSWORD, Some("unheard-of")),
        ("other", "wrong", Some("foreign")),
        ("other", "", Some("foreign")),
    ] {
        let outcome = cloud.sign_in(&form(user, password, project)).await;
        assert_eq!(outcome.unwrap_err(), SignInError::Refused, "{user} {project:?}");
    }
    let account = PasswordSignIn { account: "unheard-of".into(), ..form("other", PASSWORD, Some("foreign")) };
    assert_eq!(cloud.sign_in(&account).await.unwrap_err(), SignInError::Refused);
    for _ in 0..3 {
        drop(cloud.sign_in(&form("other", "wrong", Some("foreign"))).await);
    }
    let locked = cloud.sign_in(&form("other", PASSWORD, Some("foreign"))).await;
    assert_eq!(locked.unwrap_err(), SignInError::Refused, "the right password of a locked user");
    assert_eq!(cloud.projects(&SecretString::from("gAAAAmade-up")).await.unwrap_err(), SignInError::Refused);
}

/// B12: the password that Keystone repeats does not come through.
async fn check_echo(keystone: &Keystone) {
    let port = keystone.spoiled;
    let log = Log::new();
    let typed = form("operator", "CANARY-password", None);
    let error = cloud(port).sign_in(&typed).await.unwrap_err();
    assert_eq!(error, SignInError::Unexpected { status: 400 });
    assert!(!format!("{error:?} {error} {typed:?}").contains("CANARY"));
    let logged = log.text();
    assert!(logged.contains("status=400") && !logged.contains("CANARY"), "{logged}");

    // Without this the test would prove nothing: the body really holds it.
    let body = r#"{"auth":{"identity":{"methods":[],"password":{"user":{"name":"n","password":"CANARY-password"}}}}}"#;
    let url = format!("http://127.0.0.1:{port}/v3/auth/tokens");
    let request = reqwest::Client::builder().no_proxy().build().unwrap().post(url);
    let request = request.header("content-type", "application/json").body(body);
    assert!(crate::world::send(request).await.text().await.unwrap().contains("CANARY-password"));
}

/// A page instead of a document is an error and no panic.
async fn check_unknown_calls(keystone: &Keystone) {
    for port in [keystone.plain, keystone.dialect] {
        let id_token = SecretString::from("eyJ.e30.c2ln");
        for project in [None, Some("p1")] {
            let error = cloud(port).exchange(&id_token, project).await.unwrap_err();
            assert_eq!(error, SignInError::Unexpected { status: 404 });
        }
    }
    // Where it differs from the vendor: a project's name alone is not enough for it.
    let error = cloud(keystone.plain).sign_in(&form("operator", PASSWORD, None)).await.unwrap_err();
    assert_eq!(error, SignInError::Unexpected { status: 400 });
}
