//! Lines of a message.

use memchr::{memchr, memchr2, memchr3};

use super::bytes::{first_solid, last_solid};
use super::html::{Finder, Role, unclosed_quote};
use crate::text::entity;

/// One line: the bytes to keep, and the part of them a rule looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// First byte of the line.
    pub(super) start: usize,
    /// Past the last byte worth keeping: the newline is in, a tag that ended the line is not.
    pub(super) end: usize,
    /// First byte that is neither blank nor markup.
    pub(super) head: usize,
    /// Past the last byte that is neither blank nor markup.
    pub(super) tail: usize,
    /// Whether markup stands between `start` and `end`.
    pub(super) marked: bool,
    pub(super) place: Place,
}

/// How a line stands to the quotations that are marked by tags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    Outside,
    Quoted,
    /// The first line of a quotation that never ends.
    BelowUnclosed,
}

impl Line {
    fn new(start: usize) -> Self {
        Self {
            start,
            end: start,
            head: usize::MAX,
            tail: start,
            marked: false,
            place: Place::Outside,
        }
    }

    /// Whether nothing but blanks and markup stands on the line.
    pub(super) fn is_blank(&self) -> bool {
        self.head >= self.tail
    }

    /// What the rules look at: the line from its first to its last solid byte.
    pub(super) fn view<'t>(&self, bytes: &'t [u8]) -> &'t [u8] {
        if self.is_blank() { &[] } else { &bytes[self.head..self.tail] }
    }

    /// The line from `at` on, for a rule that skips only what stands before.
    pub(super) fn from(self, bytes: &[u8], at: usize) -> Self {
        let head = first_solid(bytes, at, self.tail);
        Self { start: at, head, ..self }
    }

    /// Widens the solid part by whatever is solid in `from..to`.
    #[inline]
    fn note(&mut self, bytes: &[u8], from: usize, to: usize) {
        let first = first_solid(bytes, from, to);
        if first < to {
            self.head = self.head.min(first);
            self.tail = last_solid(bytes, first, to);
        }
    }
}

