//! Why it is to be done: reason, ticket, details, until.

use domain::maintenance::request::{DETAILS_LIMIT_CHARS, Field, TICKET_LIMIT_CHARS};
use leptos::prelude::*;

use super::draft::Draft;
use crate::api::error::FormProblem;
use crate::api::review::ReviewPage;
use crate::components::{Field as FieldBox, TextArea, describedby};
use crate::pages::hydrated;
use crate::pages::post_form::PostForm;
use crate::view::plan_summary as words;

/// The id of the form, for the button in the bar.
pub const FORM: &str = "confirm";

/// The most letters of **Until**: every way to write it is shorter.
const UNTIL_LETTERS: u32 = 40;

/// The form. The button that posts it stands in the bar.
#[component]
pub fn RequestForm(page: ReviewPage, person: String) -> impl IntoView {
    let draft = Draft::new(&page, &person);
    draft.take_up();
    let ReviewPage { id, project, reasons, quick_times, zone, problem, .. } = page;
    let problem = problem.as_ref();
    let details_limit = u32::try_from(DETAILS_LIMIT_CHARS).unwrap_or(u32::MAX);
    let typed = |field: &str| problem.and_then(|it| it.typed(field)).unwrap_or_default().to_owned();
    let [reason, ticket, details, until] = ["reason", "ticket", "details", "until"].map(typed);
    let [at_reason, at_ticket, at_details, at_until] =
        [Field::Reason, Field::Ticket, Field::Details, Field::Until].map(|field| At::new(problem, field));
    let described = describedby("details", false, at_details.error.is_some());
    let invalid = at_details.error.is_some();
    view! {
        <PostForm action="/api/review/confirm" id=FORM class="review-form" project=project
            on_input=Callback::new(move |()| draft.keep()) on_send=Callback::new(move |()| draft.note_sent())>
            <input type="hidden" name="review" value=id/>
            <div class="review-pair">
                <ReasonField reasons=reasons chosen=reason at=at_reason/>
                <TicketField value=ticket at=at_ticket/>
            </div>
            <FieldBox id="details" label="Details" more="optional".to_owned() error=at_details.error>
                <TextArea id="details" name="details" value=details rows=3 maxlength=details_limit
                    describedby=described invalid=invalid/>
            </FieldBox>
            <UntilField value=until zone=zone quick_times=quick_times at=at_until draft=draft/>
        </PostForm>
    }
}

/// What is wrong with a field, and whether it takes the focus.
struct At {
    error: Option<String>,
    focus: bool,
}

impl At {
    fn new(problem: Option<&FormProblem>, field: Field) -> Self {
        Self { error: words::field_error(problem, field), focus: words::is_first_wrong(problem, field) }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }
}

/// The list of reasons.
#[component]
fn ReasonField(reasons: Vec<String>, chosen: String, at: At) -> impl IntoView {
    let described = describedby("reason", false, at.error.is_some());
    let invalid = at.invalid();
    let options = reasons
        .into_iter()
        .map(|reason| view! { <option value=reason.clone() selected=reason == chosen>{reason.clone()}</option> })
        .collect_view();
    view! {
        <FieldBox id="reason" label="Reason" error=at.error>
            <select class="control" id="reason" name="reason" autofocus=at.focus aria-describedby=described aria-invalid=invalid>
                {options}
            </select>
        </FieldBox>
    }
}

/// The ticket.
#[component]
fn TicketField(value: String, at: At) -> impl IntoView {
    let described = describedby("ticket", false, at.error.is_some());
    let invalid = at.invalid();
    view! {
        <FieldBox id="ticket" label="Ticket" more="optional".to_owned() error=at.error>
            <input class="control" type="text" id="ticket" name="ticket" value=value autocomplete="off" spellcheck="false"
                maxlength=TICKET_LIMIT_CHARS.to_string() autofocus=at.focus aria-describedby=described aria-invalid=invalid/>
        </FieldBox>
    }
}

/// Until when, with quick times where a script can fill them in.
#[component]
fn UntilField(value: String, zone: String, quick_times: Vec<(String, String)>, at: At, draft: Draft) -> impl IntoView {
    let hydrated = hydrated();
    let input = NodeRef::<leptos::html::Input>::new();
    let described = describedby("until", true, at.error.is_some());
    let invalid = at.invalid();
    let chips = move || {
        hydrated.get().then(|| {
            let chips = quick_times.iter().cloned();
            chips
                .map(|(label, text)| {
                    let fill = move |_| {
                        if let Some(input) = input.get_untracked() {
                            input.set_value(&text);
                            draft.keep();
                        }
                    };
                    view! { <button class="chip" data-kind="quick" type="button" on:click=fill>{label}</button> }
                })
                .collect_view()
        })
    };
    view! {
        <div class="review-until">
            <FieldBox id="until" label="Until" more=format!("{zone}, optional")
                hint="18:00, +2h or 2026-11-17 18:00. Kept and shown.".to_owned() error=at.error>
                <input class="control" type="text" id="until" name="until" value=value autocomplete="off" spellcheck="false"
                    maxlength=UNTIL_LETTERS.to_string() autofocus=at.focus aria-describedby=described aria-invalid=invalid node_ref=input/>
            </FieldBox>
            <div class="chips review-quick" role="group" aria-label="Quick times">{chips}</div>
        </div>
    }
}
