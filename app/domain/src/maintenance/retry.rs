//! When something is tried again. Waits are numbers that come from dice thrown elsewhere.

use std::time::Duration;

/// How long after a call without an answer its desktops are read first.
pub(crate) const PROBE_FIRST: Duration = Duration::from_secs(1);

/// How long after a call without an answer a desktop that still reads as before may be sent again.
pub(crate) const PROBE_ENOUGH: Duration = Duration::from_secs(4);

/// The longest wait that the run chooses by itself; a longer one that the cloud asks for is kept.
const WAIT_AT_MOST: Duration = Duration::from_mins(1);

/// The shortest wait that is believed: a cloud that asks to wait no time at all is not asked again at once.
const WAIT_AT_LEAST: Duration = Duration::from_secs(1);

/// How long to wait after a call that was told to wait: as `asked`, else [`backoff`].
pub(crate) fn wait(asked: Option<Duration>, stalls: u32, dice: u64) -> Duration {
    asked.map_or_else(|| backoff(stalls, dice), |asked| asked.max(WAIT_AT_LEAST))
}

/// How long to wait after `stalls` earlier waits in a row: 2·2ⁿ s up to 60 s, ± 20 % by `dice`.
pub(crate) fn backoff(stalls: u32, dice: u64) -> Duration {
    let wait =
        Duration::from_secs(2_u64.saturating_mul(1_u64.checked_shl(stalls).unwrap_or(u64::MAX))).min(WAIT_AT_MOST);
    let percent = u32::try_from(80 + dice % 41).unwrap_or(100);
    wait * percent / 100
}

/// The moments after a call at which its desktops are read: 0, 0.5, 1, 2, 4, 8 and then every 15 s.
const READ_AT_MS: [u64; 6] = [0, 500, 1_000, 2_000, 4_000, 8_000];
const READ_EVERY_MS: u64 = 15_000;

/// The first of those moments that is still to come after `elapsed`.
pub(crate) fn next_read(elapsed: Duration) -> Duration {
    let elapsed = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let early = READ_AT_MS.into_iter().find(|moment| *moment > elapsed);
    let moment = early.unwrap_or_else(|| (elapsed / READ_EVERY_MS).saturating_add(1).saturating_mul(READ_EVERY_MS));
    Duration::from_millis(moment)
}

/// The same after a call without an answer: 1 s, 4 s, then as usual.
pub(crate) fn next_probe(elapsed: Duration) -> Duration {
    if elapsed < PROBE_FIRST {
        PROBE_FIRST
    } else if elapsed < PROBE_ENOUGH {
        PROBE_ENOUGH
    } else {
        next_read(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_are_never_more_than_a_fifth_off() {
        for (stalls, seconds) in [(0, 2), (1, 4), (4, 32), (5, 60), (31, 60), (64, 60), (u32::MAX, 60)] {
            let whole = Duration::from_secs(seconds);
            assert_eq!(backoff(stalls, 20), whole, "{stalls} stalls, middle dice");
            assert_eq!(backoff(stalls, 0), whole * 80 / 100, "{stalls} stalls, lowest dice");
            assert_eq!(backoff(stalls, 40), whole * 120 / 100, "{stalls} stalls, highest dice");
            assert!((whole * 80 / 100..=whole * 120 / 100).contains(&backoff(stalls, u64::MAX)));
        }
    }

    #[test]
    fn reads_grow_rare_and_a_late_answer_leaves_moments_out() {
        for (elapsed, next) in [
            (0, 500),
            (499, 500),
            (500, 1_000),
            (1_500, 2_000),
            (3_000, 4_000),
            (4_000, 8_000),
            (8_000, 15_000),
            (15_000, 30_000),
            (31_000, 45_000),
            (119_000, 120_000),
        ] {
            assert_eq!(next_read(Duration::from_millis(elapsed)), Duration::from_millis(next), "after {elapsed} ms");
        }
    }

    #[test]
    fn an_unanswered_call_is_read_after_one_and_four_seconds() {
        for (elapsed, next) in [(0, 1_000), (1_000, 4_000), (3_999, 4_000), (4_000, 8_000), (8_000, 15_000)] {
            assert_eq!(next_probe(Duration::from_millis(elapsed)), Duration::from_millis(next), "after {elapsed} ms");
        }
    }
}
