//! Feature to weights: an open-addressed table of words and pairs, and an array of character
//! n-grams. Every byte pattern is a valid table, so that nothing can fail after loading.
//!
//! A weight is one signed byte `c` that stands for `c * |c|`: fine steps near zero, where most
//! weights lie, and a range of +-16,129.

use std::hint::select_unpredictable;

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
    pub(crate) fn get(&self, hash: u64) -> Option<Entry> {
        self.find(hash).map(Cell::entry)
    }

    /// What stands under this hash, as it is stored.
    pub(crate) fn find(&self, hash: u64) -> Option<Cell> {
        let address = Address::of(hash, self.blocks.len());
        let mut at = address.home;
        for _ in 0..MAX_BLOCKS {
            let block = self.blocks.get(at)?;
            let hits = hits(block, address.fingerprint);
            if hits != 0 {
                return Some(Cell::read(block, hits));
            }
            if !is_full(block) {
                return None;
            }
            at = if at + 1 == self.blocks.len() { 0 } else { at + 1 };
        }
        None
    }

    /// What stands under this hash in the block it belongs to, without a branch: which look-ups
    /// find something cannot be guessed, and a wrong guess costs as much as a look-up.
    #[inline(always)]
    pub(crate) fn look(&self, hash: u64) -> Look {
        let address = Address::of(hash, self.blocks.len());
        let Some(block) = self.blocks.get(address.home) else { return Look::default() };
        let hits = hits(block, address.fingerprint);
        let (found, is_full) = (hits != 0, is_full(block));
        Look { found, goes_on: !found & is_full, cell: Cell::read(block, hits) }
    }
}

/// A look at the block that a hash belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    pub(crate) found: bool,
    /// Not here, but perhaps in another block: [`Table::find`] tells.
    pub(crate) goes_on: bool,
    /// What was found; else any cell.
    pub(crate) cell: Cell,
}

/// The low bit of each sixteen.
const LOW: u64 = 0x0001_0001_0001_0001;

/// A bit for each slot with this fingerprint, of which only the lowest is certain; zero if there
/// is none. Four compares at a time, without a branch.
#[inline]
fn hits(block: &[u8; BLOCK], fingerprint: u16) -> u64 {
    let (first, rest) = fingerprints(block);
    let wanted = u64::from(fingerprint) * LOW;
    // The seventh and eighth lane are tags: their top bits are not asked for.
    let (first, rest) = (zeros(first ^ wanted), zeros(rest ^ wanted) & (u64::MAX >> 32));
    first >> 15 | rest >> 7
}

/// The top bit of the lowest sixteen bits that are zero; perhaps also of some above them.
#[inline]
fn zeros(lanes: u64) -> u64 {
    lanes.wrapping_sub(LOW) & !lanes & (LOW << 15)
}

/// The slot that the lowest bit of `hits` stands for; any slot if there is none.
#[inline]
fn first_slot(hits: u64) -> usize {
    // Slots 0 to 3 have the bits 0, 16, 32 and 48; slots 4 and 5 the bits 8 and 24.
    let bit = (hits | 1 << 48).trailing_zeros() as usize;
    (bit >> 4) + ((bit >> 1) & 4)
}

#[inline]
fn fingerprints(block: &[u8; BLOCK]) -> (u64, u64) {
    let (lanes, _) = block.as_chunks::<8>();
    (u64::from_le_bytes(lanes[0]), u64::from_le_bytes(lanes[1]))
}

/// Whether no slot is empty.
#[inline]
fn is_full(block: &[u8; BLOCK]) -> bool {
    hits(block, 0) == 0
}

/// An entry as it is read: what stands beside a fingerprint, not yet taken apart.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) tag: u16,
    /// The codes, little end first, with zeros behind them.
    codes: u64,
}

impl Cell {
    #[inline]
    fn read(block: &[u8; BLOCK], hits: u64) -> Self {
        let slot = first_slot(hits);
        let tag = [block[TAGS + 2 * slot], block[TAGS + 2 * slot + 1]];
        // Eight bytes that end where the codes end.
        let mut codes = [0; 8];
        codes.copy_from_slice(&block[CODES + HEADS * (slot + 1) - 8..][..8]);
        let codes = u64::from_le_bytes(codes) >> (64 - 8 * HEADS);
        Self { tag: u16::from_le_bytes(tag), codes }
    }

    #[inline]
    pub(crate) fn is_function_word(self) -> bool {
        self.codes == FUNCTION_CODES
    }

