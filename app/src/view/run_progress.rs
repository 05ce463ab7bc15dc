//! A run as a whole in words: where it stands, how far it is, why it was made, and what can be done.

use domain::maintenance::report::Counts;
use domain::maintenance::run::{Pause, Phase};
use domain::maintenance::{Mode, Verdict};

use super::number::{counted, desktops, grouped};
use super::paging;
use super::state_words::{self, StateText};
use crate::api::page_query::{PageQuery, ROW_FILTERS};
use crate::api::run::{RowFilter, RunPage};
use crate::components::{IconName, Segment, Tab, Tone};
use crate::routes;

/// How many rows stand on one page.
const PAGE_ROWS: u32 = 200;

/// Whether a run is not over yet.
pub fn is_open(phase: Phase) -> bool {
    !matches!(phase, Phase::Stopped | Phase::Ended)
}

/// Whether a run is paused.
pub fn is_paused(phase: Phase) -> bool {
    matches!(phase, Phase::Paused(_))
}

/// The heading of the page.
pub fn heading(number: &str) -> String {
    format!("Run {number}")
}

/// Where a run stands, for its pill: `Running`, `Paused: sign in to go on`, `Ended 14:35:02`.
pub fn phase(phase: Phase, ended_at: Option<&str>) -> StateText {
    let text = state_words::phase(phase);
    match (text.more.clone(), ended_at) {
        (Some(why), _) => StateText { word: format!("{}: {why}", text.word), more: None, ..text },
        (None, Some(time)) if !is_open(phase) => StateText { word: format!("{} {time}", text.word), ..text },
        (None, _) => text,
    }
}

/// What a run is called: its direction.
pub const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Enter => "Enter maintenance",
        Mode::Leave => "Leave maintenance",
    }
}

/// How far a run is: `33 of 37 desktops have a verdict`, at the end `30 of 34 changed, 3 refused, 1 unknown`.
pub fn sentence(counts: &Counts, phase: Phase) -> String {
    if is_open(phase) {
        let verb = if counts.total() == 1 { "has" } else { "have" };
        format!("{} of {} {verb} a verdict", grouped(counts.with_verdict()), desktops(counts.total()))
    } else {
        result(counts)
    }
}

/// What a run came to: `30 of 34 changed, 3 refused, 1 unknown`.
pub fn result(counts: &Counts) -> String {
    let others = [
        (counts.refused, "refused"),
        (counts.unknown, "unknown"),
        (counts.not_found, "not found"),
        (counts.not_sent, "not sent"),
        (counts.already_so, "already so"),
    ];
    let changed = format!("{} of {} changed", grouped(counts.changed), grouped(counts.total()));
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    let parts = std::iter::once(changed).chain(others.map(|(count, word)| format!("{} {word}", grouped(count))));
    parts.collect::<Vec<_>>().join(", ")
}

/// How many calls that change something were sent: `18 calls sent`.
pub fn calls(sent: u32) -> String {
    format!("{} sent", counted(sent, "call", "calls"))
}

/// What is read out while it goes on, and with the counts at its end.
pub fn announcement(page: &RunPage) -> String {
    let state = state_words::phase(page.phase);
    let sentence = sentence(&page.counts, page.phase);
    match state.more {
        Some(why) => format!("Run {} is paused: {why}. {sentence}.", page.number),
        None if is_open(page.phase) => format!("{sentence}."),
        None => format!("Run {} has {}. {sentence}.", page.number, state.word.to_lowercase()),
    }
}

/// The outcomes as parts of the bar, in the order of their colours.
pub fn segments(counts: &Counts) -> Vec<Segment> {
    [
        (Tone::Green, counts.changed, "changed"),
        (Tone::Ink3, counts.already_so, "already so"),
        (Tone::Red, counts.refused, "refused"),
        (Tone::Plum, counts.unknown, "unknown"),
        (Tone::Ink2, counts.not_found, "not found"),
        (Tone::Ink2, counts.not_sent, "not sent"),
    ]
    .into_iter()
    .map(|(tone, count, name)| Segment { tone, count, name: name.to_owned() })
    .collect()
}

/// The address of some rows of a run. `still` keeps the page from loading itself anew without a script.
pub fn address(page: &RunPage, show: Option<RowFilter>, number: u32, still: bool) -> String {
    let show = show.and_then(|rows| ROW_FILTERS.iter().find(|(_, known)| *known == rows));
    let mut query = PageQuery { show: show.map(|(word, _)| (*word).to_owned()), page: number }.to_query();
    if still {
        query.push_str(if query.is_empty() { "refresh=off" } else { "&refresh=off" });
    }
    routes::with_query(routes::run(&page.project, page.number), &query)
}

/// What is shown of the rows: `1–200 of 1,284 desktops`.
pub fn shown(page: &RunPage) -> String {
    let all = page.show.map_or_else(|| page.counts.total(), |rows| count(&page.counts, rows));
    paging::shown(page.page, PAGE_ROWS, page.rows.len(), &desktops(all))
}

/// The addresses of the pages before and after.
pub fn neighbours(page: &RunPage, still: bool) -> (Option<String>, Option<String>) {
    paging::neighbours(page.page, page.pages, |number| address(page, page.show, number, still))
}

