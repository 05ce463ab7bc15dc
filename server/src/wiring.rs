//! The composition root: the only place that knows all adapters.

use std::sync::Arc;

use anyhow::Context as _;
use app::api::context::{Capabilities, Place};
use app::api::flash::Seal;
use domain::maintenance::run::Limits;
use huawei::Huawei;
use service::catalogue::{CatalogueSettings, Catalogues};
use service::dice::Dice;
use service::maintenance::{Maintenance, MaintenanceSettings};
use service::ports::{AuditLog, Clock, Cloud, Runs};
use service::sign_ins::SignIns;
use store::{SealingKeys, SessionLimits, Sessions, Store};
use tokio_util::sync::CancellationToken;

use crate::clock::SystemClock;
use crate::config::Config;

/// Everything that the process is made of.
pub struct Wiring {
    /// What pages and server functions find.
    pub capabilities: Capabilities,
    /// The database, for readiness and for its end.
    pub store: Store,
    /// Browser sessions.
    pub sessions: Sessions,
}

impl Wiring {
    /// Opens the database, makes the adapters and ties them to the use cases. `stop` ends the driving of runs.
    ///
    /// # Errors
    /// A sentence for the administrator, naming the setting.
    pub async fn new(config: &Config, stop: CancellationToken) -> anyhow::Result<Self> {
        let clock = Arc::new(SystemClock::new(config.time_zone.as_deref())?);
        Self::with_clock(config, clock, stop).await
    }

    /// As [`Wiring::new`], with a clock of the caller's.
    ///
    /// # Errors
    /// A sentence for the administrator, naming the setting.
    pub async fn with_clock(config: &Config, clock: Arc<dyn Clock>, stop: CancellationToken) -> anyhow::Result<Self> {
        let keys = SealingKeys::load_or_generate(&config.key_file())?;
        let store = Store::open(&config.database(), &keys).await?;
        let limits = SessionLimits { idle: config.session.idle, absolute: config.session.absolute };
        let sessions = Sessions::new(&store, Arc::clone(&clock), limits);
        let settings = cloud_settings(config)?;
        let workspace_url = settings.workspace_url.as_str().trim_end_matches('/').to_owned();
        let place = Place { region: config.cloud.region.clone(), workspace_url };
        let cloud: Arc<dyn Cloud> = Arc::new(Huawei::new(&settings)?);
        let runs: Arc<dyn Runs> = Arc::new(store.clone());
        let audit: Arc<dyn AuditLog> = Arc::new(store.clone());
        let dice = system_dice()?;

        let catalogue =
            CatalogueSettings { max_age: config.cloud.list_max_age, max_desktops: config.cloud.list_max_desktops };
        let catalogues = Arc::new(Catalogues::new(Arc::clone(&cloud), Arc::clone(&clock), catalogue));
        let maintenance = Maintenance::new(
            Arc::clone(&cloud),
            Arc::clone(&runs),
            Arc::clone(&audit),
            Arc::clone(&clock),
            dice.clone(),
            Arc::clone(&catalogues),
            maintenance_settings(config),
            stop,
        );
        let sign_ins = SignIns::new(
            cloud,
            runs,
            audit,
            Arc::clone(&clock),
            dice,
            Arc::clone(&catalogues),
            Arc::clone(&maintenance),
        );
        let seal = seal(keys);
        let capabilities = Capabilities { sign_ins, catalogues, maintenance, clock, seal, place };
        Ok(Self { capabilities, store, sessions })
    }
}

fn cloud_settings(config: &Config) -> anyhow::Result<huawei::Settings> {
    let region = &config.cloud.region;
    let iam_url = match &config.cloud.iam_url {
        Some(url) => url.clone(),
        None => huawei::default_iam_url(region).context("cloud.iam_url")?,
    };
    let workspace_url = match &config.cloud.workspace_url {
        Some(url) => url.clone(),
        None => huawei::default_workspace_url(region).context("cloud.workspace_url")?,
    };
    Ok(huawei::Settings {
        region: region.clone(),
        iam_url,
        workspace_url,
        ca_file: config.cloud.ca_file.clone(),
        proxy: config.cloud.proxy.clone(),
        time_limits: huawei::TimeLimits::default(),
    })
}

fn maintenance_settings(config: &Config) -> MaintenanceSettings {
    let limits = Limits {
        batch_limit_ids: config.cloud.batch_limit_ids,
        batches_in_flight: config.cloud.batches_in_flight,
        read_back_limit: config.cloud.read_back_limit,
        ..Limits::default()
    };
    MaintenanceSettings { limits, selection_limit: config.selection_limit, reasons: config.reasons.clone() }
}

/// Random numbers of the operating system.
fn system_dice() -> anyhow::Result<Dice> {
    getrandom::u64().context("the operating system gives no random numbers")?;
    // It has given one; should it ever fail, jitter falls to 0 and an id is refused as a double by the database.
    Ok(Dice::new(|| getrandom::u64().unwrap_or_default()))
}

fn seal(keys: SealingKeys) -> Seal {
    let opening = keys.clone();
    Seal::new(move |message| keys.seal_form(message), move |sealed| opening.open_form(sealed))
}
