//! Whether the head of a request can be read in one way only.
//!
//! The HTTP library takes more than one way of writing: line ends without CR, and a length beside a chunked body, whose
//! header it then removes. It decides well each time (RFC 9112 §2.2 and §6.3), but a proxy in front may have decided
//! otherwise, and what one takes for a body the other takes for the next person's request. So what is ambiguous is
//! refused before the library sees it. Where this reading and the library's should ever differ, the library's counts:
//! nothing is let in that it would refuse.

/// What the bytes are so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The head goes on.
    Open,
    /// It has so many bytes.
    Whole(usize),
    /// A line ends without CR, or a CR stands alone.
    Ambiguous,
}

/// Looks for the end of the head; the first `seen` bytes were looked at before.
pub fn extent(bytes: &[u8], seen: usize) -> Extent {
    let mut before = seen.checked_sub(1).and_then(|last| bytes.get(last)).copied();
    for (at, &byte) in bytes.iter().enumerate().skip(seen) {
        if (before == Some(b'\r')) != (byte == b'\n') {
            return Extent::Ambiguous;
        }
        if bytes[..=at].ends_with(b"\r\n\r\n") {
            return Extent::Whole(at + 1);
        }
        before = Some(byte);
    }
    Extent::Open
}

/// What follows a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// A body of so many bytes, then perhaps the next head.
    Body(u64),
    /// Bytes that only the library can count. No other request is read after them.
    Anything,
    /// Nothing: the head can be read in more than one way.
    Refusal,
}

/// Reads a whole head with at most `most` headers.
pub fn follows(head: &[u8], most: usize) -> Follows {
    let mut headers = vec![httparse::EMPTY_HEADER; most];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        // Partial: it is empty lines alone, which are ignored.
        Ok(_) => {}
        // The library would close without an answer.
        Err(httparse::Error::Version) => return Follows::Refusal,
        // It reads with the same parser and answers with the fitting status.
        Err(_) => return Follows::Anything,
    }
    let values = |name: &str| {
        let named = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        named.map(|header| header.value.trim_ascii()).collect::<Vec<_>>()
    };
    let hosts = values("host").len();
    // RFC 9112 §3.2: a request of HTTP/1.1 without a host, or with more than one, is answered with 400.
    if hosts > 1 || (hosts == 0 && request.version == Some(1)) {
        return Follows::Refusal;
    }
    match (&*values("content-length"), &*values("transfer-encoding")) {
        ([], []) => Follows::Body(0),
        ([length], []) => digits(length).map_or(Follows::Refusal, Follows::Body),
        ([], [coding]) if coding.eq_ignore_ascii_case(b"chunked") => Follows::Anything,
        _ => Follows::Refusal,
    }
}

fn digits(text: &[u8]) -> Option<u64> {
    let is_plain = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    is_plain.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d14_a_head_ends_at_its_empty_line_and_every_line_with_cr_lf() {
        for (text, wanted) in [
            ("", Extent::Open),
            ("GET / HTTP/1.1\r\nHost: a\r\n", Extent::Open),
            ("GET / HTTP/1.1\r\nHost: a\r\n\r", Extent::Open),
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET", Extent::Whole(27)),
            ("GET / HTTP/1.1\nHost: a\r\n\r\n", Extent::Ambiguous),
            ("GET / HTTP/1.1\r\nHost: a\n\r\n", Extent::Ambiguous),
            ("GET / HTTP/1.1\r\nHost: a\r\n\n", Extent::Ambiguous),
            ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", Extent::Ambiguous),
            ("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", Extent::Ambiguous),
            ("\nGET / HTTP/1.1\r\n\r\n", Extent::Ambiguous),
        ] {
            let bytes = text.as_bytes();
            assert_eq!(extent(bytes, 0), wanted, "{text:?}");
            // However the bytes come: what was looked at changes nothing.
            let by_one = (0..=bytes.len()).map(|end| extent(&bytes[..end], end.saturating_sub(1)));
            let first = by_one.into_iter().find(|extent| *extent != Extent::Open);
            assert_eq!(first.unwrap_or(Extent::Open), wanted, "{text:?} byte by byte");
        }
    }

    #[test]
    fn empty_lines_hide_no_request() {
        assert_eq!((extent(b"\r\n\r\nGET", 0), follows(b"\r\n\r\n", 10)), (Extent::Whole(4), Follows::Body(0)));
    }

    fn after(headers: &str) -> Follows {
        follows(format!("POST / HTTP/1.1\r\n{headers}\r\n").as_bytes(), 10)
    }

    #[test]
    fn d14_what_follows_is_clear_or_refused() {
        for (headers, wanted) in [
            ("Host: a\r\n", Follows::Body(0)),
            ("Host: a\r\nContent-Length: 12\r\n", Follows::Body(12)),
            ("Host: a\r\ntransfer-ENCODING: Chunked\r\n", Follows::Anything),
            ("Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", Follows::Refusal),
            ("Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", Follows::Refusal),
            ("Host: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n", Follows::Refusal),
            ("Host: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n", Follows::Refusal),
            ("Host: a\r\nContent-Length: 5, 5\r\n", Follows::Refusal),
            ("Host: a\r\nContent-Length: +5\r\n", Follows::Refusal),
            ("Host: a\r\nContent-Length: -5\r\n", Follows::Refusal),
            ("Host: a\r\nContent-Length: 0x5\r\n", Follows::Refusal),
            ("Host: a\r\nContent-Length: \r\n", Follows::Refusal),
            ("Host: a\r\nContent-Length: 18446744073709551616\r\n", Follows::Refusal),
            ("Host: a\r\nTransfer-Encoding: gzip, chunked\r\n", Follows::Refusal),
            ("Host: a\r\nTransfer-Encoding: identity\r\n", Follows::Refusal),
            ("Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", Follows::Refusal),
            ("Host: a\r\nHost: b\r\n", Follows::Refusal),
            ("X: a\r\n", Follows::Refusal),
            // The library refuses these itself.
            ("Host: a\r\nContent-Length : 5\r\n", Follows::Anything),
            ("Host: a\r\nX: b\r\n c\r\n", Follows::Anything),
            (&format!("Host: a\r\n{}", "X: b\r\n".repeat(10)), Follows::Anything),
        ] {
            assert_eq!(after(headers), wanted, "{headers:?}");
        }
    }
}
