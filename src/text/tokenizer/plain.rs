//! Chunks of plain ASCII words between simple punctuation, byte by byte: `"users'`, `log-in).`

use super::class::{self, CLOSING, LETTER, OPENING, SPACE};
use super::{MAX_WORD, Sink, Token, WordBuffer, shape};

/// Where reading goes on, and whether a token ends there.
pub(super) type End = (usize, bool);

/// Gives `sink` the words of the chunk that begins at `chunk`, if there is nothing else in it.
/// `is_open` says whether a token ends where the chunk before ended.
#[inline]
pub(super) fn read(
    bytes: &[u8],
    chunk: usize,
    is_open: bool,
    word: &mut WordBuffer,
    sink: &mut impl Sink,
) -> Option<End> {
    let mut start = chunk;
    while class::at(bytes, start) & OPENING != 0 {
        start += 1;
    }
    let end = words_end(bytes, start)?;
    let mut next = end;
    while class::at(bytes, next) & CLOSING != 0 || bytes.get(next) == Some(&b'\'') {
        next += 1;
    }
    if class::at(bytes, next) & SPACE == 0 {
        return None;
    }
    let mut follows = is_open && start == chunk;
    let mut at = start;
    while at < end {
        let joint = bytes[at..end].iter().position(|byte| matches!(byte, b'-' | b'/'));
        let length = joint.unwrap_or(end - at);
        word.fill_ascii(&bytes[at..at + length]);
        sink.take(Token { follows, ..Token::word(word.as_bytes(), at, at + length) });
        (at, follows) = (at + length + 1, false);
    }
    Some((next, end == next))
}

/// The end of words with one dash or slash between them. `None` if there are none, or if one has a
/// shape of its own.
fn words_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut from, mut end) = (start, start);
    loop {
        while class::at(bytes, end) & LETTER != 0 {
            end += 1;
        }
        if end == from {
            return None;
        }
        let joins = class::at(bytes, end + 1) & LETTER != 0;
        match bytes.get(end) {
            Some(b'\'') if joins => end += 1,
            joint => {
                let word = &bytes[from..end];
                if word.len() > MAX_WORD || shape::names_exception(word) {
                    return None;
                }
                if !joins || !matches!(joint, Some(b'-' | b'/')) {
                    return Some(end);
                }
                end += 1;
                from = end;
            }
        }
    }
}
