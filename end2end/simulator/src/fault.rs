//! Faults that the control address plans: how an operation goes wrong, and how often.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::{Answer, Flow};

/// What a large body has, unless the plan says otherwise: 100 MB.
const LARGE: u64 = 100 * 1024 * 1024;
/// What a packed body unpacks to, unless the plan says otherwise: 1 GB.
const PACKED: u64 = 1024 * 1024 * 1024;
/// The pause before each byte of a slow body, unless the plan says otherwise.
const PAUSE_MS: u64 = 50;

/// The operations that the simulator knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Operation {
    /// `SetMaintenanceMode`.
    Put,
    /// `ListDesktops`.
    List,
    /// `ListDesktopsDetail`.
    Detail,
    /// `ShowDesktopDetail`.
    Show,
    /// A token by password or by another token.
    Token,
    /// A token by an ID token.
    Exchange,
    /// The projects that the holder of a token may enter.
    Projects,
    /// Temporary access keys for a token.
    Keys,
    /// Any of the four calls to IAM; only in plans.
    Identity,
    /// What STS decodes.
    Decode,
    /// The enterprise projects of an account.
    Enterprise,
    /// `ListDesktopPools`.
    Pools,
    /// `ShowDesktopPoolDetail`.
    Pool,
    /// `UpdateDesktopPool`.
    #[serde(rename = "pool_put")]
    PoolPut,
    /// `ListPoolDesktopsDetail`.
    #[serde(rename = "pool_desktops")]
    PoolDesktops,
    /// `SendDesktopPoolNotifications`.
    #[serde(rename = "pool_notify")]
    PoolNotify,
    /// `ListDesktopsConnectStatus`.
    Connected,
    /// `ListLoginRecordsNew`.
    Records,
    /// `BatchLogoffDesktops`.
    Logoff,
    /// `SendNotifications`.
    Notify,
    /// `ShowJob`.
    Job,
    /// `ListItaSubJobs`.
    Jobs,
    /// `ListAvailabilityZones`.
    Zones,
    /// `ListProjectTags`.
    Tags,
    /// `ListDesktopsByTags`.
    #[serde(rename = "tag_search")]
    TagSearch,
    /// `ListWorkspaces`.
    Tenant,
    /// Any of them; only in plans.
    Any,
}

impl Operation {
    /// Whether what is planned for this word concerns the operation.
    pub(crate) const fn covers(self, operation: Self) -> bool {
        match self {
            Self::Any => true,
            Self::Identity => matches!(operation, Self::Token | Self::Exchange | Self::Projects | Self::Keys),
            _ => self as u8 == operation as u8,
        }
    }
}

/// How an operation goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The operation is performed, and the connection is closed without an answer.
    AppliedThenLost,
    /// Nothing is performed, and the connection is closed without an answer.
    LostBeforeApplied,
    /// The operation is performed, and the given answer is sent instead of the right one.
    AppliedThenStatus,
    /// Nothing is performed, and the given answer is sent.
    Status,
    /// Nothing is performed: 429 with the vendor's text, with `Retry-After` where the plan gives it.
    Throttled,
    /// Nothing is performed: 502 with a page of a proxy.
    BadGateway,
    /// Nothing is performed: 200 with an error code in it.
    ErrorInOk,
    /// The operation is performed, and its right answer ends in the middle.
    Truncated,
    /// The operation is performed, and the connection is closed in the middle of its right answer.
    CutOff,
    /// The operation is performed, and its right answer arrives byte by byte.
    Slow,
    /// The operation is performed, and its right answer is followed by white space, up to a great length.
    Huge,
    /// The operation is performed, and its right answer is followed by white space without end.
    Endless,
    /// The operation is performed, and its right answer is packed with a great length of white space.
    GzipBomb,
    /// The operation is performed and answered rightly; then a new desktop stands in front of all others.
    Grows,
    /// The operation is performed and answered rightly; then the first ordinary desktop is gone.
    Shrinks,
}

/// A planned fault.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fault {
    on: Operation,
    pub(crate) kind: Kind,
    #[serde(default)]
    status: Option<u16>,
    /// Text is sent as it is, anything else as JSON.
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default = "once")]
    times: u32,
    /// Seconds, for `throttled`.
    #[serde(default)]
    retry_after: Option<u64>,
    /// Milliseconds before each byte, for `slow`.
    #[serde(default)]
    ms: Option<u64>,
    /// For `huge` and `gzip_bomb`.
    #[serde(default)]
    bytes: Option<u64>,
    /// Whether the operation is performed, where the kind alone would say otherwise.
    #[serde(default)]
    applied: Option<bool>,
}

