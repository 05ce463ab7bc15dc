//! One step, performed: the call, nothing decided.

use domain::maintenance::outcome::ReadOutcome;
use domain::maintenance::run::{Call, Outcome};

use crate::ports::Cloud;
use crate::secret::Access;

/// Performs one call.
pub(super) async fn perform(cloud: &dyn Cloud, access: &Access, call: &Call) -> Outcome {
    match call {
        Call::Put { ids, wanted } => Outcome::Put(cloud.set_maintenance(access, ids, *wanted).await),
        Call::Read { ids } => Outcome::Read(cloud.read(access, ids).await),
        Call::Look { id } => Outcome::Look(cloud.look(access, id).await),
    }
}

/// What the outcome tells about desktops, for the catalogue.
pub(super) fn readings(outcome: &Outcome) -> &[domain::desktop::Reading] {
    use domain::maintenance::outcome::LookOutcome;
    match outcome {
        Outcome::Read(ReadOutcome::Listed(readings)) => readings,
        Outcome::Look(LookOutcome::Found(reading)) => std::slice::from_ref(reading),
        _ => &[],
    }
}
