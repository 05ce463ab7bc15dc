//! The whole server over a real database, before a simulated cloud: what its tests are written with.

mod browser;
mod clock;
mod cloud;
mod house;
mod person;

pub use browser::{Browser, Reply};
pub use cloud::{Cloud, Project};
pub use house::House;
pub use person::{Person, run_number, verdicts};

use std::time::Duration;

/// How long anything is waited for. Generous: a test that has to wait so long fails anyway.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks again and again until there is something, and gives that.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asked = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}
