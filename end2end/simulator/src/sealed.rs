//! Encoded authorization messages: what a refusal hands out, and what STS makes of it.
//!
//! The real encoding is secret. This one hides the text from the eye and notices changes; it protects nothing.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::dice::Dice;

/// Any number: it only has to be the same for sealing and opening.
const SEED: u64 = 0x5ea1_ed00_dead_beef;

/// The encoded message of this document.
pub(crate) fn seal(document: &Value) -> String {
    let text = document.to_string();
    let mut dice = Dice::of(&[&text]);
    let mark = dice.next().to_be_bytes();
    let hidden = mark.into_iter().chain(text.bytes());
    BASE64_STANDARD.encode(mix(hidden))
}

/// The document of an encoded message, as text. `None` for anything that [`seal`] did not make.
pub(crate) fn open(encoded: &str) -> Option<String> {
    let bytes = mix(BASE64_STANDARD.decode(encoded).ok()?);
    let (mark, text) = bytes.split_at_checked(8)?;
    let text = str::from_utf8(text).ok()?;
    (Dice::of(&[text]).next().to_be_bytes() == mark).then(|| text.to_owned())
}

fn mix(bytes: impl IntoIterator<Item = u8>) -> Vec<u8> {
    let mut dice = Dice::new(SEED);
    bytes.into_iter().map(|byte| byte ^ dice.next().to_be_bytes()[7]).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_sealed_is_opened_and_a_changed_message_is_not() {
        let document = json!({ "context": { "user": "王小明" }, "failure": "implicit deny" });
        let sealed = seal(&document);
        assert_eq!(open(&sealed), Some(document.to_string()));
        assert!(!sealed.contains("context"));
        let other = if sealed.starts_with('A') { "B" } else { "A" };
        for text in ["", "AAAA", "no base64", &sealed[4..], &format!("{other}{}", &sealed[1..])] {
            assert_eq!(open(text), None, "{text}");
        }
    }
}
