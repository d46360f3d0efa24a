//! What fuzzing the readers of rows kept (`fuzz/fuzz_targets/rows.rs`), through the real program.

use std::fs;
use std::path::Path;

use crate::support::pipe;

/// The options that the first byte of a file stands for.
fn options(kind: u8) -> &'static [&'static str] {
    match kind % 4 {
        0 => &["-", "--format", "csv"],
        1 => &["-", "--format", "csv", "--delimiter", ";"],
        2 => &["-", "--format", "tsv"],
        _ => &["-", "--format", "jsonl"],
    }
}

#[test]
fn every_kept_input_is_labelled_or_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/rows");
    let mut tried = 0;
    for file in fs::read_dir(folder).expect("the corpus is there") {
        let bytes = fs::read(file.expect("listed").path()).expect("readable");
        let Some((kind, input)) = bytes.split_first() else { continue };
        let ran = pipe(options(*kind), input);
        match ran.code {
            Some(0) => {
                assert_eq!(count(&ran.err, " in, "), count(&ran.err, " out\n"), "{}", ran.err)
            }
            code => assert_eq!(code, Some(1), "{}", ran.err),
        }
        tried += 1;
    }
    assert!(tried >= 30, "{tried} inputs");
}

/// The number before a word of the summary: `rows    24 in, 24 out`.
fn count<'e>(err: &'e str, word: &str) -> &'e str {
    let before = err.find(word).map(|end| &err[..end]).expect("a summary");
    before.rsplit(' ').next().unwrap_or_default()
}
