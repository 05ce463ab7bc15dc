//! Halving a refused batch, until the desktop that is refused stands alone.

/// Cuts in two: the first half is the longer one. A single stays whole.
pub(crate) fn halves<T: Clone>(rows: &[T]) -> Vec<Vec<T>> {
    let (first, second) = rows.split_at(rows.len().div_ceil(2));
    [first, second].into_iter().filter(|half| !half.is_empty()).map(<[T]>::to_vec).collect()
}

/// The most calls that a batch of `size` takes when `refused` of its desktops are refused and nothing else fails:
/// 1 + 2·min(m−1, Σ min(2ˡ, j) for l < ⌈log₂ m⌉).
pub fn calls_at_most(size: usize, refused: usize) -> usize {
    if size == 0 {
        return 0;
    }
    let levels = size.next_power_of_two().trailing_zeros();
    let split = (0..levels).map(|level| refused.min(1 << level)).sum::<usize>();
    1 + 2 * split.min(size - 1)
}

/// The fewest answers of yes or no that tell which `refused` of `count` desktops are refused: ⌈log₂ C(n, k)⌉. More than
/// `count` are not refused.
pub fn answers_at_least(count: u32, refused: u32) -> u32 {
    let refused = refused.min(count);
    let ways = (0..refused).map(|place| (f64::from(count - place) / f64::from(place + 1)).log2()).sum::<f64>();
    // A sum of fractions may lie a hair above a whole number.
    (0..=count).find(|bits| f64::from(*bits) >= ways - 1e-9).unwrap_or(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_half_is_the_longer_one() {
        for (size, sizes) in [(1, vec![1]), (2, vec![1, 1]), (3, vec![2, 1]), (5, vec![3, 2]), (100, vec![50, 50])] {
            let rows: Vec<u32> = (0..size).collect();
            let parts = halves(&rows);
            assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
            assert_eq!(parts.concat(), rows);
        }
    }

    #[test]
    fn the_bound_is_the_one_that_the_design_states() {
        for (size, refused, calls) in
            [(0, 0, 0), (1, 1, 1), (100, 0, 1), (100, 1, 15), (2, 1, 3), (2, 2, 3), (4, 4, 7), (100, 100, 199)]
        {
            assert_eq!(calls_at_most(size, refused), calls, "{refused} refused of {size}");
        }
    }
    #[test]
    fn so_many_answers_are_needed_at_least() {
        for (count, refused, answers) in
            [(0, 0, 0), (7, 0, 0), (7, 7, 0), (1, 1, 0), (64, 1, 6), (65, 1, 7), (4, 2, 3), (100, 10, 44), (3, 9, 0)]
        {
            assert_eq!(answers_at_least(count, refused), answers, "{refused} of {count}");
        }
    }
}
