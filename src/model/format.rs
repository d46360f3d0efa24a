//! The container of a model: magic, versions, length, checksum, a table of sections.
//!
//! ```text
//! offset  size  what
//!      0    16  "deskhand model\n\0"
//!     16     4  format version
//!     20     4  text pipeline (crate::features::PIPELINE)
//!     24     8  length of the file in bytes
//!     32     8  xxh3-64 of everything from byte 40 on
//!     40     4  number of sections
//!     44     4  zero
//!     48   24n  sections: four letters, flags (bit 0: required), offset, length
//! ```
//! All numbers are little-endian. Sections begin at multiples of 64 bytes, in ascending order, and
//! do not overlap. A section with unknown letters is skipped unless it is marked as required.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::error::ModelError;
use crate::features::PIPELINE;

/// The version this crate writes, and the latest that it reads.
pub(crate) const VERSION: u32 = 1;

const MAGIC: &[u8; 16] = b"deskhand model\n\0";
const CHECKED_FROM: usize = 40;
const TABLE_FROM: usize = 48;
const SECTION: usize = 24;
pub(crate) const ALIGNMENT: usize = 64;
/// More sections than any version will have: bounds the work on a forged count.
const MAX_SECTIONS: u32 = 64;
const REQUIRED: u32 = 1;

pub(crate) const INFO: [u8; 4] = *b"INFO";
pub(crate) const OUTPUTS: [u8; 4] = *b"OUTP";
pub(crate) const CURVE: [u8; 4] = *b"CURV";
pub(crate) const WORDS: [u8; 4] = *b"WORD";
pub(crate) const PAIRS: [u8; 4] = *b"PAIR";
pub(crate) const GRAMS: [u8; 4] = *b"GRAM";

/// Where the sections of a checked model lie.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sections {
    pub(crate) info: Range<usize>,
    pub(crate) outputs: Range<usize>,
    pub(crate) curve: Range<usize>,
    pub(crate) words: Range<usize>,
    pub(crate) pairs: Range<usize>,
    pub(crate) grams: Range<usize>,
}

impl Sections {
    /// Checks header, length, checksum and section table. Reads each byte at most once.
    pub(crate) fn find(bytes: &[u8]) -> Result<Self, ModelError> {
        check_header(bytes)?;
        let mut sections = Self::default();
        let list = section_list(bytes)?;
        let mut end = TABLE_FROM + list.len();
        for section in listed(list) {
            let range = section.range(bytes.len(), end)?;
            end = range.end;
            sections.place(&section, range)?;
        }
        sections.require_all()?;
        Ok(sections)
    }

    fn slot(&mut self, tag: [u8; 4]) -> Option<&mut Range<usize>> {
        match tag {
            INFO => Some(&mut self.info),
            OUTPUTS => Some(&mut self.outputs),
            CURVE => Some(&mut self.curve),
            WORDS => Some(&mut self.words),
            PAIRS => Some(&mut self.pairs),
            GRAMS => Some(&mut self.grams),
            _ => None,
        }
    }

    fn place(&mut self, section: &Listed, range: Range<usize>) -> Result<(), ModelError> {
        let problem = match self.slot(section.tag) {
            Some(slot) if slot.start == slot.end => {
                *slot = range;
                return Ok(());
            }
            Some(_) => "stands there twice",
            None if section.flags & REQUIRED == 0 => return Ok(()),
            None => "is unknown to this version of deskhand and required",
        };
        Err(ModelError::section(section.tag, problem))
    }

    fn require_all(&mut self) -> Result<(), ModelError> {
        for tag in [INFO, OUTPUTS, CURVE, WORDS, PAIRS, GRAMS] {
            if self.slot(tag).is_none_or(|range| range.start == range.end) {
                return Err(ModelError::section(tag, "is missing"));
            }
        }
        Ok(())
    }
}

fn check_header(bytes: &[u8]) -> Result<(), ModelError> {
    let too_short =
        || ModelError::WrongLength { expected: TABLE_FROM as u64, found: bytes.len() as u64 };
    if MAGIC.starts_with(bytes) {
        return Err(too_short());
    }
    let rest = bytes.strip_prefix(MAGIC).ok_or(ModelError::NotAModel)?;
    let mut header = Cursor(rest);
    let version = header.u32().ok_or_else(too_short)?;
    if version == 0 {
        return Err(ModelError::section(*b"head", "has format version 0, which never was"));
    }
    if version > VERSION {
        return Err(ModelError::TooNew { found: version, supported: VERSION });
    }
    let pipeline = header.u32().ok_or_else(too_short)?;
    let expected = header.u64().ok_or_else(too_short)?;
    let checksum = header.u64().ok_or_else(too_short)?;
    check_whole(bytes, expected, checksum)?;
    if pipeline != PIPELINE {
        return Err(ModelError::OtherPipeline { found: pipeline, supported: PIPELINE });
    }
    Ok(())
}

