//! Opening another project, in words.

use crate::api::session::Visitor;

/// A project to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its name, and whether it is open already.
    pub words: String,
    /// Whether it stands there first.
    pub selected: bool,
}

/// The projects that the cloud has named, with those that are open already marked. Empty where it has named none.
pub fn choices(visitor: &Visitor, project: &str) -> Vec<Choice> {
    let is_open = |name: &String| name == project || visitor.projects.contains(name);
    let first = visitor.may_open.iter().position(|name| !is_open(name)).unwrap_or(0);
    let choice = |(index, name): (usize, &String)| Choice {
        name: name.clone(),
        words: if is_open(name) { format!("{name} (open)") } else { name.clone() },
        selected: index == first,
    };
    visitor.may_open.iter().enumerate().map(choice).collect()
}

/// The other projects that are open in this session, without the one shown.
pub fn other_open(visitor: &Visitor, project: &str) -> Vec<String> {
    visitor.projects.iter().filter(|name| *name != project).cloned().collect()
}

/// Whose password it takes.
pub fn password_hint(visitor: &Visitor) -> String {
    format!("Of {} at {}. It is not kept.", visitor.cloud_user, visitor.account)
}

#[cfg(test)]
mod tests {
    use domain::role::Role;

    use super::*;

    fn visitor(open: &[&str], may_open: &[&str]) -> Visitor {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Visitor {
            name: "operator".to_owned(),
            account: "account".to_owned(),
            projects: owned(open),
            region: "region".to_owned(),
            role: Role::Operator,
            person: "0".to_owned(),
            cloud_user: "cloud-user".to_owned(),
            may_open: owned(may_open),
            opens_with_password: true,
            open_runs: 0,
            behind_single_sign_on: false,
        }
    }

    #[test]
    fn what_is_open_already_says_so_and_the_next_one_stands_first() {
        let chosen = choices(&visitor(&["north"], &["north", "south"]), "north");
        let words: Vec<(&str, bool)> = chosen.iter().map(|it| (it.words.as_str(), it.selected)).collect();
        assert_eq!(words, [("north (open)", false), ("south", true)]);
    }

    #[test]
    fn where_all_are_open_the_first_one_stands_there() {
        let chosen = choices(&visitor(&["north", "south"], &["north", "south"]), "north");
        assert!(chosen[0].selected && !chosen[1].selected);
        assert!(choices(&visitor(&["north"], &[]), "north").is_empty());
    }

    #[test]
    fn the_project_shown_is_no_other_one() {
        assert_eq!(other_open(&visitor(&["north", "south"], &[]), "south"), ["north"]);
    }

    #[test]
    fn the_password_is_that_of_the_cloud_user() {
        assert!(password_hint(&visitor(&[], &[])).starts_with("Of cloud-user at account."));
    }
}
