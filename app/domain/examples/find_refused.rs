//! How many calls it costs to find the refused desktops, in 10,000 model worlds of up to 1,000 desktops (every second one of
//! up to 100), up to a tenth of them refused: `cargo run -p domain --example find_refused`.
//!
//! Prints mean and worst of calls ÷ (⌈log₂ C(n, k)⌉ + ⌈n ÷ 100⌉), where the divisor is what any way of asking needs at
//! least: so many answers tell which k of n it are, and so many calls send everything.

#![expect(clippy::unwrap_used, reason = "a model world that cannot be played is a fault of the program")]

#[path = "../tests/support/finding.rs"]
mod finding;
#[expect(dead_code, reason = "the properties use more of it")]
#[path = "../tests/support/world.rs"]
mod world;

fn main() {
    let found = finding::measure(10_000, 1);
    println!("mean {:.2}, worst {:.2} (n = {}, k = {})", found.mean, found.worst, found.worst_of.0, found.worst_of.1);
}
