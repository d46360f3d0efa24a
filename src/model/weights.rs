//! Feature to weights: an open-addressed table of words and pairs, and an array of character
//! n-grams. Every byte pattern is a valid table, so that nothing can fail after loading.
//!
//! A weight is one signed byte `c` that stands for `c * |c|`: fine steps near zero, where most
//! weights lie, and a range of +-16,129.

/// The heads, in the order of the weights of a feature.
pub(crate) const HEADS: usize = 6;
/// Technical against service.
pub(crate) const DESK: usize = 0;
/// The text asks for the service desk.
pub(crate) const SERVICE: usize = 1;
/// The text asks for the technical desk.
pub(crate) const TECHNICAL: usize = 2;
/// Tier 2 or above, for a text that goes to the service desk.
pub(crate) const TIER_2_SERVICE: usize = 3;
/// Tier 2 or above, for a text that goes to the technical desk.
pub(crate) const TIER_2_TECHNICAL: usize = 4;
/// Tier 3.
pub(crate) const TIER_3: usize = 5;

/// One byte a head, as stored.
pub(crate) type Codes = [i8; HEADS];

/// Weights as integers, one a head.
pub(crate) type Weights = [i32; HEADS];

/// What the codes of a feature stand for.
#[inline]
pub(crate) fn decode(codes: Codes) -> Weights {
    codes.map(|code| i32::from(code) * i32::from(code).abs())
}

/// The code that stands for the number nearest to `weight`.
#[cfg(feature = "train")]
pub(crate) fn encode(weight: f64) -> i8 {
    let magnitude = weight.abs().sqrt().round().min(127.0);
    (magnitude * weight.signum()) as i8
}

/// One cache line: six fingerprints, then six tags, then the codes of six entries; the last four
/// bytes are not used.
pub(crate) const BLOCK: usize = 64;
pub(crate) const SLOTS: usize = 6;
const TAGS: usize = 2 * SLOTS;
const CODES: usize = TAGS + 2 * SLOTS;
/// A key lies in its home block or in one of the next ones; no look-up goes further.
const MAX_BLOCKS: usize = 8;

/// What is stored beside a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Of a word: the id of its stem. Of a pair: more bits of its hash.
    pub(crate) tag: u16,
    pub(crate) codes: Codes,
}

impl Entry {
    /// The codes of a word that weighs nothing by itself: "the", "with". No weight encodes to them.
    pub(crate) const FUNCTION_WORD: Codes = [i8::MIN; HEADS];

    #[inline]
    pub(crate) fn is_function_word(&self) -> bool {
        self.codes == Self::FUNCTION_WORD
    }
}

/// Where a hash may lie, and the fingerprint that is compared there.
#[derive(Clone, Copy)]
struct Address {
    home: usize,
    fingerprint: u16,
}

impl Address {
    /// High bits choose the block (by multiplication, so that any number of blocks will do), low
    /// bits are the fingerprint; zero marks an empty slot.
    #[inline]
    fn of(hash: u64, blocks: usize) -> Self {
        let home = ((hash >> 32) * blocks as u64) >> 32;
        Self { home: home as usize, fingerprint: (hash as u16).max(1) }
    }
}

/// A view of the table inside the bytes of a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'m> {
    blocks: &'m [[u8; BLOCK]],
}

impl<'m> Table<'m> {
    /// Ignores an unfinished last block; [`Table::check`] has refused it before.
    #[inline]
    pub(crate) fn new(bytes: &'m [u8]) -> Self {
        Self { blocks: bytes.as_chunks().0 }
    }

    /// What stands under this hash.
    #[inline]
    pub(crate) fn get(&self, hash: u64) -> Option<Entry> {
        let address = Address::of(hash, self.blocks.len());
        let mut at = address.home;
        for _ in 0..MAX_BLOCKS {
            let block = self.blocks.get(at)?;
            if let Some(slot) = find(block, address.fingerprint) {
                return Some(entry(block, slot));
            }
            if find(block, 0).is_some() {
                return None;
            }
            at = if at + 1 == self.blocks.len() { 0 } else { at + 1 };
        }
        None
    }
}

