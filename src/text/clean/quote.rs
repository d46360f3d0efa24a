//! Mail inside a mail: quoted lines, attributions, header blocks, forwarded messages.

use super::bytes::{ends, holds_any, starts, starts_any};
use super::line::{Line, Lines, Place};

/// Longest line that may be part of an attribution.
const MAX_ATTRIBUTION: usize = 300;

/// How many lines an attribution may be wrapped over.
const ATTRIBUTION_LINES: usize = 3;

/// How far to look for a quoted line or for the rest of a header block.
const LOOK_AHEAD: usize = 6;

/// How an attribution begins, and the verb it must also hold.
const ATTRIBUTIONS: &[(&str, &str)] = &[
    ("on ", "wrote"),
    ("am ", "schrieb"),
    ("le ", "a écrit"),
    ("el ", "escribió"),
    ("op ", "schreef"),
    ("il ", "ha scritto"),
];

/// How an attribution without a customary beginning ends.
const LOOSE: &[&str] = &["wrote:", "writes:", "schrieb:", ">:"];

const ORIGINALS: &[&str] = &[
    "original message",
    "original appointment",
    "original e-mail",
    "original email",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "message d'origine",
    "mensaje original",
];

const FORWARDS: &[&str] = &[
    "forwarded message",
    "forwarded by",
    "forwarded mail",
    "weitergeleitete nachricht",
    "weitergeleitet von",
    "message transféré",
    "mensaje reenviado",
];

/// What a line says about the mail below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Marker {
    /// The mail this one answers.
    Original,
    /// A mail passed on, which may be the very inquiry.
    Forward,
}

/// The header line a mail block is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Field {
    From,
    When,
    To,
    Subject,
    Other,
}

/// An attribution ("On ..., X wrote:") that begins on the line looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Attribution {
    /// How many further lines it is wrapped over.
    pub(super) more: usize,
    /// Whether quoted lines follow; if not, all that follows is the quoted mail.
    pub(super) quoted: bool,
}

/// Whether the line is a quoted one: `> text`, `>> text`, or the same with `&gt;`.
pub(super) fn is_quoted(view: &[u8]) -> bool {
    mark_len(view) > 0
}

/// Whether the line is quoted, by a mark or by the tags it stands between.
fn is_quoted_line(line: &Line, bytes: &[u8]) -> bool {
    line.place == Place::Quoted || is_quoted(line.view(bytes))
}

/// Length of all the quotation marks the line begins with, blanks included.
pub(super) fn marks_len(view: &[u8]) -> usize {
    let mut at = 0;
    while let Some(rest) = view.get(at..) {
        match mark_len(rest) {
            0 if rest.first().is_some_and(|byte| *byte <= b' ') => at += 1,
            0 => break,
            len => at += len,
        }
    }
    at
}

fn mark_len(view: &[u8]) -> usize {
    match view {
        [b'>', ..] => 1,
        [b'&', b'g', b't', b';', ..] => 4,
        _ => 0,
    }
}

/// What the line announces, if it is a marker: "-----Original Message-----",
/// "---------- Forwarded message ---------", "Begin forwarded message:".
pub(super) fn marker(view: &[u8]) -> Option<Marker> {
    if starts_any(view, &["begin forwarded message:", "anfang der weitergeleiteten nachricht:"]) {
        return Some(Marker::Forward);
    }
    let dashes = view.iter().take(80).take_while(|byte| b"-_ ".contains(byte)).count();
    let title = &view[dashes..];
    match dashes {
        0..=2 => None,
        _ if starts_any(title, ORIGINALS) => Some(Marker::Original),
        _ if starts_any(title, FORWARDS) => Some(Marker::Forward),
        _ => None,
    }
}

/// The field of a header line such as "From: x", "*Sent:* x" or "Betreff: x".
pub(super) fn field(view: &[u8]) -> Option<Field> {
    let stars = view.iter().take_while(|byte| **byte == b'*').take(2).count();
    let view = &view[stars..];
    let len = view.iter().take(20).position(|byte| *byte == b':')?;
    Field::named(view[..len].trim_ascii_end())
}

