//! Who may ask: the signature or token of each help desk. Nothing of a body is read before.

use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::help_desk::Product;
use crate::refusal::Refusal;

/// The lock of one help desk's door.
#[derive(Debug)]
pub struct Door {
    pub product: Product,
    /// `None` lets everybody in, which only an explicit option brings about.
    pub secret: Option<SecretString>,
    /// How old a request may be that says when it was signed.
    pub clock_skew: Duration,
    /// Whether the secret may stand in the address instead.
    pub secret_in_url: bool,
}

impl Door {
    /// Lets the request pass, or says why not. Takes the same time wherever signatures differ.
    pub fn check(
        &self,
        headers: &HeaderMap,
        in_url: Option<&str>,
        body: &[u8],
    ) -> Result<(), Refusal> {
        let Some(secret) = &self.secret else { return Ok(()) };
        let secret = secret.expose_secret().as_bytes();
        if let Some(given) = in_url {
            return when(self.secret_in_url && same(secret, given.as_bytes()));
        }
        match self.product {
            Product::Zammad => zammad(secret, headers, body),
            Product::Chatwoot => chatwoot(secret, headers, body, self.clock_skew),
            Product::Freescout => freescout(secret, headers, body),
            Product::Plain => plain(secret, headers),
        }
    }
}

/// `X-Hub-Signature: sha1=` and the HMAC-SHA1 of the body in hex
/// (<https://admin-docs.zammad.org/en/latest/manage/webhook/payload.html>; computed in `set_signature`
/// of <https://github.com/zammad/zammad/blob/develop/lib/user_agent.rb>).
fn zammad(secret: &[u8], headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let signature = text(headers, "x-hub-signature")?.strip_prefix("sha1=");
    let signature = hex::decode(signature.ok_or(Refusal::Unauthentic)?);
    when(signature.is_ok_and(|signature| signed::<Hmac<Sha1>>(secret, &[body], &signature)))
}

/// `X-Chatwoot-Signature: sha256=` and the HMAC-SHA256 of "timestamp.body" in hex, where the timestamp
/// is that of `X-Chatwoot-Timestamp` (<https://github.com/chatwoot/chatwoot/pull/13573>, from 4.11.2 on).
fn chatwoot(
    secret: &[u8],
    headers: &HeaderMap,
    body: &[u8],
    clock_skew: Duration,
) -> Result<(), Refusal> {
    let timestamp = text(headers, "x-chatwoot-timestamp")?;
    let signature = text(headers, "x-chatwoot-signature")?.strip_prefix("sha256=");
    let signature = hex::decode(signature.ok_or(Refusal::Unauthentic)?);
    let parts = [timestamp.as_bytes(), b".", body];
    when(signature.is_ok_and(|signature| signed::<Hmac<Sha256>>(secret, &parts, &signature)))?;
    let then: u64 = timestamp.parse().map_err(|_| Refusal::Stale)?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    if now.abs_diff(Duration::from_secs(then)) <= clock_skew { Ok(()) } else { Err(Refusal::Stale) }
}

/// `X-FreeScout-Signature`: the HMAC-SHA1 of the body in base64
/// (<https://freescout.net/module/api-webhooks/>).
fn freescout(secret: &[u8], headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let signature = STANDARD.decode(text(headers, "x-freescout-signature")?);
    when(signature.is_ok_and(|signature| signed::<Hmac<Sha1>>(secret, &[body], &signature)))
}

/// `Authorization: Bearer` and the secret.
fn plain(secret: &[u8], headers: &HeaderMap) -> Result<(), Refusal> {
    let given = text(headers, header::AUTHORIZATION.as_str())?.strip_prefix("Bearer ");
    when(given.is_some_and(|given| same(secret, given.as_bytes())))
}

/// A header that stands there once.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refusal> {
    let mut values = headers.get_all(name).into_iter();
    match (values.next().map(|value| value.to_str()), values.next()) {
        (Some(Ok(value)), None) => Ok(value),
        _ => Err(Refusal::Unauthentic),
    }
}

/// Whether the signature is that of the parts one after another; in constant time.
fn signed<M: Mac + hmac::digest::KeyInit>(
    secret: &[u8],
    parts: &[&[u8]],
    signature: &[u8],
) -> bool {
    let Ok(mut mac) = <M as Mac>::new_from_slice(secret) else { return false };
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(signature).is_ok()
}

/// Whether two secrets are the same; in constant time but for their lengths.
fn same(secret: &[u8], given: &[u8]) -> bool {
    secret.ct_eq(given).into()
}

fn when(authentic: bool) -> Result<(), Refusal> {
    if authentic { Ok(()) } else { Err(Refusal::Unauthentic) }
}
