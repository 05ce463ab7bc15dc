//! A field of several lines that keeps its text to itself.

use leptos::prelude::*;

/// A `<textarea>` with a text in it, e.g. what was typed before an error.
///
/// Leptos does not escape the children of a textarea on the server. So its text is set as markup that is escaped here;
/// the same markup serves the browser, which reads it once and leaves alone what was typed before hydration.
#[component]
pub fn TextArea(
    /// The id, for the label.
    id: &'static str,
    /// The name in the form.
    name: &'static str,
    /// The text in it.
    #[prop(into)]
    value: String,
    /// How many lines it shows.
    rows: u32,
    /// How many UTF-16 units may be typed.
    maxlength: u32,
    /// The ids of what describes it.
    #[prop(optional_no_strip)]
    describedby: Option<String>,
    /// Whether its text has to be put right.
    #[prop(optional)]
    invalid: bool,
) -> impl IntoView {
    view! {
        <textarea
            class="control"
            id=id
            name=name
            rows=rows.to_string()
            maxlength=maxlength.to_string()
            aria-describedby=describedby
            aria-invalid=invalid.then_some("true")
            inner_html=escape(value, cfg!(feature = "ssr"))
        ></textarea>
    }
}

/// The text as markup. A parser of a whole page drops a line break right after `<textarea>`, so that `page` doubles it.
fn escape(text: String, page: bool) -> String {
    if !text.starts_with(['\n', '\r']) && !text.contains(['&', '<', '>', '"', '\0']) {
        return text;
    }
    let mut markup = String::with_capacity(text.len() + 8);
    if page && text.starts_with(['\n', '\r']) {
        markup.push('\n');
    }
    for letter in text.chars() {
        match letter {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            '\0' => markup.push('\u{fffd}'),
            other => markup.push(other),
        }
    }
    markup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        let escaped = escape("</textarea><script>alert(1)</script> &lt; \"a\"".to_owned(), true);
        assert_eq!(escaped, "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt; &quot;a&quot;");
    }

    #[test]
    fn the_first_line_break_is_kept_on_a_page() {
        assert_eq!(escape("\na".to_owned(), true), "\n\na");
        assert_eq!(escape("\na".to_owned(), false), "\na");
        assert_eq!(escape("a\n".to_owned(), true), "a\n");
    }
}
