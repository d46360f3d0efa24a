//! Tokens to features: the one path that training and scoring share.
//!
//! A feature is a word, a pair of neighbouring words, or, for a word that the model does not know,
//! its stem and its character n-grams. All of them are pure functions of the text: the same code
//! names a feature while training and while scoring, and the same [`emphasis`] and
//! [`length_factor`] scale both.

#[cfg(feature = "train")]
pub(crate) mod function_words;

use std::ops::Range;

use crate::hash::{self, hash};
use crate::inquiry::{Inquiry, Part};
use crate::text::clean;
use crate::text::tokenizer::{self, Token, tokenize};

/// Changes whenever cleaning, tokens, stems, hashes, function words or scaling change: a model
/// fitted with another pipeline must not be scored with this one.
pub(crate) const PIPELINE: u32 = 2;

/// Takes the tokens of an inquiry, part by part.
pub(crate) trait Sink: tokenizer::Sink {
    /// What follows is from this part.
    fn enter(&mut self, part: Part);
}

/// A [`Sink`] out of a closure.
struct Emitter<F> {
    part: Part,
    emit: F,
}

impl<F: FnMut(Part, Token<'_>)> Sink for Emitter<F> {
    fn enter(&mut self, part: Part) {
        self.part = part;
    }
}

impl<F: FnMut(Part, Token<'_>)> tokenizer::Sink for Emitter<F> {
    fn take(&mut self, token: Token<'_>) {
        (self.emit)(self.part, token);
    }
}

/// Calls `emit` for each token of the inquiry, as [`feed`] does.
pub(crate) fn read(
    inquiry: Inquiry<'_>,
    ranges: &mut Vec<Range<usize>>,
    emit: impl FnMut(Part, Token<'_>),
) {
    feed(inquiry, ranges, &mut Emitter { part: Part::Subject, emit });
}

/// Gives `sink` each token of the inquiry worth reading: the subject line first, then the body.
/// `ranges` is working memory.
///
/// Linear in the length of the text; allocates only to grow `ranges`.
pub(crate) fn feed(inquiry: Inquiry<'_>, ranges: &mut Vec<Range<usize>>, sink: &mut impl Sink) {
    let (subject, body) = (inquiry.subject_line(), inquiry.body());
    let title = clean::clean_subject(subject);
    if !repeats(&subject[title.clone()], body) {
        sink.enter(Part::Subject);
        tokenize(subject, title, false, sink);
    }
    clean::kept(body, ranges);
    sink.enter(Part::Body);
    // Where the range before ends, if the next may go on with a pair from there.
    let mut open_end = None;
    for range in ranges.drain(..) {
        let is_open = open_end.is_some_and(|end| clean::is_space_between(body, end..range.start));
        let end = range.end;
        open_end = tokenize(body, range, is_open, sink).then_some(end);
    }
}

/// Many forms put the subject line in front of the body again; it counts once.
fn repeats(title: &str, body: &str) -> bool {
    let is_trimmed = body.as_bytes().first().is_some_and(u8::is_ascii_graphic);
    let start = if is_trimmed { body } else { body.trim_start() };
    // Most differ in the first byte.
    let is_other =
        title.as_bytes().first().is_some_and(|first| start.as_bytes().first() != Some(first));
    !is_other && start.starts_with(title)
}

/// Names a stem in sixteen bits, for pairs.
#[inline]
pub(crate) fn stem_id(stem: &[u8]) -> u16 {
    let hash = hash(stem);
    (hash ^ (hash >> 16) ^ (hash >> 32) ^ (hash >> 48)) as u16
}

/// The words of a text that were seen already: each counts once, where it stands first.
pub(crate) type SeenWords = Seen<{ 1 << 15 }>;

/// The stored pairs of a text that were seen already; few pairs are stored. (Training, which does
/// not know yet which will be, keeps a text's pairs one by one.)
pub(crate) type SeenPairs = Seen<{ 1 << 13 }>;

/// A set of hashes, a place for each. Two hashes that share a place count as one: so it is with two
/// words in about one text in six of a hundred words, and with two pairs in one of fifty.
#[derive(Clone, Debug)]
pub(crate) struct Seen<const SIZE: usize> {
    marks: Box<[u8; SIZE]>,
    /// What stands at the places of the present text's features. Older texts left other marks, so
    /// that there is nothing to clear in between.
    mark: u8,
}

impl<const SIZE: usize> Seen<SIZE> {
    pub(crate) fn new() -> Self {
        Self { marks: Box::new([0; SIZE]), mark: 1 }
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.mark = self.mark.wrapping_add(1);
        if self.mark == 0 {
            self.marks.fill(0);
            self.mark = 1;
        }
    }

    /// Notes a feature; whether it is new.
    #[cfg(any(feature = "train", test))]
    pub(crate) fn is_new(&mut self, hash: u64) -> bool {
        self.note(hash, true)
    }

    /// Notes what may be a feature; whether it is one and new. No branch: neither can be guessed.
    #[inline(always)]
    pub(crate) fn note(&mut self, hash: u64, is_feature: bool) -> bool {
        let mark = &mut self.marks[(hash >> 16) as usize % SIZE];
        let is_new = is_feature & (*mark != self.mark);
        *mark = if is_feature { self.mark } else { *mark };
        is_new
    }
}

/// A token as a member of pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Neighbour {
    pub(crate) stem: u16,
    pub(crate) is_function_word: bool,
}

