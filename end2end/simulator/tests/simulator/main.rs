//! The simulated cloud, asked over HTTP as a client would ask it.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "these tests are a client of their own, and one of them measures real time"
)]

mod desktops;
mod exchange;
mod faults;
mod federation;
mod identity;
mod issuer;
mod maintenance;
mod mapping;
mod mfa;
mod projects;
mod sdk;
mod services;
mod signatures;
mod signing;
mod tokens;
mod trouble;
mod world;
