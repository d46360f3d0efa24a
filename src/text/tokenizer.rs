//! Cuts text into words and shapes, as byte spans.
//!
//! A *chunk* is what stands between white space. Most chunks are one English word with some
//! punctuation around it; [`plain_word`] reads those byte by byte. Everything else (digits,
//! addresses, codes, other scripts) goes through [`general`], which gives the same answer for a
//! plain word too; a property test holds the two together.

mod shape;

use std::ops::Range;

use self::shape::Shape;

/// A word longer than this (bytes, lower-cased) becomes the shape `<long>`: no English word is,
/// and a bound keeps the time per byte constant.
const MAX_WORD: usize = 40;

/// Where a token stands in the text, and the key it is known by, in UTF-8: the lower-cased word with
/// digits masked as `0`, or the name of a shape in angle brackets, such as `<money>`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Token<'k> {
    pub(crate) key: &'k [u8],
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether nothing but white space stands between the token before and this one.
    pub(crate) follows: bool,
}

impl<'k> Token<'k> {
    fn apart(key: &'k [u8], start: usize, end: usize) -> Self {
        Self { key, start, end, follows: false }
    }
}

/// Calls `emit` for each token inside `text[range]`, in order. Spans count from the start of
/// `text`, lie on char boundaries and never overlap.
///
/// Linear in the length of the range; allocates nothing.
#[inline]
pub(crate) fn tokenize(text: &str, range: Range<usize>, mut emit: impl FnMut(Token<'_>)) {
    let bytes = &text.as_bytes()[..range.end];
    let mut word = WordBuffer::new();
    let mut at = range.start;
    let mut is_open = false;
    while let Some(start) = skip_space(bytes, at) {
        at = match plain_word(bytes, start, &mut word) {
            Some(Plain { start: first, end, next }) => {
                let follows = is_open && first == start;
                is_open = end == next;
                emit(Token { key: word.as_bytes(), start: first, end, follows });
                next
            }
            None => {
                let end = chunk_end(bytes, start);
                is_open = general(text, start..end, is_open, &mut word, &mut emit);
                end
            }
        };
    }
}

/// A word read by the fast path, and where reading goes on.
struct Plain {
    start: usize,
    end: usize,
    next: usize,
}

/// Byte classes of the fast path.
mod class {
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
            if b.is_ascii_alphabetic() {
                of[byte] = LETTER;
            } else if is_space(b) {
                of[byte] = SPACE;
            } else if matches!(b, b'(' | b'[' | b'"' | b'\'' | b'*') {
                of[byte] = OPENING;
            }
            if matches!(b, b'.' | b',' | b'!' | b'?' | b';' | b':' | b')' | b']' | b'"' | b'*') {
                of[byte] |= CLOSING;
            }
            byte += 1;
        }
        of
    }

    /// White space and control characters separate chunks.
    pub(super) const fn is_space(byte: u8) -> bool {
        byte <= b' ' || byte == 0x7F
    }
}

#[inline]
fn skip_space(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let gap = rest.iter().position(|&b| class::OF[usize::from(b)] & class::SPACE == 0)?;
    Some(from + gap)
}

fn chunk_end(bytes: &[u8], from: usize) -> usize {
    let rest = &bytes[from..];
    let length = rest.iter().position(|&b| class::OF[usize::from(b)] & class::SPACE != 0);
    length.map_or(bytes.len(), |length| from + length)
}

/// Reads a chunk that is one plain ASCII word, inner apostrophes allowed, between simple
/// punctuation. `None` leaves the chunk to [`general`].
#[inline]
fn plain_word(bytes: &[u8], chunk: usize, word: &mut WordBuffer) -> Option<Plain> {
    let class_at = |at: usize| bytes.get(at).map_or(class::SPACE, |&b| class::OF[usize::from(b)]);
    let mut start = chunk;
    while class_at(start) & class::OPENING != 0 {
        start += 1;
    }
    word.clear();
    let mut end = start;
    loop {
        while class_at(end) & class::LETTER != 0 {
            word.push_ascii(bytes[end] | 0x20)?;
            end += 1;
        }
        let joins = bytes.get(end) == Some(&b'\'') && class_at(end + 1) & class::LETTER != 0;
        if !joins || end == start {
            break;
        }
        word.push_ascii(b'\'')?;
        end += 1;
    }
    if end == start || word.is_identifier_like(&bytes[start..end]) {
        return None;
    }
    let mut next = end;
    while class_at(next) & class::CLOSING != 0 || bytes.get(next) == Some(&b'\'') {
        next += 1;
    }
    (class_at(next) & class::SPACE != 0).then_some(Plain { start, end, next })
}