/// The first slot with this fingerprint. Six compares without a branch between them.
#[inline]
fn find(block: &[u8; BLOCK], fingerprint: u16) -> Option<usize> {
    let mut hits = 0u32;
    for slot in 0..SLOTS {
        let stored = u16::from_le_bytes([block[2 * slot], block[2 * slot + 1]]);
        hits |= u32::from(stored == fingerprint) << slot;
    }
    (hits != 0).then(|| hits.trailing_zeros() as usize)
}

#[inline]
fn entry(block: &[u8; BLOCK], slot: usize) -> Entry {
    let tag = &block[TAGS + 2 * slot..][..2];
    let codes = &block[CODES + HEADS * slot..][..HEADS];
    let mut entry = Entry { tag: u16::from_le_bytes([tag[0], tag[1]]), codes: [0; HEADS] };
    entry.codes.iter_mut().zip(codes).for_each(|(to, &from)| *to = from as i8);
    entry
}

/// A view of the weights of character n-grams: one code a head in each bucket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grams<'m> {
    buckets: &'m [[u8; HEADS]],
}

impl<'m> Grams<'m> {
    #[inline]
    pub(crate) fn new(bytes: &'m [u8]) -> Self {
        Self { buckets: bytes.as_chunks().0 }
    }

    /// The weights of a bucket; none for a bucket outside the array.
    #[inline]
    pub(crate) fn get(&self, bucket: usize) -> Weights {
        self.buckets.get(bucket).map_or([0; HEADS], |codes| decode(codes.map(|c| c as i8)))
    }
}

/// Checks at load.
mod check {
    use super::{BLOCK, Grams, HEADS, Table};
    use crate::error::ModelError;
    use crate::features::GRAM_BUCKETS;
    use crate::model::format::{GRAMS, TABLE};

    impl Table<'_> {
        /// A whole number of blocks; whatever stands in them is an answer.
        pub(crate) fn check(bytes: &[u8]) -> Result<(), ModelError> {
            let sound = !bytes.is_empty() && bytes.len().is_multiple_of(BLOCK);
            let problem = "is not a whole number of 64-byte blocks";
            sound.then_some(()).ok_or_else(|| ModelError::section(TABLE, problem))
        }
    }

    impl Grams<'_> {
        /// As many buckets as there are hashes.
        pub(crate) fn check(bytes: &[u8]) -> Result<(), ModelError> {
            let sound = bytes.len() == GRAM_BUCKETS * HEADS;
            let problem = "has the wrong number of buckets";
            sound.then_some(()).ok_or_else(|| ModelError::section(GRAMS, problem))
        }
    }
}

/// Building, for the trainer.
#[cfg(feature = "train")]
mod build {
    use super::{Address, BLOCK, CODES, Entry, HEADS, MAX_BLOCKS, TAGS, find};

    /// Lays entries out as a table with `blocks` blocks; `None` if one finds no place.
    ///
    /// The same entries in the same order give the same bytes.
    /// An entry whose fingerprint is already taken on its way is left out: of two words that a
    /// look-up cannot tell apart, the one that comes first in `entries` is kept.
    pub(crate) fn table(entries: &[(u64, Entry)], blocks: usize) -> Option<Vec<u8>> {
        let mut table = vec![[0u8; BLOCK]; blocks];
        for (hash, entry) in entries {
            place(&mut table, *hash, *entry)?;
        }
        Some(table.concat())
    }

    fn place(table: &mut [[u8; BLOCK]], hash: u64, entry: Entry) -> Option<()> {
        let address = Address::of(hash, table.len());
        let reach = (0..MAX_BLOCKS).map(|step| (address.home + step) % table.len());
        for at in reach {
            if find(&table[at], address.fingerprint).is_some() {
                return Some(());
            }
            if let Some(slot) = find(&table[at], 0) {
                write(&mut table[at], slot, address.fingerprint, entry);
                return Some(());
            }
        }
        None
    }

    fn write(block: &mut [u8; BLOCK], slot: usize, fingerprint: u16, entry: Entry) {
        block[2 * slot..][..2].copy_from_slice(&fingerprint.to_le_bytes());
        block[TAGS + 2 * slot..][..2].copy_from_slice(&entry.tag.to_le_bytes());
        let codes = entry.codes.map(|code| code as u8);
        block[CODES + HEADS * slot..][..HEADS].copy_from_slice(&codes);
    }
}
#[cfg(feature = "train")]
pub(crate) use build::table as build_table;
