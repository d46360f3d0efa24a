//! One address for each help desk, and what happens to a request there.

use std::sync::Arc;

use axum::error_handling::HandleErrorLayer;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{BoxError, Json, Router};
use deskhand::Classifier;
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;

use crate::help_desk::{Event, Product, Ticket};
use crate::intake::{Limits, json_text};
use crate::names::Choice;
use crate::rate::{self, Rate};
use crate::refusal::Refusal;
use crate::signature::Door;
use crate::telemetry;
use crate::verdict::Verdict;
use crate::write_back::{Job, Outcome, WriteBack};

/// What answers requests.
#[derive(Debug)]
pub struct Service {
    pub doors: Vec<Door>,
    pub limits: Limits,
    pub classifier: Classifier,
    pub write_back: Arc<WriteBack>,
}

/// The answer to a request that was let in.
#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
enum Answer {
    Ignored { reason: &'static str },
    Answered { verdict: Verdict, write_back: &'static str },
}

/// The addresses that help desks post to.
pub fn hooks(service: Arc<Service>, rate: Arc<Rate>, concurrent: usize) -> Router {
    let mut router = Router::new();
    for (index, door) in service.doors.iter().enumerate() {
        let path = format!("/hooks/{}", door.product.name());
        let in_url = format!("{path}/{{secret}}");
        let hook = move |State(service): State<Arc<Service>>, request: Request| async move {
            service.answer(index, None, request).await
        };
        let hook_in_url = move |State(service): State<Arc<Service>>,
                                Path(secret): Path<String>,
                                request: Request| async move {
            service.answer(index, Some(&secret), request).await
        };
        router = router.route(&path, post(hook));
        if door.secret_in_url {
            router = router.route(&in_url, post(hook_in_url));
        }
    }
    let busy = HandleErrorLayer::new(|_: BoxError| async { Refusal::Busy });
    let layers = ServiceBuilder::new()
        .layer(from_fn(telemetry::observe))
        .layer(from_fn_with_state(rate, rate::limit))
        .layer(busy)
        .load_shed()
        .layer(GlobalConcurrencyLimitLayer::new(concurrent));
    router.fallback(async || StatusCode::NOT_FOUND).layer(layers).with_state(service)
}

/// The addresses for those who run the service.
pub fn admin(
    metrics: PrometheusHandle,
    write_back: Arc<WriteBack>,
    stopping: CancellationToken,
) -> Router {
    let health = move || async move {
        if stopping.is_cancelled() {
            (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
        } else {
            (StatusCode::OK, "ok\n")
        }
    };
    let metrics = move || async move {
        metrics::gauge!("deskhand_write_backs_waiting").set(write_back.backlog() as f64);
        metrics.render()
    };
    Router::new().route("/health", get(health)).route("/metrics", get(metrics))
}

impl Service {
    async fn answer(&self, door: usize, in_url: Option<&str>, request: Request) -> Response {
        match self.try_answer(&self.doors[door], in_url, request).await {
            Ok(response) => response,
            Err(refusal) => refusal.into_response(),
        }
    }

    /// Nothing of a body is looked at before its signature.
    async fn try_answer(
        &self,
        door: &Door,
        in_url: Option<&str>,
        request: Request,
    ) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        let body = self.limits.read(&head.headers, body).await?;
        door.check(&head.headers, in_url, &body)?;
        let body = json_text(&head.headers, &body)?;
        let ticket = match door.product.read(&head.headers, body)? {
            Event::Inquiry(ticket) => ticket,
            Event::Ignored(reason) => {
                let labels = [("help_desk", door.product.name()), ("reason", reason)];
                metrics::counter!("deskhand_ignored_total", &labels).increment(1);
                return Ok(Json(Answer::Ignored { reason }).into_response());
            }
        };
        let verdict = Verdict::on(&ticket, &self.classifier);
        note(door.product, &ticket, &verdict);
        let (status, write_back) = self.write_back(door.product, &ticket, &verdict).await?;
        Ok((status, Json(Answer::Answered { verdict, write_back })).into_response())
    }

    /// Sets the ticket where that is wanted; says what became of it.
    async fn write_back(
        &self,
        product: Product,
        ticket: &Ticket,
        verdict: &Verdict,
    ) -> Result<(StatusCode, &'static str), Refusal> {
        let Some(at) = ticket.at else { return Ok((StatusCode::OK, "none")) };
        if !self.write_back.serves(product) {
            return Ok((StatusCode::OK, "off"));
        }
        let choice = Choice::from(&verdict.triage);
        Ok(match self.write_back.submit(Job { product, at, choice }).await? {
            Outcome::Done(written) => (StatusCode::OK, written.as_str()),
            Outcome::Duplicate => (StatusCode::OK, "duplicate"),
            Outcome::Waiting => (StatusCode::ACCEPTED, "waiting"),
        })
    }
}

/// Counts and logs a verdict; no word of the customer's goes into the log.
fn note(product: Product, ticket: &Ticket, verdict: &Verdict) {
    let triage = &verdict.triage;
    let (help_desk, desk) = (product.name(), triage.desk().as_str());
    let review = triage.review().map_or("none", |reason| reason.as_str());
    let tier = triage.tier().to_string();
    let number = ticket.at.map(|at| at.ticket);
    tracing::info!(help_desk, ticket = number, desk, tier, review, "verdict");
    metrics::counter!(
        "deskhand_verdicts_total",
        "help_desk" => help_desk, "desk" => desk, "tier" => tier, "review" => review
    )
    .increment(1);
}

/// A refusal as it is answered, with the reason for the log.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "status": "refused", "error": self.to_string() }));
        let mut response = (self.status(), self.headers(), body).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
