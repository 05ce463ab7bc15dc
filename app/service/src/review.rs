//! A review as it is kept between the choice and the confirm.

use domain::maintenance::follow_up::{LeftOut, Origin};
use domain::maintenance::plan::Plan;
use domain::operator::Operator;
use domain::project::Project;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A frozen plan, waiting to be confirmed. It belongs to its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its id, a UUID as text; stands in the address of its page.
    pub id: String,
    /// The project.
    pub project: Project,
    /// Who chose.
    pub author: Operator,
    /// When it was frozen.
    pub frozen_at: Timestamp,
    /// How many matched when "all matching" was chosen on the page; `None` where single desktops were ticked.
    pub matched_when_chosen: Option<u32>,
    /// The query string of the Desktops page it came from, without `?`, for the way back.
    pub came_from: String,
    /// What was frozen.
    pub plan: Plan,
    /// Which run it follows, and what for.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// What an undo leaves as it is.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
}
