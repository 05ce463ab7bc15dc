//! How an open run stays true without a script: the page loads itself anew, and a link stops that.

use leptos::prelude::*;

use super::watch::Watch;
use crate::view::run_progress as words;

/// Loads the page anew every ten seconds while the run is open, where there is no script.
///
/// The inside of the `<noscript>` is set as one text: to a browser with a script it is no markup, so that hydration has
/// nothing to walk through.
#[component]
pub fn LoadAnew(watch: Watch) -> impl IntoView {
    let markup = watch.page.with_untracked(|page| {
        let goes_on = words::is_open(page.phase);
        let (still, moving) =
            (words::address(page, page.show, page.page, true), words::address(page, page.show, page.page, false));
        (goes_on, still, moving)
    });
    let (goes_on, still, moving) = markup;
    goes_on.then(|| {
        let markup = if watch.still.get_untracked() {
            link("This page stands still.", &moving, "Refresh every 10 seconds")
        } else {
            format!(
                r#"<meta http-equiv="refresh" content="10">{}"#,
                link("This page loads itself anew every 10 seconds.", &still, "Stop refreshing")
            )
        };
        view! { <noscript inner_html=markup></noscript> }
    })
}

/// A sentence with a link. The address is one of ours, its project percent-encoded; `&` is all that needs care.
fn link(sentence: &str, href: &str, name: &str) -> String {
    format!(r#"<p class="run-still band">{sentence} <a href="{}">{name}</a></p>"#, href.replace('&', "&amp;"))
}
