//! Facts turned into words, purely: everything that the screen says is chosen here.

pub mod desktop_filter;
pub mod desktop_head;
pub mod desktop_table;
pub mod error_text;
pub mod number;
pub mod selection_bar;
pub mod state_words;

/// The title of a page: its heading, the project, Drydock.
pub fn page_title(heading: &str, project: &str) -> String {
    [heading, project, "Drydock"].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_goes_from_the_page_to_the_product() {
        assert_eq!(page_title("Desktops", "ap-southeast-3"), "Desktops · ap-southeast-3 · Drydock");
        assert_eq!(page_title("Sign in", ""), "Sign in · Drydock");
    }
}
