//! Statements: one text for every database, and what is bound to its `$1`, `$2`, …
//!
//! What the databases do not agree on ends here: only texts and whole numbers can be bound, and no text holds U+0000,
//! which `PostgreSQL` refuses.

use std::borrow::Cow;
use std::fmt::Write as _;

use service::ports::StoreError;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    Arguments, AssertSqlSafe, Database, Encode, FromRow, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection,
    SqlitePool, Type,
};

use crate::failure::database;

/// A text as every database can hold it: U+FFFD stands for U+0000.
pub(crate) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// What can be bound: a TEXT or a BIGINT.
#[derive(Debug)]
pub(crate) enum Value {
    Text(Option<String>),
    Number(Option<i64>),
}

impl<'a> From<Option<&'a str>> for Value {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text.map(|text| storable(text).into_owned()))
    }
}

impl<'a> From<Option<&'a String>> for Value {
    fn from(text: Option<&'a String>) -> Self {
        text.map(String::as_str).into()
    }
}

impl<'a> From<&'a Option<String>> for Value {
    fn from(text: &'a Option<String>) -> Self {
        text.as_deref().into()
    }
}

impl<'a> From<&'a str> for Value {
    fn from(text: &'a str) -> Self {
        Some(text).into()
    }
}

impl<'a> From<&'a String> for Value {
    fn from(text: &'a String) -> Self {
        Some(text.as_str()).into()
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

/// What a row is read into: a tuple of texts and numbers.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

/// Where a statement runs: on any connection of a pool, or on that of a transaction.
pub(crate) enum On<'a> {
    SqlitePool(&'a SqlitePool),
    Sqlite(&'a mut SqliteConnection),
    PostgresPool(&'a PgPool),
    Postgres(&'a mut PgConnection),
}

/// The one place where the databases part: the same words for each, with `$kind` and `$values` of its own.
macro_rules! on_each {
    ($statement:expr, $on:expr, |$text:ident, $values:ident, $executor:ident, $kind:ident| $run:expr) => {{
        let Statement { text, values } = $statement;
        let $text = AssertSqlSafe(text);
        match $on {
            On::SqlitePool($executor) => on_each!(@ $values, values, $kind, Sqlite, $run),
            On::Sqlite($executor) => on_each!(@ $values, values, $kind, Sqlite, $run),
            On::PostgresPool($executor) => on_each!(@ $values, values, $kind, Postgres, $run),
            On::Postgres($executor) => on_each!(@ $values, values, $kind, Postgres, $run),
        }
    }};
    (@ $values:ident, $given:ident, $kind:ident, $database:ident, $run:expr) => {{
        type $kind = $database;
        let $values = arguments::<$database>($given).map_err(|error| database(sqlx::Error::Encode(error)))?;
        $run.await.map_err(database)
    }};
}

/// A statement. Whoever writes its text passes values by [`Statement::bind`] alone, never inside the text.
#[derive(Debug)]
#[must_use = "it does nothing until it is run"]
pub(crate) struct Statement {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// A statement of that text.
pub(crate) fn query(text: &'static str) -> Statement {
    Statement { text: Cow::Borrowed(text), values: Vec::new() }
}

impl Statement {
    /// Gives the next of `$1`, `$2`, … its value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Appends more text.
    pub(crate) fn then(mut self, text: &'static str) -> Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends a list of values: `($1, $2)`.
    pub(crate) fn list(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        let text = self.text.to_mut();
        for (position, value) in values.into_iter().enumerate() {
            self.values.push(value);
            // Writing into a String cannot fail.
            let _ = write!(text, "{}${}", if position == 0 { "(" } else { ", " }, self.values.len());
        }
        text.push(')');
        self
    }

    /// Appends lists of values: `($1, $2), ($3, $4)`.
    pub(crate) fn lists<const N: usize>(self, rows: impl IntoIterator<Item = [Value; N]>) -> Self {
        rows.into_iter().enumerate().fold(self, |statement, (position, row)| {
            let statement = if position == 0 { statement } else { statement.then(", ") };
            statement.list(row)
        })
    }

    /// Performs it, and says how many rows it changed.
    pub(crate) async fn execute(self, on: impl Into<On<'_>>) -> Result<u64, StoreError> {
        on_each!(self, on.into(), |text, values, executor, Kind| async {
            Ok::<_, sqlx::Error>(sqlx::query_with::<Kind, _>(text, values).execute(executor).await?.rows_affected())
        })
    }

    /// Its first row, if there is one.
    pub(crate) async fn optional<T: Row>(self, on: impl Into<On<'_>>) -> Result<Option<T>, StoreError> {
        on_each!(self, on.into(), |text, values, executor, Kind| {
            sqlx::query_as_with::<Kind, T, _>(text, values).fetch_optional(executor)
        })
    }

    /// The row that it always has.
    pub(crate) async fn one<T: Row>(self, on: impl Into<On<'_>>) -> Result<T, StoreError> {
        on_each!(self, on.into(), |text, values, executor, Kind| {
            sqlx::query_as_with::<Kind, T, _>(text, values).fetch_one(executor)
        })
    }

    /// All of its rows.
    pub(crate) async fn all<T: Row>(self, on: impl Into<On<'_>>) -> Result<Vec<T>, StoreError> {
        on_each!(self, on.into(), |text, values, executor, Kind| {
            sqlx::query_as_with::<Kind, T, _>(text, values).fetch_all(executor)
        })
    }
}

fn arguments<D: Database>(values: Vec<Value>) -> Result<D::Arguments, BoxDynError>
where
    Option<String>: Encode<'static, D> + Type<D>,
    Option<i64>: Encode<'static, D> + Type<D>,
    D::Arguments: Arguments<Database = D>,
{
    let mut arguments = D::Arguments::default();
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text)?,
            Value::Number(number) => arguments.add(number)?,
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_in_the_order_in_which_they_are_bound() {
        let rows = [("d1", 1), ("d2", 2)];
        let statement = query("UPDATE t SET a = $1 WHERE (b, c) IN (")
            .bind("x")
            .lists(rows.map(|(id, number)| [id.into(), number.into()]))
            .then(") AND d IN ")
            .list([Value::from(None::<i64>)]);
        assert_eq!(statement.text, "UPDATE t SET a = $1 WHERE (b, c) IN (($2, $3), ($4, $5)) AND d IN ($6)");
        assert_eq!(statement.values.len(), 6);
    }

    #[test]
    fn what_no_database_holds_alike_is_replaced() {
        for (text, expected) in [("a\0b\0", "a\u{fffd}b\u{fffd}"), ("\u{202e}ü", "\u{202e}ü"), ("", "")] {
            assert_eq!(storable(text), expected);
        }
    }
}
