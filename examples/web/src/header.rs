//! The first row of a file: what stands between the fields, and which columns hold the text.

use anyhow::{Context, Result, bail};
use csv::ReaderBuilder;
use serde::Serialize;

use crate::args::Args;
use crate::columns::{Choice, Places, Wanted, is_label, label_names};
use crate::inquiry::quote;

/// How many bytes of a file are looked at: the first two rows should be among them.
pub(crate) const HEAD: usize = 1024 * 1024;

const BOM: &[u8] = b"\xEF\xBB\xBF";
/// Set before the added columns where the file has such columns already.
const PREFIX: &str = "deskhand_";

/// What the first row tells.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Header {
    /// The names of the columns.
    names: Vec<String>,
    /// What the first row under them holds, cut.
    examples: Vec<String>,
    /// The column of the subject line, counted from 0.
    subject: Option<usize>,
    /// The column of the text.
    body: Option<usize>,
    /// Whether the columns were found; else a person must choose.
    clear: bool,
    /// Comes before the names of the added columns.
    prefix: &'static str,
    #[serde(skip)]
    delimiter: u8,
}

impl Header {
    /// Reads the header at the beginning of a file called `name`.
    pub(crate) fn look(name: &str, head: &[u8]) -> Result<Header> {
        refuse_what_is_no_text(head)?;
        let head = head.strip_prefix(BOM).unwrap_or(head);
        let delimiter = delimiter(name, head)?;
        let [names, examples] = first_rows(head, delimiter)?;
        let places = Places::find(&Wanted { subject: Choice::Guess, body: Choice::Guess }, &names);
        let clear = places.is_ok();
        let Places { subject, body } = places.unwrap_or_default();
        let clash = names.iter().any(|name| is_label(&label_names(""), name));
        let prefix = if clash { PREFIX } else { "" };
        let examples = examples.iter().map(|field| quote(field)).collect();
        Ok(Header { names, examples, subject, body, clear, prefix, delimiter })
    }

    /// The byte between the fields.
    pub(crate) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// What the example `label` is asked for when these columns are chosen.
    pub(crate) fn args(&self, subject: Option<usize>, body: Option<usize>) -> Args {
        let choice = |place: Option<usize>| place.map_or(Choice::Nothing, |at| self.named(at));
        Args { subject: choice(subject), body: choice(body), prefix: self.prefix.to_owned() }
    }

    /// A column by its number, unless another is called by that number.
    fn named(&self, place: usize) -> Choice {
        let number = (place + 1).to_string();
        let taken = self.names.contains(&number);
        Choice::Named(if taken { self.names[place].clone() } else { number })
    }
}

/// By the ending of the name; where commas tell nothing apart, another usual character.
fn delimiter(name: &str, head: &[u8]) -> Result<u8> {
    let name = name.to_ascii_lowercase();
    if name.ends_with(".tsv") || name.ends_with(".tab") {
        return Ok(b'\t');
    }
    let [names, _] = first_rows(head, b',')?;
    let other = b";\t|".iter().find(|byte| names.len() == 1 && names[0].as_bytes().contains(byte));
    Ok(*other.unwrap_or(&b','))
}

/// The header, and the row below it if there is one.
fn first_rows(head: &[u8], delimiter: u8) -> Result<[Vec<String>; 2]> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(head);
    let mut rows = reader.into_byte_records();
    let mut row = || -> Result<Vec<String>> {
        let Some(row) = rows.next() else { return Ok(Vec::new()) };
        let row = row.context("the first rows cannot be read")?;
        Ok(row.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect())
    };
    Ok([row()?, row()?])
}

fn refuse_what_is_no_text(head: &[u8]) -> Result<()> {
    let text = head.strip_prefix(BOM).unwrap_or(head);
    if text.iter().all(u8::is_ascii_whitespace) {
        bail!("The file is empty; there is nothing to label.");
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0") {
        bail!("This is a spreadsheet or an archive. Save it as “CSV UTF-8” and drop that.");
    }
    if head.starts_with(b"\x1F\x8B") {
        bail!("The file is compressed. Unpack it and drop what was in it.");
    }
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        bail!("The file is text in UTF-16. Save it as “CSV UTF-8” and drop that.");
    }
    if head.contains(&0) {
        bail!("The file is not text. Export the inquiries as “CSV UTF-8” and drop that.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Header {
        Header::look("tickets.csv", text.as_bytes()).unwrap()
    }

    #[test]
    fn columns_are_found_whatever_stands_between_them() {
        for text in
            ["id,Subject,Body\n", "id;Subject;Body\n", "id\tSubject\tBody\n", "id|Subject|Body"]
        {
            let header = look(text);
            assert_eq!(
                (header.subject, header.body, header.clear),
                (Some(1), Some(2), true),
                "{text}"
            );
        }
        let named = Header::look("a.TSV", b"id\ttext, long\n").unwrap();
        assert_eq!(named.names, ["id", "text, long"]);
    }

    #[test]
    fn an_unclear_header_leaves_the_choice() {
        for text in ["a,b\n1,My phone is dead\n", "text,Text\n1,2\n"] {
            let header = look(text);
            assert_eq!((header.subject, header.body, header.clear), (None, None, false), "{text}");
        }
        assert_eq!(look("a,b\n1,My phone is dead\n").examples, ["1", "My phone is dead"]);
    }

    #[test]
    fn columns_already_labelled_are_kept_apart() {
        assert_eq!(look("text,Desk\n").prefix, "deskhand_");
        assert_eq!(look("text,desks\n").prefix, "");
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_remedy() {
        let refused = |bytes: &[u8]| Header::look("a.csv", bytes).unwrap_err().to_string();
        assert!(refused(b"\xEF\xBB\xBF\r\n").contains("empty"));
        assert!(refused(b"PK\x03\x04rest").contains("CSV UTF-8"));
        assert!(refused(b"\x1F\x8Brest").contains("Unpack"));
        assert!(refused(b"\xFF\xFEi\0d\0").contains("UTF-16"));
        assert!(refused(b"id,\0").contains("not text"));
    }
}
