//! Plain ASCII words and numbers, many bytes at a time.
//!
//! [`marks`] tells all letters of a window of text at once; where a word ends is then a question of
//! bits, and the next word need not wait until the bytes of this one have been looked at. What this
//! does not understand (a dash, two punctuation marks, a word of seventeen letters) it leaves to the
//! byte-wise path.

mod marks;
mod number;

use self::marks::{Marks, WINDOW};
pub(super) use self::number::number;
use super::{Shape, class, shape};

/// A word of at most sixteen letters and apostrophes.
pub(super) struct Quick {
    pub(super) length: usize,
    /// Length of the chunk: white space or the end of the text follows.
    pub(super) chunk: usize,
    /// The word in lower case, little end first, with zeros behind it.
    pub(super) words: [u64; 2],
}

impl Quick {
    /// The word with zeros behind it.
    #[inline(always)]
    pub(super) fn bytes(&self) -> [u8; REGISTER] {
        let [low, high] = self.words.map(u128::from);
        (high << 64 | low).to_le_bytes()
    }
}

/// A number or an amount.
#[derive(Debug)]
pub(super) struct Number {
    pub(super) length: usize,
    /// Length of the chunk, as for a word.
    pub(super) chunk: usize,
    pub(super) shape: Shape,
}

/// Longest word, in bytes: what two registers hold.
const REGISTER: usize = 16;

/// The part of a text that words are looked for in.
pub(super) struct Reader {
    /// Where the window begins.
    start: usize,
    /// A bit for each byte that is part of a word.
    words: u64,
    /// A bit for each capital that is not the first letter of its word.
    inner_capitals: u64,
}

impl Reader {
    /// Reads `bytes` from `start` on.
    pub(super) fn new(bytes: &[u8], start: usize) -> Self {
        let mut reader = Self { start, words: 0, inner_capitals: 0 };
        reader.move_to(bytes, start);
        reader
    }

    /// Reads the chunk that starts at `at`, if it is a plain word with at most one punctuation mark
    /// behind it. `at` must not be inside a word; from call to call it may only grow.
    #[inline(always)]
    pub(super) fn word(&mut self, bytes: &[u8], at: usize) -> Option<Quick> {
        let rest = bytes.get(at..)?;
        // Any word that begins here must lie in the window.
        if at - self.start > WINDOW - REGISTER {
            self.move_to(bytes, at);
        }
        let offset = at - self.start;
        let length = (!(self.words >> offset)).trailing_zeros() as usize;
        let kept = KEPT.get(length)?;
        let has_inner_capital = (self.inner_capitals >> offset).trailing_zeros() < length as u32;
        if length == 0 || has_inner_capital && names_exception(rest, length) {
            return None;
        }
        let chunk = chunk(rest, length)?;
        let register = rest.first_chunk().copied().unwrap_or_else(|| last(bytes, rest.len()));
        let (halves, _) = register.as_chunks();
        let lower = |half: usize| (u64::from_le_bytes(halves[half]) | SMALL) & kept[half];
        Some(Quick { length, chunk, words: [lower(0), lower(1)] })
    }

    #[inline(never)]
    fn move_to(&mut self, bytes: &[u8], start: usize) {
        let Marks { letters, apostrophes, capitals } = marks_from(bytes, start);
        let inner_apostrophes = apostrophes & letters << 1 & letters >> 1;
        self.start = start;
        self.words = letters | inner_apostrophes;
        self.inner_capitals = capitals & self.words << 1;
    }
}

/// The bit that tells small letters from capitals, in every byte.
const SMALL: u64 = u64::from_ne_bytes([0x20; 8]);

/// All bits of the first bytes of two registers, by how many those are.
static KEPT: [[u64; 2]; REGISTER + 1] = {
    let mut kept = [[0; 2]; REGISTER + 1];
    let mut length = 1;
    while length <= REGISTER {
        kept[length] = kept[length - 1];
        kept[length][(length - 1) / 8] |= 0xFF << (8 * ((length - 1) % 8));
        length += 1;
    }
    kept
};

/// The length of the chunk, if it goes on behind `length` bytes with at most one punctuation mark.
#[inline(always)]
fn chunk(rest: &[u8], length: usize) -> Option<usize> {
    // A branch for the ordinary case, so that the next word need not wait for the table.
    if rest.get(length) == Some(&b' ') {
        return Some(length);
    }
    let chunk = length + usize::from(class::at(rest, length) & class::CLOSING != 0);
    (class::at(rest, chunk) & class::SPACE != 0).then_some(chunk)
}

/// Marks of the window that begins at `start`; none behind the end of the text.
#[inline]
fn marks_from(bytes: &[u8], start: usize) -> Marks {
    let rest = bytes.get(start..).unwrap_or_default();
    if let Some(window) = rest.first_chunk() {
        return Marks::of(window);
    }
    if let Some(last) = bytes.last_chunk() {
        return Marks::of(last).from(WINDOW - rest.len());
    }
    let mut padded = [0; WINDOW];
    padded[..rest.len()].copy_from_slice(rest);
    Marks::of(&padded)
}

/// The last bytes of a text, so many, with zeros behind them.
#[inline]
fn last(bytes: &[u8], count: usize) -> [u8; REGISTER] {
    if let Some(register) = bytes.last_chunk() {
        let shift = 8 * (REGISTER - count.min(REGISTER)) as u32;
        return u128::from_le_bytes(*register).checked_shr(shift).unwrap_or(0).to_le_bytes();
    }
    let mut register = [0; REGISTER];
    let from = bytes.len() - count;
    register.iter_mut().zip(&bytes[from..]).for_each(|(to, from)| *to = *from);
    register
}

#[cold]
#[inline(never)]
fn names_exception(bytes: &[u8], length: usize) -> bool {
    shape::names_exception(&bytes[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_with_their_chunk() {
        for (text, expected) in [
            ("a", Some((1, 1))),
            ("Words, and", Some((5, 6))),
            ("fifteenletterss.", Some((15, 16))),
            ("sixteenlettersss", Some((16, 16))),
            ("sixteenletterss.s", None),
            ("seventeenletterss", None),
            ("can't be reached", Some((5, 5))),
            ("rock'n'roll's, th", Some((13, 14))),
            ("'tis not", None),
            ("a''b", None),
            ("TypeError ", None),
            ("users' ", None),
            ("don't...", None),
            ("log-in ", None),
            ("5", None),
            ("größe", None),
            ("", None),
        ] {
            let found = Reader::new(text.as_bytes(), 0).word(text.as_bytes(), 0);
            let found = found.map(|quick| (quick.length, quick.chunk));
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn a_word_is_the_same_anywhere_in_the_window() {
        for before in 0..=2 * WINDOW {
            for behind in 0..=WINDOW {
                let text = format!("{}Isn't,{}", " ".repeat(before), " ".repeat(behind));
                let mut reader = Reader::new(text.as_bytes(), 0);
                let none = (0..before).all(|at| reader.word(text.as_bytes(), at).is_none());
                let quick = reader.word(text.as_bytes(), before).expect("a word");
                assert!(none);
                assert_eq!(&quick.bytes(), b"isn't\0\0\0\0\0\0\0\0\0\0\0");
                assert_eq!((quick.length, quick.chunk), (5, 6));
            }
        }
    }
}
