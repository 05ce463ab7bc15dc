//! The edges of the process: what connections may do to it, what it tells its log, and what it gives up.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

#[path = "support/line.rs"]
mod line;

use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use http::{HeaderValue, Method, Request, StatusCode};
use line::{Line, request};
use serde_json::Value;
use server::http::listener::{self, Listen, ListenerLimits, Peer};
use server::http::panic;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower_http::request_id::{MakeRequestId, RequestId, SetRequestIdLayer};
use whole::House;

/// So short that a test need not wait, so long that a busy machine keeps within it.
const SHORT: Duration = Duration::from_millis(300);

async fn house_with(limits: ListenerLimits) -> House {
    let mut house = House::closed(&[]).await;
    house.limit_connections(limits);
    house.start().await;
    house
}

/// A router of a test's own behind the accept loop.
struct Served {
    listen: Listen,
    stop: CancellationToken,
    ended: JoinHandle<()>,
}

impl Served {
    async fn new(listen: &str, app: Router, limits: ListenerLimits) -> Self {
        let bound = listen.parse::<Listen>().unwrap().bind().await.unwrap();
        let (listen, stop) = (bound.listen().clone(), CancellationToken::new());
        let ended = tokio::spawn(listener::serve(bound, app, limits, stop.clone()));
        Self { listen, stop, ended }
    }

    async fn line(&self) -> Line {
        Line::to(&self.listen).await
    }

    /// Ends it well; it must not wait for anybody.
    async fn stop(self) {
        self.stop.cancel();
        self.ended.await.unwrap();
    }
}

#[tokio::test]
async fn d9_a_connection_that_sends_nothing_is_closed() {
    let house = house_with(ListenerLimits { head: SHORT, ..ListenerLimits::default() }).await;
    let mut line = Line::to_origin(house.origin()).await;
    assert_eq!(line.rest().await, "");
}

#[tokio::test]
async fn d9_headers_that_never_end_are_cut_however_steadily_they_come() {
    let house = house_with(ListenerLimits { head: SHORT, ..ListenerLimits::default() }).await;
    let mut line = Line::to_origin(house.origin()).await;
    line.send("GET /livez HTTP/1.1\r\nHost: a\r\n").await;
    line.trickle("X: b\r\n").await;
    assert_eq!(line.rest().await, "");
}

#[tokio::test]
async fn d9_the_second_head_of_a_connection_is_limited_too() {
    let house = house_with(ListenerLimits { head: SHORT, ..ListenerLimits::default() }).await;
    let mut line = Line::to_origin(house.origin()).await;
    assert_eq!(line.ask(&request("GET", "/livez", "", "")).await.status, 200);
    line.send("GET /livez HTTP/1.1\r\n").await;
    assert_eq!(line.rest().await, "");
}

#[tokio::test]
async fn d9_an_idle_connection_is_closed_and_a_used_one_is_kept() {
    let house = house_with(ListenerLimits { idle: SHORT, ..ListenerLimits::default() }).await;
    let mut line = Line::to_origin(house.origin()).await;
    for _ in 0..3 {
        assert_eq!(line.ask(&request("GET", "/livez", "", "")).await.status, 200);
    }
    assert_eq!(line.rest().await, "");
}

#[tokio::test]
async fn d9_a_slow_body_is_answered_with_408_and_cut() {
    let house = house_with(ListenerLimits { body: SHORT, ..ListenerLimits::default() }).await;
    let mut line = Line::to_origin(house.origin()).await;
    line.send(&own_post("Content-Length: 100000\r\n")).await;
    line.trickle("a").await;
    let answer = line.last_answer().await;
    assert_eq!(answer.status, 408, "{answer:?}");
    assert_eq!((answer.header("connection"), answer.header("x-content-type-options")), ("close", "nosniff"));
}

/// A form of ours to the sign-in, without its end.
fn own_post(headers: &str) -> String {
    format!(
        "POST /api/session/sign_in HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{headers}\r\n"
    )
}

#[tokio::test]
async fn d9_a_body_that_is_too_large_is_refused_with_413() {
    let house = House::open().await;
    let mut line = Line::to_origin(house.origin()).await;
    line.send(&own_post("Content-Length: 600000\r\n")).await;
    assert_eq!(line.last_answer().await.status, 413);
}

