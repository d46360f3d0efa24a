//! Eight bytes at a time, in a register that every processor has.
//!
//! What is found out about a byte stands in its highest bit.

/// The highest bit of each byte.
pub(super) const HIGH: u64 = splat(0x80);

pub(super) const fn splat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Which bytes are ASCII letters.
#[inline]
pub(super) fn are_letters(bytes: u64) -> u64 {
    // Without their high bits no sum below leaves its byte.
    let folded = (bytes | splat(0x20)) & !HIGH;
    let from_a = folded + splat(0x80 - b'a');
    let past_z = folded + splat(0x80 - b'z' - 1);
    from_a & !past_z & !bytes & HIGH
}

/// Which bytes are ASCII digits.
#[inline]
pub(super) fn are_digits(bytes: u64) -> u64 {
    let digits = bytes ^ splat(b'0');
    let past_9 = (digits & !HIGH) + splat(0x80 - 10);
    !(past_9 | digits) & HIGH
}

/// Which bytes are this one.
#[inline]
pub(super) fn are(bytes: u64, byte: u8) -> u64 {
    let difference = bytes ^ splat(byte);
    !(((difference & !HIGH) + !HIGH) | difference) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_one_by_one() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = *b"aZ[0`9\0:";
                bytes[place] = byte;
                let marks = |is: fn(u8) -> bool| bytes.map(|b| if is(b) { 0x80 } else { 0 });
                let word = u64::from_le_bytes(bytes);
                let told = |marks: u64| marks.to_le_bytes();
                assert_eq!(told(are_letters(word)), marks(|b| b.is_ascii_alphabetic()));
                assert_eq!(told(are_digits(word)), marks(|b| b.is_ascii_digit()));
                assert_eq!(told(are(word, b'`')), marks(|b| b == b'`'));
            }
        }
    }
}
