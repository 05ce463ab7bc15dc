//! The list as it is held while the page is open: what is shown, what the address asks for, and how it stays true.

use std::time::Duration;

use domain::filter::View;
use domain::role::Role;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_url};

use crate::api::desktops::{self, DesktopsPage};
use crate::api::error::{ApiError, FormProblem};
use crate::api::session::Visitor;
use crate::pages::lost::{Lost, use_lost};
use crate::pages::role_of;
use crate::{browser, routes};

/// How often a list that is still being read is asked for.
const WHILE_READING_S: u32 = 1;
/// How often a list that is there is asked for, while the tab is seen.
const WHILE_SEEN_S: u32 = 15;

/// What stands in the address where *all matching* has just ended.
const ENDED: (&str, &str) = ("ended", "matching");

/// The list, for every part of the page.
#[derive(Clone, Copy)]
pub struct Listing {
    /// What is shown.
    pub page: RwSignal<DesktopsPage>,
    /// What the address says. *All matching* stands in it only on pages without a script.
    pub address: Memo<View>,
    /// What the address asks for: what it says, but for *all matching*.
    pub view: Memo<View>,
    ended_by_address: Memo<bool>,
    /// What the person may do.
    pub role: Role,
    /// Whose the tab is.
    person: StoredValue<String>,
    lost: Lost,
    /// Where the search is typed.
    pub search: NodeRef<html::Input>,
    /// Why Drydock gave nothing when it was asked last.
    pub away: RwSignal<Option<ApiError>>,
    /// What became of the form sent last, until something else is looked at.
    pub problem: RwSignal<Option<FormProblem>>,
    /// The query that was asked for last; answers to others come too late.
    asked: StoredValue<String>,
}

impl Listing {
    /// Holds the first page, for whoever is signed in. For use while a component is set up.
    pub fn new(first: DesktopsPage, visitor: Option<&Visitor>) -> Self {
        let url = use_url();
        let address = Memo::new(move |_| View::from_query(url.read().search()));
        let view = Memo::new(move |_| address.with(|view| view.selecting_matching(false)));
        let ended_by_address =
            Memo::new(move |_| url.read().search_params().get_str(ENDED.0).is_some_and(|value| value == ENDED.1));
        Self {
            address,
            ended_by_address,
            view,
            role: role_of(visitor),
            person: StoredValue::new(visitor.map(|visitor| visitor.person.clone()).unwrap_or_default()),
            lost: use_lost(),
            search: NodeRef::new(),
            away: RwSignal::new(None),
            problem: RwSignal::new(first.problem.clone()),
            asked: StoredValue::new(view.with_untracked(View::to_query)),
            page: RwSignal::new(first),
        }
    }

    /// The project.
    pub fn project(self) -> String {
        self.page.with_untracked(|page| page.project.clone())
    }

    /// The key under which the tab keeps something of this person and project.
    pub fn key(self, what: &str) -> String {
        browser::key(&self.person.get_value(), &format!("{what}.{}", self.project()))
    }

    /// An answer that did not come: told where the work cannot go on; `Err` where it is an error of another kind.
    pub async fn lose(self, error: ApiError) -> Result<(), ApiError> {
        self.lost.take(error).await
    }

    /// Whether the address says that all matching are selected.
    pub fn is_matching_by_address(self) -> bool {
        self.address.with(|address| address.select_matching)
    }

    /// Whether the address says that *all matching* has just ended, because the filters changed: how a page without a
    /// script knows.
    pub fn ended_by_address(self) -> bool {
        self.ended_by_address.get()
    }

    /// The way to a view with other filters: where *all matching* stands in the address, it says that it ends here.
    pub fn way_by_filter(self, view: &View) -> String {
        let way = self.way(view);
        match self.ending() {
            None => way,
            Some((name, value)) => {
                let separator = if way.contains('?') { '&' } else { '?' };
                format!("{way}{separator}{name}={value}")
            }
        }
    }

    /// What a form that changes the filters sends beside them, so that the next page can say what has ended.
    pub fn ending(self) -> Option<(&'static str, &'static str)> {
        self.is_matching_by_address().then_some(ENDED)
    }

    /// The way to a view of this list.
    pub fn way(self, view: &View) -> String {
        routes::desktops(&self.project(), &view.to_query())
    }

    /// What leads to a view without loading the page anew. For use while a component is set up.
    pub fn navigator(self) -> impl Fn(&View, NavigateOptions) + Clone + 'static {
        let navigate = use_navigate();
        move |view, options| navigate(&self.way(view), options)
    }

    /// Keeps to the address, and to the present state of the project. Only the browser does so.
    pub fn follow(self) {
        Effect::new(move |_| {
            let query = self.view.with(View::to_query);
            if self.asked.with_value(|asked| *asked != query) {
                self.problem.set(None);
                self.asked.set_value(query);
                self.load(false);
            }
        });
        Effect::new(move |_| self.poll());
    }

    fn poll(self) {
        let waited = StoredValue::new(0_u32);
        let tick = move || {
            let Some(reading) = self.page.try_with_untracked(|page| page.catalogue.reading.is_some()) else { return };
            let due = if reading { WHILE_READING_S } else { WHILE_SEEN_S };
            let past = waited.try_get_value().unwrap_or(0) + 1;
            let asks = past >= due && browser::is_visible();
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
        let (project, query) = (self.project(), self.asked.get_value());
        spawn_local(async move {
            let answer = desktops::list(project, query.clone(), poll).await;
            if self.asked.try_get_value() != Some(query) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.lost.clear();
                    self.away.set(None);
                    if self.page.with_untracked(|shown| *shown != page) {
                        self.page.set(page);
                    }
                }
                Err(error) => {
                    let away = self.lose(error).await.err();
                    self.away.try_set(away);
                }
            }
        });
    }
}
