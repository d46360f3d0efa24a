//! Cuts text into words and shapes, as byte spans.
//!
//! A *chunk* is what stands between white space. Most chunks are one English word with some
//! punctuation around it, or a plain number; [`quick`] reads those many bytes at a time, and
//! [`plain`] reads words byte by byte where that will not do. Everything else (addresses, codes, other
//! scripts) goes through [`general`], which gives the same answer for plain words and numbers too; a
//! property test holds all of them together. Letters and apostrophes written as HTML entities are read as what they stand
//! for by [`decoded`].

mod class;
mod decoded;
mod plain;
mod quick;
mod shape;

use std::ops::Range;

use self::class::{is_opening, is_space};
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
        let (key, hash) = (shape.key(), shape.hash());
        Self { key, hash, start, end, shape: Some(shape), follows: false }
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
    let (mut reader, mut word) = (quick::Reader::new(bytes, range.start), WordBuffer::new());
    let mut at = range.start;
    // From here on, `is_open`: whether a token ends where the chunk before ended.
    while at < bytes.len() {
        if let Some(quick) = reader.word(bytes, at) {
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
        } else if is_opening(bytes[at]) && reader.word(bytes, at + 1).is_some() {
            is_open = false;
            at += 1;
        } else if let Some(number) = quick::number(bytes, at) {
            let token = Token::shape(number.shape, at, at + number.length);
            sink.take(Token { follows: is_open, ..token });
            is_open = number.chunk == number.length;
            at += number.chunk + 1;
        } else {
            (at, is_open) = chunk(text, at..range.end, is_open, &mut word, sink);
        }
    }
    is_open
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
    if let Some(end) = plain::read(bytes, rest.start, is_open, word, sink) {
        return end;
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
    let (end, may_hold_entity) = chunk_end(&text.as_bytes()[..rest.end], rest.start);
    if may_hold_entity {
        return (end, decoded::read(text, rest.start..end, is_open, word, emit));
    }
    (end, general(text, rest.start..end, is_open, word, emit))
}

/// The end of the chunk that begins at `from`, and whether an entity may stand in it.
fn chunk_end(bytes: &[u8], from: usize) -> (usize, bool) {
    let (mut may_hold_entity, mut last) = (false, 0);
    let length = bytes[from..].iter().position(|&byte| {
        may_hold_entity |= last == b'&' && (byte == b'#' || byte.is_ascii_alphabetic());
        last = byte;
        is_space(byte)
    });
    (length.map_or(bytes.len(), |length| from + length), may_hold_entity)
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
    if shape::is_one_piece(&text[core.clone()]) {
        piece(text, core, word, emit);
        return last_end == Some(chunk.end);
    }
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
        _ if c.is_ascii() => ascii_role(c as u8),
        '\u{2019}' => Role::Apostrophe,
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
    while let Some((role, length)) = role_at(text, at, chunk.end) {
        let end = match role {
            Role::Word => piece_end(text, at, chunk.end),
            Role::Emoji => run_end(text, at, chunk.end, Role::Emoji),
            Role::Apostrophe | Role::Separator => {
                at += length;
                continue;
            }
        };
        match role {
            Role::Emoji => emit(Token::shape(Shape::Emoji, at, end)),
            _ => piece(text, at..end, word, emit),
        }
        at = end;
    }
}

/// One word or number.
fn piece(text: &str, piece: Range<usize>, word: &mut WordBuffer, emit: &mut impl FnMut(Token<'_>)) {
    emit(match piece_shape(&text[piece.clone()], word) {
        Some(shape) => Token::shape(shape, piece.start, piece.end),
        None => Token::word(word.as_bytes(), piece.start, piece.end),
    });
}

/// The end of the word that starts at `from`: inner apostrophes belong to it.
fn piece_end(text: &str, from: usize, limit: usize) -> usize {
    let mut end = from;
    loop {
        end = run_end(text, end, limit, Role::Word);
        let Some((Role::Apostrophe, length)) = role_at(text, end, limit) else { return end };
        if !text[end + length..limit].chars().next().is_some_and(char::is_alphabetic) {
            return end;
        }
        end += length;
    }
}

fn run_end(text: &str, from: usize, limit: usize, wanted: Role) -> usize {
    let (bytes, mut end) = (&text.as_bytes()[..limit], from);
    loop {
        while bytes.get(end).is_some_and(|&b| b.is_ascii() && ROLES[usize::from(b)] == wanted) {
            end += 1;
        }
        match role_at(text, end, limit) {
            Some((role, length)) if role == wanted => end += length,
            _ => return end,
        }
    }
}

/// The role of the character that stands at `at`, and its length.
#[inline]
fn role_at(text: &str, at: usize, limit: usize) -> Option<(Role, usize)> {
    let byte = *text.as_bytes()[..limit].get(at)?;
    if byte.is_ascii() {
        return Some((ROLES[usize::from(byte)], 1));
    }
    let c = text[at..limit].chars().next()?;
    Some((role(c), c.len_utf8()))
}

static ROLES: [Role; 128] = {
    let (mut roles, mut byte) = ([Role::Separator; 128], 0);
    while byte < 128 {
        roles[byte as usize] = ascii_role(byte);
        byte += 1;
    }
    roles
};

const fn ascii_role(byte: u8) -> Role {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => Role::Word,
        b'\'' => Role::Apostrophe,
        _ => Role::Separator,
    }
}

/// The shape of a piece; `None` for a word, which is then in `word`.
fn piece_shape(piece: &str, word: &mut WordBuffer) -> Option<Shape> {
    let mut fits = || {
        if piece.is_ascii() { word.fill_ascii(piece.as_bytes()) } else { word.fill(piece.chars()) }
    };
    shape::of_piece(piece).or_else(|| (!fits()).then_some(Shape::Long))
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

    /// As [`fill`](WordBuffer::fill).
    fn fill_ascii(&mut self, word: &[u8]) -> bool {
        let fits = word.len() <= MAX_WORD;
        self.length = if fits { word.len() } else { 0 };
        let masked = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
        let places = self.bytes[..self.length].iter_mut();
        places.zip(word).for_each(|(place, byte)| *place = masked(byte.to_ascii_lowercase()));
        fits
    }

    /// Lower-cases `word` into the buffer, with digits masked; false when it is too long.
    fn fill(&mut self, word: impl Iterator<Item = char>) -> bool {
        self.length = 0;
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

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

#[cfg(test)]
mod tests;