#[tokio::test]
async fn d9_a_hundred_headers_are_read_and_one_more_is_not() {
    let house = House::open().await;
    for (more, status) in [(99, 200), (100, 431)] {
        let mut line = Line::to_origin(house.origin()).await;
        let answer = line.ask(&request("GET", "/livez", &"X: b\r\n".repeat(more), "")).await;
        assert_eq!(answer.status, status, "Host and {more} more");
    }
}

#[tokio::test]
async fn d9_sixty_kilobytes_of_headers_are_read_and_seventy_are_not() {
    let house = House::open().await;
    for (kilobytes, status) in [(60, 200), (70, 431)] {
        let mut line = Line::to_origin(house.origin()).await;
        let token = format!("X-Token: {}\r\n", "t".repeat(kilobytes * 1024));
        assert_eq!(line.ask(&request("GET", "/livez", &token, "")).await.status, status, "{kilobytes}");
    }
}

#[tokio::test]
async fn d9_connections_above_the_limit_wait_for_their_turn() {
    let house = house_with(ListenerLimits { connections: 2, ..ListenerLimits::default() }).await;
    let mut first = Line::to_origin(house.origin()).await;
    let mut second = Line::to_origin(house.origin()).await;
    for line in [&mut first, &mut second] {
        assert_eq!(line.ask(&request("GET", "/livez", "", "")).await.status, 200);
    }
    let mut third = Line::to_origin(house.origin()).await;
    third.send(&request("GET", "/livez", "", "")).await;
    assert!(tokio::time::timeout(SHORT, third.answer()).await.is_err(), "it was answered out of turn");
    drop(first);
    assert_eq!(third.answer().await.status, 200);
}

#[tokio::test]
async fn d13_a_request_without_an_answer_in_time_becomes_a_503() {
    let app = Router::new().route("/", get(std::future::pending::<()>));
    let served = Served::new("127.0.0.1:0", app, ListenerLimits { answer: SHORT, ..ListenerLimits::default() }).await;
    let mut line = served.line().await;
    line.send(&request("GET", "/", "", "")).await;
    let answer = line.last_answer().await;
    assert_eq!((answer.status, answer.header("connection")), (503, "close"), "{answer:?}");
    served.stop().await;
}

#[tokio::test]
async fn an_answer_that_has_begun_may_last_as_an_event_stream_does() {
    let stream = || async {
        let ticks = futures::stream::unfold(0, |turn| async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            (turn < 60).then(|| (Ok::<_, std::convert::Infallible>(format!("{turn}\n")), turn + 1))
        });
        axum::body::Body::from_stream(ticks)
    };
    let app = Router::new().route("/", get(stream));
    let limits = ListenerLimits { head: SHORT, idle: SHORT, body: SHORT, answer: SHORT, ..ListenerLimits::default() };
    let served = Served::new("127.0.0.1:0", app, limits).await;
    let mut line = served.line().await;
    line.send(&request("GET", "/", "", "")).await;
    let text = line.rest().await;
    assert!(text.contains("59\n") && text.ends_with("0\r\n\r\n"), "{text}");
    served.stop().await;
}

#[tokio::test]
async fn stopping_waits_for_no_idle_and_no_unused_connection() {
    let app = Router::new().route("/", get(|| async { "here" }));
    let served = Served::new("127.0.0.1:0", app, ListenerLimits::default()).await;
    let (mut idle, mut unused) = (served.line().await, served.line().await);
    assert_eq!(idle.ask(&request("GET", "/", "", "")).await.status, 200);
    served.stop().await;
    assert_eq!((idle.rest().await, unused.rest().await), (String::new(), String::new()));
}

#[tokio::test]
async fn a4_the_peer_is_the_one_of_the_connection_whatever_headers_say() {
    let app = || Router::new().route("/", get(|Extension(peer): Extension<Peer>| async move { format!("{peer:?}") }));
    let served = Served::new("127.0.0.1:0", app(), ListenerLimits::default()).await;
    let mut line = served.line().await;
    let forged = "X-Forwarded-For: 192.0.2.7\r\nForwarded: for=192.0.2.7\r\nX-Real-IP: 192.0.2.7\r\n";
    let answer = line.ask(&request("GET", "/", forged, "")).await;
    assert_eq!(answer.body, format!("{:?}", Peer::Tcp(line.own_address().unwrap())));
    served.stop().await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("http.sock");
    let served = Served::new(&format!("unix:{}", path.display()), app(), ListenerLimits::default()).await;
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o660);
    assert_eq!(served.line().await.ask(&request("GET", "/", forged, "")).await.body, "Unix");
    served.stop().await;
    assert!(!path.exists());
}

