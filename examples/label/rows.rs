//! What the two kinds of input have in common: rows are split off a stream, their texts are found,
//! and they are written again with labels behind them.

use std::borrow::Cow;
use std::io::Write;

use anyhow::Result;
use deskhand::Triage;

use crate::chunk::{Chunk, Row};
use crate::input::Source;

/// The longest row that is held in memory. Only a quote that is never closed makes one so long.
pub(crate) const LONGEST: usize = 64 * 1024 * 1024;

/// Finds where rows begin and end. Runs on one thread.
pub(crate) trait Split: Send {
    /// Moves the next row from `source` into `chunk`; false at the end.
    fn next_row(&mut self, source: &mut Source, chunk: &mut Chunk) -> Result<bool>;
}

/// Reads and writes single rows. Shared by all worker threads.
pub(crate) trait Rows: Send + Sync {
    /// The texts of a row, or what is wrong with it.
    fn texts<'a>(&self, chunk: &'a Chunk, row: &Row) -> Result<Texts<'a>, String>;

    /// Writes a row with its labels.
    fn write(&self, chunk: &Chunk, row: &Row, labels: &Labels<'_>, out: &mut Vec<u8>);
}

/// The two texts of an inquiry, as far as the row has them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts<'a> {
    /// The subject line.
    pub(crate) subject: Cow<'a, str>,
    /// The text itself.
    pub(crate) body: Cow<'a, str>,
}

/// What is written behind a row.
pub(crate) enum Labels<'a> {
    /// The answer and the words that decided it.
    Given(Triage, &'a str),
    /// Nothing but what is wrong with the row.
    Bad(&'a str),
}

/// How an input will be read and written.
pub(crate) struct Plan {
    /// Comes before the first row.
    pub(crate) header: Vec<u8>,
    /// Finds the rows.
    pub(crate) splitter: Box<dyn Split>,
    /// Reads and writes them.
    pub(crate) rows: Box<dyn Rows>,
    /// Which columns were chosen, for a person to check.
    pub(crate) note: String,
}

/// Writes a probability with four decimals, as `{:.4}` does but faster: the product is exact.
pub(crate) fn write_probability(probability: f32, out: &mut Vec<u8>) {
    let all = (f64::from(probability) * 1e4).round_ties_even() as u32;
    // Writing to memory can't fail.
    let _ = write!(out, "{}.{:04}", all / 10_000, all % 10_000);
}

/// How the cause of a row in another encoding begins.
pub(crate) const BROKEN_UTF8: &str = "broken UTF-8";

/// `bytes` as text, or where they stop being UTF-8.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes)
        .map_err(|error| format!("{BROKEN_UTF8} at byte {} of the row", error.valid_up_to() + 1))
}

/// The cause as it stands in the column `review`.
pub(crate) fn bad_review(cause: &str) -> String {
    format!("bad-row: {cause}")
}