impl Field {
    fn named(name: &[u8]) -> Option<Self> {
        let is =
            |names: &[&str]| names.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name));
        match name {
            _ if is(&["from", "von", "de", "da"]) => Some(Self::From),
            _ if is(&["sent", "date", "gesendet", "datum", "envoyé", "enviado", "fecha"]) => {
                Some(Self::When)
            }
            _ if is(&["to", "an", "à", "para"]) => Some(Self::To),
            _ if is(&["subject", "betreff", "objet", "asunto"]) => Some(Self::Subject),
            _ if is(&[
                "cc",
                "bcc",
                "reply-to",
                "importance",
                "priority",
                "attachments",
                "sender",
            ]) =>
            {
                Some(Self::Other)
            }
            _ => None,
        }
    }
}

/// Whether a mail's header block begins with this line.
///
/// A web form may also say "From:" and "Subject:", so without a marker above it takes a sender, a
/// date and a receiver or subject, one below the other.
pub(super) fn starts_block(view: &[u8], after: Lines<'_>) -> bool {
    if field(view) != Some(Field::From) {
        return false;
    }
    let bytes = after.bytes();
    let fields = || {
        after
            .take(LOOK_AHEAD)
            .map(|line| field(line.view(bytes)))
            .take_while(|field| is_further(*field))
    };
    let has = |wanted: &[Field]| fields().flatten().any(|field| wanted.contains(&field));
    has(&[Field::When]) && has(&[Field::To, Field::Subject])
}

fn is_further(field: Option<Field>) -> bool {
    field.is_some_and(|field| field != Field::From)
}

/// The attribution beginning on this line, if it is one.
///
/// With a time of day or an address it is one whatever follows; without, only above a quoted
/// line, so that "my colleague wrote:" above a customer's own words stays.
pub(super) fn attribution(view: &[u8], after: Lines<'_>) -> Option<Attribution> {
    if let Some((more, dated)) = dated_attribution(view, after) {
        let quoted = is_quoted_next(after, more);
        return (quoted || dated).then_some(Attribution { more, quoted });
    }
    let loose = view.ends_with(b":")
        && view.len() <= MAX_ATTRIBUTION
        && LOOSE.iter().any(|end| ends(view, end));
    (loose && is_quoted_next(after, 0)).then_some(Attribution { more: 0, quoted: true })
}

/// "On ... wrote:" over up to three lines: how many further ones, and whether it names a time of
/// day or an address.
fn dated_attribution(view: &[u8], after: Lines<'_>) -> Option<(usize, bool)> {
    let (_, verb) = ATTRIBUTIONS.iter().find(|(start, _)| starts(view, start))?;
    let bytes = after.bytes();
    let wrapped = after
        .take_while(|line| !line.is_blank() && !is_quoted_line(line, bytes))
        .map(|line| line.view(bytes));
    let (mut spoken, mut dated) = (false, false);
    for (more, view) in std::iter::once(view).chain(wrapped).take(ATTRIBUTION_LINES).enumerate() {
        if view.len() > MAX_ATTRIBUTION {
            return None;
        }
        spoken |= holds_any(view, &[verb]);
        dated |= is_dated(view);
        if spoken && ends(view, ":") {
            return Some((more, dated));
        }
    }
    None
}

/// Whether the line holds an address or a time of day.
fn is_dated(view: &[u8]) -> bool {
    let is_time =
        |part: &[u8]| part[0].is_ascii_digit() && part[1] == b':' && part[2].is_ascii_digit();
    view.contains(&b'@') || view.windows(3).any(is_time)
}

/// Whether the next line that is not blank, after `more` others, is a quoted one.
pub(super) fn is_quoted_next(after: Lines<'_>, more: usize) -> bool {
    let bytes = after.bytes();
    let next = after.skip(more).take(LOOK_AHEAD).find(|line| !line.is_blank());
    next.is_some_and(|line| is_quoted_line(&line, bytes))
}

