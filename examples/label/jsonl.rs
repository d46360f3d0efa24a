//! JSON lines. Good rows come out byte for byte as they came in, with the labels as keys behind the
//! others.

mod object;

use std::io::{BufRead, Read};
use std::slice;

use anyhow::{Context, Result, bail};
use deskhand::Desk;

use crate::args::Args;
use crate::chunk::{Chunk, Row};
use crate::columns::{Choice, Part, label_names, list, refuse_clash, unknown};
use crate::input::{READING, Source};
use crate::rows::{LONGEST, Labels, Plan, Rows, Split, Texts, bad_review, utf8, write_probability};
use object::{Names, Value, keys_of};

/// How many rows are looked at for their keys before work begins.
const LOOKED_AT: usize = 100;

/// Looks at the first rows and plans for all.
pub(crate) fn plan(source: &mut Source, args: &Args) -> Result<Plan> {
    source.take_bom()?;
    let mut rows = JsonLines {
        names: Names { wanted: args.wanted(), labels: label_names(&args.prefix) },
        main: Part::Body,
    };
    let mut splitter = Lines { line: 0 };
    let mut first = Chunk::default();
    while first.rows.len() < LOOKED_AT
        && !first.is_full()
        && splitter.next_row(source, &mut first)?
    {}
    let note = rows.check(&first)?;
    source.unread(&first.raw);
    Ok(Plan {
        header: Vec::new(),
        splitter: Box::new(Lines { line: 0 }),
        rows: Box::new(rows),
        note,
    })
}

/// Finds the rows by their line ends.
struct Lines {
    line: u64,
}

impl Split for Lines {
    fn next_row(&mut self, source: &mut Source, chunk: &mut Chunk) -> Result<bool> {
        loop {
            let start = chunk.raw.len();
            let length = source
                .by_ref()
                .take(LONGEST as u64)
                .read_until(b'\n', &mut chunk.raw)
                .context(READING)?;
            self.line += 1;
            let line = &chunk.raw[start..];
            if length == LONGEST && !line.ends_with(b"\n") {
                bail!(
                    "line {} is longer than {} MiB; is the input what --format says?",
                    self.line,
                    LONGEST >> 20
                );
            }
            let kept = line.trim_ascii();
            if length == 0 {
                return Ok(false);
            }
            if kept.is_empty() {
                chunk.tally.blank += 1;
                continue;
            }
            let start = start + (line.len() - line.trim_ascii_start().len());
            let raw = start..start + kept.len();
            chunk.rows.push(Row { line: self.line, raw, ..Row::default() });
            return Ok(true);
        }
    }
}

/// Reads and writes single rows.
struct JsonLines {
    names: Names,
    /// The text that every row must have: the body, or the subject of an input that has nothing
    /// else.
    main: Part,
}

impl JsonLines {
    /// Refuses an input whose first rows show that it can't be labelled; tells which keys hold the
    /// texts.
    fn check(&mut self, first: &Chunk) -> Result<String> {
        let line = |row: &Row| String::from_utf8_lossy(&first.raw[row.raw.clone()]).into_owned();
        let Some(first_line) = first.rows.first().map(line) else {
            bail!("the input is empty; there is nothing to label")
        };
        if first_line.starts_with('[') {
            bail!(
                "the input is one list, not one JSON object a line; convert it: jq -c '.[]' INPUT > rows.jsonl"
            );
        }
        if first_line == "{" {
            bail!(
                "the objects are spread over several lines; put each on one: jq -c . INPUT > rows.jsonl"
            );
        }
        let mut keys: Vec<String> = Vec::new();
        let objects = first.rows.iter().filter_map(|row| keys_of(&line(row)));
        objects.flatten().for_each(|key| {
            if !keys.contains(&key) {
                keys.push(key);
            }
        });
        if keys.is_empty() {
            return Ok("keys not known yet".to_owned());
        }
        refuse_clash(&self.names.labels, &keys)?;
        self.choose(&keys)
    }

    fn choose(&mut self, keys: &[String]) -> Result<String> {
        let [subject, body] = [Part::Subject, Part::Body].map(|part| self.best(part, keys));
        for (part, found) in [(Part::Subject, subject), (Part::Body, body)] {
            if let (Choice::Named(name), None) = (self.names.wanted.choice(part), found) {
                bail!(unknown(part, name, &list(keys)));
            }
        }
        if subject.is_none() && body.is_none() {
            bail!(
                "no key looks like the text of an inquiry; the keys are {}; name it with --body-column",
                list(keys)
            );
        }
        self.main = if body.is_some() { Part::Body } else { Part::Subject };
        let name = |key: Option<&String>| key.map_or("none".to_owned(), |key| format!("{key:?}"));
        Ok(format!("keys subject: {}, body: {}", name(subject), name(body)))
    }

