//! The HTTP edge: what stands between a socket and the pages.

pub mod guard;
pub mod headers;
pub mod health;
pub mod identity;
pub mod listener;
pub mod origin;
pub mod panic;
pub mod plain_page;
pub mod run_text;
pub mod signed_out;
pub mod site;