/// Whether a header line goes on below: a list of receivers that ends in a separator.
pub(super) fn is_wrapped(view: &[u8]) -> bool {
    matches!(view, [.., b',' | b';']) && field(view) != Some(Field::Subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_first_line<T>(text: &str, rule: impl Fn(&[u8], Lines<'_>) -> T) -> T {
        let mut lines = Lines::new(text);
        let first = lines.next().unwrap();
        rule(first.view(text.as_bytes()), lines)
    }

    #[test]
    fn quoted_lines_begin_with_a_mark() {
        for text in ["> a", ">a", ">", ">> a", "> > a", "&gt; a"] {
            assert!(is_quoted(text.as_bytes()), "{text}");
        }
        for text in ["a > b", "- > a", "<b", "", "&lt; a", "»"] {
            assert!(!is_quoted(text.as_bytes()), "{text}");
        }
        assert_eq!(marks_len(b"> >>  a > b"), 6);
        assert_eq!(marks_len(b"&gt; &gt; a"), 10);
        assert_eq!(marks_len(b">>>"), 3);
    }

    #[test]
    fn markers_announce_a_mail() {
        let table = [
            ("-----Original Message-----", Some(Marker::Original)),
            ("-------- Original Message --------", Some(Marker::Original)),
            ("-----Ursprüngliche Nachricht-----", Some(Marker::Original)),
            ("---------- Forwarded message ---------", Some(Marker::Forward)),
            ("----- Forwarded by Ann Lee/ACME on 2 May -----", Some(Marker::Forward)),
            ("Begin forwarded message:", Some(Marker::Forward)),
            ("Begin forwarded messages later", None),
            ("Original message lost", None),
            ("- forwarded message never came", None),
            ("----------", None),
            ("--", None),
        ];
        for (text, expected) in table {
            assert_eq!(marker(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn fields_are_named_in_a_header_line() {
        let table = [
            ("From: Ann", Some(Field::From)),
            ("*From:* Ann", Some(Field::From)),
            ("Sent: Monday", Some(Field::When)),
            ("Betreff : Rechnung", Some(Field::Subject)),
            ("Reply-To: a@b.example", Some(Field::Other)),
            ("From there on: nothing", None),
            ("Todo: print", None),
            ("Frommage", None),
            (":", None),
        ];
        for (text, expected) in table {
            assert_eq!(field(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_block_has_sender_date_and_receiver() {
        let table = [
            ("From: Ann\nSent: Monday\nTo: Bob\nSubject: x\n\nbody", true),
            ("Von: Ann\nGesendet: Montag\nAn: Bob\n", true),
            ("<b>From:</b> Ann<br><b>Date:</b> Monday<br><b>To:</b> Bob<br>", true),
            ("From: Ann\nSubject: broken printer\nMessage: it smokes", false),
            ("From: Monday on\nnothing works\nDate: today\nTo: you", false),
            ("Sent: Monday\nTo: Bob", false),
        ];
        for (text, expected) in table {
            assert_eq!(at_first_line(text, starts_block), expected, "{text}");
        }
    }

    #[test]
    fn attributions_with_a_date_stand_alone() {
        let table = [
            ("On Mon, 5 Jan 2026 at 10:12, Ann <ann@a.example> wrote:\n\n> hello", Some((0, true))),
            (
                "On Mon, 5 Jan 2026 at 10:12, Ann Lee\n<ann@a.example> wrote:\n> hello",
                Some((1, true)),
            ),
            (
                "On Mon, 5 Jan 2026 at 10:12, Ann\nLee <ann@a.example>\nwrote:\nhello",
                Some((2, false)),
            ),
            ("Am 05.01.2026 um 10:12 schrieb Ann\nLee <ann@a.example>:\nHallo", Some((1, false))),
            ("Le 5 janv. 2026 à 10:12, Ann a écrit :\n> bonjour", Some((0, true))),
            ("Ann Lee wrote:\n\n> hello", Some((0, true))),
            ("2026-01-05 10:12 Ann <ann@a.example>:\n> hello", Some((0, true))),
            ("On Jan 5, your colleague wrote:\n\"please restart\"", None),
            ("Ann Lee wrote:\nhello", None),
            ("On Monday my screen went dark\nand I wrote to you at 10:12\nno answer", None),
            ("On On On On", None),
            ("My answers:\n> hello", None),
        ];
        for (text, expected) in table {
            let found = at_first_line(text, attribution).map(|found| (found.more, found.quoted));
            assert_eq!(found, expected, "{text}");
        }
    }
}
