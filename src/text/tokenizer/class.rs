//! Byte classes of the fast paths.

pub(super) const SPACE: u8 = 1;
pub(super) const LETTER: u8 = 2;
/// May stand before a word without changing what it is.
pub(super) const OPENING: u8 = 4;
/// May stand behind a word without changing what it is.
pub(super) const CLOSING: u8 = 8;

pub(super) static OF: [u8; 256] = table();

const fn table() -> [u8; 256] {
    let mut of = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        of[byte] = match b {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            // White space and control characters separate chunks.
            0..=b' ' | 0x7F => SPACE,
            b'"' | b'*' => OPENING | CLOSING,
            b'(' | b'[' | b'\'' => OPENING,
            b'.' | b',' | b'!' | b'?' | b';' | b':' | b')' | b']' => CLOSING,
            _ => 0,
        };
        byte += 1;
    }
    of
}

pub(super) fn is_space(byte: u8) -> bool {
    OF[usize::from(byte)] & SPACE != 0
}

pub(super) fn is_opening(byte: u8) -> bool {
    OF[usize::from(byte)] & OPENING != 0
}

/// Of the byte that stands there; the end of the text counts as white space.
#[inline]
pub(super) fn at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).map_or(SPACE, |&byte| OF[usize::from(byte)])
}
