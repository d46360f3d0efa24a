//! Finds what is worth reading in a message, and skips the rest: quoted replies, signatures,
//! forwarded headers, HTML remnants, gateway warnings.
//!
//! One pass over the lines. The first solid byte of a line says which rules could apply; the
//! rules look at a bounded part of a line, and a few at the next lines, so the time is linear in
//! the length of the text. Where tags quote, one more pass finds out whether all of them are closed.
//! What is kept is a list of byte ranges into the caller's own text.

mod bytes;
mod gateway;
mod html;
mod line;
mod quote;
mod signature;

use std::ops::{ControlFlow, Range};

use bytes::{first_solid, starts};
use html::{Finder, Role};
use line::{Line, Lines, Place};
use quote::{Attribution, Marker};
use signature::Delimiter;

use crate::text::{entity, octets};

/// From this many words on, what stands above an answered mail is the message.
const WORDS_ABOVE_ORIGINAL: u8 = 4;

/// From this many words on, what stands above a forwarded mail is the message; "Please have a look
/// at this, thanks" is not. Words are counted no further.
const WORDS_ABOVE_FORWARD: u8 = 8;

/// How many lines (name, title, company, phone) may follow a closing phrase.
const CARD_LINES: u8 = 6;

/// How many lines a gateway's warning may be wrapped over.
const NOTICE_LINES: u8 = 3;

/// Fills `out` with the ranges of `text` worth reading: ascending, apart, not empty, on character
/// boundaries.
///
/// Where a letter or digit stands in `text`, one stands in what is kept: a message that is all
/// quotation is read as if it were not quoted, and if that leaves nothing either, whole. `out` is
/// empty only for an empty text.
///
/// # Complexity
/// O(text bytes); allocates only to grow `out`.
pub(crate) fn kept(text: &str, out: &mut Vec<Range<usize>>) {
    for quotes in [Quotes::Skip, Quotes::Read] {
        out.clear();
        if Cleaner::new(text, quotes, out).run() {
            return;
        }
    }
    out.clear();
    out.extend((!text.is_empty()).then_some(0..text.len()));
}

/// Whether a reader sees white space and nothing else in the `gap` between two kept ranges, or
/// where it meets them: tags, comments and `&nbsp;` were cut out, and no text.
///
/// # Complexity
/// O(bytes of the gap); allocates nothing.
pub(crate) fn is_space_between(text: &str, gap: Range<usize>) -> bool {
    let is_space = |at: usize| text.as_bytes().get(at).is_some_and(|byte| *byte <= b' ');
    let bytes = &text.as_bytes()[..gap.end];
    let (mut finder, mut at) = (Finder::default(), gap.start);
    let mut seen = is_space(gap.start.wrapping_sub(1)) || is_space(gap.end);
    while at < gap.end {
        let found = match bytes[at] {
            0..=b' ' => Some((at + 1, true)),
            b'&' => entity::space_len(&bytes[at..]).map(|len| (at + len, true)),
            b'<' => finder.at(bytes, at).map(|it| (it.end, it.role != Role::Inline)),
            _ => None,
        };
        let Some((end, separates)) = found else { return false };
        seen |= separates;
        at = end;
    }
    seen
}

/// The part of a subject line behind "Re:", "Fwd:", "[EXTERNAL]", "[Ticket #123]" and the like.
///
/// The whole of `text` where nothing with a letter or digit would remain.
///
/// # Complexity
/// O(text bytes); allocates nothing.
pub(crate) fn clean_subject(text: &str) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut at = first_solid(bytes, 0, bytes.len());
    loop {
        match prefix_len(&bytes[at..]) {
            0 => break,
            len => at = first_solid(bytes, at + len, bytes.len()),
        }
    }
    let remains = text.get(at..).is_some_and(|rest| {
        rest.bytes().any(|byte| byte.is_ascii_alphanumeric())
            || rest.contains(char::is_alphanumeric)
    });
    if remains { at..text.len() } else { 0..text.len() }
}

/// Length of one reply, forward, gateway or ticket prefix of a subject, or 0.
fn prefix_len(subject: &[u8]) -> usize {
    match subject.first() {
        Some(b'[') => gateway::tag_len(subject).max(gateway::ticket_len(subject)),
        Some(_) => reply_len(subject),
        None => 0,
    }
}

