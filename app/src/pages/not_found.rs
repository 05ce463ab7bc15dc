//! The page for a path that leads nowhere.

use leptos::prelude::*;

use super::{Failure, Frame, Place};
use crate::api::error::ApiError;
use crate::components::Head;

/// The page for a path that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Frame heading="Not found" place=Place::Outside>
            <Head title="Not found"/>
            <Failure error=ApiError::NotFound/>
            <p class="not-found-way band">
                <a href="/" rel="external">"To the start"</a>
            </p>
        </Frame>
    }
}
