//! Every path, once.

/// The Sign in page.
pub const SIGN_IN: &str = "/sign-in";

/// Where a sign-out ends behind a single sign-on, on its way to the end of that.
pub const SIGNED_OUT: &str = "/signed-out";

/// The Sessions page.
pub const SESSIONS: &str = "/sessions";

/// The Desktops page of a project; `query` without `?`.
pub fn desktops(project: &str, query: &str) -> String {
    with_query(format!("/{}/desktops", segment(project)), query)
}

/// A review's page.
pub fn review(project: &str, id: &str) -> String {
    format!("/{}/review/{}", segment(project), segment(id))
}

/// A run's page.
pub fn run(project: &str, number: u32) -> String {
    format!("/{}/runs/{number}", segment(project))
}

/// The table of a run's desktops, as a file.
pub fn run_csv(project: &str, number: u32) -> String {
    format!("{}/desktops.csv", run(project, number))
}

/// The summary of a run, as plain text.
pub fn run_summary(project: &str, number: u32) -> String {
    format!("{}/summary", run(project, number))
}

/// The History page of a project.
pub fn history(project: &str) -> String {
    format!("/{}/history", segment(project))
}

/// The Sign in page, with the project to open and the path to come back to.
pub fn sign_in_for(project: &str, next: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !project.is_empty() {
        query.append_pair("project", project);
    }
    if !next.is_empty() {
        query.append_pair("next", next);
    }
    with_query(SIGN_IN.to_owned(), &query.finish())
}

/// A path with its query string, which may be empty.
pub fn with_query(path: String, query: &str) -> String {
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// Whether the text is a path of ours, fit for a redirect: starts with one slash, and nothing in it can leave the site.
pub fn is_own_path(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next() == Some(b'/')
        && !matches!(text.as_bytes().get(1), Some(b'/' | b'\\'))
        && text.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\')
}

/// One step of a path, percent-encoded.
fn segment(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            coded.push(char::from(byte));
        } else {
            coded.extend(format!("%{byte:02X}").chars());
        }
    }
    coded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_step_of_a_path() {
        assert_eq!(run("ap-southeast-3", 7), "/ap-southeast-3/runs/7");
        assert_eq!(desktops("a/b c", "q=x"), "/a%2Fb%20c/desktops?q=x");
        assert_eq!(history("é"), "/%C3%A9/history");
    }

    #[test]
    fn only_a_path_of_ours_is_fit_for_a_redirect() {
        for good in ["/", "/a/desktops?q=1", "/sign-in?next=%2Fa"] {
            assert!(is_own_path(good), "{good}");
        }
        for bad in ["", "a", "//evil.example", "/\\evil.example", "https://evil.example/", "/a\r\nb", "/a b", "/\u{e9}"]
        {
            assert!(!is_own_path(bad), "{bad:?}");
        }
    }
}
