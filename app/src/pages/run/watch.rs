//! The run as it is held while the page is open: what is shown, and how it stays true.

use std::collections::HashMap;
use std::time::Duration;

use domain::role::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_url;

use crate::api::error::ApiError;
use crate::api::page_query::PageQuery;
use crate::api::run::{self, RunPage, RunRow};
use crate::browser;
use crate::pages::lost::{Lost, use_lost};
use crate::routes;
use crate::view::run_progress::{self as words, is_open};

/// How often an open run is asked for while the tab is seen.
const WHILE_SEEN_S: u32 = 1;
/// How often it is asked for while Drydock does not answer.
const WHILE_AWAY_S: u32 = 5;

/// The run, for every part of the page.
#[derive(Clone, Copy)]
pub struct Watch {
    /// What is shown.
    pub page: RwSignal<RunPage>,
    /// The time on the server when Drydock was last heard, set while it does not answer.
    pub away_since: RwSignal<Option<String>>,
    /// The session does not have the project open any more.
    pub is_closed: RwSignal<bool>,
    /// Nobody asks any more until somebody signs in.
    is_over: StoredValue<bool>,
    /// What the person may do.
    pub role: Role,
    lost: Lost,
    /// Whether the address keeps the page from loading itself anew without a script.
    pub still: Memo<bool>,
    /// The pointer or the focus is in the table: rows keep their places.
    pub is_used: StoredValue<bool>,
    query: Memo<String>,
    /// The query that was asked for last; answers to others come too late.
    asked: StoredValue<String>,
    /// A question has no answer yet.
    asking: StoredValue<bool>,
}

impl Watch {
    /// Holds the first page, for somebody of that role. For use while a component is set up.
    pub fn new(first: RunPage, role: Role) -> Self {
        let url = use_url();
        let query = Memo::new(move |_| PageQuery::from_query(url.read().search()).to_query());
        let still = Memo::new(move |_| {
            let url = url.read();
            form_urlencoded::parse(url.search().trim_start_matches('?').as_bytes())
                .any(|(name, value)| name == "refresh" && value == "off")
        });
        Self {
            page: RwSignal::new(first),
            away_since: RwSignal::new(None),
            is_closed: RwSignal::new(false),
            is_over: StoredValue::new(false),
            role,
            lost: use_lost(),
            still,
            is_used: StoredValue::new(false),
            query,
            asked: StoredValue::new(query.get_untracked()),
            asking: StoredValue::new(false),
        }
    }

    /// A part of what is shown, which changes only where that part does.
    pub fn part<T: PartialEq + Clone + Send + Sync + 'static>(
        self,
        part: impl Fn(&RunPage) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.page.with(&part))
    }

    /// The address of what is shown, to come back to.
    pub fn here(self) -> String {
        let path = self.page.with_untracked(|page| routes::run(&page.project, page.number));
        routes::with_query(path, &self.asked.get_value())
    }

    /// Keeps to the address and to the present state of the run. Only the browser does so.
    pub fn follow(self) {
        Effect::new(move |_| {
            let query = self.query.get();
            if self.asked.with_value(|asked| *asked != query) {
                self.asked.set_value(query);
                self.load(false);
            }
        });
        Effect::new(move |_| self.poll());
    }

    fn poll(self) {
        let waited = StoredValue::new(0_u32);
        let tick = move || {
            let Some(open) = self.page.try_with_untracked(|page| is_open(page.phase)) else { return };
            if self.is_over.try_get_value() != Some(false) {
                return;
            }
            let is_away = self.away_since.try_with_untracked(Option::is_some).unwrap_or(false);
            let due = if is_away { WHILE_AWAY_S } else { WHILE_SEEN_S };
            let past = waited.try_get_value().unwrap_or(0) + 1;
            let is_asking = self.asking.try_get_value().unwrap_or(false);
            let asks = open && past >= due && !is_asking && browser::is_visible();
            waited.try_update_value(|waited| *waited = if asks { 0 } else { past });
            if asks {
                self.load(true);
            }
        };
        if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || interval.clear());
        }
    }

    /// Asks for what the address asks for. The rows shown stay until the answer is there.
    fn load(self, poll: bool) {
        let query = self.asked.get_value();
        let (project, number) = self.page.with_untracked(|page| (page.project.clone(), page.number));
        self.asking.set_value(true);
        spawn_local(async move {
            let answer = run::show(project, number, query.clone(), poll).await;
            self.asking.try_set_value(false);
            if self.asked.try_get_value() != Some(query) {
                return;
            }
            match answer {
                Ok(page) => self.take(page),
                Err(error) => self.lose(error).await,
            }
        });
    }

    fn take(self, mut page: RunPage) {
        let keeps_places = self.page.with_untracked(|shown| {
            let same = shown.show == page.show && shown.page == page.page;
            let settled = shown.counts.with_verdict() != page.counts.with_verdict();
            same && is_open(page.phase) && (!settled || self.is_used.get_value()) || same && self.is_used.get_value()
        });
        if keeps_places {
            self.page.with_untracked(|shown| keep_places(&shown.rows, &mut page.rows));
        }
        self.away_since.set(None);
        self.is_closed.set(false);
        self.is_over.set_value(false);
        self.lost.clear();
        self.page.set(page);
    }

    /// What is shown grows old. Without a session asking again is pointless.
    async fn lose(self, error: ApiError) {
        let lost = self.lost.in_error(&error).await;
        let Some((number, phase, since)) = self
            .page
            .try_with_untracked(|page| (page.number, page.phase, format!("{}\u{a0}{}", page.now.text, page.now.zone)))
        else {
            return;
        };
        if error == ApiError::ProjectNotOpen {
            self.is_closed.set(true);
        }
        self.is_over.set_value(error == ApiError::ProjectNotOpen || lost.is_some());
        if let Some(lost) = lost {
            self.lost.tell(lost, Some(words::without_session(number, phase)));
        }
        if self.away_since.with_untracked(Option::is_none) {
            self.away_since.set(Some(since));
        }
    }
}

/// Puts the rows that were shown into their old places; new ones follow.
fn keep_places(shown: &[RunRow], rows: &mut [RunRow]) {
    let places: HashMap<&str, usize> =
        shown.iter().enumerate().map(|(place, row)| (row.desktop.id.as_str(), place)).collect();
    rows.sort_by_key(|row| places.get(row.desktop.id.as_str()).copied().unwrap_or(usize::MAX));
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn row(id: &str) -> RunRow {
        let json = serde_json::json!({
            "id": id, "name": "", "user": null, "pool": null, "enterprise_project": null, "class": "WillChange",
            "prior": null, "state": "Waiting", "cause": "Planned", "error": null, "batch": null, "at": null,
            "track": {},
        });
        RunRow { desktop: serde_json::from_value(json).unwrap(), at: None }
    }

    #[test]
    fn rows_keep_their_places_and_new_ones_follow() {
        let shown = ["a", "b", "c"].map(row);
        let mut rows = ["x", "c", "a", "y", "b"].map(row);
        keep_places(&shown, &mut rows);
        let ids: Vec<&str> = rows.iter().map(|row| row.desktop.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "x", "y"]);
    }
}
