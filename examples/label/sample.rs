//! The sample that comes with this example, labelled and shown as a table.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Attribute, Cell, ContentArrangement, Table, TableComponent};
use deskhand::Triage;

use crate::answer::Memory;
use crate::args::Args;
use crate::chunk::Chunk;
use crate::delimited;
use crate::input::Source;
use crate::output;
use crate::tally::Tally;

const SAMPLE: &str = include_str!("../data/tickets.csv");
/// Width where there is no terminal to ask.
const WIDTH: u16 = 120;
/// How much of a text is shown.
const SHOWN: usize = 44;
const HEADER: [&str; 7] = ["id", "inquiry", "desk", "sure", "tier", "review", "because"];

/// Labels the sample and shows it.
pub(crate) fn show(args: &Args) -> Result<()> {
    let (table, tally) = labelled(args)?;
    let text = format!(
        "{table}\n\n{tally}\n\nYour own: label tickets.csv -o labelled.csv. All options: label --help\n"
    );
    let mut output = output::create("-", false)?;
    output.write_all(text.as_bytes()).map_err(|error| output.explain(error))?;
    output.finish()
}

fn labelled(args: &Args) -> Result<(Table, Tally)> {
    let labeller = args.labeller()?;
    let mut source = Source::new(SAMPLE.as_bytes(), None);
    let mut plan = delimited::plan(&mut source, b',', args)?;
    let (mut chunk, mut memory, mut tally) =
        (Chunk::default(), Memory::default(), Tally::default());
    let mut table = empty_table();
    while plan.splitter.next_row(&mut source, &mut chunk)? {}
    for row in &chunk.rows {
        tally.read += 1;
        match plan.rows.texts(&chunk, row) {
            Ok(texts) => {
                let triage = labeller.label(&texts.subject, &texts.body, &mut memory);
                let id = String::from_utf8_lossy(chunk.field(row, 0).unwrap_or_default());
                let shown = shown(&texts.subject, &texts.body);
                table.add_row(cells(&id, &shown, &triage, &memory.because));
                tally.count(&triage);
            }
            Err(cause) => tally.count_bad(row.line, cause),
        }
    }
    Ok((table, tally))
}

fn empty_table() -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(HEADER.map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
    if !io::stdout().is_terminal() {
        table.set_width(WIDTH);
    }
    table
}

/// The beginning of an inquiry: its subject, or its text where it has none.
fn shown(subject: &str, body: &str) -> String {
    let text = if subject.trim().is_empty() { body } else { subject };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}

fn cells(id: &str, inquiry: &str, triage: &Triage, because: &str) -> [String; 7] {
    let also = triage.also().map_or(String::new(), |other| format!(", also {other}"));
    [
        id.to_owned(),
        inquiry.to_owned(),
        format!("{}{also}", triage.desk()),
        // Rounded down: nothing is quite certain.
        format!("{:.0}%", (100.0 * triage.probability()).floor().min(99.0)),
        triage.tier().to_string(),
        triage.review().map_or(String::new(), |reason| reason.to_string()),
        because.to_owned(),
    ]
}
