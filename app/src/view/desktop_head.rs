//! The head of the Desktops page in words, and what stands where there are no rows.

use super::error_text::{self, ErrorText};
use super::number::{desktops, grouped};
use crate::api::desktops::{CatalogueProblem, CatalogueState, DesktopsPage};
use crate::api::error::ApiError;
use crate::components::IconName;

/// The line beside the heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubLine {
    /// How many desktops there are.
    Counted(String),
    /// Nothing is known yet.
    NotYet,
    /// Something is wrong: it takes the place of the count, so that nothing shifts.
    Trouble {
        /// What happened, and what to do.
        text: ErrorText,
        /// Whether signing in again is what helps.
        sign_in: bool,
    },
}

/// The line beside the heading. `away` is why Drydock itself gave nothing when it was asked last; `followed` says that the
/// page asks again by itself.
pub fn sub_line(page: &DesktopsPage, away: Option<&ApiError>, followed: bool) -> SubLine {
    if let Some(error) = away {
        let sign_in = matches!(error, ApiError::SignedOut | ApiError::ProjectNotOpen);
        return SubLine::Trouble { text: error_text::of_followed_list(error), sign_in };
    }
    match &page.catalogue.problem {
        // Without a list it stands in the place of the rows, with what to do: once is enough.
        Some(problem) if page.total > 0 => SubLine::Trouble {
            text: error_text::catalogue(problem, followed),
            sign_in: matches!(problem, CatalogueProblem::SignInEnded),
        },
        _ if page.catalogue.read_at.is_none() => SubLine::NotYet,
        _ => SubLine::Counted(format!("{} in this project", grouped(page.total))),
    }
}

/// How far the reading is: `Reading 800 of 1,284`; empty where nothing is read. A list that is read again behind a
/// present one is not worth words each minute: they appear only while there is none.
pub fn reading(catalogue: &CatalogueState) -> String {
    match catalogue.reading {
        Some(_) if catalogue.read_at.is_some() => String::new(),
        Some((read, Some(of))) => format!("Reading {} of {}", grouped(read), grouped(of)),
        Some((0, None)) => "Reading desktops".to_owned(),
        Some((read, None)) => format!("Reading, {} so far", grouped(read)),
        None => String::new(),
    }
}

/// What is said of a list that changed while it was read.
pub const MAY_BE_INCOMPLETE: &str = "The list changed while it was read. Some desktops may be missing.";

/// What stands where there are no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRows {
    /// The list is on its way.
    Reading,
    /// The project has no desktop.
    EmptyProject,
    /// The filters leave everything out.
    NoMatch,
    /// The list cannot be read.
    Problem(CatalogueProblem),
}

/// Why there are no rows; `None` where there are some.
pub fn no_rows(page: &DesktopsPage) -> Option<NoRows> {
    if !page.rows.is_empty() {
        return None;
    }
    Some(match &page.catalogue.problem {
        Some(problem) if page.total == 0 => NoRows::Problem(problem.clone()),
        _ if page.total > 0 && page.catalogue.read_at.is_some() => NoRows::NoMatch,
        _ if page.catalogue.read_at.is_none() => NoRows::Reading,
        _ => NoRows::EmptyProject,
    })
}

/// The words for an empty project.
pub fn empty_project(project: &str) -> ErrorText {
    ErrorText {
        what: "No desktop in this project".to_owned(),
        next: format!(
            "Workspace is enabled in {project} and has no desktops yet. They appear here once they are bought."
        ),
    }
}

/// The words where the filters leave everything out.
pub fn no_match(project: &str, total: u32) -> ErrorText {
    let are = if total == 1 { "is" } else { "are" };
    ErrorText {
        what: "No desktop matches".to_owned(),
        next: format!("{} {are} in {project}. Each of these hides some:", desktops(total)),
    }
}

/// That what was selected stays so, whatever the filters show; `None` where nothing is.
pub fn selection_stays(selected: u32) -> Option<String> {
    match selected {
        0 => None,
        1 => Some("Your selected desktop stays selected.".to_owned()),
        _ => Some(format!("Your {} selected desktops stay selected.", grouped(selected))),
    }
}

/// The icon beside a list that cannot be read.
pub fn problem_icon(problem: &CatalogueProblem) -> IconName {
    match problem {
        CatalogueProblem::MayNotList { .. } => IconName::Lock,
        CatalogueProblem::SignInEnded => IconName::Key,
        CatalogueProblem::DoesNotAnswer => IconName::CloudStruck,
        CatalogueProblem::NotEnabled { .. } | CatalogueProblem::Refused { .. } | CatalogueProblem::TooMany { .. } => {
            IconName::OctagonCross
        }
    }
}

#[cfg(test)]
mod tests;
