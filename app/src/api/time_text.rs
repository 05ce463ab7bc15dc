//! A moment with its wording, formatted on the server in the configured zone.

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A moment and how it reads. Only relative times are worked out in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeText {
    /// The moment, for sorting, `datetime` attributes and relative times.
    pub at: Timestamp,
    /// `14:32:08` today, else `Wed 18 Nov 07:00`; with the year where it is another one.
    pub text: String,
    /// The zone's abbreviation, e.g. `CET`.
    pub zone: String,
    /// RFC 3339 in UTC, for the `datetime` attribute.
    pub iso: String,
}
