//! A hundred tokens or so, looked up together.
//!
//! What a look-up costs is waiting: for a cache line, and for a branch that was guessed wrong. So
//! words are looked up without a branch while the tokenizer is busy with the next ones, and pairs
//! in a row, none waiting for another; the few words that do not stand where they belong are put off
//! to the end.

use crate::features::{Neighbour, Pair, SeenPairs, SeenWords};
use crate::inquiry::Part;
use crate::model::weights::{Cell, Table, Weights, total};
use crate::policy::Counts;
use crate::text::tokenizer::{Place, Shape, Token};

/// Tokens of one part of the inquiry.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) part: Part,
    length: usize,
    pub(super) hashes: [u64; Batch::SIZE],
    starts: [usize; Batch::SIZE],
    ends: [usize; Batch::SIZE],
    shapes: [Option<Shape>; Batch::SIZE],
    /// Whether nothing but white space stands between the token before and this one.
    follows: [bool; Batch::SIZE],
    /// What the model has stored of the words; in front, of the last word of the batch before.
    cells: [Cell; Batch::SIZE + 1],
    /// Where the last token of the batch before starts.
    pub(super) last_start: usize,
    /// The places of those that are no words.
    shaped: [u8; Batch::SIZE],
    shaped_count: usize,
    /// The places of words that do not stand where they belong in the table.
    missing: [u8; Batch::SIZE],
    missing_count: usize,
    /// How many can weigh something.
    content: usize,
    /// How many of those were not seen before.
    different: usize,
    /// Whether a word can weigh something and was not seen before.
    is_new_word: [bool; Batch::SIZE],
    /// The stored bits of what weighs something, words before pairs.
    weighing: [u64; Batch::MOST],
    /// How many those are.
    listed: usize,
    /// The hashes of pairs that can weigh something.
    pairs: [u64; Batch::SIZE],
}

impl Batch {
    const SIZE: usize = 128;
    /// At most three a token: a word, once more if it was missing, and a pair. A power of two.
    const MOST: usize = 4 * Batch::SIZE;

