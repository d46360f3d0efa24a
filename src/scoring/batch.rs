//! A few dozen tokens, looked up together.
//!
//! What a look-up costs is waiting: for a cache line, and for a branch that was guessed wrong. So
//! words are looked up without a branch while the tokenizer is busy with the next ones, and pairs
//! in a row, none waiting for another; the few that do not stand where they belong are put off to
//! the end.

use crate::features::{Neighbour, Pair, Seen};
use crate::inquiry::Part;
use crate::model::weights::{Cell, Table, Weights, total};
use crate::policy::Counts;
use crate::text::tokenizer::{Place, Shape, Token};

/// Tokens of one part of the inquiry. A set of them is a word of bits.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) part: Part,
    length: usize,
    pub(super) hashes: [u64; Batch::SIZE],
    starts: [usize; Batch::SIZE],
    ends: [usize; Batch::SIZE],
    shapes: [Option<Shape>; Batch::SIZE],
    /// What the model has stored of the words; in front, of the last word of the batch before.
    cells: [Cell; Batch::SIZE + 1],
    /// Where the last token of the batch before starts.
    pub(super) last_start: usize,
    /// Tokens that follow the one before with nothing but white space between.
    following: u32,
    /// Tokens that are no words.
    shaped: u32,
    /// Words that do not stand where they belong.
    missing: u32,
    /// Words that the model has not stored.
    strangers: u32,
    /// Words that can weigh something.
    content: u32,
    /// Those of them that were not seen before.
    new_words: u32,
    /// Pairs that can weigh something and were not seen before.
    new_pairs: u32,
    /// The stored bits of what weighs something, words before pairs.
    weighing: List,
    /// The hashes of new pairs.
    pairs: List,
    /// The hashes of those that do not stand where they belong, if anywhere.
    displaced: List,
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
            cells: [Cell::default(); Batch::SIZE + 1],
            last_start: 0,
            following: 0,
            shaped: 0,
            missing: 0,
            strangers: 0,
            content: 0,
            new_words: 0,
            new_pairs: 0,
            weighing: List::EMPTY,
            pairs: List::EMPTY,
            displaced: List::EMPTY,
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
        let look = table.look(token.hash);
        self.missing |= u32::from(!look.found) << at;
        self.following |= u32::from(token.follows) << at;
        self.shaped |= u32::from(token.shape.is_some()) << at;
        self.known(at, look.cell);
        self.hashes[at] = token.hash;
        self.starts[at] = token.start;
        self.ends[at] = token.end;
        self.shapes[at] = token.shape;
        self.length = at + 1;
    }

    /// Notes what the model has stored of a word.
    #[inline(always)]
    pub(super) fn known(&mut self, at: usize, cell: Cell) {
        self.cells[at + 1] = cell;
    }

    /// Notes a word that the model has not stored.
    pub(super) fn stranger(&mut self, at: usize, stem: u16) {
        self.cells[at + 1] = Cell::weightless(stem);
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

    /// Notes which words and pairs can weigh something and were not seen before; the weights of
    /// those, added up.
    #[inline]
    pub(super) fn weigh(&mut self, table: Table<'_>, seen: &mut Seen) -> Weights {
        self.note_unseen(seen);
        self.displaced.length = 0;
        for &hash in self.pairs.as_slice() {
            let look = table.look(hash);
            let weighs = look.found & (look.cell.tag() == Pair::tag(hash));
            self.weighing.push_if(weighs, look.cell.bits());
            self.displaced.push_if(look.goes_on, hash);
        }
        for &hash in self.displaced.as_slice() {
            let cell = pair_cell(hash, table).map_or(0, Cell::bits);
            self.weighing.push_if(cell != 0, cell);
        }
        total(self.weighing.as_slice())
    }

    /// Lists what was not seen before: the cells of words, the hashes of pairs.
    #[inline(always)]
    fn note_unseen(&mut self, seen: &mut Seen) {
        (self.weighing.length, self.pairs.length) = (0, 0);
        let (mut content, mut new_words, mut new_pairs) = (0, 0, 0);
        let mut first = neighbour(self.cells[0]);
        for at in 0..self.len() {
            let second = neighbour(self.cells[at + 1]);
            let is_content = !second.is_function_word;
            let is_new = seen.note(self.hashes[at], is_content);
            content |= u32::from(is_content) << at;
            new_words |= u32::from(is_new) << at;
            self.weighing.push_if(is_new, self.cells[at + 1].bits());

            let (is_feature, pair) = Pair::of(first, second, self.follows(at));
            let is_new = seen.note(pair.hash(), is_feature);
            new_pairs |= u32::from(is_new) << at;
            self.pairs.push_if(is_new, pair.hash());
            first = second;
        }
        (self.content, self.new_words, self.new_pairs) = (content, new_words, new_pairs);
    }

    fn follows(&self, at: usize) -> bool {
        self.following >> at & 1 != 0
    }

    pub(super) fn is_new_word(&self, at: usize) -> bool {
        self.new_words >> at & 1 != 0
    }

    /// What the model has stored of the pair that ends with this token, if it was not seen before.
    pub(super) fn new_pair(&self, at: usize, table: Table<'_>) -> Option<Cell> {
        if self.new_pairs >> at & 1 == 0 {
            return None;
        }
        let (first, second) = (neighbour(self.cells[at]), neighbour(self.cells[at + 1]));
        let (_, pair) = Pair::of(first, second, self.follows(at));
        pair_cell(pair.hash(), table)
    }

    /// Counts the tokens, strangers as known words.
    pub(super) fn count(&self, counts: &mut Counts) {
        let content = u64::from(self.content.count_ones());
        let shapes = u64::from((self.content & self.shaped).count_ones());
        counts.function += self.len() as u64 - content;
        counts.shapes += shapes;
        counts.known = counts.known.wrapping_add(content - shapes);
        counts.different += u64::from(self.new_words.count_ones());
    }

    /// Makes room for further tokens.
    pub(super) fn finish(&mut self) {
        let length = self.len();
        self.cells[0] = self.cells[length];
        self.last_start = self.starts[length.saturating_sub(1)];
        (self.length, self.following, self.shaped, self.strangers) = (0, 0, 0, 0);
    }

    /// Forgets what was read before.
    pub(super) fn clear(&mut self) {
        self.finish();
        (self.part, self.missing) = (Part::Subject, 0);
    }
}

#[inline(always)]
fn neighbour(cell: Cell) -> Neighbour {
    Neighbour { stem: cell.tag(), is_function_word: cell.is_function_word() }
}

/// What the model has stored of a pair.
fn pair_cell(hash: u64, table: Table<'_>) -> Option<Cell> {
    table.find(hash).filter(|cell| cell.tag() == Pair::tag(hash))
}

/// What is kept of the tokens of a batch and of their pairs, in order.
#[derive(Debug)]
struct List {
    items: [u64; 2 * Batch::SIZE],
    length: usize,
}

impl List {
    const EMPTY: Self = Self { items: [0; 2 * Batch::SIZE], length: 0 };

    /// Appends an item, or not, without a branch.
    #[inline(always)]
    fn push_if(&mut self, keep: bool, item: u64) {
        self.items[self.length % self.items.len()] = item;
        self.length += usize::from(keep);
    }

    fn as_slice(&self) -> &[u64] {
        &self.items[..self.length.min(2 * Batch::SIZE)]
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
