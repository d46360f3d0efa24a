//! What a model is, which words weigh most, what one word weighs, what two models differ in, and
//! whether a batch looks like what a model was made for.
//!
//! ```text
//! cargo run --release --features train --example inspect -- my.deskhand
//! cargo run --release --features train --example inspect -- my.deskhand --word refund
//! cargo run --release --features train --example inspect -- --diff a.deskhand b.deskhand --texts tickets.csv
//! cargo run --release --features train --example inspect -- my.deskhand --drift batch.csv
//! ```
//! A model holds hashes, no words: heavy words are those of `--texts`, or of `models/corpus`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use comfy_table::{CellAlignment, Table, presets};
use deskhand::train::corpus;
use deskhand::train::drift::{Drift, Profile};
use deskhand::train::inspect::{self, HEAD_NAMES, Origin, WordWeights};
use deskhand::train::report::{HeavyWord, heaviest};
use deskhand::{Classifier, Inquiry};

use text_columns::{Choice, Places, Wanted};

#[allow(dead_code, reason = "the label example uses all of it")]
#[path = "label/columns.rs"]
mod text_columns;

/// Says what a model is.
#[derive(Parser)]
struct Args {
    /// The model; the bundled one if not given
    #[arg(value_name = "MODEL", conflicts_with = "diff")]
    model: Option<PathBuf>,
    /// What this word weighs, and where that comes from
    #[arg(long, value_name = "WORD", conflicts_with_all = ["diff", "drift"])]
    word: Option<String>,
    /// What differs between two models
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    diff: Option<Vec<PathBuf>>,
    /// Whether these inquiries look like those that the model was made from
    #[arg(long, value_name = "FILE", conflicts_with = "diff")]
    drift: Option<PathBuf>,
    /// Compare --drift with these past inquiries, where the model does not say what it was made from
    #[arg(long, value_name = "FILE", requires = "drift")]
    past: Option<PathBuf>,
    /// Texts to take words from and to ask about: CSV, TSV or .jsonl
    #[arg(long, value_name = "FILE")]
    texts: Option<PathBuf>,
    /// How many words to show
    #[arg(long, value_name = "N", default_value_t = 8)]
    top: usize,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("inspect: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    if let Some([a, b]) = args.diff.as_deref() {
        return diff(&open(Some(a))?, &open(Some(b))?, args);
    }
    let clerk = open(args.model.as_deref())?;
    if let Some(word) = &args.word {
        return weights(&clerk, word);
    }
    if let Some(batch) = &args.drift {
        return drift(&clerk, batch, args);
    }
    about(&clerk);
    heavy(&clerk, args)
}

fn open(path: Option<&Path>) -> Result<Classifier> {
    let Some(path) = path else { return Ok(Classifier::bundled().clone()) };
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Classifier::from_bytes(&bytes).with_context(|| path.display().to_string())
}

/// Subject and body of each inquiry.
type Texts = Vec<(String, String)>;

fn read(path: &Path) -> Result<Texts> {
    if path.is_dir() || path.extension().is_some_and(|ending| ending == "jsonl") {
        let sources = corpus::read(&[path.to_owned()])?;
        let rows = sources.into_iter().flat_map(|source| source.rows);
        return Ok(rows.map(|row| (row.subject, row.body)).collect());
    }
    let delimiter = if path.extension().is_some_and(|e| e == "tsv") { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_path(path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let header: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let places = Places::find(&Wanted { subject: Choice::Guess, body: Choice::Guess }, &header)?;
    let mut texts = Texts::new();
    for record in reader.records() {
        let record = record?;
        let field = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        texts.push((field(places.subject).to_owned(), field(places.body).to_owned()));
    }
    ensure!(!texts.is_empty(), "{} has no rows", path.display());
    Ok(texts)
}

fn inquiries(texts: &Texts) -> Vec<Inquiry<'_>> {
    texts.iter().map(|(subject, body)| Inquiry::new(body).subject(subject)).collect()
}

fn words_from(args: &Args) -> Result<Texts> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
    read(args.texts.as_deref().unwrap_or(&own))
}

fn about(clerk: &Classifier) {
    let info = clerk.model();
    println!("{} {}, reads {}", info.name(), info.version(), info.languages());
    println!("{} bytes, format 1, checksum {:016x} verified", info.size(), info.checksum());
    if let Some(base) = info.get("base") {
        println!("made from {base}");
    }
    println!("\ntrained on");
    info.training_data().for_each(|data| println!("  {data}"));
    println!("\nmeasured on data left out of training");
    info.metrics().for_each(|(name, value)| println!("  {name:34} {value:.3}"));
    if let Some(profile) = Profile::stored(info) {
        println!(
            "\n{} inquiries it was made from: {:.0} % unknown words, {:.0} % technical, tiers {:.0}/{:.0}/{:.0} %",
            profile.inquiries,
            100.0 * profile.unknown_words,
            100.0 * profile.technical,
            100.0 * profile.tiers[0],
            100.0 * profile.tiers[1],
            100.0 * profile.tiers[2]
        );
    }
}

