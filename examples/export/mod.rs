//! Labelled tickets out of a file that a help desk exported: CSV, TSV or JSON lines, its columns
//! found by their names, its own names for desks and tiers put into ours by a mapping. `train`,
//! `evaluate` and `learning_curve` read the same files in the same way.

mod columns;
pub(crate) mod companies;
#[allow(dead_code, reason = "the label example uses all of it")]
#[path = "../label/columns.rs"]
mod text_columns;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use deskhand::train::corpus::{Row, Source};
use deskhand::train::mapping::{Label, Mapping};
use serde_json::{Map, Value};

pub(crate) use self::columns::ColumnOptions;
use self::columns::{Columns, Field};
use self::text_columns::list;

/// One row as it stands in the file.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) desk: String,
    pub(crate) tier: String,
    pub(crate) thread: String,
}

/// A file of tickets.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) name: String,
    pub(crate) lines: Vec<Line>,
    /// Whether it is written as the corpora are: its labels are ours, whatever the mapping says.
    is_corpus: bool,
}

/// A ticket with labels.
#[derive(Debug)]
pub(crate) struct Labelled {
    pub(crate) row: Row,
    /// The conversation that it belongs to, if any.
    pub(crate) thread: String,
}

/// Reads a file. Columns without a single value are refused.
pub(crate) fn read(path: &Path, options: &ColumnOptions) -> Result<Export> {
    let name = path.display().to_string();
    let bytes = fs::read(path).with_context(|| format!("cannot read {name}"))?;
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let is_json = ending == "jsonl" || ending == "ndjson";
    let corpus = if is_json { corpus(&name, &bytes) } else { None };
    let is_corpus = corpus.is_some();
    let lines = match corpus {
        Some(lines) => lines,
        None if is_json => json(&bytes, options).with_context(|| name.clone())?,
        None => {
            let usual = if ending == "tsv" { '\t' } else { ',' };
            let delimiter = options.delimiter.unwrap_or(usual);
            delimited(&bytes, delimiter, options).with_context(|| name.clone())?
        }
    };
    ensure!(!lines.is_empty(), "{name} has no rows: export the tickets again");
    Ok(Export { name, lines, is_corpus })
}

/// Whether a file is written as the corpora are: JSON lines with their keys, and with our labels.
pub(crate) fn is_corpus(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl"))
        && fs::read(path).is_ok_and(|bytes| corpus("", &bytes).is_some())
}

/// The keys of the corpora.
const CORPUS: [&str; 9] =
    ["id", "subject", "body", "desk", "also", "tier", "by", "sure", "channel"];

fn corpus(name: &str, bytes: &[u8]) -> Option<Vec<Line>> {
    let first = bytes.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    let first: Map<String, Value> = serde_json::from_slice(first).ok()?;
    if !first.keys().all(|key| CORPUS.contains(&key.as_str())) {
        return None;
    }
    let line = |row: Row| Line {
        desk: row.desk.map_or("none", |desk| desk.as_str()).to_owned(),
        tier: row.tier.map(|tier| tier.to_string()).unwrap_or_default(),
        thread: String::new(),
        id: row.id,
        subject: row.subject,
        body: row.body,
    };
    Some(Source::parse(name, bytes).ok()?.rows.into_iter().map(line).collect())
}

