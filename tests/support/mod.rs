//! What several test files need. Each uses a part of it.
#![allow(dead_code, unreachable_pub)]

#[path = "../../fuzz/src/lib.rs"]
pub mod bodies;

use std::path::{Path, PathBuf};

/// Xorshift (G. Marsaglia 2003): the same numbers in every run and on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 16) as usize % limit.max(1)
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.next() >> 24) as u8).collect()
    }
}

/// A path inside the repository.
pub fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The files of a folder in the order of their names; none where there is no such folder.
pub fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(here(folder)).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let name = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut files: Vec<_> =
        files.map(|entry| (name(&entry), std::fs::read(entry.path()).unwrap())).collect();
    files.sort();
    files
}

/// Runs a body of a fuzz target over its stored corpus; says which file it was that failed.
pub fn run_corpus(target: &str, body: fn(&[u8])) {
    let inputs = files(&format!("fuzz/corpus/{target}"));
    assert!(inputs.len() > 3, "the corpus of {target} is gone");
    for (name, bytes) in &inputs {
        let run = std::panic::catch_unwind(|| body(bytes));
        assert!(run.is_ok(), "fuzz/corpus/{target}/{name} fails: the panic stands above");
    }
    println!("{target}: {} inputs", inputs.len());
}
