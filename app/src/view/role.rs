//! Roles in words.

use domain::role::Role;

/// Why a viewer's buttons cannot act.
pub const NEEDS_OPERATOR: &str = "Needs the operator role";

/// A role's word within a sentence.
pub fn word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Operator => "operator",
        Role::Lead => "lead",
    }
}

/// What stands beside the name in the banner. An operator is what most are, and where nobody names groups everybody is
/// lead: both say nothing.
pub fn badge(role: Role, by_groups: bool) -> Option<&'static str> {
    match role {
        _ if !by_groups => None,
        Role::Viewer => Some("Viewer"),
        Role::Operator => None,
        Role::Lead => Some("Lead"),
    }
}

/// Why a button that changes something cannot act for that role, in at most eight words.
pub fn bars_change(role: Role) -> Option<&'static str> {
    (!role.may_change()).then_some(NEEDS_OPERATOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_viewer_is_barred_from_changing() {
        assert_eq!(bars_change(Role::Viewer), Some("Needs the operator role"));
        assert_eq!((bars_change(Role::Operator), bars_change(Role::Lead)), (None, None));
    }

    #[test]
    fn the_banner_names_a_role_only_where_groups_give_it() {
        assert_eq!(badge(Role::Viewer, true), Some("Viewer"));
        assert_eq!(badge(Role::Operator, true), None);
        assert_eq!(badge(Role::Lead, true), Some("Lead"));
        assert_eq!((badge(Role::Lead, false), badge(Role::Viewer, false)), (None, None));
    }
}
