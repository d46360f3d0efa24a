//! Chunks with entities in their words: `can&#39;t`, `gr&ouml;&szlig;er`.

use std::ops::Range;

use super::{Token, WordBuffer, general};
use crate::text::entity;

/// How much of a chunk, once decoded, is read in one; what goes on is read as another chunk.
const MAX_CHUNK: usize = 256;

/// What [`general`] does, for a chunk that may hold entities.
#[cold]
#[inline(never)]
pub(super) fn read(
    text: &str,
    chunk: Range<usize>,
    mut is_open: bool,
    word: &mut WordBuffer,
    emit: &mut impl FnMut(Token<'_>),
) -> bool {
    let mut at = chunk.start;
    while let Some(decoded) = Decoded::of(text, at..chunk.end) {
        (at, is_open) = decoded.read(is_open, word, emit);
    }
    if at < chunk.end { general(text, at..chunk.end, is_open, word, emit) } else { is_open }
}

/// A chunk as it reads once its letters and apostrophes are put in place of the entities.
struct Decoded<'t> {
    text: &'t str,
    chunk: Range<usize>,
    bytes: [u8; MAX_CHUNK],
    length: usize,
    /// Where in the text the part that is decoded ends.
    end: usize,
}

impl<'t> Decoded<'t> {
    /// `None` if no word that the chunk begins with holds an entity.
    fn of(text: &'t str, chunk: Range<usize>) -> Option<Self> {
        let mut chars = entity::Chars::new(&text[chunk.clone()]);
        let mut decoded = Self { text, end: chunk.end, chunk, bytes: [0; MAX_CHUNK], length: 0 };
        loop {
            decoded.end = decoded.chunk.start + chars.at();
            let Some(c) = chars.next() else { break };
            let Some(free) = decoded.bytes.get_mut(decoded.length..decoded.length + c.len_utf8())
            else {
                break;
            };
            decoded.length += c.encode_utf8(free).len();
        }
        (decoded.end - decoded.chunk.start > decoded.length).then_some(decoded)
    }

    /// Gives `emit` the tokens of what was decoded, with the spans they have in the text. Returns
    /// where that ends, and whether a token ends the chunk there.
    fn read(
        &self,
        is_open: bool,
        word: &mut WordBuffer,
        emit: &mut impl FnMut(Token<'_>),
    ) -> (usize, bool) {
        let decoded = std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default();
        let chunk = &self.text[self.chunk.clone()];
        let mut places = Places { chars: entity::Chars::new(chunk), decoded: 0 };
        let mut place = |at| self.chunk.start + places.of(at);
        let is_open = general(decoded, 0..decoded.len(), is_open, word, &mut |token| {
            let (start, end) = (place(token.start), place(token.end));
            emit(Token { start, end, ..token });
        });
        (self.end, is_open && self.end == self.chunk.end)
    }
}

/// Finds the places of decoded characters in the chunk they are from, in ascending order.
struct Places<'t> {
    chars: entity::Chars<'t>,
    decoded: usize,
}

impl Places<'_> {
    fn of(&mut self, decoded: usize) -> usize {
        while self.decoded < decoded
            && let Some(c) = self.chars.next()
        {
            self.decoded += c.len_utf8();
        }
        self.chars.at()
    }
}
