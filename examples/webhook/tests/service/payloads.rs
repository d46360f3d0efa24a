//! Requests as the help desks' documentation describes them.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;

pub const FAULT: &str = "Since the update the scanner app crashes on start with error 0x80070005";
pub const MONEY: &str = "I was charged twice for March, please refund one payment";
pub const LAWYER: &str = "Formal complaint. Third time the wrong invoice. If this is not settled by \
                          Friday my lawyer will write to you.";

/// A request before it is signed.
#[derive(Clone)]
pub struct Post {
    pub path: &'static str,
    pub body: Vec<u8>,
    pub headers: Vec<(&'static str, String)>,
}

impl Post {
    fn new(path: &'static str, body: &Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { path, body: body.to_string().into_bytes(), headers }
    }

    /// The same with another body.
    pub fn with_body(&self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self.clone() }
    }

    /// The same with a change to its JSON.
    pub fn changed(&self, pointer: &str, to: Value) -> Self {
        let mut body: Value = serde_json::from_slice(&self.body).unwrap();
        *body.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = to;
        self.with_body(body.to_string())
    }

    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut post = self.clone();
        post.headers.retain(|(other, _)| *other != name);
        post.headers.push((name, value.to_owned()));
        post
    }

    /// The headers, with the signature that this help desk would send.
    pub fn signed(&self, secret: &str) -> HeaderMap {
        let mut headers = self.headers.clone();
        match self.path {
            "/hooks/zammad" => {
                let signature = hex::encode(hmac::<Hmac<Sha1>>(secret, &self.body));
                headers.push(("x-hub-signature", format!("sha1={signature}")));
            }
            "/hooks/chatwoot" => headers.extend(self.chatwoot(secret, now())),
            "/hooks/freescout" => {
                let signature = STANDARD.encode(hmac::<Hmac<Sha1>>(secret, &self.body));
                headers.push(("x-freescout-signature", signature));
            }
            _ => headers.push(("authorization", format!("Bearer {secret}"))),
        }
        let pair = |(name, value): (&'static str, String)| {
            (HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap())
        };
        headers.into_iter().map(pair).collect()
    }

    /// Chatwoot's signature at a time.
    pub fn chatwoot(&self, secret: &str, time: u64) -> [(&'static str, String); 2] {
        let signed = [time.to_string().as_bytes(), b".", &self.body].concat();
        let signature = hex::encode(hmac::<Hmac<Sha256>>(secret, &signed));
        let signature = ("x-chatwoot-signature", format!("sha256={signature}"));
        [signature, ("x-chatwoot-timestamp", time.to_string())]
    }
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn hmac<M: Mac + hmac::digest::KeyInit>(secret: &str, data: &[u8]) -> Vec<u8> {
    let mut mac = <M as Mac>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

pub fn plain(body: &str) -> Post {
    Post::new("/hooks/plain", &json!({ "body": body }))
}

/// <https://admin-docs.zammad.org/en/latest/manage/webhook/payload.html>, shortened.
pub fn zammad(ticket: u64, body: &str) -> Post {
    let payload = json!({
        "ticket": {
            "id": ticket, "number": "10081", "title": "A question", "article_count": 1,
            "article_ids": [104], "create_article_sender": "Customer", "group_id": 3,
            "group": { "id": 3, "name": "Users", "active": true },
            "priority": { "id": 2, "name": "2 normal" }, "state": "new", "note": null
        },
        "article": {
            "id": 104, "ticket_id": ticket, "body": body, "content_type": "text/html",
            "internal": false, "sender": "Customer", "type": "email", "attachments": []
        }
    });
    Post::new("/hooks/zammad", &payload).with_header("x-zammad-trigger", "deskhand")
}

/// <https://www.chatwoot.com/hc/user-guide/articles/1677693021-how-to-use-webhooks>, shortened.
pub fn chatwoot(conversation: u64, body: &str) -> Post {
    Post::new(
        "/hooks/chatwoot",
        &json!({
            "event": "message_created", "id": 5005, "content": body, "message_type": "incoming",
            "content_type": "text", "content_attributes": {}, "private": false, "source_id": null,
            "created_at": "2026-03-03T13:05:57.000Z",
            "sender": { "id": 8, "name": "Emily", "type": "contact" },
            "inbox": { "id": 2, "name": "Website" },
            "conversation": {
                "id": conversation, "status": "open", "labels": [], "first_reply_created_at": null,
                "additional_attributes": { "referer": "https://shop.example.org" }
            },
            "account": { "id": 7, "name": "Shop" }
        }),
    )
}

/// <https://freescout.net/module/api-webhooks/>, shortened; threads from new to old.
pub fn freescout(conversation: u64, body: &str) -> Post {
    let payload = json!({
        "id": conversation, "number": 3, "threadsCount": 1, "type": "email", "status": "active",
        "state": "published", "subject": "A question", "preview": "…", "mailboxId": 15,
        "createdBy": { "id": 11, "type": "customer", "email": "mark@example.org" },
        "source": { "type": "email", "via": "customer" },
        "_embedded": {
            "threads": [
                { "id": 18, "type": "lineitem", "body": "" },
                { "id": 17, "type": "customer", "body": body }
            ],
            "timelogs": [], "tags": []
        }
    });
    Post::new("/hooks/freescout", &payload).with_header("x-freescout-event", "convo.created")
}