/// JSON lines as a help desk writes them: the keys are the columns.
fn json(bytes: &[u8], options: &ColumnOptions) -> Result<Vec<Line>> {
    let written = bytes.split(|&byte| byte == b'\n').enumerate();
    let written = written.filter(|(_, line)| !line.trim_ascii().is_empty());
    let object = |(at, line): (usize, &[u8])| -> Result<(usize, Map<String, Value>)> {
        let object = serde_json::from_slice(line);
        let advice = "one JSON object a line is needed, such as `jq -c '.[]'` makes of a list";
        Ok((at + 1, object.with_context(|| format!("line {}: {advice}", at + 1))?))
    };
    let objects: Vec<_> = written.map(object).collect::<Result<_>>()?;
    let keys: BTreeSet<&String> = objects.iter().flat_map(|(_, object)| object.keys()).collect();
    let header: Vec<String> = keys.into_iter().cloned().collect();
    if objects.is_empty() {
        return Ok(Vec::new());
    }
    let columns = Columns::find(&header, options)?;
    let mut lines = Vec::new();
    for (number, object) in &objects {
        let fields: Vec<_> = header.iter().map(|key| object.get(key).map(text)).collect();
        let field = |at: usize| fields[at].as_deref();
        lines.push(columns.line(|| format!("line {number}"), field));
    }
    columns.refuse_empty(&header, &lines)?;
    Ok(lines)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn delimited(bytes: &[u8], delimiter: char, options: &ColumnOptions) -> Result<Vec<Line>> {
    let delimiter = u8::try_from(delimiter).context("--delimiter must be one ASCII character")?;
    // Exports of old programs are not UTF-8; a wrong accent does no harm here.
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let columns = Columns::find(&header, options)?;
    let mut lines = Vec::new();
    for (number, record) in reader.records().enumerate() {
        let record = record?;
        // The header is row 1, as a spreadsheet counts.
        lines.push(columns.line(|| format!("row {}", number + 2), |at| record.get(at)));
    }
    columns.refuse_empty(&header, &lines)?;
    Ok(lines)
}

/// What the names in exports mean; without a file they must be our own labels.
pub(crate) fn mapping(path: Option<&Path>) -> Result<Mapping> {
    let Some(path) = path else { return Ok(Mapping::plain()) };
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Mapping::parse(&text).with_context(|| path.display().to_string())
}

impl Export {
    /// The tickets that have a label.
    pub(crate) fn label(&self, mapping: &Mapping) -> Result<Vec<Labelled>> {
        let plain = Mapping::plain();
        let mapping = if self.is_corpus { &plain } else { mapping };
        self.refuse_unknown(mapping)?;
        let mut tickets = Vec::new();
        for line in &self.lines {
            let (Label::Is(desk), Label::Is(tier)) =
                (mapping.desk(&line.desk)?, mapping.tier(&line.tier)?)
            else {
                continue;
            };
            let mut row = Row::labelled(&line.body, desk, tier.filter(|_| desk.is_some()));
            row.subject.clone_from(&line.subject);
            row.id.clone_from(&line.id);
            tickets.push(Labelled { row, thread: line.thread.clone() });
        }
        Ok(tickets)
    }

    /// How many tickets have a label, and how many were left out, in words.
    pub(crate) fn counted(&self, labelled: usize) -> String {
        let skipped = self.lines.len() - labelled;
        let left_out = if skipped > 0 { format!(", {skipped} left out") } else { String::new() };
        format!("{}: {labelled} tickets with a label{left_out}", self.name)
    }

    /// Names all values that the mapping does not know, not just the first.
    fn refuse_unknown(&self, mapping: &Mapping) -> Result<()> {
        let desks = self.unknown(|line| &line.desk, |value| mapping.desk(value).is_err());
        let tiers = self.unknown(|line| &line.tier, |value| mapping.tier(value).is_err());
        if desks.is_empty() && tiers.is_empty() {
            return Ok(());
        }
        let named = [("desks", desks), ("tiers", tiers)].into_iter().filter(|(_, v)| !v.is_empty());
        let named = named.map(|(what, values)| format!("{what} {}", list(&values)));
        bail!(
            "{}: it is not said what these mean: {}; draft a mapping with --suggest-mapping of the train example, correct it and give it with --mapping",
            self.name,
            named.collect::<Vec<_>>().join(", ")
        )
    }

    fn unknown(&self, field: Field, is_unknown: impl Fn(&str) -> bool) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for value in self.lines.iter().map(|line| field(line).trim()) {
            if is_unknown(value) && !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
        }
        values
    }
}
