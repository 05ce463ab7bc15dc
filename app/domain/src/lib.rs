//! What Drydock is about, and nothing else: no I/O, no clock, no randomness; also builds for wasm.
//!
//! One word per concept:
//!
//! | word | means | avoid |
//! |---|---|---|
//! | desktop | one Workspace desktop | VM, machine, instance |
//! | operator | who uses Drydock | user, admin (a *user* sits at a desktop) |
//! | project | the cloud project that holds desktops, runs and history | tenant |
//! | catalogue | the desktops of a project as last read | inventory |
//! | selection | what was chosen | |
//! | review, plan | what was chosen, frozen and sorted into classes | preview |
//! | run | a confirmed plan that was started | job, task, operation |
//! | batch | one call to the cloud | chunk |
//! | verdict | the outcome of one desktop | status, result |
//! | mode | *enter* or *leave* maintenance | enable, disable |
//! | claim | an open run's exclusive hold on a desktop | lock |

pub mod civil;
pub mod desktop;
#[cfg(test)]
mod example;
pub mod filter;
pub mod maintenance;
pub mod operator;
pub mod project;
pub mod role;
pub mod selection;
pub mod time;
