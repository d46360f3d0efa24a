//! The same text gives the same answer everywhere, the same data the same model.
//!
//! After a change of the bundled model or of the reading of text:
//! ```text
//! UPDATE_GOLDEN=1 cargo test --test determinism golden
//! ```
//! writes the new answers into `tests/data/golden.tsv`; the inquiries in it stay.
#![cfg(feature = "bundled")]

mod support;

#[allow(unreachable_pub, reason = "shared with crates of their own")]
#[path = "support/golden.rs"]
mod golden;

use support::here;

/// Set to write what the tests otherwise compare with.
fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

#[test]
fn golden_answers_are_exactly_the_stored_ones() {
    if is_update() {
        let lines: String = golden::answered().map(|line| line + "\n").collect();
        std::fs::write(here("tests/data/golden.tsv"), lines).unwrap();
        return;
    }
    let mismatches = golden::mismatches();
    let first = mismatches.first();
    assert!(
        mismatches.is_empty(),
        "{} of {} answers changed, the first: {first:#?}\n\
         If that is meant: UPDATE_GOLDEN=1 cargo test --test determinism golden",
        mismatches.len(),
        golden::GOLDEN.lines().count(),
    );
}

#[test]
fn golden_inquiries_show_every_kind_of_answer() {
    let lines: Vec<Vec<&str>> = golden::GOLDEN.lines().map(|l| l.split('\t').collect()).collect();
    assert!(lines.len() >= 500, "{} inquiries", lines.len());
    let share = |column: usize, value: &str| lines.iter().filter(|l| l[column] == value).count();
    for (column, value) in [(0, "service"), (0, "technical"), (1, "1"), (1, "2"), (1, "3")] {
        assert!(share(column, value) >= 25, "{value}: {}", share(column, value));
    }
    let reasons: std::collections::BTreeSet<_> = lines.iter().map(|line| line[5]).collect();
    assert!(reasons.contains("-") && reasons.len() >= 5, "{reasons:?}");
}

/// Training is a pure function of its rows and settings.
#[cfg(feature = "train")]
mod training {
    use std::path::{Path, PathBuf};

    use deskhand::train::corpus::{self, Source};
    use deskhand::train::settings::Settings;
    use deskhand::train::{trainer, vectors::Vectors};

    use super::support::{Random, here};

    const FILES: [&str; 2] = ["written-varied-1", "written-varied-4"];

    fn small() -> Settings {
        let name = "toy".to_owned();
        let (min_stem_inquiries, min_pair_inquiries, max_pairs) = (8, 6, 200);
        Settings {
            name,
            min_stem_inquiries,
            min_pair_inquiries,
            max_pairs,
            folds: 2,
            ..Settings::default()
        }
    }

    fn trained(sources: &[Source]) -> Vec<u8> {
        trainer::train(sources, &Vectors::none(), &small(), |_, _| ()).unwrap().bytes
    }

    /// The first rows of two corpora of ours.
    fn sources() -> Vec<Source> {
        FILES.map(|name| Source::parse(name, first_rows(name).as_bytes()).unwrap()).into()
    }

    fn first_rows(name: &str) -> String {
        let text = std::fs::read_to_string(here(&format!("models/corpus/{name}.jsonl"))).unwrap();
        text.lines().take(250).flat_map(|line| [line, "\n"]).collect()
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bytes() {
        let sources = sources();
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| trained(&sources))
        };
        let alone = with(1);
        assert!(alone == with(2), "two threads gave another model");
        assert!(alone == with(7), "seven threads gave another model");
        keep(&alone);
    }

    /// While a format is not released yet, `UPDATE_GOLDEN=1 cargo test --features train --test
    /// determinism` writes its small model anew. Once released, the file stays as it is for ever.
    fn keep(model: &[u8]) {
        if super::is_update() {
            let version = u32::from_le_bytes(model[16..20].try_into().unwrap());
            std::fs::write(here(&format!("tests/data/format-{version}.deskhand")), model).unwrap();
        }
    }

    /// Files in folders of any name, named in any order.
    #[test]
    fn the_order_of_files_does_not_matter() {
        let folder = Folder::new();
        let mut paths: Vec<_> = FILES
            .into_iter()
            .zip(["z", "a"])
            .map(|(name, part)| folder.file(part, name, &first_rows(name)))
            .collect();
        let first = corpus::read(&paths).unwrap();
        let mut random = Random(3);
        for _ in 0..4 {
            let (a, b) = (random.below(paths.len()), random.below(paths.len()));
            paths.swap(a, b);
            assert_eq!(corpus::read(&paths).unwrap(), first);
        }
        paths.reverse();
        assert_eq!(corpus::read(&paths).unwrap(), first);
        assert_eq!(corpus::read(&[folder.path("z"), folder.path("a")]).unwrap(), first);
        assert_eq!(first, sources());
    }

    /// A folder of its own that is removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let name = format!("deskhand-determinism-{}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }

        fn path(&self, part: &str) -> PathBuf {
            self.0.join(part)
        }

        fn file(&self, part: &str, name: &str, text: &str) -> PathBuf {
            std::fs::create_dir_all(self.path(part)).unwrap();
            let path = Path::new(&self.path(part)).join(format!("{name}.jsonl"));
            std::fs::write(&path, text).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
