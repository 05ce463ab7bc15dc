//! The cloud project that holds desktops.

use serde::{Deserialize, Serialize};

/// A cloud project, as the token that opened it names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Project {
    /// The cloud's id of the project (32 hexadecimal digits).
    pub id: String,
    /// Its name; the region's own project is named like the region. Stands in every address of a page.
    pub name: String,
    /// The region it lies in, e.g. `ap-southeast-3`.
    pub region: String,
}

/// The projects of the region, among all that a person may open: the region's own is named like the region, others
/// `{region}_{name}` (assumed: the vendor shows such names and documents none). Where no name is of that form, all: then
/// names say nothing about regions.
pub fn of_region(projects: Vec<Project>, region: &str) -> Vec<Project> {
    let is_of = |project: &Project| {
        project.name.strip_prefix(region).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    if projects.iter().any(is_of) { projects.into_iter().filter(is_of).collect() } else { projects }
}

/// The project to open of those that a person may open: the one of that name; without a name the region's own, else the
/// first by name. `None` where there is no such project.
pub fn to_open<'a>(projects: &'a [Project], wanted: Option<&str>, region: &str) -> Option<&'a Project> {
    let named = |name: &str| projects.iter().find(|project| project.name == name);
    match wanted {
        Some(name) => named(name),
        None => named(region).or_else(|| projects.iter().min_by(|one, other| one.name.cmp(&other.name))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(names: &[&str], wanted: Option<&str>) -> Option<String> {
        let project = |name: &&str| Project { id: String::new(), name: (*name).to_owned(), region: "north".to_owned() };
        let projects: Vec<_> = names.iter().map(project).collect();
        to_open(&projects, wanted, "north").map(|project| project.name.clone())
    }

    #[test]
    fn projects_of_other_regions_are_left_out_where_names_tell() {
        let kept = |names: &[&str]| {
            let project = |name: &&str| Project { id: String::new(), name: (*name).to_owned(), region: String::new() };
            let kept = of_region(names.iter().map(project).collect(), "ap-1");
            kept.into_iter().map(|project| project.name).collect::<Vec<_>>()
        };
        assert_eq!(kept(&["eu-1", "ap-1", "ap-1_branch", "ap-12", "MOS"]), ["ap-1", "ap-1_branch"]);
        assert_eq!(kept(&["harbor", "pier"]), ["harbor", "pier"]);
    }

    #[test]
    fn the_project_that_was_asked_for_is_opened_or_none() {
        assert_eq!(opened(&["north", "north_b"], Some("north_b")).as_deref(), Some("north_b"));
        assert_eq!(opened(&["north", "north_b"], Some("south")), None);
    }

    #[test]
    fn without_a_wish_the_region_s_own_is_opened_else_the_first_by_name() {
        assert_eq!(opened(&["a", "north"], None).as_deref(), Some("north"));
        assert_eq!(opened(&["c", "b"], None).as_deref(), Some("b"));
        assert_eq!(opened(&[], None), None);
    }
}