/// Remembers the last token and names the pair that the next one makes with it.
#[cfg(any(feature = "train", test))]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pairs {
    last: Option<Neighbour>,
}

#[cfg(any(feature = "train", test))]
impl Pairs {
    /// The pair of the last token and this one, if that is a feature.
    pub(crate) fn next(&mut self, token: Neighbour, follows: bool) -> Option<Pair> {
        let last = self.last.replace(token)?;
        let (is_feature, pair) = Pair::of(last, token, follows);
        is_feature.then_some(pair)
    }
}

/// Two neighbouring words by their stems' ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pair {
    first: u16,
    second: u16,
}

impl Pair {
    /// The pair of two neighbours, and whether it is a feature: if the second `follows` the first
    /// with nothing but white space between. Two function words make no pair.
    #[inline]
    pub(crate) fn of(first: Neighbour, second: Neighbour, follows: bool) -> (bool, Self) {
        let weightless = first.is_function_word & second.is_function_word;
        (follows & !weightless, Self { first: first.stem, second: second.stem })
    }

    /// The hash the pair is stored under: a bijection of both ids, so that no two pairs share one.
    #[inline]
    pub(crate) fn hash(self) -> u64 {
        // Of 2^64 divided by the golden ratio, as Fibonacci hashing has it: the high half depends
        // on every bit of the ids, the low half does once it is combined with the high one.
        let ids = u64::from(self.first) << 16 | u64::from(self.second);
        let product = ids.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        product ^ (product >> 32)
    }

    /// The bits of a pair's hash that are stored beside its fingerprint.
    #[inline]
    pub(crate) fn tag(hash: u64) -> u16 {
        (hash >> 16) as u16
    }
}

/// Number of buckets that character n-grams are hashed into.
pub(crate) const GRAM_BUCKETS: usize = 1 << 15;

/// Lengths, in bytes, of the character n-grams of a word between its boundary marks.
const GRAM_LENGTHS: Range<usize> = 3..6;

/// Calls `emit` with the bucket of each character n-gram of a word; returns how many there were.
///
/// Bytes rather than characters: English is ASCII, and elsewhere n-grams of bytes do as well.
pub(crate) fn char_grams(word: &[u8], mut emit: impl FnMut(usize)) -> u32 {
    const MOST: usize = 62;
    // Behind the closing mark is room for a register at any place.
    let mut padded = [b'<'; 1 + MOST + 1 + 8];
    let length = word.len().min(MOST);
    padded[1..=length].copy_from_slice(&word[..length]);
    padded[length + 1] = b'>';
    let mut count = 0;
    for n in GRAM_LENGTHS {
        let kept = u64::MAX >> (64 - 8 * n);
        for register in padded.windows(8).take((length + 3).saturating_sub(n)) {
            let register = register.first_chunk().map_or(0, |&bytes| u64::from_le_bytes(bytes));
            let hash = hash::short([register & kept, 0]);
            emit((hash >> 32) as usize % GRAM_BUCKETS);
            count += 1;
        }
    }
    count
}

/// How much a feature counts, in halves: one of the subject line half as much again.
#[inline]
pub(crate) fn emphasis(part: Part) -> i32 {
    match part {
        Part::Subject => 3,
        Part::Body => 2,
    }
}

/// Added to the number of weighted words before scaling, so that a text of three words is not
/// judged as firmly as one of thirty.
const LENGTH_OFFSET: u64 = 10;

