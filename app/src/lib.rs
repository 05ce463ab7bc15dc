//! The program's inside: what Drydock shows and what can be asked of it.
//!
//! `routes` names every path; `api` is the public surface (thin server functions); `pages` lay out and wire; `view`
//! turns facts into words, purely; `components` know no domain type.

// A page is one type, as deep as its markup.
#![recursion_limit = "512"]

pub mod api;
pub mod browser;
pub mod components;
pub mod pages;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod view;

pub use pages::App;
