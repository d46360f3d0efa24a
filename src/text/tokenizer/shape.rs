//! Shapes: tokens whose form says more than their letters. `£12.50` and `£9` are both `<money>`.

use std::ops::Range;

use crate::hash;

/// What a token looks like. Its [`key`](Shape::key) stands in for the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Money,
    Number,
    /// A time of day or a date.
    Time,
    /// A version, build number or IP address.
    Version,
    ErrorCode,
    /// Letters mixed with digits: an order number, a serial number, a reference.
    Identifier,
    /// A line of a stack trace, an exception's name, a qualified identifier of a program.
    Trace,
    Url,
    Email,
    Path,
    Handle,
    Hashtag,
    Emoji,
    /// Longer than any word.
    Long,
}

impl Shape {
    pub(crate) const fn key(self) -> &'static [u8] {
        match self {
            Shape::Money => b"<money>",
            Shape::Number => b"<number>",
            Shape::Time => b"<time>",
            Shape::Version => b"<version>",
            Shape::ErrorCode => b"<error-code>",
            Shape::Identifier => b"<identifier>",
            Shape::Trace => b"<trace>",
            Shape::Url => b"<url>",
            Shape::Email => b"<email>",
            Shape::Path => b"<path>",
            Shape::Handle => b"<handle>",
            Shape::Hashtag => b"<hashtag>",
            Shape::Emoji => b"<emoji>",
            Shape::Long => b"<long>",
        }
    }
}

impl Shape {
    const ALL: [Self; 14] = [
        Self::Money,
        Self::Number,
        Self::Time,
        Self::Version,
        Self::ErrorCode,
        Self::Identifier,
        Self::Trace,
        Self::Url,
        Self::Email,
        Self::Path,
        Self::Handle,
        Self::Hashtag,
        Self::Emoji,
        Self::Long,
    ];

    /// What the [key](Shape::key) is stored under.
    pub(super) fn hash(self) -> u64 {
        HASHES[self as usize]
    }
}

/// In the order of the shapes.
static HASHES: [u64; Shape::ALL.len()] = {
    let (mut hashes, mut at) = ([0; Shape::ALL.len()], 0);
    while at < hashes.len() {
        hashes[at] = hash::of_name(Shape::ALL[at].key());
        at += 1;
    }
    hashes
};

/// Only this much of a chunk is looked at to tell its shape, so that a chunk of megabytes costs
/// no more than a pass.
const HEAD: usize = 256;

const CURRENCY_SIGNS: [char; 5] = ['$', '£', '€', '₹', '¥'];
const CURRENCY_CODES: [&str; 8] = ["usd", "eur", "gbp", "inr", "rs", "cad", "aud", "us$"];
const TOP_LEVEL_DOMAINS: [&str; 22] = [
    "com", "org", "net", "edu", "gov", "io", "co", "uk", "de", "fr", "in", "eu", "us", "ca", "au",
    "app", "dev", "info", "biz", "tv", "me", "ly",
];
const FILE_ENDINGS: [&str; 40] = [
    "exe", "dll", "sys", "msi", "log", "txt", "pdf", "doc", "docx", "xls", "xlsx", "csv", "ppt",
    "pptx", "zip", "rar", "gz", "jpg", "jpeg", "png", "gif", "mp3", "mp4", "mov", "avi", "html",
    "php", "js", "json", "xml", "yml", "yaml", "toml", "ini", "conf", "cfg", "py", "java", "sql",
    "dmg",
];

/// Takes the punctuation off both ends of a chunk.
pub(super) fn trim(text: &str, chunk: Range<usize>) -> Range<usize> {
    let whole = &text[chunk.clone()];
    let bytes = whole.as_bytes();
    let is_bare = |end: Option<&u8>| end.is_some_and(u8::is_ascii_alphanumeric);
    let left = if is_bare(bytes.first()) { whole } else { whole.trim_start_matches(is_opening) };
    let core = if is_bare(bytes.last()) { left } else { left.trim_end_matches(is_closing) };
    let start = chunk.end - left.len();
    start..start + core.len()
}

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '<' | '"' | '\'' | '*' | '`' | '_' | '|' | '>' | '=' | ',')
        || matches!(c, '\u{201C}' | '\u{2018}' | '«' | '¿' | '¡' | '…' | '•' | '–' | '—')
}

