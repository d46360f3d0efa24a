//! Tables and diagrams of the report.

use deskhand::train::evaluation::Figures;
use deskhand::train::report::{Company, LABELS, Metrics};
use maud::{Markup, html};

use super::super::columns::{BLOCKS, Block};
use super::{charts, visible};

/// A table of each block of figures: a line a company; of several, all together and their mean.
pub(super) fn figures(line: &str, metrics: &Metrics) -> Markup {
    html! { @for block in &BLOCKS { (block_of_figures(line, block, metrics)) } }
}

fn block_of_figures(line: &str, block: &Block, metrics: &Metrics) -> Markup {
    let named = |figures: &Figures, name: &str| {
        figures.named().iter().find(|(known, _)| *known == name).and_then(|(_, value)| *value)
    };
    let company = |company: &Company, class: &str| {
        html! {
            tr class=(class) {
                th scope="row" { (visible(&company.name)) }
                td.n { (company.figures.n) }
                @for column in block.columns { (value(named(&company.figures, column.figure))) }
            }
        }
    };
    html! {
        div.scroll {
            table {
                caption { (block.title) }
                thead {
                    tr {
                        th scope="col" { (line) }
                        th.n scope="col" { "rows" }
                        @for column in block.columns {
                            th.n scope="col" { (column.header) }
                        }
                    }
                }
                tbody {
                    @for one in &metrics.companies { (company(one, "")) }
                    @if metrics.companies.len() > 1 {
                        (company(&metrics.pooled, "sum"))
                        tr.sum {
                            th scope="row" { "mean" }
                            td {}
                            @for column in block.columns {
                                (value(metrics.mean.get(column.figure).copied().flatten()))
                            }
                        }
                    }
                }
            }
        }
        dl.meanings {
            @for column in block.columns { dt { (column.header) } dd { (column.meaning) } }
        }
    }
}

