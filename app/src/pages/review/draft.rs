//! What is being typed on a review: kept in this tab, so that loading the page again does not lose it.

use leptos::prelude::*;

use super::request_form::FORM;
use crate::api::review::ReviewPage;
use crate::browser;

/// What the tab keeps the id of the review under whose form was sent last.
const SENT: &str = "confirming";

/// What is typed on one review.
#[derive(Clone, Copy)]
pub struct Draft {
    person: StoredValue<String>,
    review: StoredValue<String>,
    /// The server gave back what was typed, which is newer.
    is_given_back: bool,
    /// The review has started its run: nothing of it is worth keeping.
    is_over: bool,
}

impl Draft {
    /// What that person types on that review. For use while a component is set up.
    pub fn new(page: &ReviewPage, person: &str) -> Self {
        Self {
            person: StoredValue::new(person.to_owned()),
            review: StoredValue::new(page.id.clone()),
            is_given_back: page.problem.is_some(),
            is_over: page.started.is_some(),
        }
    }

    fn key(self) -> String {
        key(&self.person.get_value(), &self.review.get_value())
    }

    /// Types again what was typed before the page was loaded again. Only the browser does so.
    pub fn take_up(self) {
        Effect::new(move |_| {
            if self.is_over {
                browser::forget(&self.key());
                return;
            }
            if !self.is_given_back
                && let Some(text) = browser::kept(&self.key())
                && let Ok(fields) = serde_json::from_str::<Vec<(String, String)>>(&text)
            {
                browser::type_again(FORM, &fields);
            }
            // What was typed before the script came is kept, too.
            self.keep();
        });
    }

    /// Keeps what is typed now.
    pub fn keep(self) {
        if let Ok(text) = serde_json::to_string(&browser::typed_in(FORM)) {
            browser::keep(&self.key(), &text);
        }
    }

    /// Remembers that the form was sent: once its run is there, what was typed is dropped.
    pub fn note_sent(self) {
        self.keep();
        self.review.with_value(|review| browser::keep(&browser::key(&self.person.get_value(), SENT), review));
    }
}

/// Drops what was typed on the review whose form was sent last: a run is shown. For use while a component is set up.
pub fn forget_confirmed(person: String) {
    Effect::new(move |_| {
        let sent = browser::key(&person, SENT);
        if let Some(review) = browser::kept(&sent) {
            browser::forget(&key(&person, &review));
            browser::forget(&sent);
        }
    });
}

fn key(person: &str, review: &str) -> String {
    browser::key(person, &format!("review.{review}"))
}