/// Length of "Re:", "RE[2]:", "Fwd :" and their like in other languages, or 0.
fn reply_len(subject: &[u8]) -> usize {
    const REPLIES: &[&str] =
        &["re", "fwd", "fw", "aw", "wg", "antwort", "antw", "sv", "vs", "tr", "rv", "res"];
    // Most subjects begin with another letter.
    if !subject.first().is_some_and(|first| b"rfawsvt".contains(&first.to_ascii_lowercase())) {
        return 0;
    }
    let after = |word: &&str| {
        let count = subject[word.len()..]
            .iter()
            .take(5)
            .take_while(|byte| b" []()0123456789".contains(byte))
            .count();
        let end = word.len() + count;
        let has_count = subject[word.len()..end].iter().all(|byte| *byte == b' ')
            || b"[(".contains(&subject[word.len()]);
        (has_count && subject.get(end) == Some(&b':')).then_some(end + 1)
    };
    REPLIES.iter().filter(|word| starts(subject, word)).find_map(after).unwrap_or(0)
}

/// What to do with quoted lines.
#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    Skip,
    /// Read them without their marks, for a message that holds nothing else.
    Read,
}

/// What a line turned out to be.
enum Kind {
    Text,
    Quoted,
    Attribution(Attribution),
    /// A line that announces a mail below.
    Marker(Marker),
    /// The first line of a mail's header.
    Header,
    Delimiter(Delimiter),
    Device,
    Disclaimer,
    /// A gateway's tag or warning of this length, then perhaps text.
    Gateway(usize),
    Closing,
}

/// Rules by the byte a line begins with.
mod class {
    pub(super) const QUOTE: u8 = 1;
    pub(super) const MARKER: u8 = 1 << 1;
    pub(super) const HEADER: u8 = 1 << 2;
    pub(super) const ATTRIBUTION: u8 = 1 << 3;
    pub(super) const DEVICE: u8 = 1 << 4;
    pub(super) const DISCLAIMER: u8 = 1 << 5;
    pub(super) const GATEWAY: u8 = 1 << 6;
    pub(super) const CLOSING: u8 = 1 << 7;

    /// The rules that a line could meet, for each first byte.
    pub(super) static CLASS: [u8; 256] = table();

    const fn table() -> [u8; 256] {
        let mut table = [0; 256];
        set(&mut table, b">&", QUOTE);
        set(&mut table, b"-ab", MARKER);
        set(&mut table, b"fvd*", HEADER);
        set(&mut table, b"oalei", ATTRIBUTION);
        set(&mut table, b"sgve", DEVICE);
        set(&mut table, b"acdilnpt", DISCLAIMER);
        set(&mut table, b"[*acentwy", GATEWAY);
        set(&mut table, b"abcfgklmrstvwy", CLOSING);
        table
    }

    /// Adds `class` to each of `bytes`, letters in both cases.
    const fn set(table: &mut [u8; 256], bytes: &[u8], class: u8) {
        let mut at = 0;
        while at < bytes.len() {
            table[bytes[at] as usize] |= class;
            table[bytes[at].to_ascii_uppercase() as usize] |= class;
            at += 1;
        }
    }
}

/// Where in a message the reading is.
#[derive(Clone, Copy)]
enum State {
    Message,
    /// In the header lines of a mail that is to be read.
    Headers {
        seen: bool,
        wrapped: bool,
    },
    /// In a gateway's warning, for so many further lines.
    Notice(u8),
    /// In a disclaimer, up to the next blank line.
    Disclaimer,
    /// Below a signature delimiter.
    Signature,
}

/// A closing phrase above lines that so far look like the sender's card.
struct Closing {
    mark: Mark,
    lines: u8,
}

/// Reads the lines of one message.
struct Cleaner<'t, 'o> {
    lines: Lines<'t>,
    quotes: Quotes,
    kept: Kept<'t, 'o>,
    state: State,
    closing: Option<Closing>,
}

impl<'t, 'o> Cleaner<'t, 'o> {
    fn new(text: &'t str, quotes: Quotes, out: &'o mut Vec<Range<usize>>) -> Self {
        let kept = Kept { text, out, words: 0 };
        Self { lines: Lines::new(text), quotes, kept, state: State::Message, closing: None }
    }

