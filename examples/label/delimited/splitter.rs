//! Finds the rows of CSV and TSV, and recovers where a quote is never closed.

use std::io::BufRead;
use std::ops::Range;

use anyhow::{Context, Result, bail};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::chunk::{Chunk, Row};
use crate::input::{READING, Source};
use crate::rows::{LONGEST, Split};

/// Room made for fields and for their ends before each step of the CSV reader.
const FIELD_ROOM: usize = 4096;
const ENDS_ROOM: usize = 64;

/// Finds the rows by the rules of CSV.
pub(crate) struct Splitter {
    reader: Reader,
    delimiter: u8,
    /// Line of the next byte, from 1.
    line: u64,
    after_return: bool,
}

/// How a row came to its end.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Row,
    Input,
    /// A quote was opened and the input ended, or the row grew beyond all measure.
    Unclosed,
}

impl Splitter {
    /// Begins at the header.
    pub(crate) fn new(delimiter: u8) -> Splitter {
        let reader = ReaderBuilder::new().delimiter(delimiter).build();
        Splitter { reader, delimiter, line: 1, after_return: false }
    }

    /// Reads until the row's end; its fields are left behind the others in `chunk`.
    fn read(&mut self, source: &mut Source, chunk: &mut Chunk) -> Result<End> {
        let begin = chunk.raw.len();
        let (mut fields, mut ends) = (chunk.fields.len(), chunk.ends.len());
        let end = loop {
            let input = source.fill_buf().context(READING)?;
            let at_end = input.is_empty();
            let input = if at_end { b"\n" } else { input };
            chunk.fields.resize(fields + FIELD_ROOM, 0);
            chunk.ends.resize(ends + ENDS_ROOM, 0);
            let (result, read, wrote, ended) = self.reader.read_record(
                input,
                &mut chunk.fields[fields..],
                &mut chunk.ends[ends..],
            );
            fields += wrote;
            ends += ended;
            if !at_end {
                chunk.raw.extend_from_slice(&input[..read]);
                source.consume(read);
            }
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => break End::Row,
                _ if at_end && line_ends(&chunk.raw[begin..]) == chunk.raw.len() - begin => {
                    break End::Input;
                }
                _ if at_end || chunk.raw.len() - begin > LONGEST => break End::Unclosed,
                _ => {}
            }
        };
        chunk.fields.truncate(fields);
        chunk.ends.truncate(ends);
        Ok(end)
    }

    /// Steps over the ends of lines before a row: the rest of the last row's, and blank lines.
    fn skip(&mut self, before: &[u8], chunk_blank: &mut u64) {
        let rest = u64::from(self.after_return && before.first() == Some(&b'\n'));
        let count = newlines(before);
        self.line += count;
        *chunk_blank += count - rest;
    }

    /// Takes only the first line of a row that has no end; what follows is read again. Its quotes
    /// are taken as letters.
    fn cut(&mut self, source: &mut Source, chunk: &mut Chunk, row: &mut Row) -> Result<()> {
        let all = chunk.raw.split_off(row.raw.start);
        let length = memchr::memchr(b'\n', &all).map_or(all.len(), |place| place + 1);
        if length > LONGEST {
            bail!(
                "line {} is longer than {} MiB; is the input what --format says?",
                row.line,
                LONGEST >> 20
            );
        }
        source.unread(&all[length..]);
        chunk.raw.extend_from_slice(&all[..length]);
        chunk.fields.truncate(row.start);
        chunk.ends.truncate(row.ends.start);
        for field in without_line_end(&all[..length]).split(|byte| *byte == self.delimiter) {
            chunk.fields.extend_from_slice(field);
            chunk.ends.push(chunk.fields.len());
        }
        self.reader.reset();
        row.unclosed = true;
        Ok(())
    }
}

impl Split for Splitter {
    fn next_row(&mut self, source: &mut Source, chunk: &mut Chunk) -> Result<bool> {
        let (begin, start, first_end) = (chunk.raw.len(), chunk.fields.len(), chunk.ends.len());
        let end = self.read(source, chunk)?;
        let content = begin + line_ends(&chunk.raw[begin..]);
        self.skip(&chunk.raw[begin..content], &mut chunk.tally.blank);
        if end == End::Input {
            return Ok(false);
        }
        let mut row =
            Row { line: self.line, raw: content..0, ends: first_end..0, start, unclosed: false };
        if end == End::Unclosed {
            self.cut(source, chunk, &mut row)?;
        } else {
            chunk.ends[first_end..].iter_mut().for_each(|end| *end += start);
        }
        row.ends.end = chunk.ends.len();
        row.raw = trimmed(&chunk.raw, content);
        self.line += newlines(&chunk.raw[content..]);
        self.after_return = chunk.raw.last() == Some(&b'\r');
        chunk.rows.push(row);
        Ok(true)
    }
}

fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn trimmed(raw: &[u8], start: usize) -> Range<usize> {
    start..start + without_line_end(&raw[start..]).len()
}
