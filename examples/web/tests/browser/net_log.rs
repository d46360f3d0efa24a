//! The browser's own record of what it asked the network for.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A request of the page's or its workers'.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) url: String,
}

/// All requests of this origin in the record of a browser that was closed.
pub(crate) fn requests_of(origin: &str, profile: &Path) -> Vec<Request> {
    let record = fs::read(profile.join("net-log.json")).expect("the browser left a record");
    let record: Value = serde_json::from_slice(&record).expect("the record is whole");
    let start = &record["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"];
    let events = record["events"].as_array().expect("it holds events");
    let begun = events.iter().filter(|event| event["type"] == *start);
    let of_origin = begun.filter_map(|event| {
        let about = &event["params"];
        // What the browser asks for itself has another initiator.
        let of_page = about["initiator"].as_str() == Some(origin)
            || about["url"].as_str().is_some_and(|url| url.starts_with(origin));
        let text = |name: &str| about[name].as_str().map(str::to_owned);
        of_page.then_some(Request { method: text("method")?, url: text("url")? })
    });
    of_origin.collect()
}
