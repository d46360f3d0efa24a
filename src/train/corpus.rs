//! Labelled inquiries from JSON-lines files.
//!
//! One inquiry a line: `{"id": …, "subject": …, "body": …, "desk": "service" | "technical" | "none",
//! "also": null | "service" | "technical", "tier": 1 | 2 | 3 | null, "by": …}`. A file is a
//! *source*: the name that the figures are given for, and what cross-validation leaves out.
//!
//! Labels can also stand apart from the texts, in a file with the ending `.labels`: the same lines
//! without subject and body, which give the inquiry with that id, in whatever file, the labels of
//! somebody who read it. So texts that may not be passed on can be labelled again.

mod labels;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::train::TrainError;
use crate::{Desk, Inquiry, Tier};

/// One labelled inquiry.
///
/// # Examples
/// ```
/// use deskhand::train::corpus::Row;
/// use deskhand::{Desk, Tier};
///
/// let row = Row::labelled("The router is dead", Some(Desk::Technical), Some(Tier::Two));
/// assert!(row.asks_for(Desk::Technical));
/// assert!(!row.asks_for(Desk::Service));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// Unique within its source; empty where there is none.
    pub id: String,
    /// The subject line; empty where there is none.
    pub subject: String,
    /// The message.
    pub body: String,
    /// The desk that must act first; `None` where no inquiry is in the text.
    pub desk: Option<Desk>,
    /// The other desk, where the text asks for both.
    pub also: Option<Desk>,
    /// Who should own it first; `None` where that is not known.
    pub tier: Option<Tier>,
    /// Who labelled it.
    pub by: Annotator,
    /// Whether a second careful reader would say the same.
    pub sure: bool,
    /// How the text came in, where known: `email`, `chat`, `tweet`, …
    pub channel: String,
}

/// Who gave a label.
///
/// # Examples
/// ```
/// use deskhand::train::corpus::Annotator;
/// assert_ne!(Annotator::Author, Annotator::Intent);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Annotator {
    /// Whoever wrote the text.
    Author,
    /// Somebody who read the text under the guideline.
    #[default]
    Annotator,
    /// Mapped from an intent that the data set gives; the tier is coarse.
    Intent,
}

impl Row {
    /// A row with these labels, no subject line and nothing else known.
    ///
    /// # Examples
    /// ```
    /// let thanks = deskhand::train::corpus::Row::labelled("thanks!", None, None);
    /// assert_eq!(thanks.desk, None);
    /// ```
    #[must_use]
    pub fn labelled(body: &str, desk: Option<Desk>, tier: Option<Tier>) -> Self {
        Self {
            id: String::new(),
            subject: String::new(),
            body: body.to_owned(),
            desk,
            also: None,
            tier,
            by: Annotator::default(),
            sure: true,
            channel: String::new(),
        }
    }

    /// Whether the text asks for this desk, first or also.
    ///
    /// # Examples
    /// ```
    /// use deskhand::{Desk, train::corpus::Row};
    /// let row = Row::labelled("refund me and fix it", Some(Desk::Service), None);
    /// assert!(row.asks_for(Desk::Service));
    /// ```
    #[must_use]
    pub fn asks_for(&self, desk: Desk) -> bool {
        self.desk == Some(desk) || self.also == Some(desk)
    }

    /// What a classifier is given of it.
    ///
    /// # Examples
    /// ```
    /// let row = deskhand::train::corpus::Row::labelled("hello", None, None);
    /// assert_eq!(row.inquiry().body(), "hello");
    /// ```
    #[must_use]
    pub fn inquiry(&self) -> Inquiry<'_> {
        Inquiry::new(&self.body).subject(&self.subject)
    }
}

/// The rows of one file.
///
/// # Examples
/// ```
/// use deskhand::train::corpus::Source;
///
/// # fn main() -> Result<(), deskhand::train::TrainError> {
/// let line = r#"{"id": "1", "body": "no signal", "desk": "technical", "tier": 1}"#;
/// let source = Source::parse("mine", line.as_bytes())?;
/// assert_eq!(source.rows[0].body, "no signal");
///
/// let broken = Source::parse("mine", b"{\"id\": 1}").unwrap_err();
/// assert!(broken.to_string().starts_with("mine, line 1: "));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Source {
    /// The file's name without its ending.
    pub name: String,
    /// Of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// In the order of the file.
    pub rows: Vec<Row>,
}

