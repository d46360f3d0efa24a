//! Feature to weights: an open-addressed table of words, another of pairs, and an array of character
//! n-grams. Every byte pattern is a valid table, so that nothing can fail after loading.
//!
//! A weight is one signed byte `c` that stands for `c * |c|`: fine steps near zero, where most
//! weights lie, and a range of +-16,129.

use super::lanes;

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

/// One cache line: six fingerprints; a byte that says which of eight kinds of keys (see
/// [`overflow_bit`]) were turned away here because it was full, and lie further on; a byte with a bit
/// for each slot whose entry was learned from training texts; two bytes not used; and six entries of
/// eight bytes: six codes and a tag.
pub(crate) const BLOCK: usize = 64;
pub(crate) const SLOTS: usize = 6;
const OVERFLOW: usize = 2 * SLOTS;
const LEARNED: usize = OVERFLOW + 1;
const ENTRIES: usize = 16;
const ENTRY: usize = 8;
/// A key lies in its home block or in one of the next ones; no look-up goes further.
const MAX_BLOCKS: usize = 8;

/// What is stored beside a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Of a word: the id of its stem. Of a pair: more bits of its hash.
    pub(crate) tag: u16,
    pub(crate) codes: Codes,
    /// Whether training texts hold it: if not, its word vector alone speaks.
    pub(crate) is_learned: bool,
}

impl Entry {
    /// The codes of a word that weighs nothing by itself: "the", "with". No weight encodes to any of
    /// them, so that the first tells.
    pub(crate) const FUNCTION_WORD: Codes = [i8::MIN; HEADS];

    #[inline]
    pub(crate) fn is_function_word(&self) -> bool {
        self.codes[0] == Self::FUNCTION_WORD[0]
    }

