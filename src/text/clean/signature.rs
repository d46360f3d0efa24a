//! What stands below a message: signatures, device lines, disclaimers, closing phrases.

use super::bytes::{holds_any, starts, starts_any, window, words};

/// Longest line of a closing or of the card (name, title, phone) below it.
const MAX_CARD: usize = 64;

/// Longest device line.
const MAX_DEVICE: usize = 80;

/// A line of nothing but two dashes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Delimiter {
    /// "-- " as the mail standards have it: all below is signature.
    Standard,
    /// "--", which people also draw between two paragraphs.
    Bare,
}

/// Reads a delimiter off a line from its first solid byte to its end.
pub(super) fn delimiter(rest: &[u8]) -> Option<Delimiter> {
    let after = rest.strip_prefix(b"--")?;
    match after {
        _ if !after.iter().take(8).all(u8::is_ascii_whitespace) || after.len() > 8 => None,
        [b' ' | b'\t', ..] => Some(Delimiter::Standard),
        _ => Some(Delimiter::Bare),
    }
}

/// Lines a mail program adds by itself, whatever follows.
const PROGRAM_LINES: &[&str] = &[
    "get outlook for",
    "get bluemail for",
    "get typeapp for",
    "von meinem iphone gesendet",
    "von meinem ipad gesendet",
];

/// Lines a mail program adds, if they also name a device or a program.
const SENT_LINES: &[&str] = &[
    "sent from",
    "sent via",
    "sent with",
    "sent using",
    "gesendet von",
    "gesendet mit",
    "envoyé de",
    "enviado desde",
];

const PROGRAMS: &[&str] = &[
    "iphone",
    "ipad",
    "phone",
    "mobile",
    "handy",
    "android",
    "samsung",
    "galaxy",
    "huawei",
    "xiaomi",
    "pixel",
    "blackberry",
    "nokia",
    "outlook",
    "yahoo",
    "gmail",
    "mail for",
    "mail app",
    "proton",
    "tuta",
    "device",
    "tablet",
    "windows",
    "web form",
    "website",
    "contact form",
    "messenger",
    "whatsapp",
    "facebook",
    "gmx",
    "web.de",
    "aol",
    "zoho",
    "thunderbird",
    "icloud",
];

/// Words of a sentence: "Sent via the website last week, no answer" is the customer's own.
const TOLD: &[&str] = &[
    "last",
    "week",
    "yesterday",
    "today",
    "ago",
    "not",
    "never",
    "but",
    "still",
    "no",
    "yet",
    "and",
];

/// Whether the line was added by a mail program: "Sent from my iPhone", "Get Outlook for iOS".
pub(super) fn is_device_line(view: &[u8]) -> bool {
    if starts_any(view, PROGRAM_LINES) {
        return view.len() <= 2 * MAX_DEVICE;
    }
    let told =
        |word: &[u8]| TOLD.iter().any(|known| bare(word).eq_ignore_ascii_case(known.as_bytes()));
    starts_any(view, SENT_LINES)
        && view.len() <= MAX_DEVICE
        && !view.contains(&b'?')
        && holds_any(view, PROGRAMS)
        && !words(view).any(told)
}

/// How a disclaimer begins, by first letter.
fn disclaimers(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'a' => &["any views"],
        b'c' => &["confidential"],
        b'd' => &["disclaimer", "diese e-mail", "diese nachricht", "der inhalt dieser"],
        b'i' => &[
            "if you are not the",
            "if you have received this",
            "if you received this",
            "important notice",
        ],
        b'l' => &["legal notice"],
        b'n' => &["notice:"],
        b'p' => &["privileged"],
        b't' => &[
            "this e-mail",
            "this email",
            "this message",
            "this communication",
            "this transmission",
            "this electronic",
            "the information",
            "the content",
        ],
        _ => &[],
    }
}

/// What a disclaimer speaks of, by first letter.
fn legalese(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'a' => &["addressee", "attachment"],
        b'c' => &["confidential"],
        b'd' => &["disclos"],
        b'e' => &["error", "empfänger"],
        b'i' => &["intended", "information"],
        b'n' => &["notify the sender"],
        b'p' => &["privileged"],
        b'r' => &["recipient"],
        b's' => &["solely", "sole use"],
        b'u' => &["unauthori", "unbefugt"],
        b'v' => &["vertraulich"],
        _ => &[],
    }
}

/// Whether the paragraph beginning at `rest` is a disclaimer.
///
/// It takes a customary beginning and two customary words: "This email is not intended as a
/// complaint" is the customer's own.
pub(super) fn is_disclaimer(rest: &[u8]) -> bool {
    starts(rest, "please consider the environment before printing")
        || (starts_any(rest, disclaimers(rest[0])) && legal_words(window(rest, 300)) >= 2)
}

