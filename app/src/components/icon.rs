//! The icons: drawn on 16 × 16, in the colour of the text, always beside a word.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IconName {
    /// A tick.
    Check,
    /// A circle with a tick.
    CircleTick,
    /// A circle with an equals sign.
    CircleEquals,
    /// An octagon with a cross.
    OctagonCross,
    /// A lens with a cross in it.
    LensCross,
    /// A circle, struck through.
    CircleSlash,
    /// A circle with a question mark.
    CircleQuestion,
    /// A dashed circle.
    CircleDashed,
    /// An open circle that turns.
    Arc,
    /// An eye.
    Eye,
    /// A wrench.
    Wrench,
    /// A clock.
    Clock,
    /// A filled person.
    PersonFilled,
    /// An outlined person.
    PersonOutline,
    /// A screen.
    Screen,
    /// A pulled plug.
    Plug,
    /// The sign of power.
    Power,
    /// A moon.
    Moon,
    /// Two bars.
    Bars,
    /// A square.
    Square,
    /// A cloud, struck out.
    CloudStruck,
    /// A lock.
    Lock,
    /// A triangle with an exclamation mark.
    Triangle,
    /// A lens.
    Lens,
    /// A cross.
    Cross,
    /// An angle that points left.
    ChevronLeft,
    /// An angle that points right.
    ChevronRight,
    /// An angle that points down.
    ChevronDown,
    /// An arrow up.
    ArrowUp,
    /// An arrow down.
    ArrowDown,
    /// Two arrows in a circle.
    Refresh,
    /// A globe.
    Globe,
    /// A shield with a tick.
    Shield,
    /// A key.
    Key,
    /// Drydock's mark: a hull in its dock.
    Mark,
}