    fn read(block: &[u8; BLOCK], slot: usize) -> Self {
        let cell = Cell::at(block, slot);
        let is_learned = block[LEARNED] >> slot & 1 != 0;
        Self { tag: cell.tag(), codes: cell.codes(), is_learned }
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
    /// bits are the fingerprint: an odd number, as zero marks an empty slot.
    #[inline]
    fn of(hash: u64, blocks: usize) -> Self {
        let home = ((hash >> 32) * blocks as u64) >> 32;
        Self { home: home as usize, fingerprint: hash as u16 | 1 }
    }
}

/// A view of a table inside the bytes of a model.
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
        self.locate(hash).map(|(block, slot)| Entry::read(block, slot))
    }

    /// What stands under this hash, as it is stored.
    pub(crate) fn find(&self, hash: u64) -> Option<Cell> {
        self.locate(hash).map(|(block, slot)| Cell::at(block, slot))
    }

    /// The block and the slot where something stands under this hash.
    fn locate(&self, hash: u64) -> Option<(&'m [u8; BLOCK], usize)> {
        let address = Address::of(hash, self.blocks.len());
        let mut at = address.home;
        for _ in 0..MAX_BLOCKS {
            let block = self.blocks.get(at)?;
            let hits = hits(block, address.fingerprint);
            if hits != 0 {
                return Some((block, first_slot(hits)));
            }
            if !goes_on(block, hash) {
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
        let found = hits != 0;
        Look {
            found,
            goes_on: !found & goes_on(block, hash),
            cell: Cell::at(block, first_slot(hits)),
        }
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

/// Two bits for each slot with this fingerprint.
#[inline]
fn hits(block: &[u8; BLOCK], fingerprint: u16) -> u32 {
    let lanes = block.first_chunk().map_or(0, |&lanes| lanes::equal(lanes, fingerprint));
    // The last two lanes are no fingerprints.
    lanes & ((1 << (2 * SLOTS)) - 1)
}

/// The first slot of `hits`; the last slot if there is none.
#[inline]
fn first_slot(hits: u32) -> usize {
    (hits | 1 << (2 * SLOTS - 1)).trailing_zeros() as usize / 2
}

/// Whether a key of this one's kind was turned away from the block.
#[inline]
fn goes_on(block: &[u8; BLOCK], hash: u64) -> bool {
    block[OVERFLOW] & overflow_bit(hash) != 0
}

/// Chosen by bits that choose neither the block nor the fingerprint.
#[inline]
fn overflow_bit(hash: u64) -> u8 {
    1 << (hash >> 16 & 7)
}

/// An entry as it is stored: six codes, and the tag in the top sixteen bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell(u64);

impl Cell {
    #[inline]
    fn at(block: &[u8; BLOCK], slot: usize) -> Self {
        Self(u64::from_le_bytes(block.as_chunks().0[ENTRIES / ENTRY + slot]))
    }

    /// A word without weights of its own.
    pub(crate) fn weightless(tag: u16) -> Self {
        Self(u64::from(tag) << TAG_AT)
    }

    #[inline]
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    #[inline]
    pub(crate) fn tag(self) -> u16 {
        (self.0 >> TAG_AT) as u16
    }

    #[inline]
    pub(crate) fn is_function_word(self) -> bool {
        self.0 as i8 == Entry::FUNCTION_WORD[0]
    }

    /// What the codes stand for.
    pub(crate) fn weights(self) -> Weights {
        decode(self.codes())
    }

    fn codes(self) -> Codes {
        let bytes = self.0.to_le_bytes();
        std::array::from_fn(|head| bytes[head] as i8)
    }
}

/// What the codes of cells stand for, added up; the cells as [`Cell::bits`].
#[inline]
pub(crate) fn total(cells: &[u64]) -> Weights {
    // The tag's two bytes are added up as well, and mean nothing.
    let sum = lanes::sum_of_squares(cells);
    std::array::from_fn(|head| sum[head])
}

/// Where the tag begins in a [`Cell`].
const TAG_AT: u32 = 8 * HEADS as u32;

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
    use crate::model::format::GRAMS;

    impl Table<'_> {
        /// A whole number of blocks; whatever stands in them is an answer.
        pub(crate) fn check(section: [u8; 4], bytes: &[u8]) -> Result<(), ModelError> {
            let sound = !bytes.is_empty() && bytes.len().is_multiple_of(BLOCK);
            let problem = "is not a whole number of 64-byte blocks";
            sound.then_some(()).ok_or_else(|| ModelError::section(section, problem))
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
    use super::{Address, BLOCK, ENTRIES, ENTRY, Entry, HEADS, LEARNED, MAX_BLOCKS, OVERFLOW};
    use super::{Table, first_slot, hits, overflow_bit};

    /// Lays entries out as a table with `blocks` blocks; `None` if one finds no place.
    ///
    /// The same entries in the same order give the same bytes.
    /// An entry whose fingerprint is already taken on its way is left out: of two words that a
    /// look-up cannot tell apart, the one that comes first in `entries` is kept.
    pub(crate) fn table(entries: &[(u64, Entry)], blocks: usize) -> Option<Vec<u8>> {
        let mut table = vec![[0u8; BLOCK]; blocks];
        let fits = |(hash, entry): &(u64, Entry)| insert(&mut table, *hash, *entry);
        entries.iter().all(fits).then(|| table.concat())
    }

    /// Puts an entry into a finished table: in place of the entry under this hash, else into a free
    /// slot. Nothing that stands there moves. `false` if there is no room within reach, or if the hash
    /// could not be told from another there.
    pub(crate) fn put(table: &mut [u8], hash: u64, entry: Entry) -> bool {
        let found = Table::new(table).locate(hash).is_some();
        let Some(room) = room(table.as_chunks_mut().0, hash) else { return false };
        // An entry that no look-up of this hash gets to, but would once the blocks before it let the
        // hash pass, is another word's.
        if room.is_taken && !found {
            return false;
        }
        room.fill(table.as_chunks_mut().0, hash, entry);
        true
    }

    /// `false` if there is no room within reach.
    fn insert(table: &mut [[u8; BLOCK]], hash: u64, entry: Entry) -> bool {
        let Some(room) = room(table, hash) else { return false };
        if room.is_taken {
            room.lead_to(table, hash);
        } else {
            room.fill(table, hash, entry);
        }
        true
    }

    /// Where an entry may stand.
    struct Room {
        home: usize,
        /// So many blocks from home.
        steps: usize,
        slot: usize,
        /// Whether one with the same fingerprint stands there.
        is_taken: bool,
    }

    /// The first slot from the home block on that is free or has this fingerprint.
    fn room(table: &[[u8; BLOCK]], hash: u64) -> Option<Room> {
        let Address { home, fingerprint } = Address::of(hash, table.len());
        (0..MAX_BLOCKS).find_map(|steps| {
            let block = &table[(home + steps) % table.len()];
            let (same, empty) = (hits(block, fingerprint), hits(block, 0));
            let found = if same != 0 { same } else { empty };
            let is_taken = same != 0;
            (found != 0).then(|| Room { home, steps, slot: first_slot(found), is_taken })
        })
    }

    impl Room {
        fn fill(&self, table: &mut [[u8; BLOCK]], hash: u64, entry: Entry) {
            self.lead_to(table, hash);
            let Address { fingerprint, .. } = Address::of(hash, table.len());
            let at = (self.home + self.steps) % table.len();
            write(&mut table[at], self.slot, fingerprint, entry);
        }

        /// Lets look-ups of this hash pass the blocks before.
        fn lead_to(&self, table: &mut [[u8; BLOCK]], hash: u64) {
            for step in 0..self.steps {
                let at = (self.home + step) % table.len();
                table[at][OVERFLOW] |= overflow_bit(hash);
            }
        }
    }

    fn write(block: &mut [u8; BLOCK], slot: usize, fingerprint: u16, entry: Entry) {
        block[2 * slot..][..2].copy_from_slice(&fingerprint.to_le_bytes());
        block[LEARNED] &= !(1 << slot);
        block[LEARNED] |= u8::from(entry.is_learned) << slot;
        let place = &mut block[ENTRIES + ENTRY * slot..][..ENTRY];
        place[..HEADS].copy_from_slice(&entry.codes.map(|code| code as u8));
        place[HEADS..].copy_from_slice(&entry.tag.to_le_bytes());
    }
}
#[cfg(feature = "train")]
pub(crate) use build::{put, table as build_table};

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::*;
    use crate::hash::hash;

    /// Slot by slot, as the format says.
    fn naive(blocks: &[[u8; BLOCK]], hash: u64) -> Option<Entry> {
        let Address { home, fingerprint } = Address::of(hash, blocks.len());
        for block in (0..MAX_BLOCKS).map(|step| &blocks[(home + step) % blocks.len()]) {
            let number = |at: usize| u16::from_le_bytes([block[at], block[at + 1]]);
            if let Some(slot) = (0..SLOTS).find(|slot| number(2 * slot) == fingerprint) {
                let entry = &block[16 + 8 * slot..][..8];
                let codes = std::array::from_fn(|head| entry[head] as i8);
                let is_learned = block[13] >> slot & 1 != 0;
                let tag = u16::from_le_bytes([entry[6], entry[7]]);
                return Some(Entry { tag, codes, is_learned });
            }
            if block[12] >> (hash >> 16 & 7) & 1 == 0 {
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
            is_learned: number.is_multiple_of(3),
        };
        let key = |number: u32| hash(&number.to_le_bytes());
        let entries: Vec<_> = (0..3_000).map(|number| (key(number), entry(number))).collect();
        let bytes = build_table(&entries, 600).expect("room for all");
        let table = Table::new(&bytes);
        let mut displaced = 0;
        for hash in (0..40_000).map(key) {
            let expected = naive(table.blocks, hash);
            assert_eq!(table.get(hash), expected);
            let look = table.look(hash);
            displaced += u32::from(look.goes_on);
            assert_eq!(look.found, expected.is_some() && !look.goes_on);
            if look.found {
                assert_eq!(Some(look.cell.codes()), expected.map(|entry| entry.codes));
                assert_eq!(Some(look.cell.tag()), expected.map(|entry| entry.tag));
            }
        }
        assert!(displaced > 100, "some blocks are full");
    }

    /// A key that no look-up finds must not be put over another that shares its fingerprint.
    #[test]
    fn what_is_put_in_later_leaves_the_rest_as_it_was() {
        let entry = |number: u32| Entry { tag: number as u16, codes: [1; HEADS], is_learned: true };
        let key = |number: u32| hash(&number.to_le_bytes());
        // Fingerprints of eight bits, so that many are alike.
        let key = |number: u32| key(number) & !0xFF00;
        let entries: Vec<_> = (0..3_000).map(|number| (key(number), entry(number))).collect();
        let mut bytes = build_table(&entries, 600).expect("room for all");
        let before: Vec<_> =
            entries.iter().map(|(hash, _)| Table::new(&bytes).get(*hash)).collect();
        let mut added = 0;
        for number in 3_000..6_000 {
            if Table::new(&bytes).get(key(number)).is_none() {
                added += u32::from(put(&mut bytes, key(number), entry(number)));
            }
        }
        assert!(added > 100, "{added} found room");
        let after: Vec<_> = entries.iter().map(|(hash, _)| Table::new(&bytes).get(*hash)).collect();
        assert!(before == after, "an entry was written over");
    }
}
