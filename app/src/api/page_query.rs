//! The query string of the Review, Run and History pages: which rows, and which page of them.

use domain::maintenance::Verdict;
use domain::maintenance::plan::Class;

use super::run::RowFilter;

/// The words for classes in the query string.
pub const CLASSES: [(&str, Class); 3] =
    [("will-change", Class::WillChange), ("already-so", Class::AlreadySo), ("not-found", Class::NotFound)];

/// The words for rows of a run in the query string.
pub const ROW_FILTERS: [(&str, RowFilter); 7] = [
    ("refused", RowFilter::Final(Verdict::Refused)),
    ("unknown", RowFilter::Final(Verdict::Unknown)),
    ("not-found", RowFilter::Final(Verdict::NotFound)),
    ("not-sent", RowFilter::Final(Verdict::NotSent)),
    ("open", RowFilter::Open),
    ("already-so", RowFilter::Final(Verdict::AlreadySo)),
    ("changed", RowFilter::Final(Verdict::Changed)),
];

/// Which rows, and which page of them. Junk reads as everything, from the first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageQuery {
    /// The word under `show`.
    pub show: Option<String>,
    /// The page, from 1.
    pub page: u32,
}

impl PageQuery {
    /// Reads a query string, with or without `?`.
    pub fn from_query(query: &str) -> Self {
        let mut read = Self { show: None, page: 1 };
        for (key, value) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            match &*key {
                "show" => read.show = Some(value.into_owned()),
                "page" => read.page = value.parse().ok().filter(|page| *page > 0).unwrap_or(1),
                _ => {}
            }
        }
        read
    }

    /// The query string, without `?` and without what is the default.
    pub fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(show) = &self.show {
            query.append_pair("show", show);
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        query.finish()
    }
}

/// The class of that word.
pub fn class(word: &str) -> Option<Class> {
    CLASSES.iter().find(|(known, _)| *known == word).map(|(_, class)| *class)
}

/// The rows of that word.
pub fn row_filter(word: &str) -> Option<RowFilter> {
    ROW_FILTERS.iter().find(|(known, _)| *known == word).map(|(_, rows)| *rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_it_was_written() {
        for text in ["", "show=refused", "page=3", "show=open&page=2"] {
            assert_eq!(PageQuery::from_query(text).to_query(), text);
        }
    }

    #[test]
    fn junk_is_everything_from_the_first_page() {
        for text in ["page=0", "page=-1", "page=99999999999", "%ff%00=&&page=x"] {
            assert_eq!(PageQuery::from_query(text), PageQuery { show: None, page: 1 }, "{text}");
        }
        assert_eq!(row_filter("junk"), None);
        assert_eq!(class("not-found"), Some(Class::NotFound));
    }
}
