//! The project's runs in words.

use domain::maintenance::report::Counts;
use domain::maintenance::run::Phase;
use domain::maintenance::{Mode, Verdict};

use super::number::{counted, grouped};
use super::{paging, run_progress, state_words};
use crate::api::history::{HistoryPage, HistoryRow};
use crate::api::page_query::PageQuery;
use crate::components::{IconName, Tone};
use crate::routes;

/// How many runs stand on one page.
const PAGE_ROWS: u32 = 50;

/// What stands beside the heading: `1,042 runs`.
pub fn sub(page: &HistoryPage) -> String {
    counted(page.total, "run", "runs")
}

/// What a run did: `Put 34 into maintenance`, `Return 4 to service`; while it is open, how far it is.
///
/// Counted are the desktops that it was to change: what was so before and what was not found is left out. Which those
/// are the counts only tell at the end.
pub fn what(row: &HistoryRow) -> String {
    if run_progress::is_open(row.phase) {
        let (done, total) = (grouped(row.counts.with_verdict()), grouped(row.counts.total()));
        let verb = if row.counts.total() == 1 { "has" } else { "have" };
        let way = match row.mode {
            Mode::Enter => "Put desktops into maintenance",
            Mode::Leave => "Return desktops to service",
        };
        return format!("{way} · {done} of {total} {verb} a verdict");
    }
    let aimed = grouped(row.counts.total().saturating_sub(row.counts.already_so + row.counts.not_found));
    match row.mode {
        Mode::Enter => format!("Put {aimed} into maintenance"),
        Mode::Leave => format!("Return {aimed} to service"),
    }
}

/// Who made it and why: `operator · Patching · CHG0030027`, without what was left empty.
pub fn why(row: &HistoryRow) -> Vec<String> {
    [&row.operator, &row.reason, &row.ticket].into_iter().filter(|text| !text.trim().is_empty()).cloned().collect()
}

/// A count of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultCount {
    /// The icon before the number.
    pub icon: IconName,
    /// The meaning of its colour.
    pub tone: Tone,
    /// The number.
    pub number: String,
    /// What it counts, for those who do not see the icon.
    pub word: String,
}

/// What a run came to, without what is 0.
pub fn result(counts: &Counts) -> Vec<ResultCount> {
    let verdicts =
        [Verdict::Changed, Verdict::Refused, Verdict::Unknown, Verdict::NotFound, Verdict::NotSent, Verdict::AlreadySo];
    let settled = verdicts.into_iter().map(|verdict| (state_words::verdict(verdict), counts.get(verdict)));
    settled
        .chain([(run_progress::no_verdict_yet(), counts.open())])
        .filter(|(_, count)| *count > 0)
        .map(|(text, count)| ResultCount {
            icon: text.icon,
            tone: text.tone,
            number: grouped(count),
            word: text.word.to_lowercase(),
        })
        .collect()
}

/// Where a run stands. The reason of a pause is left to its own page.
pub fn phase(phase: Phase) -> state_words::StateText {
    state_words::StateText { more: None, ..state_words::phase(phase) }
}

/// What is shown of the list: `1–50 of 118 runs`.
pub fn shown(page: &HistoryPage) -> String {
    paging::shown(page.page, PAGE_ROWS, page.rows.len(), &counted(page.total, "run", "runs"))
}

/// The addresses of the pages before and after.
pub fn neighbours(page: &HistoryPage) -> (Option<String>, Option<String>) {
    paging::neighbours(page.page, page.pages, |number| {
        let query = PageQuery { show: None, page: number }.to_query();
        routes::with_query(routes::history(&page.project), &query)
    })
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;
    use crate::api::time_text::TimeText;

    fn row(mode: Mode, counts: Counts) -> HistoryRow {
        HistoryRow {
            number: 7,
            mode,
            operator: "operator".to_owned(),
            reason: "Patching".to_owned(),
            ticket: " ".to_owned(),
            started_at: TimeText {
                at: Timestamp(0),
                text: "14:34:10".to_owned(),
                zone: "UTC".to_owned(),
                iso: String::new(),
            },
            phase: Phase::Ended,
            counts,
        }
    }

    fn page(number: u32, pages: u32, total: u32) -> HistoryPage {
        let rows = vec![row(Mode::Enter, Counts::default()); 18];
        HistoryPage { project: "p".to_owned(), rows, total, zone: "UTC".to_owned(), page: number, pages }
    }

    #[test]
    fn a_run_is_told_by_what_it_was_to_change() {
        let counts = Counts { changed: 30, refused: 3, unknown: 1, already_so: 2, not_found: 1, ..Counts::default() };
        assert_eq!(what(&row(Mode::Enter, counts)), "Put 34 into maintenance");
        assert_eq!(what(&row(Mode::Leave, counts)), "Return 34 to service");
    }

    #[test]
    fn an_open_run_claims_no_number_that_its_counts_do_not_tell_yet() {
        let open = |mode, counts| HistoryRow { phase: Phase::Running, ..row(mode, counts) };
        let counts = Counts { waiting: 25, changed: 9, already_so: 3, ..Counts::default() };
        assert_eq!(what(&open(Mode::Enter, counts)), "Put desktops into maintenance · 12 of 37 have a verdict");
        let one = Counts { sending: 1, ..Counts::default() };
        assert_eq!(what(&open(Mode::Leave, one)), "Return desktops to service · 0 of 1 has a verdict");
    }

    #[test]
    fn what_was_left_empty_is_left_out() {
        assert_eq!(why(&row(Mode::Enter, Counts::default())), ["operator", "Patching"]);
    }

    #[test]
    fn a_result_is_numbers_with_words_and_no_zero() {
        let counts = Counts { changed: 1_030, refused: 3, waiting: 2, ..Counts::default() };
        let shown: Vec<(String, String)> =
            result(&counts).into_iter().map(|count| (count.number, count.word)).collect();
        let expected = [("1,030", "changed"), ("3", "refused"), ("2", "no verdict yet")];
        assert_eq!(shown, expected.map(|(number, word)| (number.to_owned(), word.to_owned())));
    }

    #[test]
    fn the_last_page_is_counted_to_its_end() {
        assert_eq!(shown(&page(3, 3, 118)), "101–118 of 118 runs");
        assert_eq!(neighbours(&page(3, 3, 118)), (Some("/p/history?page=2".to_owned()), None));
        assert_eq!(neighbours(&page(1, 3, 118)), (None, Some("/p/history?page=2".to_owned())));
        assert_eq!(neighbours(&page(2, 3, 118)).0, Some("/p/history".to_owned()));
        assert_eq!(sub(&page(1, 1, 1)), "1 run");
    }
}
