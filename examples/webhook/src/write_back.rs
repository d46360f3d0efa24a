//! Setting tickets: once each, a bounded number at a time, and none forgotten.
//!
//! Zammad and FreeScout send a request again that was not answered with 2xx. They are answered when
//! the ticket is set, so that a request that was cut off by whatever end is sent again. Chatwoot sends
//! a request once and waits five seconds. It is answered at once, and the write-back is kept in the
//! spool until it is done.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use moka::future::Cache;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::{Api, ApiError};
use crate::config::Config;
use crate::help_desk::{Product, Reference, Written};
use crate::names::{Choice, HelpDeskNames};
use crate::refusal::Refusal;
use crate::spool::Spool;

/// How many tickets are remembered as done, and for how long. What is older is known by its tags.
const REMEMBERED: u64 = 100_000;
const REMEMBERED_FOR: Duration = Duration::from_secs(24 * 3600);

/// The longest pause between two rounds for Chatwoot.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A ticket to set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub product: Product,
    pub at: Reference,
    /// What it sets is looked up when it is set: the names may have been put right meanwhile.
    pub choice: Choice,
}

/// One ticket of one help desk, whichever of its messages was posted.
type Key = (Product, u64, u64);

impl Job {
    fn key(&self) -> Key {
        (self.product, self.at.account, self.at.ticket)
    }
}

/// What became of a job by the time of the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    Done(Written),
    /// This ticket was done before.
    Duplicate,
    /// It will be done, and is not forgotten.
    Waiting,
}

/// All write-backs of the service.
#[derive(Debug)]
pub struct WriteBack {
    desks: BTreeMap<Product, HelpDesk>,
    finished: Cache<Key, Written>,
    waiting: Mutex<HashSet<Key>>,
    backlog: Arc<Semaphore>,
    spool: Option<Spool>,
    tasks: TaskTracker,
    stopping: CancellationToken,
    answer_within: Duration,
    give_up_after: Duration,
    pause: Duration,
    lost: AtomicUsize,
}

/// One help desk's API, and how many write-backs may be under way there: a help desk that hangs
/// keeps nobody else waiting.
#[derive(Debug)]
struct HelpDesk {
    api: Api,
    names: HelpDeskNames,
    places: Arc<Semaphore>,
}

impl WriteBack {
    /// Gets ready; resumes what an earlier run left.
    pub fn start(config: &Config, stopping: CancellationToken) -> Result<Arc<Self>> {
        let options = &config.options;
        let mut desks = BTreeMap::new();
        for (&product, access) in &config.access {
            let api = Api::new(product, access, options, stopping.clone())?;
            let places = Arc::new(Semaphore::new(options.under_way.get()));
            if let Some(names) = config.names.of(product).cloned() {
                desks.insert(product, HelpDesk { api, names, places });
            }
        }
        let spool = options.spool.as_deref().map(Spool::open).transpose()?;
        if spool.is_none() && desks.contains_key(&Product::Chatwoot) {
            tracing::warn!("without --spool, a crash forgets what Chatwoot will not send again");
        }
        let this = Arc::new(Self {
            desks,
            finished: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(REMEMBERED_FOR)
                .build(),
            waiting: Mutex::default(),
            backlog: Arc::new(Semaphore::new(options.backlog.get())),
            spool,
            tasks: TaskTracker::new(),
            stopping,
            answer_within: options.answer_within,
            give_up_after: options.give_up_after,
            pause: options.pause,
            lost: AtomicUsize::new(0),
        });
        this.resume()?;
        Ok(this)
    }

    fn resume(self: &Arc<Self>) -> Result<()> {
        let left = self.spool.as_ref().map(Spool::left).transpose()?;
        for job in left.into_iter().flatten() {
            if !self.desks.contains_key(&job.product) {
                tracing::warn!(help_desk = job.product.name(), "left in the spool: not served now");
                continue;
            }
            self.waiting().insert(job.key());
            self.tasks.spawn(Arc::clone(self).see_through(job, None));
        }
        Ok(())
    }

    /// Whether tickets of this help desk are set.
    pub fn serves(&self, product: Product) -> bool {
        self.desks.contains_key(&product)
    }

    /// Sets a ticket, or makes sure that it will be.
    ///
    /// Goes on when the client hangs up.
    pub async fn submit(self: &Arc<Self>, job: Job) -> Result<Outcome, Refusal> {
        if self.finished.contains_key(&job.key()) {
            return Ok(Outcome::Duplicate);
        }
        if job.product.asks_again() { self.answered(job).await } else { self.kept(job).await }
    }

    /// For help desks that ask again: answers when the ticket is set.
    async fn answered(self: &Arc<Self>, job: Job) -> Result<Outcome, Refusal> {
        let desk = self.desks.get(&job.product).ok_or(Refusal::Busy)?;
        let place = Arc::clone(&desk.places).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let this = Arc::clone(self);
        let task = self.tasks.spawn(async move {
            let _place = place;
            this.once(&job).await
        });
        match timeout(self.answer_within, task).await {
            Ok(Ok(Ok(outcome))) => Ok(outcome),
            Ok(Ok(Err(error))) if !error.passes() => Err(Refusal::Rejected),
            _ => Err(Refusal::NotWritten),
        }
    }

