//! The three reads of Workspace.

use domain::desktop::{Desktop, DesktopId, Reading};
use domain::maintenance::outcome::{Answer, Body, LookOutcome, ReadOutcome};
use http::Method;
use serde_json::Value;
use service::ports::{CallFailure, ListedPage};
use service::secret::Access;

use crate::client::{Call, Client, Failure};
use crate::{error, wire};

/// The most entries of one page (<https://support.huaweicloud.com/intl/en-us/api-workspace/ListDesktops.html>).
const PAGE_LIMIT: u32 = 1_000;

/// `ListDesktops`: one page of all desktops. `limit` is brought to 1 to 1,000.
pub(crate) async fn list(client: &Client, access: &Access, offset: u32, limit: u32) -> Result<ListedPage, CallFailure> {
    let limit = limit.clamp(1, PAGE_LIMIT);
    let values = [access.project.id.as_str()];
    let mut call = Call::new(Method::GET, "/v2/{project_id}/desktops", &values);
    call.query = vec![("offset", offset.to_string()), ("limit", limit.to_string())];
    match ask(client, access, call, |document| read_page(document, offset, limit)).await {
        Asked::Read(page) => Ok(page),
        Asked::Answered(answer) => Err(CallFailure::Answered(Box::new(answer))),
        Asked::Failed(Failure::NotSentOut) => Err(CallFailure::NotSentOut),
        Asked::Failed(Failure::NoAnswer(why)) => Err(CallFailure::NoAnswer(why)),
    }
}

/// `ListDesktopsDetail` by ids. Entries that were not asked for are left out; with no ids no call is made, because it
/// would list everything.
pub(crate) async fn read(client: &Client, access: &Access, ids: &[DesktopId]) -> ReadOutcome {
    if ids.is_empty() {
        return ReadOutcome::Listed(Vec::new());
    }
    let values = [access.project.id.as_str()];
    let mut call = Call::new(Method::GET, "/v2/{project_id}/desktops/detail", &values);
    call.query = ids.iter().map(|id| ("desktop_id", id.to_string())).collect();
    call.query.push(("limit", ids.len().to_string()));
    call.ids = ids.len();
    match ask(client, access, call, |document| read_readings(document, ids)).await {
        Asked::Read(readings) => ReadOutcome::Listed(readings),
        Asked::Answered(answer) => ReadOutcome::Answered(answer),
        Asked::Failed(Failure::NotSentOut) => ReadOutcome::NotSentOut,
        Asked::Failed(Failure::NoAnswer(why)) => ReadOutcome::NoAnswer(why),
    }
}

/// `ShowDesktopDetail`.
pub(crate) async fn look(client: &Client, access: &Access, id: &DesktopId) -> LookOutcome {
    let values = [access.project.id.as_str(), id.as_str()];
    let mut call = Call::new(Method::GET, "/v2/{project_id}/desktops/{desktop_id}", &values);
    call.ids = 1;
    match ask(client, access, call, |document| wire::only_reading(document, id)).await {
        Asked::Read(reading) => LookOutcome::Found(reading),
        Asked::Answered(answer) => LookOutcome::Answered(answer),
        Asked::Failed(Failure::NotSentOut) => LookOutcome::NotSentOut,
        Asked::Failed(Failure::NoAnswer(why)) => LookOutcome::NoAnswer(why),
    }
}

/// What became of a read.
enum Asked<T> {
    Read(T),
    Answered(Answer),
    Failed(Failure),
}

async fn ask<T>(
    client: &Client,
    access: &Access,
    mut call: Call<'_>,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Asked<T> {
    call.token = Some(&access.token);
    let received = match client.send(call).await {
        Ok(received) => received,
        Err(failure) => return Asked::Failed(failure),
    };
    let (mut answer, document) = error::read_answer_and_document(&received);
    if !received.is_success() || answer.error.code.is_some() {
        return Asked::Answered(answer);
    }
    if let Some(found) = document.as_ref().and_then(read) {
        return Asked::Read(found);
    }
    // Well-formed JSON that is not what was asked for helps nobody more than HTML does.
    if answer.body == Body::Json {
        answer.body = Body::Unreadable;
    }
    Asked::Answered(answer)
}

fn read_page(document: &Value, offset: u32, limit: u32) -> Option<ListedPage> {
    let entries = wire::entries(document, "desktops")?;
    let desktops: Vec<Desktop> = entries.iter().filter_map(wire::desktop).collect();
    let entries = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let seen = offset.saturating_add(entries);
    // Without the documented total a full page says that there may be more.
    let total = wire::total(document).unwrap_or_else(|| seen.saturating_add(u32::from(entries >= limit)));
    Some(ListedPage { desktops, entries, total })
}

fn read_readings(document: &Value, asked: &[DesktopId]) -> Option<Vec<Reading>> {
    let entries = wire::entries(document, "desktops")?;
    Some(entries.iter().filter_map(wire::reading).filter(|reading| asked.contains(&reading.id)).collect())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_without_a_usable_id_is_counted_and_left_out() {
        let document = json!({"total_count": 9, "desktops": [
            {"desktop_id": "a"}, {"desktop_id": "a/b"}, {}, null, 7, "x", [], {"desktop_id": null}, {"desktop_id": "b"}
        ]});
        let page = read_page(&document, 0, 100).unwrap();
        assert_eq!(page.entries, 9);
        assert_eq!(page.total, 9);
        let ids: Vec<&str> = page.desktops.iter().map(|desktop| desktop.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
    }

    #[test]
    fn without_a_total_a_full_page_says_that_there_may_be_more() {
        let document = json!({"desktops": [{"desktop_id": "a"}, {"desktop_id": "b"}]});
        assert_eq!(read_page(&document, 10, 2).unwrap().total, 13);
        assert_eq!(read_page(&document, 10, 3).unwrap().total, 12);
    }

    #[test]
    fn what_is_no_list_is_no_list() {
        for document in [json!({}), json!([]), json!({"desktops": 1}), json!({"desktops": null, "total_count": 5})] {
            assert_eq!(read_page(&document, 0, 10), None, "{document}");
        }
        assert_eq!(read_page(&json!({"desktops": null, "total_count": 0}), 0, 10).unwrap().entries, 0);
    }

    #[test]
    fn a_desktop_that_was_not_asked_for_is_left_out_of_a_read() {
        let asked: Vec<DesktopId> = vec!["a".parse().unwrap()];
        let document = json!({"desktops": [{"desktop_id": "b"}, {"desktop_id": "a", "in_maintenance_mode": true}]});
        let readings = read_readings(&document, &asked).unwrap();
        assert_eq!(readings.len(), 1);
        assert!(readings[0].in_maintenance);
    }

    #[test]
    fn a_reading_whose_mode_is_neither_true_nor_false_is_left_out() {
        let asked: Vec<DesktopId> = vec!["a".parse().unwrap()];
        let document = json!({"desktops": [{"desktop_id": "a", "in_maintenance_mode": "perhaps"}]});
        assert_eq!(read_readings(&document, &asked).unwrap(), []);
    }
}
