//! Snowball's English stemmer ("Porter2") on a buffer of its own: no heap, a few dozen nanoseconds.
//!
//! The rules and their names are those of <https://snowballstem.org/algorithms/english/stemmer.html>.
//! A property test holds it to the crate `rust-stemmers`.

/// Words longer than this are their own stem; no English word is.
pub(super) const LONGEST: usize = 44;

/// Words with a stem of their own.
const EXCEPTIONS: [(&[u8], &[u8]); 18] = [
    (b"andes", b"andes"),
    (b"atlas", b"atlas"),
    (b"bias", b"bias"),
    (b"cosmos", b"cosmos"),
    (b"dying", b"die"),
    (b"early", b"earli"),
    (b"gently", b"gentl"),
    (b"howe", b"howe"),
    (b"idly", b"idl"),
    (b"lying", b"lie"),
    (b"news", b"news"),
    (b"only", b"onli"),
    (b"singly", b"singl"),
    (b"skies", b"sky"),
    (b"skis", b"ski"),
    (b"sky", b"sky"),
    (b"tying", b"tie"),
    (b"ugly", b"ugli"),
];

/// Words that keep their ending once the plural is gone.
const KEPT: [&[u8]; 8] =
    [b"succeed", b"proceed", b"exceed", b"canning", b"inning", b"earring", b"herring", b"outing"];

/// Beginnings after which the first region begins, whatever their vowels.
const PREFIXES: [&[u8]; 3] = [b"arsen", b"commun", b"gener"];

/// Endings, longest first, and what stands in their place.
type Endings = [(&'static [u8], &'static [u8])];

const STEP_2: &Endings = &[
    (b"ational", b"ate"),
    (b"fulness", b"ful"),
    (b"iveness", b"ive"),
    (b"ization", b"ize"),
    (b"ousness", b"ous"),
    (b"biliti", b"ble"),
    (b"lessli", b"less"),
    (b"tional", b"tion"),
    (b"alism", b"al"),
    (b"aliti", b"al"),
    (b"ation", b"ate"),
    (b"entli", b"ent"),
    (b"fulli", b"ful"),
    (b"iviti", b"ive"),
    (b"ousli", b"ous"),
    (b"abli", b"able"),
    (b"alli", b"al"),
    (b"anci", b"ance"),
    (b"ator", b"ate"),
    (b"enci", b"ence"),
    (b"izer", b"ize"),
    (b"bli", b"ble"),
    (b"ogi", b"og"),
    (b"li", b""),
];

const STEP_3: &Endings = &[
    (b"ational", b"ate"),
    (b"tional", b"tion"),
    (b"alize", b"al"),
    (b"ative", b""),
    (b"icate", b"ic"),
    (b"iciti", b"ic"),
    (b"ical", b"ic"),
    (b"ness", b""),
    (b"ful", b""),
];

const STEP_4: &Endings = &[
    (b"ement", b""),
    (b"able", b""),
    (b"ance", b""),
    (b"ence", b""),
    (b"ible", b""),
    (b"ment", b""),
    (b"ant", b""),
    (b"ate", b""),
    (b"ent", b""),
    (b"ion", b""),
    (b"ism", b""),
    (b"iti", b""),
    (b"ive", b""),
    (b"ize", b""),
    (b"ous", b""),
    (b"al", b""),
    (b"er", b""),
    (b"ic", b""),
];

/// A word on its way to its stem.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stem {
    bytes: [u8; LONGEST],
    length: usize,
    /// Where the first region begins: behind the first consonant that follows a vowel.
    first: usize,
    /// The same once more, from there on.
    second: usize,
}

impl Stem {
    /// The word as it stands, cut off at [`LONGEST`] bytes.
    pub(super) fn unchanged(word: &[u8]) -> Self {
        let length = word.len().min(LONGEST);
        let mut bytes = [0; LONGEST];
        bytes[..length].copy_from_slice(&word[..length]);
        Self { bytes, length, first: length, second: length }
    }

