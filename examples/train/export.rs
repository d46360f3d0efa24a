//! Reads tickets out of a file that a help desk exported.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use deskhand::train::corpus::Source;
use deskhand::train::mapping::{Label, Mapping};
use deskhand::train::{adapt::Ticket, corpus::Row};

use crate::args::Args;
use crate::text_columns::{Places, list};

/// Names that a column goes by: lower case, letters and digits only.
const DESKS: &[&str] = &[
    "desk",
    "queue",
    "category",
    "team",
    "group",
    "assignmentgroup",
    "assignedgroup",
    "department",
    "tickettype",
    "tickettopic",
    "topic",
    "type",
    "class",
    "label",
];
const TIERS: &[&str] = &[
    "tier",
    "priority",
    "severity",
    "level",
    "supportlevel",
    "escalationlevel",
    "ticketpriority",
    "urgency",
    "escalation",
    "impact",
];
const THREADS: &[&str] = &["thread", "threadid", "conversation", "conversationid", "parentid"];
const IDS: &[&str] =
    &["id", "ticketid", "ticketnumber", "ticket", "number", "caseid", "casenumber", "key"];

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
}

/// Reads a file. Columns without a single value are refused.
pub(crate) fn read(path: &Path, args: &Args) -> Result<Export> {
    let name = path.display().to_string();
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let lines = if ending == "jsonl" || ending == "ndjson" {
        json(path)?
    } else {
        let usual = if ending == "tsv" { '\t' } else { ',' };
        delimited(path, args.delimiter.unwrap_or(usual), args).with_context(|| name.clone())?
    };
    ensure!(!lines.is_empty(), "{name} has no rows: export the tickets again");
    Ok(Export { name, lines })
}

/// JSON lines as the corpora have them; the labels are plain.
fn json(path: &Path) -> Result<Vec<Line>> {
    let line = |row: Row| Line {
        desk: row.desk.map_or("none", |desk| desk.as_str()).to_owned(),
        tier: row.tier.map(|tier| tier.to_string()).unwrap_or_default(),
        thread: String::new(),
        id: row.id,
        subject: row.subject,
        body: row.body,
    };
    Ok(Source::open(path)?.rows.into_iter().map(line).collect())
}

fn delimited(path: &Path, delimiter: char, args: &Args) -> Result<Vec<Line>> {
    let delimiter = u8::try_from(delimiter).context("--delimiter must be one ASCII character")?;
    let bytes = fs::read(path).context("cannot be read")?;
    // Exports of old programs are not UTF-8; a wrong accent does no harm here.
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let places = Columns::find(&header, args)?;
    let mut lines = Vec::new();
    for (number, record) in reader.records().enumerate() {
        lines.push(places.line(number, &record?));
    }
    places.refuse_empty(&header, &lines)?;
    Ok(lines)
}

/// One of the fields of a row.
type Field = fn(&Line) -> &str;

/// Where in a row everything stands.
struct Columns {
    texts: Places,
    desk: usize,
    tier: Option<usize>,
    thread: Option<usize>,
    id: Option<usize>,
}

impl Columns {
    fn find(header: &[String], args: &Args) -> Result<Self> {
        let texts = Places::find(&args.texts(), header)?;
        let desk = find(header, args.desk_column.as_deref(), DESKS, "desk")?;
        let missing = || {
            anyhow!(
                "no column looks like a queue or category; the columns are {}; name it with --desk-column",
                list(header)
            )
        };
        Ok(Self {
            desk: desk.ok_or_else(missing)?,
            tier: find(header, args.tier_column.as_deref(), TIERS, "tier")?,
            thread: find(header, args.thread_column.as_deref(), THREADS, "thread")?,
            id: find(header, None, IDS, "id")?,
            texts,
        })
    }

