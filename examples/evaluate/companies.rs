//! What is measured on: files in the form of the corpora, and exports of help desks.

use std::path::Path;

use anyhow::Result;
use deskhand::Classifier;
use deskhand::train::corpus::{self, Row, Source};
use deskhand::train::report::Answered;

use crate::args::Args;
use crate::export;

/// The labelled rows of one file.
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
    /// Whether it is the export of a help desk.
    pub(crate) is_export: bool,
}

impl Company {
    /// Asks about all rows.
    pub(crate) fn answered(&self, classifier: &Classifier) -> Answered<'_> {
        Answered::by(classifier, &self.name, &self.rows)
    }
}

impl From<Source> for Company {
    fn from(source: Source) -> Self {
        Self { name: source.name, rows: source.rows, is_export: false }
    }
}

/// Reads all files that the command line names: corpora by their names, then exports as they stand.
pub(crate) fn read(args: &Args) -> Result<Vec<Company>> {
    let is_corpus = |path: &&Path| path.is_dir() || export::is_corpus(path);
    let paths = args.paths.iter().map(AsRef::as_ref);
    let (corpora, exports): (Vec<&Path>, Vec<&Path>) = paths.partition(is_corpus);
    let mut companies = Vec::new();
    if !corpora.is_empty() {
        let corpora: Vec<_> = corpora.into_iter().map(Path::to_owned).collect();
        companies.extend(corpus::read(&corpora)?.into_iter().map(Company::from));
    }
    let mapping = export::mapping(args.mapping.as_deref())?;
    for path in exports {
        let export = export::read(path, &args.columns)?;
        let labelled = export.label(&mapping)?;
        eprintln!("{}", export.counted(labelled.len()));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rows = labelled.into_iter().map(|one| one.row).collect();
        companies.push(Company { name, rows, is_export: true });
    }
    Ok(companies)
}

/// The companies that a model was trained on, as far as it names them: on those its answers look
/// better than they are.
pub(crate) fn learned_from<'c>(model: &Classifier, companies: &'c [Company]) -> Vec<&'c str> {
    // A description reads "tickets.csv, corrected.csv, 700 rows".
    let data: Vec<_> = model.model().training_data().map(|data| format!(", {data}")).collect();
    let is_named = |name: &&str| data.iter().any(|data| data.contains(&format!(", {name}, ")));
    companies.iter().map(|company| company.name.as_str()).filter(is_named).collect()
}
