//! What the fuzz targets do with their bytes. The tests of the crate include this very file and run
//! the same bodies over the stored corpora, so that a finding stays found.

pub mod laws;
pub mod model_bytes;

use std::sync::LazyLock;

use deskhand::{Classifier, Inquiry, Scratch};

use self::laws::Laws;
use self::model_bytes::{Patches, TEXTS};

/// The clerks that texts are tried on; checked once.
static LAWS: LazyLock<Laws> = LazyLock::new(|| Laws::of(small_clerk()));

/// A clerk with the small model that is kept beside the tests.
pub fn small_clerk() -> Classifier {
    Classifier::from_bytes(&model_bytes::small_model()).expect("the kept model loads")
}

/// Bytes as a model: as they are, and as patches on a sound model, with the checksum repaired.
pub fn model(data: &[u8]) {
    let _ = model_bytes::try_load(data, TEXTS);
    let _ = model_bytes::try_load(&model_bytes::repaired(data.to_vec()), TEXTS);
    let mut patched = model_bytes::small_model();
    Patches::read(data).apply(&mut patched);
    let _ = model_bytes::try_load(&model_bytes::repaired(patched), TEXTS);
}

/// Bytes as an inquiry: what stands before the first line feed is the subject line.
pub fn triage(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (subject, body) = text.split_once('\n').unwrap_or(("", &text));
    LAWS.hold(Inquiry::new(body).subject(subject), &mut Scratch::new());
}

/// Each byte as a piece of a mail: quotation marks, attributions, signatures, tags, words.
pub fn cleaner(data: &[u8]) {
    let body = laws::assemble(data);
    let mut scratch = Scratch::new();
    LAWS.hold(Inquiry::new(&body), &mut scratch);
    LAWS.hold(Inquiry::new(&laws::quoted(&body)).subject(&body), &mut scratch);
}

/// Bytes as labelled inquiries.
#[cfg(feature = "train")]
pub fn corpus_lines(data: &[u8]) {
    use deskhand::train::corpus::Source;
    let written = data.split(|&b| b == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
    match Source::parse("fuzz", data) {
        Ok(source) => assert_eq!(source.rows.len(), written, "a row a line"),
        Err(error) => assert!(error.to_string().starts_with("fuzz, line "), "{error}"),
    }
}