/// What stands behind a request that is refused: were it read as one of its own, it would be answered too.
const SMUGGLED: &str = "GET /livez HTTP/1.1\r\nHost: smuggled\r\n\r\n";

#[tokio::test]
async fn d14_what_can_be_read_in_two_ways_is_answered_with_400_and_closed() {
    let house = House::open().await;
    let chunked = format!("0\r\n\r\n{SMUGGLED}");
    for (what, text) in [
        ("a length and chunks", own_post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + &chunked),
        ("chunks and a length", own_post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + &chunked),
        ("two lengths", own_post("Content-Length: 0\r\nContent-Length: 40\r\n") + SMUGGLED),
        ("twice the same length", own_post("Content-Length: 0\r\nContent-Length: 0\r\n") + SMUGGLED),
        ("a list of lengths", own_post("Content-Length: 0, 0\r\n") + SMUGGLED),
        ("a length with a plus", own_post("Content-Length: +0\r\n") + SMUGGLED),
        ("a length with a minus", own_post("Content-Length: -1\r\n") + SMUGGLED),
        ("a length by 16", own_post("Content-Length: 0x0\r\n") + SMUGGLED),
        ("another coding", own_post("Transfer-Encoding: xchunked\r\n") + &chunked),
        ("a coding before chunks", own_post("Transfer-Encoding: gzip, chunked\r\n") + &chunked),
        ("chunks twice", own_post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n") + &chunked),
        ("chunks by HTTP/1.0", own_post("Transfer-Encoding: chunked\r\n").replace("HTTP/1.1", "HTTP/1.0") + &chunked),
        ("a coding behind a tab", own_post("Transfer-Encoding\t: chunked\r\n") + &chunked),
        ("a folded header", own_post("X: a\r\n Content-Length: 0\r\n") + SMUGGLED),
        ("a folded first header", format!("GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n{SMUGGLED}")),
        ("a header ended by LF", own_post("X: a\nContent-Length: 0\r\n") + SMUGGLED),
        ("a head of LF alone", format!("GET /livez HTTP/1.1\nHost: a\n\n{SMUGGLED}")),
        ("a head ended by LF", format!("GET /livez HTTP/1.1\r\nHost: a\r\n\n{SMUGGLED}")),
        ("a CR within a header", own_post("X: a\rContent-Length: 0\r\n") + SMUGGLED),
        ("a NUL within a header", own_post("X: a\0\r\n") + SMUGGLED),
        ("a space before a colon", own_post("Content-Length : 0\r\n") + SMUGGLED),
        ("a header without a colon", own_post("Content-Length 0\r\n") + SMUGGLED),
        ("two hosts", own_post("Host: b\r\n") + SMUGGLED),
        ("no host", format!("GET /livez HTTP/1.1\r\n\r\n{SMUGGLED}")),
        ("a chunk without size", own_post("Transfer-Encoding: chunked\r\n") + "\r\na\r\n" + &chunked),
        ("a chunk with a bad size", own_post("Transfer-Encoding: chunked\r\n") + "xyz\r\na\r\n" + &chunked),
        ("a chunk with a sign", own_post("Transfer-Encoding: chunked\r\n") + "+1\r\na\r\n" + &chunked),
        ("a chunk of more than all", own_post("Transfer-Encoding: chunked\r\n") + "fffffffffffffffff\r\n" + &chunked),
        ("a chunk longer than it says", own_post("Transfer-Encoding: chunked\r\n") + "1\r\nab\r\n" + &chunked),
        ("no HTTP", "\u{16}\u{3}\u{1}\r\n\r\n".to_owned()),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
    ] {
        let mut line = Line::to_origin(house.origin()).await;
        line.send(&text).await;
        let text = line.rest().await;
        let answers = text.matches("HTTP/1.1 ").count() + text.matches("HTTP/1.0 ").count();
        assert!(text.split(' ').nth(1) == Some("400") && answers == 1, "{what}: {text:?}");
    }
    assert_eq!(house.browser().get("/livez").await.status, StatusCode::OK);
}

#[tokio::test]
async fn d14_what_follows_a_chunked_body_is_no_request() {
    let house = House::open().await;
    let mut line = Line::to_origin(house.origin()).await;
    line.send(&(own_post("Transfer-Encoding: chunked\r\n") + "9\r\naccount=a\r\n0\r\n\r\n" + SMUGGLED)).await;
    let answer = line.last_answer().await;
    assert!(answer.status != 400 && answer.header("connection") == "close", "{answer:?}");
}

#[tokio::test]
async fn d14_a_body_that_looks_like_a_request_is_a_body() {
    let app = Router::new().route("/", post(|body: String| async move { body.len().to_string() }));
    let served = Served::new("127.0.0.1:0", app, ListenerLimits::default()).await;
    let mut line = served.line().await;
    // By ones, at once, and one behind the other without waiting: the answers are the same.
    let bodies = [SMUGGLED.to_owned(), "\n\r\0\n\n".to_owned(), "x".repeat(100_000), String::new()];
    let all: String = bodies.iter().map(|body| request("POST", "/", "", body)).collect();
    line.send(&all).await;
    for body in &bodies {
        assert_eq!(line.answer().await.body, body.len().to_string());
    }
    for piece in request("POST", "/", "", SMUGGLED).as_bytes().chunks(1) {
        line.send(std::str::from_utf8(piece).unwrap()).await;
    }
    assert_eq!(line.answer().await.body, SMUGGLED.len().to_string());
    served.stop().await;
}

async fn broken() -> StatusCode {
    panic!("a token: s3cr3t")
}

/// Gives the number that the test knows.
#[derive(Clone)]
struct Number;

impl MakeRequestId for Number {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        Some(RequestId::new(HeaderValue::from_static("00000000deadbeef")))
    }
}

