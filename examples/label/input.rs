//! The input as a stream of bytes, looked at before anything is made of it: what is no text is
//! refused with its remedy.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// What was being done when reading failed in the middle.
pub(crate) const READING: &str = "cannot read the input to its end; run again when it can be read";

/// Bytes looked at to tell text from something else.
const HEAD: u64 = 4096;
const BUFFER: usize = 256 * 1024;
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A stream that can be told to give some bytes again.
pub(crate) struct Source {
    again: Vec<u8>,
    given: usize,
    rest: Box<dyn BufRead + Send>,
    size: Option<u64>,
}

impl Source {
    /// The bytes of `rest`, of which there are `size` if that is known.
    pub(crate) fn new(rest: impl Read + Send + 'static, size: Option<u64>) -> Source {
        let rest = Box::new(BufReader::with_capacity(BUFFER, rest));
        Source { again: Vec::new(), given: 0, rest, size }
    }

    /// How many bytes there are, if that is known.
    pub(crate) fn size(&self) -> Option<u64> {
        self.size
    }

    /// Gives `bytes` again before anything else.
    pub(crate) fn unread(&mut self, bytes: &[u8]) {
        let kept = &self.again[self.given..];
        self.again = [bytes, kept].concat();
        self.given = 0;
    }

    /// Takes the byte order mark that begins a text of some editors, if there is one.
    pub(crate) fn take_bom(&mut self) -> io::Result<&'static [u8]> {
        let head = self.head()?;
        let bom = if head.starts_with(BOM) { BOM } else { b"" };
        self.unread(&head[bom.len()..]);
        Ok(bom)
    }

    fn head(&mut self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.by_ref().take(HEAD).read_to_end(&mut head)?;
        Ok(head)
    }
}

impl Read for Source {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(room)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.given < self.again.len() {
            return Ok(&self.again[self.given..]);
        }
        self.again = Vec::new();
        self.given = 0;
        self.rest.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if self.given < self.again.len() {
            self.given += count;
        } else {
            self.rest.consume(count);
        }
    }
}

/// Opens the input called `name`, `-` for standard input, and makes sure that it holds text.
pub(crate) fn open(name: &str) -> Result<Source> {
    let mut source = if name == "-" { Source::new(io::stdin(), None) } else { open_file(name)? };
    let shown = if name == "-" { "standard input" } else { name };
    let head = source.head().with_context(|| format!("cannot read {shown}"))?;
    refuse_what_is_no_text(shown, &head)?;
    source.unread(&head);
    Ok(source)
}

fn open_file(name: &str) -> Result<Source> {
    let about =
        fs::metadata(name).with_context(|| format!("cannot read {name}; check the name"))?;
    if about.is_dir() {
        bail!("{name} is a folder; name a file in it, one at a time");
    }
    let file = File::open(Path::new(name))
        .with_context(|| format!("cannot read {name}; check its permissions"))?;
    let size = about.is_file().then_some(about.len());
    Ok(Source::new(file, size))
}

fn refuse_what_is_no_text(name: &str, head: &[u8]) -> Result<()> {
    let text = head.strip_prefix(BOM).unwrap_or(head);
    if text.iter().all(u8::is_ascii_whitespace) && head.len() < HEAD as usize {
        bail!("{name} is empty; there is nothing to label");
    }
    if let Some(encoding) = utf16(head) {
        bail!(
            "{name} is {encoding}, not UTF-8; convert it: iconv -f {encoding} -t UTF-8 INPUT > utf8.csv"
        );
    }
    if head.starts_with(b"PK\x03\x04") {
        bail!("{name} is a zip archive or a spreadsheet; save it as `CSV UTF-8` and label that");
    }
    if head.starts_with(b"\x1F\x8B") {
        bail!("{name} is compressed; unpack it on the way: gzip -dc INPUT | label - --format csv");
    }
    if head.contains(&0) {
        bail!("{name} is not text, it holds zero bytes; export it as UTF-8 text");
    }
    Ok(())
}

/// The kind of UTF-16 that `head` is in: told by its mark, or by the zero bytes of Latin letters.
fn utf16(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xFF, 0xFE, ..] => return Some("UTF-16LE"),
        [0xFE, 0xFF, ..] => return Some("UTF-16BE"),
        _ => {}
    }
    let zeros =
        |start: usize| head.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let many = head.len() / 4;
    match (first > many, second > many) {
        (false, true) => Some("UTF-16LE"),
        (true, false) => Some("UTF-16BE"),
        _ => None,
    }
}
