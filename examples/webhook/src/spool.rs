//! Write-backs that nobody would ask for again, one file each, until they are done.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::write_back::Job;

/// A folder of write-backs.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// Makes the folder if need be, and makes sure that it can be written to.
    pub fn open(folder: &Path) -> Result<Self> {
        let made = fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
        made.with_context(|| format!("cannot write to the spool {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// What was left by an earlier run. A file that cannot be read is named and left alone.
    pub fn left(&self) -> Result<Vec<Job>> {
        let mut jobs = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match fs::read(&path).map_err(anyhow::Error::from).and_then(parse) {
                Ok(job) => jobs.push(job),
                Err(error) => tracing::error!(path = %path.display(), "not resumed: {error:#}"),
            }
        }
        Ok(jobs)
    }

    /// Keeps a write-back; it is on disk when this returns. No word of the customer's is in it.
    pub async fn keep(&self, job: &Job) -> io::Result<()> {
        let (folder, path) = (self.folder.clone(), self.path(job));
        let bytes = serde_json::to_vec(job)?;
        let kept = tokio::task::spawn_blocking(move || {
            let mut file = tempfile::NamedTempFile::new_in(&folder)?;
            file.write_all(&bytes)?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            fs::File::open(&folder)?.sync_all()
        });
        kept.await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }

    /// Drops a write-back that is done.
    pub fn drop(&self, job: &Job) {
        let path = self.path(job);
        if let Err(error) = fs::remove_file(&path) {
            tracing::error!(path = %path.display(), "not removed, so it is done again: {error}");
        }
    }

    fn path(&self, job: &Job) -> PathBuf {
        let at = job.at;
        self.folder.join(format!("{}-{}-{}.json", job.product.name(), at.account, at.ticket))
    }
}

fn parse(bytes: Vec<u8>) -> Result<Job> {
    Ok(serde_json::from_slice(&bytes)?)
}
