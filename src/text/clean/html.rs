//! HTML remnants: tags, comments, style sheets, scripts, and entities that are no part of a word.
//!
//! Customers also write `<3`, `a < b`, `x<y and z>w` and `<user@host>`, so only a known element
//! name in the exact shape of a tag counts; everything else stays text.

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::bytes::{first_solid, starts, window};
use crate::text::entity;

/// Longest tag in bytes; a `<a href=` whose `>` stands further away is text.
const MAX_TAG: usize = 4096;

/// Elements browsers break a line at; sorted.
const BREAKING: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "script",
    "section",
    "select",
    "style",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "title",
    "tr",
    "ul",
];

/// Elements that stand inside a line; sorted.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "area", "audio", "b", "base", "big", "button", "canvas", "cite",
    "code", "col", "colgroup", "del", "em", "embed", "font", "i", "iframe", "img", "input", "ins",
    "kbd", "label", "link", "map", "mark", "meta", "noscript", "o:p", "object", "param", "picture",
    "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "svg", "td",
    "textarea", "th", "tt", "u", "var", "video", "wbr",
];

/// A piece of markup, from where it was looked for up to `end`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Markup {
    pub(super) end: usize,
    pub(super) role: Role,
}

/// What a piece of markup does to the lines of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// Stands inside a line.
    Inline,
    /// Ends the line it stands on, as all below do.
    Break,
    /// Begins a quotation: `<blockquote>`.
    Quote {
        /// Whether it has attributes, as mail programs write them.
        by_program: bool,
    },
    /// Ends a quotation.
    Unquote,
}

/// Finds markup, and remembers from where on no end of a comment, style sheet or script follows,
/// so that openings without an end cost one search and not one each.
#[derive(Clone, Copy)]
pub(super) struct Finder {
    comment_gone: usize,
    style_gone: usize,
    script_gone: usize,
}

impl Default for Finder {
    fn default() -> Self {
        Self { comment_gone: usize::MAX, style_gone: usize::MAX, script_gone: usize::MAX }
    }
}

impl Finder {
    /// The markup beginning at `at`, where a `<` or `&` stands.
    pub(super) fn at(&mut self, bytes: &[u8], at: usize) -> Option<Markup> {
        let rest = &bytes[at..];
        match rest {
            [b'&', ..] => entity::len(rest).map(|len| Markup { end: at + len, role: Role::Inline }),
            [b'<', b'!', b'-', b'-', ..] => self.comment(bytes, at),
            [b'<', b'!' | b'?', ..] => {
                declaration_len(rest).map(|len| Markup { end: at + len, role: Role::Break })
            }
            _ => self.tag(bytes, at),
        }
    }

    /// A closed comment; one that never ends is text.
    fn comment(&mut self, bytes: &[u8], at: usize) -> Option<Markup> {
        let end = search(&mut self.comment_gone, at, || memmem::find(&bytes[at + 4..], b"-->"))?;
        Some(Markup { end: at + 4 + end + 3, role: Role::Inline })
    }

    /// A tag; that of a style sheet or script together with what it holds, if it is closed.
    fn tag(&mut self, bytes: &[u8], at: usize) -> Option<Markup> {
        let Tag { len, role, holds } = Tag::parse(&bytes[at..])?;
        let end = at + len;
        let held = match holds {
            Holds::Text => None,
            Holds::Style => search(&mut self.style_gone, at, || closing(&bytes[end..], "style")),
            Holds::Script => search(&mut self.script_gone, at, || closing(&bytes[end..], "script")),
        };
        Some(Markup { end: end + held.unwrap_or(0), role })
    }
}

/// Runs `find` unless an earlier search from `gone` on has already failed.
fn search(gone: &mut usize, at: usize, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
    if at >= *gone {
        return None;
    }
    let found = find();
    if found.is_none() {
        *gone = at;
    }
    found
}

