//! Chatwoot: an account's webhook for `message_created`.
//!
//! Payload: <https://www.chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks>; API:
//! <https://developers.chatwoot.com/api-reference/messages/get-messages>,
//! <https://developers.chatwoot.com/api-reference/conversations/add-labels>,
//! <https://developers.chatwoot.com/api-reference/conversations/toggle-priority>,
//! <https://developers.chatwoot.com/api-reference/conversation-assignments/assign-conversation>.

use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Event, Reference, Ticket, Written, from_json, number, strings, text};
use crate::api::{Api, ApiError, list};
use crate::names::Plan;
use crate::refusal::Refusal;

/// Of other events only the name is read.
#[derive(Deserialize)]
struct Named {
    event: String,
}

#[derive(Deserialize)]
struct Message {
    #[serde(deserialize_with = "number")]
    id: u64,
    /// `null` where the customer sent only a file.
    #[serde(default, deserialize_with = "text")]
    content: String,
    message_type: Value,
    #[serde(default)]
    private: bool,
    conversation: Conversation,
    account: Account,
}

#[derive(Deserialize)]
struct Account {
    #[serde(deserialize_with = "number")]
    id: u64,
}

#[derive(Deserialize)]
struct Conversation {
    /// The number that the API and the addresses use.
    #[serde(alias = "display_id", deserialize_with = "number")]
    id: u64,
    first_reply_created_at: Option<Value>,
    #[serde(default)]
    additional_attributes: Option<Attributes>,
}

#[derive(Deserialize)]
struct Attributes {
    /// In an e-mail inbox.
    mail_subject: Option<String>,
}

pub(super) fn read(body: &str) -> Result<Event, Refusal> {
    if from_json::<Named>(body)?.event != "message_created" {
        return Ok(Event::Ignored("not message_created"));
    }
    let message: Message = from_json(body)?;
    if !is_incoming(&message.message_type) {
        return Ok(Event::Ignored("not from a customer"));
    }
    if message.private {
        return Ok(Event::Ignored("an internal note"));
    }
    if message.conversation.first_reply_created_at.is_some() {
        return Ok(Event::Ignored("not the first message"));
    }
    let Conversation { id, additional_attributes, .. } = message.conversation;
    let subject = additional_attributes.and_then(|attributes| attributes.mail_subject);
    let at = Reference { account: message.account.id, ticket: id, message: message.id };
    let subject = subject.unwrap_or_default();
    Ok(Event::Inquiry(Ticket { at: Some(at), subject, body: message.content }))
}

/// By name in webhooks, by number in the API.
fn is_incoming(message_type: &Value) -> bool {
    *message_type == "incoming" || *message_type == 0
}

pub(super) async fn write(api: &Api, at: Reference, plan: &Plan) -> Result<Written, ApiError> {
    let Reference { account, ticket, message } = at;
    let conversation = format!("api/v1/accounts/{account}/conversations/{ticket}");
    // A payload does not tell how many messages came before it.
    let earlier =
        api.call(Method::GET, &format!("{conversation}/messages?before={message}"), None).await?;
    let mut earlier = list(&earlier, "/payload", "messages")?.iter();
    if earlier.any(|message| is_incoming(&message["message_type"])) {
        return Ok(Written::NotFirst);
    }
    let labels = format!("{conversation}/labels");
    let listed = api.call(Method::GET, &labels, None).await?;
    let mut all = strings(list(&listed, "/payload", "labels")?);
    let missing = plan.missing(&all);
    if missing.is_empty() {
        return Ok(Written::AlreadySet);
    }
    if let Some(team) = &plan.group {
        let team = json!({ "team_id": team });
        api.call(Method::POST, &format!("{conversation}/assignments"), Some(&team)).await?;
    }
    if let Some(priority) = &plan.priority {
        let priority = json!({ "priority": priority });
        api.call(Method::POST, &format!("{conversation}/toggle_priority"), Some(&priority)).await?;
    }
    // The labels come last: they say that the rest is done. The call replaces all of them.
    all.extend(missing);
    api.call(Method::POST, &labels, Some(&json!({ "labels": all }))).await?;
    Ok(Written::Set)
}
