//! What kind of refusal an answer is, by its status and code alone: the cloud's texts are shown, never read.

use domain::maintenance::run::{Cause, RunDesktop};

/// A kind of refusal, which decides what a person can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A right is missing.
    Permission,
    /// The desktop has another task.
    Busy,
    /// Its present state does not allow it.
    PresentState,
    /// Workspace does not know the id.
    NotKnown,
    /// The gateway or IAM refused before Workspace was asked.
    Gateway,
    /// Workspace is not enabled for this project.
    NotEnabled,
    /// The cloud broke.
    CloudError,
    /// Anything else.
    Other,
}

/// Codes of Workspace for a desktop with another task.
const BUSY: [&str; 2] = ["WKS.00010032", "WKS.0407"];

/// Codes of Workspace for a project in which it is not enabled.
const NOT_ENABLED: [&str; 3] = ["WKS.00010099", "WKS.00170117", "WKS.00170312"];

impl Refusal {
    pub(super) fn of(desktop: &RunDesktop) -> Self {
        let Some(error) = &desktop.error else { return Self::Other };
        let code = error.code.as_deref().map(str::trim).unwrap_or_default();
        if error.encoded_authorization_message.is_some() {
            return Self::Permission;
        }
        if NOT_ENABLED.contains(&code) {
            return Self::NotEnabled;
        }
        // The run takes it for a missing right too, whoever's code it has; what the gateway and IAM refuse to every
        // desktop has the cause `WholeRun`.
        if error.status == 403 && desktop.cause == Cause::OwnCall {
            return Self::Permission;
        }
        if BUSY.contains(&code) {
            return Self::Busy;
        }
        if code.starts_with("APIG") || code.starts_with("IAM.") {
            return Self::Gateway;
        }
        match error.status {
            403 => Self::Permission,
            404 => Self::NotKnown,
            409 => Self::PresentState,
            500.. => Self::CloudError,
            _ => Self::Other,
        }
    }

    /// What happened, for the row.
    pub(super) const fn sentence(self) -> &'static str {
        match self {
            Self::Permission => "Not allowed for this cloud user",
            Self::Busy => "Busy: the desktop has another task",
            Self::PresentState => "The cloud refused it in the desktop's present state",
            Self::NotKnown => "The cloud does not know this desktop",
            Self::Gateway => "Refused before it reached Workspace",
            Self::NotEnabled => "Workspace is not enabled in this project",
            Self::CloudError => "The cloud answered with an error of its own",
            Self::Other => "The cloud refused it",
        }
    }

    /// What to do next: at most two sentences.
    pub(super) const fn next_step(self) -> &'static str {
        match self {
            Self::Permission => {
                "This cloud user may not change this desktop, so another run would be refused too. \
                 Ask the cloud team for the right, then choose the desktop again."
            }
            Self::Busy => {
                "The desktop is busy with another task. \
                 Wait until that task ends, usually a few minutes, then choose the desktop again."
            }
            Self::PresentState => {
                "Read what the cloud said and see how the desktop stands. \
                 Choose it again when that has changed; until then another run may be refused too."
            }
            Self::NotKnown => {
                "The cloud does not know this desktop, so another run would be refused too. \
                 Refresh the list of desktops and see whether it was deleted."
            }
            Self::Gateway => {
                "The call was refused before it reached Workspace, so another run would be refused too. \
                 Give code and request id to the people who run Drydock."
            }
            Self::NotEnabled => {
                "Workspace is not enabled in this project, so another run would be refused too. \
                 Ask the cloud team to enable it."
            }
            Self::CloudError => {
                "Something broke in the cloud. \
                 Choose the desktop again later; if it stays so, give the request id to Huawei Cloud's support."
            }
            Self::Other => {
                "Drydock does not know this answer, so read what the cloud said. \
                 If that does not help, give the request id to Huawei Cloud's support."
            }
        }
    }
}