    /// For help desks that do not ask again: answers when the job is safe.
    async fn kept(self: &Arc<Self>, job: Job) -> Result<Outcome, Refusal> {
        let slot = Arc::clone(&self.backlog).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        if self.waiting().insert(job.key()) {
            // A task of its own, which a client that hangs up does not cut short.
            drop(self.tasks.spawn(Arc::clone(self).keep(job, slot)).await);
        }
        Ok(Outcome::Waiting)
    }

    async fn keep(self: Arc<Self>, job: Job, slot: OwnedSemaphorePermit) {
        if let Some(spool) = &self.spool
            && let Err(error) = spool.keep(&job).await
        {
            tracing::error!(ticket = job.at.ticket, "not kept in the spool: {error}");
        }
        self.tasks.spawn(Arc::clone(&self).see_through(job, Some(slot)));
    }

    /// Tries until the ticket is set, cannot be set, or the time is up.
    async fn see_through(self: Arc<Self>, job: Job, slot: Option<OwnedSemaphorePermit>) {
        let until = Instant::now() + self.give_up_after;
        let mut pause = self.pause * 4;
        let result = loop {
            let result = self.in_turn(&job).await;
            let passes = result.as_ref().is_err_and(|error| error.passes());
            if !passes || self.stopping.is_cancelled() || Instant::now() + pause > until {
                break result;
            }
            drop(timeout(pause, self.stopping.cancelled()).await);
            pause = (pause * 2).min(LONGEST_PAUSE);
        };
        self.settle(&job, result);
        self.waiting().remove(&job.key());
        drop(slot);
    }

    async fn in_turn(&self, job: &Job) -> Result<Outcome, Arc<ApiError>> {
        let places = self.desks.get(&job.product).map(|desk| Arc::clone(&desk.places));
        let _place = match places {
            Some(places) => places.acquire_owned().await.ok(),
            None => None,
        };
        self.once(job).await
    }

    /// Drops the job from the spool if it is done. What was refused stays too: a token or a name may
    /// be wrong, and be put right before the next start.
    fn settle(&self, job: &Job, result: Result<Outcome, Arc<ApiError>>) {
        let (help_desk, ticket) = (job.product.name(), job.at.ticket);
        match (result, &self.spool) {
            (Ok(_), None) => {}
            (Ok(_), Some(spool)) => spool.drop(job),
            (Err(error), Some(_)) => {
                tracing::error!(help_desk, ticket, "kept in the spool for the next start: {error}");
            }
            (Err(error), None) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                tracing::error!(help_desk, ticket, "given up: {error}");
            }
        }
    }

    /// Sets a ticket, however often and from however many requests it is asked for.
    async fn once(&self, job: &Job) -> Result<Outcome, Arc<ApiError>> {
        let entry = self.finished.entry(job.key()).or_try_insert_with(self.perform(job)).await?;
        let (is_fresh, written) = (entry.is_fresh(), entry.into_value());
        Ok(if is_fresh { Outcome::Done(written) } else { Outcome::Duplicate })
    }

    async fn perform(&self, job: &Job) -> Result<Written, ApiError> {
        let (help_desk, ticket) = (job.product.name(), job.at.ticket);
        let begun = Instant::now();
        let Some(desk) = self.desks.get(&job.product) else { return Ok(Written::AlreadySet) };
        let plan = desk.names.plan(job.choice);
        let result = match job.product.write(&desk.api, job.at, &plan).await {
            Err(ApiError::Gone(_)) => Ok(Written::Gone),
            other => other,
        };
        let outcome = match &result {
            Ok(written) => written.as_str(),
            Err(error) if error.passes() => "failed",
            Err(_) => "refused",
        };
        metrics::counter!("deskhand_write_backs_total", "help_desk" => help_desk, "outcome" => outcome)
            .increment(1);
        metrics::histogram!("deskhand_write_back_seconds", "help_desk" => help_desk)
            .record(begun.elapsed());
        match &result {
            Ok(_) => tracing::info!(help_desk, ticket, outcome, "write-back"),
            Err(error) => tracing::error!(help_desk, ticket, outcome, "write-back: {error}"),
        }
        result
    }

    /// How many jobs of Chatwoot wait.
    pub fn backlog(&self) -> usize {
        self.waiting().len()
    }

    /// Waits for what is under way. An error where something is lost for good.
    pub async fn finish(&self, grace: Duration) -> Result<()> {
        self.tasks.close();
        let ended = timeout(grace, self.tasks.wait()).await.is_ok();
        let unfinished = if ended || self.spool.is_some() { 0 } else { self.backlog() };
        let lost = self.lost.load(Ordering::Relaxed) + unfinished;
        ensure!(
            lost == 0,
            "{lost} write-backs were lost; --spool DIR keeps them for the next start"
        );
        Ok(())
    }

    /// A set of keys is sound whatever happened to a thread that held it.
    fn waiting(&self) -> MutexGuard<'_, HashSet<Key>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
