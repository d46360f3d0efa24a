//! How far to move from the model one has, chosen by leaving tickets out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use sprs::CsMat;

use crate::model::weights::{
    DESK, HEADS, SERVICE, TECHNICAL, TIER_2_SERVICE, TIER_2_TECHNICAL, TIER_3,
};
use crate::train::adapt::fit::{Fitter, LogOdds, Round, answer};
use crate::train::adapt::step::{Choice, Step};
use crate::train::adapt::{AdaptError, Weights};
use crate::train::corpus::Row;
use crate::{Desk, Tier};

/// What is tried, the most promising first.
const STEPS: [Step; 7] = [
    Step::Words(2.0),
    Step::Words(0.5),
    Step::Words(6.0),
    Step::Shift,
    Step::Words(20.0),
    Step::Words(0.1),
    Step::Words(0.03),
];

/// Looks for the best choice, for several sets of tickets, within a time.
pub(crate) struct Search<'p> {
    searches: usize,
    budget: Option<Duration>,
    started: Instant,
    progress: &'p (dyn Fn(usize, usize) + Sync),
    begun: AtomicUsize,
    done: AtomicUsize,
    tried: AtomicUsize,
}

impl<'p> Search<'p> {
    pub(crate) fn new(
        searches: usize,
        budget: Option<Duration>,
        progress: &'p (dyn Fn(usize, usize) + Sync),
    ) -> Self {
        let zero = || AtomicUsize::new(0);
        Self {
            searches,
            budget,
            started: Instant::now(),
            progress,
            begun: zero(),
            done: zero(),
            tried: AtomicUsize::new(STEPS.len()),
        }
    }

    /// How many settings every search had the time to try, and how many there are.
    pub(crate) fn tried(&self) -> (usize, usize) {
        (self.tried.load(Ordering::Relaxed), STEPS.len())
    }

    /// The best choice for these tickets.
    pub(crate) fn choose(&self, fitter: &Fitter<'_>, rows: &[usize]) -> Result<Choice, AdaptError> {
        let search = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        let until = self.budget.map(|budget| budget.mul_f64(search as f64 / self.searches as f64));
        let parts: Vec<_> =
            fitter.rounds_within(rows).into_iter().map(|round| Part::new(fitter, round)).collect();
        let mut best = Best::beginning(fitter, &parts);
        let mut tried = 0;
        for step in STEPS {
            if tried > 0 && until.is_some_and(|until| self.started.elapsed() > until) {
                break;
            }
            best.consider(step, &losses(fitter, &parts, step)?);
            tried += 1;
            self.tick(1);
        }
        self.tick(STEPS.len() - tried);
        self.tried.fetch_min(tried, Ordering::Relaxed);
        Ok(Choice { desk: best.desk.step, tier: best.tier.step })
    }

    fn tick(&self, steps: usize) {
        let done = self.done.fetch_add(steps, Ordering::Relaxed) + steps;
        (self.progress)(done, self.searches * STEPS.len());
    }
}

/// A part of the tickets that is left out, and what is learned from the others.
struct Part {
    round: Round,
    seen: CsMat<f32>,
    unseen: CsMat<f32>,
}

impl Part {
    fn new(fitter: &Fitter<'_>, round: Round) -> Self {
        let columns = fitter.columns(&round.seen);
        let seen = fitter.matrix(&columns, &round.seen, 1);
        let unseen = fitter.matrix(&columns, &round.unseen, 0);
        Self { round, seen, unseen }
    }
}

/// How far off a model is, ticket by ticket.
struct Losses {
    desk: Vec<Option<Loss>>,
    tier: Vec<Option<Loss>>,
}

/// How far off the answer to one ticket is. Not given where the labels are silent.
#[derive(Clone, Copy)]
struct Loss {
    amount: f64,
    is_right: bool,
    /// What the ticket counts for its label; the amount is weighed already.
    counts: f64,
}

impl Loss {
    fn new(amount: f64, is_right: bool, counts: f64) -> Self {
        Self { amount: counts * amount, is_right, counts }
    }
}

/// How far off the heads are on each left-out ticket, after a step.
fn losses(fitter: &Fitter<'_>, parts: &[Part], step: Step) -> Result<Losses, AdaptError> {
    let jobs: Vec<_> =
        parts.iter().flat_map(|part| (0..HEADS).map(move |head| (part, head))).collect();
    let answer = |(part, head): &(&Part, usize)| -> Result<Vec<f64>, AdaptError> {
        let before = part.round.unseen.iter().map(|&row| fitter.before_of(row)[*head]);
        Ok(match fitter.fit(*head, step, &part.round.seen, &part.seen)? {
            Some(moved) => moved.log_odds(&part.unseen, before),
            None => before.collect(),
        })
    };
    let answers: Vec<_> = jobs.par_iter().map(answer).collect::<Result<_, _>>()?;
    let mut after = Vec::new();
    for (part, heads) in parts.iter().zip(answers.chunks(HEADS)) {
        for (at, &row) in part.round.unseen.iter().enumerate() {
            after.push((fitter.row(row), std::array::from_fn(|head| heads[head][at])));
        }
    }
    Ok(Losses::of(&after, fitter.weights))
}

