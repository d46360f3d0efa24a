//! A few dozen tokens, looked up together.
//!
//! What a look-up costs is waiting: for a cache line, and for a branch that was guessed wrong. So
//! words are looked up without a branch while the tokenizer is busy with the next ones, and pairs
//! in a row, none waiting for another; the few that do not stand where they belong are put off to
//! the end.

use crate::features::short_hash::key_hash;
use crate::features::{Neighbour, Pair, Seen};
use crate::inquiry::Part;
use crate::model::weights::{Cell, Column, Table, Weights};
use crate::policy::Counts;
use crate::text::tokenizer::{Place, Shape, Token};

/// Tokens of one part of the inquiry. A set of them is a word of bits.
pub(super) struct Batch {
    pub(super) part: Part,
    length: usize,
    pub(super) hashes: [u64; Batch::SIZE],
    starts: [usize; Batch::SIZE],
    ends: [usize; Batch::SIZE],
    shapes: [Option<Shape>; Batch::SIZE],
    follow: [bool; Batch::SIZE],
    /// What the tokens are in pairs; in front, the last token of the batch before.
    neighbours: [Neighbour; Batch::SIZE + 1],
    /// Where the last token of the batch before starts.
    pub(super) last_start: usize,
    /// What the model has stored of the words.
    cells: [Cell; Batch::SIZE],
    /// Words that do not stand where they belong.
    missing: u32,
    /// Words that the model has not stored.
    strangers: u32,
    /// Words with a weight that were not seen before.
    new_words: u32,
    /// Pairs with a weight that were not seen before.
    new_pairs: u32,
    words: Column<{ Batch::SIZE }>,
    pairs: Column<{ Batch::SIZE }>,
}

impl Batch {
    const SIZE: usize = u32::BITS as usize;

