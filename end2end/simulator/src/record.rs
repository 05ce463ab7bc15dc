//! The record of calls: what a test asks to know what really reached the cloud.

use std::collections::VecDeque;

use serde::Serialize;

/// No project keeps more calls than this; the oldest go first.
const KEPT_CALLS: usize = 20_000;

/// One call that reached the main address.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Call {
    /// Milliseconds since the simulator started, at the arrival of the call.
    pub(crate) at_ms: u64,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// 0 when the connection was closed without an answer.
    pub(crate) status: u16,
    /// The ids that a PUT named, or that a detailed list was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) desktop_ids: Option<Vec<String>>,
    /// What a PUT wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) in_maintenance_mode: Option<bool>,
    pub(crate) request_id: String,
}

/// A bounded record, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Record(VecDeque<Call>);

impl Record {
    /// Keeps one more call.
    pub(crate) fn keep(&mut self, call: Call) {
        if self.0.len() >= KEPT_CALLS {
            self.0.pop_front();
        }
        self.0.push_back(call);
    }

    /// The kept calls, in the order of their answers.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.0.iter().cloned().collect()
    }

    /// Forgets all calls.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
