//! The body of a request: all of it, in time, not too large.

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use tokio::time::timeout;

use crate::refusal::Refusal;

/// How much of a body is taken.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub bytes: usize,
    pub time: Duration,
}

impl Limits {
    /// Reads the body. One that announces too much is refused before it is read.
    pub async fn read(&self, headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
        let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if announced.and_then(|text| text.parse().ok()).is_some_and(|n: usize| n > self.bytes) {
            return Err(Refusal::TooLarge(self.bytes));
        }
        let read = timeout(self.time, to_bytes(body, self.bytes));
        read.await.map_err(|_| Refusal::TooSlow)?.map_err(|error| {
            let limit = error.source().is_some_and(|source| source.is::<LimitReached>());
            if limit { Refusal::TooLarge(self.bytes) } else { Refusal::Broken }
        })
    }
}

type LimitReached = http_body_util::LengthLimitError;

/// The body as text, where its type says JSON.
pub fn json_text<'a>(headers: &HeaderMap, body: &'a [u8]) -> Result<&'a str, Refusal> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::NotJson);
    }
    std::str::from_utf8(body).map_err(|error| Refusal::NotUtf8(error.valid_up_to()))
}
