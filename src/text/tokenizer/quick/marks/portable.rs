//! Eight bytes at a time.

use super::{Marks, WINDOW};
use crate::text::octets::{HIGH, are, are_letters};

/// As [`Marks::of`].
#[inline]
pub(super) fn marks(bytes: &[u8; WINDOW]) -> Marks {
    let mut marks = Marks { letters: 0, apostrophes: 0, capitals: 0 };
    for (place, eight) in bytes.as_chunks().0.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        let letters = are_letters(eight);
        let add = |to: &mut u64, found: u64| *to |= gathered(found) << (8 * place);
        add(&mut marks.letters, letters);
        add(&mut marks.apostrophes, are(eight, b'\''));
        // The bit that tells small letters from capitals, moved to where the others are.
        add(&mut marks.capitals, letters & !(eight << 2));
    }
    marks
}

/// The highest bits of eight bytes, side by side.
#[inline]
fn gathered(bytes: u64) -> u64 {
    // The bit of each byte is moved, by one power of two, to its place in the highest byte.
    ((bytes & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