/// `1 / (words + 10)^0.75`, as a fixed-point number with [`FACTOR_BITS`] binary places: a sum of
/// weights times this is comparable between a tweet and a letter. `words` counts the different
/// tokens but for function words. Integers only, so that it is the same on every machine.
#[inline]
pub(crate) fn length_factor(words: u64) -> i64 {
    /// Of the lengths that nearly all inquiries have.
    static FACTORS: [i64; 256] = {
        let (mut factors, mut words) = ([0; 256], 0);
        while words < factors.len() {
            factors[words] = any_length_factor(words as u64);
            words += 1;
        }
        factors
    };
    let known = usize::try_from(words).ok().and_then(|words| FACTORS.get(words));
    known.copied().unwrap_or_else(|| any_length_factor(words))
}

const fn any_length_factor(words: u64) -> i64 {
    let length = words.saturating_add(LENGTH_OFFSET);
    let length = if length < 1 << 26 { length } else { 1 << 26 };
    let root = (length << 32).isqrt();
    let fourth_root = (root << 16).isqrt();
    (u64::MAX / (root * fourth_root)) as i64
}

/// Binary places of [`length_factor`].
pub(crate) const FACTOR_BITS: u32 = 32;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn keys(inquiry: Inquiry<'_>) -> Vec<String> {
        let mut keys = Vec::new();
        read(inquiry, &mut Vec::new(), |_, token| {
            keys.push(String::from_utf8_lossy(token.key).into_owned());
        });
        keys
    }

    #[test]
    fn subject_comes_first_and_counts_once() {
        let mail = Inquiry::new("The printer is dead").subject("Re: Printer");
        assert_eq!(keys(mail), ["printer", "the", "printer", "is", "dead"]);
        let form = Inquiry::new("Printer dead. It is").subject("Printer dead");
        assert_eq!(keys(form), ["printer", "dead", "it", "is"]);
    }

    #[test]
    fn pairs_have_hashes_of_their_own() {
        let hashes: HashSet<_> = (0..300u16)
            .flat_map(|first| (0..300).map(move |second| Pair { first, second }.hash()))
            .collect();
        assert_eq!(hashes.len(), 300 * 300);
        // What chooses the block and what is compared there both tell pairs apart.
        let apart =
            |bits: fn(u64) -> u64| hashes.iter().map(|&hash| bits(hash)).collect::<HashSet<_>>();
        assert!(apart(|hash| hash >> 32).len() > 89_900);
        assert!(apart(|hash| hash & 0xFFFF_FFFF).len() > 89_900);
    }

    #[test]
    fn pairs_follow_each_other() {
        let word = |stem| Neighbour { stem, is_function_word: false };
        let the = Neighbour { stem: 5, is_function_word: true };
        let pair = |first, second| Some(Pair { first, second });
        let mut pairs = Pairs::default();
        assert_eq!(pairs.next(word(7), false), None);
        assert_eq!(pairs.next(word(8), true), pair(7, 8));
        assert_eq!(pairs.next(word(7), false), None, "a comma stands between");
        assert_eq!(pairs.next(the, true), pair(7, 5));
        assert_eq!(pairs.next(the, true), None, "two function words");
        assert_eq!(pairs.next(word(9), true), pair(5, 9));
    }

    #[test]
    fn a_feature_counts_once() {
        let mut seen = SeenWords::new();
        assert!(seen.is_new(hash(b"refund")));
        assert!(!seen.is_new(hash(b"refund")));
        assert!(seen.is_new(hash(b"invoice")));
        // Often enough for the marks of old texts to come round again.
        for _ in 0..600 {
            seen.clear();
            assert!(seen.is_new(hash(b"refund")));
            assert!(!seen.is_new(hash(b"refund")));
        }
        assert!(seen.is_new(hash(b"invoice")));
        assert!(!seen.note(hash(b"parcel"), false));
        assert!(seen.is_new(hash(b"parcel")));
    }

    #[test]
    fn character_grams_see_the_boundaries() {
        // "<ab>" has 2 trigrams and 1 of four.
        assert_eq!(char_grams(b"ab", |bucket| assert!(bucket < GRAM_BUCKETS)), 3);
        assert_eq!(char_grams(b"", |_| panic!("nothing to name")), 0);
    }

    #[test]
    fn length_factor_falls_with_the_length() {
        for words in [0u64, 1, 6, 100, 5_000] {
            let expected = ((words + LENGTH_OFFSET) as f64).powf(-0.75);
            let factor = length_factor(words) as f64 / (1u64 << FACTOR_BITS) as f64;
            assert!((factor / expected - 1.0).abs() < 1e-3, "{words} words: {factor}");
        }
        assert!(length_factor(u64::MAX) > 0);
    }
}
