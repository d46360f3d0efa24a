//! Cuts text into words and shapes, as byte spans.
//!
//! A *chunk* is what stands between white space. Most chunks are one English word with some
//! punctuation around it; [`quick`] reads those eight bytes at a time, and [`plain_word`] byte by
//! byte where that will not do. Everything else (digits, addresses, codes, other scripts) goes
//! through [`general`], which gives the same answer for a plain word too; a property test holds
//! the three together. Letters and apostrophes written as HTML entities are read as what they stand
//! for by [`decoded`].

mod decoded;
mod quick;
mod shape;

use std::ops::Range;

pub(crate) use self::shape::Shape;
use crate::hash::{self, hash};
use crate::text::entity;

/// A word longer than this (bytes, lower-cased) becomes the shape `<long>`: no English word is,
/// and a bound keeps the time per byte constant.
const MAX_WORD: usize = 40;

/// Where a token stands in the text, and the key it is known by, in UTF-8: the lower-cased word with
/// digits masked as `0`, or the name of a shape in angle brackets, such as `<money>`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Token<'k> {
    pub(crate) key: &'k [u8],
    /// What the key is stored under.
    pub(crate) hash: u64,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// `None` for words.
    pub(crate) shape: Option<Shape>,
    /// Whether nothing but white space stands between the token before and this one.
    pub(crate) follows: bool,
}

/// Where a token stands in the text, and what shape it has; not its key, which can be
/// [read again](Place::key).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// `None` for words.
    pub(crate) shape: Option<Shape>,
}

impl Place {
    /// The key of the token that stands here in `text`. `word` is working memory.
    pub(crate) fn key<'w>(&self, text: &str, word: &'w mut WordBuffer) -> &'w [u8] {
        if let Some(shape) = self.shape {
            return shape.key();
        }
        word.fill(entity::Chars::new(&text[self.start..self.end]));
        word.as_bytes()
    }
}

impl<'k> Token<'k> {
    fn word(key: &'k [u8], start: usize, end: usize) -> Self {
        Self { key, hash: hash(key), start, end, shape: None, follows: false }
    }

    fn shape(shape: Shape, start: usize, end: usize) -> Self {
        Self { shape: Some(shape), ..Self::word(shape.key(), start, end) }
    }
}

/// Takes tokens in the order of the text. A trait rather than a closure, so that what is done with
/// the words of [`quick`] can be made part of the loop that finds them.
pub(crate) trait Sink {
    fn take(&mut self, token: Token<'_>);
}

impl<F: FnMut(Token<'_>)> Sink for F {
    #[inline(always)]
    fn take(&mut self, token: Token<'_>) {
        self(token);
    }
}

/// Gives `sink` each token inside `text[range]`, in order. Spans count from the start of
/// `text`, lie on char boundaries and never overlap.
///
/// `is_open` says whether a token stands before the range with nothing but white space between;
/// what comes back says whether one stands so before the end of the range.
///
/// Linear in the length of the range; allocates nothing.
#[inline]
pub(crate) fn tokenize(
    text: &str,
    range: Range<usize>,
    mut is_open: bool,
    sink: &mut impl Sink,
) -> bool {
    let bytes = &text.as_bytes()[..range.end];
    let mut word = WordBuffer::new();
    let mut at = range.start;
    // From here on, `is_open`: whether a token ends where the chunk before ended.
    while at < bytes.len() {
        if let Some(quick) = quick::word(bytes, at) {
            sink.take(Token {
                key: &quick.bytes()[..quick.length],
                hash: hash::short(quick.words),
                start: at,
                end: at + quick.length,
                shape: None,
                follows: is_open,
            });
            is_open = quick.chunk == quick.length;
            at += quick.chunk + 1;
        } else if is_space(bytes[at]) {
            at += 1;
        } else if is_opening_of_quick(bytes, at) {
            is_open = false;
            at += 1;
        } else {
            (at, is_open) = chunk(text, at..range.end, is_open, &mut word, sink);
        }
    }
    is_open
}

/// Whether the chunk is a word for [`quick`] but for the punctuation mark in front.
fn is_opening_of_quick(bytes: &[u8], at: usize) -> bool {
    class::OF[usize::from(bytes[at])] & class::OPENING != 0 && quick::word(bytes, at + 1).is_some()
}

/// Reads the chunk that `rest` begins with, and returns where it ends. `is_open` says whether a
/// token ends where the chunk before ended; what comes back says the same of this chunk.
#[inline(never)]
fn chunk(
    text: &str,
    rest: Range<usize>,
    is_open: bool,
    word: &mut WordBuffer,
    sink: &mut impl Sink,
) -> (usize, bool) {
    let bytes = &text.as_bytes()[..rest.end];
    if let Some(Plain { start, end, next }) = plain_word(bytes, rest.start, word) {
        let follows = is_open && start == rest.start;
        sink.take(Token { follows, ..Token::word(word.as_bytes(), start, end) });
        return (next, end == next);
    }
    any_chunk(text, rest, is_open, word, &mut |token| sink.take(token))
}

/// What [`chunk`] does, for chunks of any kind.
fn any_chunk(
    text: &str,
    rest: Range<usize>,
    is_open: bool,
    word: &mut WordBuffer,
    emit: &mut impl FnMut(Token<'_>),
) -> (usize, bool) {
    let (end, has_ampersand) = chunk_end(&text.as_bytes()[..rest.end], rest.start);
    if has_ampersand {
        return (end, decoded::read(text, rest.start..end, is_open, word, emit));
    }
    (end, general(text, rest.start..end, is_open, word, emit))
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

fn is_space(byte: u8) -> bool {
    class::OF[usize::from(byte)] & class::SPACE != 0
}

/// The end of the chunk that begins at `from`, and whether a `&` stands in it.
fn chunk_end(bytes: &[u8], from: usize) -> (usize, bool) {
    let mut has_ampersand = false;
    let length = bytes[from..].iter().position(|&b| {
        has_ampersand |= b == b'&';
        is_space(b)
    });
    (length.map_or(bytes.len(), |length| from + length), has_ampersand)
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
            emit(Token::shape(Shape::Hashtag, core.start, core.start + 1));
            pieces(text, core.start + 1..core.end, word, emit);
        }
        Some(shape) => emit(Token::shape(shape, core.start, core.end)),
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
        let shape = match role(c) {
            Role::Emoji => Some(Shape::Emoji),
            _ => piece_shape(&text[at..end], word),
        };
        emit(match shape {
            Some(shape) => Token::shape(shape, at, end),
            None => Token::word(word.as_bytes(), at, end),
        });
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

/// The shape of a piece; `None` for a word, which is then in `word`.
fn piece_shape(piece: &str, word: &mut WordBuffer) -> Option<Shape> {
    shape::of_piece(piece).or_else(|| (!word.fill(piece.chars())).then_some(Shape::Long))
}

/// One lower-cased word at a time, without a heap.
#[derive(Debug)]
pub(crate) struct WordBuffer {
    bytes: [u8; MAX_WORD + 4],
    length: usize,
}

impl WordBuffer {
    pub(crate) fn new() -> Self {
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
    fn fill(&mut self, word: impl Iterator<Item = char>) -> bool {
        self.clear();
        word.flat_map(char::to_lowercase).all(|c| self.push_char(c))
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
