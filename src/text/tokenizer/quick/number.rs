//! Plain numbers and amounts, eight bytes at a time.

use super::{Number, chunk};
use crate::text::octets::{HIGH, are, are_digits};
use crate::text::tokenizer::Shape;

/// Reads the chunk that starts at `at`, if it is digits, perhaps with commas and one point between
/// and a dollar sign in front, and at most one punctuation mark behind it.
#[inline]
pub(in crate::text::tokenizer) fn number(bytes: &[u8], at: usize) -> Option<Number> {
    let rest = bytes.get(at..)?;
    let is_money = rest.first() == Some(&b'$');
    let sign = usize::from(is_money);
    let digits = digits(rest.get(sign..)?.first_chunk()?)?;
    let length = sign + digits;
    let shape = if is_money { Shape::Money } else { Shape::Number };
    Some(Number { length, chunk: chunk(rest, length)?, shape })
}

/// How many of these bytes are a number; `None` if it may go on behind them.
#[inline]
fn digits(bytes: &[u8; 8]) -> Option<usize> {
    let bytes = u64::from_le_bytes(*bytes);
    let digits = are_digits(bytes);
    let points = are(bytes, b'.');
    let separators = points | are(bytes, b',');
    let run = digits | separators & digits << 8 & digits >> 8;
    let end = !run & HIGH;
    let before = end.wrapping_sub(1) & !end;
    let points = points & before;
    let is_number = digits & 0x80 != 0 && end != 0 && points & points.wrapping_sub(1) == 0;
    is_number.then_some(end.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_chunk() {
        for (text, expected) in [
            ("30 minutes", Some((2, 2, Shape::Number))),
            ("1,299.5. ", Some((7, 8, Shape::Number))),
            ("$15, and so on", Some((3, 4, Shape::Money))),
            ("$1,299.50 it is", None),
            ("12345678 and", None),
            ("1.2.3 and so on", None),
            ("10:30 and so on", None),
            ("5GB and so on", None),
            ("5, 6, 7", None),
            (".5 and so on", None),
            ("$ and so on", None),
            ("", None),
        ] {
            let found = number(text.as_bytes(), 0).map(|n| (n.length, n.chunk, n.shape));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