/// The specification: cuts any chunk into shapes and words.
///
/// `is_open` says whether a token ends where the chunk before ended; what comes back says the same
/// of this chunk.
fn general(
    text: &str,
    chunk: Range<usize>,
    is_open: bool,
    word: &mut WordBuffer,
    emit: &mut impl FnMut(Token<'_>),
) -> bool {
    let core = shape::trim(text, chunk.clone());
    let mut last_end = None;
    let mut emit = |token: Token<'_>| {
        let follows = is_open && last_end.is_none() && token.start == chunk.start;
        last_end = Some(token.end);
        emit(Token { follows, ..token });
    };
    let emit = &mut emit;
    match shape::of_chunk(&text[core.clone()]) {
        Some(Shape::Hashtag) => {
            emit(Token::apart(Shape::Hashtag.key(), core.start, core.start + 1));
            pieces(text, core.start + 1..core.end, word, emit);
        }
        Some(shape) => emit(Token::apart(shape.key(), core.start, core.end)),
        None => pieces(text, core, word, emit),
    }
    last_end == Some(chunk.end)
}

/// What a character does to the piece it stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Part of a word or number.
    Word,
    /// Part of a word when a letter follows.
    Apostrophe,
    Emoji,
    Separator,
}

fn role(c: char) -> Role {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Role::Word,
        '\'' | '\u{2019}' => Role::Apostrophe,
        _ if c.is_ascii() => Role::Separator,
        _ if shape::is_emoji(c) => Role::Emoji,
        _ if c.is_alphanumeric() || shape::is_mark(c) => Role::Word,
        _ => Role::Separator,
    }
}

/// Cuts a chunk without a shape of its own into words, numbers and emoji.
fn pieces(
    text: &str,
    chunk: Range<usize>,
    word: &mut WordBuffer,
    emit: &mut impl FnMut(Token<'_>),
) {
    let mut at = chunk.start;
    while let Some(c) = text[at..chunk.end].chars().next() {
        let end = match role(c) {
            Role::Word => piece_end(text, at, chunk.end),
            Role::Emoji => run_end(text, at, chunk.end, Role::Emoji),
            Role::Apostrophe | Role::Separator => {
                at += c.len_utf8();
                continue;
            }
        };
        let key = match role(c) {
            Role::Emoji => Shape::Emoji.key(),
            _ => piece_key(&text[at..end], word),
        };
        emit(Token::apart(key, at, end));
        at = end;
    }
}

/// The end of the word that starts at `from`: inner apostrophes belong to it.
fn piece_end(text: &str, from: usize, limit: usize) -> usize {
    let mut end = from;
    loop {
        end = run_end(text, end, limit, Role::Word);
        let mut rest = text[end..limit].chars();
        let Some(c) = rest.next().filter(|&c| role(c) == Role::Apostrophe) else { return end };
        if !rest.next().is_some_and(char::is_alphabetic) {
            return end;
        }
        end += c.len_utf8();
    }
}

fn run_end(text: &str, from: usize, limit: usize, wanted: Role) -> usize {
    let run = text[from..limit].char_indices().find(|&(_, c)| role(c) != wanted);
    run.map_or(limit, |(length, _)| from + length)
}

fn piece_key<'w>(piece: &str, word: &'w mut WordBuffer) -> &'w [u8] {
    match shape::of_piece(piece) {
        Some(shape) => shape.key(),
        None if word.fill(piece) => word.as_bytes(),
        None => Shape::Long.key(),
    }
}

/// One lower-cased word at a time, without a heap.
struct WordBuffer {
    bytes: [u8; MAX_WORD + 4],
    length: usize,
}

impl WordBuffer {
    fn new() -> Self {
        Self { bytes: [0; MAX_WORD + 4], length: 0 }
    }

    fn clear(&mut self) {
        self.length = 0;
    }

    /// `None` when the word is too long to be one.
    #[inline]
    fn push_ascii(&mut self, byte: u8) -> Option<()> {
        if self.length >= MAX_WORD {
            return None;
        }
        self.bytes[self.length] = byte;
        self.length += 1;
        Some(())
    }

    /// Lower-cases `word` into the buffer, with digits masked; false when it is too long.
    fn fill(&mut self, word: &str) -> bool {
        self.clear();
        word.chars().flat_map(char::to_lowercase).all(|c| self.push_char(c))
    }

    fn push_char(&mut self, c: char) -> bool {
        let c = match c {
            '\u{2019}' => '\'',
            _ if c.is_numeric() => '0',
            _ => c,
        };
        if self.length + c.len_utf8() > MAX_WORD {
            return false;
        }
        self.length += c.encode_utf8(&mut self.bytes[self.length..]).len();
        true
    }

    /// Names of exceptions are shapes; telling needs the original capitals.
    #[inline]
    fn is_identifier_like(&self, original: &[u8]) -> bool {
        self.length >= shape::SHORTEST_EXCEPTION && shape::names_exception(original)
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

#[cfg(test)]
mod tests;
