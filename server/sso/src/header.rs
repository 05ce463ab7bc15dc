//! What one header says, where it may be trusted to say anything.

use http::header::CONNECTION;
use http::{HeaderMap, HeaderName};

use crate::refusal::Refusal;

/// The most bytes of one value that names a person. Requirement A6; a longer one is refused.
pub(crate) const NAME_LIMIT_BYTES: usize = 256;

/// The most bytes of all groups of a person in a header. Assumed because proxies take no longer lines by default (Apache
/// `LimitRequestFieldSize` 8,190, nginx `large_client_header_buffers` 8k); a longer one is refused.
pub(crate) const GROUPS_LIMIT_BYTES: usize = 8 * 1024;

/// The most groups of a person. Assumed because directories stop naming groups in tokens earlier (Entra ID at 200); a
/// person in more of them is refused.
pub(crate) const GROUPS_LIMIT: usize = 500;

/// The one value of that header; `None` where it is absent, or named in `Connection`.
///
/// A header that `Connection` names ends at the next hop. A proxy drops it, and whether the last one did so must not make a
/// difference.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::Repeated);
    }
    Ok((!ends_here(headers, name)).then(|| value.as_bytes().trim_ascii()))
}

fn ends_here(headers: &HeaderMap, name: &HeaderName) -> bool {
    let named = headers.get_all(CONNECTION).into_iter().flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
    named.map(<[u8]>::trim_ascii).any(|option| option.eq_ignore_ascii_case(name.as_str().as_bytes()))
}

/// The subject that a plain header names: one, in some 256 bytes of UTF-8.
pub(crate) fn read_subject(value: &[u8]) -> Result<String, Refusal> {
    let subject = read_text(value, NAME_LIMIT_BYTES)?;
    // Some servers join repeated headers by a comma, so a comma may stand for a second, forged one.
    if subject.is_empty() || subject.contains(',') {
        return Err(Refusal::Malformed);
    }
    Ok(subject.to_owned())
}

/// Text in UTF-8 of so many bytes, without control characters.
pub(crate) fn read_text(value: &[u8], limit_bytes: usize) -> Result<&str, Refusal> {
    if value.len() > limit_bytes {
        return Err(Refusal::TooLong);
    }
    let text = std::str::from_utf8(value).map_err(|_| Refusal::Malformed)?;
    if text.contains(char::is_control) { Err(Refusal::Malformed) } else { Ok(text.trim()) }
}

/// A name for the eye. An unreadable one is as good as none: it decides nothing.
pub(crate) fn read_name(value: &[u8]) -> Option<String> {
    read_text(value, NAME_LIMIT_BYTES).ok().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The groups that a plain header names.
pub(crate) fn read_groups(value: &[u8], separator: &str) -> Result<Vec<String>, Refusal> {
    split_groups(read_text(value, GROUPS_LIMIT_BYTES)?, separator)
}

/// The groups in a text.
pub(crate) fn split_groups(text: &str, separator: &str) -> Result<Vec<String>, Refusal> {
    limit_groups(text.split(separator).map(str::trim).filter(|group| !group.is_empty()))
}

/// The groups, where they are not too many.
pub(crate) fn limit_groups<'a>(groups: impl Iterator<Item = &'a str>) -> Result<Vec<String>, Refusal> {
    let groups: Vec<_> = groups.take(GROUPS_LIMIT + 1).map(str::to_owned).collect();
    if groups.len() > GROUPS_LIMIT { Err(Refusal::TooManyGroups) } else { Ok(groups) }
}

