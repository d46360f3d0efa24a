//! Model files from anywhere: an error that says what is wrong, or a model that never fails.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use deskhand::{Classifier, ModelError, Scratch};
use support::bodies::model_bytes::{
    BUNDLED_MODEL, COUNT, LENGTH, PIPELINE, Patches, SECTION, SECTIONS, TEXTS, VERSION, repaired,
    small_model, try_load, use_it,
};
use support::{Random, files, run_corpus};

/// Counts what a thread asks for.
struct Counting;

thread_local! {
    static ASKED_FOR: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does the work, the counter is plain data without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED_FOR.set(ASKED_FOR.get().saturating_add(layout.size()));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Loads, and holds the promise on memory and time: what is asked for, all in all, stays below
/// twice the file and 64 kB.
fn load(bytes: &[u8]) -> Result<Classifier, ModelError> {
    let (before, started) = (ASKED_FOR.get(), Instant::now());
    let loaded = Classifier::from_bytes(bytes);
    let asked_for = ASKED_FOR.get() - before;
    assert!(asked_for <= 2 * bytes.len() + 65_536, "{asked_for} bytes for {}", bytes.len());
    assert!(started.elapsed() < Duration::from_secs(5), "loading hangs");
    loaded
}

fn refusal(bytes: &[u8]) -> ModelError {
    load(bytes).expect_err("this must not load")
}

/// A change to the small model, checksum and length repaired.
fn forged(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut model = small_model();
    change(&mut model);
    repaired(model)
}

fn put(model: &mut [u8], at: usize, bytes: &[u8]) {
    model[at..at + bytes.len()].copy_from_slice(bytes);
}

fn number(model: &[u8], at: usize) -> usize {
    u64::from_le_bytes(model[at..at + 8].try_into().unwrap()) as usize
}

/// The sections of format version 1.
const NAMES: [&[u8; 4]; 6] = [b"INFO", b"OUTP", b"CURV", b"WORD", b"PAIR", b"GRAM"];

/// How many heads the small model has: a slope and a bias each.
fn heads() -> usize {
    let model = small_model();
    number(&model, section(&model, b"OUTP").0 + 16) / 16
}

/// Where the line of a section stands in the section table, and where the section begins.
fn section(model: &[u8], letters: &[u8; 4]) -> (usize, usize) {
    let mut lines = (0..NAMES.len()).map(|line| SECTIONS + SECTION * line);
    let line = lines.find(|&line| &model[line..line + 4] == letters).unwrap();
    (line, number(model, line + 8))
}

#[test]
fn every_format_version_keeps_loading() {
    let kept: Vec<_> =
        files("tests/data").into_iter().filter(|(n, _)| n.ends_with(".deskhand")).collect();
    assert!(!kept.is_empty());
    for (name, mut bytes) in kept {
        bytes[PIPELINE].copy_from_slice(&BUNDLED_MODEL[PIPELINE]);
        let clerk = load(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        TEXTS.iter().for_each(|text| use_it(&clerk, text));
    }
}

#[test]
fn a_file_cut_short_is_refused_at_every_byte() {
    let model = small_model();
    for length in 0..model.len() {
        let error = refusal(&model[..length]);
        assert!(matches!(error, ModelError::WrongLength { .. }), "cut at {length}: {error}");
    }
    for length in (0..BUNDLED_MODEL.len()).step_by(997) {
        assert!(matches!(refusal(&BUNDLED_MODEL[..length]), ModelError::WrongLength { .. }));
    }
}

/// The same with length and checksum made to fit: a section is missing or lies outside.
#[test]
fn a_file_cut_short_and_repaired_is_refused() {
    let model = small_model();
    let front = 0..3_000;
    for length in front.chain((3_000..model.len()).step_by(331)).chain([model.len() - 1]) {
        let cut = repaired(model[..length].to_vec());
        assert!(load(&cut).is_err(), "cut at {length}");
    }
}

#[test]
fn every_changed_byte_is_noticed() {
    let mut model = small_model();
    for at in 0..model.len() {
        let change = (at % 255) as u8 + 1;
        model[at] ^= change;
        assert!(Classifier::from_bytes(&model).is_err(), "byte {at} changed by {change}");
        model[at] ^= change;
    }
    assert!(load(&model).is_ok());
}

#[test]
fn every_change_of_a_header_byte_is_noticed() {
    let mut model = small_model();
    for (at, change) in (0..SECTIONS).flat_map(|at| (1..=255).map(move |change| (at, change))) {
        model[at] ^= change;
        assert!(Classifier::from_bytes(&model).is_err(), "byte {at} changed by {change}");
        model[at] ^= change;
    }
}

#[test]
fn changed_bytes_of_the_bundled_model_are_noticed() {
    let mut model = BUNDLED_MODEL.to_vec();
    let mut random = Random(5);
    for _ in 0..1_000 {
        let (at, change) = (random.below(model.len()), random.below(255) as u8 + 1);
        model[at] ^= change;
        assert!(Classifier::from_bytes(&model).is_err(), "byte {at} changed by {change}");
        model[at] ^= change;
    }
}

/// Mutations whose length and checksum a forger made fit.
const MUTATIONS: u64 = 100_000;

#[test]
fn mutations_with_a_right_checksum_load_and_work_or_are_refused() {
    let mut loaded = 0;
    for seed in 1..=MUTATIONS {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let patches = random.bytes(12 * (1 + seed as usize % 4));
        let model = forged(|model| Patches::read(&patches).apply(model));
        let Ok(clerk) = load(&model) else { continue };
        loaded += 1;
        use_it(&clerk, TEXTS[seed as usize % TEXTS.len()]);
        if seed % 100 == 0 {
            try_load(&model, TEXTS).unwrap();
        }
    }
    println!("{MUTATIONS} mutations, {loaded} of them loaded and worked");
    let share = loaded as f64 / MUTATIONS as f64;
    assert!((0.1..0.9).contains(&share), "mutations that test one side only: {share}");
}

#[test]
fn forged_counts_and_places_are_refused() {
    let (info, _) = section(&small_model(), b"INFO");
    let (outputs, _) = section(&small_model(), b"OUTP");
    let all = small_model().len() as u64;
    let list = "section \"list\" of the model has a forged length";
    let outside = "section \"OUTP\" of the model lies outside the file";
    let overlaps = "overlaps what stands before it";
    let table: &[(&str, usize, &[u8], &str)] = &[
        ("count of 4 thousand million", COUNT.start, &u32::MAX.to_le_bytes(), list),
        ("count of 65", COUNT.start, &65u32.to_le_bytes(), list),
        (
            "count of 0",
            COUNT.start,
            &0u32.to_le_bytes(),
            "section \"INFO\" of the model is missing",
        ),
        (
            "count of 5",
            COUNT.start,
            &5u32.to_le_bytes(),
            "section \"GRAM\" of the model is missing",
        ),
        ("offset beyond the file", outputs + 8, &all.to_le_bytes(), outside),
        ("offset of -1", outputs + 8, &u64::MAX.to_le_bytes(), outside),
        ("length beyond the file", outputs + 16, &all.to_le_bytes(), outside),
        ("length of -1", outputs + 16, &u64::MAX.to_le_bytes(), outside),
        ("length of 2^63", outputs + 16, &(1u64 << 63).to_le_bytes(), outside),
        ("section over the header", info + 8, &0u64.to_le_bytes(), overlaps),
        ("section over the section table", info + 8, &64u64.to_le_bytes(), overlaps),
        ("section over the one before", outputs + 8, &256u64.to_le_bytes(), overlaps),
        ("section at an odd place", info + 8, &193u64.to_le_bytes(), "multiple of 64 bytes"),
        (
            "section named twice",
            outputs,
            b"INFO",
            "section \"INFO\" of the model stands there twice",
        ),
        (
            "unknown section",
            outputs,
            b"WHAT",
            "is unknown to this version of deskhand and required",
        ),
        ("terminal codes for a name", outputs, b"\x1b[2J", "section \"\\x1b[2J\" of the model"),
    ];
    for (what, at, bytes, message) in table {
        let error = refusal(&forged(|model| put(model, *at, bytes))).to_string();
        assert!(error.contains(message), "{what}: {error}");
        assert!(error.ends_with(": train or download the model again"), "{what}: {error}");
    }
}

#[test]
fn an_unknown_section_is_skipped_unless_it_is_required() {
    let add = |model: &mut Vec<u8>, flags: u32| {
        // Room for one more line in front of the sections.
        let (_, first) = section(model, b"INFO");
        model.splice(first..first, [0; 64]);
        for line in (0..NAMES.len()).map(|line| SECTIONS + SECTION * line) {
            let start = number(model, line + 8) + 64;
            put(model, line + 8, &(start as u64).to_le_bytes());
        }
        let (grams, _) = section(model, b"GRAM");
        put(model, COUNT.start, &(NAMES.len() as u32 + 1).to_le_bytes());
        let end = model.len().next_multiple_of(64);
        model.resize(end + 64, 7);
        put(model, grams + SECTION, b"MORE");
        put(model, grams + SECTION + 4, &flags.to_le_bytes());
        put(model, grams + SECTION + 8, &(end as u64).to_le_bytes());
        put(model, grams + SECTION + 16, &64u64.to_le_bytes());
    };
    let optional = load(&forged(|model| add(model, 0))).unwrap();
    assert_eq!(optional.triage(TEXTS[1]), support::bodies::small_clerk().triage(TEXTS[1]));
    let error = refusal(&forged(|model| add(model, 1)));
    assert_eq!(
        error.to_string(),
        "section \"MORE\" of the model is unknown to this version of deskhand and required: \
         train or download the model again"
    );
}

#[test]
fn other_versions_name_their_remedy() {
    let versioned =
        |version: u32| refusal(&forged(|m| put(m, VERSION.start, &version.to_le_bytes())));
    for later in [2, 3, u32::MAX] {
        let expected = format!(
            "the model has format version {later}, this program reads up to 1: update deskhand"
        );
        assert_eq!(versioned(later).to_string(), expected);
    }
    assert!(versioned(0).to_string().contains("format version 0, which never was"));
    let error = refusal(&forged(|model| put(model, PIPELINE.start, &9_999u32.to_le_bytes())));
    assert!(matches!(error, ModelError::OtherPipeline { found: 9_999, .. }));
    assert!(error.to_string().ends_with("train it again with this version of deskhand"), "{error}");
}

#[test]
fn numbers_out_of_range_are_refused() {
    let (_, outputs) = section(&small_model(), b"OUTP");
    let hostile = [i64::MIN, i64::MIN + 1, -1_000_001, 1_000_001, i64::MAX];
    for head in 0..heads() {
        for slope in [0, -1, i64::MIN, (1 << 52) + 1, i64::MAX, f64::NAN.to_bits() as i64] {
            let model = forged(|m| put(m, outputs + 16 * head, &slope.to_le_bytes()));
            assert!(
                refusal(&model).to_string().contains("\"OUTP\" of the model holds a number out")
            );
        }
        for bias in hostile {
            let model = forged(|m| put(m, outputs + 16 * head + 8, &bias.to_le_bytes()));
            assert!(
                refusal(&model).to_string().contains("\"OUTP\" of the model holds a number out")
            );
        }
    }
    let (_, curve) = section(&small_model(), b"CURV");
    for (field, value) in [(0, -1i32), (0, 1_000_001), (0, i32::MIN), (4, -1), (8, 1_000_001)] {
        let model = forged(|m| put(m, curve + field, &value.to_le_bytes()));
        assert!(refusal(&model).to_string().contains("\"CURV\" of the model is not a curve"));
    }
}

/// A description may hold whatever it likes; figures that are no numbers are left out.
#[test]
fn descriptions_are_text_and_take_no_more_room_than_that() {
    let (line, info) = section(&small_model(), b"INFO");
    let length = number(&small_model(), line + 16);
    let filled = |text: &str| {
        let lines = text.repeat((length - 3) / text.len());
        let rest = format!(" = {}", "x".repeat(length));
        forged(|model| put(model, info, &(lines + &rest).as_bytes()[..length]))
    };
    assert!(refusal(&filled("x\n")).to_string().contains("has a line without"));
    assert!(
        refusal(&forged(|m| m[info] = 0xFF))
            .to_string()
            .contains("\"INFO\" of the model is not UTF-8")
    );
    let clerk = load(&filled("metric.a = NaN\nmetric.b = inf\nmetric.c = 0.5\n = \n"))
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(clerk.model().metrics().all(|(name, value)| name == "c" && value == 0.5));
    assert_eq!(clerk.model().name(), "");
}

/// A megabyte of the shortest lines: a list of them would take twelve times their room.
#[test]
fn a_long_description_costs_its_bytes() {
    let model = forged(|model| {
        let (line, _) = section(model, b"INFO");
        let text = " = \n".repeat((1 << 20) / 4);
        let mut end = SECTIONS + SECTION * NAMES.len();
        let mut longer = model[..end].to_vec();
        let old = model.clone();
        for letters in NAMES {
            let (line, start) = section(&old, letters);
            let bytes = match letters {
                b"INFO" => text.as_bytes(),
                _ => &old[start..start + number(&old, line + 16)],
            };
            end = end.next_multiple_of(64);
            longer.resize(end, 0);
            put(&mut longer, line + 8, &(end as u64).to_le_bytes());
            longer.extend_from_slice(bytes);
            end = longer.len();
        }
        put(&mut longer, line + 16, &(text.len() as u64).to_le_bytes());
        *model = longer;
    });
    assert_eq!(load(&model).unwrap().model().training_data().count(), 0);
}

/// The worst tables there are: every block turned keys of all kinds away, so that a look-up goes as
/// far as it may; and weights, slopes and biases at the ends of their ranges, either in every byte or
/// in place of the weights of every word and pair there is.
#[test]
fn extreme_weights_neither_overflow_nor_hang() {
    let ends: [(u8, i64, i64); 4] = [
        (0x80, 1 << 52, 1_000_000),
        (0x7F, 1 << 52, -1_000_000),
        (0xFF, 1, 0),
        (0x01, 1 << 40, 1_000_000),
    ];
    let text = "my qzx screen isn't vlorpish since 0x80070005 ".repeat(2_000);
    let cases = ends.iter().flat_map(|end| [(end, true), (end, false)]);
    for (&(fill, slope, bias), everywhere) in cases {
        let model = forged(|model| {
            let (_, outputs) = section(model, b"OUTP");
            let (_, words) = section(model, b"WORD");
            let (_, grams) = section(model, b"GRAM");
            for block in model[words..grams].chunks_exact_mut(64) {
                if everywhere {
                    block.fill(fill);
                }
                block[12] = 0xFF;
                block[16..].chunks_exact_mut(8).for_each(|entry| entry[..6].fill(fill));
            }
            model[grams..].fill(fill);
            for head in 0..heads() {
                put(model, outputs + 16 * head, &slope.to_le_bytes());
                put(model, outputs + 16 * head + 8, &bias.to_le_bytes());
            }
        });
        let clerk = load(&model).unwrap();
        let started = Instant::now();
        use_it(&clerk, &text);
        TEXTS.iter().for_each(|text| use_it(&clerk, text));
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
}

/// Codes that mark a function word may be forged onto a shape: what is counted must still add up.
#[test]
fn a_shape_may_be_forged_into_a_function_word() {
    let model = forged(|model| {
        let (_, words) = section(model, b"WORD");
        let (_, pairs) = section(model, b"PAIR");
        for block in model[words..pairs].chunks_exact_mut(64) {
            block[16..].chunks_exact_mut(8).for_each(|entry| entry[..6].fill(0x80));
        }
    });
    let clerk = load(&model).unwrap();
    for text in ["12345678 qzxvbn", "$5 at 10:30 zyxgrble", "12345678 the"] {
        use_it(&clerk, text);
    }
}

/// Words of sixteen bytes can be made whose hash is 0, which the cache of unknown words must not
/// take for an empty place.
#[test]
fn a_hash_of_zero_is_a_hash() {
    let clerk = support::bodies::small_clerk();
    let words = ["wmgqridwo头mǔj", "xsjhtxzqo头mǔj", "zncfhanqo头mǔj"];
    let mut scratch = Scratch::new();
    for text in words.iter().chain(&words) {
        let fresh = clerk.explain_with(*text, &mut Scratch::new());
        assert_eq!(clerk.explain_with(*text, &mut scratch), fresh);
        let sum: i32 = fresh.evidence().iter().map(|word| word.desk()).sum();
        assert_eq!(sum + fresh.desk_bias(), fresh.triage().margin(), "{text}");
        assert_ne!(sum, 0, "its characters weigh something");
    }
}

#[test]
fn what_is_no_model_is_told_so() {
    let text = "Dear support,\nmy scanner is broken.\n".repeat(1_000);
    let long_zeros = vec![0; 1 << 20];
    let others: &[&[u8]] = &[
        text.as_bytes(),
        b"{\"model\": 1}",
        b"PK\x03\x04",
        b"\x1f\x8b\x08\x00",
        b"\x7fELF\x02",
        b"\x89PNG\r\n\x1a\n",
        b"deskhand model\r\n\0",
        b"\xef\xbb\xbfdeskhand model\n\0",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        &long_zeros,
    ];
    for bytes in others {
        assert_eq!(refusal(bytes), ModelError::NotAModel);
    }
    let empty = refusal(b"").to_string();
    assert_eq!(empty, "the model should have 48 bytes and has 0: copy the file again, whole");
}

/// A length field that lies, either way.
#[test]
fn a_forged_length_is_refused() {
    let model = small_model();
    for length in [0, 47, 48, model.len() as u64 - 1, model.len() as u64 + 1, 1 << 40, u64::MAX] {
        let mut model = model.clone();
        model[LENGTH].copy_from_slice(&length.to_le_bytes());
        assert!(matches!(refusal(&model), ModelError::WrongLength { .. }));
    }
    let longer = [&model[..], b"x"].concat();
    let expected = model.len() as u64;
    assert_eq!(refusal(&longer), ModelError::WrongLength { expected, found: expected + 1 });
}

#[test]
fn the_fuzz_corpus_holds() {
    run_corpus("model", support::bodies::model);
}