    fn best<'a>(&self, part: Part, keys: &'a [String]) -> Option<&'a String> {
        let fits = keys.iter().filter_map(|key| {
            Some((self.names.wanted.fit(key).filter(|fit| fit.0 == part)?.1, key))
        });
        fits.min_by_key(|fit| fit.0).map(|fit| fit.1)
    }
}

impl Rows for JsonLines {
    fn texts<'a>(&self, chunk: &'a Chunk, row: &Row) -> Result<Texts<'a>, String> {
        let found = self.names.read(utf8(&chunk.raw[row.raw.clone()])?)?;
        if found.clash {
            return Err("a key has the name of a label; see --prefix".to_owned());
        }
        let (needed, other) = match self.main {
            Part::Body => (found.body, found.subject),
            Part::Subject => (found.subject, found.body),
        };
        let Some(needed) = needed else {
            return Err(format!("the key for the {} is missing", self.main.as_str()));
        };
        let other = other.filter(|value| !value.is_null());
        let (needed, other) =
            (needed.text()?, other.map(Value::text).transpose()?.unwrap_or_default());
        Ok(match self.main {
            Part::Body => Texts { subject: other, body: needed },
            Part::Subject => Texts { subject: needed, body: other },
        })
    }

    fn write(&self, chunk: &Chunk, row: &Row, labels: &Labels<'_>, out: &mut Vec<u8>) {
        let raw = &chunk.raw[row.raw.clone()];
        match labels {
            Labels::Bad(_) if !self.can_be_extended(raw) => self.write_line(raw, out),
            _ => write_open(raw, out),
        }
        self.write_labels(labels, out);
        out.extend_from_slice(b"}\n");
    }
}

impl JsonLines {
    fn can_be_extended(&self, raw: &[u8]) -> bool {
        utf8(raw).and_then(|line| self.names.read(line)).is_ok_and(|found| !found.clash)
    }

    /// A line that is no object is kept as a string.
    fn write_line(&self, raw: &[u8], out: &mut Vec<u8>) {
        out.push(b'{');
        write_key("line", out);
        write_string(&String::from_utf8_lossy(raw), out);
    }

    fn write_labels(&self, labels: &Labels<'_>, out: &mut Vec<u8>) {
        let mut keys = Keys { names: self.names.labels.iter(), out };
        let (triage, because) = match labels {
            Labels::Given(triage, because) => (triage, because),
            Labels::Bad(cause) => return write_bad(cause, &mut keys),
        };
        write_word(Some(triage.desk().as_str()), keys.next());
        write_probability(triage.probability(), keys.next());
        keys.next().push(b'0' + triage.tier().number());
        for probability in triage.tier_probabilities() {
            write_probability(probability, keys.next());
        }
        write_word(triage.also().map(Desk::as_str), keys.next());
        write_word(triage.review().map(|reason| reason.as_str()), keys.next());
        write_string(because, keys.next());
    }
}

/// The keys of the labels, one after the other.
struct Keys<'a> {
    names: slice::Iter<'a, String>,
    out: &'a mut Vec<u8>,
}

impl Keys<'_> {
    /// Writes the next key; its value goes behind it.
    fn next(&mut self) -> &mut Vec<u8> {
        let separator: &[u8] = if self.out.ends_with(b"{") { b"" } else { b"," };
        self.out.extend_from_slice(separator);
        write_key(self.names.next().map_or("", String::as_str), self.out);
        self.out
    }
}

fn write_bad(cause: &str, keys: &mut Keys<'_>) {
    (0..7).for_each(|_| write_word(None, keys.next()));
    write_string(&bad_review(cause), keys.next());
    write_word(None, keys.next());
}

/// Writes an object without its closing brace.
fn write_open(raw: &[u8], out: &mut Vec<u8>) {
    let inside = raw.strip_suffix(b"}").unwrap_or(raw);
    out.extend_from_slice(inside.trim_ascii_end());
}

fn write_key(name: &str, out: &mut Vec<u8>) {
    write_string(name, out);
    out.push(b':');
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    // Writing a string to memory can't fail.
    let _ = serde_json::to_writer(out, text);
}

fn write_word(word: Option<&str>, out: &mut Vec<u8>) {
    match word {
        Some(word) => write_string(word, out),
        None => out.extend_from_slice(b"null"),
    }
}
