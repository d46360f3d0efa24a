//! The practical floor: what a linear classifier over words and pairs of words cannot do without.
//! One pass over the bytes, a hash of each word and of each pair, one probe each into a table of a
//! megabyte; one weight, no cleaning, no shapes, no calibration.

/// Slots of eight bytes.
const SLOTS: usize = 1 << 17;

#[derive(Clone, Copy, Default)]
struct Slot {
    fingerprint: u32,
    weight: i32,
}

/// A table that knows words and pairs until five of eight slots are taken.
pub struct Floor {
    slots: Vec<Slot>,
}

impl Floor {
    pub fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut floor = Self { slots: vec![Slot::default(); SLOTS] };
        let mut free = SLOTS / 8 * 5;
        for text in texts {
            features(text, |hash| {
                let slot = &mut floor.slots[place(hash)];
                if slot.fingerprint == 0 && free > 0 {
                    free -= 1;
                    *slot = Slot { fingerprint: fingerprint(hash), weight: (hash >> 50) as i32 };
                }
            });
        }
        floor
    }

    /// The sum of the weights of all words and pairs.
    pub fn score(&self, text: &str) -> i64 {
        let mut sum = 0;
        features(text, |hash| {
            let slot = &self.slots[place(hash)];
            if slot.fingerprint == fingerprint(hash) {
                sum += i64::from(slot.weight);
            }
        });
        sum
    }
}

fn place(hash: u64) -> usize {
    (hash >> 40) as usize % SLOTS
}

fn fingerprint(hash: u64) -> u32 {
    hash as u32 | 1
}

/// FNV-1a of each word in lower case, and of each pair.
#[inline(always)]
fn features(text: &str, mut emit: impl FnMut(u64)) {
    const START: u64 = 0xCBF2_9CE4_8422_2325;
    let (mut word, mut last) = (START, 0);
    let mut end = |word: u64, last: u64| {
        emit(word);
        emit((last.rotate_left(21) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    };
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            word = (word ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3);
        } else if word != START {
            end(word, last);
            (last, word) = (word, START);
        }
    }
    if word != START {
        end(word, last);
    }
}
