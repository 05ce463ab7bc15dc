//! One desktop, as the cloud lists it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most characters a desktop id may have.
///
/// Source: every sibling batch call limits an id to 255 characters
/// (<https://support.huaweicloud.com/intl/en-us/api-workspace/BatchRunDesktops.html>). If it is wrong, such a desktop
/// is not listed.
pub const DESKTOP_ID_LIMIT_CHARS: usize = 255;

/// The cloud's id of a desktop: 1 to 255 ASCII letters, digits, `-`, `_` or `.`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DesktopId(String);

/// The text is no desktop id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a desktop id has 1 to 255 letters, digits, dashes, underscores or dots")]
pub struct InvalidDesktopId;

impl DesktopId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DesktopId {
    type Err = InvalidDesktopId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for DesktopId {
    type Error = InvalidDesktopId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=DESKTOP_ID_LIMIT_CHARS).contains(&text.len());
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        let is_path_step = text == "." || text == "..";
        if fits && plain && !is_path_step { Ok(Self(text)) } else { Err(InvalidDesktopId) }
    }
}

impl From<DesktopId> for String {
    fn from(id: DesktopId) -> Self {
        id.0
    }
}

impl fmt::Display for DesktopId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A desktop of the project as last read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desktop {
    /// The cloud's id.
    pub id: DesktopId,
    /// The computer name; empty where the cloud gives none.
    pub name: String,
    /// Who the desktop is assigned to.
    pub user: Option<String>,
    /// Whether it runs.
    pub power: Power,
    /// Whether somebody is connected.
    pub session: Session,
    /// Whether it is in administrator maintenance mode. A missing field reads as `false`.
    pub in_maintenance: bool,
    /// The cloud's task on it, `None` where it has none, e.g. `rebuilding`.
    pub task: Option<String>,
    /// The id of the pool it belongs to.
    pub pool: Option<String>,
    /// `DEDICATED`, `SHARED`, `POOLED` or what the cloud says.
    pub kind: Option<String>,
    /// Its tags as the cloud orders them.
    pub tags: Vec<Tag>,
    /// Its address in the network.
    pub address: Option<String>,
    /// The availability zone.
    pub zone: Option<String>,
    /// The id of its enterprise project (`0` is the default one).
    pub enterprise_project: Option<String>,
}

impl Desktop {
    /// Whether the cloud is deleting it: the one state in which it cannot be chosen.
    pub fn is_being_deleted(&self) -> bool {
        self.task.as_deref() == Some("deleting")
    }
}

/// A tag of a desktop.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// The key, at most 128 characters.
    pub key: String,
    /// The value, empty where the cloud gives none.
    pub value: String,
}

/// The power state (`status`). A value that the cloud invents tomorrow is kept as its own text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Power {
    /// `ACTIVE`
    Running,
    /// `SHUTOFF`
    Off,
    /// `HIBERNATED`
    Hibernated,
    /// `ERROR`
    Error,
    /// Anything else, as the cloud says it; empty where it says nothing.
    Other(String),
}

impl Power {
    /// Reads the cloud's word.
    pub fn from_cloud(word: &str) -> Self {
        match word {
            "ACTIVE" => Self::Running,
            "SHUTOFF" => Self::Off,
            "HIBERNATED" => Self::Hibernated,
            "ERROR" => Self::Error,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// The session state (`connect_status`, `login_status`). A value that the cloud invents tomorrow is kept as its own text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Session {
    /// `CONNECTED`: a user is at work.
    Connected,
    /// `DISCONNECTED`: the client is closed, the session may live on.
    Disconnected,
    /// `REGISTERED`: waits for its user.
    Ready,
    /// `UNREGISTER`: not registered, or powered off.
    NotRegistered,
    /// Anything else, as the cloud says it; empty where it says nothing.
    Other(String),
}

impl Session {
    /// Reads the cloud's word.
    pub fn from_cloud(word: &str) -> Self {
        match word {
            "CONNECTED" => Self::Connected,
            "DISCONNECTED" => Self::Disconnected,
            "REGISTERED" => Self::Ready,
            "UNREGISTER" => Self::NotRegistered,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// What a read by id tells of one desktop: enough to give a verdict and to patch the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Which desktop.
    pub id: DesktopId,
    /// Whether it is in maintenance; a missing field reads as `false`.
    pub in_maintenance: bool,
    /// Its power state.
    pub power: Power,
    /// Its session state.
    pub session: Session,
    /// The cloud's task on it.
    pub task: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_may_stand_in_a_path() {
        for good in ["248077ea-bb64-4e58-b5e8-6b686600920e", "a", "A_b.c-9"] {
            assert_eq!(good.parse::<DesktopId>().map(String::from), Ok(good.to_owned()));
        }
        for bad in ["", ".", "..", "a/b", "a b", "a\r\nb", "ä", "a?b", "%2e"] {
            assert_eq!(bad.parse::<DesktopId>(), Err(InvalidDesktopId), "{bad:?}");
        }
        assert!("a".repeat(255).parse::<DesktopId>().is_ok());
        assert!("a".repeat(256).parse::<DesktopId>().is_err());
    }

    #[test]
    fn a_word_that_the_cloud_invents_is_kept() {
        assert_eq!(Power::from_cloud("ACTIVE"), Power::Running);
        assert_eq!(Power::from_cloud("SUSPENDED"), Power::Other("SUSPENDED".into()));
        assert_eq!(Session::from_cloud("UNREGISTER"), Session::NotRegistered);
        assert_eq!(Session::from_cloud("LOCKED"), Session::Other("LOCKED".into()));
    }
}
