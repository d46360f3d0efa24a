//! Logs to stderr, metrics for Prometheus.

use std::time::Instant;

use anyhow::Result;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::help_desk::Product;
use crate::refusal::Refusal;

const SECONDS: &[f64] = &[0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0];

/// Logs of level info, or what `RUST_LOG` says.
pub fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .init();
}

/// Begins to count.
pub fn count() -> Result<PrometheusHandle> {
    Ok(PrometheusBuilder::new().set_buckets(SECONDS)?.install_recorder()?)
}

/// Counts and logs a request: by its route, never by its address, which may hold a secret.
pub async fn observe(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let help_desk = help_desk(path.as_deref().unwrap_or_default());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let labels = [("help_desk", help_desk.to_owned()), ("status", status.to_string())];
    metrics::counter!("deskhand_requests_total", &labels).increment(1);
    metrics::histogram!("deskhand_request_seconds", "help_desk" => help_desk)
        .record(begun.elapsed());
    match response.extensions().get::<Refusal>() {
        Some(refusal) => tracing::warn!(help_desk, status, "refused: {refusal}"),
        None => tracing::debug!(help_desk, status, "answered"),
    }
    response
}

fn help_desk(path: &str) -> &'static str {
    let name = path.trim_start_matches("/hooks/").split('/').next().unwrap_or_default();
    let product = Product::ALL.into_iter().find(|product| product.name() == name);
    product.map_or("none", Product::name)
}
