//! A person's initials.

use leptos::prelude::*;

/// The initials of a name, beside the name itself. Hidden from assistive technology, which reads the name.
#[component]
pub fn Avatar(
    /// The name.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let letters = initials(&name);
    view! {
        <span class="avatar" aria-hidden="true" title=name>
            {letters}
        </span>
    }
}

/// The first letters of the first and the last word, at most two, in capitals; `?` where there are none.
fn initials(name: &str) -> String {
    let mut letters = name
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next())
        .map(|letter| letter.to_uppercase().next().unwrap_or(letter));
    match (letters.next(), letters.next_back()) {
        (Some(first), Some(last)) => format!("{first}{last}"),
        (Some(first), None) => first.to_string(),
        _ => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_at_most_two_initials() {
        for (name, expected) in [
            ("First Last", "FL"),
            ("second-operator", "SO"),
            ("First Middle Last", "FL"),
            ("操作员", "操"),
            ("über", "Ü"),
            ("", "?"),
            (" - ", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }
}
