//! The filters in words: what the comboboxes offer, and what the chips say.

use domain::filter::{ActiveFilter, FilterKey, MaintenanceFilter, PowerFilter, QueryWord, SessionFilter};

/// A filter that has words on the screen.
pub trait FilterWords: QueryWord {
    /// Which part of the filter it is.
    const KEY: FilterKey;
    /// What the combobox says where it leaves nothing out.
    const ANY: &'static str;

    /// The words for one value.
    fn words(self) -> &'static str;
}

impl FilterWords for MaintenanceFilter {
    const KEY: FilterKey = FilterKey::Maintenance;
    const ANY: &'static str = "Any maintenance";

    fn words(self) -> &'static str {
        match self {
            Self::InMaintenance => "In maintenance",
            Self::InService => "In service",
        }
    }
}

impl FilterWords for PowerFilter {
    const KEY: FilterKey = FilterKey::Power;
    const ANY: &'static str = "Any power";

    fn words(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Off => "Off",
            Self::Hibernated => "Hibernated",
            Self::Error => "Error",
            Self::Other => "Other power",
        }
    }
}

impl FilterWords for SessionFilter {
    const KEY: FilterKey = FilterKey::Session;
    const ANY: &'static str = "Any session";

    fn words(self) -> &'static str {
        match self {
            Self::Connected => "Connected",
            Self::Disconnected => "Disconnected",
            Self::Ready => "Ready",
            Self::NotRegistered => "Not registered",
            Self::Other => "Other session",
        }
    }
}

/// What a combobox offers: the word in the query with the words on the screen, first what leaves nothing out.
pub fn options<T: FilterWords>() -> Vec<(&'static str, &'static str)> {
    let values = T::WORDS.iter().map(|(value, word)| (*word, value.words()));
    std::iter::once(("", T::ANY)).chain(values).collect()
}

/// The name of a part of the filter.
pub fn key_name(key: FilterKey) -> &'static str {
    match key {
        FilterKey::Search => "Search",
        FilterKey::Maintenance => "Maintenance",
        FilterKey::Power => "Power",
        FilterKey::Session => "Session",
    }
}

/// The value on a chip.
pub fn value(filter: &ActiveFilter) -> String {
    match filter {
        ActiveFilter::Search(search) => search.clone(),
        ActiveFilter::Maintenance(value) => value.words().to_owned(),
        ActiveFilter::Power(value) => value.words().to_owned(),
        ActiveFilter::Session(value) => value.words().to_owned(),
    }
}

/// The accessible name of the button on a chip.
pub fn remove_name(key: FilterKey) -> String {
    format!("Remove filter {}", key_name(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combobox_offers_everything_first() {
        assert_eq!(
            options::<MaintenanceFilter>(),
            [("", "Any maintenance"), ("in", "In maintenance"), ("out", "In service")]
        );
        assert_eq!(options::<PowerFilter>().len(), 6);
        assert_eq!(options::<SessionFilter>().len(), 6);
    }

    #[test]
    fn a_chip_says_its_part_and_its_value() {
        let chip = ActiveFilter::Session(SessionFilter::NotRegistered);
        assert_eq!((key_name(chip.key()), value(&chip).as_str()), ("Session", "Not registered"));
        assert_eq!(remove_name(chip.key()), "Remove filter Session");
        assert_eq!(value(&ActiveFilter::Search("<b>".to_owned())), "<b>");
    }
}