const fn once() -> u32 {
    1
}

impl Fault {
    /// What is wrong with the plan, in a sentence.
    pub(crate) fn complaint(&self) -> Option<String> {
        let status = self.status.unwrap_or(500);
        (!(200..=599).contains(&status)).then(|| format!("{status} is not a status that can be answered."))
    }

    /// Whether this fault befalls the operation now; uses it up once.
    pub(crate) const fn befalls(&mut self, operation: Operation) -> bool {
        if self.times == 0 || !self.on.covers(operation) {
            return false;
        }
        self.times -= 1;
        true
    }

    /// Whether it can still befall anything.
    pub(crate) const fn is_used_up(&self) -> bool {
        self.times == 0
    }

    /// The answer that is sent. `right` is there where the operation was performed.
    pub(crate) fn answer(&self, right: Option<Answer>, operation: Operation, request_id: &str) -> Answer {
        let right = right.unwrap_or_else(|| Answer::json(200, &json!({})));
        let answer = match self.kind {
            Kind::AppliedThenLost | Kind::LostBeforeApplied => return Answer::lost(),
            Kind::AppliedThenStatus | Kind::Status => self.given(),
            Kind::Throttled => self.throttled(operation, request_id),
            Kind::BadGateway => Answer::raw(502, "text/html", BAD_GATEWAY.into()),
            Kind::ErrorInOk => Answer::json(
                200,
                &json!({
                    "error_code": "WKS.00010321",
                    "error_msg": "Failed to set the flag in the database of WKSDesktopManager.",
                }),
            ),
            Kind::Truncated => right.cut(),
            Kind::CutOff => right.flowing(Flow::CutOff),
            Kind::Slow => right.flowing(Flow::Slow(Duration::from_millis(self.ms.unwrap_or(PAUSE_MS)))),
            Kind::Huge => right.flowing(Flow::Padded(self.bytes.unwrap_or(LARGE))),
            Kind::Endless => right.flowing(Flow::Endless),
            Kind::GzipBomb => right.flowing(Flow::Bomb(self.bytes.unwrap_or(PACKED))),
            Kind::Grows | Kind::Shrinks => right,
        };
        self.headers.iter().fold(answer, |answer, (name, value)| answer.with(name, value))
    }

    fn given(&self) -> Answer {
        let status = self.status.unwrap_or(500);
        let (usual, body) = match &self.body {
            None => (None, Vec::new()),
            Some(Value::String(text)) => (Some("text/plain; charset=utf-8"), text.clone().into_bytes()),
            Some(value) => (Some("application/json"), value.to_string().into_bytes()),
        };
        match self.content_type.as_deref().or(usual) {
            Some(content_type) => Answer::raw(status, content_type, body),
            None => Answer::empty(status),
        }
    }

    /// IAM says it in its own words. <https://github.com/huaweicloudDocs/apig>, error code .0308;
    /// <https://github.com/huaweicloudDocs/iam>, error code IAM.0012.
    fn throttled(&self, operation: Operation, request_id: &str) -> Answer {
        let answer = if Operation::Identity.covers(operation) {
            let message = "The throttling threshold has been reached. Threshold: 60 times per 60 seconds";
            Answer::iam(429, "0012", message)
        } else {
            let message =
                "The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute";
            Answer::gateway(429, "0308", message, request_id)
        };
        match self.retry_after {
            Some(seconds) => answer.with("retry-after", &seconds.to_string()),
            None => answer,
        }
    }

    /// Whether the operation is performed, whatever answer is sent.
    pub(crate) fn applies(&self) -> bool {
        self.applied.unwrap_or(!matches!(
            self.kind,
            Kind::LostBeforeApplied | Kind::Status | Kind::Throttled | Kind::BadGateway | Kind::ErrorInOk
        ))
    }
}

/// The page of a proxy whose backend is gone.
const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad \
                           Gateway</h1></center>\r\n<hr><center>CloudWAF</center>\r\n</body>\r\n</html>\r\n";

/// Planned faults, in the order in which they were planned.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// One more fault, behind all others.
    pub(crate) fn plan(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The first fault that befalls this operation, used up once.
    pub(crate) fn take(&mut self, operation: Operation) -> Option<Fault> {
        let fault = self.0.iter_mut().find_map(|fault| fault.befalls(operation).then(|| fault.clone()));
        self.0.retain(|fault| !fault.is_used_up());
        fault
    }

    /// Forgets all faults.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
