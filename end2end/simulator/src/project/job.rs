//! Jobs: what became of a notification.

use serde_json::{Value, json};

use crate::{clock::Moment, desktop::Desktop};

/// A job. It runs until its end, which is known from the start.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) pool_id: Option<String>,
    /// What was sent to the users.
    pub(crate) text: String,
    begin: Moment,
    end: Moment,
    parts: Vec<Part>,
}

/// What the job does to one desktop.
#[derive(Debug, Clone)]
struct Part {
    id: String,
    desktop_id: String,
    desktop_name: String,
    user_name: Option<String>,
    /// Nobody can be told anything on a desktop that is not running.
    succeeds: bool,
}

impl Job {
    /// A job about these desktops; `id` makes the ids of its parts.
    pub(crate) fn new<'a>(
        kind: &'static str,
        text: String,
        pool_id: Option<String>,
        (begin, end): (Moment, Moment),
        desktops: impl Iterator<Item = &'a Desktop>,
        mut id: impl FnMut() -> String,
    ) -> Self {
        let job = id();
        let parts = desktops.map(|desktop| Part {
            id: id(),
            desktop_id: desktop.id.clone(),
            desktop_name: desktop.computer_name.clone(),
            user_name: desktop.user_name.clone(),
            succeeds: matches!(desktop.session.as_deref(), Some("CONNECTED" | "DISCONNECTED" | "REGISTERED")),
        });
        Self { id: job, kind, pool_id, text, begin, end, parts: parts.collect() }
    }

    /// `ShowJob`: a finished job is complete, whatever became of its parts.
    pub(crate) fn shown(&self, now: Moment) -> Value {
        let done = self.end <= now;
        json!({
            "id": self.id,
            "job_type": self.kind,
            "begin_time": self.begin.plain(),
            "end_time": if done { self.end.plain() } else { String::new() },
            "status": if done { "COMPLETE" } else { "RUNNING" },
            "sub_jobs_total": self.parts.len(),
            "sub_jobs": self.sub_jobs(now),
        })
    }

    /// Its parts, each as `JobDetailInfo`.
    pub(crate) fn sub_jobs(&self, now: Moment) -> Vec<Value> {
        let done = self.end <= now;
        let shown = self.parts.iter().map(|part| {
            let status = match (done, part.succeeds) {
                (false, _) => "RUNNING",
                (true, true) => "SUCCESS",
                (true, false) => "FAILED",
            };
            let failed = done && !part.succeeds;
            json!({
                "id": part.id,
                "job_id": self.id,
                "job_type": self.kind,
                "entities": {
                    "desktop_id": part.desktop_id, "desktop_name": part.desktop_name, "user_name": part.user_name,
                },
                "begin_time": self.begin.plain(),
                "end_time": if done { self.end.plain() } else { String::new() },
                "status": status,
                "error_code": if failed { "WKS.00010032" } else { "" },
                "fail_reason": if failed { "The desktop is not running." } else { "" },
            })
        });
        shown.collect()
    }

    /// What the control address tells.
    pub(crate) fn told(&self) -> Value {
        let ids: Vec<_> = self.parts.iter().map(|part| &part.desktop_id).collect();
        json!({ "job_id": self.id, "pool_id": self.pool_id, "notifications": self.text, "desktop_ids": ids })
    }
}
