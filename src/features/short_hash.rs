//! xxh3-64 of keys of at most sixteen bytes that are already in registers.
//!
//! Nearly every key is that short. The library reads a key from memory and branches on its length,
//! which a processor guesses wrong for every third word; here both formulas for up to eight bytes
//! are worked out and one is kept. The tests hold the results to the library's.

use std::hint::select_unpredictable;

use xxhash_rust::xxh3::xxh3_64;

/// What the specification combines short inputs with: exclusive ors of words of xxh3's secret.
const FLIP_1_TO_3: u64 = 0x8727_5A9B;
const FLIP_4_TO_8: u64 = 0xC73A_B174_C5EC_D5A2;
const FLIPS_9_TO_16: [u64; 2] = [0x6782_737B_EA42_39B9, 0xAF56_BC3B_0996_523A];

/// The hash of a key whose first sixteen bytes are in `words`, little end first, with zeros behind
/// them.
#[inline(always)]
pub(crate) fn key_hash(key: &[u8], words: [u64; 2]) -> u64 {
    let [word, _] = words;
    match key.len() {
        length @ 1..=8 => {
            select_unpredictable(length > 3, of_4_to_8(word, length), of_1_to_3(word, length))
        }
        length @ 9..=16 => of_9_to_16(words, length),
        _ => xxh3_64(key),
    }
}

/// Any other length gives some number.
#[inline]
fn of_1_to_3(word: u64, length: usize) -> u64 {
    let byte = |at: usize| shifted(word, at) & 0xFF;
    let (middle, last) = (byte(length >> 1), byte(length.wrapping_sub(1)));
    let mixed = byte(0) << 16 | middle << 24 | (length as u64) << 8 | last;
    let mut hash = mixed ^ FLIP_1_TO_3;
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    hash = (hash ^ (hash >> 29)).wrapping_mul(0x1656_67B1_9E37_79F9);
    hash ^ (hash >> 32)
}

/// Any other length gives some number.
#[inline]
fn of_4_to_8(word: u64, length: usize) -> u64 {
    const PRIME: u64 = 0x9FB2_1C65_1E98_DF25;
    let last = shifted(word, length.wrapping_sub(4)) & 0xFFFF_FFFF;
    let mut hash = (last + (word << 32)) ^ FLIP_4_TO_8;
    hash ^= hash.rotate_left(49) ^ hash.rotate_left(24);
    hash = hash.wrapping_mul(PRIME);
    hash = (hash ^ ((hash >> 35) + length as u64)).wrapping_mul(PRIME);
    hash ^ (hash >> 28)
}

#[inline]
fn of_9_to_16(words: [u64; 2], length: usize) -> u64 {
    let whole = u128::from(words[1]) << 64 | u128::from(words[0]);
    let low = words[0] ^ FLIPS_9_TO_16[0];
    let high = (whole >> (8 * (length - 8))) as u64 ^ FLIPS_9_TO_16[1];
    let product = u128::from(low) * u128::from(high);
    let folded = product as u64 ^ (product >> 64) as u64;
    let sum = (length as u64).wrapping_add(low.swap_bytes()).wrapping_add(high);
    let mut hash = sum.wrapping_add(folded);
    hash = (hash ^ (hash >> 37)).wrapping_mul(0x1656_6791_9E37_79F9);
    hash ^ (hash >> 32)
}

/// `word` without its first `bytes` bytes; as a processor shifts, by the count modulo eight.
#[inline]
fn shifted(word: u64, bytes: usize) -> u64 {
    word.wrapping_shr((bytes as u32).wrapping_mul(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hash_as_the_library_says() {
        let key: Vec<u8> = (0..40).map(|byte: u8| byte.wrapping_mul(83) ^ b'w').collect();
        for length in 1..=key.len() {
            for flip in 0..=u8::MAX {
                let mut key = key[..length].to_vec();
                key[length / 2] ^= flip;
                let byte = |at: usize| u64::from(key.get(at).copied().unwrap_or(0));
                let word = |from: usize| (0..8).map(|at| byte(from + at) << (8 * at)).sum();
                let hash = key_hash(&key, [word(0), word(8)]);
                assert_eq!(hash, xxh3_64(&key), "{length} bytes");
            }
        }
    }
}
