//! The parts that pages are made of. They take plain words and know no domain type; `view` chooses the words.
//!
//! Each part has one file here and one style sheet of the same name in `style/components`. State is told in attributes
//! (`data-tone`, `aria-*`, `data-kind`), never in a `style` attribute: the content security policy forbids it.

mod avatar;
mod banner;
mod empty;
mod field;
mod head;
mod icon;
mod notice;
mod pager;
mod pill;
mod progress;
mod reason;
mod state;
mod tabs;
mod text_area;
mod tone;
mod when;
mod words;

pub use avatar::Avatar;
pub use banner::{Banner, BannerAccess, BannerPlace};
pub use empty::Empty;
pub use field::{Field, describedby};
pub use head::Head;
pub use icon::{Icon, IconName};
pub use notice::{Notice, NoticeTone};
pub use pager::Pager;
pub use pill::Pill;
pub use progress::{Progress, Segment};
pub use reason::Reason;
pub use state::State;
pub use tabs::{Tab, Tabs};
pub use text_area::TextArea;
pub use tone::Tone;
pub use when::When;
pub use words::Words;

#[cfg(all(test, feature = "ssr"))]
mod tests;