    /// Whether a word was kept.
    fn run(mut self) -> bool {
        while let Some(mut line) = self.lines.next() {
            if self.quotes == Quotes::Read {
                line = self.unquoted(line);
            }
            let flow = match line.place {
                Place::BelowUnclosed if self.ends_above() => ControlFlow::Break(()),
                _ if line.is_blank() => self.blank(&line),
                _ => self.line(&line),
            };
            if flow.is_break() {
                break;
            }
        }
        self.settle();
        self.kept.words > 0
    }

    /// Whether the message ends above a quotation without an end: the rule for answered mails.
    fn ends_above(&self) -> bool {
        self.kept.words >= WORDS_ABOVE_ORIGINAL
    }

    /// The line without the quotation marks it begins with, and as if no tags quoted it.
    fn unquoted(&self, line: Line) -> Line {
        let line = Line { place: Place::Outside, ..line };
        let bytes = self.lines.bytes();
        let view = line.view(bytes);
        match quote::marks_len(view) {
            0 => line,
            len => line.from(bytes, line.head + len),
        }
    }

    fn blank(&mut self, line: &Line) -> ControlFlow<()> {
        match self.state {
            State::Headers { seen: false, .. } | State::Signature => {}
            _ => {
                self.state = State::Message;
                self.keep(line);
            }
        }
        ControlFlow::Continue(())
    }

    fn line(&mut self, line: &Line) -> ControlFlow<()> {
        if self.is_skipped(line) {
            return ControlFlow::Continue(());
        }
        let kind = self.kind(line);
        self.apply(kind, line)
    }

    /// Whether the line goes with what was skipped above it; if not, the state ends.
    fn is_skipped(&mut self, line: &Line) -> bool {
        let view = line.view(self.lines.bytes());
        let (skipped, next) = match self.state {
            State::Message => return false,
            State::Headers { seen, wrapped } => {
                (is_header(view, seen && wrapped), after_header(view))
            }
            State::Notice(more) => {
                (more > 0 && gateway::notice_goes_on(view), State::Notice(more.saturating_sub(1)))
            }
            state => (self.below(line).is_none(), state),
        };
        self.state = if skipped { next } else { State::Message };
        skipped
    }

    /// What a line is, by its first byte and by what it says.
    fn kind(&self, line: &Line) -> Kind {
        let view = line.view(self.lines.bytes());
        let class = class::CLASS[usize::from(view[0])];
        if class == 0 && !view.ends_with(b":") && line.place != Place::Quoted {
            return Kind::Text;
        }
        self.below(line).or_else(|| self.added(line, class)).unwrap_or(Kind::Text)
    }

    /// The rules for a mail inside the mail.
    fn below(&self, line: &Line) -> Option<Kind> {
        let view = line.view(self.lines.bytes());
        let class = class::CLASS[usize::from(view[0])];
        if line.place == Place::Quoted || class & class::QUOTE != 0 && quote::is_quoted(view) {
            return Some(Kind::Quoted);
        }
        if class & class::MARKER != 0
            && let Some(marker) = quote::marker(view)
        {
            return Some(Kind::Marker(marker));
        }
        if class & class::HEADER != 0 && quote::starts_block(view, self.lines) {
            return Some(Kind::Header);
        }
        if class & class::ATTRIBUTION == 0 && !view.ends_with(b":") {
            return None;
        }
        quote::attribution(view, self.lines).map(Kind::Attribution)
    }

    /// The rules for what programs and people put above and below a message.
    fn added(&self, line: &Line, class: u8) -> Option<Kind> {
        let bytes = self.lines.bytes();
        let (view, rest) = (line.view(bytes), &bytes[line.head..]);
        if class & class::MARKER != 0
            && let Some(delimiter) = signature::delimiter(&bytes[line.head..line.end])
        {
            return Some(Kind::Delimiter(delimiter));
        }
        if class & class::GATEWAY != 0 {
            let len = gateway::tag_len(view).max(gateway::notice_len(view));
            if len > 0 {
                return Some(Kind::Gateway(len));
            }
        }
        let is =
            |wanted: u8, rule: fn(&[u8]) -> bool, bytes: &[u8]| class & wanted != 0 && rule(bytes);
        match () {
            () if is(class::DEVICE, signature::is_device_line, view) => Some(Kind::Device),
            () if is(class::DISCLAIMER, signature::is_disclaimer, rest) => Some(Kind::Disclaimer),
            () if is(class::CLOSING, signature::is_closing, view) => Some(Kind::Closing),
            () => None,
        }
    }

