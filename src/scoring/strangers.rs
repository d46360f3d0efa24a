//! Words that the model has not stored as they stand.

use crate::features::{char_grams, stem_id};
use crate::hash::hash;
use crate::model::weights::{Grams, HEADS, Table, Weights, decode};
use crate::text::stemmer::EnglishStemmer;

/// What was worked out about a word that the model has not stored.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stranger {
    pub(super) stem: u16,
    pub(super) weights: Weights,
    pub(super) has_known_stem: bool,
}

impl Stranger {
    /// The weights of its stem, where the model knows that as a word, or else of its n-grams.
    pub(super) fn meet(word: &[u8], words: Table<'_>, grams: Grams<'_>) -> Self {
        let text = std::str::from_utf8(word).unwrap_or_default();
        let stem = EnglishStemmer::new().stem(text);
        let known = words.get(hash(stem.as_bytes()));
        let known = known.filter(|entry| !entry.is_function_word());
        let weights = known.map_or_else(|| gram_weights(word, grams), |e| decode(e.codes));
        Self { stem: stem_id(stem.as_bytes()), weights, has_known_stem: known.is_some() }
    }
}

/// The weights of a word's character n-grams, added up and divided by the root of their number.
pub(crate) fn gram_weights(word: &[u8], grams: Grams<'_>) -> Weights {
    let mut sum = [0i64; HEADS];
    let count = char_grams(word, |bucket| {
        for (sum, weight) in sum.iter_mut().zip(grams.get(bucket)) {
            *sum += i64::from(weight);
        }
    });
    let root = (u64::from(count.max(1)) << 16).isqrt() as i64;
    sum.map(|sum| ((sum << 8) / root) as i32)
}

/// Remembers the last strangers, so that a name or a typo that recurs is worked out once: stemming
/// costs as much as sixty bytes of plain reading, and allocates. A cache of pairs of slots keyed by
/// the whole hash, the pair's later word first; what it holds is a pure function of word and model,
/// so it cannot change an answer, unless two words share all 64 bits of a hash. It begins small, as a
/// scratch may be made for one text only.
#[derive(Debug)]
pub(super) struct Strangers {
    model: u64,
    slots: Vec<[(u64, Stranger); 2]>,
    /// Words worked out since the last growth.
    met: usize,
}

impl Strangers {
    /// Powers of two.
    const FEWEST: usize = 16;
    const MOST: usize = 512;

    pub(super) fn new() -> Self {
        Self { model: 0, slots: Vec::new(), met: 0 }
    }

    /// Forgets everything when another model is used.
    pub(super) fn belong_to(&mut self, model: u64) {
        if self.model != model || self.slots.is_empty() {
            self.model = model;
            self.slots.fill([(0, Stranger::default()); 2]);
            self.met = 0;
        }
    }

    pub(super) fn get(&mut self, hash: u64, meet: impl FnOnce() -> Stranger) -> Stranger {
        // No hash of a word that anybody writes, and what marks an empty slot.
        if hash == 0 {
            return meet();
        }
        if self.slots.is_empty() {
            self.grow();
        }
        let place = self.place(hash);
        let slots = &mut self.slots[place];
        if slots[0].0 != hash {
            slots.swap(0, 1);
        }
        if slots[0].0 != hash {
            slots[0] = (hash, meet());
            self.met += 1;
        }
        let stranger = slots[0].1;
        if self.met == self.slots.len() && self.met < Self::MOST {
            self.grow();
        }
        stranger
    }

    fn place(&self, hash: u64) -> usize {
        (hash >> 20) as usize & (self.slots.len() - 1)
    }

    #[cold]
    fn grow(&mut self) {
        let count = (4 * self.slots.len()).clamp(Self::FEWEST, Self::MOST);
        let slots = vec![[(0, Stranger::default()); 2]; count];
        let old = std::mem::replace(&mut self.slots, slots);
        // Of a pair the earlier word first: the later one comes to stand before it, as it did.
        for word in old.into_iter().flat_map(|[later, earlier]| [earlier, later]) {
            if word.0 != 0 {
                let place = self.place(word.0);
                self.slots[place] = [word, self.slots[place][0]];
            }
        }
        self.met = 0;
    }
}
