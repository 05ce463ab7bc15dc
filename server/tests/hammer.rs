//! Many at once: every page comes whole, and nothing panics.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

#[path = "support/whole.rs"]
#[expect(dead_code, unused_imports, reason = "each file of tests needs a part of it")]
mod whole;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::StreamExt as _;
use http::StatusCode;
use serde_json::json;
use whole::House;

const REQUESTS: usize = 1_000;
const AT_ONCE: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_pages_twenty_at_once_all_come_whole() {
    let panics = Arc::new(AtomicU32::new(0));
    let (counter, usual) = (Arc::clone(&panics), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        counter.fetch_add(1, Ordering::Relaxed);
        usual(panic);
    }));
    let house = House::open().await;
    let project = house.cloud.project(json!({ "desktops": 234, "sentinels": ["403", "404", "409"] })).await;
    let person = house.sign_in(&project).await;
    let review = person.review("enter", &project.ids()[..37]).await;
    let number = person.confirm(&person.review("enter", &project.ids()[..3]).await).await;
    person.until_ended(number).await;
    let pages = [
        person.page("desktops"),
        person.page("desktops?q=a&page=2"),
        person.page("history"),
        person.page("desktops?maintenance=in"),
        person.page(&format!("review/{review}")),
        person.page(&format!("runs/{number}")),
        "/sign-in".to_owned(),
        person.page("desktops?page=3"),
    ];
    let whole = futures::stream::iter(0..REQUESTS)
        .map(|turn| {
            let (browser, path) = (person.browser.clone(), pages[turn % pages.len()].clone());
            async move {
                let page = browser.get(&path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
                assert!(page.is_whole_page(), "{path}: {}", page.text);
            }
        })
        .buffer_unordered(AT_ONCE)
        .count()
        .await;
    assert_eq!((whole, panics.load(Ordering::Relaxed)), (REQUESTS, 0));
}
