//! Tables for the terminal: narrow enough for 120 columns, no word wrapped.

use comfy_table::{Attribute, Cell, CellAlignment, Row, Table, presets::UTF8_BORDERS_ONLY};
use deskhand::train::evaluation::Figures;

use crate::columns::{BLOCKS, Block};

/// A company, or a mean, with its figures by name.
pub(crate) struct Line<'l> {
    pub(crate) name: &'l str,
    pub(crate) n: Option<usize>,
    pub(crate) values: Vec<(&'static str, Option<f64>)>,
}

impl<'l> Line<'l> {
    pub(crate) fn of(name: &'l str, figures: &Figures) -> Self {
        Self { name, n: Some(figures.n), values: figures.named().to_vec() }
    }

    pub(crate) fn value(&self, figure: &str) -> Option<f64> {
        self.values.iter().find(|(name, _)| *name == figure)?.1
    }
}

/// A table a block.
pub(crate) fn blocks(of: &str, lines: &[Line<'_>]) -> String {
    BLOCKS.map(|block| format!("{}\n{}\n", block.title, table(of, &block, lines))).join("\n")
}

fn table(of: &str, block: &Block, lines: &[Line<'_>]) -> Table {
    let mut table = plain();
    let headers = [of, "rows"].into_iter().chain(block.columns.iter().map(|c| c.header));
    table.set_header(header(headers));
    for line in lines {
        let rows = line.n.map_or_else(String::new, |n| n.to_string());
        let values = block.columns.iter().map(|column| figure(line.value(column.figure)));
        let row = [shortened(line.name), rows].into_iter().chain(values);
        table.add_row(row.enumerate().map(|(at, text)| aligned(at, text)));
    }
    table
}

/// A table that never wraps.
pub(crate) fn plain() -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_BORDERS_ONLY);
    table
}

pub(crate) fn header(headers: impl IntoIterator<Item = impl ToString>) -> Row {
    let bold = |(at, text): (usize, _)| aligned(at, text).add_attribute(Attribute::Bold);
    headers.into_iter().enumerate().map(bold).collect::<Vec<_>>().into()
}

/// The first column is text, the others are numbers.
pub(crate) fn aligned(column: usize, text: impl ToString) -> Cell {
    let side = if column == 0 { CellAlignment::Left } else { CellAlignment::Right };
    Cell::new(text).set_alignment(side)
}

pub(crate) fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

const LONGEST_NAME: usize = 42;

fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    name.chars().take(LONGEST_NAME - 1).chain(['…']).collect()
}
