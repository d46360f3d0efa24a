//! Nothing is allocated for a ticket once the scratch has grown, and model and scratch are small.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::path::Path;

use deskhand::{Classifier, Inquiry, Scratch};

/// Counts what the current thread asks for: the test harness has threads of its own.
struct Counting;

thread_local! {
    static CALLS: Cell<u64> = const { Cell::new(0) };
    static HELD: Cell<i64> = const { Cell::new(0) };
}

fn count(calls: u64, bytes: i64) {
    // A thread that ends may have lost its counters already.
    let _ = CALLS.try_with(|counter| counter.set(counter.get() + calls));
    let _ = HELD.try_with(|counter| counter.set(counter.get() + bytes));
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, -(layout.size() as i64));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size as i64 - layout.size() as i64);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Subject and body of every inquiry in `models/corpus`.
fn inquiries() -> Vec<(String, String)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
    let mut paths: Vec<_> =
        fs::read_dir(corpus).unwrap().map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    paths.sort();
    let text = |path| fs::read_to_string(path).unwrap();
    let files: Vec<_> = paths.into_iter().map(text).collect();
    files.iter().flat_map(|file| file.lines()).map(inquiry).collect()
}

fn inquiry(line: &str) -> (String, String) {
    let row: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    (text("subject"), text("body"))
}

/// Stemming a word that this scratch has not met before allocates; it is then remembered, and room
/// is made for more. Nothing else does.
#[test]
fn a_reused_scratch_allocates_nothing_for_what_it_has_met() {
    let clerk = Classifier::bundled();
    let mut scratch = Scratch::new();
    // Words never seen before, in other scripts too, and mail with much to skip.
    let strange = "My frobnicatingly flurbled wombulator größtenteils сломался 😀😀 at v1.2.3";
    let quoted = "hello\n> quoted\nworld <p>it</p> is &amp; broken\n".repeat(40);
    for text in [&quoted, "zyxgrble"] {
        let _ = clerk.triage_with(text, &mut scratch);
    }

    let inquiries = inquiries();
    assert!(inquiries.len() > 1_000, "the corpora are there");
    let (mut first, mut second) = (0, 0);
    let others = [Inquiry::new(strange), Inquiry::new(&quoted)];
    let number = inquiries.len();
    let inquiries = inquiries.iter().map(|(subject, body)| Inquiry::new(body).subject(subject));
    for inquiry in inquiries.chain(others) {
        let before = CALLS.get();
        let _ = clerk.triage_with(inquiry, &mut scratch);
        let between = CALLS.get();
        let _ = clerk.triage_with(inquiry, &mut scratch);
        first += between - before;
        second += CALLS.get() - between;
    }
    println!("{first} allocations in {number} inquiries, all for words that were new");
    assert_eq!(second, 0, "allocations for inquiries whose words were met");
    assert!(first < 2_500, "{first} allocations for words that were new: one in ten inquiries");
}

#[test]
fn model_and_scratch_stay_below_four_megabytes() {
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/english.deskhand"));
    let bytes = bytes.unwrap();
    let before = HELD.get();
    let clerk = Classifier::from_bytes(&bytes).unwrap();
    let mut scratch = Scratch::new();
    for word in ["zyxgrble", "an ordinary inquiry about my order"] {
        let _ = clerk.triage_with(word, &mut scratch);
    }
    let held = HELD.get() - before;
    assert!(held > bytes.len() as i64, "the model was copied");
    assert!(held < 4_000_000, "{held} bytes are held");
}
