//! Counts that are filters: one link for each class of rows.

use leptos::prelude::*;

use super::{Icon, IconName, Tone};
use crate::view::number::grouped;

/// One class of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its name, e.g. `Refused`.
    pub name: String,
    /// How many rows are in it; 0 is shown too.
    pub count: u32,
    /// Where only these rows are shown.
    pub href: String,
    /// Whether these rows are shown now.
    pub current: bool,
    /// The icon of the class.
    pub icon: Option<IconName>,
    /// The colour of its icon; quiet while the count is 0.
    pub tone: Tone,
}

/// Links to the classes of rows, each with its count: the accessible name of one is `Refused 3`.
#[component]
pub fn Tabs(
    /// What the classes are of.
    label: &'static str,
    /// The classes, in order.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|tab| {
            let tone = if tab.count == 0 { Tone::Ink3 } else { tab.tone };
            view! {
                <li>
                    <a
                        class="tab"
                        href=tab.href
                        data-tone=tone.as_str()
                        data-empty=(tab.count == 0).then_some("true")
                        aria-current=tab.current.then_some("page")
                    >
                        {tab.icon.map(|icon| view! { <Icon name=icon/> })}
                        <span class="tab-name">{tab.name}</span>
                        " "
                        <span class="tab-count">{grouped(tab.count)}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{tabs}</ul>
        </nav>
    }
}