/// How many words of `legalese`, told apart by their first letter, words of `text` begin with.
fn legal_words(text: &[u8]) -> u32 {
    let begins = (1..text.len()).filter(|at| text[at - 1] <= b' ').map(|at| &text[at..]);
    let legal = begins.filter(|word| starts_any(word, legalese(word[0])));
    legal.fold(0_u32, |found, word| found | 1 << (word[0] & 31)).count_ones()
}

/// Closing phrases by first letter; a name may follow on the same line where a regard is sent.
fn closings(first: u8) -> &'static [&'static str] {
    match first.to_ascii_lowercase() {
        b'a' => &["all the best", "atentamente"],
        b'b' => &["best regards", "best wishes", "best", "beste grüße", "br"],
        b'c' => &["cheers", "cordially", "cordialement"],
        b'f' => &["freundliche grüße"],
        b'g' => &["greetings", "grüße"],
        b'k' => &["kind regards", "kindest regards", "kr"],
        b'l' => &["lg", "liebe grüße"],
        b'm' => &[
            "many thanks",
            "mit freundlichen grüßen",
            "mit freundlichem gruß",
            "mfg",
            "much appreciated",
        ],
        b'r' => &["regards", "respectfully yours", "respectfully", "rgds"],
        b's' => &["sincerely yours", "sincerely", "saludos"],
        b't' => THANKS,
        b'v' => &["very truly yours", "viele grüße", "vg"],
        b'w' => &[
            "warm regards",
            "warmest regards",
            "warmly",
            "with best regards",
            "with kind regards",
            "with regards",
            "with thanks",
        ],
        b'y' => &["yours sincerely", "yours faithfully", "yours truly", "yours"],
        _ => &[],
    }
}

const THANKS: &[&str] = &[
    "thanks and regards",
    "thanks & regards",
    "thanks &amp; regards",
    "thank you and regards",
    "thank you in advance",
    "thanks in advance",
    "thanks again",
    "thanks so much",
    "thanks a lot",
    "thank you very much",
    "thank you",
    "thanks",
    "thx",
    "take care",
];

/// Whether the line is a closing phrase: "Best regards," or "Kind regards, Ann Lee".
pub(super) fn is_closing(view: &[u8]) -> bool {
    view.len() <= MAX_CARD
        && closings(view[0])
            .iter()
            .any(|phrase| starts(view, phrase) && is_closed(view, phrase.len()))
}

/// Whether only punctuation follows the phrase, or a name where the phrase sends regards.
fn is_closed(view: &[u8], len: usize) -> bool {
    let (phrase, rest) = view.split_at(len);
    let is_end = |byte: &u8| b" ,.!;-".contains(byte);
    rest.iter().all(is_end)
        || (holds_any(phrase, &["regards", "sincerely", "grüße"]) && is_name(rest))
}

/// One to four words with a capital, set off by a blank or a comma.
fn is_name(rest: &[u8]) -> bool {
    let set_off = matches!(rest, [b' ' | b',', ..]);
    let rest = rest.strip_prefix(b",").unwrap_or(rest);
    set_off
        && words(rest).count() <= 4
        && words(rest).all(is_capital)
        && !rest.iter().any(|byte| b"?!:".contains(byte))
}

fn is_capital(word: &[u8]) -> bool {
    word[0].is_ascii_uppercase() || !word[0].is_ascii()
}

/// Labels of a line that says how to reach the sender.
const CONTACT: &[&str] = &[
    "tel", "phone", "mobile", "mob", "cell", "fax", "email", "e-mail", "mail", "web", "www",
    "http", "t:", "m:", "p:", "e:", "f:", "w:", "o:", "c:", "direct", "office", "skype",
];

/// What a number may belong to that bears on the inquiry.
const MATTERS: &[&str] = &[
    "order",
    "invoice",
    "ticket",
    "account",
    "acct",
    "error",
    "code",
    "serial",
    "version",
    "model",
    "case",
    "ref",
    "reference",
    "customer",
    "booking",
    "policy",
    "tracking",
    "contract",
    "member",
    "membership",
    "no",
    "number",
    "id",
];

/// Whether a line below a closing looks like part of the sender's card: a name, a title, a
/// company, a phone number.
///
/// Anything like a sentence, a question, a postscript or a number that bears on the inquiry
/// does not; then the closing and all below it stay. `above` lines of the card stand above.
pub(super) fn is_card(view: &[u8], above: u8) -> bool {
    if view.len() > MAX_CARD || view.iter().any(|byte| b"?!".contains(byte)) || is_postscript(view)
    {
        return false;
    }
    let may_reach = view.iter().any(|byte| b":.@/+".contains(byte) || byte.is_ascii_digit());
    if may_reach && starts_any(view, CONTACT) {
        return words(view).count() <= 6;
    }
    !view.contains(&b':') && !is_sentence(view, above) && !names_a_matter(view)
}

