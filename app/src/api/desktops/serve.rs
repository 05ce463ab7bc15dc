//! The project's desktops, served.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::desktop::{Desktop, DesktopId};
use domain::filter::{Filter, PAGE_ROWS, View, arrange, page_of};
use domain::maintenance::Mode;
use domain::maintenance::outcome::CloudError;
use domain::selection::{ChoiceError, Selection};
use domain::time::Timestamp;
use service::caller::Caller;
use service::catalogue::{Catalogues, ListProblem, Snapshot};
use service::maintenance::{Choice, Maintenance};
use service::ports::{CallFailure, Clock, Held};

use super::{CatalogueProblem, CatalogueState, DesktopRow, DesktopsPage, HeldBy, SelectionCounts};
use crate::api::context::{
    Rejected, api_error, caller, capability, changing_caller, clock, note_activity, quiet_caller, refused, settle,
};
use crate::api::error::ApiError;
use crate::api::flash;
use crate::api::time_text::TimeText;
use crate::routes;

/// The form around the two counted buttons, as it comes in.
pub(super) struct ChoiceForm {
    pub mode: String,
    pub ids: Vec<String>,
    pub more: String,
    pub select: String,
    pub query: String,
    pub matched: String,
    pub except: String,
}

pub(super) async fn list(project: String, query: String, poll: bool) -> Result<DesktopsPage, ApiError> {
    refused(listed(project, &query, poll).await)
}

async fn listed(project: String, query: &str, poll: bool) -> Result<DesktopsPage, ApiError> {
    if !poll {
        note_activity().await;
    }
    let caller = quiet_caller(&project).await?;
    let (catalogues, clock): (Arc<Catalogues>, _) = (capability()?, clock()?);
    let snapshot = catalogues.show(&caller).await;
    let mut view = View::from_query(query);
    let matching = arrange(&snapshot.desktops, &view.filter, view.sort);
    let page = page_of(&matching, view.page, PAGE_ROWS);
    view.page = page.number;
    let shown: Vec<Desktop> = page.items.iter().map(|desktop| (*desktop).clone()).collect();
    let all = Selection::Matching { filter: view.filter.clone(), except: BTreeSet::new() };
    let (pages, all_matching) = (page.pages, counts(&all, &snapshot.desktops));
    let problem = if poll { None } else { flash::take(&routes::desktops(&project, "")) };
    Ok(DesktopsPage {
        matching: count(matching.len()),
        total: count(snapshot.desktops.len()),
        rows: rows(&caller, shown).await?,
        catalogue: state(&snapshot, &*clock),
        project,
        view,
        pages,
        all_matching,
        problem,
    })
}

pub(super) async fn count_selected(project: String, selection: Selection) -> Result<SelectionCounts, ApiError> {
    let counted = async {
        let caller = quiet_caller(&project).await?;
        let (catalogues, maintenance): (Arc<Catalogues>, Arc<Maintenance>) = (capability()?, capability()?);
        let selection = bounded(selection, maintenance.settings().selection_limit)?;
        Ok(counts(&selection, &catalogues.show(&caller).await.desktops))
    };
    refused(counted.await)
}

pub(super) async fn refresh(project: String, query: String) -> Result<(), ApiError> {
    let back = routes::desktops(&project, &View::from_query(&query).to_query());
    let refreshed = async {
        let caller = caller(&project).await?;
        let catalogues: Arc<Catalogues> = capability()?;
        catalogues.refresh(&caller);
        Ok(())
    };
    settle(match refreshed.await {
        Ok(()) => Ok(back),
        Err(error) => Err(Rejected::new(error, back)),
    })
}

pub(super) async fn review(project: String, form: ChoiceForm) -> Result<(), ApiError> {
    let view = View::from_query(&form.query).selecting_matching(form.select == "matching");
    let back = routes::desktops(&project, &view.to_query());
    settle(review_chosen(&project, &view, form).await.map_err(|error| Rejected::new(error, back)))
}

async fn review_chosen(project: &str, view: &View, form: ChoiceForm) -> Result<String, ApiError> {
    let caller = changing_caller(project, "review").await?;
    let maintenance: Arc<Maintenance> = capability()?;
    let choice = read_choice(view, form, maintenance.settings().selection_limit)?;
    let id = maintenance.review(&caller, choice).await.map_err(|error| api_error(&error))?;
    Ok(routes::review(project, &id))
}

fn read_choice(view: &View, form: ChoiceForm, limit: usize) -> Result<Choice, ApiError> {
    let mode = match form.mode.as_str() {
        "enter" => Mode::Enter,
        "leave" => Mode::Leave,
        _ => return Err(ApiError::BadRequest),
    };
    let words = |text: &str| text.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let is_matching = form.select == "matching";
    let except = words(&form.except);
    let left_out = count(except.len());
    let selection = if is_matching {
        Selection::from_filter(view.filter.clone(), except, limit)
    } else {
        let mut ids = form.ids;
        ids.extend(words(&form.more));
        Selection::from_ids(ids, limit)
    };
    Ok(Choice {
        mode,
        selection: selection.map_err(ApiError::Choice)?,
        matched_when_chosen: if is_matching {
            form.matched.parse().ok().map(|matched: u32| matched.saturating_sub(left_out))
        } else {
            None
        },
        came_from: view.to_query(),
    })
}

async fn rows(caller: &Caller, shown: Vec<Desktop>) -> Result<Vec<DesktopRow>, ApiError> {
    let ids: Vec<DesktopId> = shown.iter().map(|desktop| desktop.id.clone()).collect();
    let mut held = held_by(caller, &ids).await?;
    Ok(shown.into_iter().map(|desktop| DesktopRow { held_by: held.remove(&desktop.id), desktop }).collect())
}