fn is_closing(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '>' | '"' | '\'' | '*' | '`' | '_' | '|' | '=' | ',')
        || matches!(c, '.' | ';' | ':' | '!' | '?' | '~')
        || matches!(c, '\u{201D}' | '\u{2019}' | '»' | '…' | '–' | '—')
}

/// Which kinds of bytes a chunk holds, gathered in one pass: most rules need a kind that most
/// chunks do not have.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kinds(u8);

impl Kinds {
    const DIGIT: u8 = 1;
    const LETTER: u8 = 1 << 1;
    const DOT: u8 = 1 << 2;
    const DASH: u8 = 1 << 3;
    const SLASH: u8 = 1 << 4;
    const COLON: u8 = 1 << 5;
    /// What marks names, amounts and programs; all of other scripts.
    const SIGN: u8 = 1 << 6;
    const OTHER: u8 = 1 << 7;
    /// A chunk without any of these has no shape of its own.
    const TELLING: u8 = Self::DIGIT | Self::DOT | Self::SLASH | Self::COLON | Self::SIGN;

    fn of(chunk: &str) -> Self {
        Self(chunk.bytes().fold(0, |kinds, byte| kinds | KINDS[usize::from(byte)]))
    }

    /// Whether a byte of one of these kinds stands there.
    fn any(self, kinds: u8) -> bool {
        self.0 & kinds != 0
    }

    /// Whether bytes of all these kinds stand there.
    fn all(self, kinds: u8) -> bool {
        self.0 & kinds == kinds
    }

    const fn table() -> [u8; 256] {
        let mut table = [Self::SIGN; 256];
        let mut byte = 0;
        while byte < 128 {
            table[byte] = match byte as u8 {
                b'0'..=b'9' => Self::DIGIT,
                b'a'..=b'z' | b'A'..=b'Z' => Self::LETTER,
                b'.' => Self::DOT,
                b'-' => Self::DASH,
                b'/' | b'\\' => Self::SLASH,
                b':' => Self::COLON,
                b'@' | b'#' | b'_' | b'(' | b'$' => Self::SIGN,
                _ => Self::OTHER,
            };
            byte += 1;
        }
        table
    }
}

static KINDS: [u8; 256] = Kinds::table();

