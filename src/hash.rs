//! The hash that words are stored under.

use xxhash_rust::xxh3::xxh3_64;

/// Keys of up to this many bytes, nearly all, are hashed in two registers.
const SHORT: usize = 16;

/// What the two registers are combined with, so that neither becomes zero: digits of pi and of the
/// golden ratio.
const FLIPS: [u64; 2] = [0x243F_6A88_85A3_08D3, 0x9E37_79B9_7F4A_7C15];

/// The hash of a key without zero bytes: of the folded product of [`short`], or xxh3-64 for a key
/// of more than sixteen bytes. Both are specified and will not change.
#[inline]
pub(crate) fn hash(key: &[u8]) -> u64 {
    if key.len() > SHORT { xxh3_64(key) } else { short(words(key)) }
}

/// A key of at most sixteen bytes, little end first with zeros behind it: of two loads that may
/// overlap, instead of a copy of so many bytes.
#[inline]
fn words(key: &[u8]) -> [u64; 2] {
    if let (Some(&first), Some(&last)) = (key.first_chunk(), key.last_chunk()) {
        // Eight zeros behind what follows the first eight bytes, if anything does.
        let rest = u128::from(u64::from_le_bytes(last)) << 64 >> (8 * (SHORT - key.len()) as u32);
        return [u64::from_le_bytes(first), (rest >> 64) as u64];
    }
    if let (Some(&first), Some(&last)) = (key.first_chunk(), key.last_chunk()) {
        let shift = 8 * (key.len() - 4) as u32;
        let [first, last] = [first, last].map(|four| u64::from(u32::from_le_bytes(four)));
        return [first | last << shift, 0];
    }
    [key.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0]
}

/// [`hash`] of a key of at most sixteen bytes that is known while compiling.
pub(crate) const fn of_name(key: &[u8]) -> u64 {
    let (mut words, mut at) = ([0; 2], 0);
    while at < key.len() {
        words[at / 8] |= (key[at] as u64) << (8 * (at % 8));
        at += 1;
    }
    short(words)
}

/// The hash of a key of at most sixteen bytes, given little end first with zeros behind them: the
/// high and the low half of one product, combined (the multiply-and-fold of wyhash).
#[inline(always)]
pub(crate) const fn short(words: [u64; 2]) -> u64 {
    let product = (words[0] ^ FLIPS[0]) as u128 * (words[1] ^ FLIPS[1]) as u128;
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn hashes_are_the_specified_ones() {
        // A change here makes every stored model unreadable.
        assert_eq!(hash(b""), 0xE184_8576_4BA0_3644);
        assert_eq!(hash(b"acknowledgements"), 0x3DF4_8414_A83D_E791);
        assert_eq!(hash(b"refund"), 0x89CD_37A4_3D0F_AEC0);
        assert_eq!(hash(b"seventeen letters"), xxh3_64(b"seventeen letters"));
    }

    #[test]
    fn keys_are_padded_with_zeros() {
        let key = b"acknowledgements";
        for length in 0..=SHORT {
            let mut padded = [0; SHORT];
            padded[..length].copy_from_slice(&key[..length]);
            let (halves, _) = padded.as_chunks();
            let expected = [0, 1].map(|half: usize| u64::from_le_bytes(halves[half]));
            assert_eq!(words(&key[..length]), expected, "{length} bytes");
            assert_eq!(of_name(&key[..length]), hash(&key[..length]), "{length} bytes");
        }
    }

    #[test]
    fn similar_words_differ_in_all_parts_of_the_hash() {
        let mut words = vec![String::new()];
        for _ in 0..3 {
            let longer: Vec<_> =
                words.iter().flat_map(|w| ('a'..='z').map(move |c| format!("{w}{c}"))).collect();
            words = longer;
        }
        for shift in [0, 16, 32, 48] {
            let parts: HashSet<_> =
                words.iter().map(|word| (hash(word.as_bytes()) >> shift) as u16).collect();
            // 17,576 balls thrown into 65,536 boxes hit about 15,400 of them.
            assert!(parts.len() > 13_000, "{} different", parts.len());
        }
    }
}
