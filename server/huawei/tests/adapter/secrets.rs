//! No token, password or body reaches the log, even at its most talkative.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use domain::maintenance::outcome::{Body, PutOutcome};
use huawei::{Huawei, Settings, TimeLimits};
use secrecy::{ExposeSecret, SecretString};
use service::ports::{Cloud, PasswordSignIn};
use tracing_subscriber::filter::LevelFilter;
use url::Url;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_password_nor_token_is_logged_and_every_call_is() {
    let log = Log::default();
    let written = log.clone();
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || written.clone())
        .init();
    let simulator = simulator::start(simulator::Options::default()).await.unwrap();
    let url = Url::parse(&simulator.url()).unwrap();
    let cloud = Huawei::new(&Settings {
        region: simulator::PROJECT.into(),
        iam_url: url.clone(),
        workspace_url: url,
        ca_file: None,
        proxy: None,
        time_limits: TimeLimits::default(),
    })
    .unwrap();
    let form = |password: &str| PasswordSignIn {
        account: simulator::ACCOUNT.into(),
        user: simulator::USER.into(),
        password: SecretString::from(password),
        project: None,
    };
    assert!(cloud.sign_in(&form("wrong-CANARY")).await.is_err());
    let granted = cloud.sign_in(&form(simulator::PASSWORD)).await.unwrap();
    let page = cloud.list(&granted.access, 0, 100).await.unwrap();
    let last = page.desktops.last().unwrap().id.clone();
    let outcome = cloud.set_maintenance(&granted.access, &[last], true).await;
    assert!(matches!(outcome, PutOutcome::Answered(answer) if answer.body == Body::Empty));

    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    for line in ["/v3/auth/tokens", "/v2/{project_id}/desktops", "/v2/{project_id}/desktops/maintenance-mode"] {
        assert!(logged.contains(&format!("path=\"{line}\"")), "{line}");
    }
    assert!(logged.contains("request_id="));
    let token = granted.access.token.expose_secret();
    // A part is as bad as the whole: it shows that the rest is printed somewhere.
    for secret in ["CANARY", simulator::PASSWORD, &token[..32], &token[token.len() - 32..]] {
        assert!(!logged.contains(secret), "a secret is in the log");
    }
}