/// Whether a trimmed chunk is nothing but ASCII letters and digits: one piece, and what shape it
/// has [`of_piece`] tells.
pub(super) fn is_one_piece(chunk: &str) -> bool {
    !chunk.is_empty() && chunk.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The shape of a whole trimmed chunk, or `None` when it is to be cut into pieces.
pub(super) fn of_chunk(chunk: &str) -> Option<Shape> {
    let head = prefix(chunk, HEAD);
    let kinds = Kinds::of(head);
    if !kinds.any(Kinds::TELLING) {
        return None;
    }
    of_marked(head, kinds)
        .or_else(|| of_address(head, kinds))
        .or_else(|| of_quantity(head, kinds))
        .or_else(|| of_program_text(head, kinds))
        .or_else(|| of_dotted(head, kinds))
}

/// Shapes told by their first character.
fn of_marked(chunk: &str, kinds: Kinds) -> Option<Shape> {
    if !kinds.any(Kinds::SIGN) {
        return None;
    }
    let mut chars = chunk.chars();
    let first = chars.next()?;
    let second = chars.next()?;
    match first {
        '@' if second.is_ascii_alphanumeric() || second == '_' => Some(Shape::Handle),
        '#' if second.is_ascii_digit() => Some(Shape::Number),
        '#' if second.is_alphabetic() => Some(Shape::Hashtag),
        _ => None,
    }
}

fn of_address(chunk: &str, kinds: Kinds) -> Option<Shape> {
    if kinds.all(Kinds::COLON | Kinds::SLASH) && chunk.contains("://")
        || kinds.any(Kinds::DOT) && starts_with_ignoring_case(chunk, "www.")
    {
        return Some(Shape::Url);
    }
    if kinds.any(Kinds::SIGN)
        && let Some((user, host)) = chunk.split_once('@')
    {
        return (!user.is_empty() && host.contains('.')).then_some(Shape::Email);
    }
    (kinds.any(Kinds::SLASH) && is_path(chunk)).then_some(Shape::Path)
}

fn is_path(chunk: &str) -> bool {
    let bytes = chunk.as_bytes();
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    let rooted = chunk.strip_prefix('/').is_some_and(|rest| rest.contains('/'));
    (drive && matches!(bytes[2], b'\\' | b'/'))
        || rooted
        || chunk.starts_with("~/")
        || chunk.starts_with("./")
        || chunk.starts_with("\\\\")
}

fn of_quantity(chunk: &str, kinds: Kinds) -> Option<Shape> {
    const PARTS: u8 = Kinds::LETTER | Kinds::DASH | Kinds::SLASH | Kinds::COLON;
    if !kinds.any(Kinds::DIGIT) {
        return None;
    }
    if kinds.any(Kinds::LETTER | Kinds::SIGN) && is_money(chunk, kinds) {
        return Some(Shape::Money);
    }
    if kinds.any(PARTS) && is_time(chunk, kinds) {
        return Some(Shape::Time);
    }
    if kinds.any(Kinds::LETTER | Kinds::DOT) && is_dotted_number(chunk, kinds) {
        return Some(Shape::Version);
    }
    is_number(chunk).then_some(Shape::Number)
}

fn is_money(chunk: &str, kinds: Kinds) -> bool {
    let unsigned = without(chunk, |b| matches!(b, b'+' | b'-' | b'~'));
    if kinds.any(Kinds::SIGN) {
        let without_sign = unsigned.strip_prefix(CURRENCY_SIGNS);
        let without_sign = without_sign.or_else(|| unsigned.strip_suffix(CURRENCY_SIGNS));
        if let Some(amount) = without_sign {
            return amount.as_bytes().first().is_some_and(u8::is_ascii_digit);
        }
    }
    let is_part_of_code = |byte: u8| byte.is_ascii_alphabetic() || byte == b'$';
    let behind = without(unsigned, is_part_of_code);
    let (code, _) = unsigned.split_at(unsigned.len() - behind.len());
    if is_code(code) && is_number(without(behind, |b| matches!(b, b'.' | b':'))) {
        return true;
    }
    let (before, code) = unsigned.split_at(unsigned.len() - run_behind(unsigned, is_part_of_code));
    is_code(code) && is_number(before)
}

fn is_code(text: &str) -> bool {
    matches!(text.len(), 2 | 3) && CURRENCY_CODES.iter().any(|code| text.eq_ignore_ascii_case(code))
}

/// The text without the ASCII bytes of a kind that it begins with.
fn without(text: &str, is_of_kind: impl Fn(u8) -> bool) -> &str {
    let length = text.bytes().position(|byte| !is_of_kind(byte)).unwrap_or(text.len());
    &text[length..]
}

/// How many ASCII bytes of a kind the text ends with.
fn run_behind(text: &str, is_of_kind: impl Fn(u8) -> bool) -> usize {
    text.bytes().rev().position(|byte| !is_of_kind(byte)).unwrap_or(text.len())
}

/// `10:30`, `10:30pm`, `5pm`, `3rd`, `12/05/2021`, `2021-05-12`.
fn is_time(chunk: &str, kinds: Kinds) -> bool {
    let unit = run_behind(chunk, |byte| byte.is_ascii_alphabetic());
    let (digits, unit) = chunk.split_at(chunk.len() - unit);
    let known_unit = is_ordinal_or_hour(unit);
    if known_unit && digits.len() <= 4 && all_digits(digits) {
        return true;
    }
    let is_clock = || kinds.any(Kinds::COLON) && fields(digits, ':', 2..=3);
    (unit.is_empty() || known_unit) && (is_clock() || is_date(digits, kinds))
}

fn is_ordinal_or_hour(unit: &str) -> bool {
    let [first, second] = unit.as_bytes() else { return false };
    let unit = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
    matches!(&unit, b"am" | b"pm" | b"st" | b"nd" | b"rd" | b"th")
}

fn is_date(digits: &str, kinds: Kinds) -> bool {
    let with = |kind, separator, count| kinds.any(kind) && fields(digits, separator, count);
    digits.len() <= 10 && (with(Kinds::SLASH, '/', 2..=3) || with(Kinds::DASH, '-', 3..=3))
}

/// Whether `text` is a number of digit groups, of one to four digits each, between separators.
fn fields(text: &str, separator: char, count: std::ops::RangeInclusive<usize>) -> bool {
    text.split(separator).all(|field| all_digits(field) && field.len() <= 4)
        && count.contains(&text.split(separator).count())
}

/// `v2`, `v2.1`, `10.0.1`, `192.168.0.1`: more than one dot, or the letter in front.
fn is_dotted_number(chunk: &str, kinds: Kinds) -> bool {
    let number = chunk.strip_prefix(['v', 'V']);
    let has_dots =
        || kinds.any(Kinds::DOT) && chunk.bytes().filter(|&byte| byte == b'.').nth(1).is_some();
    let groups = number.unwrap_or(chunk);
    (number.is_some() || has_dots()) && groups.split('.').all(all_digits)
}

/// Digits with the signs that occur inside amounts and phone numbers.
fn is_number(chunk: &str) -> bool {
    let inside = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'/' | b'\'');
    let core = without(chunk, |b| matches!(b, b'+' | b'-' | b'(' | b'~')).as_bytes();
    let core = core.strip_suffix(b"%").or_else(|| core.strip_suffix(b"+")).unwrap_or(core);
    core.first().is_some_and(u8::is_ascii_digit) && core.iter().all(|&byte| inside(byte))
}

