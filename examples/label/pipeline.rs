//! One thread splits rows, some label them, and the caller writes them in the order of the input. A
//! fixed number of chunks goes round, so that whoever is fastest waits and memory stays the same
//! for a file of any length.

use std::collections::BTreeMap;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use anyhow::{Result, anyhow, bail};
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::answer::{Labeller, Memory};
use crate::chunk::Chunk;
use crate::input::Source;
use crate::rows::{Labels, Rows, Split};

/// What the workers share.
pub(crate) struct Job {
    /// Reads and writes rows.
    pub(crate) rows: Box<dyn Rows>,
    /// Labels them.
    pub(crate) labeller: Labeller,
    /// How many threads do.
    pub(crate) threads: usize,
}

/// The four places a chunk goes to: splitter, worker, writer, and back.
struct Ways {
    empty: (Sender<Chunk>, Receiver<Chunk>),
    split: (Sender<Chunk>, Receiver<Chunk>),
    labelled: (Sender<Result<Chunk>>, Receiver<Result<Chunk>>),
}

/// Labels everything in `source`; `write` is handed the chunks in order.
///
/// After an error the threads are left to themselves: one may be waiting for input that never
/// comes.
pub(crate) fn run(
    job: Job,
    splitter: Box<dyn Split>,
    source: Source,
    write: impl FnMut(&Chunk) -> Result<()>,
) -> Result<()> {
    let chunks = 2 * job.threads + 2;
    let ways = Ways { empty: bounded(chunks), split: bounded(chunks), labelled: bounded(chunks) };
    for _ in 0..chunks {
        ways.empty.0.send(Chunk::default())?;
    }
    let splitter = start_splitter(splitter, source, &ways);
    start_workers(job, &ways);
    // Only what the threads hold may stay open, else nobody sees the end.
    let Ways { empty: (empty, ends), split, labelled: (end, labelled) } = ways;
    drop((ends, split, end));
    write_in_order(&labelled, &empty, write)?;
    splitter
        .join()
        .map_err(|_| anyhow!("the reader of rows failed; please report this with the input"))?
}

fn start_splitter(
    mut splitter: Box<dyn Split>,
    mut source: Source,
    ways: &Ways,
) -> JoinHandle<Result<()>> {
    let (empty, split) = (ways.empty.1.clone(), ways.split.0.clone());
    thread::spawn(move || {
        for (number, mut chunk) in (0..).zip(&empty) {
            chunk.restart(number);
            let more = fill(splitter.as_mut(), &mut source, &mut chunk)?;
            // If nobody listens any more, the writer has failed and says so.
            if split.send(chunk).is_err() || !more {
                break;
            }
        }
        Ok(())
    })
}

/// Fills a chunk; false if the input is at its end.
fn fill(splitter: &mut dyn Split, source: &mut Source, chunk: &mut Chunk) -> Result<bool> {
    while !chunk.is_full() {
        if !splitter.next_row(source, chunk)? {
            return Ok(false);
        }
        chunk.tally.read += 1;
    }
    Ok(true)
}

fn start_workers(job: Job, ways: &Ways) {
    let job = Arc::new(job);
    for _ in 0..job.threads {
        let (job, split, labelled) =
            (Arc::clone(&job), ways.split.1.clone(), ways.labelled.0.clone());
        thread::spawn(move || {
            let mut memory = Memory::default();
            for chunk in split {
                let done =
                    panic::catch_unwind(AssertUnwindSafe(|| label(&job, chunk, &mut memory)));
                let done = done.map_err(|_| {
                    anyhow!("a row could not be labelled; please report this with the input")
                });
                if labelled.send(done).is_err() {
                    break;
                }
            }
        });
    }
}

/// Labels the rows of a chunk into its `out`.
fn label(job: &Job, mut chunk: Chunk, memory: &mut Memory) -> Chunk {
    let (mut out, mut tally) = (mem::take(&mut chunk.out), mem::take(&mut chunk.tally));
    for row in &chunk.rows {
        match job.rows.texts(&chunk, row) {
            Ok(texts) => {
                let triage = job.labeller.label(&texts.subject, &texts.body, memory);
                job.rows.write(&chunk, row, &Labels::Given(triage, &memory.because), &mut out);
                tally.count(&triage);
            }
            Err(cause) => {
                job.rows.write(&chunk, row, &Labels::Bad(&cause), &mut out);
                tally.count_bad(row.line, cause);
            }
        }
    }
    (chunk.out, chunk.tally) = (out, tally);
    chunk
}

/// Hands the chunks on by their numbers, and sends them back to be filled again.
fn write_in_order(
    labelled: &Receiver<Result<Chunk>>,
    empty: &Sender<Chunk>,
    mut write: impl FnMut(&Chunk) -> Result<()>,
) -> Result<()> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for chunk in labelled {
        let chunk = chunk?;
        early.insert(chunk.number, chunk);
        while let Some(chunk) = early.remove(&next) {
            write(&chunk)?;
            next += 1;
            // At the end nobody wants it back.
            let _ = empty.send(chunk);
        }
    }
    if !early.is_empty() {
        bail!("rows were lost on the way; please report this with the input");
    }
    Ok(())
}
