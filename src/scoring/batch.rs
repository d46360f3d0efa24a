//! A few dozen tokens, looked up together.
//!
//! What a look-up costs is waiting: for a cache line, and for a branch that was guessed wrong. So
//! words are looked up without a branch while the tokenizer is busy with the next ones, and pairs
//! in a row, none waiting for another; the few that do not stand where they belong are put off to
//! the end.

use crate::features::short_hash::key_hash;
use crate::features::{Neighbour, Pair, Seen};
use crate::inquiry::Part;
use crate::model::weights::{Cell, Table, Weights};
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
    /// The weights of what is new, added up.
    sum: Weights,
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
            sum: Weights::default(),
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
        let features = self.features();
        let (words, pairs) = features.unseen(seen);
        self.new_words = 0;
        for &at in words.as_slice() {
            self.new_words |= 1 << at;
            self.cells[usize::from(at) % Self::SIZE].add_to(&mut self.sum);
        }
        self.weigh_pairs(&pairs, table);
    }

    /// What may weigh something, in the order of the text.
    #[inline(always)]
    fn features(&self) -> Features {
        let mut features = Features::new();
        for at in 0..self.len() {
            let is_content = !self.neighbours[at + 1].is_function_word;
            features.push_if(is_content, self.hashes[at], at, Kind::Word);
            let (is_feature, pair) = self.pair(at);
            features.push_if(is_feature, pair.hash(), at, Kind::Pair);
        }
        features
    }

    #[inline(always)]
    fn weigh_pairs(&mut self, pairs: &List, table: Table<'_>) {
        let (mut weigh, mut displaced) = (0, 0);
        for &at in pairs.as_slice() {
            let at = usize::from(at) % Self::SIZE;
            let hash = self.pair(at).1.hash();
            let look = table.look(hash);
            let weighs = look.found & (look.cell.tag == Pair::tag(hash));
            weigh |= u32::from(weighs) << at;
            displaced |= u32::from(look.goes_on) << at;
            look.cell.only_if(weighs).add_to(&mut self.sum);
        }
        self.new_pairs = weigh;
        self.displaced_pairs(displaced, table);
    }

    /// Looks pairs up that do not stand where they belong.
    fn displaced_pairs(&mut self, displaced: u32, table: Table<'_>) {
        for at in members(displaced) {
            if let Some(cell) = self.pair_cell(at, table) {
                self.new_pairs |= 1 << at;
                cell.add_to(&mut self.sum);
            }
        }
    }

    /// The pair that ends with this token, and whether it is a feature.
    #[inline(always)]
    fn pair(&self, at: usize) -> (bool, Pair) {
        let (first, second) = (self.neighbours[at], self.neighbours[at + 1]);
        Pair::of(first, second, self.follow[at])
    }

    fn pair_cell(&self, at: usize, table: Table<'_>) -> Option<Cell> {
        let hash = self.pair(at).1.hash();
        table.find(hash).filter(|cell| cell.tag == Pair::tag(hash))
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
        std::mem::take(&mut self.sum)
    }
}

/// Tokens, in the order of the text.
struct List {
    /// One more than there are tokens would do: what is not kept is written too.
    tokens: [u8; 2 * Batch::SIZE],
    length: usize,
}

impl List {
    fn new() -> Self {
        Self { tokens: [0; 2 * Batch::SIZE], length: 0 }
    }

    /// Appends a token, or not, without a branch.
    #[inline(always)]
    fn push_if(&mut self, keep: bool, token: u8) {
        self.tokens[self.length % self.tokens.len()] = token;
        self.length += usize::from(keep);
    }

    fn as_slice(&self) -> &[u8] {
        &self.tokens[..self.length.min(Batch::SIZE)]
    }
}

/// What a feature is.
#[derive(Clone, Copy)]
enum Kind {
    Word = 0,
    /// The pair that ends with a token.
    Pair = 0x80,
}

/// Features by their hashes, in the order of the text.
struct Features {
    hashes: [u64; 2 * Batch::SIZE],
    /// The token, with the [`Kind`] in the top bit.
    tokens: [u8; 2 * Batch::SIZE],
    length: usize,
}

impl Features {
    fn new() -> Self {
        Self { hashes: [0; 2 * Batch::SIZE], tokens: [0; 2 * Batch::SIZE], length: 0 }
    }

    /// Appends a feature, or not, without a branch.
    #[inline(always)]
    fn push_if(&mut self, keep: bool, hash: u64, token: usize, kind: Kind) {
        let at = self.length % self.hashes.len();
        self.hashes[at] = hash;
        self.tokens[at] = token as u8 | kind as u8;
        self.length += usize::from(keep);
    }

    /// The tokens whose words, and those whose pairs, were not seen before.
    #[inline(always)]
    fn unseen(&self, seen: &mut Seen) -> (List, List) {
        let (mut words, mut pairs) = (List::new(), List::new());
        let length = self.length.min(self.hashes.len());
        for (&hash, &token) in self.hashes[..length].iter().zip(&self.tokens) {
            let is_new = seen.note(hash, true);
            let is_pair = token & Kind::Pair as u8 != 0;
            words.push_if(is_new & !is_pair, token);
            pairs.push_if(is_new & is_pair, token & !(Kind::Pair as u8));
        }
        (words, pairs)
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
