//! What the process gives up at its start: memory with tokens in it is neither written to disk nor shown to others.

/// No core dump, and no other process of the same user may read this one's memory. What the system refuses is a
/// warning: Drydock works without.
pub fn apply() {
    #[cfg(target_os = "linux")]
    linux::apply();
}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    pub fn apply() {
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        if let Err(error) = setrlimit(Resource::Core, none) {
            tracing::warn!(error = %error, "core dumps could not be turned off: a crash may write tokens to disk");
        }
        // The limit does not hold where the system hands core dumps to a program (`core_pattern` with a pipe).
        if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            tracing::warn!(error = %error, "the memory could not be closed to other processes of the same user");
        }
    }
}
