//! Tables for the terminal: narrow enough for 120 columns, no word wrapped.

use comfy_table::{Attribute, Cell, CellAlignment, Row, Table, presets::UTF8_BORDERS_ONLY};
use deskhand::train::evaluation::Figures;

/// A figure by its name in the library, its column's header and what it says.
pub(crate) struct Column {
    pub(crate) figure: &'static str,
    pub(crate) header: &'static str,
    pub(crate) meaning: &'static str,
}

/// Columns that are read together.
pub(crate) struct Block {
    pub(crate) title: &'static str,
    pub(crate) columns: &'static [Column],
}

const fn column(figure: &'static str, header: &'static str, meaning: &'static str) -> Column {
    Column { figure, header, meaning }
}

/// All figures, in the order in which they are read.
pub(crate) const BLOCKS: [Block; 3] = [
    Block {
        title: "Desk",
        columns: &[
            column("desk_macro_f1", "macro-F1", "F1 of the two desks, averaged"),
            column("desk_accuracy", "accuracy", "share of inquiries sent to the right desk"),
            column("desk_auc", "AUC", "chance that a technical inquiry ranks above a service one"),
            column(
                "desk_ece",
                "ECE",
                "how far probability and accuracy lie apart; lower is better",
            ),
            column("surest_80_accuracy", "surest 80 %", "accuracy on the surest four of five"),
        ],
    },
    Block {
        title: "Review",
        columns: &[
            column("coverage", "coverage", "share of inquiries that no person need look at"),
            column(
                "covered_accuracy",
                "accuracy of those",
                "share of these sent to the right desk",
            ),
            column(
                "none_reviewed",
                "none reviewed",
                "share of texts without an inquiry sent to review",
            ),
            column(
                "none_auc",
                "none AUC",
                "chance that a text without an inquiry is told from one with",
            ),
        ],
    },
    Block {
        title: "Tier",
        columns: &[
            column("tier_qwk", "QWK", "agreement, a miss by two counting four times one by one"),
            column("tier_macro_f1", "macro-F1", "F1 of the tiers, averaged"),
            column("tier_accuracy", "accuracy", "share of inquiries given the right tier"),
            column("tier_3_recall", "tier 3 found", "share of tier 3 that was suggested as such"),
            column(
                "tier_3_precision",
                "tier 3 right",
                "share of suggested tiers 3 that were right",
            ),
        ],
    },
];

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
