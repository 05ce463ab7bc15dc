//! The person's own sessions in words.

use super::number::counted;
use crate::api::sessions::{SessionRow, SessionsPage};

/// Browsers by the mark that tells them apart: the first that fits counts, because each later one is named by the
/// others too.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// Systems by the mark that tells them apart.
const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The browser in a few words: `Firefox 128 on Linux`. What does not name itself so is shown as its own text.
pub fn browser(agent: Option<&str>) -> String {
    let Some(agent) = agent.map(str::trim).filter(|agent| !agent.is_empty()) else { return "Not named".to_owned() };
    let known = BROWSERS.iter().find_map(|(mark, name)| agent.split_once(mark).map(|(_, rest)| (*name, rest)));
    let Some((name, rest)) = known else { return agent.to_owned() };
    let version: String = rest.chars().take_while(char::is_ascii_digit).take(4).collect();
    let system = SYSTEMS.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let mut words = name.to_owned();
    if !version.is_empty() {
        words.push(' ');
        words.push_str(&version);
    }
    if let Some(system) = system {
        words.push_str(" on ");
        words.push_str(system);
    }
    words
}

/// Where a sign-in came from.
pub fn from(row: &SessionRow) -> &str {
    row.from.as_deref().unwrap_or("Not known")
}

/// What stands beside the heading: `3 sessions`.
pub fn sub(page: &SessionsPage) -> String {
    counted(u32::try_from(page.rows.len()).unwrap_or(u32::MAX), "session", "sessions")
}

/// Why **End all other sessions** cannot act.
pub fn bars_end_all(page: &SessionsPage) -> Option<&'static str> {
    page.rows.iter().all(|row| row.is_this).then_some("There is no other session")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_in_a_few_words() {
        for (agent, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge 140 on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36",
                "Chrome 156 on Linux",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
                "Safari 18 on macOS",
            ),
            ("Firefox/", "Firefox"),
        ] {
            assert_eq!(browser(Some(agent)), words);
        }
    }

    #[test]
    fn what_names_itself_otherwise_is_shown_as_it_is() {
        assert_eq!(browser(Some("curl/8.5.0")), "curl/8.5.0");
        assert_eq!(browser(Some("<b>odd</b>")), "<b>odd</b>");
        assert_eq!((browser(None), browser(Some(" "))), ("Not named".to_owned(), "Not named".to_owned()));
    }
}
