//! Which rows of a list stand on a page.

use super::number::grouped;

/// What is shown of a list: `1–200 of 1,284 desktops`. `page` counts from 1 and holds up to `size` rows, now `rows`.
pub fn shown(page: u32, size: u32, rows: usize, whole: &str) -> String {
    let before = page.saturating_sub(1).saturating_mul(size);
    let last = before.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX));
    let first = before.saturating_add(1).min(last);
    format!("{}–{} of {whole}", grouped(first), grouped(last))
}

/// The addresses of the pages before and after `page` of `pages`.
pub fn neighbours(page: u32, pages: u32, address: impl Fn(u32) -> String) -> (Option<String>, Option<String>) {
    let previous = (page > 1).then(|| address(page - 1));
    let next = (page < pages).then(|| address(page + 1));
    (previous, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_from_one_to_the_end_of_the_list() {
        for (page, rows, text) in [
            (1, 200, "1–200 of 1,284 desktops"),
            (7, 84, "1,201–1,284 of 1,284 desktops"),
            (1, 0, "0–0 of 1,284 desktops"),
        ] {
            assert_eq!(shown(page, 200, rows, "1,284 desktops"), text);
        }
    }

    #[test]
    fn the_first_and_the_last_page_end_the_list() {
        let address = |page| format!("?page={page}");
        assert_eq!(neighbours(1, 1, address), (None, None));
        assert_eq!(neighbours(1, 3, address), (None, Some("?page=2".to_owned())));
        assert_eq!(neighbours(3, 3, address), (Some("?page=2".to_owned()), None));
    }
}