    pub(super) fn new() -> Self {
        Self {
            part: Part::Subject,
            length: 0,
            hashes: [0; Batch::SIZE],
            starts: [0; Batch::SIZE],
            ends: [0; Batch::SIZE],
            shapes: [None; Batch::SIZE],
            follow: [false; Batch::SIZE],
            neighbours: [Neighbour::default(); Batch::SIZE + 1],
            last_start: 0,
            cells: [Cell::default(); Batch::SIZE],
            missing: 0,
            strangers: 0,
            new_words: 0,
            new_pairs: 0,
            words: Column::new(),
            pairs: Column::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub(super) fn is_full(&self) -> bool {
        self.length == Self::SIZE
    }

    pub(super) fn len(&self) -> usize {
        self.length.min(Self::SIZE)
    }

    pub(super) fn place(&self, at: usize) -> Place {
        Place { start: self.starts[at], end: self.ends[at], shape: self.shapes[at] }
    }

    /// Looks a token up where it belongs.
    #[inline(always)]
    pub(super) fn push(&mut self, token: &Token<'_>, table: Table<'_>) {
        let at = self.length % Self::SIZE;
        let hash = key_hash(token.key, token.words);
        let look = table.look(hash);
        self.missing |= u32::from(!look.found) << at;
        self.known(at, look.cell);
        self.hashes[at] = hash;
        self.starts[at] = token.start;
        self.ends[at] = token.end;
        self.shapes[at] = token.shape;
        self.follow[at] = token.follows;
        self.length = at + 1;
    }

    /// Notes what the model has stored of a word.
    #[inline(always)]
    pub(super) fn known(&mut self, at: usize, cell: Cell) {
        self.neighbours[at + 1] =
            Neighbour { stem: cell.tag, is_function_word: cell.is_function_word() };
        self.cells[at] = cell;
    }

    /// Notes a word that the model has not stored.
    pub(super) fn stranger(&mut self, at: usize, stem: u16) {
        self.neighbours[at + 1] = Neighbour { stem, is_function_word: false };
        self.cells[at] = Cell::default();
        self.strangers |= 1 << at;
    }

    /// The words that were not found where they belong; empties the list.
    pub(super) fn missing(&mut self) -> impl Iterator<Item = usize> + use<> {
        members(std::mem::take(&mut self.missing))
    }

    /// Words without weights of their own that were not seen before.
    pub(super) fn new_strangers(&self) -> impl Iterator<Item = usize> + use<> {
        members(self.strangers & self.new_words)
    }

    /// Notes which words and pairs weigh something and were not seen before, and what.
    #[inline]
    pub(super) fn weigh(&mut self, table: Table<'_>, seen: &mut Seen) {
        let mut displaced = 0;
        let (mut new_words, mut new_pairs) = (0, 0);
        for at in 0..self.len() {
            let is_content = !self.neighbours[at + 1].is_function_word;
            let is_new = seen.note(self.hashes[at], is_content);
            new_words |= u32::from(is_new) << at;
            self.words.set(at, self.cells[at].only_if(is_new));

            let (is_feature, tag, hash) = self.pair(at);
            let is_new = seen.note(hash, is_feature);
            let look = table.look(hash);
            let weighs = is_new & look.found & (look.cell.tag == tag);
            displaced |= u32::from(is_new & look.goes_on) << at;
            new_pairs |= u32::from(weighs) << at;
            self.pairs.set(at, look.cell.only_if(weighs));
        }
        (self.new_words, self.new_pairs) = (new_words, new_pairs);
        self.displaced_pairs(displaced, table);
    }

    /// Looks pairs up that do not stand where they belong.
    fn displaced_pairs(&mut self, displaced: u32, table: Table<'_>) {
        for at in members(displaced) {
            if let Some(cell) = self.pair_cell(at, table) {
                self.new_pairs |= 1 << at;
                self.pairs.set(at, cell);
            }
        }
    }

    /// The pair that ends with this token: whether it is a feature, its tag and its hash.
    #[inline(always)]
    fn pair(&self, at: usize) -> (bool, u16, u64) {
        let (first, second) = (self.neighbours[at], self.neighbours[at + 1]);
        let (is_feature, pair) = Pair::of(first, second, self.follow[at]);
        let hash = pair.hash();
        (is_feature, Pair::tag(hash), hash)
    }

    fn pair_cell(&self, at: usize, table: Table<'_>) -> Option<Cell> {
        let (_, tag, hash) = self.pair(at);
        table.find(hash).filter(|cell| cell.tag == tag)
    }

    pub(super) fn is_new_word(&self, at: usize) -> bool {
        self.new_words >> at & 1 != 0
    }

    /// What the model has stored of the pair that ends with this token, if it was not seen before.
    pub(super) fn new_pair(&self, at: usize, table: Table<'_>) -> Option<Cell> {
        if self.new_pairs >> at & 1 == 0 { None } else { self.pair_cell(at, table) }
    }

    /// Counts the tokens, strangers as known words.
    pub(super) fn count(&self, counts: &mut Counts) {
        let length = self.len();
        let (mut function, mut shapes) = (0, 0);
        for (neighbour, shape) in self.neighbours[1..=length].iter().zip(&self.shapes) {
            function += u64::from(neighbour.is_function_word);
            shapes += u64::from(!neighbour.is_function_word & shape.is_some());
        }
        counts.function += function;
        counts.shapes += shapes;
        counts.known = counts.known.wrapping_add(length as u64 - function - shapes);
        counts.different += u64::from(self.new_words.count_ones());
    }

    /// The sum of all weights; makes room for further tokens.
    pub(super) fn finish(&mut self) -> Weights {
        let length = self.len();
        self.neighbours[0] = self.neighbours[length];
        self.last_start = self.starts[length.saturating_sub(1)];
        (self.length, self.strangers) = (0, 0);
        let (words, pairs) = (self.words.take(), self.pairs.take());
        std::array::from_fn(|head| words[head] + pairs[head])
    }
}

/// The members of a set of tokens.
fn members(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (set != 0).then_some(set.trailing_zeros() as usize);
        set &= set.wrapping_sub(1);
        at
    })
}
