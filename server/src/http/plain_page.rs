//! A page of a few sentences, for whom no page of the program can be rendered: nobody is known, or something broke.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

/// The policy of such a page: its style sheet, and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What it says.
#[derive(Clone, Copy, Debug)]
pub struct PlainPage<'a> {
    /// The status.
    pub status: StatusCode,
    /// The heading: what happened.
    pub heading: &'a str,
    /// What to do next.
    pub text: &'a str,
    /// The way on: where to, and its words.
    pub way: Option<(&'a str, &'a str)>,
    /// The address of the style sheet.
    pub style: &'a str,
}

impl PlainPage<'_> {
    /// The answer with it.
    pub fn answer(self) -> Response {
        let mut response = Response::new(Body::from(self.document()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        response
    }

    fn document(self) -> String {
        let (heading, text, style) = (escaped(self.heading), escaped(self.text), escaped(self.style));
        let way = self.way.map_or_else(String::new, |(address, words)| {
            let (address, words) = (escaped(address), escaped(words));
            format!(
                "<div class=\"empty-actions\"><a class=\"button\" data-kind=\"primary\" href=\"{address}\">{words}</a></div>"
            )
        });
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{heading} · Drydock</title><link rel=\"stylesheet\" href=\"{style}\"></head>\
             <body><header class=\"banner\"><a class=\"banner-home\" href=\"/\"><span>Drydock</span></a></header>\
             <main id=\"main\"><div class=\"surface failure\" role=\"alert\"><div class=\"empty\">\
             <h1 class=\"empty-title\">{heading}</h1><p class=\"empty-text\">{text}</p>{way}</div></div></main></body></html>"
        )
    }
}

/// A text that is nothing but text between tags and in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let page = PlainPage {
            status: StatusCode::OK,
            heading: "<b>&\"'",
            text: "</p><script>alert(1)</script>",
            way: Some(("/a?b=1&c=\"", "<i>")),
            style: "/pkg/x/app.css",
        };
        let document = page.document();
        assert!(!document.contains("<script") && !document.contains("<b>") && !document.contains("<i>"), "{document}");
        assert!(document.contains("href=\"/a?b=1&amp;c=&quot;\""), "{document}");
    }
}