impl Losses {
    fn of(answered: &[(&Row, LogOdds)], weights: &Weights) -> Self {
        let desk = |(row, odds): &(&Row, LogOdds)| {
            let (amount, is_right) = desk_loss(row, odds);
            Some(Loss::new(amount, is_right, weights.at_desk(row)))
        };
        let tier = |(row, odds): &(&Row, LogOdds)| {
            let (amount, is_right) = tier_loss(row, odds)?;
            Some(Loss::new(amount, is_right, weights.at_tier(row)))
        };
        Self {
            desk: answered.iter().map(desk).collect(),
            tier: answered.iter().map(tier).collect(),
        }
    }
}

/// Which desk acts first weighs most; whether each is asked for at all, less.
fn desk_loss(row: &Row, odds: &LogOdds) -> (f64, bool) {
    let asked = [SERVICE, TECHNICAL].map(|head| loss(head, row, odds).unwrap_or_default());
    let amount = loss(DESK, row, odds).unwrap_or_default() + 0.25 * (asked[0] + asked[1]);
    let is_right = row.desk.is_none_or(|desk| (desk == Desk::Technical) == (odds[DESK] > 0.0));
    (amount, is_right)
}

fn tier_loss(row: &Row, odds: &LogOdds) -> Option<(f64, bool)> {
    let tier_2 = match row.desk? {
        Desk::Service => TIER_2_SERVICE,
        Desk::Technical => TIER_2_TECHNICAL,
    };
    let amount = loss(tier_2, row, odds)? + loss(TIER_3, row, odds)?;
    let tier = if odds[TIER_3] > TIER_3_FROM {
        Tier::Three
    } else if odds[tier_2] > 0.0 {
        Tier::Two
    } else {
        Tier::One
    };
    Some((amount, row.tier == Some(tier)))
}

/// The log-odds from which on the default policy suggests tier 3: one to three.
const TIER_3_FROM: f64 = -1.0986;

/// The logarithmic loss of one head.
fn loss(head: usize, row: &Row, odds: &LogOdds) -> Option<f64> {
    let (is, _) = answer(head, row)?;
    let against = if is { -odds[head] } else { odds[head] };
    Some(against.max(0.0) + libm::log1p(libm::exp(-against.abs())))
}

/// The best step so far for the desk and for the tier.
struct Best {
    desk: Leader,
    tier: Leader,
}

struct Leader {
    step: Step,
    kept: Vec<Option<Loss>>,
    gain: f64,
}

impl Best {
    fn beginning(fitter: &Fitter<'_>, parts: &[Part]) -> Self {
        let rows = parts.iter().flat_map(|part| &part.round.unseen);
        let before: Vec<_> = rows.map(|&row| (fitter.row(row), *fitter.before_of(row))).collect();
        let losses = Losses::of(&before, fitter.weights);
        let leader = |kept| Leader { step: Step::Keep, kept, gain: 0.0 };
        Self { desk: leader(losses.desk), tier: leader(losses.tier) }
    }

    fn consider(&mut self, step: Step, losses: &Losses) {
        self.desk.consider(step, &losses.desk);
        self.tier.consider(step, &losses.tier);
    }
}

/// Standard errors that a gain must exceed: a few tickets may gain by chance.
const DOUBT: f64 = 1.0;

impl Leader {
    /// A step leads if it gains more than chance and than the leader, and loses no right answers.
    fn consider(&mut self, step: Step, losses: &[Option<Loss>]) {
        let both = self.kept.iter().zip(losses).filter_map(|(kept, now)| Some(((*kept)?, (*now)?)));
        let both: Vec<(Loss, Loss)> = both.collect();
        let gains: Vec<f64> = both.iter().map(|(kept, now)| kept.amount - now.amount).collect();
        let n = gains.len() as f64;
        let mean = gains.iter().sum::<f64>() / n.max(1.0);
        let variance =
            gains.iter().map(|gain| (gain - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        let changed = both.iter().filter(|(kept, now)| kept.is_right != now.is_right);
        let net: f64 =
            changed.map(|(_, now)| if now.is_right { now.counts } else { -now.counts }).sum();
        // Weights are not sums of powers of two: what evens out may differ by a rounding.
        let loses = net < -1e-9;
        if !loses && mean > DOUBT * (variance / n.max(1.0)).sqrt() && mean > self.gain {
            (self.step, self.gain) = (step, mean);
        }
    }
}
