//! Rebuilds the bundled model, or another one, from labelled corpora.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use deskhand::train::corpus::{self, Source};
use deskhand::train::settings::Settings;
use deskhand::train::trainer::{self, Trained};
use deskhand::train::vectors::Vectors;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::args::Args;

const BUNDLED: &str = "models/english.deskhand";

/// Trains from nothing and writes model and description.
pub(crate) fn run(args: &Args) -> Result<()> {
    let started = Instant::now();
    let settings = read_settings(args.settings.as_deref())?;
    let sources = corpus::read(&paths(args))?;
    let beside = beside_data(args);
    let file = args.vectors.as_deref().or(beside.as_deref());
    let vectors = file.map_or_else(|| Ok(Vectors::none()), Vectors::open)?;
    let rows: usize = sources.iter().map(|source| source.rows.len()).sum();
    eprintln!(
        "{rows} inquiries from {} files, {} word vectors",
        sources.len(),
        vectors.words().count()
    );

    let bar = ProgressBar::new(0).with_style(style());
    let trained = trainer::train(&sources, &vectors, &settings, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();

    let output = args.output.as_deref().unwrap_or(Path::new(BUNDLED));
    write(output, &trained.bytes)?;
    let description = describe(&trained, &sources, &settings, file)?;
    write(&output.with_extension("toml"), description.as_bytes())?;
    report(output, &trained, started);
    Ok(())
}

fn style() -> ProgressStyle {
    let template = "{bar:40} {pos}/{len} fits, {eta} left";
    ProgressStyle::with_template(template).expect("the template is sound")
}

/// `wordvec.tsv` beside a folder that `--data` names, where there is one.
fn beside_data(args: &Args) -> Option<PathBuf> {
    args.data.iter().map(|data| data.with_file_name("wordvec.tsv")).find(|file| file.is_file())
}

fn paths(args: &Args) -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/corpus");
    let mut paths = args.data.clone();
    if !args.without_corpus {
        paths.push(own);
    }
    paths
}

fn read_settings(path: Option<&Path>) -> Result<Settings> {
    let Some(path) = path else { return Ok(Settings::default()) };
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a settings file", path.display()))
}

/// Writes beside the target and renames when whole, so that a run cut short leaves nothing half
/// written.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let context = || format!("cannot write {}", path.display());
    let part = path.with_extension("part");
    fs::write(&part, bytes).with_context(context)?;
    fs::rename(&part, path).with_context(context)
}

/// The provenance of a model.
#[derive(Serialize)]
struct Description<'d> {
    sha256: String,
    bytes: usize,
    seed: &'static str,
    settings: &'d Settings,
    metrics: toml::Table,
    #[serde(skip_serializing_if = "Option::is_none")]
    vectors: Option<File>,
    data: Vec<Data<'d>>,
}

#[derive(Serialize)]
struct File {
    name: String,
    sha256: String,
}

#[derive(Serialize)]
struct Data<'d> {
    name: &'d str,
    rows: usize,
    sha256: &'d str,
    licence: &'static str,
}

fn describe(
    trained: &Trained,
    sources: &[Source],
    settings: &Settings,
    vectors: Option<&Path>,
) -> Result<String> {
    let rounded = |value: f64| toml::Value::Float((value * 1e4).round() / 1e4);
    let metrics = trained.metrics.iter().map(|(name, value)| (name.clone(), rounded(*value)));
    let data = sources.iter().map(|source| Data {
        name: &source.name,
        rows: source.rows.len(),
        sha256: &source.sha256,
        licence: licence_of(&source.name),
    });
    let description = Description {
        sha256: hex(&trained.bytes),
        bytes: trained.bytes.len(),
        seed: "none: training is deterministic",
        settings,
        metrics: metrics.collect(),
        vectors: vectors.map(described_file).transpose()?,
        data: data.collect(),
    };
    Ok(toml::to_string_pretty(&description)?)
}

fn described_file(path: &Path) -> Result<File> {
    let bytes = fs::read(path.with_extension("i8"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(File { name, sha256: hex(&bytes) })
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Licences of the public data sets that the bundled model was trained on.
fn licence_of(source: &str) -> &'static str {
    match source {
        _ if source.starts_with("written-") => "MIT OR Apache-2.0",
        "banking77" => "CC BY 4.0",
        "clinc150" => "CC BY 3.0",
        "multidogo" => "CDLA-Permissive-1.0",
        "dstc11" => "CDLA-Permissive-2.0",
        "nlu-eval" => "CC BY-SA 3.0",
        _ if source.starts_with("annotated-mozilla") => "CC BY-SA 3.0",
        _ if source.starts_with("annotated-nlupp") => "CC BY 4.0",
        _ if source.contains("hint3") => "ODbL",
        _ => "as you have it",
    }
}

fn report(path: &Path, trained: &Trained, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    println!("{}: {} bytes in {seconds:.0} s", path.display(), trained.bytes.len());
    println!("on sources left out of training, mean over sources:");
    for (name, value) in &trained.metrics {
        println!("  {name:24} {value:.3}");
    }
}