fn of_program_text(chunk: &str, kinds: Kinds) -> Option<Shape> {
    if kinds.all(Kinds::DIGIT | Kinds::LETTER) && is_hexadecimal(chunk)
        || kinds.any(Kinds::SIGN) && is_constant(chunk)
    {
        return Some(Shape::ErrorCode);
    }
    if kinds.any(Kinds::COLON) && (chunk.contains("::") || chunk.contains(".java:"))
        || kinds.any(Kinds::SIGN) && chunk.contains("()")
    {
        return Some(Shape::Trace);
    }
    (kinds.all(Kinds::DIGIT | Kinds::DASH) && is_reference(chunk)).then_some(Shape::Identifier)
}

fn is_hexadecimal(chunk: &str) -> bool {
    starts_with_ignoring_case(chunk, "0x")
        && chunk.len() > 3
        && chunk.bytes().skip(2).all(|b| b.is_ascii_hexdigit())
}

/// `ERR_CONNECTION_RESET`.
fn is_constant(chunk: &str) -> bool {
    chunk.len() > 4
        && chunk.contains('_')
        && chunk.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// `INV-20871`, `ORA-00942`: letters, a hyphen, digits.
fn is_reference(chunk: &str) -> bool {
    let Some((letters, digits)) = chunk.split_once('-') else { return false };
    (1..=6).contains(&letters.len())
        && letters.bytes().all(|b| b.is_ascii_alphabetic())
        && digits.len() > 2
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// Shapes told by what stands behind a dot: a domain, a file, a qualified name.
fn of_dotted(chunk: &str, kinds: Kinds) -> Option<Shape> {
    if !kinds.any(Kinds::DOT) {
        return None;
    }
    let host = chunk.split(['/', ':', '?']).next().unwrap_or(chunk);
    let (before, last) = host.rsplit_once('.')?;
    if !before.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')) {
        return None;
    }
    let one_of = |known: &[&str]| known.iter().any(|end| last.eq_ignore_ascii_case(end));
    if before.len() > 1
        && last.bytes().all(|b| b.is_ascii_lowercase())
        && one_of(&TOP_LEVEL_DOMAINS)
    {
        return Some(Shape::Url);
    }
    if !before.is_empty() && one_of(&FILE_ENDINGS) {
        return Some(Shape::Path);
    }
    is_qualified_name(host).then_some(Shape::Trace)
}

/// `com.example.Main`: three names or more, none of them a single letter (that is an abbreviation).
fn is_qualified_name(host: &str) -> bool {
    let name = |part: &str| part.len() > 1 && part.bytes().all(|b| b.is_ascii_alphanumeric());
    host.split('.').count() > 2 && host.split('.').all(name)
}

/// The shape of a piece: a run of letters, marks and digits cut out of a chunk.
pub(super) fn of_piece(piece: &str) -> Option<Shape> {
    let bytes = piece.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    match digits {
        0 => names_exception(bytes).then_some(Shape::Trace),
        _ if digits == bytes.len() => Some(Shape::Number),
        _ => of_mixed_piece(piece, digits),
    }
}

fn of_mixed_piece(piece: &str, digits: usize) -> Option<Shape> {
    let head = prefix(piece, HEAD);
    of_quantity(head, Kinds::of(head)).or_else(|| {
        if is_hexadecimal(head) {
            return Some(Shape::ErrorCode);
        }
        (piece.len() > 8 || digits > 3).then_some(Shape::Identifier)
    })
}

/// `NullPointerException`, `TypeError`.
#[inline]
pub(super) fn names_exception(word: &[u8]) -> bool {
    let before = word.strip_suffix(b"Error").or_else(|| word.strip_suffix(b"Exception"));
    before.and_then(<[u8]>::last).is_some_and(u8::is_ascii_lowercase)
}

/// Combining marks belong to the letter before them. The blocks of Unicode that hold the marks
/// that `char::is_alphanumeric` leaves out, and the joiners of Indic and Arabic script.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05C7}'
        | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{093A}'..='\u{094F}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{200C}'..='\u{200D}'
        | '\u{20D0}'..='\u{20FF}' | '\u{3099}'..='\u{309A}' | '\u{FE20}'..='\u{FE2F}')
}

