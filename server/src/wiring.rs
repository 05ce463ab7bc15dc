//! The composition root: the only place that knows all adapters.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use app::api::context::{Capabilities, Place, SingleSignOn};
use app::api::flash::Seal;
use domain::maintenance::run::Limits;
use domain::role::RoleGroups;
use huawei::Huawei;
use service::catalogue::{CatalogueSettings, Catalogues};
use service::dice::Dice;
use service::maintenance::{Maintenance, MaintenancePorts, MaintenanceSettings};
use service::ports::{AuditLog, Clock, Cloud, Credentials, LiveSessions, Runs, SignInTries, TryLimits};
use service::sign_ins::{SignInPorts, SignInSettings, SignIns};
use sso::Sso;
use store::{SealingKeys, SessionLimits, Sessions, Store};
use tokio_util::sync::CancellationToken;

use crate::clock::SystemClock;
use crate::config::Config;
use crate::http::listener::Listen;

/// Everything that the process is made of.
pub struct Wiring {
    /// What pages and server functions find.
    pub capabilities: Capabilities,
    /// The database, for readiness and for its end.
    pub store: Store,
    /// Browser sessions.
    pub sessions: Sessions,
    /// The single sign-on in front.
    pub sso: Option<Sso>,
    /// What people's groups let them do.
    pub roles: RoleGroups,
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
        let credentials: Arc<dyn Credentials> = Arc::new(store.clone());
        let audit: Arc<dyn AuditLog> = Arc::new(store.clone());
        let tries: Arc<dyn SignInTries> = Arc::new(store.clone());
        let live: Arc<dyn LiveSessions> = Arc::new(sessions.clone());
        let dice = system_dice()?;

        let catalogue =
            CatalogueSettings { max_age: config.cloud.list_max_age, max_desktops: config.cloud.list_max_desktops };
        let catalogues =
            Arc::new(Catalogues::new(Arc::clone(&cloud), Arc::clone(&credentials), Arc::clone(&clock), catalogue));
        let maintenance = Maintenance::new(
            MaintenancePorts {
                cloud: Arc::clone(&cloud),
                runs,
                credentials: Arc::clone(&credentials),
                audit: Arc::clone(&audit),
                clock: Arc::clone(&clock),
            },
            dice.clone(),
            Arc::clone(&catalogues),
            maintenance_settings(config),
            stop,
        );
        let sign_ins = SignIns::new(
            SignInPorts { cloud, credentials, audit, tries, sessions: live, clock: Arc::clone(&clock) },
            dice,
            Arc::clone(&catalogues),
            Arc::clone(&maintenance),
            sign_in_settings(config),
        );
        let listens_on_socket = matches!(config.listen, Listen::Unix(_));
        let sso = config.identity.single_sign_on(listens_on_socket, config.cloud.ca_file.clone())?;
        let single_sign_on = SingleSignOn {
            logout_url: config.identity.logout_url.clone(),
            renew_url: config.identity.renew_url.clone(),
        };
        let seal = seal(keys);
        let capabilities = Capabilities { sign_ins, catalogues, maintenance, clock, seal, place, single_sign_on };
        Ok(Self { capabilities, store, sessions, sso, roles: config.roles.groups() })
    }
}

/// How many failed sign-ins within 15 minutes stop the next one. The cloud locks a user after 5 by default
/// (<https://support.huaweicloud.com/intl/en-us/usermanual-iam/iam_07_0002.html>), so the first is below that and may be
/// set lower; a person has several users at most, and from one machine several people may sign in.
fn sign_in_settings(config: &Config) -> SignInSettings {
    SignInSettings {
        region: config.cloud.region.clone(),
        exchanges_id_tokens: config.cloud.identity_provider.is_some(),
        tries: TryLimits {
            per_user: config.cloud.sign_in_tries,
            per_person: 8,
            per_peer: 30,
            window: Duration::from_mins(15),
        },
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
        identity_provider: config.cloud.identity_provider.clone(),
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
