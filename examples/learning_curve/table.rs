//! A learning curve as a table.

use comfy_table::{CellAlignment, Table, presets};
use deskhand::train::evaluation::Figures;

use crate::models::Answers;

const HEADER: [&str; 8] = [
    "tickets",
    "desk",
    "desk F1",
    "tier",
    "to a person",
    "desk, scratch",
    "desk F1, scratch",
    "tier, scratch",
];

/// The columns besides the number of tickets, as shares; `None` where there is nothing to tell.
type Shares = [Option<f64>; HEADER.len() - 1];

/// A line a number of tickets.
#[derive(Default)]
pub(crate) struct Curve {
    lines: Vec<(usize, Shares)>,
}

impl Curve {
    pub(crate) fn add(&mut self, answers: &Answers) {
        let (moved, scratch) = (answers.moved(), answers.scratch());
        let of_scratch = |get: fn(&Figures) -> Option<f64>| scratch.as_ref().and_then(get);
        let shares = [
            moved.desk_accuracy,
            moved.desk_macro_f1,
            moved.tier_accuracy,
            moved.coverage.map(|coverage| 1.0 - coverage),
            of_scratch(|figures| figures.desk_accuracy),
            of_scratch(|figures| figures.desk_macro_f1),
            of_scratch(|figures| figures.tier_accuracy),
        ];
        self.lines.push((answers.tickets, shares));
    }

    /// The mean of several, at the numbers of tickets that all of them have.
    pub(crate) fn mean(curves: &[Self]) -> Self {
        let at = |curve: &Self, tickets: usize| {
            curve.lines.iter().find(|line| line.0 == tickets).map(|line| line.1)
        };
        let mean = |tickets: usize| -> Option<(usize, Shares)> {
            let all: Vec<Shares> =
                curves.iter().map(|curve| at(curve, tickets)).collect::<Option<_>>()?;
            let mean = |column: usize| {
                let sum: Option<f64> = all.iter().map(|shares| shares[column]).sum();
                sum.map(|sum| sum / all.len() as f64)
            };
            Some((tickets, std::array::from_fn(mean)))
        };
        let first = curves.first().map_or(&[][..], |curve| &curve.lines);
        Self { lines: first.iter().filter_map(|line| mean(line.0)).collect() }
    }

    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::ASCII_MARKDOWN);
        table.set_header(HEADER);
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        for (tickets, shares) in &self.lines {
            table.add_row([tickets.to_string()].into_iter().chain(shares.map(percent)));
        }
        table
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{:.1} %", 100.0 * share))
}
