//! The public surface: every server function, under `/api/<page>/<verb>`.
//!
//! A function obtains the caller, calls one use case and maps the error; nothing else. What a form reaches takes a
//! urlencoded body and answers a plain form post with a redirect (Post/Redirect/Get), a fetch with JSON.

#[cfg(feature = "ssr")]
pub mod context;
pub mod desktops;
pub mod error;
#[cfg(feature = "ssr")]
pub mod flash;
pub mod history;
pub mod page_query;
pub mod review;
pub mod run;
pub mod session;
pub mod sessions;
pub mod time_text;
