//! The simulated cloud, asked over HTTP as a client would ask it.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod desktops;
mod maintenance;
mod tokens;
mod trouble;
mod world;