impl IconName {
    /// The value of `data-icon`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::CircleTick => "circle-tick",
            Self::CircleEquals => "circle-equals",
            Self::OctagonCross => "octagon-cross",
            Self::LensCross => "lens-cross",
            Self::CircleSlash => "circle-slash",
            Self::CircleQuestion => "circle-question",
            Self::CircleDashed => "circle-dashed",
            Self::Arc => "arc",
            Self::Eye => "eye",
            Self::Wrench => "wrench",
            Self::Clock => "clock",
            Self::PersonFilled => "person-filled",
            Self::PersonOutline => "person-outline",
            Self::Screen => "screen",
            Self::Plug => "plug",
            Self::Power => "power",
            Self::Moon => "moon",
            Self::Bars => "bars",
            Self::Square => "square",
            Self::CloudStruck => "cloud-struck",
            Self::Lock => "lock",
            Self::Triangle => "triangle",
            Self::Lens => "lens",
            Self::Cross => "cross",
            Self::ChevronLeft => "chevron-left",
            Self::ChevronRight => "chevron-right",
            Self::ChevronDown => "chevron-down",
            Self::ArrowUp => "arrow-up",
            Self::ArrowDown => "arrow-down",
            Self::Refresh => "refresh",
            Self::Globe => "globe",
            Self::Shield => "shield",
            Self::Key => "key",
            Self::Mark => "mark",
        }
    }

    /// The path's data. A dot is a line of no length with round caps.
    const fn path(self) -> &'static str {
        match self {
            Self::Check => "M2.75 8.5 6 11.75l7.25-7.5",
            Self::CircleTick => "M14.25 8a6.25 6.25 0 1 1-12.5 0 6.25 6.25 0 0 1 12.5 0ZM5.25 8.25l2 2 3.5-4",
            Self::CircleEquals => "M14.25 8a6.25 6.25 0 1 1-12.5 0 6.25 6.25 0 0 1 12.5 0ZM5.25 6.6h5.5M5.25 9.4h5.5",
            Self::OctagonCross => {
                "M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4ZM5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2"
            }
            Self::LensCross => {
                "M11.75 6.75a5 5 0 1 1-10 0 5 5 0 0 1 10 0ZM10.4 10.4l3.85 3.85M5.2 5.2l3.1 3.1M8.3 5.2 5.2 8.3"
            }
            Self::CircleSlash => "M14.25 8a6.25 6.25 0 1 1-12.5 0 6.25 6.25 0 0 1 12.5 0ZM10.5 5.5l-5 5",
            Self::CircleQuestion => {
                "M14.25 8a6.25 6.25 0 1 1-12.5 0 6.25 6.25 0 0 1 12.5 0ZM6.2 6.3a1.85 1.85 0 0 1 3.6.5c0 1.3-1.8 1.5-1.8 2.6M8 11.4h.01"
            }
            Self::CircleDashed => "M14.25 8a6.25 6.25 0 1 1-12.5 0 6.25 6.25 0 0 1 12.5 0Z",
            Self::Arc => "M8 1.75A6.25 6.25 0 1 0 14.25 8",
            Self::Eye => "M1 8s2.5-4.75 7-4.75S15 8 15 8s-2.5 4.75-7 4.75S1 8 1 8ZM10 8a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z",
            Self::Wrench => {
                "M9.8 4.2a.7.7 0 0 0 0 1l1.1 1.1a.7.7 0 0 0 1 0l2.5-2.5a4 4 0 0 1-5.3 5.3l-4.6 4.6a1.4 1.4 0 0 1-2-2l4.6-4.6a4 4 0 0 1 5.3-5.3L9.8 4.2Z"
            }
            Self::Clock => "M14.25 8a6.25 6.25 0 1 1-12.5 0 6.25 6.25 0 0 1 12.5 0ZM8 4.5V8l2.4 1.4",
            Self::PersonFilled => "M11 4.75a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM2.5 14.25v-1a4 4 0 0 1 4-4h3a4 4 0 0 1 4 4v1Z",
            Self::PersonOutline => {
                "M10.5 4.75a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM3 14.25v-1a3.5 3.5 0 0 1 3.5-3.5h3a3.5 3.5 0 0 1 3.5 3.5v1"
            }
            Self::Screen => {
                "M3 2.25h10c.7 0 1.25.55 1.25 1.25v6.25c0 .7-.55 1.25-1.25 1.25H3c-.7 0-1.25-.55-1.25-1.25V3.5c0-.7.55-1.25 1.25-1.25ZM5.25 13.9h5.5M8 11v2.9"
            }
            Self::Plug => {
                "M1.75 14.25l1.9-1.9M3.5 8.2l-.4.4a2.65 2.65 0 0 0 3.75 3.75l.4-.4ZM5.1 9.3l1.6-1.6M6.7 10.9l1.6-1.6M14.25 1.75l-1.9 1.9M8.6 4.2l.4-.4a2.65 2.65 0 0 1 3.75 3.75l-.4.4Z"
            }
            Self::Power => "M8 1.75v6M11.6 4a5.75 5.75 0 1 1-7.2 0",
            Self::Moon => "M8 1.9a4.6 4.6 0 0 0 6.1 6.1A6.15 6.15 0 1 1 8 1.9Z",
            Self::Bars => "M5.25 3v10M10.75 3v10",
            Self::Square => "M3.5 2.5h9c.55 0 1 .45 1 1v9c0 .55-.45 1-1 1h-9c-.55 0-1-.45-1-1v-9c0-.55.45-1 1-1Z",
            Self::CloudStruck => {
                "M2 2l12 12M5 4.8a3.9 3.9 0 0 0-.6 1.7h-.3a3 3 0 0 0 0 6h7.7M7.2 3.3a4.1 4.1 0 0 1 4.6 3.2h.3a3 3 0 0 1 2 5"
            }
            Self::Lock => {
                "M3.5 7.25h9c.55 0 1 .45 1 1v5c0 .55-.45 1-1 1h-9c-.55 0-1-.45-1-1v-5c0-.55.45-1 1-1ZM4.75 7V5a3.25 3.25 0 0 1 6.5 0v2"
            }
            Self::Triangle => {
                "M7.1 2.6 1.4 12.3a1 1 0 0 0 .9 1.5h11.4a1 1 0 0 0 .9-1.5L8.9 2.6a1 1 0 0 0-1.8 0ZM8 6v3M8 11.4h.01"
            }
            Self::Lens => "M12 7a5 5 0 1 1-10 0 5 5 0 0 1 10 0ZM10.7 10.7l3.55 3.55",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::ChevronLeft => "M9.75 4 5.75 8l4 4",
            Self::ChevronRight => "M6.25 4l4 4-4 4",
            Self::ChevronDown => "M4 6.25l4 4 4-4",
            Self::ArrowUp => "M8 13V3.25M4.25 7 8 3.25 11.75 7",
            Self::ArrowDown => "M8 3v9.75M4.25 9 8 12.75 11.75 9",
            Self::Refresh => {
                "M14 2.25v3.5h-3.5M2 13.75v-3.5h3.5M13.7 5.75A6.1 6.1 0 0 0 2.3 6.3M2.3 10.25a6.1 6.1 0 0 0 11.4-.55"
            }
            Self::Globe => {
                "M14.25 8a6.25 6.25 0 1 1-12.5 0 6.25 6.25 0 0 1 12.5 0ZM1.75 8h12.5M8 1.75c1.8 1.9 2.6 4 2.6 6.25S9.8 12.35 8 14.25C6.2 12.35 5.4 10.25 5.4 8S6.2 3.65 8 1.75Z"
            }
            Self::Shield => {
                "M8 1.5 13.5 3.5v4.25c0 3.25-2.25 5.5-5.5 6.75-3.25-1.25-5.5-3.5-5.5-6.75V3.5ZM5.5 8l1.85 1.85 3.15-3.6"
            }
            Self::Key => {
                "M14 5.5a3.75 3.75 0 0 1-5.05 3.5L7.5 10.5H5.75v1.75H4v1.75H1.75v-2.5L7 6.25A3.75 3.75 0 1 1 14 5.5ZM10.75 5.25h.01"
            }
            Self::Mark => "M0 1h1.75v12.25h12.5V1H16v14H0ZM3.25 4.5h9.5l-1.75 6h-6Z",
        }
    }
}

/// An icon. Hidden from assistive technology: a word stands beside it.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" data-icon=name.as_str() width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}
