//! A few hundred rows on their way from the splitter through a worker to the output. Chunks are
//! used again and again, so that memory does not grow with the file.

use std::ops::Range;

use crate::tally::Tally;

/// How many bytes of rows make a chunk.
const ENOUGH: usize = 256 * 1024;
/// A chunk that has grown beyond this gives its memory back.
const TOO_MUCH: usize = 4 * 1024 * 1024;

/// Rows in the order of the input, and what was made of them.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// Its place in the output.
    pub(crate) number: u64,
    /// The bytes of the input, whole.
    pub(crate) raw: Vec<u8>,
    /// Where the rows are.
    pub(crate) rows: Vec<Row>,
    /// The fields of all rows, without their quotes, one after the other. Delimited formats only.
    pub(crate) fields: Vec<u8>,
    /// Where each field ends in `fields`.
    pub(crate) ends: Vec<usize>,
    /// The labelled rows, ready to be written.
    pub(crate) out: Vec<u8>,
    /// What the labels were.
    pub(crate) tally: Tally,
}

/// Where one row is in its chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Line of the input on which it begins, from 1.
    pub(crate) line: u64,
    /// Its bytes in `raw`, without the line's end.
    pub(crate) raw: Range<usize>,
    /// Its fields' places in `ends`.
    pub(crate) ends: Range<usize>,
    /// Where its first field begins in `fields`.
    pub(crate) start: usize,
    /// Whether it opens a quote that is never closed.
    pub(crate) unclosed: bool,
}

impl Chunk {
    /// Empties it for use at another place in the output.
    pub(crate) fn restart(&mut self, number: u64) {
        self.number = number;
        for bytes in [&mut self.raw, &mut self.fields, &mut self.out] {
            bytes.clear();
            bytes.shrink_to(TOO_MUCH);
        }
        self.rows.clear();
        self.ends.clear();
        self.ends.shrink_to(TOO_MUCH / size_of::<usize>());
        self.tally = Tally::default();
    }

    /// Whether it holds enough to be worth a worker's while.
    pub(crate) fn is_full(&self) -> bool {
        self.raw.len() >= ENOUGH
    }

    /// The fields of a row.
    pub(crate) fn fields(&self, row: &Row) -> impl Iterator<Item = &[u8]> {
        row.ends.clone().map(|index| self.field_at(row, index))
    }

    /// One field of a row, counted from 0.
    pub(crate) fn field(&self, row: &Row, index: usize) -> Option<&[u8]> {
        let index = row.ends.start + index;
        row.ends.contains(&index).then(|| self.field_at(row, index))
    }

    fn field_at(&self, row: &Row, index: usize) -> &[u8] {
        let start = if index == row.ends.start { row.start } else { self.ends[index - 1] };
        &self.fields[start..self.ends[index]]
    }
}
