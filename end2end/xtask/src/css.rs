//! The style sheet: `style/main.css` with its imports put in place, as one file.
//!
//! Only what `style/` uses is understood: comments, strings, `@import "./x.css" layer(y);` at the top level. Addresses
//! inside `url()` stay as they are and mean files of `frontend/assets`, which lie beside the bundle.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

/// Reads a style sheet, puts what it imports in place, and trims white space and comments.
///
/// # Errors
/// When a file cannot be read, a comment or string has no end, or an import has another form than
/// `@import "./x.css";` or `@import "./x.css" layer(y);`.
pub fn bundle(main: &Path) -> Result<String> {
    let text = fs::read_to_string(main).with_context(|| format!("cannot read {}", main.display()))?;
    let folder = main.parent().unwrap_or_else(|| Path::new("."));
    let trimmed = trim(&text).with_context(|| format!("in {}", main.display()))?;
    let mut bundled = String::with_capacity(trimmed.len());
    for statement in statements(&trimmed) {
        match statement.strip_prefix("@import") {
            None => bundled.push_str(statement),
            Some(import) => {
                let (file, layer) = parse_import(import).with_context(|| format!("in {}", main.display()))?;
                // Within a layer an import would be ignored by browsers; put in place it simply nests.
                let inner = bundle(&folder.join(file))?;
                match layer {
                    Some(layer) => {
                        bundled.push_str("@layer ");
                        bundled.push_str(layer);
                        bundled.push('{');
                        bundled.push_str(&inner);
                        bundled.push('}');
                    }
                    None => bundled.push_str(&inner),
                }
            }
        }
    }
    Ok(bundled)
}

/// The file and the layer of what follows `@import`.
fn parse_import(import: &str) -> Result<(&str, Option<&str>)> {
    let wrong = || format!("not of the form @import \"./x.css\" layer(y); : @import{import}");
    let rest = import.trim().strip_suffix(';').with_context(wrong)?.trim_end();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'')).with_context(wrong)?;
    let (file, rest) = rest[1..].split_once(quote).with_context(wrong)?;
    let file = file.strip_prefix("./").with_context(wrong)?;
    let layer = match rest.trim() {
        "" => None,
        rest => Some(rest.strip_prefix("layer(").and_then(|rest| rest.strip_suffix(')')).with_context(wrong)?),
    };
    if layer.is_some_and(|layer| layer.is_empty() || !layer.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))) {
        bail!(wrong());
    }
    Ok((file, layer))
}

/// Splits trimmed CSS after each `;` and each block of the top level.
fn statements(css: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    let mut scanner = Scanner::new(css);
    while let Some(token) = scanner.next_token() {
        match token.text {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(token.text, ";" | "}") {
            found.push(&css[start..token.end]);
            start = token.end;
        }
    }
    if start < css.len() {
        found.push(&css[start..]);
    }
    found
}

/// Drops comments and needless white space; strings, escapes and `url()` stay untouched.
fn trim(css: &str) -> Result<String> {
    let mut trimmed = String::with_capacity(css.len());
    let mut scanner = Scanner::new(css);
    let mut space = false;
    let mut comment = false;
    while let Some(token) = scanner.next_token() {
        match token.kind {
            Kind::Endless(what) => bail!("{what} without an end: {}", token.text.lines().next().unwrap_or_default()),
            Kind::Space => space = true,
            Kind::Comment => comment = true,
            Kind::Verbatim => {
                let apart = !needs_no_space(trimmed.chars().next_back()) && !needs_no_space(token.text.chars().next());
                if apart && space {
                    trimmed.push(' ');
                } else if apart && comment {
                    // A comment alone separates two words without being a space: `div/**/.x` is not `div .x`.
                    trimmed.push_str("/**/");
                }
                trimmed.push_str(token.text);
                (space, comment) = (false, false);
            }
        }
    }
    Ok(trimmed)
}

/// Beside these white space never means anything; none stands for the file's start.
fn needs_no_space(neighbour: Option<char>) -> bool {
    neighbour.is_none_or(|c| matches!(c, '{' | '}' | ';' | ','))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Comment,
    Verbatim,
    Endless(&'static str),
}

struct Token<'a> {
    kind: Kind,
    text: &'a str,
    end: usize,
}

/// Cuts CSS into white space, comments, strings, addresses and single characters.
struct Scanner<'a> {
    css: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn new(css: &'a str) -> Self {
        Self { css, at: 0 }
    }

    fn next_token(&mut self) -> Option<Token<'a>> {
        let rest = &self.css[self.at..];
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            c if c.is_ascii_whitespace() => {
                (Kind::Space, rest.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(rest.len()))
            }
            '/' if rest.starts_with("/*") => match rest[2..].find("*/") {
                Some(length) => (Kind::Comment, length + 4),
                None => (Kind::Endless("a comment"), rest.len()),
            },
            '"' | '\'' => match end_of(rest, first) {
                Some(length) => (Kind::Verbatim, length),
                None => (Kind::Endless("a string"), rest.len()),
            },
            '\\' => (Kind::Verbatim, 1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
            'u' | 'U' if is_bare_address(rest) => match end_of(&rest[3..], ')') {
                Some(length) => (Kind::Verbatim, 3 + length),
                None => (Kind::Endless("an address"), rest.len()),
            },
            c => (Kind::Verbatim, c.len_utf8()),
        };
        self.at += length;
        Some(Token { kind, text: &rest[..length], end: self.at })
    }
}

