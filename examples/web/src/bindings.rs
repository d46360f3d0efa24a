//! What the page's script sees. Answers are JSON; errors are sentences for a reader.

use std::io::{self, Read};

use wasm_bindgen::prelude::*;

use crate::header::{HEAD, Header};
use crate::input::Source;
use crate::inquiry::Answer;
use crate::table::Table;

#[wasm_bindgen]
extern "C" {
    /// The worker's own: at most `length` bytes of the file, from `start` on; none at its end.
    #[wasm_bindgen(catch, js_name = readFile)]
    fn read_file(start: f64, length: u32) -> Result<Vec<u8>, JsValue>;
}

/// The answer to one inquiry.
#[wasm_bindgen]
#[must_use]
pub fn triage(text: &str) -> String {
    json(&Answer::to(text))
}

/// A file of inquiries, labelled piece by piece.
#[wasm_bindgen]
pub struct InquiryFile {
    header: Header,
    table: Option<Table>,
}

#[wasm_bindgen]
impl InquiryFile {
    /// Looks at the beginning of the file called `name`.
    ///
    /// # Errors
    /// If it is no text.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str) -> Result<InquiryFile, JsError> {
        let mut head = Vec::new();
        Selected::default().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(InquiryFile { header: Header::look(name, &head).map_err(told)?, table: None })
    }

    /// The columns, and which of them hold the text as far as their names tell.
    #[must_use]
    pub fn columns(&self) -> String {
        json(&self.header)
    }

    /// Begins with the text in these columns, counted from 0: gives the labelled header.
    ///
    /// # Errors
    /// If rows cannot be read that way.
    pub fn begin(
        &mut self,
        subject: Option<usize>,
        body: Option<usize>,
    ) -> Result<Vec<u8>, JsError> {
        let source = Source::new(Selected::default(), None);
        let table =
            self.table.insert(Table::new(source, &self.header, subject, body).map_err(told)?);
        Ok(table.header())
    }

    /// The next rows with their labels; nothing at the end.
    ///
    /// # Errors
    /// If the file can be read no further.
    pub fn next_rows(&mut self) -> Result<Option<Vec<u8>>, JsError> {
        let Some(table) = &mut self.table else { return Ok(None) };
        Ok(table.next_rows().map_err(told)?.map(<[u8]>::to_vec))
    }

    /// Counts over the rows so far, and the first of them.
    #[must_use]
    pub fn summary(&self) -> String {
        json(&self.table.as_ref().map(|table| &table.summary))
    }
}

/// The selected file as a stream of bytes.
#[derive(Debug, Default)]
struct Selected {
    read: u64,
}

impl Read for Selected {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let length = u32::try_from(room.len()).unwrap_or(u32::MAX);
        let bytes = read_file(self.read as f64, length).map_err(|_| unreadable())?;
        let count = bytes.as_slice().read(room)?;
        self.read += count as u64;
        Ok(count)
    }
}

fn unreadable() -> io::Error {
    io::Error::other("The file can be read no further. Was it changed or removed? Choose it again.")
}

fn told(error: anyhow::Error) -> JsError {
    JsError::new(&format!("{error:#}"))
}

fn json(answer: &impl serde::Serialize) -> String {
    // Text, numbers and lists of them always have a form in JSON.
    serde_json::to_string(answer).unwrap_or_default()
}
