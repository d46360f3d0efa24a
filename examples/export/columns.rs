//! Which columns of an export hold what.

use anyhow::{Result, anyhow, bail};
use clap::Args;

use super::Line;
use super::text_columns::{Choice, Places, Wanted, list};

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

/// Which columns an export is read by.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Columns")]
pub(crate) struct ColumnOptions {
    /// Column of the text, by name or 1-based number [default: found by name]
    #[arg(long, value_name = "COLUMN")]
    body_column: Option<String>,
    /// Column of the subject line; `-` for none [default: found by name]
    #[arg(long, value_name = "COLUMN")]
    subject_column: Option<String>,
    /// Column of the queue or category [default: found by name]
    #[arg(long, value_name = "COLUMN")]
    desk_column: Option<String>,
    /// Column of the priority or level; `-` for none [default: found by name]
    #[arg(long, value_name = "COLUMN")]
    tier_column: Option<String>,
    /// Column of the conversation that a ticket belongs to [default: found by name]
    #[arg(long, value_name = "COLUMN")]
    thread_column: Option<String>,
    /// Character between the fields [default: a comma, or a tab in .tsv]
    #[arg(long, value_name = "CHAR")]
    pub(crate) delimiter: Option<char>,
}

impl ColumnOptions {
    /// Which columns hold the text.
    fn texts(&self) -> Wanted {
        Wanted {
            subject: Choice::from_option(&self.subject_column),
            body: Choice::from_option(&self.body_column),
        }
    }
}

/// One of the fields of a row.
pub(crate) type Field = fn(&Line) -> &str;

/// Where in a row everything stands.
pub(crate) struct Columns {
    texts: Places,
    desk: usize,
    tier: Option<usize>,
    thread: Option<usize>,
    id: Option<usize>,
}

impl Columns {
    pub(crate) fn find(header: &[String], options: &ColumnOptions) -> Result<Self> {
        let texts = Places::find(&options.texts(), header)?;
        let desk = find(header, options.desk_column.as_deref(), DESKS, "desk")?;
        let missing = || {
            anyhow!(
                "no column looks like a queue or category; the columns are {}; name it with --desk-column",
                list(header)
            )
        };
        Ok(Self {
            desk: desk.ok_or_else(missing)?,
            tier: find(header, options.tier_column.as_deref(), TIERS, "tier")?,
            thread: find(header, options.thread_column.as_deref(), THREADS, "thread")?,
            id: find(header, None, IDS, "id")?,
            texts,
        })
    }

    /// A row from its fields; `place` names one that has no id.
    pub(crate) fn line<'f>(
        &self,
        place: impl FnOnce() -> String,
        field: impl Fn(usize) -> Option<&'f str>,
    ) -> Line {
        let field = |at: Option<usize>| at.and_then(&field).unwrap_or_default().to_owned();
        let id = Some(field(self.id)).filter(|id| !id.trim().is_empty());
        Line {
            id: id.unwrap_or_else(place),
            subject: field(self.texts.subject),
            body: field(self.texts.body),
            desk: field(Some(self.desk)),
            tier: field(self.tier),
            thread: field(self.thread),
        }
    }

    pub(crate) fn refuse_empty(&self, header: &[String], lines: &[Line]) -> Result<()> {
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