/// The counts of a run as links to the rows they count.
pub fn tabs(page: &RunPage, still: bool) -> Vec<Tab> {
    let all = Tab {
        name: "All".to_owned(),
        count: page.counts.total(),
        href: address(page, None, 1, still),
        current: page.show.is_none(),
        icon: None,
        tone: Tone::Ink2,
    };
    let some = ROW_FILTERS.iter().map(|(_, rows)| {
        let text = row_filter(*rows);
        Tab {
            name: text.word,
            count: count(&page.counts, *rows),
            href: address(page, Some(*rows), 1, still),
            current: page.show == Some(*rows),
            icon: Some(text.icon),
            tone: text.tone,
        }
    });
    std::iter::once(all).chain(some).collect()
}

/// What the desktops that are not over are called together, on every page.
pub fn no_verdict_yet() -> StateText {
    StateText::new(IconName::CircleDashed, Tone::Accent, "No verdict yet")
}

fn row_filter(rows: RowFilter) -> StateText {
    match rows {
        RowFilter::Open => no_verdict_yet(),
        RowFilter::Final(verdict) => state_words::verdict(verdict),
    }
}

/// How many desktops are in a class of rows.
pub fn count(counts: &Counts, rows: RowFilter) -> u32 {
    match rows {
        RowFilter::Open => counts.open(),
        RowFilter::Final(verdict) => counts.get(verdict),
    }
}

/// What stands in the place of rows where a class has none.
pub fn no_rows(show: Option<RowFilter>) -> &'static str {
    match show {
        None => "This run has no desktops.",
        Some(RowFilter::Open) => "Every desktop has its verdict.",
        Some(RowFilter::Final(Verdict::Changed)) => "No desktop is changed.",
        Some(RowFilter::Final(Verdict::AlreadySo)) => "No desktop was already so.",
        Some(RowFilter::Final(Verdict::Refused)) => "No desktop is refused.",
        Some(RowFilter::Final(Verdict::NotFound)) => "No desktop is missing.",
        Some(RowFilter::Final(Verdict::NotSent)) => "No desktop was left out.",
        Some(RowFilter::Final(Verdict::Unknown)) => "No desktop is unknown.",
    }
}

/// What can be done to stop a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Why the button **Stop** cannot act, if so.
    pub barred: Option<&'static str>,
}

/// The button **Stop**: `None` where the run is over.
pub fn stop(page: &RunPage) -> Option<Stop> {
    let barred = match page.phase {
        Phase::Ended | Phase::Stopped => return None,
        Phase::Stopping => Some("Stops already"),
        _ if page.may_stop => None,
        _ => Some("Nothing is left to send"),
    };
    Some(Stop { barred })
}

/// What becomes of a run whose page has no session any more. A sign-out takes the cloud credential of one's own runs
/// away; the end of an idle session does not.
pub fn without_session(number: u32, phase: Phase) -> String {
    match phase {
        Phase::Ended | Phase::Stopped => format!("Run {number} is over, and its report is kept."),
        Phase::Paused(_) => format!("Run {number} was paused when it was last read. Nothing of it is lost."),
        _ => format!("Run {number} goes on without you. If you signed out, a run of your own waits for you instead."),
    }
}

/// What a sign-out does to the open runs that were confirmed in the session; `None` where there are none.
pub fn pauses_at_sign_out(open_runs: u32) -> Option<String> {
    let runs = counted(open_runs, "open run", "open runs");
    match open_runs {
        0 => None,
        1 => Some(format!("{runs} of this session pauses when you sign out. It can be continued after signing in.")),
        _ => Some(format!("{runs} of this session pause when you sign out. They can be continued after signing in.")),
    }
}

/// What can be done about a pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continue {
    /// Why the button **Continue** cannot act, if so.
    pub barred: Option<&'static str>,
    /// What happens next, in one or two sentences.
    pub text: String,
    /// Whether a new sign-in is what it needs, and this person can give it.
    pub needs_sign_in: bool,
}

/// The button **Continue**: `None` where the run is not paused.
pub fn go_on(page: &RunPage) -> Option<Continue> {
    let Phase::Paused(pause) = page.phase else { return None };
    let barred = (!page.may_continue).then_some("Only who confirmed it may continue");
    let why = match pause {
        Pause::SignIn => "Its sign-in to Huawei Cloud has ended. Nothing is lost.",
        Pause::CloudDoesNotAnswer => "Huawei Cloud took no call for 15 minutes. Nothing is lost.",
        Pause::UntilHasPassed => "The time until which it was meant has passed.",
        Pause::TooManyCalls => "It made more calls than it can need. Tell the people who run Drydock.",
    };
    let next = match pause {
        Pause::SignIn if page.may_continue => "Continue lets it go on; if it pauses again, sign in anew.".to_owned(),
        Pause::SignIn => format!("It waits for {} to sign in.", page.operator),
        _ if !page.may_continue => format!("It waits for {} to continue it.", page.operator),
        Pause::CloudDoesNotAnswer => "Continue when it answers.".to_owned(),
        Pause::UntilHasPassed => "Continue only if it still makes sense.".to_owned(),
        Pause::TooManyCalls => "Continue allows it some more.".to_owned(),
    };
    Some(Continue { barred, text: format!("{why} {next}"), needs_sign_in: pause == Pause::SignIn && page.may_continue })
}

#[cfg(test)]
mod tests;
