//! One desktop of the simulated cloud: what it is, and what its two lists show of it.

mod detail;
mod simple;

use crate::{clock::Moment, dice::Dice};

pub(crate) use detail::detail;
pub(crate) use simple::Simple;

/// A desktop. An absent optional field is left out of every answer, as the cloud leaves it out.
#[derive(Debug, Clone)]
pub(crate) struct Desktop {
    pub(crate) id: String,
    pub(crate) computer_name: String,
    pub(crate) created: Moment,
    pub(crate) flag: Flag,
    /// What happens to a PUT that names this desktop; `None` for an ordinary one.
    pub(crate) sentinel: Option<Sentinel>,
    /// A bare desktop shows its id, its name and its flag, and nothing else.
    pub(crate) bare: bool,
    pub(crate) user_name: Option<String>,
    pub(crate) user_group: &'static str,
    pub(crate) status: Option<String>,
    pub(crate) task_status: Option<String>,
    /// `connect_status` in the plain list, `login_status` in the detailed one.
    pub(crate) session: Option<String>,
    /// `desktop_type` in both lists.
    pub(crate) kind: Option<String>,
    pub(crate) pool_id: Option<String>,
    pub(crate) enterprise_project_id: Option<String>,
    pub(crate) availability_zone: Option<String>,
    pub(crate) ip_address: Option<String>,
    pub(crate) subnet_id: String,
    pub(crate) os_host_name: Option<String>,
    pub(crate) ou_name: Option<String>,
    pub(crate) tags: Option<Vec<Tag>>,
    pub(crate) domain_status: u8,
    pub(crate) windows: bool,
    /// The seed of what only the detailed list shows: volumes, product, addresses of cards.
    pub(crate) seed: u64,
}

/// The version of the agent on every desktop.
pub(crate) const AGENT_VERSION: &str = "24.6.1.0";

/// What a desktop was made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Image {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) os: &'static str,
}

const WINDOWS: Image =
    Image { id: "6a3f0d56-0b1c-4d6e-9f0e-2a7f5c8d1e01", name: "Windows 11 Enterprise 64bit", os: "Windows" };
const LINUX: Image =
    Image { id: "6a3f0d56-0b1c-4d6e-9f0e-2a7f5c8d1e02", name: "Ubuntu 22.04 Desktop 64bit", os: "Linux" };

/// The id of the Workspace user with this name.
pub(crate) fn user_id(name: &str) -> String {
    Dice::of(&["user", name]).hex()
}

/// A tag. The value may be missing.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Tag {
    pub(crate) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

impl Desktop {
    /// An ordinary desktop in service: running, registered, nobody's, in no pool.
    pub(crate) fn plain(id: String, computer_name: String, created: Moment, seed: u64) -> Self {
        Self {
            os_host_name: Some(computer_name.clone()),
            id,
            computer_name,
            created,
            flag: Flag::new(Some(false)),
            sentinel: None,
            bare: false,
            user_name: None,
            user_group: "users",
            status: Some("ACTIVE".into()),
            task_status: Some(String::new()),
            session: Some("REGISTERED".into()),
            kind: Some("DEDICATED".into()),
            pool_id: None,
            enterprise_project_id: Some("0".into()),
            availability_zone: Some("ap-southeast-3a".into()),
            ip_address: None,
            subnet_id: "b4a2ff3c-5b6b-4a5e-9a55-0f6c1f6f7a11".into(),
            ou_name: None,
            tags: Some(Vec::new()),
            domain_status: 1,
            windows: true,
            seed,
        }
    }

    /// Its image, unless it is bare.
    pub(crate) fn image(&self) -> Option<Image> {
        (!self.bare).then_some(if self.windows { WINDOWS } else { LINUX })
    }

    /// Whether the internet can be reached from it.
    pub(crate) fn reaches_the_internet(&self) -> bool {
        !self.bare && Dice::new(self.seed ^ 0x1e7).happens(30)
    }

    /// Leaves nothing but id, name and flag, in answers and for filters.
    pub(crate) fn lay_bare(&mut self) {
        self.bare = true;
        for field in [
            &mut self.user_name,
            &mut self.status,
            &mut self.task_status,
            &mut self.session,
            &mut self.kind,
            &mut self.pool_id,
            &mut self.enterprise_project_id,
            &mut self.availability_zone,
            &mut self.ip_address,
            &mut self.os_host_name,
            &mut self.ou_name,
        ] {
            *field = None;
        }
        self.tags = None;
    }
}