fn heavy(clerk: &Classifier, args: &Args) -> Result<()> {
    let texts = words_from(args)?;
    println!("\nheaviest words and pairs, of those in {} texts", texts.len());
    for head in heaviest(clerk, &inquiries(&texts), args.top) {
        println!("  {:26} {}", head.towards, listed(&head.positive));
        println!("  {:26} {}", head.away, listed(&head.negative));
    }
    Ok(())
}

fn listed(words: &[HeavyWord]) -> String {
    words.iter().map(|word| word.words.as_str()).collect::<Vec<_>>().join(", ")
}

fn weights(clerk: &Classifier, text: &str) -> Result<()> {
    let words = inspect::word(clerk, text);
    if words.is_empty() {
        bail!("there is no word in {text:?}");
    }
    for word in words {
        println!("{}: {}", word.word, origin(&word.origin));
        for (name, weight) in HEAD_NAMES.iter().zip(word.weights) {
            println!("  {name:34} {:+.3}", weight as f64 / 1000.0);
        }
    }
    println!("Log-odds in a text of {} different words.", inspect::TYPICAL_WORDS);
    Ok(())
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Learned => "learned from training texts (and its word vector)".to_owned(),
        Origin::Vector => "from its word vector: no training text holds it".to_owned(),
        Origin::Stem(stem) => format!("not stored; weighed as its stem {stem:?}"),
        Origin::Characters(pieces) => format!("not stored; from {pieces} pieces of its spelling"),
        Origin::FunctionWord => {
            "a function word: weighs nothing by itself, only in pairs".to_owned()
        }
        _ => "of an origin that this program does not know".to_owned(),
    }
}

fn diff(a: &Classifier, b: &Classifier, args: &Args) -> Result<()> {
    let texts = words_from(args)?;
    let inquiries = inquiries(&texts);
    let difference = inspect::diff(a, b, &inquiries);
    let name = |clerk: &Classifier| {
        format!("{} ({:016x})", clerk.model().name(), clerk.model().checksum())
    };
    println!("{} -> {}", name(a), name(b));
    println!(
        "words: {} of {} in these texts weigh differently",
        difference.words.len(),
        difference.different_words
    );
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["word", "texts", "technical", "", "tier 3", ""]);
    (1..6).for_each(|at| {
        table.column_mut(at).into_iter().for_each(|c| c.set_cell_alignment(CellAlignment::Right));
    });
    for change in difference.words.iter().take(args.top) {
        let of =
            |word: &WordWeights, head: usize| format!("{:+.2}", word.weights[head] as f64 / 1000.0);
        let to = |head: usize| format!("-> {}", of(&change.after, head));
        table.add_row([
            change.before.word.clone(),
            change.texts.to_string(),
            of(&change.before, 0),
            to(0),
            of(&change.before, 5),
            to(5),
        ]);
    }
    println!("{table}");
    println!(
        "answers to {} texts: {} go to another desk, {} have another tier, {} are reviewed by one model only;",
        inquiries.len(),
        difference.desks.len(),
        difference.tiers,
        difference.reviews
    );
    println!("the probability of a desk differs by {:.3} on average", difference.mean_shift);
    for (at, before, after) in difference.desks.iter().take(args.top) {
        let line = format!("{} {}", texts[*at].0, texts[*at].1);
        let line: String = line.split_whitespace().collect::<Vec<_>>().join(" ");
        println!("  {before} -> {after}: {}", line.chars().take(70).collect::<String>());
    }
    Ok(())
}

fn drift(clerk: &Classifier, batch: &Path, args: &Args) -> Result<()> {
    let then = match &args.past {
        Some(past) => Some(Profile::of(clerk, &inquiries(&read(past)?))),
        None => Profile::stored(clerk.model()),
    };
    let Some(then) = then else {
        bail!(
            "this model does not say what the inquiries it was made from looked like: name a file of past inquiries with --past"
        );
    };
    let now = Profile::of(clerk, &inquiries(&read(batch)?));
    let drift = Drift::between(&then, &now);
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["", "then", "now"]);
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let mut row = |name: &str, share: fn(&Profile) -> f64| {
        table.add_row([name.to_owned(), percent(share(&then)), percent(share(&now))]);
    };
    row("unknown words", |p| p.unknown_words);
    row("technical desk", |p| p.technical);
    row("tier 1", |p| p.tiers[0]);
    row("tier 2", |p| p.tiers[1]);
    row("tier 3", |p| p.tiers[2]);
    row("go to a person", |p| p.review);
    println!("{table}");
    let steps = |profile: &Profile| {
        let steps = profile.probabilities.iter().map(|share| format!("{:.0}", 100.0 * share));
        steps.collect::<Vec<_>>().join(" ")
    };
    println!("technical probability by tenths, in %: then {} / now {}", steps(&then), steps(&now));
    println!("{drift}");
    Ok(())
}