    fn line(&self, number: usize, record: &csv::StringRecord) -> Line {
        let field =
            |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        let id = Some(field(self.id)).filter(|id| !id.trim().is_empty());
        Line {
            // The header is row 1, as a spreadsheet counts.
            id: id.unwrap_or_else(|| format!("row {}", number + 2)),
            subject: field(self.texts.subject),
            body: field(self.texts.body),
            desk: field(Some(self.desk)),
            tier: field(self.tier),
            thread: field(self.thread),
        }
    }

    fn refuse_empty(&self, header: &[String], lines: &[Line]) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let columns: [(&str, Option<usize>, Field); 3] = [
            ("body", self.texts.body, |line| &line.body),
            ("desk", Some(self.desk), |line| &line.desk),
            ("tier", self.tier, |line| &line.tier),
        ];
        for (what, at, field) in columns {
            let Some(at) = at else { continue };
            if lines.iter().all(|line| field(line).trim().is_empty()) {
                bail!(
                    "the column {:?} is empty in all {} rows; name the one that holds the {} with --{what}-column{}",
                    header[at],
                    lines.len(),
                    if what == "body" { "text" } else { what },
                    if what == "tier" { ", or - for none" } else { "" }
                );
            }
        }
        Ok(())
    }
}

/// The column asked for, or the one whose name fits best.
fn find(
    header: &[String],
    asked: Option<&str>,
    names: &[&str],
    what: &str,
) -> Result<Option<usize>> {
    let Some(asked) = asked else {
        let plain: Vec<String> = header.iter().map(|name| plain(name)).collect();
        return Ok(names.iter().find_map(|name| plain.iter().position(|plain| plain == name)));
    };
    if asked == "-" {
        return Ok(None);
    }
    let named = header.iter().position(|name| name == asked);
    let named = named.or_else(|| header.iter().position(|name| name.eq_ignore_ascii_case(asked)));
    let number = asked.parse().ok().filter(|number| (1..=header.len()).contains(number));
    let missing = || {
        anyhow!(
            "there is no column {asked:?}; the columns are {}; correct --{what}-column",
            list(header)
        )
    };
    named.or(number.map(|number| number - 1)).map(Some).ok_or_else(missing)
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Tickets with labels, and how many rows had none.
pub(crate) fn label(
    export: &Export,
    mapping: &Mapping,
    weight: f64,
) -> Result<(Vec<Ticket>, usize)> {
    refuse_unknown(export, mapping)?;
    let mut tickets = Vec::new();
    for line in &export.lines {
        let (Label::Is(desk), Label::Is(tier)) =
            (mapping.desk(&line.desk)?, mapping.tier(&line.tier)?)
        else {
            continue;
        };
        let mut row = Row::labelled(&line.body, desk, tier.filter(|_| desk.is_some()));
        row.subject.clone_from(&line.subject);
        row.id.clone_from(&line.id);
        tickets.push(Ticket::new(row).thread(&line.thread).weight(weight));
    }
    let skipped = export.lines.len() - tickets.len();
    Ok((tickets, skipped))
}

/// Names all values that the mapping does not know, not just the first.
fn refuse_unknown(export: &Export, mapping: &Mapping) -> Result<()> {
    let desks = unknown(export, |line| &line.desk, |value| mapping.desk(value).is_err());
    let tiers = unknown(export, |line| &line.tier, |value| mapping.tier(value).is_err());
    if desks.is_empty() && tiers.is_empty() {
        return Ok(());
    }
    let say = |what: &str, values: &[String]| match values.len() {
        0 => String::new(),
        _ => format!(" {what} {}", list(values)),
    };
    bail!(
        "{}: it is not said what these mean:{}{}; draft a mapping with --suggest-mapping, correct it and give it with --mapping",
        export.name,
        say("desks", &desks),
        say("tiers", &tiers)
    )
}

fn unknown(export: &Export, field: Field, is_unknown: impl Fn(&str) -> bool) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in export.lines.iter().map(|line| field(line).trim()) {
        if is_unknown(value) && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    values
}