    /// The same cell, without weight unless `keep`.
    #[inline(always)]
    pub(crate) fn only_if(self, keep: bool) -> Self {
        Self { codes: select_unpredictable(keep, self.codes, 0), ..self }
    }

    /// Adds what the codes stand for.
    #[inline(always)]
    pub(crate) fn add_to(self, sum: &mut Weights) {
        for (sum, code) in sum.iter_mut().zip(self.codes.to_le_bytes()) {
            *sum += SQUARES[usize::from(code)];
        }
    }

    /// What the codes stand for.
    pub(crate) fn weights(self) -> Weights {
        decode(self.entry().codes)
    }

    fn entry(self) -> Entry {
        let bytes = self.codes.to_le_bytes();
        Entry { tag: self.tag, codes: std::array::from_fn(|head| bytes[head] as i8) }
    }
}

const CODES_MASK: u64 = u64::MAX >> (64 - 8 * HEADS);
/// [`Entry::FUNCTION_WORD`] in a [`Cell`].
const FUNCTION_CODES: u64 = CODES_MASK & 0x8080_8080_8080_8080;

/// What each code stands for.
static SQUARES: [i32; 256] = {
    let mut squares = [0; 256];
    let mut code = 0;
    while code < 256 {
        let signed = code as u8 as i8 as i32;
        squares[code] = signed * signed.abs();
        code += 1;
    }
    squares
};

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
    use super::{Address, BLOCK, CODES, Entry, HEADS, MAX_BLOCKS, TAGS, first_slot, hits};

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

    /// Puts an entry into a finished table: in place of the entry under this hash, else into a free
    /// slot. Nothing that stands there moves. `false` if there is no room within reach.
    pub(crate) fn put(table: &mut [u8], hash: u64, entry: Entry) -> bool {
        let table = table.as_chunks_mut().0;
        let address = Address::of(hash, table.len());
        for step in 0..MAX_BLOCKS {
            let block = &mut table[(address.home + step) % table.len()];
            for fingerprint in [address.fingerprint, 0] {
                let hits = hits(block, fingerprint);
                if hits != 0 {
                    write(block, first_slot(hits), address.fingerprint, entry);
                    return true;
                }
            }
        }
        false
    }

    fn place(table: &mut [[u8; BLOCK]], hash: u64, entry: Entry) -> Option<()> {
        let address = Address::of(hash, table.len());
        let reach = (0..MAX_BLOCKS).map(|step| (address.home + step) % table.len());
        for at in reach {
            if hits(&table[at], address.fingerprint) != 0 {
                return Some(());
            }
            let empty = hits(&table[at], 0);
            if empty != 0 {
                write(&mut table[at], first_slot(empty), address.fingerprint, entry);
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
pub(crate) use build::{put, table as build_table};

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::*;
    use crate::features::hash;

    /// Slot by slot, as the format says.
    fn naive(blocks: &[[u8; BLOCK]], hash: u64) -> Option<Entry> {
        let Address { home, fingerprint } = Address::of(hash, blocks.len());
        for block in (0..MAX_BLOCKS).map(|step| &blocks[(home + step) % blocks.len()]) {
            let number = |at: usize| u16::from_le_bytes([block[at], block[at + 1]]);
            if let Some(slot) = (0..SLOTS).find(|slot| number(2 * slot) == fingerprint) {
                let codes = &block[CODES + HEADS * slot..];
                let codes = std::array::from_fn(|head| codes[head] as i8);
                return Some(Entry { tag: number(TAGS + 2 * slot), codes });
            }
            if (0..SLOTS).any(|slot| number(2 * slot) == 0) {
                return None;
            }
        }
        None
    }

    #[test]
    fn looking_without_branches_finds_what_scanning_finds() {
        let entry = |number: u32| Entry {
            tag: number as u16,
            codes: std::array::from_fn(|head| (number >> head) as i8),
        };
        let key = |number: u32| hash(&number.to_le_bytes());
        let entries: Vec<_> = (0..3_000).map(|number| (key(number), entry(number))).collect();
        let bytes = build_table(&entries, 720).expect("room for all");
        let table = Table::new(&bytes);
        let mut displaced = 0;
        for hash in (0..40_000).map(key) {
            let expected = naive(table.blocks, hash);
            assert_eq!(table.get(hash), expected);
            let look = table.look(hash);
            displaced += u32::from(look.goes_on);
            assert_eq!(look.found, expected.is_some() && !look.goes_on);
            if look.found {
                assert_eq!(Some(look.cell.entry()), expected);
            }
        }
        assert!(displaced > 100, "some blocks are full");
    }
}