    fn apply(&mut self, kind: Kind, line: &Line) -> ControlFlow<()> {
        match kind {
            Kind::Text => self.text(line),
            Kind::Closing => self.close(line),
            Kind::Gateway(len) => self.gateway(line, len),
            Kind::Delimiter(Delimiter::Bare) => self.divide(line),
            Kind::Quoted | Kind::Device => self.settle(),
            Kind::Disclaimer => self.skip(State::Disclaimer),
            Kind::Delimiter(Delimiter::Standard) => self.skip(State::Signature),
            Kind::Header => {
                return self
                    .mail(WORDS_ABOVE_ORIGINAL, State::Headers { seen: true, wrapped: false });
            }
            Kind::Marker(Marker::Original) => {
                return self.mail(WORDS_ABOVE_ORIGINAL, HEADERS_TO_COME);
            }
            Kind::Marker(Marker::Forward) => {
                return self.mail(WORDS_ABOVE_FORWARD, HEADERS_TO_COME);
            }
            Kind::Attribution(attribution) => return self.attribution(attribution),
        }
        ControlFlow::Continue(())
    }

    /// Keeps a line; one that does not look like part of a card shows that a closing above was none.
    fn text(&mut self, line: &Line) {
        let view = line.view(self.lines.bytes());
        self.closing = self.closing.take().and_then(|closing| closing.followed_by(view));
        self.keep(line);
    }

    /// Keeps a closing phrase for now; `settle` takes it back if only a card follows.
    fn close(&mut self, line: &Line) {
        if self.closing.is_none() && self.kept.words > 0 {
            self.closing = Some(Closing { mark: self.kept.mark(), lines: 0 });
        }
        self.keep(line);
    }

    /// A bare "--" begins a card like a closing phrase does, also below one.
    fn divide(&mut self, line: &Line) {
        self.close(line);
        if let Some(closing) = &mut self.closing {
            closing.lines = 0;
        }
    }

    /// Skips a gateway's tag or warning, keeps what else stands on the line.
    fn gateway(&mut self, line: &Line, len: usize) {
        let rest = line.from(self.lines.bytes(), line.head + len);
        if rest.is_blank() {
            self.state = State::Notice(NOTICE_LINES - 1);
        } else {
            self.text(&rest);
        }
    }

    /// Enters a part to skip; a delimiter with no message above it is only a line.
    fn skip(&mut self, state: State) {
        self.settle();
        if self.kept.words > 0 || matches!(state, State::Disclaimer) {
            self.state = state;
        }
    }

    /// A mail begins below: the end of the message, unless hardly anything stands above. Then the
    /// mail is read, even where the program that passed it on also marked it as quoted.
    fn mail(&mut self, words_above: u8, state: State) -> ControlFlow<()> {
        self.settle();
        if self.kept.words >= words_above {
            return ControlFlow::Break(());
        }
        self.state = state;
        if quote::is_quoted_next(self.lines, 0) {
            self.quotes = Quotes::Read;
        }
        ControlFlow::Continue(())
    }

    /// Skips an attribution; where no quoted lines follow, all that follows is the answered mail.
    fn attribution(&mut self, found: Attribution) -> ControlFlow<()> {
        self.settle();
        self.state = State::Message;
        for _ in 0..found.more {
            self.lines.next();
        }
        if found.quoted || self.kept.words == 0 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    /// Ends a run of kept lines: takes back a closing and its card.
    fn settle(&mut self) {
        if let Some(closing) = self.closing.take() {
            self.kept.back_to(closing.mark);
        }
    }

    fn keep(&mut self, line: &Line) {
        self.kept.line(line, self.lines.finder());
    }
}

const HEADERS_TO_COME: State = State::Headers { seen: false, wrapped: false };

/// Whether the line is a header line or the rest of a wrapped one.
fn is_header(view: &[u8], wrapped: bool) -> bool {
    wrapped || quote::field(view).is_some() || quote::marker(view).is_some()
}

fn after_header(view: &[u8]) -> State {
    State::Headers { seen: quote::marker(view).is_none(), wrapped: quote::is_wrapped(view) }
}

impl Closing {
    /// The closing with one more line below it, if that may be part of a card.
    fn followed_by(self, view: &[u8]) -> Option<Self> {
        let lines = self.lines + 1;
        (lines <= CARD_LINES && signature::is_card(view, self.lines))
            .then_some(Self { lines, ..self })
    }
}

/// A point to take kept ranges back to.
struct Mark {
    ranges: usize,
    end: usize,
    words: u8,
}

/// The ranges kept so far.
struct Kept<'t, 'o> {
    text: &'t str,
    out: &'o mut Vec<Range<usize>>,
    /// Words kept, counted up to `WORDS_ABOVE_FORWARD`.
    words: u8,
}

impl Kept<'_, '_> {
    /// Keeps a line without the markup in it.
    fn line(&mut self, line: &Line, finder: Finder) {
        match self.out.last_mut() {
            _ if line.marked => self.marked(line, finder),
            Some(last) if last.end == line.start && self.words >= WORDS_ABOVE_FORWARD => {
                last.end = line.end
            }
            _ => self.piece(line.start..line.end, ascii_words),
        }
    }

