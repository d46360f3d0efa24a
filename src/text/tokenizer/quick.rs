//! Plain ASCII words, eight bytes at a time.
//!
//! A register holds eight bytes; arithmetic on it tells all letters at once, so that neither the
//! length of a word nor the bytes in it cost a branch. What this does not understand (a digit, a
//! dash, two punctuation marks, a word of sixteen letters) it leaves to the byte-wise path.

use super::{class, shape};

/// A word of at most fifteen letters and apostrophes.
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
    pub(super) fn bytes(&self) -> [u8; 16] {
        join(self.words).to_le_bytes()
    }
}

/// As many bytes as there are to look at.
const WINDOW: usize = 17;

/// The high bit of each byte.
const HIGH: u64 = splat(0x80);

const fn splat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Reads the chunk that starts at `at`, if it is a plain word with at most one punctuation mark
/// behind it.
#[inline(always)]
pub(super) fn word(bytes: &[u8], at: usize) -> Option<Quick> {
    let rest = bytes.get(at..)?;
    match rest.first_chunk() {
        Some(window) => read(window),
        None => read(&padded(rest)),
    }
}

/// The last bytes of a text with blanks behind them.
fn padded(rest: &[u8]) -> [u8; WINDOW] {
    let mut window = [b' '; WINDOW];
    window.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    window
}

#[inline(always)]
fn read(window: &[u8; WINDOW]) -> Option<Quick> {
    let [low, high] = words(window);
    let first = Letters::of(low);
    if first.count == 0 {
        return None;
    }
    let second = if first.count < 8 { Letters::NONE } else { Letters::of(high) };
    let length = first.count + second.count;
    let has_inner_capital = first.capitals & !0xFF | second.capitals != 0;
    if has_inner_capital && shape::names_exception(&window[..length]) {
        return None;
    }
    let words = [first.lower, second.lower];
    // A branch for the ordinary case, so that the next word need not wait for the table.
    if window[length] == b' ' {
        return Some(Quick { length, chunk: length, words });
    }
    let class_at = |at: usize| window.get(at).map_or(0, |&byte| class::OF[usize::from(byte)]);
    let chunk = length + usize::from(class_at(length) & class::CLOSING != 0);
    (class_at(chunk) & class::SPACE != 0).then_some(Quick { length, chunk, words })
}

#[inline]
fn words(window: &[u8; WINDOW]) -> [u64; 2] {
    let (words, _) = window.as_chunks();
    [u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1])]
}

#[inline]
fn join(words: [u64; 2]) -> u128 {
    u128::from(words[1]) << 64 | u128::from(words[0])
}

/// The letters that eight bytes begin with.
struct Letters {
    count: usize,
    /// In lower case, with zeros behind them.
    lower: u64,
    /// The high bit of each that is a capital.
    capitals: u64,
}

impl Letters {
    const NONE: Self = Self { count: 0, lower: 0, capitals: 0 };

    #[inline(always)]
    fn of(bytes: u64) -> Self {
        let others = !are_letters(bytes) & HIGH;
        // All bits below the first other byte; without one, all bits.
        let kept = ((others & others.wrapping_neg()) >> 7).wrapping_sub(1);
        Self {
            count: others.trailing_zeros() as usize / 8,
            lower: (bytes | splat(0x20)) & kept,
            capitals: !(bytes << 2) & HIGH & kept,
        }
    }
}

/// The high bit of each byte that is an ASCII letter.
#[inline(always)]
fn are_letters(bytes: u64) -> u64 {
    // Without their high bits no sum below leaves its byte.
    let folded = (bytes | splat(0x20)) & !HIGH;
    let from_a = folded + splat(0x80 - b'a');
    let past_z = folded + splat(0x80 - b'z' - 1);
    from_a & !past_z & !bytes & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_one_by_one() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = *b"aZ[@`{\0A";
                bytes[place] = byte;
                let marks = |is: fn(u8) -> bool| bytes.map(|b| if is(b) { 0x80 } else { 0 });
                let word = u64::from_le_bytes(bytes);
                let letters = are_letters(word).to_le_bytes();
                assert_eq!(letters, marks(|b| b.is_ascii_alphabetic()), "{bytes:?}");
            }
        }
    }

    #[test]
    fn words_are_read_with_their_chunk() {
        for (text, expected) in [
            ("a", Some((1, 1))),
            ("Words, and", Some((5, 6))),
            ("can't be", None),
            ("fifteenletterss.", Some((15, 16))),
            ("sixteenletterss.s", None),
            ("TypeError ", None),
            ("users' ", None),
            ("don't...", None),
            ("log-in ", None),
            ("5", None),
            ("größe", None),
            ("", None),
        ] {
            let found = word(text.as_bytes(), 0).map(|quick| (quick.length, quick.chunk));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