/// The length up to and with the closing character; the first character opens, a backslash hides the next one.
fn end_of(text: &str, close: char) -> Option<usize> {
    let mut hidden = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if hidden => hidden = false,
            '\\' => hidden = true,
            c if c == close => return Some(at + c.len_utf8()),
            '\n' if close != ')' => return None,
            _ => {}
        }
    }
    None
}

/// `url(` without a quote after it may hold anything, `/*` too.
fn is_bare_address(rest: &str) -> bool {
    rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("url("))
        && !matches!(rest[4..].trim_start().chars().next(), Some('"' | '\''))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn check(css: &str, expected: &str) {
        assert_eq!(trim(css).unwrap(), expected, "{css}");
    }

    #[test]
    fn white_space_goes_where_it_means_nothing() {
        check("a {\n  color : red ;\n}\n\n b , c{ }", "a{color : red;}b,c{}");
        check("a  :hover { margin : 0  1px }", "a :hover{margin : 0 1px}");
        check("", "");
    }

    #[test]
    fn comments_go_and_still_keep_words_apart() {
        check("/* head */ a { /* x */ color: red; /* ; } */ }", "a{color: red;}");
        check("div/* x */.y{}", "div/**/.y{}");
        check("div /* x */ .y{}", "div .y{}");
        check("a{}/* { */b{}", "a{}b{}");
    }

    #[test]
    fn strings_escapes_and_addresses_stay_untouched() {
        check(r#"a::before { content: "  /* no */ ; } \" { " }"#, r#"a::before{content: "  /* no */ ; } \" { "}"#);
        check("a { content: '  ; \\' '; }", "a{content: '  ; \\' ';}");
        check(r"a\ b { }", r"a\ b{}");
        check("a { src: url( data:x/*y;z ) }", "a{src: url( data:x/*y;z )}");
        check(r#"a { src: url( "x  y" ) }"#, r#"a{src: url( "x  y" )}"#);
        check("ü  ö{}", "ü ö{}");
    }

    #[test]
    fn what_has_no_end_is_an_error_that_shows_it() {
        for (css, message) in [
            ("a{} /* b", "a comment without an end: /* b"),
            ("a { content: \"x\n }", "a string without an end: \"x"),
            ("a { src: url(x", "an address without an end: url(x"),
        ] {
            assert_eq!(trim(css).unwrap_err().to_string(), message);
        }
    }

    fn write(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn imports_are_put_in_place_in_their_layers_and_order() {
        let folder = write(&[
            (
                "main.css",
                "@layer tokens, pages;\n@import \"./tokens.css\" layer(tokens);\n@import './pages/run.css' layer(pages);\nbody { margin: 0 }",
            ),
            ("tokens.css", ":root { --ink: #111; }\n"),
            ("pages/run.css", "@import \"./row.css\";\n.run { color: var(--ink) }"),
            ("pages/row.css", ".row { }"),
        ]);
        assert_eq!(
            bundle(&folder.path().join("main.css")).unwrap(),
            "@layer tokens,pages;@layer tokens{:root{--ink: #111;}}@layer pages{.row{}.run{color: var(--ink)}}body{margin: 0}"
        );
    }

    #[test]
    fn the_word_import_inside_a_block_is_no_import() {
        let folder = write(&[("main.css", "a { content: '@import'; } @media print { b { } }")]);
        assert_eq!(bundle(&folder.path().join("main.css")).unwrap(), "a{content: '@import';}@media print{b{}}");
    }

    #[test]
    fn an_import_of_another_form_is_an_error() {
        for import in [
            "@import url(x.css);",
            "@import \"x.css\";",
            "@import \"./x.css\" screen;",
            "@import \"./x.css\" layer();",
            "@import \"./x.css\" layer(a) supports(b);",
            "@import \"./x.css\"",
            "@import ;",
        ] {
            let folder = write(&[("main.css", import), ("x.css", "")]);
            let error = format!("{:#}", bundle(&folder.path().join("main.css")).unwrap_err());
            assert!(error.contains("not of the form"), "{import}: {error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = write(&[("main.css", "@import \"./no.css\";")]);
        assert!(bundle(&folder.path().join("main.css")).unwrap_err().to_string().contains("no.css"));
    }
}
