//! No password, token or cookie is found anywhere but where it must be.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tracing_subscriber::filter::LevelFilter;
use whole::House;

/// Bytes that are gathered behind everybody's back.
#[derive(Clone, Default)]
struct Gathered(Arc<Mutex<Vec<u8>>>);

impl Gathered {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Gathered {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Stands between Drydock and the cloud, and keeps what passes. Gives its address.
async fn listen_in(cloud: String, heard: Gathered) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(cloud.trim_start_matches("http://")).await.unwrap();
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::spawn(pass_on(near_in, far_out, heard.clone()));
            tokio::spawn(pass_on(far_in, near_out, heard.clone()));
        }
    });
    format!("http://{address}")
}

async fn pass_on(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut heard: Gathered,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        heard.write_all(&bytes[..count]).unwrap();
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b9_b11_no_password_token_or_cookie_is_found_on_disk_in_logs_or_in_answers() {
    let (log, heard) = (Gathered::default(), Gathered::default());
    let written = log.clone();
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || written.clone())
        .init();
    let mut house = House::closed(&[]).await;
    let between = listen_in(house.cloud.url(), heard.clone()).await;
    house.set("CLOUD__IAM_URL", &between);
    house.set("CLOUD__WORKSPACE_URL", &between);
    house.start().await;
    let password = "Pw-CANARY-7f3a9c";
    let plan = json!({ "desktops": 8, "sentinels": ["403"], "plain": true, "password": password });
    let project = house.cloud.project(plan).await;

    let person = whole::Person { browser: house.browser(), project: project.clone() };
    let wrong = [("account", &*project.account), ("user", &*project.user), ("password", "Pw-CANARY-wrong")];
    let refused = person.browser.post("/api/session/sign_in", &wrong).await;
    let mut answers = format!("{refused:?}");
    answers += &person.browser.get(refused.location()).await.text;
    answers += &person.try_sign_in("").await.text;
    let review = person.review("enter", &project.ids()).await;
    answers += &person.browser.get(&person.page(&format!("review/{review}"))).await.text;
    let number = person.confirm(&review).await;
    let cookie = person.browser.cookie("__Host-drydock").unwrap();
    answers += &serde_json::to_string(&person.until_ended(number).await).unwrap();
    for path in ["desktops", "runs/1", "history", "nothing"] {
        answers += &person.browser.get(&person.page(path)).await.text;
    }
    for path in ["/sign-in", "/livez", "/readyz"] {
        answers += &person.browser.get(path).await.text;
    }
    // Before the sign-out, while credential and session are on disk; and after it.
    let mut disk = bytes_under(house.data());
    answers += &person.sign_out().await.text;
    disk.extend(bytes_under(house.data()));
    house.stop().await;
    disk.extend(bytes_under(house.data()));

    let heard = heard.text();
    let token = header(&heard, "x-subject-token: ");
    assert!(token.len() > 1_000 && heard.contains(&format!("x-auth-token: {token}")), "the canary is the real token");
    assert!(heard.contains(password), "the password went to the cloud");
    let log = log.text();
    assert!(log.contains("the cloud answered") && log.contains(" TRACE "), "the log is at its most talkative");
    assert!(disk.len() > 50_000 && find(&disk, b"SQLite format 3"), "the database was looked at");

    // A part is as bad as the whole: it shows that the rest lies somewhere.
    let middle = &token[token.len() / 2..][..32];
    for secret in ["CANARY", &token[..32], middle, &token[token.len() - 32..], &cookie] {
        for (place, bytes) in [("the log", log.as_bytes()), ("an answer", answers.as_bytes()), ("a file", &disk[..])] {
            assert!(!find(bytes, secret.as_bytes()), "{} is in {place}: {}", &secret[..6], around(bytes, secret));
        }
    }
}

fn header(heard: &str, name: &str) -> String {
    let lower = heard.to_lowercase();
    let start = lower.find(name).unwrap() + name.len();
    heard[start..].split("\r\n").next().unwrap().to_owned()
}

/// Every file of a folder, one after the other: the database, its log of changes, and whatever else lies there.
fn bytes_under(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    bytes
}

fn find(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Where it was found, without showing more of it.
fn around(bytes: &[u8], secret: &str) -> String {
    let at = bytes.windows(secret.len()).position(|window| window == secret.as_bytes()).unwrap();
    String::from_utf8_lossy(&bytes[at.saturating_sub(200)..at]).into_owned()
}
