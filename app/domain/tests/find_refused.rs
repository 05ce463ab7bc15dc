//! Finding the refused desktops costs little more than any way of asking must; `examples/find_refused.rs` measures it.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "support/finding.rs"]
mod finding;
#[expect(dead_code, reason = "the properties use more of it")]
#[path = "support/world.rs"]
mod world;

#[test]
fn finding_the_refused_costs_less_than_twice_what_it_must_in_the_mean() {
    let found = finding::measure(250, 2);
    let (count, refused) = found.worst_of;
    assert!(found.mean <= 1.9, "mean {:.2}", found.mean);
    assert!(found.worst <= 2.3, "worst {:.2} with {refused} refused of {count}", found.worst);
    assert!(found.mean >= 1.0, "fewer calls than any way of asking needs: {:.2}", found.mean);
}
