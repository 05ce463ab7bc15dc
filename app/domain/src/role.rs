//! What a person may do, by the groups that the single sign-on names.

use serde::{Deserialize, Serialize};

/// What a person may do. Each role may do what the one before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Sees everything of the project and changes nothing.
    Viewer,
    /// Puts desktops into maintenance and returns them to service.
    Operator,
    /// Sees the audit and everybody's sign-ins, too.
    Lead,
}

impl Role {
    /// Whether the role may put desktops into maintenance, return them, and act on runs.
    pub fn may_change(self) -> bool {
        self >= Self::Operator
    }

    /// Whether the role sees the audit.
    pub fn may_see_audit(self) -> bool {
        self >= Self::Lead
    }
}

/// Which groups give which role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleGroups {
    /// Groups whose members are viewers.
    pub viewer: Vec<String>,
    /// Groups whose members are operators.
    pub operator: Vec<String>,
    /// Groups whose members are leads.
    pub lead: Vec<String>,
}

impl RoleGroups {
    /// The highest role that one of the groups gives. `None` where none gives any: that person is not let in.
    /// Groups are compared as they are written, letter by letter.
    pub fn role_of(&self, groups: &[String]) -> Option<Role> {
        let gives = |wanted: &[String]| groups.iter().any(|group| wanted.contains(group));
        let by_role = [(Role::Lead, &self.lead), (Role::Operator, &self.operator), (Role::Viewer, &self.viewer)];
        by_role.into_iter().find(|(_, wanted)| gives(wanted)).map(|(role, _)| role)
    }

    /// Whether no group gives any role, so that nobody can get in.
    pub fn is_empty(&self) -> bool {
        self.viewer.is_empty() && self.operator.is_empty() && self.lead.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(groups: &[&str]) -> Option<Role> {
        let named = |name: &str| vec![name.to_owned()];
        let by_group = RoleGroups { viewer: named("staff"), operator: named("helpdesk"), lead: named("leads") };
        by_group.role_of(&groups.iter().map(|group| (*group).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_highest_role_counts() {
        assert_eq!(role(&["staff"]), Some(Role::Viewer));
        assert_eq!(role(&["staff", "helpdesk"]), Some(Role::Operator));
        assert_eq!(role(&["leads", "staff"]), Some(Role::Lead));
    }

    #[test]
    fn who_is_in_no_named_group_has_no_role() {
        for groups in [&[][..], &["Staff"], &["staff "], &["helpdesk2"]] {
            assert_eq!(role(groups), None, "{groups:?}");
        }
        assert_eq!(RoleGroups::default().role_of(&["staff".to_owned()]), None);
    }

    #[test]
    fn a_role_may_do_what_the_one_before_it_may() {
        let may = |role: Role| (role.may_change(), role.may_see_audit());
        assert_eq!(may(Role::Viewer), (false, false));
        assert_eq!(may(Role::Operator), (true, false));
        assert_eq!(may(Role::Lead), (true, true));
    }
}