fn value(value: Option<f64>) -> Markup {
    html! {
        @match value {
            Some(value) => td.n { (format!("{value:.3}")) },
            None => td.n.missing { "–" },
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A matrix a company, all together first.
pub(super) fn desks(metrics: &Metrics) -> Markup {
    let several = metrics.companies.len() > 1;
    html! {
        p {
            "Rows are the true labels, columns the desk that was chosen; in brackets, how many of \
             them were sent to review. A text without an inquiry belongs to neither."
        }
        div.grid {
            @if several { (matrix_of(&metrics.pooled)) }
            @for company in &metrics.companies { (matrix_of(company)) }
        }
    }
}

fn matrix_of(company: &Company) -> Markup {
    let counts = company.desk.chosen.map(|row| row.to_vec());
    let reviewed = company.desk.reviewed;
    let cells = |row: usize, column: usize| {
        html! {
            (counts[row][column]) " " small { "(" (reviewed[row][column]) ")" }
        }
    };
    let right = |row: usize, column: usize| (row < 2).then_some(row == column);
    matrix(&visible(&company.name), &LABELS, &LABELS[..2], &counts, cells, right)
}

/// Rows by tier and suggested tier.
pub(super) fn tiers(counts: &[[u64; 3]; 3]) -> Markup {
    const TIERS: [&str; 3] = ["tier 1", "tier 2", "tier 3"];
    let counts = counts.map(|row| row.to_vec());
    let cells = |row: usize, column: usize| {
        let of: u64 = counts[row].iter().sum();
        html! {
            (counts[row][column])
            @if of > 0 { " " small { "(" (percent(counts[row][column] as f64 / of as f64)) ")" } }
        }
    };
    html! {
        p {
            "Rows are the true tiers, columns the suggested ones, all rows together; tiers that \
             were mapped from an intent are not counted."
        }
        div {
            (matrix("Tiers", &TIERS, &TIERS, &counts, cells, |row, column| Some(row == column)))
        }
    }
}

/// `right` says which cells hold right answers, which wrong ones, and which neither.
fn matrix(
    name: &str,
    truths: &[&str],
    columns: &[&str],
    counts: &[Vec<u64>],
    cell: impl Fn(usize, usize) -> Markup,
    right: impl Fn(usize, usize) -> Option<bool>,
) -> Markup {
    let share = |row: usize, column: usize| {
        let of: u64 = counts[row].iter().sum();
        format!("--share:{:.0}%", 100.0 * counts[row][column] as f64 / of.max(1) as f64)
    };
    let class = |row, column| match right(row, column) {
        Some(true) => "n cell right",
        Some(false) => "n cell wrong",
        None => "n cell",
    };
    html! {
        div.scroll {
            table.matrix {
                caption { (name) }
                thead {
                    tr { td {} @for column in columns { th.n scope="col" { "→ " (column) } } }
                }
                tbody {
                    @for (row, truth) in truths.iter().enumerate() {
                        tr {
                            th scope="row" { (truth) }
                            @for column in 0..columns.len() {
                                td class=(class(row, column)) style=(share(row, column)) {
                                    (cell(row, column))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn reliability(metrics: &Metrics) -> Markup {
    html! {
        p {
            "If the model says 70 %, seven of ten should be technical. Points on the diagonal are \
             probabilities that hold; bars show how far chance alone reaches with so few rows."
        }
        div.pair {
            figure {
                (charts::reliability(&metrics.reliability))
                figcaption { "Stated probability of the technical desk against the share found" }
            }
            div.scroll {
                table {
                    caption { "The same in numbers" }
                    thead {
                        tr {
                            th.n scope="col" { "stated" } th.n scope="col" { "found" }
                            th.n scope="col" { "95 % interval" } th.n scope="col" { "rows" }
                        }
                    }
                    tbody {
                        @for bin in &metrics.reliability {
                            tr {
                                td.n { (percent(bin.stated)) }
                                td.n { (percent(bin.found)) }
                                td.n { (percent(bin.interval[0])) " to " (percent(bin.interval[1])) }
                                td.n { (bin.n) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Shares of the inquiries that the table lists.
const LISTED: [f64; 6] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5];

pub(super) fn coverage(metrics: &Metrics) -> Markup {
    let at = |share: f64| metrics.coverage.iter().find(|point| point.coverage >= share - 1e-9);
    html! {
        p {
            "If only the surest inquiries are routed and the others go to a person, so many of \
             them reach the right desk."
        }
        div.pair {
            figure {
                (charts::coverage(&metrics.coverage))
                figcaption { "Accuracy on the surest part of the inquiries" }
            }
            div.scroll {
                table {
                    caption { "The same in numbers" }
                    thead {
                        tr {
                            th.n scope="col" { "coverage" } th.n scope="col" { "right" }
                            th.n scope="col" { "least probability" }
                        }
                    }
                    tbody {
                        @for point in LISTED.into_iter().filter_map(at) {
                            tr {
                                td.n { (percent(point.coverage)) }
                                td.n { (percent(point.accuracy)) }
                                td.n { (percent(point.threshold)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn reviews(metrics: &Metrics) -> Markup {
    let total = |label: usize| metrics.reviews.iter().map(|count| count.rows[label]).sum::<u64>();
    let share = |n: u64, label: usize| percent(n as f64 / total(label).max(1) as f64);
    html! {
        div.scroll {
            table {
                caption { "Rows by reason and true label, all together" }
                thead {
                    tr { th scope="col" { "reason" } @for label in LABELS { th.n scope="col" { (label) } } }
                }
                tbody {
                    @for count in &metrics.reviews {
                        tr {
                            th scope="row" { (count.reason.unwrap_or("no review")) }
                            @for (label, n) in count.rows.into_iter().enumerate() {
                                td.n { (n) " " small { "(" (share(n, label)) ")" } }
                            }
                        }
                    }
                }
            }
        }
    }
}
