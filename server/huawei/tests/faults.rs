//! What becomes of a call when the network, a proxy or the cloud misbehaves. The peer is a bare socket, so that it can
//! misbehave in ways in which an HTTP server cannot.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::desktop::DesktopId;
use domain::maintenance::outcome::{Answer, Body, LookOutcome, NoAnswer, PutOutcome, ReadOutcome};
use domain::project::Project;
use huawei::{Huawei, Settings, SettingsError, TimeLimits};
use secrecy::SecretString;
use service::ports::{CallFailure, Cloud, PasswordSignIn, SignInError};
use service::secret::Access;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

const TOKEN: &str = "MIItoken";

/// What the peer does with one request.
enum Reply {
    /// Sends these bytes and keeps the connection.
    Send(Vec<u8>),
    /// Sends these bytes and closes the connection.
    SendAndClose(Vec<u8>),
    /// Says nothing and keeps the connection.
    Hang,
}

/// A socket that answers the requests that it gets with the replies that it was given, whatever connection they come
/// over, and remembers the requests.
struct Peer {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Peer {
    async fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<_>>()));
        let seen = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&replies), Arc::clone(&seen)));
            }
        });
        Self { port, requests, task }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    fn url(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}", self.port)).unwrap()
    }
}

async fn talk(mut stream: TcpStream, replies: Arc<Mutex<VecDeque<Reply>>>, seen: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = receive(&mut stream).await {
        seen.lock().unwrap().push(request);
        let reply = replies.lock().unwrap().pop_front();
        match reply {
            Some(Reply::Send(bytes)) => drop(stream.write_all(&bytes).await),
            Some(Reply::SendAndClose(bytes)) => return drop(stream.write_all(&bytes).await),
            Some(Reply::Hang) | None => std::future::pending().await,
        }
    }
}

/// One request with its body; `None` where the client has closed the connection.
async fn receive(stream: &mut TcpStream) -> Option<String> {
    let mut received = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => received.extend_from_slice(&buffer[..count]),
        }
    }
}

/// An answer with its length.
fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn settings(url: &Url, call: Duration) -> Settings {
    Settings {
        region: "ap-southeast-3".into(),
        iam_url: url.clone(),
        workspace_url: url.clone(),
        ca_file: None,
        proxy: None,
        time_limits: TimeLimits { connect: call * 9 / 10, call, sign_in: call },
    }
}

fn patient(url: &Url) -> Huawei {
    Huawei::new(&settings(url, Duration::from_secs(20))).unwrap()
}

fn hasty(url: &Url) -> Huawei {
    Huawei::new(&settings(url, Duration::from_millis(200))).unwrap()
}

fn access() -> Access {
    let project = Project { id: "p1".into(), name: "ap-southeast-3".into(), region: "ap-southeast-3".into() };
    Access { project, token: SecretString::from(TOKEN) }
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

/// What one reply makes of a PUT.
async fn check(reply: Reply, wanted: PutOutcome) {
    let peer = Peer::new([reply]).await;
    assert_eq!(put(&patient(&peer.url())).await, wanted);
    assert_eq!(peer.requests().len(), 1, "nothing is repeated");
}

fn answered(status: u16, body: Body) -> PutOutcome {
    let mut answer = Answer { body, error: domain::maintenance::outcome::CloudError::default(), retry_after: None };
    answer.error.status = status;
    PutOutcome::Answered(answer)
}

#[tokio::test]
async fn a_put_holds_exactly_the_documented_fields() {
    let peer = Peer::new([Reply::Send(http("200 OK", "", b""))]).await;
    assert_eq!(put(&patient(&peer.url())).await, answered(200, Body::Empty));
    let requests = peer.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"desktop_ids":["d1","d2"],"in_maintenance_mode":true}"#);
    assert!(head.starts_with("PUT /v2/p1/desktops/maintenance-mode HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nx-auth-token: MIItoken\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/json"), "{head}");
}