/// Offset of the next closing tag of `name`.
fn closing(bytes: &[u8], name: &str) -> Option<usize> {
    memchr_iter(b'<', bytes)
        .find(|&at| bytes.get(at + 1) == Some(&b'/') && starts(&bytes[at + 2..], name))
}

/// What stands between an opening tag and its end.
#[derive(Clone, Copy)]
enum Holds {
    Text,
    Style,
    Script,
}

struct Tag {
    len: usize,
    role: Role,
    holds: Holds,
}

impl Tag {
    /// `<name>`, `</name>`, `<name/>` or `<name attribute=...>`, for a known name.
    fn parse(rest: &[u8]) -> Option<Self> {
        let close = rest.get(1) == Some(&b'/');
        let name_at = 1 + usize::from(close);
        let name_len = name_len(&rest[name_at..]);
        let name = &rest[name_at..name_at + name_len];
        let breaks = is_in(BREAKING, name);
        if !breaks && !is_in(INLINE, name) {
            return None;
        }
        let after = name_at + name_len;
        let stop = after + memchr2(b'<', b'>', window(&rest[after..], MAX_TAG))?;
        let whole = rest[stop] == b'>' && is_attributes(&rest[after..stop]);
        let role = match breaks {
            true => Role::of_breaking(name, close, &rest[after..stop]),
            false => Role::Inline,
        };
        whole.then(|| Self { len: stop + 1, role, holds: Holds::of(name, close) })
    }
}

impl Role {
    fn of_breaking(name: &[u8], close: bool, attributes: &[u8]) -> Self {
        match name.eq_ignore_ascii_case(b"blockquote") {
            true if close => Self::Unquote,
            true => Self::Quote { by_program: attributes.contains(&b'=') },
            false => Self::Break,
        }
    }
}

