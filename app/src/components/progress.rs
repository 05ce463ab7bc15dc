//! How far a run is: one segment for each verdict, hatched where none is given yet.

use leptos::prelude::*;

use super::Tone;
use crate::view::number::grouped;

/// A part of the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The colour.
    pub tone: Tone,
    /// How many of the total it stands for.
    pub count: u32,
    /// What it is, e.g. `changed`; read out, not shown.
    pub name: String,
}

/// A bar with a denominator. Its parts are placed by attributes of an SVG: the content security policy forbids styles.
#[component]
pub fn Progress(
    /// The accessible name.
    label: &'static str,
    /// How many have an outcome.
    done: u32,
    /// How many there are.
    total: u32,
    /// The outcomes, from left to right.
    segments: Vec<Segment>,
) -> impl IntoView {
    let text = describe(done, total, &segments);
    let mut before = 0;
    let parts = segments
        .into_iter()
        .map(|segment| {
            let x = percentage(before, total);
            before = before.saturating_add(segment.count);
            let width = percentage(segment.count, total);
            // The gap covers the end of what lies before; at the very left there is nothing to part.
            let gap = if x > 0.0 && segment.count > 0 { "2" } else { "0" };
            view! {
                <rect class="progress-segment" data-tone=segment.tone.as_str() x=percent(x) width=percent(width) height="8"></rect>
                <rect class="progress-gap" x=percent(x) width=gap height="8"></rect>
            }
        })
        .collect_view();
    let rest = percentage(before, total);
    let rest_gap = if rest > 0.0 && rest < 100.0 { "2" } else { "0" };
    view! {
        <div
            class="progress"
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuenow=done.to_string()
            aria-valuemax=total.to_string()
            aria-valuetext=text
        >
            <svg class="progress-bar" data-empty=(total == 0).then_some("true") width="100%" height="8" aria-hidden="true" focusable="false">
                {parts}
                <rect class="progress-gap" x=percent(rest) width=rest_gap height="8"></rect>
            </svg>
        </div>
    }
}

/// What the bar says in words: `30 of 34: 27 changed, 3 refused`.
fn describe(done: u32, total: u32, segments: &[Segment]) -> String {
    let parts: Vec<String> = segments
        .iter()
        .filter(|segment| segment.count > 0)
        .map(|segment| format!("{} {}", grouped(segment.count), segment.name))
        .collect();
    let whole = format!("{} of {}", grouped(done), grouped(total));
    if parts.is_empty() { whole } else { format!("{whole}: {}", parts.join(", ")) }
}

/// A part of the total in percent, 0 to 100.
fn percentage(part: u32, total: u32) -> f64 {
    if total == 0 { 0.0 } else { (f64::from(part) * 100.0 / f64::from(total)).min(100.0) }
}

/// A percentage as an attribute.
fn percent(percentage: f64) -> String {
    format!("{percentage:.3}%")
}
