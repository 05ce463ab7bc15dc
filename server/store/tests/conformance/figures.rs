//! How long the large writes take, measured by hand: `cargo test -p store --release -- --ignored --nocapture figures`.

use std::time::Instant;

use domain::maintenance::run::Changes;
use service::ports::Runs;

use crate::support::{NOW, confirm, confirmation, databases, ids};

#[tokio::test]
#[ignore = "prints figures, proves nothing"]
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn figures() {
    for database in databases().await {
        for (review, numbers) in [("first", 0..100), ("1,000", 100..1_100), ("10,000", 2_000..12_000)] {
            let confirmation = confirmation(review, "p1", numbers);
            let begun = Instant::now();
            let key = confirm(&database.store, &confirmation).await;
            println!("confirm of {review}: {:?}", begun.elapsed());
            let begun = Instant::now();
            database.store.run(&key).await.unwrap().unwrap();
            println!("  read whole: {:?}", begun.elapsed());
            let rows = confirmation.changes.rows.into_iter().take(100).collect();
            let save = Changes { rows, named: ids(0..100), settled: ids(0..100), ..confirmation.changes };
            let begun = Instant::now();
            for _ in 0..20 {
                database.store.save(&key, &save, NOW).await.unwrap();
            }
            println!("  save of 100 rows, 100 named, 100 settled: {:?}", begun.elapsed() / 20);
            let begun = Instant::now();
            for _ in 0..100 {
                database.store.history("p1", 0, 20).await.unwrap();
            }
            println!("  history: {:?}", begun.elapsed() / 100);
        }
    }
}
