//! Model files made wrong on purpose.

use std::ops::Range;

use deskhand::{Classifier, ModelError, Policy};
use xxhash_rust::xxh3::xxh3_64;

/// The small model of format version 1 that is kept beside the tests for ever.
pub static SMALL_MODEL: &[u8] = include_bytes!("../../tests/data/format-1.deskhand");
/// The model that is compiled into the crate.
pub static BUNDLED_MODEL: &[u8] = include_bytes!("../../models/english.deskhand");

/// Where things stand in the header; see `src/model/format.rs`.
pub const VERSION: Range<usize> = 16..20;
pub const PIPELINE: Range<usize> = 20..24;
pub const LENGTH: Range<usize> = 24..32;
pub const CHECKSUM: Range<usize> = 32..40;
pub const COUNT: Range<usize> = 40..44;
pub const SECTIONS: usize = 48;
/// Bytes of a line of the section table: letters, flags, offset, length.
pub const SECTION: usize = 24;

/// The small model as a file of this very program: the way of cutting text is told apart from the
/// format, and a change of the former is no reason to drop the file.
pub fn small_model() -> Vec<u8> {
    let mut model = SMALL_MODEL.to_vec();
    model[PIPELINE].copy_from_slice(&BUNDLED_MODEL[PIPELINE]);
    model
}

/// The bytes with the length and checksum that a careful forger would give them.
pub fn repaired(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = bytes.len() as u64;
    if let Some(field) = bytes.get_mut(LENGTH) {
        field.copy_from_slice(&length.to_le_bytes());
    }
    if let Some(checked) = bytes.get(CHECKSUM.end..) {
        let sum = xxh3_64(checked);
        bytes[CHECKSUM].copy_from_slice(&sum.to_le_bytes());
    }
    bytes
}

/// Texts that take every path: known and unknown words, pairs, shapes, other scripts.
pub const TEXTS: &[&str] = &[
    "",
    "The scanner app crashes on start since the update, error 0x80070005 at C:\\Temp\\a.log",
    "I was charged twice, please refund £12.50 to jo@example.org",
    "qzx vlorp grumblefutz's naïve \u{65e5}\u{672c}\u{8a9e} \u{1f600}\u{1f600} cafe\u{301}",
    "> quoted\n\nOn Mon, 5 Jan 2026 at 10:12, Ann wrote:\n> more\n-- \nAnn",
];

/// Loads the bytes and, where they load, makes sure that nothing fails later on these texts.
pub fn try_load(bytes: &[u8], texts: &[&str]) -> Result<(), ModelError> {
    let clerk = Classifier::from_bytes(bytes).inspect_err(|error| {
        let message = error.to_string();
        assert!(message.len() < 300 && !message.chars().any(char::is_control), "{message:?}");
    })?;
    for text in texts {
        use_it(&clerk, text);
    }
    describe(&clerk, bytes.len());
    Ok(())
}

/// Asks a clerk whatever there is to ask about a text.
pub fn use_it(clerk: &Classifier, text: &str) {
    let triage = clerk.triage(text);
    let why = clerk.explain(text);
    assert_eq!(why.triage(), triage);
    let sum: i32 = why.evidence().iter().map(|word| word.desk()).sum();
    assert_eq!(sum + why.desk_bias(), triage.margin());
    assert!((0.5..=1.0).contains(&triage.probability()));
    assert!((triage.tier_probabilities().iter().sum::<f32>() - 1.0).abs() < 1e-5);
}

fn describe(clerk: &Classifier, size: usize) {
    let info = clerk.model();
    assert_eq!(info.size(), size);
    assert!(info.metrics().all(|(_, value)| value.is_finite()));
    let _ = (info.name(), info.version(), info.languages(), info.training_data().count());
    if let Ok(strict) = Policy::default().target_accuracy(0.9) {
        let _ = clerk.with_policy(strict);
    }
}

/// Changes to a file, read off any bytes.
pub struct Patches<'a>(&'a [u8]);

/// The part of a small model that holds all but the tables: header, description, outputs, curve.
const FRONT: usize = 2368;

impl<'a> Patches<'a> {
    pub fn read(data: &'a [u8]) -> Self {
        Self(data)
    }

    pub fn apply(&self, file: &mut Vec<u8>) {
        for patch in self.0.chunks_exact(12) {
            let [kind, width, at @ .., a, b, c, d, e, f] = patch else { continue };
            let at = at.iter().fold(0, |at, &byte| at << 8 | usize::from(byte));
            let value = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, 0, 0]);
            patch_one(file, *kind, usize::from(width % 8) + 1, at, hostile(value, *width));
        }
    }
}

/// Numbers that loaders get wrong, or the number itself.
fn hostile(value: u64, choice: u8) -> u64 {
    match choice >> 4 {
        0 => 0,
        1 => u64::MAX,
        2 => 1 << 63,
        3 => i64::MAX as u64,
        4 => 1 << 32,
        5 => u64::from(u32::MAX),
        6 => value.wrapping_neg(),
        _ => value,
    }
}

fn patch_one(file: &mut Vec<u8>, kind: u8, width: usize, at: usize, value: u64) {
    let length = file.len().max(1);
    match kind % 8 {
        // A number in the section table.
        0 | 1 => overwrite(file, SECTIONS + at % (6 * SECTION), width, value),
        // A number in front of the tables.
        2 | 3 => overwrite(file, at % FRONT, width, value),
        // A number anywhere.
        4 | 5 => overwrite(file, at % length, width, value),
        6 => file.truncate(at % length),
        _ => file.extend_from_slice(&value.to_le_bytes()),
    }
}

fn overwrite(file: &mut [u8], at: usize, width: usize, value: u64) {
    let end = file.len().min(at + width);
    if let Some(field) = file.get_mut(at..end) {
        field.copy_from_slice(&value.to_le_bytes()[..field.len()]);
    }
}