impl Source {
    /// Reads JSON lines; blank lines are skipped.
    ///
    /// # Errors
    /// [`TrainError::BadRow`] names the line and what is wrong with it.
    ///
    /// # Examples
    /// ```
    /// let empty = deskhand::train::corpus::Source::parse("none", b"").unwrap();
    /// assert!(empty.rows.is_empty());
    /// ```
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, TrainError> {
        let rows = lines(bytes).map(|(number, line)| {
            let parsed: Line = serde_json::from_slice(line).map_err(|e| bad(name, number, &e))?;
            Row::try_from(parsed).map_err(|e| bad(name, number, &e))
        });
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Self { name: name.to_owned(), sha256: sha256(bytes), rows })
    }

    /// Reads one file.
    ///
    /// # Errors
    /// [`TrainError::Unreadable`] or [`TrainError::BadRow`].
    ///
    /// # Examples
    /// ```
    /// use deskhand::train::corpus::Source;
    /// let error = Source::open("no-such-file.jsonl".as_ref()).unwrap_err();
    /// assert!(error.to_string().starts_with("cannot read no-such-file.jsonl: "));
    /// ```
    pub fn open(path: &Path) -> Result<Self, TrainError> {
        let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::parse(&name, &bytes)
    }

    /// The group that cross-validation leaves out together: the name without a trailing number, so
    /// that two writers of one channel are never on both sides. `annotated-NAME-PART` is a sample
    /// of the set `NAME` that somebody read, and goes with it.
    ///
    /// # Examples
    /// ```
    /// use deskhand::train::corpus::Source;
    /// let group_of = |name| Source::parse(name, b"").unwrap().group().to_owned();
    /// assert_eq!(group_of("written-ordinary-chat-2"), "written-ordinary-chat");
    /// assert_eq!(group_of("annotated-shop-east"), "shop");
    /// assert_eq!(group_of("banking77"), "banking77");
    /// ```
    #[must_use]
    pub fn group(&self) -> &str {
        if let Some(sample) = self.name.strip_prefix("annotated-") {
            return sample.split('-').next().unwrap_or(sample);
        }
        let bare = self.name.trim_end_matches(|c: char| c.is_ascii_digit());
        bare.strip_suffix('-').unwrap_or(&self.name)
    }
}

/// Reads all `.jsonl` files of these files and folders, in the order of their names, so that the
/// order on disk or of the arguments has no influence on a model; then the `.labels` files, which
/// become sources without rows. Labels of inquiries that are not there change nothing.
///
/// # Errors
/// [`TrainError::Unreadable`], [`TrainError::BadRow`] (also for an inquiry that is labelled twice
/// apart from its text), or [`TrainError::NoRows`] where there is no row in any of them.
///
/// # Examples
/// ```
/// use deskhand::train::corpus;
/// assert!(corpus::read(&["no-such-folder".into()]).is_err());
/// ```
pub fn read(paths: &[PathBuf]) -> Result<Vec<Source>, TrainError> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(files_of(path)?);
    }
    let (labels, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| is_labels(file));
    let mut sources = files.iter().map(|file| Source::open(file)).collect::<Result<Vec<_>, _>>()?;
    let mut readings = Vec::new();
    for file in &labels {
        let (source, of_file) = labels::open(file)?;
        sources.push(source);
        readings.extend(of_file);
    }
    sources.sort_by(|a, b| (&a.name, &a.sha256).cmp(&(&b.name, &b.sha256)));
    sources.dedup_by(|b, a| a.name == b.name && a.sha256 == b.sha256);
    if sources.iter().all(|source| source.rows.is_empty()) {
        return Err(TrainError::NoRows);
    }
    labels::apply(readings, &mut sources)?;
    Ok(sources)
}

fn is_labels(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "labels")
}

fn files_of(path: &Path) -> Result<Vec<PathBuf>, TrainError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let files = entries.map(|entry| entry.map(|entry| entry.path()));
    let files: Vec<_> =
        files.collect::<Result<_, _>>().map_err(|error| unreadable(path, &error))?;
    let is_ours =
        |file: &PathBuf| is_labels(file) || file.extension().is_some_and(|e| e == "jsonl");
    Ok(files.into_iter().filter(is_ours).collect())
}

/// The lines that are not blank, with their numbers from 0 on.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = bytes.split(|&b| b == b'\n').enumerate();
    lines.filter(|(_, line)| !line.trim_ascii().is_empty())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unreadable(path: &Path, error: &std::io::Error) -> TrainError {
    TrainError::Unreadable { path: path.to_owned(), cause: error.to_string() }
}

fn bad(source: &str, line: usize, cause: &dyn std::fmt::Display) -> TrainError {
    TrainError::BadRow { source_name: source.to_owned(), line: line + 1, cause: cause.to_string() }
}

/// A line as it is written down.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: String,
    #[serde(default)]
    subject: String,
    body: String,
    #[serde(flatten)]
    labels: Labels,
    #[serde(default)]
    by: Annotator,
    #[serde(default)]
    channel: String,
}

/// Labels as they are written down.
#[derive(Deserialize)]
struct Labels {
    desk: String,
    #[serde(default)]
    also: Option<Desk>,
    #[serde(default)]
    tier: Option<Tier>,
    #[serde(default)]
    sure: Option<bool>,
}

impl Labels {
    /// The desk, if they make sense.
    fn desk(&self) -> Result<Option<Desk>, String> {
        let desk = match self.desk.as_str() {
            "service" => Some(Desk::Service),
            "technical" => Some(Desk::Technical),
            "none" => None,
            other => return Err(format!("desk is service, technical or none, not {other:?}")),
        };
        if self.also.is_some() && (desk.is_none() || self.also == desk) {
            return Err("also names the other desk, or is null".to_owned());
        }
        Ok(desk)
    }

    fn give_to(&self, row: &mut Row) -> Result<(), String> {
        row.desk = self.desk()?;
        row.also = self.also;
        row.tier = self.tier.filter(|_| row.desk.is_some());
        row.sure = self.sure.unwrap_or(true);
        Ok(())
    }
}

impl TryFrom<Line> for Row {
    type Error = String;

    fn try_from(line: Line) -> Result<Self, String> {
        let Line { id, subject, body, labels, by, channel } = line;
        let mut row = Self { id, subject, by, channel, ..Row::labelled(&body, None, None) };
        labels.give_to(&mut row)?;
        Ok(row)
    }
}