    pub(super) fn new() -> Self {
        Self {
            part: Part::Subject,
            length: 0,
            hashes: [0; Batch::SIZE],
            starts: [0; Batch::SIZE],
            ends: [0; Batch::SIZE],
            shapes: [None; Batch::SIZE],
            follows: [false; Batch::SIZE],
            cells: [Cell::default(); Batch::SIZE + 1],
            last_start: 0,
            shaped: [0; Batch::SIZE],
            shaped_count: 0,
            missing: [0; Batch::SIZE],
            missing_count: 0,
            content: 0,
            different: 0,
            is_new_word: [false; Batch::SIZE],
            weighing: [0; Batch::MOST],
            listed: 0,
            pairs: [0; Batch::SIZE],
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

    /// Takes a token and looks it up where it belongs.
    #[inline(always)]
    pub(super) fn push(&mut self, token: &Token<'_>, words: Table<'_>) {
        let at = self.length % Self::SIZE;
        let look = words.look(token.hash);
        self.cells[at + 1] = if look.found { look.cell } else { Cell::default() };
        self.missing[self.missing_count % Self::SIZE] = at as u8;
        self.missing_count += usize::from(!look.found);
        if token.shape.is_some() {
            self.shaped[self.shaped_count % Self::SIZE] = at as u8;
            self.shaped_count += 1;
        }
        self.hashes[at] = token.hash;
        self.starts[at] = token.start;
        self.ends[at] = token.end;
        self.shapes[at] = token.shape;
        self.follows[at] = token.follows;
        self.length = at + 1;
    }

    /// Lists the cells of words that weigh something and were not seen before. One that was not
    /// found counts as such, without weight, until more is known of it.
    #[inline(always)]
    pub(super) fn note_words(&mut self, seen: &mut SeenWords) {
        let (mut content, mut listed) = (0, 0);
        for at in 0..self.len() {
            let cell = self.cells[at + 1];
            let is_content = !cell.is_function_word();
            let is_new = seen.note(self.hashes[at], is_content);
            content += usize::from(is_content);
            self.is_new_word[at] = is_new;
            put(&mut self.weighing, &mut listed, cell.bits(), is_new);
        }
        (self.content, self.different, self.listed) = (content, listed, listed);
    }

    /// The place of the first, second, … word that was not found where it belongs; `None` behind the
    /// last.
    pub(super) fn missing(&self, member: usize) -> Option<usize> {
        let is_member = member < self.missing_count;
        is_member.then(|| usize::from(self.missing[member % Self::SIZE]) % Self::SIZE)
    }

    /// Notes that a missing word is stored somewhere else. If it turns out to be a function word, no
    /// more is left of it than that it was seen.
    pub(super) fn displaced(&mut self, at: usize, cell: Cell) {
        self.cells[at + 1] = cell;
        if cell.is_function_word() {
            self.content -= 1;
            self.different -= usize::from(std::mem::take(&mut self.is_new_word[at]));
        } else {
            put(&mut self.weighing, &mut self.listed, cell.bits(), self.is_new_word[at]);
        }
    }

    /// Notes the stem of a missing word that is stored nowhere.
    pub(super) fn stranger(&mut self, at: usize, stem: u16) {
        self.cells[at + 1] = Cell::weightless(stem);
    }

    /// The weights of all that weighs something and was not seen before, added up: of the words, and
    /// of the pairs, which are noted here.
    #[inline]
    pub(super) fn weigh(&mut self, pairs: Table<'_>, seen: &mut SeenPairs) -> Weights {
        let count = self.list_pairs();
        self.note_pairs(count, pairs, seen);
        total(&self.weighing[..self.listed.min(Self::MOST)])
    }

    /// Lists the hashes of pairs that can weigh something; how many they are.
    #[inline(always)]
    fn list_pairs(&mut self) -> usize {
        let mut first = neighbour(self.cells[0]);
        let mut count = 0;
        for at in 0..self.len() {
            let second = neighbour(self.cells[at + 1]);
            let (is_feature, pair) = Pair::of(first, second, self.follows[at]);
            put(&mut self.pairs, &mut count, pair.hash(), is_feature);
            first = second;
        }
        count
    }

    /// Lists the cells of those pairs that are stored and were not seen before.
    #[inline(always)]
    fn note_pairs(&mut self, count: usize, pairs: Table<'_>, seen: &mut SeenPairs) {
        let mut listed = self.listed;
        for &hash in &self.pairs[..count.min(Self::SIZE)] {
            let look = pairs.look(hash);
            let is_stored = look.found & (look.cell.tag() == Pair::tag(hash));
            let is_new = seen.note(hash, is_stored);
            put(&mut self.weighing, &mut listed, look.cell.bits(), is_new);
            if look.goes_on
                && let Some(cell) = new_pair_cell(hash, pairs, seen)
            {
                put(&mut self.weighing, &mut listed, cell.bits(), true);
            }
        }
        self.listed = listed;
    }

    pub(super) fn is_new_word(&self, at: usize) -> bool {
        self.is_new_word[at]
    }

    /// What the model has stored of the pair that ends with this token, if it was not seen before.
    pub(super) fn new_pair(
        &self,
        at: usize,
        pairs: Table<'_>,
        seen: &mut SeenPairs,
    ) -> Option<Cell> {
        let (first, second) = (neighbour(self.cells[at]), neighbour(self.cells[at + 1]));
        let (is_feature, pair) = Pair::of(first, second, self.follows[at]);
        if is_feature { new_pair_cell(pair.hash(), pairs, seen) } else { None }
    }

    /// Counts the tokens, strangers as known words.
    pub(super) fn count(&self, counts: &mut Counts) {
        let shaped = &self.shaped[..self.shaped_count.min(Self::SIZE)];
        let weighs = |&&at: &&u8| !self.cells[usize::from(at) + 1].is_function_word();
        let shapes = shaped.iter().filter(weighs).count();
        counts.function += (self.len() - self.content) as u64;
        counts.shapes += shapes as u64;
        counts.known = counts.known.wrapping_add((self.content - shapes) as u64);
        counts.different += self.different as u64;
    }

    /// Makes room for further tokens.
    pub(super) fn finish(&mut self) {
        let length = self.len();
        self.cells[0] = self.cells[length];
        self.last_start = self.starts[length.saturating_sub(1)];
        (self.length, self.shaped_count, self.missing_count) = (0, 0, 0);
    }

    /// Forgets what was read before.
    pub(super) fn clear(&mut self) {
        self.finish();
        self.part = Part::Subject;
    }
}

#[inline(always)]
fn neighbour(cell: Cell) -> Neighbour {
    Neighbour { stem: cell.tag(), is_function_word: cell.is_function_word() }
}

/// What the model has stored of a pair, wherever it stands, if it was not seen before.
#[inline(never)]
fn new_pair_cell(hash: u64, pairs: Table<'_>, seen: &mut SeenPairs) -> Option<Cell> {
    let cell = pairs.find(hash).filter(|cell| cell.tag() == Pair::tag(hash))?;
    seen.note(hash, true).then_some(cell)
}

/// Appends an item to the first `count` ones of a list, or not, without a branch.
#[inline(always)]
fn put<const N: usize>(list: &mut [u64; N], count: &mut usize, item: u64, keep: bool) {
    list[*count % N] = item;
    *count += usize::from(keep);
}
