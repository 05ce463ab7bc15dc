//! The meaning of a colour.

/// What a colour says. Every tone has one meaning on all pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Plain text.
    Ink,
    /// A value worth reading.
    Ink2,
    /// The quiet default.
    Ink3,
    /// In progress, or to be acted on.
    Accent,
    /// Planned maintenance.
    Amber,
    /// Refused or broken.
    Red,
    /// Checked and true.
    Green,
    /// Not known.
    Plum,
    /// A person is connected.
    Teal,
}

impl Tone {
    /// The value of `data-tone`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ink => "ink",
            Self::Ink2 => "ink-2",
            Self::Ink3 => "ink-3",
            Self::Accent => "accent",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Green => "green",
            Self::Plum => "plum",
            Self::Teal => "teal",
        }
    }
}