fn check_whole(bytes: &[u8], length: u64, checksum: u64) -> Result<(), ModelError> {
    let found = bytes.len() as u64;
    if found != length || bytes.len() < TABLE_FROM {
        let expected = length.max(TABLE_FROM as u64);
        return Err(ModelError::WrongLength { expected, found });
    }
    let found = xxh3_64(&bytes[CHECKED_FROM..]);
    if found != checksum {
        return Err(ModelError::Damaged { expected: checksum, found });
    }
    Ok(())
}

/// A line of the section table, not yet checked.
struct Listed {
    tag: [u8; 4],
    flags: u32,
    offset: u64,
    length: u64,
}

impl Listed {
    /// The section's place in a file of `file` bytes, behind the section that ends at `after`.
    fn range(&self, file: usize, after: usize) -> Result<Range<usize>, ModelError> {
        let wrong = |problem| Err(ModelError::section(self.tag, problem));
        let (Ok(start), Ok(length)) = (usize::try_from(self.offset), usize::try_from(self.length))
        else {
            return wrong("lies outside the file");
        };
        let Some(end) = start.checked_add(length).filter(|&end| end <= file) else {
            return wrong("lies outside the file");
        };
        if start < after {
            return wrong("overlaps what stands before it");
        }
        if !start.is_multiple_of(ALIGNMENT) {
            return wrong("does not begin at a multiple of 64 bytes");
        }
        Ok(start..end)
    }
}

/// The lines of the section table.
fn section_list(bytes: &[u8]) -> Result<&[u8], ModelError> {
    let count = Cursor(&bytes[CHECKED_FROM..]).u32().unwrap_or(0);
    let end = TABLE_FROM + SECTION * count.min(MAX_SECTIONS) as usize;
    let list = bytes.get(TABLE_FROM..end).filter(|_| count <= MAX_SECTIONS);
    list.ok_or_else(|| ModelError::section(*b"list", "has a forged length"))
}

fn listed(list: &[u8]) -> impl Iterator<Item = Listed> {
    let parse = |line: &[u8]| {
        let mut line = Cursor(line);
        Some(Listed {
            tag: line.take()?,
            flags: line.u32()?,
            offset: line.u64()?,
            length: line.u64()?,
        })
    };
    list.chunks_exact(SECTION).filter_map(parse)
}

/// Reads little-endian numbers from the front of a slice; `None` at its end.
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl Cursor<'_> {
    pub(crate) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn i32(&mut self) -> Option<i32> {
        self.take().map(i32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.take().map(i64::from_le_bytes)
    }
}

/// Puts sections into a container.
#[cfg(feature = "train")]
pub(crate) fn write(sections: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut list = Vec::new();
    let start = (TABLE_FROM + SECTION * sections.len()).next_multiple_of(ALIGNMENT);
    for (tag, bytes) in sections {
        body.resize(body.len().next_multiple_of(ALIGNMENT), 0);
        list.extend_from_slice(tag);
        list.extend_from_slice(&REQUIRED.to_le_bytes());
        list.extend_from_slice(&((start + body.len()) as u64).to_le_bytes());
        list.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        body.extend_from_slice(bytes);
    }
    let mut checked = Vec::new();
    checked.extend_from_slice(&(sections.len() as u32).to_le_bytes());
    checked.extend_from_slice(&0u32.to_le_bytes());
    checked.extend_from_slice(&list);
    checked.resize(start - CHECKED_FROM, 0);
    checked.extend_from_slice(&body);
    with_header(&checked)
}

#[cfg(feature = "train")]
fn with_header(checked: &[u8]) -> Vec<u8> {
    let mut file = Vec::with_capacity(CHECKED_FROM + checked.len());
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&PIPELINE.to_le_bytes());
    file.extend_from_slice(&((CHECKED_FROM + checked.len()) as u64).to_le_bytes());
    file.extend_from_slice(&xxh3_64(checked).to_le_bytes());
    file.extend_from_slice(checked);
    file
}
