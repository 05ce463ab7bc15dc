//! Facts turned into words, purely: everything that the screen says is chosen here.

pub mod audit_table;
pub mod desktop_filter;
pub mod desktop_head;
pub mod desktop_table;
pub mod error_text;
pub mod history_table;
pub mod number;
pub mod open_project;
pub mod paging;
pub mod plan_summary;
pub mod relative_time;
pub mod role;
pub mod run_after;
pub mod run_progress;
pub mod selection_bar;
pub mod session_table;
pub mod sign_in;
pub mod state_words;
pub mod verdict;

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
