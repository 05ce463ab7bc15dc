//! No token, password or body reaches the log, even at its most talkative, nor anything that is printed.

use std::io::Write;
use std::sync::{Arc, Mutex};

use domain::maintenance::outcome::{Body, PutOutcome};
use domain::operator::Operator;
use domain::time::Timestamp;
use huawei::{Huawei, Settings};
use secrecy::{ExposeSecret, SecretString};
use service::ports::{Cloud, PasswordSignIn};
use service::secret::{Credential, CredentialId};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;

use crate::peer::{Peer, Reply, http};
use crate::world::World;
use crate::{CALLS, access, access_of, call, form, patient, put, settings};

/// What is logged on this thread, as long as this lives.
pub(crate) struct Log {
    written: Written,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub(crate) fn new() -> Self {
        let written = Written::default();
        let target = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(LevelFilter::TRACE)
            .with_writer(move || target.clone())
            .finish();
        Self { written, _guard: tracing::subscriber::set_default(subscriber) }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test]
async fn b11_neither_password_nor_token_is_logged_and_every_call_is() {
    let log = Log::new();
    let world = World::new(serde_json::json!({"desktops": 3, "plain": true})).await;
    assert!(world.cloud.sign_in(&world.form("wrong-CANARY")).await.is_err());
    assert!(world.cloud.exchange(&SecretString::from("eyJ-CANARY"), None).await.is_err());
    let granted = world.cloud.sign_in(&world.form(&world.word("password"))).await.unwrap();
    world.cloud.projects(&granted.token).await.unwrap();
    let access = access_of(granted);
    let page = world.cloud.list(&access, 0, 100).await.unwrap();
    let last = page.desktops.last().unwrap().id.clone();
    let outcome = world.cloud.set_maintenance(&access, &[last], true).await;
    assert!(matches!(outcome, PutOutcome::Answered(answer) if answer.body == Body::Empty));
    world.cloud.revoke(&access.token).await;

    let logged = log.text();
    for path in [
        "/v3/auth/tokens",
        "/v3.0/OS-AUTH/id-token/tokens",
        "/v3/auth/projects",
        "/v2/{project_id}/desktops",
        "/v2/{project_id}/desktops/maintenance-mode",
    ] {
        assert!(logged.contains(&format!("path=\"{path}\"")), "{path}");
    }
    assert!(logged.contains("request_id=") && logged.contains("end a token"));
    let token = access.token.expose_secret();
    // A part is as bad as the whole: it shows that the rest is printed somewhere.
    for secret in ["CANARY", &world.word("password"), &token[..32], &token[token.len() - 32..]] {
        assert!(!logged.contains(secret), "a secret is in the log");
    }
}

#[tokio::test]
async fn b12_an_identity_service_that_repeats_the_password_leaks_nothing() {
    // As Keystone answers a document that does not fit its schema.
    let echo = r"Invalid input for field 'identity': 'methods' is a required property\n\nOn instance['identity']:\n    {'password': {'user': {'name': 'operator', 'password': 'CANARY'}}}";
    let bodies = [
        format!(r#"{{"error":{{"code":400,"message":"{echo}","title":"Bad Request"}}}}"#),
        format!(r#"{{"error_code":"{echo}","error_msg":"{echo}"}}"#),
        format!("<html>{echo}</html>"),
    ];
    let log = Log::new();
    for status in ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "429 Too Many", "500 Oops", "201 Created"] {
        for body in &bodies {
            let echoes = "x-subject-token-echo: CANARY\r\nwww-authenticate: Keystone uri=\"CANARY\"\r\n";
            let reply = || Reply::Send(http(status, echoes, body.as_bytes()));
            let peer = Peer::new([reply(), reply(), reply(), reply()]).await;
            let cloud = patient(&peer.url());
            let typed = PasswordSignIn { password: SecretString::from("CANARY"), ..form() };
            let errors = [
                cloud.sign_in(&typed).await.unwrap_err(),
                cloud.exchange(&SecretString::from("CANARY"), None).await.unwrap_err(),
                cloud.projects(&SecretString::from("CANARY")).await.unwrap_err(),
            ];
            cloud.revoke(&SecretString::from("CANARY")).await;
            assert_eq!(peer.requests().iter().filter(|request| request.contains("CANARY")).count(), 4);
            for error in errors {
                assert!(!format!("{error:?} {error}").contains("CANARY"), "{status}: {error:?}");
            }
        }
    }
    let logged = log.text();
    assert!(logged.contains("the cloud answered"));
    assert!(!logged.contains("CANARY"), "a secret is in the log");
}

#[test]
fn b13_whatever_holds_a_secret_prints_a_fixed_word() {
    let secret = || SecretString::from("CANARY");
    let mut access = access();
    access.token = secret();
    let operator = Operator { issuer: "iam".into(), subject: "s".into(), name: "operator".into(), account: "A".into() };
    let credential = Credential {
        id: CredentialId("c".into()),
        operator,
        sign_in: "s".into(),
        access: access.clone(),
        ends_at: Timestamp(0),
    };
    let granted = service::ports::Granted {
        user: access.user.clone(),
        project: None,
        token: secret(),
        issued_at: Timestamp(0),
        expires_at: Timestamp(0),
    };
    let form = PasswordSignIn { password: secret(), ..form() };
    for printed in [
        format!("{form:?}"),
        format!("{access:?}"),
        format!("{credential:?}"),
        format!("{granted:#?}"),
        format!("{:?}", secret()),
    ] {
        assert!(printed.contains("[REDACTED]") && !printed.contains("CANARY"), "{printed}");
    }
    let url = url::Url::parse("https://iam.example").unwrap();
    let proxy = Some(url::Url::parse("http://me:CANARY@proxy.example").unwrap());
    let settings = Settings { proxy, ..settings(&url) };
    let printed = format!("{settings:?} {:?}", Huawei::new(&settings));
    assert!(!printed.contains("CANARY"), "{printed}");
}

#[tokio::test]
async fn b14_a_password_goes_out_once_and_is_kept_by_nobody() {
    let refusal = || Reply::Send(http("401 Unauthorized", "", br#"{"error_code":"APIGW.0307"}"#));
    let header = "x-subject-token: MII\r\n";
    let granted = Reply::Send(http("201 Created", header, include_bytes!("../examples/token.json")));
    let peer = Peer::new([granted].into_iter().chain((0..CALLS).map(|_| refusal()))).await;
    let cloud = patient(&peer.url());
    {
        let typed = PasswordSignIn { password: SecretString::from("CANARY"), ..form() };
        cloud.sign_in(&typed).await.unwrap();
        // Here the one copy goes; the port lends it, so that an adapter cannot keep it without copying.
    }
    for number in 1..CALLS {
        call(&cloud, number).await;
    }
    put(&cloud).await;
    let requests = peer.requests();
    assert_eq!(requests.len(), 1 + CALLS, "an ended token makes nobody sign in again by itself");
    let with_password: Vec<usize> = (0..requests.len()).filter(|&at| requests[at].contains("CANARY")).collect();
    assert_eq!(with_password, [0]);
}
