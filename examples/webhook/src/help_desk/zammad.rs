//! Zammad: a trigger's webhook with the default payload.
//!
//! Payload: <https://admin-docs.zammad.org/en/latest/manage/webhook/payload.html>; API:
//! <https://docs.zammad.org/en/latest/api/ticket/index.html> and
//! <https://docs.zammad.org/en/latest/api/ticket/tags.html>.

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Event, Reference, Ticket, Written, from_json, number, strings, text};
use crate::api::{Api, ApiError, list};
use crate::names::Plan;
use crate::refusal::Refusal;

#[derive(Deserialize)]
struct Payload {
    ticket: TicketData,
    /// `null` where a change of the ticket set off the trigger, as our own write-back does.
    article: Option<Article>,
}

#[derive(Deserialize)]
struct TicketData {
    #[serde(deserialize_with = "number")]
    id: u64,
    #[serde(default, deserialize_with = "text")]
    title: String,
    #[serde(default)]
    article_ids: Vec<u64>,
}

#[derive(Deserialize)]
struct Article {
    #[serde(deserialize_with = "number")]
    id: u64,
    #[serde(default, deserialize_with = "text")]
    body: String,
    #[serde(default)]
    internal: bool,
    sender: String,
}

pub(super) fn read(body: &str) -> Result<Event, Refusal> {
    let Payload { ticket, article } = from_json(body)?;
    let Some(article) = article else { return Ok(Event::Ignored("no article")) };
    if article.sender != "Customer" {
        return Ok(Event::Ignored("not from a customer"));
    }
    if article.internal {
        return Ok(Event::Ignored("an internal note"));
    }
    // An automatic answer may already stand behind it, so the count would not do.
    if ticket.article_ids.iter().any(|&other| other < article.id) {
        return Ok(Event::Ignored("not the first message"));
    }
    let at = Reference { account: 0, ticket: ticket.id, message: article.id };
    Ok(Event::Inquiry(Ticket { at: Some(at), subject: ticket.title, body: article.body }))
}

pub(super) async fn write(api: &Api, at: Reference, plan: &Plan) -> Result<Written, ApiError> {
    let id = at.ticket;
    let listed =
        api.call(Method::GET, &format!("api/v1/tags?object=Ticket&o_id={id}"), None).await?;
    let tags = strings(list(&listed, "/tags", "tags")?);
    let missing = plan.missing(&tags);
    if missing.is_empty() {
        return Ok(Written::AlreadySet);
    }
    let mut change = Map::new();
    change.extend(plan.group.as_ref().map(|group| ("group".to_owned(), json!(group))));
    change.extend(plan.priority.as_ref().map(|name| ("priority".to_owned(), json!(name))));
    if !change.is_empty() {
        let change = Value::Object(change);
        api.call(Method::PUT, &format!("api/v1/tickets/{id}"), Some(&change)).await?;
    }
    // The tags come last: they say that the rest is done.
    for tag in missing {
        let tag = json!({ "item": tag, "object": "Ticket", "o_id": id });
        api.call(Method::POST, "api/v1/tags/add", Some(&tag)).await?;
    }
    Ok(Written::Set)
}
