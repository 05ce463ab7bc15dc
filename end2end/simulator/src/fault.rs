//! Faults that the control address plans: how an operation goes wrong, and how often.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::Answer;

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
    /// Any of the three calls to IAM; only in plans.
    Identity,
    /// Any of them; only in plans.
    Any,
}

impl Operation {
    /// Whether what is planned for this word concerns the operation.
    pub(crate) const fn covers(self, operation: Self) -> bool {
        match self {
            Self::Any => true,
            Self::Identity => matches!(operation, Self::Token | Self::Exchange | Self::Projects),
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

    /// The answer that takes the place of the right one.
    pub(crate) fn answer(&self) -> Answer {
        if matches!(self.kind, Kind::AppliedThenLost | Kind::LostBeforeApplied) {
            return Answer::lost();
        }
        let status = self.status.unwrap_or(500);
        let (usual, body) = match &self.body {
            None => (None, Vec::new()),
            Some(Value::String(text)) => (Some("text/plain; charset=utf-8"), text.clone().into_bytes()),
            Some(value) => (Some("application/json"), value.to_string().into_bytes()),
        };
        let answer = match self.content_type.as_deref().or(usual) {
            Some(content_type) => Answer::raw(status, content_type, body),
            None => Answer::empty(status),
        };
        self.headers.iter().fold(answer, |answer, (name, value)| answer.with(name, value))
    }

    /// Whether the operation is performed although its answer is not sent.
    pub(crate) const fn applies(&self) -> bool {
        matches!(self.kind, Kind::AppliedThenLost | Kind::AppliedThenStatus)
    }
}

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