#[tokio::test]
async fn a_read_names_its_ids_one_by_one() {
    let peer = Peer::new([Reply::Send(http("200 OK", "", br#"{"desktops":[],"total_count":0}"#))]).await;
    let outcome = patient(&peer.url()).read(&access(), &ids(&["d1", "d2"])).await;
    assert_eq!(outcome, ReadOutcome::Listed(vec![]));
    let line = peer.requests()[0].lines().next().unwrap().to_owned();
    assert_eq!(line, "GET /v2/p1/desktops/detail?desktop_id=d1&desktop_id=d2&limit=2 HTTP/1.1");
}

#[tokio::test]
async fn a_call_about_no_desktop_is_never_made() {
    let peer = Peer::new([]).await;
    let cloud = hasty(&peer.url());
    assert_eq!(cloud.read(&access(), &[]).await, ReadOutcome::Listed(vec![]));
    assert_eq!(cloud.set_maintenance(&access(), &[], true).await, PutOutcome::NotSentOut);
    assert_eq!(peer.requests().len(), 0);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_the_token_stays_here() {
    let elsewhere = Peer::new([Reply::Send(http("200 OK", "", b""))]).await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let location = format!("location: {}\r\n", elsewhere.url());
        let here =
            Peer::new([Reply::Send(http(status, &location, b"")), Reply::Send(http(status, &location, b""))]).await;
        let cloud = patient(&here.url());
        assert_eq!(put(&cloud).await, answered(status[..3].parse().unwrap(), Body::Empty));
        assert!(matches!(cloud.sign_in(&form()).await, Err(SignInError::Unexpected { .. })));
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn a_document_that_ends_too_early_is_unreadable() {
    let bytes = http("200 OK", "content-type: application/json\r\n", br#"{"desktops":[{"desktop_id":"d1""#);
    check(Reply::Send(bytes.clone()), answered(200, Body::Unreadable)).await;
    let peer = Peer::new([Reply::Send(bytes.clone()), Reply::Send(bytes.clone()), Reply::Send(bytes)]).await;
    let cloud = patient(&peer.url());
    let PutOutcome::Answered(wanted) = answered(200, Body::Unreadable) else { panic!("it is an answer") };
    assert_eq!(cloud.list(&access(), 0, 10).await, Err(CallFailure::Answered(Box::new(wanted.clone()))));
    assert_eq!(cloud.read(&access(), &ids(&["d1"])).await, ReadOutcome::Answered(wanted.clone()));
    assert_eq!(cloud.look(&access(), &ids(&["d1"])[0]).await, LookOutcome::Answered(wanted));
}

#[tokio::test]
async fn json_that_is_not_what_was_asked_for_is_unreadable() {
    for body in ["{}", "[]", "null", "\"ok\"", r#"{"desktops":{"a":1}}"#, r#"{"desktop":[]}"#] {
        let reply = || Reply::Send(http("200 OK", "", body.as_bytes()));
        let peer = Peer::new([reply(), reply()]).await;
        let cloud = patient(&peer.url());
        let list = cloud.list(&access(), 0, 10).await;
        assert!(matches!(list, Err(CallFailure::Answered(answer)) if answer.body == Body::Unreadable), "{body}");
        let look = cloud.look(&access(), &ids(&["d1"])[0]).await;
        assert!(matches!(look, LookOutcome::Answered(Answer { body: Body::Unreadable, .. })), "{body}");
    }
}

#[tokio::test]
async fn an_error_inside_a_200_is_an_answer_with_its_code() {
    let body = br#"{"error_code":"WKS.00010109","error_msg":"m","desktops":[]}"#;
    let peer = Peer::new([Reply::Send(http("200 OK", "", body))]).await;
    let outcome = patient(&peer.url()).read(&access(), &ids(&["d1"])).await;
    let ReadOutcome::Answered(answer) = outcome else { panic!("{outcome:?}") };
    assert_eq!((answer.body, answer.error.code.as_deref()), (Body::Json, Some("WKS.00010109")));
}

#[tokio::test]
async fn a_proxy_s_page_is_unreadable_and_says_nothing() {
    let page = http("502 Bad Gateway", "content-type: text/html\r\n", b"<html><h1>Bad Gateway</h1></html>");
    check(Reply::Send(page), answered(502, Body::Unreadable)).await;
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let long = http("200 OK", "", &vec![b' '; 9 * 1024 * 1024]);
    check(Reply::Send(long), PutOutcome::NoAnswer(NoAnswer::TooLong)).await;
}

#[tokio::test]
async fn an_answer_that_unpacks_without_end_is_cut_off() {
    let packed = include_bytes!("faults/nine_megabytes_of_spaces.gz");
    let small = http("200 OK", "content-encoding: gzip\r\n", packed);
    check(Reply::Send(small), PutOutcome::NoAnswer(NoAnswer::TooLong)).await;
}

#[tokio::test]
async fn an_answer_that_does_not_unpack_is_unreadable() {
    let corrupt = http("403 Forbidden", "content-encoding: gzip\r\n", b"this is not packed at all");
    check(Reply::Send(corrupt), answered(403, Body::Unreadable)).await;
}

#[tokio::test]
async fn a_connection_that_ends_before_or_within_the_answer_is_lost() {
    let lost = || PutOutcome::NoAnswer(NoAnswer::ConnectionLost);
    check(Reply::SendAndClose(vec![]), lost()).await;
    check(Reply::SendAndClose(b"HTTP/1.1 200".to_vec()), lost()).await;
    check(Reply::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}".to_vec()), lost()).await;
    check(Reply::SendAndClose(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n".to_vec()), lost())
        .await;
    check(Reply::SendAndClose(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), lost()).await;
}

#[tokio::test]
async fn a_kept_connection_that_is_lost_during_a_call_does_not_repeat_it() {
    let good = || Reply::Send(http("200 OK", "", b""));
    let peer = Peer::new([good(), Reply::SendAndClose(vec![]), good()]).await;
    let cloud = patient(&peer.url());
    assert_eq!(put(&cloud).await, answered(200, Body::Empty));
    assert_eq!(put(&cloud).await, PutOutcome::NoAnswer(NoAnswer::ConnectionLost));
    assert_eq!(peer.requests().len(), 2);
    assert_eq!(put(&cloud).await, answered(200, Body::Empty), "the next call opens another connection");
}

#[tokio::test]
async fn a_cloud_that_never_answers_runs_out_of_time() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{".to_vec();
    for reply in [Reply::Hang, Reply::Send(half)] {
        let peer = Peer::new([reply]).await;
        assert_eq!(put(&hasty(&peer.url())).await, PutOutcome::NoAnswer(NoAnswer::TimedOut));
    }
    let peer = Peer::new([Reply::Hang]).await;
    assert!(matches!(hasty(&peer.url()).sign_in(&form()).await, Err(SignInError::Unreachable)));
}

#[tokio::test]
async fn a_call_that_finds_nobody_never_left() {
    let peer = Peer::new([]).await;
    let url = peer.url();
    peer.task.abort();
    while TcpStream::connect(("127.0.0.1", peer.port)).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let cloud = patient(&url);
    assert_eq!(put(&cloud).await, PutOutcome::NotSentOut);
    assert_eq!(cloud.list(&access(), 0, 1).await, Err(CallFailure::NotSentOut));
    assert_eq!(cloud.read(&access(), &ids(&["d1"])).await, ReadOutcome::NotSentOut);
    assert_eq!(cloud.look(&access(), &ids(&["d1"])[0]).await, LookOutcome::NotSentOut);
    assert!(matches!(cloud.sign_in(&form()).await, Err(SignInError::Unreachable)));
}

#[tokio::test]
async fn a_call_whose_tls_fails_or_never_ends_never_left() {
    for reply in [b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice(), b""] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
        let task = tokio::spawn(async move {
            let mut streams = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                drop(stream.write_all(reply).await);
                streams.push(stream);
            }
        });
        match Huawei::new(&settings(&url, Duration::from_millis(400))) {
            Ok(cloud) => assert_eq!(put(&cloud).await, PutOutcome::NotSentOut),
            // A machine without any certificates says so at start.
            Err(error) => assert!(matches!(error, SettingsError::Client { .. }), "{error}"),
        }
        task.abort();
    }
}

#[tokio::test]
async fn a_token_that_cannot_stand_in_a_header_never_leaves() {
    let peer = Peer::new([]).await;
    let access = Access { token: SecretString::from("MII\r\nx-evil: 1"), ..access() };
    let outcome = hasty(&peer.url()).set_maintenance(&access, &ids(&["d1"]), true).await;
    assert_eq!(outcome, PutOutcome::NotSentOut);
    assert_eq!(peer.requests().len(), 0);
}

#[tokio::test]
async fn a_token_of_30_kb_is_taken_and_one_of_33_kb_is_not() {
    let body = include_bytes!("examples/token.json");
    for (bytes, fits) in [(30_000, true), (32 * 1024, true), (33_000, false)] {
        let header = format!("x-subject-token: {}\r\n", "M".repeat(bytes));
        let peer =
            Peer::new([Reply::Send(http("201 Created", &header, body)), Reply::Send(http("200 OK", "", b""))]).await;
        let cloud = patient(&peer.url());
        match cloud.sign_in(&form()).await {
            Ok(granted) => {
                assert!(fits);
                let outcome = cloud.set_maintenance(&granted.access, &ids(&["d1"]), true).await;
                assert_eq!(outcome, answered(200, Body::Empty));
                assert!(peer.requests()[1].contains(&"M".repeat(bytes)));
            }
            Err(error) => assert_eq!((error, fits), (SignInError::TokenTooLong { bytes }, false)),
        }
        assert!(!peer.requests()[0].contains("x-auth-token"), "a sign-in carries no token");
    }
}

#[tokio::test]
async fn a_token_without_its_header_is_no_token() {
    let peer = Peer::new([Reply::Send(http("201 Created", "", include_bytes!("examples/token.json")))]).await;
    let outcome = patient(&peer.url()).sign_in(&form()).await;
    assert!(matches!(outcome, Err(SignInError::Unexpected { status: 201 })), "{outcome:?}");
}

#[test]
fn wrong_settings_are_refused_by_name() {
    let good = || settings(&Url::parse("http://127.0.0.1:1").unwrap(), Duration::from_secs(1));
    let refused = |settings: Settings| Huawei::new(&settings).map(|_| ()).unwrap_err();
    assert!(Huawei::new(&good()).is_ok());
    let outside = Url::parse("http://workspace.example").unwrap();
    assert!(matches!(refused(Settings { workspace_url: outside, ..good() }), SettingsError::NotHttps(_)));
    let path = Url::parse("https://iam.example/v3").unwrap();
    assert!(matches!(refused(Settings { iam_url: path, ..good() }), SettingsError::NotBare(_)));
    assert!(matches!(refused(Settings { region: "A/B".into(), ..good() }), SettingsError::InvalidRegion));
    let slow = TimeLimits { connect: Duration::from_secs(1), ..good().time_limits };
    assert!(matches!(refused(Settings { time_limits: slow, ..good() }), SettingsError::ConnectLimitTooLong));
    let missing = Some("no/such/file.pem".into());
    assert!(matches!(refused(Settings { ca_file: missing, ..good() }), SettingsError::UnreadableCertificates { .. }));
    let no_pem = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into());
    assert!(matches!(refused(Settings { ca_file: no_pem, ..good() }), SettingsError::NoCertificates { .. }));
    let proxied = |proxy: &str| Settings {
        workspace_url: Url::parse("https://workspace.example").unwrap(),
        proxy: Some(Url::parse(proxy).unwrap()),
        ..good()
    };
    assert!(matches!(refused(proxied("ftp://proxy.example")), SettingsError::InvalidProxy));
}
