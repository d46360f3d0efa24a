//! What a person sees on standard error while the rows go by, and the summary at the end.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::Args;
use crate::chunk::Chunk;
use crate::rows::BROKEN_UTF8;
use crate::tally::{REPORTED, Tally, grouped};

const OTHER_ENCODING: &str = "rows are not UTF-8: if the file comes from an older program, try \
                              iconv -f WINDOWS-1252 -t UTF-8 INPUT > utf8.csv";

/// A bar on a terminal; nothing but messages elsewhere.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    rows: u64,
    bad: u64,
}

impl Progress {
    /// Starts the clock on an input of `size` bytes, if that is known.
    pub(crate) fn start(size: Option<u64>, args: &Args) -> Progress {
        let rows_on_screen = args.output() == "-" && io::stdout().is_terminal();
        let target = if rows_on_screen {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(size, target).with_style(style(size.is_some()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { bar, started: Instant::now(), rows: 0, bad: 0 }
    }

    /// A line above the bar.
    pub(crate) fn note(&self, text: &str) {
        // Standard error may be closed; that is no reason to stop.
        self.bar.suspend(|| _ = writeln!(io::stderr(), "{text}"));
    }

    /// A chunk has been written.
    pub(crate) fn advance(&mut self, chunk: &Chunk) {
        for bad in &chunk.tally.reported {
            if self.bad < REPORTED as u64 {
                self.bad += 1;
                self.note(&format!("line {}: bad row: {}", bad.line, bad.cause));
            }
        }
        self.rows += chunk.tally.written;
        self.bar.set_message(format!(
            "{} rows, {} rows/s",
            grouped(self.rows),
            grouped(self.rate())
        ));
        self.bar.inc(chunk.raw.len() as u64);
    }

    fn rate(&self) -> u64 {
        (self.rows as f64 / self.started.elapsed().as_secs_f64().max(1e-6)) as u64
    }

    /// The summary.
    pub(crate) fn finish(&self, tally: &Tally) {
        self.bar.finish_and_clear();
        let unreported = tally.bad - self.bad;
        if unreported > 0 {
            self.note(&format!("... and {} more bad rows", grouped(unreported)));
        }
        if tally.reported.iter().any(|bad| bad.cause.starts_with(BROKEN_UTF8)) {
            self.note(OTHER_ENCODING);
        }
        let seconds = self.started.elapsed().as_secs_f64();
        self.note(&format!("{tally}\ntime    {seconds:.2} s, {} rows/s", grouped(self.rate())));
    }
}

fn style(known_size: bool) -> ProgressStyle {
    let template = if known_size {
        "{bar:30} {percent:>3}%  {msg}, {eta} left"
    } else {
        "{spinner} {bytes}  {msg}, {elapsed}"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
