//! One line as an object: which of its values are the texts, without building the others.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::columns::{Part, Wanted, is_label};

/// By which names keys are told.
pub(crate) struct Names {
    /// Those of the texts.
    pub(crate) wanted: Wanted,
    /// Those of the labels.
    pub(crate) labels: [String; 9],
}

/// What one object holds of interest. `None` where a key is missing.
#[derive(Default)]
pub(crate) struct Found<'a> {
    /// The subject line.
    pub(crate) subject: Option<Value<'a>>,
    /// The text itself.
    pub(crate) body: Option<Value<'a>>,
    /// Whether a key has the name of a label.
    pub(crate) clash: bool,
}

/// A value, and how well its key fits.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    fit: usize,
    raw: &'a RawValue,
}

/// What a key stands for.
enum Key {
    Text(Part, usize),
    Label,
    Other,
}

impl Names {
    /// Reads a line, or tells what is wrong with it.
    pub(crate) fn read<'a>(&self, line: &'a str) -> Result<Found<'a>, String> {
        let mut json = serde_json::Deserializer::from_str(line);
        let found =
            json.deserialize_map(ObjectOf(self)).and_then(|found| json.end().map(|()| found));
        found.map_err(|error| if_not_object(line).unwrap_or_else(|| not_json(&error)))
    }

    fn key(&self, name: &str) -> Key {
        match self.wanted.fit(name) {
            _ if is_label(&self.labels, name) => Key::Label,
            Some((part, fit)) => Key::Text(part, fit),
            None => Key::Other,
        }
    }
}

impl<'a> Value<'a> {
    /// Whether it is nothing.
    pub(crate) fn is_null(&self) -> bool {
        self.raw.get() == "null"
    }

    /// The string it is, or what it is instead.
    pub(crate) fn text(self) -> Result<Cow<'a, str>, String> {
        let json = self.raw.get();
        let inside = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
        match inside {
            Some(inside) if !inside.contains('\\') => Ok(Cow::Borrowed(inside)),
            Some(_) => serde_json::from_str(json).map(Cow::Owned).map_err(|error| not_json(&error)),
            None => Err(format!("the text is {}, not a string", kind(json))),
        }
    }
}

fn kind(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'n') => "null",
        Some(b't' | b'f') => "true or false",
        Some(b'[') => "a list",
        Some(b'{') => "an object",
        _ => "a number",
    }
}

fn if_not_object(line: &str) -> Option<String> {
    let valid = !line.starts_with('{') && serde_json::from_str::<IgnoredAny>(line).is_ok();
    valid.then(|| "JSON, but not an object".to_owned())
}

/// The error as a cause: every row is one line, so only the column helps.
fn not_json(error: &serde_json::Error) -> String {
    let message = error.to_string().replace(" at line 1 column", " at column");
    format!("not JSON: {message}")
}

/// The keys of an object; `None` if the line is none.
pub(crate) fn keys_of(line: &str) -> Option<Vec<String>> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).ok()?;
    Some(object.keys().cloned().collect())
}

/// Reads an object for what [`Found`] keeps of it, without building the rest.
struct ObjectOf<'r>(&'r Names);

impl<'de> Visitor<'de> for ObjectOf<'_> {
    type Value = Found<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found::default();
        while let Some(key) = map.next_key_seed(KeyOf(self.0))? {
            let Key::Text(part, fit) = key else {
                found.clash |= matches!(key, Key::Label);
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let place = match part {
                Part::Subject => &mut found.subject,
                Part::Body => &mut found.body,
            };
            let raw = map.next_value()?;
            if place.is_none_or(|held| fit < held.fit) {
                *place = Some(Value { fit, raw });
            }
        }
        Ok(found)
    }
}

/// Tells what a key stands for without keeping it.
struct KeyOf<'r>(&'r Names);

impl<'de> DeserializeSeed<'de> for KeyOf<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Key, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOf<'_> {
    type Value = Key;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        Ok(self.0.key(name))
    }
}