/// The maintenance flag. A change may become visible to readers later than it is made.
#[derive(Debug, Clone)]
pub(crate) struct Flag {
    settled: Option<bool>,
    /// Changes that are made but that readers see only from their moment on, oldest first.
    pending: Vec<(Moment, bool)>,
}

impl Flag {
    /// A flag with nothing pending. `None` is left out of answers and means `false`.
    pub(crate) const fn new(settled: Option<bool>) -> Self {
        Self { settled, pending: Vec::new() }
    }

    /// What a reader sees at this moment.
    pub(crate) fn seen(&self, now: Moment) -> Option<bool> {
        let due = self.pending.iter().rev().find(|(from, _)| *from <= now);
        due.map_or(self.settled, |(_, value)| Some(*value))
    }

    /// What the flag really is, whatever readers see.
    pub(crate) fn truth(&self) -> bool {
        self.pending.last().map_or(self.settled.unwrap_or(false), |(_, value)| *value)
    }

    /// Sets the flag now; readers see it from `visible` on.
    pub(crate) fn set(&mut self, value: bool, now: Moment, visible: Moment) {
        self.settled = self.seen(now);
        self.pending.retain(|(from, _)| *from > now && *from <= visible);
        if visible <= now {
            self.settled = Some(value);
        } else {
            self.pending.push((visible, value));
        }
    }
}

/// A desktop whose name says what happens to a PUT that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sentinel {
    /// The whole batch is refused with 403 and an `encoded_authorization_message`.
    Forbidden,
    /// The whole batch is refused with 404 and a Workspace code, although reads show the desktop.
    NotFound,
    /// The whole batch is refused with 409 `WKS.00010032`.
    Conflict,
    /// The whole batch is answered with 500.
    Broken,
    /// The connection is closed without an answer and nothing is applied.
    Lost,
    /// The batch is accepted, and this desktop never changes.
    Stuck,
}

impl Sentinel {
    /// All, in the order of the documents.
    pub(crate) const ALL: [Self; 6] =
        [Self::Forbidden, Self::NotFound, Self::Conflict, Self::Broken, Self::Lost, Self::Stuck];

    /// The word of the control address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Forbidden => "403",
            Self::NotFound => "404",
            Self::Conflict => "409",
            Self::Broken => "500",
            Self::Lost => "lost",
            Self::Stuck => "stuck",
        }
    }

    /// The part of the computer name that says what happens.
    pub(crate) const fn behaviour(self) -> &'static str {
        match self {
            Self::Forbidden => "refuses-403",
            Self::NotFound => "refuses-404",
            Self::Conflict => "refuses-409",
            Self::Broken => "always-500",
            Self::Lost => "always-lost",
            Self::Stuck => "never-changes",
        }
    }

    /// The sentinel of a word of the control address.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sentinel| sentinel.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Moment {
        Moment::from_seconds(seconds)
    }

    #[test]
    fn readers_see_a_lagging_change_only_from_its_moment_on() {
        let mut flag = Flag::new(None);
        flag.set(true, at(10), at(15));
        assert_eq!(flag.seen(at(14)), None);
        assert_eq!(flag.seen(at(15)), Some(true));
        assert!(flag.truth());
    }

    #[test]
    fn a_later_change_without_lag_is_not_undone_by_an_earlier_one_that_was_still_pending() {
        let mut flag = Flag::new(Some(false));
        flag.set(true, at(10), at(20));
        flag.set(false, at(11), at(11));
        assert_eq!(flag.seen(at(30)), Some(false));
        assert!(!flag.truth());
    }

    #[test]
    fn two_lagging_changes_become_visible_one_after_the_other() {
        let mut flag = Flag::new(Some(false));
        flag.set(true, at(10), at(20));
        flag.set(false, at(11), at(21));
        assert_eq!(flag.seen(at(12)), Some(false));
        assert_eq!(flag.seen(at(20)), Some(true));
        assert_eq!(flag.seen(at(21)), Some(false));
    }
}