/// The lines of a message, in order; cheap to copy, so a rule may look a few lines ahead.
///
/// A line ends at a newline and, where the message holds markup, at a tag that browsers break
/// a line at. Messages without any `\n` are split at `\r`.
///
/// Quotations marked by tags are followed up to the first that has no end: from there on the tags
/// are not to be trusted, and all they hold counts as the message's own.
#[derive(Clone, Copy)]
pub(super) struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
    newline: u8,
    /// `None` where the whole message holds neither `<` nor `&`.
    finder: Option<Finder>,
    /// Where a quotation begins that never ends.
    unclosed: usize,
    /// How many quotations are open.
    depth: usize,
    /// Of the next line.
    place: Place,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let newline = if memchr(b'\n', bytes).is_some() { b'\n' } else { b'\r' };
        let finder = memchr2(b'<', b'&', bytes).map(|_| Finder::default());
        let unclosed = finder.map_or(usize::MAX, |_| unclosed_quote(bytes));
        Self { bytes, at: 0, newline, finder, unclosed, depth: 0, place: Place::Outside }
    }

    pub(super) fn bytes(&self) -> &'t [u8] {
        self.bytes
    }

    /// What is known of the message's markup so far.
    pub(super) fn finder(&self) -> Finder {
        self.finder.unwrap_or_default()
    }

    #[inline(always)]
    fn plain(&mut self) -> Line {
        let start = self.at;
        let rest = &self.bytes[start..];
        let end = start + memchr(self.newline, rest).map_or(rest.len(), |i| i + 1);
        self.at = end;
        let head = first_solid(self.bytes, start, end);
        Line {
            start,
            end,
            head,
            tail: last_solid(self.bytes, head, end),
            marked: false,
            place: Place::Outside,
        }
    }

    #[inline(never)]
    fn marked(&mut self, finder: &mut Finder) -> Line {
        let mut line = Line { place: self.place, ..Line::new(self.at) };
        if self.place == Place::BelowUnclosed {
            self.place = Place::Outside;
        }
        loop {
            let rest = &self.bytes[self.at..];
            let stop =
                memchr3(self.newline, b'<', b'&', rest).map_or(self.bytes.len(), |i| self.at + i);
            line.note(self.bytes, self.at, stop);
            if stop == self.bytes.len() || self.bytes[stop] == self.newline {
                line.end = self.bytes.len().min(stop + 1);
                self.at = line.end;
                return line;
            }
            if self.markup(&mut line, finder, stop) {
                return line;
            }
        }
    }

    /// Steps over the `<` or `&` at `stop`; whether it ends the line.
    fn markup(&mut self, line: &mut Line, finder: &mut Finder, stop: usize) -> bool {
        let Some(markup) = finder.at(self.bytes, stop) else {
            line.note(self.bytes, stop, stop + 1);
            self.at = stop + 1;
            return false;
        };
        self.at = markup.end;
        if markup.role != Role::Inline {
            self.quotation(markup.role, line, stop);
            line.end = stop;
            self.at += self.newline_len(markup.end);
            return true;
        }
        line.marked = true;
        let entity = &self.bytes[stop..];
        if entity.starts_with(b"&gt;") || entity::is_letter(entity) {
            line.note(self.bytes, stop, markup.end);
        }
        false
    }

    /// Follows a tag at `at`, behind what `line` holds, into a quotation or out of it.
    fn quotation(&mut self, role: Role, line: &Line, at: usize) {
        self.depth = match role {
            Role::Quote { .. } if at < self.unclosed => self.depth + 1,
            Role::Unquote => self.depth.saturating_sub(1),
            _ => self.depth,
        };
        self.place = match role {
            _ if self.depth > 0 => Place::Quoted,
            // In the middle of a line it may be no more than spoken of.
            Role::Quote { by_program }
                if at == self.unclosed && (by_program || line.is_blank()) =>
            {
                Place::BelowUnclosed
            }
            _ => Place::Outside,
        };
    }

    /// Length of a newline at `at`: `<br>` before a newline is one break, not two.
    fn newline_len(&self, at: usize) -> usize {
        match &self.bytes[at..] {
            [b'\r', b'\n', ..] if self.newline == b'\n' => 2,
            [byte, ..] if *byte == self.newline => 1,
            _ => 0,
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    #[inline(always)]
    fn next(&mut self) -> Option<Line> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let Some(mut finder) = self.finder else {
            return Some(self.plain());
        };
        let line = self.marked(&mut finder);
        self.finder = Some(finder);
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(text: &str) -> Vec<&str> {
        let bytes = text.as_bytes();
        Lines::new(text).map(|line| std::str::from_utf8(line.view(bytes)).unwrap()).collect()
    }

    #[test]
    fn lines_end_at_newlines_and_breaking_tags() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("one", &["one"]),
            ("one\ntwo\n", &["one", "two"]),
            ("one\r\n\r\ntwo", &["one", "", "two"]),
            ("one\rtwo", &["one", "two"]),
            ("\u{feff} \u{a0}one\u{a0} \0\n", &["one"]),
            ("one<br>two<br/>\nthree", &["one", "two", "three"]),
            ("<p>one</p><p>two</p>", &["", "one", "", "two"]),
            ("<b>one</b> two", &["one</b> two"]),
            ("&nbsp; &gt; one", &["&gt; one"]),
            ("a < b\nc & d", &["a < b", "c & d"]),
        ];
        for (text, expected) in table {
            assert_eq!(views(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn lines_know_the_quotation_they_stand_in() {
        use Place::{BelowUnclosed, Outside, Quoted};
        let table: &[(&str, &[Place])] = &[
            ("a<blockquote>b\nc</blockquote>d", &[Outside, Quoted, Quoted, Outside]),
            (
                "<blockquote><blockquote>b</blockquote>c</blockquote></blockquote>d",
                &[Outside, Quoted, Quoted, Quoted, Outside, Outside],
            ),
            ("</blockquote>a<blockquote>b</blockquote>", &[Outside, Outside, Quoted]),
            ("<p><blockquote>a\nb", &[Outside, Outside, BelowUnclosed, Outside]),
            ("a <blockquote>b", &[Outside, Outside]),
            ("a <blockquote type=cite>b", &[Outside, BelowUnclosed]),
            (
                "<blockquote>a<blockquote>b</blockquote>c",
                &[Outside, BelowUnclosed, Outside, Outside],
            ),
        ];
        for (text, expected) in table {
            let places: Vec<_> = Lines::new(text).map(|line| line.place).collect();
            assert_eq!(places, *expected, "{text:?}");
        }
    }

    #[test]
    fn lines_cover_the_text_in_order() {
        let text = "a\n\n<p>b</p>\r\nc &amp; d<br>";
        let mut last = 0;
        for line in Lines::new(text) {
            assert!(line.start >= last && line.end >= line.start, "{line:?}");
            last = line.end;
        }
    }
}
