//! From somebody's own tickets, or corrections, to a model of their own.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use deskhand::train::adapt::{self, AdaptError, Options, Ticket, Weights};
use deskhand::train::corpus::Row;
use deskhand::train::mapping::{self, Mapping};
use deskhand::{Classifier, Inquiry, ModelError, Scratch};
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::Args;
use crate::export::{self, Export, Labelled};
use crate::result;

/// What a row of corrections counts that says what the model says: perhaps nobody looked at it.
const UNCHANGED: f64 = 0.25;

pub(crate) fn run(args: &Args) -> Result<()> {
    ensure!(
        !args.tickets.is_empty() || !args.corrections.is_empty(),
        "there are no tickets: name a CSV file of yours, or one with --corrections"
    );
    let base = base(args)?;
    let clerk = Classifier::from_bytes(&base).context("the model to begin with")?;
    if args.suggest_mapping {
        return suggest(args, &clerk);
    }
    let output = output(args)?;
    let (tickets, source) = tickets(args, &clerk)?;
    let options = options(args, output, source)?;
    let bar = ProgressBar::new(0).with_style(style());
    let adapted = adapt::adapt(&base, &tickets, &options, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let adapted = adapted.map_err(explain)?;
    write(output, &adapted.bytes)?;
    let clerk = Classifier::from_bytes(&adapted.bytes)?;
    tell(&result::words(&adapted.outcome));
    if !args.weight.is_empty() {
        tell(&format!("Not counting 1: {}.", weights(args)?));
    }
    tell(&result::written(output, &clerk, &adapted));
    Ok(())
}

/// A reader that left early (`| head`) does no harm.
fn tell(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

fn style() -> ProgressStyle {
    let template = "looking for settings {bar:40} {pos}/{len}, {eta} left";
    ProgressStyle::with_template(template).expect("the template is sound")
}

fn base(args: &Args) -> Result<Cow<'static, [u8]>> {
    match &args.base {
        Some(path) => {
            let bytes = fs::read(path);
            Ok(bytes.with_context(|| format!("cannot read {}", path.display()))?.into())
        }
        None => Ok(include_bytes!("../../models/english.deskhand").into()),
    }
}

/// Prints a draft and nothing else, so that it can go into a file.
fn suggest(args: &Args, clerk: &Classifier) -> Result<()> {
    let mut exports = Vec::new();
    for path in &args.tickets {
        exports.push(export::read(path, &args.columns)?);
    }
    let lines = exports.iter().flat_map(|export| &export.lines);
    let tickets = lines.map(|line| {
        let inquiry = Inquiry::new(&line.body).subject(&line.subject);
        (inquiry, line.desk.as_str(), line.tier.as_str())
    });
    let draft = mapping::suggest(clerk, &tickets.collect::<Vec<_>>()).to_string();
    tell(draft.trim_end());
    Ok(())
}

fn output(args: &Args) -> Result<&Path> {
    let path = args.output.as_deref();
    let path = path.ok_or_else(|| anyhow!("say where to write the model: -o my.deskhand"))?;
    ensure!(!path.is_dir(), "{} is a folder: name a file in it", path.display());
    if let Ok(bytes) = fs::read(path)
        && matches!(Classifier::from_bytes(&bytes), Err(ModelError::NotAModel))
    {
        bail!("{} exists and is not a model: choose another name with -o", path.display());
    }
    Ok(path)
}

fn options(args: &Args, output: &Path, source: String) -> Result<Options> {
    ensure!(args.minutes.is_finite() && args.minutes > 0.0, "--minutes must be above 0");
    Ok(Options {
        name: output.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        source,
        weights: weights(args)?,
        budget: Some(Duration::from_secs_f64(60.0 * args.minutes.min(10_000.0))),
        check: check(args)?,
        allow_worse: args.allow_worse,
        ..Options::default()
    })
}

fn weights(args: &Args) -> Result<Weights> {
    let mut weights = Weights::default();
    for (what, number) in &args.weight {
        weights = weights.with(what, *number)?;
    }
    Ok(weights)
}

/// All tickets to learn from, and the names of their files.
fn tickets(args: &Args, clerk: &Classifier) -> Result<(Vec<Ticket>, String)> {
    let mapping = export::mapping(args.mapping.as_deref())?;
    let mut all = Vec::new();
    let mut names = Vec::new();
    for path in &args.tickets {
        let export = export::read(path, &args.columns)?;
        all.extend(labelled(&export, &mapping)?);
        names.push(file_name(path));
    }
    for path in &args.corrections {
        let export = export::read(path, &args.columns)?;
        all.extend(corrected(labelled(&export, &Mapping::plain())?, clerk));
        names.push(file_name(path));
    }
    Ok((all, names.join(", ")))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn labelled(export: &Export, mapping: &Mapping) -> Result<Vec<Ticket>> {
    let labelled = export.label(mapping)?;
    tell(&export.counted(labelled.len()));
    let source = file_name(Path::new(&export.name));
    let ticket = |one: Labelled| Ticket::new(one.row).thread(&one.thread).source(&source);
    Ok(labelled.into_iter().map(ticket).collect())
}

/// Rows that say what the model says count less.
fn corrected(tickets: Vec<Ticket>, clerk: &Classifier) -> Vec<Ticket> {
    let mut scratch = Scratch::new();
    let mut changed = 0;
    let weighed = tickets.into_iter().map(|ticket| {
        let triage = clerk.triage_with(ticket.row.inquiry(), &mut scratch);
        let same_tier = ticket.row.tier.is_none_or(|tier| tier == triage.tier());
        let is_same = ticket.row.desk == Some(triage.desk()) && same_tier;
        changed += usize::from(!is_same);
        if is_same { ticket.weight(UNCHANGED) } else { ticket }
    });
    let weighed = weighed.collect();
    tell(&format!("{changed} of them correct the model; the others count a quarter."));
    weighed
}

fn check(args: &Args) -> Result<Vec<Row>> {
    let mapping = export::mapping(args.mapping.as_deref())?;
    let mut rows = Vec::new();
    for path in &args.check {
        let export = export::read(path, &args.columns)?;
        let tickets = labelled(&export, &mapping)?;
        rows.extend(tickets.into_iter().map(|ticket| ticket.row));
    }
    Ok(rows)
}

/// A refusal shows what was measured, and says that nothing was written.
fn explain(error: AdaptError) -> anyhow::Error {
    match &error {
        AdaptError::Worse(outcome) => tell(&result::words(outcome)),
        AdaptError::Contrary { .. } => (),
        _ => return error.into(),
    }
    anyhow!("nothing was written: {error} (--allow-worse)")
}

/// Writes beside the name and renames when whole, so that a run cut short leaves nothing half
/// written.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let context = || format!("cannot write {}", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .prefix(".train-")
        .suffix(".part")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .with_context(context)?;
    file.write_all(bytes).with_context(context)?;
    file.as_file().sync_all().with_context(context)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644)).with_context(context)?;
    }
    file.persist(path).map(drop).with_context(context)
}
