//! A plain desktop for tests to vary.

use crate::desktop::{Desktop, DesktopId, Power, Session};

/// The id of that text.
pub fn id(text: &str) -> DesktopId {
    text.parse().unwrap_or_else(|error| unreachable!("{text:?}: {error}"))
}

/// A running desktop in service that nobody uses; its name is its id in capitals.
pub fn desktop(text: &str) -> Desktop {
    Desktop {
        id: id(text),
        name: text.to_uppercase(),
        user: None,
        power: Power::Running,
        session: Session::Ready,
        in_maintenance: false,
        task: None,
        pool: None,
        kind: None,
        tags: Vec::new(),
        address: None,
        zone: None,
        enterprise_project: None,
    }
}
