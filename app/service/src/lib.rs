//! What Drydock can do, as use cases over four ports. Knows neither HTTP nor SQL.
//!
//! - [`sign_ins`]: sign in, sign out, and who may call.
//! - [`catalogue`]: the project's desktops, read in the background.
//! - [`maintenance`]: review, confirm, watch, stop, continue; the loop around the run.

pub mod audit;
pub mod caller;
pub mod catalogue;
pub mod dice;
pub mod error;
pub mod identity;
pub mod maintenance;
pub mod ports;
pub mod refusals;
pub mod review;
pub mod secret;
pub mod sign_ins;
