//! Labelled rows by the file that they come from: in the form of the corpora, or a help desk's export.

use std::path::{Path, PathBuf};

use anyhow::Result;
use deskhand::train::corpus::{self, Row, Source};

use super::{ColumnOptions, is_corpus, mapping, read};

/// The labelled rows of one file.
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
    /// Whether it is the export of a help desk.
    pub(crate) is_export: bool,
}

impl From<Source> for Company {
    fn from(source: Source) -> Self {
        Self { name: source.name, rows: source.rows, is_export: false }
    }
}

/// Reads files, and folders of corpora: corpora by their names, then exports as they are named.
pub(crate) fn read_companies(
    paths: &[PathBuf],
    mapping_file: Option<&Path>,
    columns: &ColumnOptions,
) -> Result<Vec<Company>> {
    let (corpora, exports): (Vec<_>, Vec<_>) =
        paths.iter().cloned().partition(|path| path.is_dir() || is_corpus(path));
    let mut companies = Vec::new();
    if !corpora.is_empty() {
        companies.extend(corpus::read(&corpora)?.into_iter().map(Company::from));
    }
    let mapping = mapping(mapping_file)?;
    for path in exports {
        let export = read(&path, columns)?;
        let labelled = export.label(&mapping)?;
        eprintln!("{}", export.counted(labelled.len()));
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rows = labelled.into_iter().map(|one| one.row).collect();
        companies.push(Company { name, rows, is_export: true });
    }
    Ok(companies)
}
