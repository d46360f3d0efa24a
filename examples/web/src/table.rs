//! A file labelled piece by piece, so that the page stays in charge and memory stays the same for a
//! file of any length.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use deskhand::{Classifier, Desk, Triage};
use serde::Serialize;

use crate::answer::{Labeller, Memory};
use crate::chunk::{Chunk, Row};
use crate::delimited;
use crate::header::Header;
use crate::input::Source;
use crate::inquiry::quote;
use crate::rows::{Labels, Plan, Texts};
use crate::tally::REPORTED;

/// How many labelled rows are shown.
const SHOWN: usize = 20;

/// A file on its way.
pub(crate) struct Table {
    plan: Plan,
    source: Source,
    labeller: Labeller,
    memory: Memory,
    chunk: Chunk,
    /// What came of the rows so far.
    pub(crate) summary: Summary,
}

/// Counts, and the first of the rows.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct Summary {
    /// Bytes read.
    pub(crate) bytes: u64,
    rows: u64,
    bad: u64,
    blank: u64,
    service: u64,
    technical: u64,
    tiers: [u64; 3],
    reviews: BTreeMap<&'static str, u64>,
    reported: Vec<BadRow>,
    shown: Vec<ShownRow>,
}

/// A row that could not be labelled: where it begins, and what is wrong with it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct BadRow {
    line: u64,
    cause: String,
}

/// A row that was labelled.
#[derive(Debug, PartialEq, Serialize)]
struct ShownRow {
    line: u64,
    text: String,
    because: String,
    #[serde(flatten)]
    labels: Shown,
}

#[derive(Debug, PartialEq, Serialize)]
struct Shown {
    desk: &'static str,
    probability: f32,
    tier: u8,
    also: Option<&'static str>,
    review: Option<&'static str>,
}

impl Table {
    /// Plans for the rows of a file whose text is in these columns, counted from 0.
    pub(crate) fn new(
        mut source: Source,
        header: &Header,
        subject: Option<usize>,
        body: Option<usize>,
    ) -> Result<Table> {
        ensure!(subject.is_some() || body.is_some(), "Choose the column that holds the text.");
        let plan = delimited::plan(&mut source, header.delimiter(), &header.args(subject, body))?;
        let mut table = Table {
            plan,
            source,
            labeller: Labeller::brief(Classifier::bundled().clone()),
            memory: Memory::default(),
            chunk: Chunk::default(),
            summary: Summary::default(),
        };
        table.chunk.out = std::mem::take(&mut table.plan.header);
        Ok(table)
    }

    /// The labelled header.
    pub(crate) fn header(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.chunk.out)
    }

    /// The next rows with their labels, or none at the end.
    pub(crate) fn next_rows(&mut self) -> Result<Option<&[u8]>> {
        self.chunk.restart(0);
        while !self.chunk.is_full()
            && self.plan.splitter.next_row(&mut self.source, &mut self.chunk)?
        {}
        self.summary.bytes += self.chunk.raw.len() as u64;
        self.summary.blank += self.chunk.tally.blank;
        for row in std::mem::take(&mut self.chunk.rows) {
            self.label(&row);
        }
        Ok((!self.chunk.out.is_empty()).then_some(&self.chunk.out))
    }

    fn label(&mut self, row: &Row) {
        let mut out = std::mem::take(&mut self.chunk.out);
        match self.plan.rows.texts(&self.chunk, row) {
            Ok(texts) => {
                let triage = self.labeller.label(&texts.subject, &texts.body, &mut self.memory);
                let labels = Labels::Given(triage, &self.memory.because);
                self.plan.rows.write(&self.chunk, row, &labels, &mut out);
                self.summary.count(row, &texts, &triage, &self.memory.because);
            }
            Err(cause) => {
                self.plan.rows.write(&self.chunk, row, &Labels::Bad(&cause), &mut out);
                self.summary.count_bad(row, cause);
            }
        }
        self.chunk.out = out;
    }
}

impl Summary {
    fn count(&mut self, row: &Row, texts: &Texts<'_>, triage: &Triage, because: &str) {
        self.rows += 1;
        match triage.desk() {
            Desk::Service => self.service += 1,
            Desk::Technical => self.technical += 1,
        }
        self.tiers[usize::from(triage.tier().number()) - 1] += 1;
        if let Some(reason) = triage.review() {
            *self.reviews.entry(reason.as_str()).or_default() += 1;
        }
        if self.shown.len() < SHOWN {
            self.shown.push(ShownRow::new(row, texts, triage, because));
        }
    }

    fn count_bad(&mut self, row: &Row, cause: String) {
        self.rows += 1;
        self.bad += 1;
        if self.reported.len() < REPORTED {
            self.reported.push(BadRow { line: row.line, cause });
        }
    }
}

impl ShownRow {
    fn new(row: &Row, texts: &Texts<'_>, triage: &Triage, because: &str) -> ShownRow {
        let text = if texts.subject.trim().is_empty() { &texts.body } else { &texts.subject };
        ShownRow {
            line: row.line,
            text: quote(text),
            because: because.to_owned(),
            labels: Shown {
                desk: triage.desk().as_str(),
                probability: triage.probability(),
                tier: triage.tier().number(),
                also: triage.also().map(Desk::as_str),
                review: triage.review().map(|reason| reason.as_str()),
            },
        }
    }
}