/// Where the first quotation begins that has no end, `usize::MAX` if each has one.
pub(super) fn unclosed_quote(bytes: &[u8]) -> usize {
    let mut tags = memchr_iter(b'<', bytes);
    if !tags.any(|at| starts(&bytes[at..], "<blockquote")) {
        return usize::MAX;
    }
    let (mut finder, mut at) = (Finder::default(), 0);
    let (mut depth, mut outermost) = (0_usize, usize::MAX);
    while let Some(next) = memchr(b'<', &bytes[at..]) {
        let start = at + next;
        let markup = finder.at(bytes, start);
        at = markup.map_or(start + 1, |markup| markup.end);
        match markup.map(|markup| markup.role) {
            Some(Role::Quote { .. }) => {
                outermost = if depth == 0 { start } else { outermost };
                depth += 1;
            }
            Some(Role::Unquote) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if depth == 0 { usize::MAX } else { outermost }
}

impl Holds {
    fn of(name: &[u8], close: bool) -> Self {
        match name {
            _ if close => Self::Text,
            _ if name.eq_ignore_ascii_case(b"style") => Self::Style,
            _ if name.eq_ignore_ascii_case(b"script") => Self::Script,
            _ => Self::Text,
        }
    }
}

/// Length of the element name `bytes` begin with; longer than any known name is long enough.
fn name_len(bytes: &[u8]) -> usize {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b':';
    bytes.iter().take(12).take_while(is_name).count()
}

/// Whether the sorted `names` hold `name`, in any case.
fn is_in(names: &[&str], name: &[u8]) -> bool {
    let lower = |byte: &u8| byte.to_ascii_lowercase();
    names.binary_search_by(|known| known.bytes().cmp(name.iter().map(lower))).is_ok()
}

/// Whether `bytes` may stand between an element name and `>`: nothing, a slash, or attributes.
///
/// The first attribute must have a value: that tells `<b class=x>` from `a <b and c> d`.
fn is_attributes(bytes: &[u8]) -> bool {
    let from = first_solid(bytes, 0, bytes.len());
    match &bytes[from..] {
        [] | [b'/'] => true,
        _ if from == 0 => false,
        attributes => has_value(attributes),
    }
}

fn has_value(attributes: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_:".contains(byte);
    let name = attributes.iter().take(40).take_while(is_name).count();
    let sign = first_solid(attributes, name, attributes.len());
    name > 0 && attributes.get(sign) == Some(&b'=')
}

/// Length of a document type, an XML declaration or a conditional section.
fn declaration_len(rest: &[u8]) -> Option<usize> {
    let known = starts(rest, "<!doctype") || starts(rest, "<?xml") || starts(rest, "<![");
    let stop = 1 + memchr2(b'<', b'>', window(rest.get(1..)?, MAX_TAG))?;
    (known && rest[stop] == b'>').then_some(stop + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text at the start of `text` that is markup.
    fn markup(text: &str) -> Option<&str> {
        Finder::default().at(text.as_bytes(), 0).map(|markup| &text[..markup.end])
    }

    #[test]
    fn names_are_sorted() {
        assert!(BREAKING.is_sorted() && INLINE.is_sorted());
    }

    #[test]
    fn tags_of_known_elements_are_markup() {
        let table = [
            ("<p>x", "<p>"),
            ("</P >x", "</P >"),
            ("<br/>", "<br/>"),
            ("<br />x", "<br />"),
            ("<a href=\"https://a.example\">x", "<a href=\"https://a.example\">"),
            ("<p\nclass=big>", "<p\nclass=big>"),
            ("<o:p>", "<o:p>"),
            ("<!-- a > b -->x", "<!-- a > b -->"),
            ("<style>p{}</style>x", "<style>p{}"),
            ("<SCRIPT type=a>if(a<b){}</script>x", "<SCRIPT type=a>if(a<b){}"),
            ("<style>p{} and no end", "<style>"),
            ("<!DOCTYPE html>x", "<!DOCTYPE html>"),
            ("<![endif]>", "<![endif]>"),
        ];
        for (text, expected) in table {
            assert_eq!(markup(text), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_customers_write_is_not_a_tag() {
        let table = [
            "<3 you",
            "< b",
            "<y and z>w",
            "<b and c>d",
            "<user@host>",
            "<b@host.example>",
            "<https://a.example>",
            "<name>",
            "<p",
            "<p <p>",
            "<style",
            "<!-- open",
            "<>",
            "</>",
            "<",
            "<a=b>",
            "<a.b>",
            "<blockquotes>",
            "<!important>",
        ];
        for text in table {
            assert_eq!(markup(text), None, "{text:?}");
        }
    }

    #[test]
    fn tags_have_a_bounded_length() {
        let tag = |len: usize| format!("<a href=\"{}\">", "x".repeat(len));
        assert!(markup(&tag(1000)).is_some());
        assert!(markup(&tag(MAX_TAG)).is_none());
    }

    #[test]
    fn the_first_quotation_without_an_end_is_found() {
        let table = [
            ("a <b>", None),
            ("<blockquote>a</blockquote>", None),
            ("</blockquote><BLOCKQUOTE>a</Blockquote></blockquote>", None),
            ("<blockquote>a", Some(0)),
            ("<blockquote>a</blockquote>b<blockquote class=c>d", Some(27)),
            ("a<blockquote>b<blockquote>c</blockquote>d", Some(1)),
            ("<blockquote>a<!-- </blockquote> -->", Some(0)),
            ("a <!-- <blockquote> -->", None),
            ("<blockquote", None),
        ];
        for (text, expected) in table {
            assert_eq!(unclosed_quote(text.as_bytes()), expected.unwrap_or(usize::MAX), "{text}");
        }
    }

    #[test]
    fn a_failed_search_is_not_repeated() {
        let text = "<style><style><style></x>";
        let mut finder = Finder::default();
        assert_eq!(finder.at(text.as_bytes(), 7), Some(Markup { end: 14, role: Role::Break }));
        assert_eq!(finder.style_gone, 7);
        assert_eq!(finder.script_gone, usize::MAX);
    }
}
