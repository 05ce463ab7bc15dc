//! What is said when the work on a page cannot go on: the single sign-on, or the session, has ended.
//!
//! A proxy before Drydock answers in its own ways then; a fetch only sees that nothing readable came. So the browser
//! asks once more in a way that tells the two apart, and only then says so.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::api::error::ApiError;
use crate::browser;
use crate::components::{IconName, Notice, NoticeTone};
use crate::routes;
use crate::view::error_text;

/// Why the work on the page cannot go on, known to everything on it.
#[derive(Clone, Copy)]
pub struct Lost {
    what: RwSignal<Option<Told>>,
    is_behind: StoredValue<bool>,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    error: ApiError,
    /// What is said in place of the general words.
    more: Option<String>,
}

/// Makes [`Lost`] known below.
pub(super) fn provide() {
    provide_context(Lost::new());
}

/// What of it this page knows. For use while a component is set up.
pub fn use_lost() -> Lost {
    use_context().unwrap_or_else(Lost::new)
}

impl Lost {
    fn new() -> Self {
        Self { what: RwSignal::new(None), is_behind: StoredValue::new(false) }
    }

    /// Whether a single sign-on stands in front of Drydock.
    pub fn is_behind(self) -> bool {
        self.is_behind.try_get_value().unwrap_or(false)
    }

    /// Remembers whether one does.
    pub fn set_behind(self, is_behind: bool) {
        self.is_behind.set_value(is_behind);
    }

    /// What an error says about it: `None` where it is an error of another kind. Asks the single sign-on where nothing
    /// readable came.
    pub async fn in_error(self, error: &ApiError) -> Option<ApiError> {
        match error {
            ApiError::SignedOut | ApiError::NoIdentity | ApiError::IdentityChanged => Some(error.clone()),
            ApiError::Unreachable if self.is_behind() && browser::single_sign_on_is_over().await => {
                Some(ApiError::NoIdentity)
            }
            _ => None,
        }
    }

    /// Tells it where the error says so; else gives the error back.
    pub async fn take(self, error: ApiError) -> Result<(), ApiError> {
        match self.in_error(&error).await {
            Some(lost) => {
                self.tell(lost, None);
                Ok(())
            }
            None => Err(error),
        }
    }

    /// Tells it. `more` is what a page has to say in place of the general words.
    pub fn tell(self, error: ApiError, more: Option<String>) {
        let told = Some(Told { error, more });
        // The same again is no news: its link must not be made anew under somebody's pointer.
        if self.what.try_with_untracked(|what| *what != told) == Some(true) {
            self.what.set(told);
        }
    }

    /// Something was heard again, or another page is shown.
    pub fn clear(self) {
        if self.what.try_with_untracked(Option::is_some) == Some(true) {
            self.what.set(None);
        }
    }
}

/// The one notice, at the top of the page, with the way back to it.
#[component]
pub fn LostNotice() -> impl IntoView {
    let lost = use_lost();
    let location = use_location();
    let here = move || routes::with_query(location.pathname.get(), &location.search.get());
    move || {
        lost.what.get().map(|Told { error, more }| {
            let text = error_text::ended(&error);
            view! {
                <div class="notices lost">
                    <Notice tone=NoticeTone::Plain icon=IconName::Key title=text.what text=more.unwrap_or(text.next) role_alert=true>
                        <p class="buttons"><a class="button" data-size="small" href=here rel="external">"Load the page again"</a></p>
                    </Notice>
                </div>
            }
        })
    }
}
