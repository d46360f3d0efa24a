//! The table that the README shows.

use std::collections::BTreeMap;
use std::fs;

use crate::ours::MODEL_BYTES;
use crate::sklearn;
use crate::texts::Texts;

struct Row {
    rival: String,
    ratio: f64,
    ours: String,
    theirs: String,
    bar: f64,
}

/// Prints the table between markers, ratios first.
pub fn print(
    texts: &Texts,
    seconds: &BTreeMap<&'static str, f64>,
    sklearn: Result<sklearn::Seconds, String>,
    two_threads: f64,
    fast_text_bytes: usize,
) {
    let mut rows = against(texts, seconds);
    let skipped = match sklearn {
        Ok(theirs) => {
            rows.extend(against_sklearn(texts, seconds, &theirs));
            None
        }
        Err(why) => Some(why),
    };
    rows.extend(ourselves(seconds, two_threads));
    println!("<!-- peers: begin -->");
    println!("| compared with | ours is | ours | theirs | the bar |");
    println!("|---|--:|--:|--:|--:|");
    for Row { rival, ratio, ours, theirs, bar } in rows {
        println!("| {rival} | **{ratio:.2}x** | {ours} | {theirs} | {bar}x |");
    }
    if let Some(why) = skipped {
        println!("\nscikit-learn is skipped: {why}.");
    }
    println!("\n{}", conditions(texts, seconds, fast_text_bytes));
    println!("<!-- peers: end -->");
}

fn against(texts: &Texts, seconds: &BTreeMap<&'static str, f64>) -> Vec<Row> {
    let rivals = [
        ("the floor: split, hash words and pairs, probe 1 MB", "floor", 0.5),
        ("fastText 0.8, words and pairs", "fasttext", 4.0),
        ("fastText 0.8, with subwords", "fasttext subwords", 14.0),
        ("whichlang 0.1 (language only)", "whichlang", 2.0),
    ];
    let ours = seconds["triage"];
    let row = |(rival, name, bar): (&str, &str, f64)| Row {
        rival: rival.to_owned(),
        ratio: seconds[name] / ours,
        ours: rate(texts, ours),
        theirs: rate(texts, seconds[name]),
        bar,
    };
    rivals.map(row).into()
}

fn against_sklearn(
    texts: &Texts,
    seconds: &BTreeMap<&'static str, f64>,
    theirs: &sklearn::Seconds,
) -> [Row; 2] {
    let row = |way: &str, ours: f64, theirs_seconds: f64, bar: f64| Row {
        rival: format!("scikit-learn {} TF-IDF + LR for desk and tier, {way}", theirs.version),
        ratio: theirs_seconds / ours,
        ours: rate(texts, ours),
        theirs: rate(texts, theirs_seconds),
        bar,
    };
    [
        row("batch", seconds["triage batch"], theirs.batch, 40.0),
        row("one at a time", seconds["triage"], theirs.one_by_one, 300.0),
    ]
}

fn ourselves(seconds: &BTreeMap<&'static str, f64>, two_threads: f64) -> [Row; 3] {
    let (triage, explain) = (seconds["triage"], seconds["explain"]);
    let (load, theirs) = (seconds["load"], seconds["fasttext load"]);
    let ms = |seconds: f64| format!("{:.2} ms", seconds * 1e3);
    [
        Row {
            rival: "`triage`, against `explain` on the same texts".to_owned(),
            ratio: triage / explain,
            ours: ms(explain),
            theirs: ms(triage),
            bar: 0.2,
        },
        Row {
            rival: "one thread, against two".to_owned(),
            ratio: two_threads,
            ours: String::new(),
            theirs: String::new(),
            bar: 1.8,
        },
        Row {
            rival: "fastText's loading, against ours with all checks".to_owned(),
            ratio: theirs / load,
            ours: ms(load),
            theirs: ms(theirs),
            bar: 42.0,
        },
    ]
}

fn rate(texts: &Texts, seconds: f64) -> String {
    format!("{:.1} MB/s", texts.bytes as f64 / seconds / 1e6)
}

fn conditions(
    texts: &Texts,
    seconds: &BTreeMap<&'static str, f64>,
    fast_text_bytes: usize,
) -> String {
    let texts_a_second = texts.rows.len() as f64 / seconds["triage"];
    let without_scratch = rate(texts, seconds["triage without scratch"]);
    format!(
        "{} inquiries of {} bytes on average, one thread, medians of rounds that take turns; \
         {texts_a_second:.0} inquiries/s; with a scratch made for each, {without_scratch}. \
         Model {:.1} MB, fastText's {:.1} MB. {}.",
        texts.rows.len(),
        texts.bytes / texts.rows.len(),
        MODEL_BYTES as f64 / 1e6,
        fast_text_bytes as f64 / 1e6,
        machine()
    )
}

fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {cores} cores, {}", std::env::consts::OS)
}
