//! HTML entities: those that are part of a word (`can&#39;t`, `caf&eacute;`) and those that are white
//! space (`&nbsp;`).
//!
//! Cleaning leaves the first kind in what is kept, and the tokenizer reads it as the character it
//! stands for. Both ask [`in_word`], so that they never disagree.

/// Length of an entity such as `&nbsp;`, `&#39;` or `&#x27;` at the start of `bytes`, known or not.
pub(crate) fn len(bytes: &[u8]) -> Option<usize> {
    let (from, is_part): (usize, fn(&u8) -> bool) = match bytes {
        [b'&', b'#', b'x' | b'X', ..] => (3, u8::is_ascii_hexdigit),
        [b'&', b'#', ..] => (2, u8::is_ascii_digit),
        [b'&', first, second, ..] if first.is_ascii_alphabetic() && *second != b';' => {
            (1, u8::is_ascii_alphanumeric)
        }
        _ => return None,
    };
    let len = bytes[from..].iter().take(9).take_while(|byte| is_part(byte)).count();
    (len > 0 && bytes.get(from + len) == Some(&b';')).then_some(from + len + 1)
}

/// The character that the entity at `at` adds to a word, and the entity's length: a letter, or an
/// apostrophe with a letter behind it where a word stands in front (`after_word`).
pub(crate) fn in_word(text: &str, at: usize, after_word: bool) -> Option<(char, usize)> {
    let rest = text.get(at..)?;
    let (c, len) = decode(rest.as_bytes())?;
    let is_part = match c {
        '\'' => after_word && begins_with_letter(&rest[len..]),
        _ => c.is_alphabetic(),
    };
    is_part.then_some((c, len))
}

/// Whether `bytes` begin with an entity that stands for a letter.
pub(crate) fn is_letter(bytes: &[u8]) -> bool {
    decode(bytes).is_some_and(|(c, _)| c.is_alphabetic())
}

/// Length of the entity that `bytes` begin with, if it stands for white space.
pub(crate) fn space_len(bytes: &[u8]) -> Option<usize> {
    decode(bytes).filter(|(c, _)| c.is_whitespace()).map(|(_, len)| len)
}

fn begins_with_letter(rest: &str) -> bool {
    is_letter(rest.as_bytes()) || rest.starts_with(char::is_alphabetic)
}

/// What the entity that `bytes` begin with stands for, if it is of a kind that matters here. All
/// apostrophes are one.
fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let len = len(bytes)?;
    let c = match &bytes[1..len - 1] {
        [b'#', b'x' | b'X', digits @ ..] => numbered(digits, 16),
        [b'#', digits @ ..] => numbered(digits, 10),
        name => named(name),
    };
    c.map(|c| (c, len))
}

fn numbered(digits: &[u8], radix: u32) -> Option<char> {
    let digits = std::str::from_utf8(digits).ok()?;
    match u32::from_str_radix(digits, radix).ok()? {
        // The numbers of the Windows code page, which browsers understand too.
        145 | 146 | 0x2018 | 0x2019 => Some('\''),
        number => char::from_u32(number),
    }
}

fn named(name: &[u8]) -> Option<char> {
    match name {
        b"apos" | b"rsquo" | b"lsquo" => Some('\''),
        b"nbsp" => Some('\u{a0}'),
        b"ensp" | b"emsp" | b"thinsp" => Some(' '),
        _ => {
            let at = LATIN.iter().position(|known| known.as_bytes() == name)?;
            char::from_u32(FIRST_OF_LATIN + at as u32)
        }
    }
}

const FIRST_OF_LATIN: u32 = 0xC0;

/// The names of Latin-1 from `À` on.
const LATIN: [&str; 64] = [
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute",
    "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
    "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute",
    "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
    "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
    "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml", "yacute", "thorn", "yuml",
];

/// The characters of a text, with what entities add to words put in their place.
#[derive(Clone)]
pub(crate) struct Chars<'t> {
    text: &'t str,
    at: usize,
    after_word: bool,
}

impl<'t> Chars<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0, after_word: false }
    }

    /// Where in the text the next character begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }
}

impl Iterator for Chars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let first = self.text[self.at..].chars().next()?;
        let entity = if first == '&' { in_word(self.text, self.at, self.after_word) } else { None };
        let (c, len) = entity.unwrap_or((first, first.len_utf8()));
        self.at += len;
        self.after_word = c.is_alphanumeric();
        Some(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Chars::new(text).collect()
    }

    #[test]
    fn entities_have_a_short_exact_shape() {
        for text in ["&nbsp;", "&amp;", "&#39;", "&#x27;", "&frac12;", "&lt;"] {
            assert_eq!(len(format!("{text}x").as_bytes()), Some(text.len()));
        }
        for text in
            ["&", "& co;", "&T wrote;", "&d;", "&#;", "&#x;", "&toolongentity;", "&nbsp", "&#12x;"]
        {
            assert_eq!(len(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn apostrophes_inside_words_are_read() {
        for entity in [
            "&#39;", "&#039;", "&#x27;", "&#X27;", "&apos;", "&rsquo;", "&lsquo;", "&#8217;",
            "&#8216;", "&#x2019;", "&#x2018;", "&#146;",
        ] {
            assert_eq!(read(&format!("can{entity}t")), "can't", "{entity}");
            for outside in ["{}can{}", "can {}t", "can{}{}t", "can{}9"] {
                let text = outside.replace("{}", entity);
                assert_eq!(read(&text), text);
            }
        }
    }

    #[test]
    fn letters_are_read() {
        for (text, expected) in [
            ("caf&eacute;", "café"),
            ("&Uuml;ber", "Über"),
            ("gr&#246;&szlig;e", "größe"),
            ("l&#x27;&eacute;t&eacute;", "l'été"),
            ("d&eacute;j&agrave;&rsquo;s", "déjà's"),
            ("&yuml;&Agrave;&#1078;", "ÿÀж"),
        ] {
            assert_eq!(read(text), expected);
        }
    }

    #[test]
    fn white_space_is_told() {
        for text in ["&nbsp;", "&#160;", "&#xa0;", "&ensp;", "&#32;", "&#10;", "&#x2009;"] {
            assert_eq!(space_len(text.as_bytes()), Some(text.len()), "{text}");
        }
        for text in ["&amp;", "&#39;", "&eacute;", "&nbsp", " ", "&NBSP;", "&#8203;"] {
            assert_eq!(space_len(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn other_entities_stay() {
        for text in [
            "R&amp;D",
            "&nbsp;",
            "5&times;4",
            "8&divide;2",
            "&lt;b&gt;",
            "&#xD800;",
            "&#0;",
            "&#x110000;",
            "&#999999999;",
            "&foo;",
            "&eacute",
            "&Eacutes;",
            "&#48;",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn names_are_in_the_order_of_their_letters() {
        for (name, letter) in [("Agrave", 'À'), ("Eacute", 'É'), ("szlig", 'ß'), ("ntilde", 'ñ')]
        {
            assert_eq!(named(name.as_bytes()), Some(letter));
        }
        assert_eq!(named(b"yuml"), Some('\u{ff}'));
    }
}
