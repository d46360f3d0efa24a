//! Calls of a help desk's API: each is tried again a bounded number of times.

use std::time::Duration;

use anyhow::{Context, Result};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use backon::{BackoffBuilder, ExponentialBuilder, Retryable};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::config::Access;
use crate::help_desk::Product;
use crate::options::Options;

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How much of an error page is worth a log line.
const EXCERPT: usize = 200;

/// One help desk's API.
#[derive(Debug)]
pub struct Api {
    product: Product,
    client: Client,
    base: Url,
    backoff: ExponentialBuilder,
    stopping: CancellationToken,
}

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("the help desk cannot be reached: {0}")]
    Unreachable(String),
    #[error("the help desk answered {status}")]
    Overloaded { status: StatusCode, retry_after: Option<Duration> },
    #[error("the ticket is gone ({0})")]
    Gone(StatusCode),
    #[error("the help desk refused {call}: {status} {excerpt}")]
    Refused { call: String, status: StatusCode, excerpt: String },
    #[error("the help desk's answer to {call} holds no {what}; is its version supported?")]
    Unexpected { call: String, what: &'static str },
}

impl ApiError {
    /// Whether the same call may succeed later.
    pub fn passes(&self) -> bool {
        matches!(self, ApiError::Unreachable(_) | ApiError::Overloaded { .. })
    }

    fn wanted_pause(&self) -> Option<Duration> {
        match self {
            ApiError::Overloaded { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl Api {
    pub fn new(
        product: Product,
        access: &Access,
        options: &Options,
        stopping: CancellationToken,
    ) -> Result<Self> {
        let client = Client::builder()
            .user_agent(concat!("deskhand-webhook/", env!("CARGO_PKG_VERSION")))
            .default_headers(token_header(product, access.token.expose_secret())?)
            .timeout(options.call_timeout)
            .connect_timeout(options.call_timeout)
            // A redirect would carry the token to another host.
            .redirect(Policy::none())
            .build()?;
        let backoff = ExponentialBuilder::default()
            .with_min_delay(options.pause)
            .with_max_delay(LONGEST_PAUSE)
            .with_max_times(options.attempts.get() - 1)
            .with_jitter();
        Ok(Self { product, client, base: access.url.clone(), backoff, stopping })
    }

    /// Calls the API; `null` where a change is answered with nothing.
    ///
    /// A try under way is always finished. When the service stops, a pause ends at once and the try
    /// after it is the last.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        json: Option<&Value>,
    ) -> Result<Value, ApiError> {
        let stopping = self.stopping.clone();
        let pause = move |wait: Duration| {
            let stopping = stopping.clone();
            async move { drop(tokio::time::timeout(wait, stopping.cancelled()).await) }
        };
        let tried = || self.attempt(&method, path, json);
        tried
            .retry(self.backoff.build())
            .sleep(pause)
            .when(|error| error.passes() && !self.stopping.is_cancelled())
            .adjust(|error, wait| wait.map(|wait| longer(wait, error.wanted_pause())))
            .notify(|error, wait| {
                metrics::counter!("deskhand_api_retries_total", "help_desk" => self.product.name())
                    .increment(1);
                let help_desk = self.product.name();
                tracing::warn!(help_desk, %method, path, ?wait, "tries again: {error}");
            })
            .await
    }

    async fn attempt(
        &self,
        method: &Method,
        path: &str,
        json: Option<&Value>,
    ) -> Result<Value, ApiError> {
        let call = || format!("{method} {path}");
        let unreachable = |error: reqwest::Error| ApiError::Unreachable(root_cause(&error));
        let url = self.base.join(path).map_err(|error| ApiError::Unreachable(error.to_string()))?;
        let mut request = self.client.request(method.clone(), url);
        if let Some(json) = json {
            request = request.json(json);
        }
        let response = request.send().await.map_err(unreachable)?;
        let (status, retry_after) = (response.status(), retry_after(response.headers()));
        let body = response.text().await.map_err(unreachable)?;
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(ApiError::Gone(status)),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Err(ApiError::Overloaded { status, retry_after })
            }
            _ if status.is_server_error() => Err(ApiError::Overloaded { status, retry_after }),
            _ if !status.is_success() => {
                let excerpt = body.chars().take(EXCERPT).collect();
                Err(ApiError::Refused { call: call(), status, excerpt })
            }
            _ if method != Method::GET => Ok(Value::Null),
            _ => serde_json::from_str(&body)
                .map_err(|_| ApiError::Unexpected { call: call(), what: "JSON" }),
        }
    }
}

/// A list in an answer. One that is not there must not be taken for an empty one: Chatwoot and
/// FreeScout replace all tags, and those of the agents would be lost.
pub fn list<'a>(
    answer: &'a Value,
    pointer: &str,
    what: &'static str,
) -> Result<&'a [Value], ApiError> {
    let list = answer.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice);
    list.ok_or_else(|| ApiError::Unexpected { call: format!("GET, {pointer}"), what })
}

/// The header that carries the token.
///
/// <https://docs.zammad.org/en/latest/api/intro.html>,
/// <https://developers.chatwoot.com/api-reference/conversations/add-labels>,
/// <https://api-docs.freescout.net/>
fn token_header(product: Product, token: &str) -> Result<HeaderMap> {
    let (name, value) = match product {
        Product::Zammad => (header::AUTHORIZATION, format!("Token token={token}")),
        Product::Chatwoot => (HeaderName::from_static("api_access_token"), token.to_owned()),
        Product::Freescout => (HeaderName::from_static("x-freescout-api-key"), token.to_owned()),
        Product::Plain => return Ok(HeaderMap::new()),
    };
    let value = HeaderValue::from_str(&value);
    let mut value =
        value.with_context(|| format!("the token of {} has odd bytes", product.name()))?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(name, value)]))
}

/// `Retry-After` in seconds; a date counts as none.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

fn longer(pause: Duration, wanted: Option<Duration>) -> Duration {
    wanted.map_or(pause, |wanted| wanted.max(pause))
}

/// The last of an error's causes, which names what went wrong.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
