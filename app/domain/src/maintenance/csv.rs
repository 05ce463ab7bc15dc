//! Tables as text for other programs: RFC 4180 (<https://www.rfc-editor.org/rfc/rfc4180>), safe to open in a spreadsheet.

use super::run::{Run, RunDesktop};
use super::words;
use crate::time::Timestamp;

/// What ends a line.
const LINE_END: &str = "\r\n";

/// What a cell may not begin with: a spreadsheet would take it for a formula
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The columns of a run's table, in order.
const COLUMNS: [&str; 17] = [
    "Desktop",
    "Desktop id",
    "User",
    "Pool",
    "Enterprise project",
    "Reviewed as",
    "State",
    "What happened",
    "Before",
    "Batch",
    "Since",
    "HTTP status",
    "error_code",
    "error_msg",
    "error_detail",
    "request id",
    "encoded_authorization_message",
];

/// One line with its end.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    cells.join(",") + LINE_END
}

/// A cell that no spreadsheet takes for a formula, quoted where it has to be.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA_STARTS) { "'" } else { "" };
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

/// The line with the names of the columns of a run's table; the moments in it are in the time zone of that name.
pub fn heading(time_zone: &str) -> String {
    line(COLUMNS).replacen("Since", cell(&format!("Since ({time_zone})")).as_str(), 1)
}

/// The line of one desktop. `sentence` says what happened to it, `moment` is since when.
pub fn desktop_line(desktop: &RunDesktop, sentence: &str, moment: &str) -> String {
    let (status, batch) = (
        desktop.error.as_ref().filter(|error| error.status > 0).map(|error| error.status.to_string()),
        desktop.batch.map(|number| number.to_string()),
    );
    let error = desktop.error.as_ref();
    let optional = |text: Option<&String>| text.cloned().unwrap_or_default();
    let cells = [
        desktop.name.clone(),
        desktop.id.to_string(),
        optional(desktop.user.as_ref()),
        optional(desktop.pool.as_ref()),
        optional(desktop.enterprise_project.as_ref()),
        words::class(desktop.class).to_owned(),
        words::state(desktop.state).to_owned(),
        sentence.to_owned(),
        desktop.prior.map_or("", words::maintenance).to_owned(),
        batch.unwrap_or_default(),
        moment.to_owned(),
        status.unwrap_or_default(),
        optional(error.and_then(|error| error.code.as_ref())),
        optional(error.and_then(|error| error.message.as_ref())),
        optional(error.and_then(|error| error.detail.as_ref())),
        optional(error.and_then(|error| error.request_id.as_ref())),
        optional(error.and_then(|error| error.encoded_authorization_message.as_ref())),
    ];
    line(cells.iter().map(String::as_str))
}

/// The whole table of a run, its heading included.
pub fn of_run(
    run: &Run,
    time_zone: &str,
    sentence: impl Fn(&RunDesktop) -> String,
    moment: impl Fn(Timestamp) -> String,
) -> String {
    let mut text = heading(time_zone);
    for desktop in run.desktops() {
        let since = desktop.at.map(&moment).unwrap_or_default();
        text.push_str(&desktop_line(desktop, &sentence(desktop), &since));
    }
    text
}

#[cfg(test)]
mod tests;
