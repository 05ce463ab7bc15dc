//! A notice: one bold sentence and at most two lines more. One in each region of the screen.

use leptos::prelude::*;

use super::{Icon, IconName, Words};

/// The meaning of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeTone {
    /// The cloud refused, or something broke.
    Red,
    /// Something is in progress, or can be acted on.
    Accent,
    /// Caution, said in ink so that amber stays free.
    Plain,
}

impl NoticeTone {
    /// The value of `data-tone`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Accent => "accent",
            Self::Plain => "plain",
        }
    }

    /// The icon that goes with it.
    const fn icon(self) -> IconName {
        match self {
            Self::Red => IconName::OctagonCross,
            Self::Accent => IconName::Eye,
            Self::Plain => IconName::Triangle,
        }
    }
}

/// A notice.
#[component]
pub fn Notice(
    /// Its meaning; chooses colour and icon.
    tone: NoticeTone,
    /// What happened, in one sentence.
    #[prop(into)]
    title: String,
    /// What to do next.
    #[prop(optional, into)]
    text: Words,
    /// Whether it is read out at once: for the error of a form, the cloud being away, a session that ended.
    #[prop(optional)]
    role_alert: bool,
    /// The icon, where another one than the tone's says it better.
    #[prop(optional)]
    icon: Option<IconName>,
    /// What stands below: the cloud's own text, a button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice" data-tone=tone.as_str() role=role_alert.then_some("alert")>
            <Icon name=icon.unwrap_or_else(|| tone.icon())/>
            <div class="notice-body">
                <p class="notice-title">{title}</p>
                {text.into_option().map(|text| view! { <p class="notice-text">{text}</p> })}
                {children.map(|children| children())}
            </div>
        </div>
    }
}
