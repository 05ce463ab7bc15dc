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