#[tokio::test]
async fn d15_a_panic_is_a_fixed_page_with_the_requests_number_and_the_process_lives() {
    let app = Router::new()
        .route("/", get(broken))
        .route("/well", get(|| async { "well" }))
        .layer(from_fn(panic::catch))
        .layer(SetRequestIdLayer::new(http::HeaderName::from_static("x-request-id"), Number));
    let served = Served::new("127.0.0.1:0", app, ListenerLimits::default()).await;
    let mut line = served.line().await;
    let answer = line.ask(&request("GET", "/", "", "")).await;
    assert_eq!(answer.status, 500, "{answer:?}");
    assert!(answer.body.contains("Reference 00000000deadbeef") && !answer.body.contains("s3cr3t"), "{answer:?}");
    assert_eq!(line.ask(&request("GET", "/well", "", "")).await.body, "well");
    served.stop().await;
}

/// A tenth of the real limits, and what comes from 200 of each kind at once.
#[tokio::test(flavor = "multi_thread")]
async fn r11_four_hundred_slow_connections_are_all_closed_and_nobody_else_notices() {
    const EACH: usize = 200;
    let real = ListenerLimits::default();
    let limits = ListenerLimits { head: real.head / 10, idle: real.idle / 10, body: real.body / 10, ..real };
    let house = house_with(limits).await;
    let slow = (0..2 * EACH).map(|turn| {
        let origin = house.origin().to_owned();
        tokio::spawn(async move {
            let mut line = Line::to_origin(&origin).await;
            let (start, drop_by_drop) = if turn % 2 == 0 {
                ("GET /livez HTTP/1.1\r\nHost: a\r\nX: ".to_owned(), "a")
            } else {
                (own_post("Content-Length: 100000\r\n"), "b")
            };
            line.send(&start).await;
            line.trickle(drop_by_drop).await;
        })
    });
    let slow: Vec<JoinHandle<()>> = slow.collect();
    let took = Arc::new(Mutex::new(Vec::new()));
    let browser = house.browser();
    let everyone_else = async {
        loop {
            let asked = tokio::time::Instant::now();
            let reply = browser.get("/sign-in").await;
            assert_eq!(reply.status, StatusCode::OK);
            took.lock().unwrap().push(asked.elapsed());
        }
    };
    let all_closed = futures::future::join_all(slow);
    tokio::select! {
        closed = all_closed => assert!(closed.into_iter().all(|ended| ended.is_ok())),
        () = everyone_else => unreachable!("it asks for ever"),
    }
    let mut took = took.lock().unwrap().clone();
    took.sort();
    assert!(took.len() > 5, "{} requests were answered meanwhile", took.len());
    eprintln!(
        "{} requests meanwhile: p50 {:?}, p99 {:?}",
        took.len(),
        took[took.len() / 2],
        took[took.len() * 99 / 100]
    );
}