    fn marked(&mut self, line: &Line, mut finder: Finder) {
        let bytes = self.text.as_bytes();
        let mut from = line.start;
        let mut at = line.start;
        let mut letter_end = from;
        while let Some(next) = memchr::memchr2(b'<', b'&', &bytes[at..line.end]) {
            at += next;
            let after_word = at > from && (letter_end == at || ends_in_word(&self.text[from..at]));
            if let Some((c, len)) = entity::in_word(&self.text[..line.end], at, after_word) {
                at += len;
                letter_end = if c == '\'' { from } else { at };
                continue;
            }
            match finder.at(bytes, at) {
                Some(markup) => {
                    self.piece(from..at, |_, _| None);
                    from = markup.end.min(line.end);
                    at = from;
                }
                None => at += 1,
            }
        }
        self.piece(from..line.end, |_, _| None);
    }

    /// Keeps a range; blanks only between others. `quick_words` may count its words faster than
    /// [`any_words`] does.
    #[inline]
    fn piece(&mut self, range: Range<usize>, quick_words: fn(&str, u8) -> Option<u8>) {
        let solid = first_solid(self.text.as_bytes(), range.start, range.end) < range.end;
        if solid && self.words < WORDS_ABOVE_FORWARD {
            self.count(range.clone(), quick_words);
        }
        match self.out.last_mut() {
            Some(last) if last.end == range.start => last.end = last.end.max(range.end),
            _ if solid => self.out.push(range),
            _ => {}
        }
    }

    /// Counts words, as far as it matters how many there are.
    fn count(&mut self, range: Range<usize>, quick_words: fn(&str, u8) -> Option<u8>) {
        let text = self.text.get(range).unwrap_or_default();
        let wanted = WORDS_ABOVE_FORWARD - self.words;
        self.words += quick_words(text, wanted).unwrap_or_else(|| any_words(text, wanted));
    }

    fn mark(&self) -> Mark {
        Mark {
            ranges: self.out.len(),
            end: self.out.last().map_or(0, |last| last.end),
            words: self.words,
        }
    }

    fn back_to(&mut self, mark: Mark) {
        self.out.truncate(mark.ranges);
        if let Some(last) = self.out.last_mut() {
            last.end = mark.end;
        }
        self.words = mark.words;
    }
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(char::is_alphanumeric)
}

/// The number of words in `text`, up to `wanted`; `None` if anything but ASCII turns up on the way.
fn ascii_words(text: &str, wanted: u8) -> Option<u8> {
    let (eights, rest) = text.as_bytes().as_chunks();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let (mut words, mut before) = (0, 0);
    for eight in eights.iter().chain([&last]) {
        let eight = u64::from_le_bytes(*eight);
        if eight & octets::HIGH != 0 {
            return None;
        }
        let parts = octets::are_letters(eight) | octets::are_digits(eight);
        let first_parts = parts & !(parts << 8 | before);
        words += first_parts.count_ones() as u8;
        if words >= wanted {
            break;
        }
        before = parts >> 56;
    }
    Some(words.min(wanted))
}

/// The number of words in `text`, up to `wanted`, in any script and with entities.
fn any_words(text: &str, wanted: u8) -> u8 {
    let (mut words, mut inside) = (0, false);
    for c in entity::Chars::new(text) {
        let is_part = c.is_alphanumeric();
        words += u8::from(is_part && !inside);
        inside = is_part;
        if words == wanted {
            break;
        }
    }
    words
}

#[cfg(test)]
mod tests;
