//! Any program: `{"subject": "…", "body": "…"}`, the subject may be left out.

use serde::Deserialize;

use super::{Event, Ticket, from_json, text};
use crate::refusal::Refusal;

#[derive(Deserialize)]
struct Payload {
    #[serde(default, deserialize_with = "text")]
    subject: String,
    body: String,
}

pub(super) fn read(body: &str) -> Result<Event, Refusal> {
    let Payload { subject, body } = from_json(body)?;
    Ok(Event::Inquiry(Ticket { at: None, subject, body }))
}