#[tokio::test]
async fn b13_the_program_writes_no_core_and_hides_its_memory() {
    let house = House::apart(&[]).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", house.process_id())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>(), ["0", "0", "bytes"]);
    // What a process hides belongs to nobody but the system's administrator.
    let owner = |file: &str| {
        let file = std::fs::metadata(format!("/proc/{}/{file}", house.process_id())).unwrap();
        std::os::unix::fs::MetadataExt::uid(&file)
    };
    assert_eq!(owner("mem"), 0);
}

#[tokio::test]
async fn d17_every_line_of_the_programs_log_is_one_json_object() {
    let mut house = House::closed(&[]).await;
    house.log_at("trace");
    house.start_apart();
    let browser = house.browser();
    let nasty = "a\r\n{\"level\":\"ERROR\"}\u{1b}[2J\u{9b}31m\0";
    browser.post("/api/session/sign_in", &[("account", nasty), ("user", nasty), ("password", "x")]).await;
    for path in ["/%0d%0aERROR%20forged%1b%5b2J/desktops", "/no/such/page", "/sign-in?next=%0a"] {
        browser.get(path).await;
    }
    browser.send(Method::POST, "/%0aforged", &[("origin", "https://evil.example")], "").await;
    assert!(house.terminate());
    let log = house.log();
    let events: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    assert!(!log.contains('\u{1b}') && !log.contains('\u{9b}') && log.contains("forged"));
    let in_request = events.iter().find(|event| event["message"] == "a request was refused");
    let span = &in_request.unwrap()["spans"][0];
    assert_eq!((&span["method"], &span["path"]), (&"POST".into(), &"/%0aforged".into()));
    assert_eq!(span["id"].as_str().map(str::len), Some(16));
}

#[tokio::test]
async fn wrong_settings_are_one_json_object_too() {
    let program = std::process::Command::new(env!("CARGO_BIN_EXE_drydock"))
        .env_clear()
        .env("DRYDOCK_LISTEN", "nowhere\n{}")
        .output()
        .unwrap();
    assert_eq!(program.status.code(), Some(1));
    let log = String::from_utf8(program.stderr).unwrap();
    let event: Value = serde_json::from_str(log.trim_end()).unwrap();
    assert!(event["message"].as_str().unwrap().contains("listen"), "{log}");
}

#[tokio::test]
async fn the_program_tells_systemd_when_it_is_ready_and_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let systemd = tokio::net::UnixDatagram::bind(&path).unwrap();
    let mut house = House::closed(&[]).await;
    house.start_apart_with(&[("NOTIFY_SOCKET", path.to_str().unwrap())]);
    let mut bytes = [0; 200];
    let count = systemd.recv(&mut bytes).await.unwrap();
    assert_eq!(&bytes[..count], b"READY=1\n");
    assert!(house.terminate());
    let count = systemd.recv(&mut bytes).await.unwrap();
    assert_eq!(&bytes[..count], b"STOPPING=1\n");
}

#[tokio::test]
async fn the_program_serves_on_a_socket_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("http.sock");
    let listen = format!("unix:{}", path.display());
    let mut house = House::closed(&[("LISTEN", &listen), ("PUBLIC_URL", "https://drydock.example")]).await;
    house.start_apart();
    assert_eq!(house.origin(), listen);
    let mut line = Line::to(&listen.parse().unwrap()).await;
    let page = line.ask(&request("GET", "/sign-in", "", "")).await;
    assert!(page.status == 200 && page.body.contains("Sign in"), "{page:?}");
    house.kill();
    assert!(path.exists(), "killed, it could not remove the file");
    house.start_apart();
    assert_eq!(Line::to(&listen.parse().unwrap()).await.ask(&request("GET", "/readyz", "", "")).await.status, 200);
    assert!(house.terminate());
    assert!(!path.exists());
}
