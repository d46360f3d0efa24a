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
    if key.len() > SHORT {
        return xxh3_64(key);
    }
    let mut padded = [0; SHORT];
    padded[..key.len()].copy_from_slice(key);
    let padded = u128::from_le_bytes(padded);
    short([padded as u64, (padded >> 64) as u64])
}

/// The hash of a key of at most sixteen bytes, given little end first with zeros behind them: the
/// high and the low half of one product, combined (the multiply-and-fold of wyhash).
#[inline(always)]
pub(crate) fn short(words: [u64; 2]) -> u64 {
    let product = u128::from(words[0] ^ FLIPS[0]) * u128::from(words[1] ^ FLIPS[1]);
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
