//! FreeScout: the webhook `convo.created` of the module API & Webhooks.
//!
//! Payload and retries: <https://freescout.net/module/api-webhooks/>; API:
//! <https://api-docs.freescout.net/>, "Get Conversation", "Update Conversation" and "Update Tags".

use axum::http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::json;

use super::{Event, Reference, Ticket, Written, from_json, number, text};
use crate::api::{Api, ApiError, list};
use crate::names::Plan;
use crate::refusal::Refusal;

#[derive(Deserialize)]
struct Conversation {
    #[serde(deserialize_with = "number")]
    id: u64,
    #[serde(default, deserialize_with = "text")]
    subject: String,
    #[serde(default, deserialize_with = "text")]
    state: String,
    #[serde(default, deserialize_with = "text")]
    status: String,
    #[serde(rename = "createdBy")]
    created_by: Person,
    #[serde(rename = "_embedded")]
    embedded: Embedded,
}

#[derive(Deserialize)]
struct Person {
    /// `"customer"` or `"user"`.
    r#type: String,
}

#[derive(Deserialize)]
struct Embedded {
    threads: Vec<Thread>,
}

#[derive(Deserialize)]
struct Thread {
    #[serde(deserialize_with = "number")]
    id: u64,
    /// `"customer"`, `"message"` (an agent's), `"note"` or `"lineitem"`.
    r#type: String,
    #[serde(default, deserialize_with = "text")]
    body: String,
}

pub(super) fn read(headers: &HeaderMap, body: &str) -> Result<Event, Refusal> {
    // The event stands in a header only: the body of every event is the conversation.
    if headers.get("x-freescout-event").is_none_or(|event| event != "convo.created") {
        return Ok(Event::Ignored("not convo.created"));
    }
    let conversation: Conversation = from_json(body)?;
    if conversation.created_by.r#type != "customer" {
        return Ok(Event::Ignored("not from a customer"));
    }
    if conversation.status == "spam" || !matches!(&*conversation.state, "published" | "") {
        return Ok(Event::Ignored("spam, a draft or deleted"));
    }
    let threads = conversation.embedded.threads.into_iter();
    let customers = threads.filter(|thread| thread.r#type == "customer");
    let Some(first) = customers.min_by_key(|thread| thread.id) else {
        return Ok(Event::Ignored("no message of a customer"));
    };
    let at = Reference { account: 0, ticket: conversation.id, message: first.id };
    Ok(Event::Inquiry(Ticket { at: Some(at), subject: conversation.subject, body: first.body }))
}

pub(super) async fn write(api: &Api, at: Reference, plan: &Plan) -> Result<Written, ApiError> {
    let conversation = format!("api/conversations/{}", at.ticket);
    let listed = api.call(Method::GET, &format!("{conversation}?embed=tags"), None).await?;
    let tags = list(&listed, "/_embedded/tags", "tags (the module Tags is needed)")?;
    let mut all: Vec<&str> = tags.iter().filter_map(|tag| tag["name"].as_str()).collect();
    let missing = plan.missing(&all);
    if missing.is_empty() {
        return Ok(Written::AlreadySet);
    }
    if let Some(mailbox) = &plan.group {
        let change = json!({ "byUser": plan.by_user, "mailboxId": mailbox });
        api.call(Method::PUT, &conversation, Some(&change)).await?;
    }
    // The tags come last: they say that the rest is done. The call replaces all of them.
    all.extend(missing);
    api.call(Method::PUT, &format!("{conversation}/tags"), Some(&json!({ "tags": all }))).await?;
    Ok(Written::Set)
}
