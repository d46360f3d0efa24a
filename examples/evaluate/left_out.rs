//! Cross-validation over sources or channels, and sweeps over settings.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Result;
use deskhand::train::corpus::{self, Source};
use deskhand::train::cross_validation::{FEWEST, Group, Grouping, cross_validate};
use deskhand::train::evaluation::mean_over;
use deskhand::train::report::{Answered, Metrics, Report};
use deskhand::train::settings::Settings;
use deskhand::train::vectors::Vectors;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::args::{Args, By};
use crate::html::{self, Heading};
use crate::output;
use crate::settings::{self, Variant};
use crate::tables::{self, Line};

/// One combination of settings, measured.
pub(crate) struct Run {
    pub(crate) variant: Variant,
    pub(crate) groups: Vec<Group>,
    pub(crate) seconds: f64,
}

impl Run {
    /// The mean over all groups.
    fn mean(&self) -> Line<'static> {
        self.mean_of("mean", |_| true)
    }

    /// The mean over the groups that were collected, not written for training.
    fn mean_of_collected(&self) -> Line<'static> {
        self.mean_of("mean of collected", |group| !group.written)
    }

    fn mean_of(&self, name: &'static str, is: impl Fn(&Group) -> bool) -> Line<'static> {
        let groups = self.groups.iter().filter(|group| is(group));
        let figures: Vec<_> = groups.map(|group| group.figures.clone()).collect();
        Line { name, n: None, values: mean_over(&figures) }
    }
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let base = settings::read(args.settings.as_deref())?;
    let variants = settings::combinations(&base, &args.sweep)?;
    let sources = corpus::read(&args.training_data())?;
    let vectors = args.vectors.as_deref().map_or_else(|| Ok(Vectors::none()), Vectors::open)?;
    let grouping = match args.by {
        By::Source => Grouping::by_source(&sources),
        By::Channel => Grouping::by_channel(&sources),
    };
    settings::check_groups(&variants, &sources)?;
    let mut runs = Vec::new();
    for (at, variant) in variants.iter().enumerate() {
        let of = format!("run {} of {}", at + 1, variants.len());
        runs.push(measure(variant, &sources, &vectors, &grouping, of)?);
    }
    runs.sort_by(|a, b| macro_f1(b).total_cmp(&macro_f1(a)));
    if let Some(path) = &args.json {
        output::write_json(path, &written(&runs, &sources, args.by))?;
    }
    if let Some(path) = &args.html {
        output::write(path, &report(&runs[0], &sources, args.by))?;
    }
    if let [only] = &runs[..] {
        let table = groups(only, args.by);
        output::print(&format!("{table}\n{} rows, {:.0} s", rows(only), only.seconds))
    } else {
        output::print(&sweep(&runs, &base))
    }
}

fn measure(
    variant: &Variant,
    sources: &[Source],
    vectors: &Vectors,
    grouping: &Grouping,
    of: String,
) -> Result<Run> {
    let started = Instant::now();
    // Drawn on a terminal only.
    let bar = ProgressBar::new(0).with_style(style()).with_message(of);
    let progress = |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let groups = cross_validate(sources, vectors, &variant.settings, grouping, progress)?;
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64();
    Ok(Run { variant: variant.clone(), groups, seconds })
}

fn style() -> ProgressStyle {
    let template = "{msg} {bar:40} {pos}/{len} fits, {eta} left";
    ProgressStyle::with_template(template).expect("the template is sound")
}

fn macro_f1(run: &Run) -> f64 {
    run.mean().value("desk_macro_f1").unwrap_or(0.0)
}

fn rows(run: &Run) -> usize {
    run.groups.iter().map(|group| group.rows.len()).sum()
}

/// The groups of a run with their labels.
fn answered<'r>(run: &'r Run, sources: &'r [Source]) -> Vec<Answered<'r>> {
    let rows: Vec<_> = sources.iter().flat_map(|source| &source.rows).collect();
    let labelled = |group: &Group| group.rows.iter().map(|&row| rows[row]).collect();
    let verdicts = |group: &Group| group.answers.iter().map(|answer| answer.verdict).collect();
    let groups = run.groups.iter();
    groups.map(|group| Answered::new(&group.name, labelled(group), verdicts(group))).collect()
}

/// What is written as JSON: the runs, the best first.
#[derive(Serialize)]
struct Written<'w> {
    left_out: &'static str,
    runs: Vec<WrittenRun<'w>>,
}

#[derive(Serialize)]
struct WrittenRun<'w> {
    changes: &'w [(String, String)],
    settings: &'w Settings,
    seconds: f64,
    /// Means over the groups that were collected, and over those written for training.
    mean_of_collected: BTreeMap<&'static str, Option<f64>>,
    mean_of_written: BTreeMap<&'static str, Option<f64>>,
    metrics: Metrics,
}