fn is_postscript(view: &[u8]) -> bool {
    starts_any(view, &["p.s", "ps:", "ps.", "ps ", "ps,", "ps-"])
}

/// Many words, too few of them with a capital, or a full stop after several. Below a name, half of
/// them will do: "Warehouse manager".
fn is_sentence(view: &[u8], above: u8) -> bool {
    let (mut count, mut small) = (0, 0);
    for word in words(view) {
        count += 1;
        small += usize::from(word[0].is_ascii_lowercase() && !word.contains(&b'@'));
    }
    count > 8
        || (count > 1 && small * 2 + usize::from(above == 0) > count)
        || (count > 3 && view.ends_with(b"."))
}

fn names_a_matter(view: &[u8]) -> bool {
    let is_matter =
        |word: &[u8]| MATTERS.iter().any(|known| bare(word).eq_ignore_ascii_case(known.as_bytes()));
    view.iter().any(u8::is_ascii_digit) && words(view).any(is_matter)
}

/// A word without the punctuation around it.
fn bare(word: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let from = word.iter().position(is_part).unwrap_or(word.len());
    let to = word.iter().rposition(is_part).map_or(from, |last| last + 1);
    &word[from..to]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: impl Fn(&[u8]) -> bool, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(rule(text.as_bytes()), "{text}");
        }
        for text in no {
            assert!(!rule(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn delimiters_are_two_dashes_alone() {
        let table = [
            ("-- \n", Some(Delimiter::Standard)),
            ("-- \r\n", Some(Delimiter::Standard)),
            ("--\n", Some(Delimiter::Bare)),
            ("--", Some(Delimiter::Bare)),
            ("---\n", None),
            ("-- and more", None),
            ("-\n", None),
        ];
        for (text, expected) in table {
            assert_eq!(delimiter(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn device_lines_name_a_program() {
        check(
            is_device_line,
            &[
                "Sent from my iPhone",
                "Sent from my Samsung Galaxy smartphone.",
                "Sent from Mail for Windows",
                "Sent via the contact form",
                "Get Outlook for iOS<https://a.example/o>",
                "Von meinem iPhone gesendet",
                "Gesendet von Outlook für Android",
            ],
            &[
                "Sent via courier",
                "Sent from my phone last week, no answer",
                "Sent from my iPhone?",
                "Sent with the wrong address on the label of my phone, and it has never arrived since then",
                "Get out of here",
                "Get Out",
            ],
        );
    }

    #[test]
    fn disclaimers_speak_of_secrets() {
        check(
            is_disclaimer,
            &[
                "This e-mail and any attachments are confidential and for the addressee.",
                "CONFIDENTIALITY NOTICE: for the intended recipient only",
                "If you have received this message in error, notify the sender.",
                "Diese E-Mail ist vertraulich und nur für den Empfänger",
                "Please consider the environment before printing this page",
            ],
            &[
                "This email is not intended as a complaint",
                "This email and any other mail bounces",
                "The information on my bill is wrong",
                "Any views on the offer?",
                "Confidential papers were printed twice",
            ],
        );
    }

    #[test]
    fn closings_are_a_line_of_their_own() {
        check(
            is_closing,
            &[
                "Best regards,",
                "KIND REGARDS",
                "Thanks!",
                "Thank you.",
                "Cheers -",
                "Regards, Ann Lee",
                "Mit freundlichen Grüßen",
            ],
            &[
                "Thanks, but it still fails",
                "Best regards to your technician who broke it",
                "Thank you for nothing",
                "Best offer is gone",
                "Regards Is It Broken?",
                "Brown smoke",
                "x",
            ],
        );
    }

    #[test]
    fn cards_hold_no_sentence() {
        assert!(is_card(b"Warehouse manager", 1) && !is_card(b"not at all", 1));
        check(
            |view| is_card(view, 0),
            &[
                "Ann Lee",
                "ann",
                "Head of Sales",
                "+1 555 0100",
                "Tel: 555 0100",
                "ann@a.example",
                "www.a.example",
                "12 High Street",
                "Büro Köln",
            ],
            &[
                "Can you call me?",
                "it does not print",
                "My order 1234",
                "Error: E42",
                "PS: it smokes",
                "P.S. Hello",
                "Help!",
                "Printer broken",
                "This One Is Broken Again.",
                "Account No. 12",
            ],
        );
    }
}
