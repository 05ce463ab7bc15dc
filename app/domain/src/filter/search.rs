//! Finding desktops by what was typed.

use crate::desktop::Desktop;

use super::{Filter, MaintenanceFilter, PowerFilter, SEARCH_LIMIT_CHARS, SessionFilter};

/// Stands between the fields of a desktop while it is searched; no searched word contains white space.
const BETWEEN_FIELDS: char = '\n';

/// A filter made ready for many desktops.
///
/// Each word of the search must be found somewhere in the desktop's name, user, address, id, tags (`key=value`), zone or
/// pool, whatever its case.
#[derive(Debug)]
pub struct Matcher<'f> {
    filter: &'f Filter,
    words: Vec<String>,
    /// The lower-case text of one desktop; kept so that ten thousand desktops need one allocation.
    text: String,
}

impl<'f> Matcher<'f> {
    /// Makes a filter ready.
    pub fn new(filter: &'f Filter) -> Self {
        let mut words = Vec::new();
        for word in filter.search.split_whitespace() {
            let mut lower = String::with_capacity(word.len());
            push_lower(&mut lower, word);
            words.push(lower);
        }
        Self { filter, words, text: String::new() }
    }

    /// Whether the filter shows this desktop.
    pub fn matches(&mut self, desktop: &Desktop) -> bool {
        let Filter { search: _, maintenance, power, session } = self.filter;
        maintenance.is_none_or(|wanted| (wanted == MaintenanceFilter::InMaintenance) == desktop.in_maintenance)
            && power.is_none_or(|wanted| wanted == PowerFilter::from(&desktop.power))
            && session.is_none_or(|wanted| wanted == SessionFilter::from(&desktop.session))
            && self.finds(desktop)
    }

    fn finds(&mut self, desktop: &Desktop) -> bool {
        if self.words.is_empty() {
            return true;
        }
        self.text.clear();
        push_field(&mut self.text, &desktop.name);
        push_field(&mut self.text, desktop.id.as_str());
        for field in [&desktop.user, &desktop.address, &desktop.zone, &desktop.pool].into_iter().flatten() {
            push_field(&mut self.text, field);
        }
        for tag in &desktop.tags {
            push_lower(&mut self.text, &tag.key);
            self.text.push('=');
            push_field(&mut self.text, &tag.value);
        }
        self.words.iter().all(|word| self.text.contains(word))
    }
}

/// What somebody typed, without white space around it and cut to its limit.
pub(super) fn normalize(typed: &str) -> String {
    let typed = typed.trim();
    let cut = typed.char_indices().nth(SEARCH_LIMIT_CHARS).map_or(typed, |(end, _)| &typed[..end]);
    cut.trim_end().to_owned()
}

/// Appends a text in lower case, character by character: unlike `str::to_lowercase` the result does not depend on the
/// neighbours (a final sigma), so a part of a word is always found in the whole.
pub(super) fn push_lower(into: &mut String, text: &str) {
    if text.is_ascii() {
        let start = into.len();
        into.push_str(text);
        into[start..].make_ascii_lowercase();
    } else {
        into.extend(text.chars().flat_map(char::to_lowercase));
    }
}

fn push_field(into: &mut String, text: &str) {
    push_lower(into, text);
    into.push(BETWEEN_FIELDS);
}