/// The token in a value: the value, or what follows `Bearer` (<https://www.rfc-editor.org/rfc/rfc6750#section-2.1>).
pub(crate) fn strip_scheme(value: &[u8]) -> &[u8] {
    const SCHEME: &[u8] = b"bearer ";
    match value.split_at_checked(SCHEME.len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(SCHEME) => token.trim_ascii(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    const USER: HeaderName = HeaderName::from_static("x-forwarded-user");

    fn headers(given: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers
                .append(name.parse::<HeaderName>().unwrap(), http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    #[test]
    fn a6_a_header_counts_once() {
        for (given, expected) in [
            (&[][..], Ok(None)),
            (&[("x-forwarded-user", " first ")], Ok(Some(&b"first"[..]))),
            (&[("X-Forwarded-User", "first")], Ok(Some(b"first"))),
            (&[("x-forwarded-user", "first"), ("x-forwarded-user", "first")], Err(Refusal::Repeated)),
            (&[("x_forwarded_user", "first")], Ok(None)),
            (&[("x-forwarded-user", "first"), ("x_forwarded_user", "second")], Ok(Some(b"first"))),
        ] {
            assert_eq!(find(&headers(given), &USER), expected, "{given:?}");
        }
    }

    #[test]
    fn a_header_that_ends_at_the_next_hop_is_not_there() {
        for (connection, is_there) in [
            ("close", true),
            ("close, X-Forwarded-User", false),
            ("x-forwarded-user", false),
            ("close,,X-FORWARDED-USER ,x", false),
            ("x-forwarded-users", true),
        ] {
            let given = headers(&[("connection", connection), ("x-forwarded-user", "first")]);
            assert_eq!(find(&given, &USER).unwrap().is_some(), is_there, "{connection}");
        }
        let given = headers(&[("connection", "a"), ("connection", "X-Forwarded-User"), ("x-forwarded-user", "first")]);
        assert_eq!(find(&given, &USER), Ok(None));
    }

    #[test]
    fn a6_a_subject_is_one_short_readable_text() {
        let long = "é".repeat(128);
        for (value, expected) in [
            (&b"first"[..], Ok("first")),
            ("ユーザー".as_bytes(), Ok("ユーザー")),
            (b"first@example.org", Ok("first@example.org")),
            (b"first second", Ok("first second")),
            (long.as_bytes(), Ok(long.as_str())),
            (&[b'a'; 257], Err(Refusal::TooLong)),
            (b"", Err(Refusal::Malformed)),
            ("\u{3000}".as_bytes(), Err(Refusal::Malformed)),
            (b"first,second", Err(Refusal::Malformed)),
            (b"first, first", Err(Refusal::Malformed)),
            (b"first\tsecond", Err(Refusal::Malformed)),
            (b"first\x7f", Err(Refusal::Malformed)),
            ("first\u{85}".as_bytes(), Err(Refusal::Malformed)),
            (b"first\0", Err(Refusal::Malformed)),
            (b"z\xf6e", Err(Refusal::Malformed)),
        ] {
            assert_eq!(read_subject(value), expected.map(str::to_owned), "{value:?}");
        }
    }

    #[test]
    fn a6_a_name_is_read_as_utf_8_and_left_out_where_it_is_none() {
        for (value, expected) in [
            ("Zoë Ünal".as_bytes(), Some("Zoë Ünal")),
            (b"Last, First", Some("Last, First")),
            (b"", None),
            (b"z\xf6e", None),
            (b"a\x1b[31m", None),
            (&[b'a'; 257], None),
        ] {
            assert_eq!(read_name(value).as_deref(), expected, "{value:?}");
        }
    }

    #[test]
    fn groups_are_what_stands_between_the_separators() {
        for (value, separator, expected) in [
            ("helpdesk,staff", ",", &["helpdesk", "staff"][..]),
            (" helpdesk , , staff,", ",", &["helpdesk", "staff"]),
            ("a,b|c d", "|", &["a,b", "c d"]),
            ("", ",", &[]),
            ("büro", ",", &["büro"]),
        ] {
            assert_eq!(read_groups(value.as_bytes(), separator).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn groups_that_cannot_all_be_read_are_refused() {
        for (value, expected) in [
            (vec![b'a'; 8_192], Ok(1)),
            (vec![b'a'; 8_193], Err(Refusal::TooLong)),
            ("a,".repeat(500).into_bytes(), Ok(500)),
            ("a,".repeat(501).into_bytes(), Err(Refusal::TooManyGroups)),
            (b"a\tb".to_vec(), Err(Refusal::Malformed)),
            (b"b\xfcro".to_vec(), Err(Refusal::Malformed)),
        ] {
            assert_eq!(read_groups(&value, ",").map(|groups| groups.len()), expected, "{} bytes", value.len());
        }
    }

    #[test]
    fn a_token_comes_bare_or_as_a_bearer() {
        for (value, expected) in [
            ("a.b.c", "a.b.c"),
            ("Bearer a.b.c", "a.b.c"),
            ("bearer   a.b.c", "a.b.c"),
            ("Bearer", "Bearer"),
            ("Basic a", "Basic a"),
            ("", ""),
        ] {
            assert_eq!(strip_scheme(value.as_bytes()), expected.as_bytes(), "{value}");
        }
    }
}
