//! What an administrator does from the command line, beside the process that serves.

use service::ports::Clock as _;
use store::{SealingKeys, Store};

use crate::clock::SystemClock;
use crate::config::Config;

/// Ends every session of a person, by the single sign-on's lasting id or by name; answers how many there were. The
/// process that serves notices by itself, within seconds.
///
/// # Errors
/// A sentence for the administrator, naming the setting.
pub async fn end_sessions(config: &Config, user: &str) -> anyhow::Result<u32> {
    let clock = SystemClock::new(config.time_zone.as_deref())?;
    let key_file = config.key_file();
    anyhow::ensure!(key_file.exists(), "secret_key_file: there is no {}; is data_dir right?", key_file.display());
    let keys = SealingKeys::load_or_generate(&key_file)?;
    let store = Store::open_beside(&config.database(), &keys).await?;
    let ended = store.end_sessions_of(user, clock.now()).await?;
    store.close().await;
    Ok(ended)
}