/// Pictures, with the selectors and joiners that make sequences of them. The ranges of Unicode's
/// emoji data, roughly: symbols next to them count too.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{2300}'..='\u{23FF}' | '\u{FE0E}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}')
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// At most `limit` bytes, cut at a char boundary.
fn prefix(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let end = (0..=limit).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_have_the_shape_a_reader_sees() {
        for (chunk, shape) in [
            ("£12.50", Some(Shape::Money)),
            ("$1,200", Some(Shape::Money)),
            ("40€", Some(Shape::Money)),
            ("Rs.500", Some(Shape::Money)),
            ("500INR", Some(Shape::Money)),
            ("10:30", Some(Shape::Time)),
            ("5pm", Some(Shape::Time)),
            ("21st", Some(Shape::Time)),
            ("12/05/2021", Some(Shape::Time)),
            ("2021-05-12", Some(Shape::Time)),
            ("v2.1", Some(Shape::Version)),
            ("10.0.19045", Some(Shape::Version)),
            ("9.99", Some(Shape::Number)),
            ("1,000", Some(Shape::Number)),
            ("50%", Some(Shape::Number)),
            ("+44-20-7946", Some(Shape::Number)),
            ("#1042", Some(Shape::Number)),
            ("#fail", Some(Shape::Hashtag)),
            ("0x80070005", Some(Shape::ErrorCode)),
            ("ERR_TIMED_OUT", Some(Shape::ErrorCode)),
            ("INV-20871", Some(Shape::Identifier)),
            ("std::io::Error", Some(Shape::Trace)),
            ("com.example.Main", Some(Shape::Trace)),
            ("render()", Some(Shape::Trace)),
            ("https://example.com/a?b=c", Some(Shape::Url)),
            ("example.co.uk/help", Some(Shape::Url)),
            ("jo@example.org", Some(Shape::Email)),
            ("@shophelp", Some(Shape::Handle)),
            ("C:\\Users\\jo", Some(Shape::Path)),
            ("/var/log/app", Some(Shape::Path)),
            ("report.pdf", Some(Shape::Path)),
            ("log-in", None),
            ("and/or", None),
            ("working.Please", None),
            ("wait...what", None),
            ("e.g", None),
            ("don't", None),
            ("word", None),
        ] {
            assert_eq!(of_chunk(chunk), shape, "shape of {chunk}");
        }
    }

    #[test]
    fn shapes_have_the_hash_of_their_key() {
        for shape in Shape::ALL {
            assert_eq!(shape.hash(), hash::hash(shape.key()), "{shape:?}");
        }
    }

    #[test]
    fn pieces_have_shapes_too() {
        for (piece, shape) in [
            ("404", Some(Shape::Number)),
            ("500rs", Some(Shape::Money)),
            ("10am", Some(Shape::Time)),
            ("AB12345678", Some(Shape::Identifier)),
            ("SN4471", Some(Shape::Identifier)),
            ("TypeError", Some(Shape::Trace)),
            ("Error", None),
            ("mp3", None),
            ("2fa", None),
            ("größe", None),
        ] {
            assert_eq!(of_piece(piece), shape, "shape of {piece}");
        }
    }

    #[test]
    fn trimming_keeps_what_carries_meaning() {
        for (chunk, core) in [
            ("(word),", "word"),
            ("\u{201C}hi!\u{201D}", "hi"),
            ("#1!", "#1"),
            ("$5.", "$5"),
            ("...", ""),
        ] {
            assert_eq!(&chunk[trim(chunk, 0..chunk.len())], core, "core of {chunk}");
        }
    }
}