    /// The stem of a word of lower-case ASCII letters and apostrophes, of at most [`LONGEST`].
    pub(super) fn of(word: &[u8]) -> Self {
        if let Some((_, stem)) = EXCEPTIONS.iter().find(|(known, _)| *known == word) {
            return Self::unchanged(stem);
        }
        let mut stem = Self::unchanged(word.strip_prefix(b"'").unwrap_or(word));
        if word.len() < 3 {
            return Self::unchanged(word);
        }
        stem.mark_consonants();
        stem.mark_regions();
        stem.step_1a();
        if !KEPT.contains(&stem.as_bytes()) {
            stem.step_1b();
            stem.step_1c();
            stem.step_2();
            stem.step_3();
            stem.step_4();
            stem.step_5();
        }
        stem.bytes.iter_mut().for_each(|byte| byte.make_ascii_lowercase());
        stem
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// A `y` at the beginning or behind a vowel is a consonant, written `Y`.
    fn mark_consonants(&mut self) {
        for at in 0..self.length {
            if self.bytes[at] == b'y' && (at == 0 || is_vowel(self.bytes[at - 1])) {
                self.bytes[at] = b'Y';
            }
        }
    }

    fn mark_regions(&mut self) {
        let prefix = PREFIXES.iter().find(|prefix| self.as_bytes().starts_with(prefix));
        self.first = prefix.map_or_else(|| self.region(0), |prefix| prefix.len());
        self.second = self.region(self.first);
    }

    /// Behind the first consonant that follows a vowel, from `from` on; else the end.
    fn region(&self, from: usize) -> usize {
        let rest = &self.as_bytes()[from..];
        let vowel = rest.iter().position(|&byte| is_vowel(byte)).unwrap_or(rest.len());
        let consonant = rest[vowel..].iter().position(|&byte| !is_vowel(byte));
        consonant.map_or(self.length, |length| from + vowel + length + 1)
    }

    /// Possessives and plurals.
    fn step_1a(&mut self) {
        if let Some(start) = [b"'s'".as_slice(), b"'s", b"'"].iter().find_map(|e| self.ending(e)) {
            self.length = start;
        }
        if let Some(start) = self.ending(b"sses") {
            self.replace(start, b"ss");
        } else if let Some(start) = self.ending(b"ied").or_else(|| self.ending(b"ies")) {
            self.replace(start, if start >= 2 { b"i" } else { b"ie" });
        } else if self.ending(b"us").is_none()
            && self.ending(b"ss").is_none()
            && let Some(start) = self.ending(b"s")
            && self.has_vowel(start.saturating_sub(1))
        {
            self.length = start;
        }
    }

    /// Past tense and participles.
    fn step_1b(&mut self) {
        if let Some(start) = self.ending(b"eedly").or_else(|| self.ending(b"eed")) {
            if start >= self.first {
                self.replace(start, b"ee");
            }
            return;
        }
        let endings = [b"ingly".as_slice(), b"edly", b"ing", b"ed"];
        let Some(start) = endings.iter().find_map(|ending| self.ending(ending)) else { return };
        if self.has_vowel(start) {
            self.length = start;
            self.repair();
        }
    }

    /// What the removal of a past tense leaves: "hop(p)", "siz(e)".
    fn repair(&mut self) {
        match self.as_bytes() {
            [.., b'a', b't'] | [.., b'b', b'l'] | [.., b'i', b'z'] => {
                self.replace(self.length, b"e")
            }
            [.., one, two] if one == two && b"bdfgmnprt".contains(two) => self.length -= 1,
            _ if self.length == self.first && self.ends_short(self.length) => {
                self.replace(self.length, b"e");
            }
            _ => {}
        }
    }

    /// "cry" and "cri" are one.
    fn step_1c(&mut self) {
        if let [_, .., before, b'y' | b'Y'] = self.as_bytes()
            && !is_vowel(*before)
        {
            self.replace(self.length - 1, b"i");
        }
    }

    fn step_2(&mut self) {
        let Some((ending, start, with)) = self.longest(STEP_2) else { return };
        let before = self.as_bytes()[..start].last().copied().unwrap_or_default();
        let applies = match ending {
            b"ogi" => before == b'l',
            b"li" => b"cdeghkmnrt".contains(&before),
            _ => true,
        };
        if applies && start >= self.first {
            self.replace(start, with);
        }
    }

    fn step_3(&mut self) {
        let Some((ending, start, with)) = self.longest(STEP_3) else { return };
        if start >= self.first && (ending != b"ative" || start >= self.second) {
            self.replace(start, with);
        }
    }

    fn step_4(&mut self) {
        let Some((ending, start, _)) = self.longest(STEP_4) else { return };
        let before = self.as_bytes()[..start].last();
        if start >= self.second && (ending != b"ion" || matches!(before, Some(b's' | b't'))) {
            self.length = start;
        }
    }

    /// A last `e` or double `l`.
    fn step_5(&mut self) {
        let start = self.length.saturating_sub(1);
        let applies = match self.as_bytes() {
            [.., b'e'] => start >= self.second || (start >= self.first && !self.ends_short(start)),
            [.., b'l', b'l'] => start >= self.second,
            _ => false,
        };
        if applies {
            self.length = start;
        }
    }

    /// Where `ending` starts, if the word ends with it.
    fn ending(&self, ending: &[u8]) -> Option<usize> {
        self.as_bytes().strip_suffix(ending).map(<[u8]>::len)
    }

    /// The longest of these endings that the word has, where it starts, and what replaces it.
    fn longest(&self, endings: &Endings) -> Option<(&'static [u8], usize, &'static [u8])> {
        let last = self.as_bytes().last()?;
        let mut endings = endings.iter().filter(|(ending, _)| ending.last() == Some(last));
        endings.find_map(|&(ending, with)| Some((ending, self.ending(ending)?, with)))
    }

    fn has_vowel(&self, before: usize) -> bool {
        self.bytes[..before].iter().any(|&byte| is_vowel(byte))
    }

    /// Whether what stands before `end` ends in a short syllable: "hop", "at".
    fn ends_short(&self, end: usize) -> bool {
        match &self.bytes[..end] {
            [.., before, vowel, last]
                if !is_vowel(*before)
                    && is_vowel(*vowel)
                    && !is_vowel(*last)
                    && !matches!(last, b'w' | b'x' | b'Y') =>
            {
                true
            }
            [vowel, last] => is_vowel(*vowel) && !is_vowel(*last),
            _ => false,
        }
    }

    /// Replaces everything from `start` on; endings never grow past the buffer.
    fn replace(&mut self, start: usize, with: &[u8]) {
        let end = (start + with.len()).min(LONGEST);
        self.bytes[start..end].copy_from_slice(&with[..end - start]);
        self.length = end;
    }
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}
