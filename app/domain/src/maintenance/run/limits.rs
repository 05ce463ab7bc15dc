//! How much a run does at once, and how long it waits. None of it is published by the vendor
//! (<https://support.huaweicloud.com/intl/en-us/api-workspace/>); each says what happens if it is wrong.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The limits that an administrator may set. They are kept with the run, so that it ends as it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// The most ids of one PUT and of one read. Assumed to be 100 because every sibling batch call says so
    /// (<https://support.huaweicloud.com/intl/en-us/api-workspace/BatchRunDesktops.html>). Too high: whole batches are
    /// refused. 0 counts as 1.
    pub batch_limit_ids: usize,
    /// The most PUTs without an answer at one time. Assumed, because no rate is published. Too high: the cloud
    /// throttles, and the run waits as asked. 0 counts as 1.
    pub batches_in_flight: usize,
    /// The most reads without an answer at one time; assumed and bounded as above.
    pub reads_in_flight: usize,
    /// How long a desktop is read for the wanted value. Assumed, because no delay is published. Too short:
    /// *Unknown*, which reading again settles.
    pub read_back_limit: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { batch_limit_ids: 100, batches_in_flight: 4, reads_in_flight: 4, read_back_limit: Duration::from_mins(2) }
    }
}

/// How long the cloud may take no call before the run pauses. Assumed: longer than a restart of a gateway, shorter
/// than a person's patience. If it is wrong, somebody continues the run by hand, or waits; nothing is lost.
pub(crate) const PAUSE_AFTER: Duration = Duration::from_mins(15);

/// How long after a call of another run a reading alone is no proof of *Already so*. Assumed: longer than a read-back
/// lags. Too short: a desktop may be left on its way to the other value; too long: one harmless call more.
pub const RECENT: Duration = Duration::from_mins(2);

/// How long a run is paused before it gives up its claims on what it has not named. Assumed: shorter than a colleague
/// waits for a desktop. Too short: a run that continues finds more of its desktops taken; too long: a forgotten run is in
/// the way.
pub const GIVE_UP_AFTER: Duration = Duration::from_mins(15);

/// How many desktops are asked for alone where nothing seems to be allowed. Too few: a run is given up although some
/// desktop would be allowed (*Retry* asks again); too many: calls for nothing.
pub(crate) const ASKED_ALONE: usize = 5;

/// With so many open desktops or fewer nothing is asked alone: splitting costs little then.
pub(crate) const SPLIT_ALL_UP_TO: u32 = 16;

/// PUTs allowed per open desktop, and beside. A run without a bug needs fewer; if they are wrong, a run pauses and a
/// person continues it.
pub(crate) const PUTS_PER_DESKTOP: u64 = 5;
pub(crate) const PUTS_BESIDE: u64 = 20;

/// How often a first batch, or a single, is sent without an answer before it is split or given up. Parts between are
/// sent once. Too low: a batch is split for nothing; too high: one broken desktop holds up its batch.
pub(crate) const SENDS_WITHOUT_ANSWER: u8 = 3;

/// How many reads are tried at least before the reading time counts as over, also after each Continue.
pub(crate) const READS_AT_LEAST: u32 = 3;
