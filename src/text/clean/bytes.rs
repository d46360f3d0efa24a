//! The byte comparisons that every rule is made of.

/// First byte of `from..to` that is not blank, or `to`.
#[inline]
pub(super) fn first_solid(bytes: &[u8], mut from: usize, to: usize) -> usize {
    while from < to {
        match blank_len(&bytes[from..to]) {
            0 => return from,
            len => from += len,
        }
    }
    to
}

/// Past the last byte of `from..to` that is not blank, or `from`.
#[inline]
pub(super) fn last_solid(bytes: &[u8], from: usize, mut to: usize) -> usize {
    while from < to {
        match &bytes[from..to] {
            [.., 0..=b' '] => to -= 1,
            [.., 0xC2, 0xA0] => to -= 2,
            _ => break,
        }
    }
    to
}

/// Length of the blank `bytes` begin with: a control byte, a space (also no-break or of zero
/// width) or a byte order mark; 0 for anything else.
fn blank_len(bytes: &[u8]) -> usize {
    match bytes {
        [0..=b' ', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0x8B, ..] | [0xEF, 0xBB, 0xBF, ..] => 3,
        _ => 0,
    }
}

/// Whether `bytes` begin with `phrase`, given in lower case; ASCII letters compared without case.
#[inline]
pub(super) fn starts(bytes: &[u8], phrase: &str) -> bool {
    bytes.len() >= phrase.len()
        && phrase.bytes().zip(bytes).all(|(wanted, byte)| wanted == byte.to_ascii_lowercase())
}

/// Whether `bytes` end with `phrase`, ASCII letters compared without case.
pub(super) fn ends(bytes: &[u8], phrase: &str) -> bool {
    let from = bytes.len().saturating_sub(phrase.len());
    bytes[from..].eq_ignore_ascii_case(phrase.as_bytes())
}

/// Whether one of `phrases` begins `bytes`.
pub(super) fn starts_any(bytes: &[u8], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| starts(bytes, phrase))
}

/// Whether one of `phrases` stands anywhere in `bytes`; callers pass a short window.
pub(super) fn holds_any(bytes: &[u8], phrases: &[&str]) -> bool {
    (0..bytes.len()).any(|at| starts_any(&bytes[at..], phrases))
}

/// The first `len` bytes, or fewer where there are fewer.
pub(super) fn window(bytes: &[u8], len: usize) -> &[u8] {
    &bytes[..bytes.len().min(len)]
}

/// The words of a short line: runs without ASCII blanks.
pub(super) fn words(view: &[u8]) -> impl Iterator<Item = &[u8]> {
    view.split(|byte| *byte <= b' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_ignore_ascii_case_only() {
        assert!(starts(b"Best Regards,", "best regards"));
        assert!(!starts(b"Be", "best"));
        assert!(ends("she WROTE:".as_bytes(), "wrote:"));
        assert!(!ends(b":", "wrote:"));
        assert!(holds_any(b"now CLICK here", &["attachment", "click"]));
        assert!(!holds_any(b"", &["click"]));
    }
}
