//! The help desks' side: keeps tags as they do, records every call, and fails as told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

pub const TOKEN: &str = "token-of-the-help-desk";

/// A running stub.
pub struct Stub {
    pub url: String,
    pub desk: Arc<Desk>,
}

/// What the help desk knows and does.
pub struct Desk {
    state: Mutex<Known>,
    /// Calls that may pass; plenty unless a test holds them.
    pub gate: Semaphore,
}

#[derive(Default)]
struct Known {
    calls: Vec<(String, Value)>,
    tags: BTreeMap<String, Vec<String>>,
    earlier: Vec<Value>,
    /// The next answers instead of the right ones.
    failures: VecDeque<Response>,
    always: Option<(StatusCode, &'static str)>,
    delay: Duration,
}

pub async fn stub() -> Stub {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let desk = Arc::new(Desk { state: Mutex::default(), gate: Semaphore::new(100_000) });
    let router = Router::new().fallback(handle).with_state(Arc::clone(&desk));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Stub { url, desk }
}

impl Desk {
    fn known<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        change(&mut self.state.lock().unwrap())
    }

    /// All calls so far, as method and path.
    pub fn calls(&self) -> Vec<String> {
        self.known(|known| known.calls.iter().map(|(call, _)| call.clone()).collect())
    }

    /// The calls that change something, with what they sent.
    pub fn changes(&self) -> Vec<(String, Value)> {
        let is_change = |(call, _): &&(String, Value)| !call.starts_with("GET");
        self.known(|known| known.calls.iter().filter(is_change).cloned().collect())
    }

    pub fn has_tags(&self, ticket: &str, tags: &[&str]) {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        self.known(|known| known.tags.insert(ticket.to_owned(), tags));
    }

    pub fn tags(&self, ticket: &str) -> Vec<String> {
        self.known(|known| known.tags.get(ticket).cloned().unwrap_or_default())
    }

    /// Chatwoot's messages before the one that is asked about.
    pub fn has_earlier(&self, messages: Value) {
        self.known(|known| known.earlier = messages.as_array().unwrap().clone());
    }

    pub fn fails_next(&self, failures: impl IntoIterator<Item = Response>) {
        self.known(|known| known.failures.extend(failures));
    }

    pub fn always_answers(&self, answer: Option<(StatusCode, &'static str)>) {
        self.known(|known| known.always = answer);
    }

    pub fn takes(&self, delay: Duration) {
        self.known(|known| known.delay = delay);
    }

    /// Lets no call pass until permits are added.
    pub async fn hold(&self) {
        self.gate.acquire_many(100_000).await.unwrap().forget();
    }

    pub fn release(&self) {
        self.gate.add_permits(100_000);
    }

    fn answer(&self, call: &str, sent: &Value) -> Response {
        self.known(|known| {
            if let Some(answer) = known.always {
                return answer.into_response();
            }
            if let Some(failure) = known.failures.pop_front() {
                return failure;
            }
            known.right_answer(call, sent)
        })
    }
}

impl Known {
    fn right_answer(&mut self, call: &str, sent: &Value) -> Response {
        let parts: Vec<&str> = call.split([' ', '/', '?', '&', '=']).collect();
        match parts[..] {
            ["GET", "", "api", "v1", "tags", "object", "Ticket", "o_id", id] => {
                json_answer(json!({ "tags": self.of(id) }))
            }
            ["POST", "", "api", "v1", "tags", "add"] => {
                let tag = sent["item"].as_str().unwrap().to_owned();
                self.tags.entry(sent["o_id"].to_string()).or_default().push(tag);
                (StatusCode::CREATED, "true").into_response()
            }
            ["PUT", "", "api", "v1", "tickets", _] => json_answer(json!({ "id": 1 })),
            [
                "GET",
                "",
                "api",
                "v1",
                "accounts",
                "7",
                "conversations",
                _,
                "messages",
                "before",
                _,
            ] => json_answer(json!({ "meta": {}, "payload": self.earlier })),
            ["GET", "", "api", "v1", "accounts", "7", "conversations", id, "labels"] => {
                json_answer(json!({ "payload": self.of(id) }))
            }
            ["POST", "", "api", "v1", "accounts", "7", "conversations", id, "labels"] => {
                self.replace(id, &sent["labels"]);
                json_answer(json!({ "payload": sent["labels"] }))
            }
            ["POST", "", "api", "v1", "accounts", "7", "conversations", _, "assignments"] => {
                json_answer(json!({ "id": 1 }))
            }
            ["POST", "", "api", "v1", "accounts", "7", "conversations", _, "toggle_priority"] => {
                StatusCode::OK.into_response()
            }
            ["GET", "", "api", "conversations", id, "embed", "tags"] => {
                let tag = |(id, name)| json!({ "id": id, "name": name });
                let tags: Vec<Value> = self.of(id).into_iter().enumerate().map(tag).collect();
                json_answer(json!({ "id": 1, "_embedded": { "tags": tags } }))
            }
            ["PUT", "", "api", "conversations", id, "tags"] => {
                self.replace(id, &sent["tags"]);
                StatusCode::NO_CONTENT.into_response()
            }
            ["PUT", "", "api", "conversations", _] => StatusCode::NO_CONTENT.into_response(),
            _ => panic!("no such call in the documentation: {call}"),
        }
    }

    fn of(&self, ticket: &str) -> Vec<String> {
        self.tags.get(ticket).cloned().unwrap_or_default()
    }

    fn replace(&mut self, ticket: &str, tags: &Value) {
        let tags = tags.as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned());
        self.tags.insert(ticket.to_owned(), tags.collect());
    }
}

async fn handle(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body: Bytes = to_bytes(body, usize::MAX).await.unwrap();
    let call = format!("{} {}", head.method, head.uri);
    if !has_token(&head.headers) {
        return (StatusCode::UNAUTHORIZED, "no token").into_response();
    }
    let sent = serde_json::from_slice(&body).unwrap_or_default();
    let delay = desk.known(|known| {
        known.calls.push((call.clone(), Value::clone(&sent)));
        known.delay
    });
    tokio::time::sleep(delay).await;
    drop(desk.gate.acquire().await);
    desk.answer(&call, &sent)
}

/// In the header of whichever product.
fn has_token(headers: &HeaderMap) -> bool {
    let is = |name, value: String| headers.get(name).is_some_and(|header| *header == *value);
    is("authorization", format!("Token token={TOKEN}"))
        || is("api_access_token", TOKEN.to_owned())
        || is("x-freescout-api-key", TOKEN.to_owned())
}

fn json_answer(json: Value) -> Response {
    axum::Json(json).into_response()
}
