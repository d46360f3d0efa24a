//! The help desks: what they post, and which calls of their API set group, tags and priority.

pub mod chatwoot;
pub mod freescout;
pub mod plain;
pub mod zammad;

use axum::http::HeaderMap;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::api::{Api, ApiError};
use crate::names::Plan;
use crate::refusal::Refusal;

/// A help desk that is spoken to.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    clap::ValueEnum,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    Zammad,
    Chatwoot,
    Freescout,
    /// Any program that posts a subject and a body as JSON.
    Plain,
}

impl Product {
    pub const ALL: [Product; 4] =
        [Product::Zammad, Product::Chatwoot, Product::Freescout, Product::Plain];

    /// As it stands in addresses, metrics and the names file.
    pub const fn name(self) -> &'static str {
        match self {
            Product::Zammad => "zammad",
            Product::Chatwoot => "chatwoot",
            Product::Freescout => "freescout",
            Product::Plain => "plain",
        }
    }

    /// Whether tickets can be set; a plain client does with the answer what it likes.
    pub const fn has_write_back(self) -> bool {
        !matches!(self, Product::Plain)
    }

    /// Whether a request that was not answered with 2xx comes again.
    ///
    /// Zammad: "will retry up to four times" (<https://admin-docs.zammad.org/en/latest/manage/webhook.html>).
    /// FreeScout: "retried up to 10 times" (<https://freescout.net/module/api-webhooks/>).
    /// Chatwoot delivers an account's webhooks once and waits five seconds
    /// (<https://github.com/chatwoot/chatwoot/issues/15920>).
    pub const fn asks_again(self) -> bool {
        !matches!(self, Product::Chatwoot)
    }

    /// What a request is about. `headers` and `body` have passed the signature check.
    pub fn read(self, headers: &HeaderMap, body: &str) -> Result<Event, Refusal> {
        match self {
            Product::Zammad => zammad::read(body),
            Product::Chatwoot => chatwoot::read(body),
            Product::Freescout => freescout::read(headers, body),
            Product::Plain => plain::read(body),
        }
    }

    /// Sets group, tags and priority of a ticket.
    pub async fn write(self, api: &Api, at: Reference, plan: &Plan) -> Result<Written, ApiError> {
        match self {
            Product::Zammad => zammad::write(api, at, plan).await,
            Product::Chatwoot => chatwoot::write(api, at, plan).await,
            Product::Freescout => freescout::write(api, at, plan).await,
            Product::Plain => Ok(Written::AlreadySet),
        }
    }
}

/// What a request turned out to be about.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// The first message of a customer.
    Inquiry(Ticket),
    /// Anything else, and why nothing is done about it.
    Ignored(&'static str),
}

/// The first message of a customer.
#[derive(Debug, PartialEq)]
pub struct Ticket {
    /// `None` where a plain client gave no number.
    pub at: Option<Reference>,
    pub subject: String,
    /// Text or HTML: the library skips markup, quotations and signatures.
    pub body: String,
}

/// Where a ticket stands in its help desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Chatwoot's account.
    pub account: u64,
    /// Ticket or conversation.
    pub ticket: u64,
    /// Article, message or thread.
    pub message: u64,
}

/// What a write-back did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Set,
    /// All tags were there: an earlier delivery was written before a restart.
    AlreadySet,
    /// The customer had written before.
    NotFirst,
    /// The ticket was deleted or merged meanwhile.
    Gone,
}

impl Written {
    pub const fn as_str(self) -> &'static str {
        match self {
            Written::Set => "set",
            Written::AlreadySet => "already-set",
            Written::NotFirst => "not-first",
            Written::Gone => "gone",
        }
    }
}

/// Reads JSON, and names the field where it does not fit.
fn from_json<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_str(body);
    let read: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        match error.inner().classify() {
            serde_json::error::Category::Data => {
                Refusal::Incomplete { path, problem: error.into_inner().to_string() }
            }
            _ => Refusal::Malformed(error.into_inner().to_string()),
        }
    })?;
    json.end().map_err(|error| Refusal::Malformed(error.to_string()))?;
    Ok(read)
}

/// A number that some versions write as text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Plain(u64),
        Text(String),
    }
    match Number::deserialize(deserializer) {
        Ok(Number::Plain(number)) => Ok(number),
        Ok(Number::Text(text)) => text.parse().map_err(serde::de::Error::custom),
        Err(_) => Err(serde::de::Error::custom("expected a whole number")),
    }
}

/// Text that may be `null`.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The strings of a JSON list.
fn strings(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(Value::as_str).collect()
}
