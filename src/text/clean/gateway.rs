//! What a mail gateway puts in front of a message: tags in brackets and warnings.

use super::bytes::{holds_any, starts_any, window};

/// Longest tag in brackets.
const MAX_TAG: usize = 48;

/// A line up to this long is all warning; a longer one may hold the message itself.
const MAX_NOTICE: usize = 260;

const TAGS: &[&str] =
    &["external", "ext]", "ext:", "caution", "spam]", "suspected spam", "extern]"];

const TICKETS: &[&str] = &["ticket", "case", "request", "incident", "ref", "id:", "#"];

/// How a warning begins, by first letter.
fn notices(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'a' => &["attention", "achtung"],
        b'c' => &["caution"],
        b'e' => &["external"],
        b'n' => &["notice"],
        b't' => &["this email", "this e-mail", "this message"],
        b'w' => &["warning"],
        b'y' => &["you don't often get email from"],
        b'*' => &["***"],
        _ => &[],
    }
}

/// What a warning must also say.
const OUTSIDE: &[&str] = &[
    "from outside",
    "originated outside",
    "outside of the organi",
    "outside of your organi",
    "outside your organi",
    "outside the organi",
    "external sender",
    "external email",
    "external e-mail",
    "external source",
    "you don't often get email from",
];

/// What the further lines of a wrapped warning say.
const ADVICE: &[&str] = &[
    "do not click",
    "don't click",
    "click links",
    "open attachments",
    "recognize the sender",
    "recognise the sender",
    "content is safe",
];

/// Length of a gateway tag such as "[EXTERNAL]" at the start of `view`, or 0.
pub(super) fn tag_len(view: &[u8]) -> usize {
    bracket_len(view).filter(|_| starts_any(&view[1..], TAGS)).unwrap_or(0)
}

/// Length of a ticket tag such as "[Ticket #123]" or "[#123]" at the start of `view`, or 0.
pub(super) fn ticket_len(view: &[u8]) -> usize {
    let is_ticket = |len: &usize| {
        starts_any(&view[1..], TICKETS) && view[..*len].iter().any(u8::is_ascii_digit)
    };
    bracket_len(view).filter(is_ticket).unwrap_or(0)
}

fn bracket_len(view: &[u8]) -> Option<usize> {
    let inside = view.strip_prefix(b"[")?;
    let close = window(inside, MAX_TAG).iter().position(|byte| *byte == b']')?;
    Some(close + 2)
}

/// Length of the warning `view` begins with, or 0.
///
/// Where line breaks were lost, the warning and the message share one long line: then only what
/// stands before the customary last words, "content is safe.", is warning.
pub(super) fn notice_len(view: &[u8]) -> usize {
    if !starts_any(view, notices(view[0])) || !holds_any(window(view, 140), OUTSIDE) {
        return 0;
    }
    if view.len() <= MAX_NOTICE {
        return view.len();
    }
    let last = b"content is safe.";
    let end = window(view, MAX_NOTICE)
        .windows(last.len())
        .position(|part| part.eq_ignore_ascii_case(last));
    end.map_or(0, |at| at + last.len())
}

/// Whether a warning goes on in this line.
pub(super) fn notice_goes_on(view: &[u8]) -> bool {
    view.len() <= MAX_NOTICE && holds_any(view, ADVICE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_in_brackets() {
        for text in ["[EXTERNAL]", "[External Email]", "[EXT]", "[CAUTION: EXTERNAL]"] {
            assert_eq!(tag_len(format!("{text} hello").as_bytes()), text.len(), "{text}");
        }
        for text in [
            "[urgent] x",
            "EXTERNAL",
            "[external drive is broken and nobody can tell me why it is]",
            "[",
            "",
        ] {
            assert_eq!(tag_len(text.as_bytes()), 0, "{text}");
        }
        for text in ["[Ticket #123]", "[#99]", "[Case: 00123]"] {
            assert_eq!(ticket_len(format!("{text} hello").as_bytes()), text.len(), "{text}");
        }
        for text in ["[Ticket]", "[2 printers]", "#12", "[Bug 3]"] {
            assert_eq!(ticket_len(text.as_bytes()), 0, "{text}");
        }
    }

    #[test]
    fn warnings_speak_of_the_outside() {
        for text in [
            "CAUTION: This email originated from outside of the organization. Do not click links.",
            "This message came from outside your organisation.",
            "EXTERNAL EMAIL: be careful",
            "You don't often get email from ann@a.example. Learn why this is important",
        ] {
            assert_eq!(notice_len(text.as_bytes()), text.len(), "{text}");
        }
        for text in [
            "Caution: the printer is hot",
            "Warning light from the modem is on",
            "This email bounced",
        ] {
            assert_eq!(notice_len(text.as_bytes()), 0, "{text}");
        }
        assert!(notice_goes_on(b"Do not click links or open attachments"));
        assert!(!notice_goes_on(b"My printer is hot"));
    }

    #[test]
    fn a_warning_and_a_message_may_share_a_line() {
        let warning =
            "CAUTION: This email originated from outside. Check that the content is safe.";
        let text = format!("{warning} {}", "My printer is hot. ".repeat(20));
        assert_eq!(notice_len(text.as_bytes()), warning.len());
        let unknown = format!("CAUTION: from outside. {}", "My printer is hot. ".repeat(20));
        assert_eq!(notice_len(unknown.as_bytes()), 0);
    }
}
