//! What the cloud told us: the raw facts of an answer, before anybody decides what they mean.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::desktop::Reading;

/// The cloud's own error fields, verbatim but bounded in length. Data of a report, shown as text, never interpreted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloudError {
    /// The HTTP status of the answer, 0 where there was none.
    pub status: u16,
    /// `error_code`, e.g. `WKS.00010032` or `APIGW.0301`.
    pub code: Option<String>,
    /// `error_msg`
    pub message: Option<String>,
    /// `error_detail`
    pub detail: Option<String>,
    /// `encoded_authorization_message`
    pub encoded_authorization_message: Option<String>,
    /// `X-Request-Id`, or `request_id` of the body.
    pub request_id: Option<String>,
}

/// What the body of an answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// No bytes, or only white space.
    Empty,
    /// Well-formed JSON.
    Json,
    /// Anything else: HTML of a proxy, a truncated document.
    Unreadable,
}

/// An HTTP answer that came in whole and within its limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What the body was.
    pub body: Body,
    /// Status and the error fields found in the body (none for a plain success) with the request id.
    pub error: CloudError,
    /// How long the cloud asks to wait: `Retry-After`, else the window named in the throttling text.
    pub retry_after: Option<Duration>,
}

/// Why a call has no answer although it left, or may have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoAnswer {
    /// The time for one call was over.
    TimedOut,
    /// The connection broke.
    ConnectionLost,
    /// The answer was longer than its limit.
    TooLong,
    /// Drydock itself was stopped after the call was written down and before its answer was.
    Interrupted,
}

/// What became of one PUT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PutOutcome {
    /// The cloud answered.
    Answered(Answer),
    /// It certainly never left: name look-up, connect or TLS failed.
    NotSentOut,
    /// It left, or may have left, and no answer came.
    NoAnswer(NoAnswer),
}

/// What became of one read of up to a batch of ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadOutcome {
    /// The desktops of those asked for that the cloud listed.
    Listed(Vec<Reading>),
    /// The cloud answered with an error, or with something that is no list.
    Answered(Answer),
    /// It never left.
    NotSentOut,
    /// No answer came.
    NoAnswer(NoAnswer),
}

/// What became of asking for one desktop alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LookOutcome {
    /// It exists and reads so.
    Found(Reading),
    /// The cloud answered with an error (a 404 with a Workspace code means that it is gone).
    Answered(Answer),
    /// It never left.
    NotSentOut,
    /// No answer came.
    NoAnswer(NoAnswer),
}
