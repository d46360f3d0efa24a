//! Contestants take turns; the median of their times counts.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

use cpu_time::ThreadTime;

const ROUNDS: usize = 15;
const WARM_UP: Duration = Duration::from_millis(100);

type Run<'t> = Box<dyn FnMut() -> i64 + 't>;

/// Runs that are measured side by side.
#[derive(Default)]
pub struct Contest<'t> {
    contestants: Vec<(&'static str, Run<'t>)>,
}

impl<'t> Contest<'t> {
    /// Adds a run; what it returns must be the same every time.
    pub fn enter(&mut self, name: &'static str, run: impl FnMut() -> i64 + 't) {
        self.contestants.push((name, Box::new(run)));
    }

    /// The median of the processor seconds of one run, by name.
    pub fn run(mut self) -> BTreeMap<&'static str, f64> {
        let answers: Vec<_> = self.contestants.iter_mut().map(|(_, run)| run()).collect();
        let mut seconds = vec![Vec::new(); answers.len()];
        for _ in 0..ROUNDS {
            for (place, (name, run)) in self.contestants.iter_mut().enumerate() {
                // What another contestant left in caches and predictors is not part of the contest.
                let warming = ThreadTime::now();
                while warming.elapsed() < WARM_UP {
                    black_box(run());
                }
                let start = ThreadTime::now();
                let answer = black_box(run());
                seconds[place].push(start.elapsed().as_secs_f64());
                assert_eq!(answer, answers[place], "{name} changed its answer");
            }
        }
        let names = self.contestants.iter().map(|(name, _)| *name);
        names.zip(seconds.into_iter().map(median)).collect()
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
