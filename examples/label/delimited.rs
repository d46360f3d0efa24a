//! CSV and TSV. Good rows come out byte for byte as they came in, with the labels behind them.

mod splitter;

use std::io::BufRead;

use anyhow::{Context, Result, bail};
use deskhand::Desk;

use crate::args::Args;
use crate::chunk::{Chunk, Row};
use crate::columns::{Places, label_names, refuse_clash};
use crate::input::{READING, Source};
use crate::rows::{Labels, Plan, Rows, Split, Texts, bad_review, utf8, write_probability};
use splitter::Splitter;

/// Reads the header and plans for the rows.
pub(crate) fn plan(source: &mut Source, delimiter: u8, args: &Args) -> Result<Plan> {
    let bom = source.take_bom()?;
    let mut splitter = Splitter::new(delimiter);
    let mut chunk = Chunk::default();
    splitter.next_row(source, &mut chunk)?;
    let Some(row) = chunk.rows.first() else {
        bail!("the input has no header; the first row must name the columns")
    };
    if row.unclosed {
        bail!("the header opens a quote and never closes it; correct the first row");
    }
    let header: Vec<String> =
        chunk.fields(row).map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    let rows = Delimited {
        delimiter,
        line_end: line_end(&chunk.raw, source)?,
        width: header.len(),
        places: find(args, &header, delimiter)?,
    };
    let labels = label_names(&args.prefix);
    refuse_clash(&labels, &header)?;
    let mut first = [bom, &chunk.raw[row.raw.clone()]].concat();
    labels.iter().for_each(|name| rows.write_next(name.as_bytes(), &mut first));
    first.extend_from_slice(rows.line_end);
    let note = note(rows.places, &header);
    Ok(Plan { header: first, splitter: Box::new(splitter), rows: Box::new(rows), note })
}

/// The end of line the header has.
fn line_end(raw: &[u8], source: &mut Source) -> Result<&'static [u8]> {
    Ok(match raw.last() {
        Some(b'\r') if source.fill_buf().context(READING)?.first() == Some(&b'\n') => b"\r\n",
        Some(b'\r') => b"\r",
        _ => b"\n",
    })
}

fn find(args: &Args, header: &[String], delimiter: u8) -> Result<Places> {
    let places = Places::find(&args.wanted(), header);
    let other =
        b";\t,|".iter().find(|byte| header.len() == 1 && header[0].as_bytes().contains(byte));
    match (places, other) {
        (Err(_), Some(&other)) => bail!(
            "the header is not separated by {:?}: it reads {:?}; add --delimiter {:?}",
            delimiter as char,
            header[0],
            other as char
        ),
        (places, _) => places,
    }
}

fn note(places: Places, header: &[String]) -> String {
    let name = |place: Option<usize>| {
        place.map_or("none".to_owned(), |place| format!("{:?}", header[place]))
    };
    format!("columns subject: {}, body: {}", name(places.subject), name(places.body))
}

/// Reads and writes single rows.
struct Delimited {
    delimiter: u8,
    line_end: &'static [u8],
    width: usize,
    places: Places,
}

impl Rows for Delimited {
    fn texts<'a>(&self, chunk: &'a Chunk, row: &Row) -> Result<Texts<'a>, String> {
        if row.unclosed {
            return Err("a quote is opened and never closed".to_owned());
        }
        if row.ends.len() != self.width {
            return Err(format!("{} fields where the header has {}", row.ends.len(), self.width));
        }
        utf8(&chunk.raw[row.raw.clone()])?;
        let text = |place: Option<usize>| {
            let field = place.and_then(|place| chunk.field(row, place));
            String::from_utf8_lossy(field.unwrap_or_default())
        };
        Ok(Texts { subject: text(self.places.subject), body: text(self.places.body) })
    }

    fn write(&self, chunk: &Chunk, row: &Row, labels: &Labels<'_>, out: &mut Vec<u8>) {
        if row.unclosed || row.ends.len() != self.width {
            self.write_ragged(chunk, row, labels, out);
        } else {
            out.extend_from_slice(&chunk.raw[row.raw.clone()]);
            self.write_labels(labels, out);
        }
        out.extend_from_slice(self.line_end);
    }
}

impl Delimited {
    /// A row with too few fields is filled up, and what one has too many goes behind the labels: so
    /// they stay under their names.
    fn write_ragged(&self, chunk: &Chunk, row: &Row, labels: &Labels<'_>, out: &mut Vec<u8>) {
        for index in 0..self.width {
            let field = chunk.field(row, index).unwrap_or_default();
            if index == 0 { self.write_field(field, out) } else { self.write_next(field, out) }
        }
        self.write_labels(labels, out);
        chunk.fields(row).skip(self.width).for_each(|field| self.write_next(field, out));
    }

    fn write_labels(&self, labels: &Labels<'_>, out: &mut Vec<u8>) {
        let (triage, because) = match labels {
            Labels::Given(triage, because) => (triage, because),
            Labels::Bad(cause) => return self.write_bad(cause, out),
        };
        self.write_next(triage.desk().as_str().as_bytes(), out);
        self.write_number(triage.probability(), out);
        self.write_next(&[b'0' + triage.tier().number()], out);
        triage
            .tier_probabilities()
            .iter()
            .for_each(|probability| self.write_number(*probability, out));
        self.write_next(triage.also().map_or("", Desk::as_str).as_bytes(), out);
        self.write_next(triage.review().map_or("", |reason| reason.as_str()).as_bytes(), out);
        self.write_next(because.as_bytes(), out);
    }

    fn write_bad(&self, cause: &str, out: &mut Vec<u8>) {
        (0..7).for_each(|_| self.write_next(b"", out));
        self.write_next(bad_review(cause).as_bytes(), out);
        self.write_next(b"", out);
    }

    fn write_number(&self, number: f32, out: &mut Vec<u8>) {
        out.push(self.delimiter);
        write_probability(number, out);
    }

    fn write_next(&self, field: &[u8], out: &mut Vec<u8>) {
        out.push(self.delimiter);
        self.write_field(field, out);
    }

    /// Writes a field, in quotes where it needs them.
    fn write_field(&self, field: &[u8], out: &mut Vec<u8>) {
        let special = |byte: &u8| matches!(byte, b'"' | b'\r' | b'\n') || *byte == self.delimiter;
        if !field.iter().any(special) {
            return out.extend_from_slice(field);
        }
        out.push(b'"');
        for (index, part) in field.split(|byte| *byte == b'"').enumerate() {
            out.extend_from_slice(if index > 0 { b"\"\"" } else { b"" });
            out.extend_from_slice(part);
        }
        out.push(b'"');
    }
}
