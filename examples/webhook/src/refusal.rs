//! Why a request was not answered, as a status and a sentence.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

/// A request that got no verdict, or one whose write-back must be asked for again.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    #[error(
        "the signature or token is missing or wrong; the secret must be the same on both sides"
    )]
    Unauthentic,
    #[error("the request was signed too long ago or by a clock that is off")]
    Stale,
    #[error("the body is larger than {0} bytes; --max-body allows more")]
    TooLarge(usize),
    #[error("the body did not arrive in time")]
    TooSlow,
    #[error("the body broke off")]
    Broken,
    #[error("the content type must be application/json")]
    NotJson,
    #[error("the body is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
    #[error("the body is not JSON: {0}")]
    Malformed(String),
    #[error("the field `{path}` does not fit: {problem}")]
    Incomplete { path: String, problem: String },
    #[error("too many requests from this address; --rate and --burst allow more")]
    TooMany(Duration),
    #[error("too much is under way; come again")]
    Busy,
    #[error("the help desk's API did not do it in time; come again")]
    NotWritten,
    #[error("the help desk's API refused the change; the log of this service says why")]
    Rejected,
}

impl Refusal {
    pub const fn status(&self) -> StatusCode {
        match self {
            Refusal::Unauthentic | Refusal::Stale => StatusCode::UNAUTHORIZED,
            Refusal::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Refusal::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::Broken | Refusal::NotUtf8(_) | Refusal::Malformed(_) => {
                StatusCode::BAD_REQUEST
            }
            Refusal::Incomplete { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Refusal::Busy | Refusal::NotWritten => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::Rejected => StatusCode::BAD_GATEWAY,
        }
    }

    /// When to come again, and whether on this connection.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // What is left of a body that was not read to its end must not be taken for a request.
        if matches!(self, Refusal::TooLarge(_) | Refusal::TooSlow | Refusal::Broken) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        headers
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Refusal::TooMany(wait) => Some(wait.as_secs() + 1),
            Refusal::Busy | Refusal::NotWritten => Some(10),
            _ => None,
        }
    }
}
