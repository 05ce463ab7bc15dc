//! The address of a call.

use url::Url;

/// The address of a call: every value is percent-encoded and stays one step of the path.
pub(crate) fn fill(base: &Url, template: &str, values: &[&str], query: &[(&str, String)]) -> Option<Url> {
    let mut url = base.clone();
    let mut values = values.iter();
    {
        let mut path = url.path_segments_mut().ok()?;
        path.clear();
        for step in template.split('/').skip(1) {
            let step = if step.starts_with('{') { *values.next()? } else { step };
            // The last two would be resolved, and control characters dropped: the call would go elsewhere in silence.
            if matches!(step, "" | "." | "..") || step.chars().any(char::is_control) {
                return None;
            }
            path.push(step);
        }
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query.iter());
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn check(template: &str, values: &[&str], wanted: Option<&str>) {
        let base = Url::parse("https://workspace.example:8443").unwrap();
        let url = fill(&base, template, values, &[]);
        assert_eq!(url.as_ref().map(Url::as_str), wanted, "{template} {values:?}");
    }

    #[test]
    fn d8_a_value_stays_one_step_of_the_path() {
        check("/v2/{project_id}/desktops", &["p1"], Some("https://workspace.example:8443/v2/p1/desktops"));
        check("/v2/{p}/x", &["a/b?c#d"], Some("https://workspace.example:8443/v2/a%2Fb%3Fc%23d/x"));
        check("/v2/{p}/x", &["é"], Some("https://workspace.example:8443/v2/%C3%A9/x"));
        for climbing in ["", ".", "..", "a\r\n", "\t.."] {
            check("/v2/{p}/x", &[climbing], None);
        }
        check("/v2/{p}/{q}", &["only one"], None);
    }

    #[test]
    fn several_ids_are_sent_as_a_repeated_parameter() {
        let base = Url::parse("https://workspace.example").unwrap();
        let query = [("desktop_id", "a".to_owned()), ("desktop_id", "b&c".to_owned())];
        let url = fill(&base, "/v2", &[], &query).unwrap();
        assert_eq!(url.query(), Some("desktop_id=a&desktop_id=b%26c"));
    }
}
