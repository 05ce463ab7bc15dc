//! What was chosen.