fn written<'w>(runs: &'w [Run], sources: &[Source], by: By) -> Written<'w> {
    let mean = |run: &Run, written| {
        run.mean_of("", |group| group.written == written).values.into_iter().collect()
    };
    let written = |run: &'w Run| WrittenRun {
        changes: &run.variant.changes,
        settings: &run.variant.settings,
        seconds: run.seconds,
        mean_of_collected: mean(run, false),
        mean_of_written: mean(run, true),
        metrics: Metrics::of(&answered(run, sources), FEWEST),
    };
    Written { left_out: by.left_out(), runs: runs.iter().map(written).collect() }
}

/// The report of one run. No single model gave the answers, so no words are weighed.
fn report(run: &Run, sources: &[Source], by: By) -> String {
    let lead = format!(
        "{} labelled texts in {} groups, each answered by a model that was trained on all the \
         others.",
        rows(run),
        run.groups.len()
    );
    let heading = Heading { title: "Right on what was left out", lead: &lead, line: by.left_out() };
    html::page(&heading, &Report::of(&answered(run, sources), FEWEST, None, &[]))
}

/// A line a group that was left out, and the mean over those that have the figure.
fn groups(run: &Run, by: By) -> String {
    let mut lines: Vec<_> =
        run.groups.iter().map(|group| Line::of(&group.name, &group.figures)).collect();
    let written = run.groups.iter().filter(|group| group.written).count();
    if written > 0 && written < run.groups.len() {
        lines.push(run.mean_of("mean of written", |group| group.written));
        lines.push(run.mean_of_collected());
    }
    lines.push(run.mean());
    tables::blocks(by.left_out(), &lines)
}

/// What is shown of each run of a sweep: a figure, its header, and whether only of the groups that
/// were collected.
const SHOWN: [(&str, &str, bool); 8] = [
    ("desk_macro_f1", "coll. F1", true),
    ("desk_ece", "ECE", false),
    ("surest_80_accuracy", "top 80 %", false),
    ("none_auc", "none AUC", false),
    ("tier_qwk", "QWK", false),
    ("tier_qwk", "coll. QWK", true),
    ("tier_3_recall", "3 found", false),
    ("tier_3_precision", "3 right", false),
];

/// A line a combination of settings, the best mean macro-F1 of the desk first.
fn sweep(runs: &[Run], base: &Settings) -> String {
    let mut table = tables::plain();
    // The table that a setting stands in goes without saying.
    let name = |(name, _): &(String, String)| name.rsplit('.').next().unwrap_or(name).to_owned();
    let names: Vec<_> = runs[0].variant.changes.iter().map(name).collect();
    let first = [names.join("\n"), "F1".to_owned(), "behind best".to_owned()];
    let headers = first.into_iter().chain(SHOWN.map(|(_, header, _)| header.to_owned()));
    table.set_header(tables::header(headers));
    for run in runs {
        let cells = sweep_line(run, &runs[0], base).into_iter().enumerate();
        table.add_row(cells.map(|(at, text)| tables::aligned(at, text)));
    }
    table.column_iter_mut().for_each(|column| _ = column.set_padding((0, 1)));
    let seconds: f64 = runs.iter().map(|run| run.seconds).sum();
    format!(
        "{table}\nMeans over the groups that were left out. F1: macro-F1 of the desk; QWK: of the \
         tier; coll.: over the groups\nthat were collected, not written for training. \"Behind \
         best\" is the mean difference of F1, group by group,\nand its standard error: within two \
         of those the order says nothing.{}\n{} runs, {seconds:.0} s",
        if runs.iter().any(|run| run.variant.settings == *base) { " *: as it is now." } else { "" },
        runs.len()
    )
}

fn sweep_line(run: &Run, best: &Run, base: &Settings) -> Vec<String> {
    let (mean, collected) = (run.mean(), run.mean_of_collected());
    let values: Vec<_> = run.variant.changes.iter().map(|(_, value)| value.as_str()).collect();
    let mark = if run.variant.settings == *base { " *" } else { "" };
    let named = format!("{}{mark}", values.join(", "));
    let fixed = [named, tables::figure(mean.value("desk_macro_f1")), behind(run, best)];
    let shown = SHOWN.map(|(figure, _, only_collected)| {
        tables::figure(if only_collected { &collected } else { &mean }.value(figure))
    });
    fixed.into_iter().chain(shown).collect()
}

/// The mean difference of macro-F1 over the groups, with its standard error.
fn behind(run: &Run, best: &Run) -> String {
    let f1 = |group: &Group| group.figures.desk_macro_f1;
    let pairs = run.groups.iter().zip(&best.groups);
    let gaps: Vec<f64> = pairs.filter_map(|(a, b)| Some(f1(a)? - f1(b)?)).collect();
    let n = gaps.len() as f64;
    let mean = gaps.iter().sum::<f64>() / n;
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / (n - 1.0);
    if std::ptr::eq(run, best) || n < 2.0 {
        return "-".to_owned();
    }
    format!("{mean:+.3} ± {:.3}", (variance / n).sqrt())
}
