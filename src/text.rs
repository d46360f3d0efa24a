//! Text in, tokens out. Knows nothing of models.
//!
//! [`clean`] finds the byte ranges worth reading, [`tokenizer`] cuts them into words and shapes,
//! [`stemmer`] reduces a word to its stem. All three only look at the caller's text; nothing is
//! copied but one lower-cased word at a time.

pub(crate) mod clean;
mod entity;
mod octets;
pub(crate) mod stemmer;
pub(crate) mod tokenizer;

#[cfg(test)]
mod tests;
