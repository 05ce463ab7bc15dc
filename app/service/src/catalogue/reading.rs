//! One whole reading of the list.

use std::collections::HashSet;

use domain::desktop::{Desktop, DesktopId};

use super::ListProblem;
use crate::ports::Cloud;
use crate::secret::Access;

/// Desktops per call. The cloud allows 1,000 (<https://support.huaweicloud.com/intl/en-us/api-workspace/ListDesktops.html>);
/// half of that shows progress earlier. If it is wrong, the cloud sends fewer and the reading takes more calls.
const PAGE: u32 = 500;

/// The end of a reading.
pub(super) struct Whole {
    /// Every desktop once, in the cloud's order.
    pub desktops: Vec<Desktop>,
    /// The list moved while it was read, twice.
    pub may_be_incomplete: bool,
}

/// Reads the whole list, page by page; once more where it moved meanwhile.
pub(super) async fn read_whole(
    cloud: &dyn Cloud,
    access: &Access,
    limit: u32,
    progress: impl Fn(&[Desktop], u32),
) -> Result<Whole, ListProblem> {
    let first = read_once(cloud, access, limit, &progress).await?;
    if !first.moved {
        return Ok(Whole { desktops: first.desktops, may_be_incomplete: false });
    }
    let second = read_once(cloud, access, limit, &progress).await?;
    Ok(Whole { desktops: second.desktops, may_be_incomplete: second.moved })
}

struct Pass {
    desktops: Vec<Desktop>,
    moved: bool,
}

async fn read_once(
    cloud: &dyn Cloud,
    access: &Access,
    limit: u32,
    progress: impl Fn(&[Desktop], u32),
) -> Result<Pass, ListProblem> {
    let mut desktops: Vec<Desktop> = Vec::new();
    let mut seen: HashSet<DesktopId> = HashSet::new();
    let (mut offset, mut first_total, mut moved) = (0, None, false);
    loop {
        let page = cloud.list(access, offset, PAGE).await.map_err(ListProblem::Call)?;
        if page.total > limit || offset.saturating_add(page.entries) > limit {
            return Err(ListProblem::TooMany { limit });
        }
        moved |= first_total.is_some_and(|total| total != page.total);
        first_total.get_or_insert(page.total);
        for desktop in page.desktops {
            if seen.insert(desktop.id.clone()) {
                desktops.push(desktop);
            } else {
                moved = true;
            }
        }
        offset = offset.saturating_add(page.entries);
        progress(&desktops, page.total);
        if page.entries == 0 || offset >= page.total {
            moved |= offset < page.total;
            return Ok(Pass { desktops, moved });
        }
    }
}