/// Which open runs hold these desktops.
pub(in crate::api) async fn held_by(
    caller: &Caller,
    ids: &[DesktopId],
) -> Result<HashMap<DesktopId, HeldBy>, ApiError> {
    let maintenance: Arc<Maintenance> = capability()?;
    let held = maintenance.held(caller, ids).await.map_err(|error| api_error(&error))?;
    Ok(by_desktop(held))
}

/// Holders by desktop.
pub(in crate::api) fn by_desktop(held: Vec<Held>) -> HashMap<DesktopId, HeldBy> {
    let holder = |held: &Held| HeldBy {
        run: held.run,
        operator: held.operator.name.clone(),
        entering: held.mode == Mode::Enter,
    };
    held.into_iter().map(|held| (held.desktop.clone(), holder(&held))).collect()
}

fn state(snapshot: &Snapshot, clock: &dyn Clock) -> CatalogueState {
    let now = clock.now();
    CatalogueState {
        read_at: snapshot.read_at.map(|at: Timestamp| TimeText::new(clock, at, now)),
        reading: snapshot.reading,
        problem: snapshot.problem.as_ref().map(problem),
        may_be_incomplete: snapshot.may_be_incomplete,
    }
}

/// Codes that say that the service is not there in this project
/// (<https://support.huaweicloud.com/intl/en-us/api-workspace/ErrorCode.html>).
const NOT_ENABLED: [&str; 3] = ["WKS.00010099", "WKS.00170117", "WKS.00170312"];

fn problem(problem: &ListProblem) -> CatalogueProblem {
    let answer = match problem {
        ListProblem::TooMany { limit } => return CatalogueProblem::TooMany { limit: *limit },
        ListProblem::Call(CallFailure::NotSentOut | CallFailure::NoAnswer(_)) => {
            return CatalogueProblem::DoesNotAnswer;
        }
        ListProblem::Call(CallFailure::Answered(answer)) => answer,
    };
    let CloudError { status, code, message, request_id, .. } = answer.error.clone();
    match (status, code) {
        (_, Some(code)) if NOT_ENABLED.contains(&code.as_str()) => CatalogueProblem::NotEnabled { code, request_id },
        (401, _) => CatalogueProblem::SignInEnded,
        (403, code) => CatalogueProblem::MayNotList { code, message, request_id },
        (200..=299 | 408 | 429 | 500.., None) | (408 | 429 | 500.., _) => CatalogueProblem::DoesNotAnswer,
        (_, code) => CatalogueProblem::Refused { code, message, request_id },
    }
}

/// A selection that comes as JSON, held to what a form may send.
fn bounded(selection: Selection, limit: usize) -> Result<Selection, ApiError> {
    let too_many = |got: usize| ApiError::Choice(ChoiceError::TooMany { limit, got });
    match selection {
        Selection::Ids(ids) if ids.len() > limit => Err(too_many(ids.len())),
        Selection::Matching { except, .. } if except.len() > limit => Err(too_many(except.len())),
        Selection::Matching { filter, except } => {
            Ok(Selection::Matching { filter: Filter::from_query(&filter.to_query()), except })
        }
        ids @ Selection::Ids(_) => Ok(ids),
    }
}

fn counts(selection: &Selection, desktops: &[Desktop]) -> SelectionCounts {
    let counted = selection.counted(desktops);
    SelectionCounts {
        selected: count(counted.selected),
        would_enter: count(counted.would_enter),
        would_leave: count(counted.would_leave),
        connected: count(counted.connected),
        gone: count(counted.missing),
    }
}

pub(in crate::api) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn form(mode: &str, ids: &[&str], more: &str, select: &str) -> ChoiceForm {
        ChoiceForm {
            mode: mode.into(),
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            more: more.into(),
            select: select.into(),
            query: String::new(),
            matched: "412".into(),
            except: "c d".into(),
        }
    }

    fn ids(text: &str) -> Selection {
        Selection::Ids(text.split(' ').map(|id| id.parse().unwrap()).collect())
    }

    #[test]
    fn ticks_of_the_page_and_those_kept_by_the_script_are_one_choice() {
        let choice = read_choice(&View::default(), form("enter", &["a", "b"], "b  e", ""), 10).unwrap();
        assert_eq!(choice.selection, ids("a b e"));
        assert_eq!((choice.mode, choice.matched_when_chosen), (Mode::Enter, None));
    }

    #[test]
    fn all_matching_is_a_filter_and_its_exceptions() {
        let choice = read_choice(&View::default(), form("leave", &["a"], "", "matching"), 10).unwrap();
        let except = ["c", "d"].map(|id| id.parse().unwrap()).into();
        assert_eq!(choice.selection, Selection::Matching { filter: Filter::default(), except });
        assert_eq!((choice.mode, choice.matched_when_chosen), (Mode::Leave, Some(410)));
    }

    #[test]
    fn nothing_chosen_is_said_so() {
        let error = read_choice(&View::default(), form("enter", &[], " ", ""), 10).unwrap_err();
        assert_eq!(error, ApiError::Choice(ChoiceError::Nothing));
    }

    #[test]
    fn more_than_the_limit_is_refused() {
        let error = read_choice(&View::default(), form("enter", &["a", "b"], "c", ""), 2).unwrap_err();
        assert_eq!(error, ApiError::Choice(ChoiceError::TooMany { limit: 2, got: 3 }));
    }

    #[test]
    fn a_mode_that_no_form_sends_is_a_bad_request() {
        assert_eq!(read_choice(&View::default(), form("", &["a"], "", ""), 2).unwrap_err(), ApiError::BadRequest);
    }
}
