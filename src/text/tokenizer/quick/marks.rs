//! Which bytes of a window are what: sixteen at a time where that is known to be possible, else
//! eight. A test holds both ways together.

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86_64;

/// As many bytes as a register has bits.
pub(super) const WINDOW: usize = u64::BITS as usize;

/// A bit for each byte of a window, the first byte's lowest.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marks {
    /// ASCII letters.
    pub(super) letters: u64,
    pub(super) apostrophes: u64,
    /// ASCII letters that are capitals.
    pub(super) capitals: u64,
}

impl Marks {
    #[inline(always)]
    pub(super) fn of(bytes: &[u8; WINDOW]) -> Self {
        #[cfg(target_arch = "x86_64")]
        return x86_64::marks(bytes);
        #[cfg(not(target_arch = "x86_64"))]
        return portable::marks(bytes);
    }

    /// Those behind the first `count` bytes.
    #[inline]
    pub(super) fn from(self, count: usize) -> Self {
        let behind = |marks: u64| marks.checked_shr(count as u32).unwrap_or(0);
        Self {
            letters: behind(self.letters),
            apostrophes: behind(self.apostrophes),
            capitals: behind(self.capitals),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One by one.
    fn expected(bytes: &[u8; WINDOW]) -> Marks {
        let marks = |is: fn(&u8) -> bool| {
            bytes.iter().rev().fold(0, |marks, byte| marks << 1 | u64::from(is(byte)))
        };
        Marks {
            letters: marks(u8::is_ascii_alphabetic),
            apostrophes: marks(|&byte| byte == b'\''),
            capitals: marks(u8::is_ascii_uppercase),
        }
    }

    #[test]
    fn bytes_are_told_one_by_one() {
        let text = b"Isn't it 'Zany', that [a] {B} or `C` @ 9? \xC3\x84\xC3\xB6 yes\0\r\n\x7F it IS an 'X'.";
        for byte in 0..=u8::MAX {
            for place in 0..WINDOW {
                let mut bytes = *text.first_chunk().expect("a window of text");
                bytes[place] = byte;
                assert_eq!(Marks::of(&bytes), expected(&bytes), "{bytes:?}");
                assert_eq!(portable::marks(&bytes), expected(&bytes), "{bytes:?}");
            }
        }
    }
}
