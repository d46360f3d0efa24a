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

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret of some length";

    fn door(product: Product) -> Door {
        let clock_skew = Duration::from_secs(300);
        Door { product, secret: Some(SECRET.into()), clock_skew, secret_in_url: false }
    }

    fn check(product: Product, headers: &[(&'static str, &str)]) -> Result<(), Refusal> {
        let headers = headers.iter().map(|(name, value)| {
            (header::HeaderName::from_static(name), value.parse().expect("a header"))
        });
        door(product).check(&headers.collect(), None, b"hello")
    }

    /// Made with `printf hello | openssl dgst -sha1 -hmac SECRET`, `-binary | base64`, and of
    /// `1700000000.hello` with `-sha256`.
    #[test]
    fn signatures_are_those_of_openssl() {
        let hex = "sha1=1847464d6d575848b7cda9d578aa41b4a2d9bf3d";
        assert!(check(Product::Zammad, &[("x-hub-signature", hex)]).is_ok());
        let base64 = "GEdGTW1XWEi3zanVeKpBtKLZvz0=";
        assert!(check(Product::Freescout, &[("x-freescout-signature", base64)]).is_ok());
        let sha256 = "sha256=7fa830559e8fc58dd2e33a515cdeb606ba0684f32d53e58117af6be4514e8947";
        let headers = [("x-chatwoot-signature", sha256), ("x-chatwoot-timestamp", "1700000000")];
        let refused = check(Product::Chatwoot, &headers);
        assert!(matches!(refused, Err(Refusal::Stale)), "right, but of 2023: {refused:?}");
    }

    #[test]
    fn nothing_else_opens_the_door() {
        let wrong: [(Product, &[(&'static str, &str)]); 13] = [
            (Product::Zammad, &[]),
            (Product::Zammad, &[("x-hub-signature", "")]),
            (Product::Zammad, &[("x-hub-signature", "sha1=")]),
            (Product::Zammad, &[("x-hub-signature", "1847464d6d575848b7cda9d578aa41b4a2d9bf3d")]),
            (
                Product::Zammad,
                &[("x-hub-signature", "sha1=1847464d6d575848b7cda9d578aa41b4a2d9bf")],
            ),
            (
                Product::Zammad,
                &[("x-hub-signature", "sha1=1847464d6d575848b7cda9d578aa41b4a2d9bf3e")],
            ),
            (Product::Freescout, &[("x-freescout-signature", "not base64")]),
            (Product::Freescout, &[("x-freescout-signature", "AAAATW1XWEi3zanVeKpBtKLZvz0=")]),
            (Product::Chatwoot, &[("x-chatwoot-signature", "sha256=00")]),
            (
                Product::Chatwoot,
                &[
                    (
                        "x-chatwoot-signature",
                        "sha256=7fa830559e8fc58dd2e33a515cdeb606ba0684f32d53e58117af6be4514e8947",
                    ),
                    ("x-chatwoot-timestamp", "1700000001"),
                ],
            ),
            (Product::Plain, &[("authorization", SECRET)]),
            (Product::Plain, &[("authorization", "Bearer ")]),
            (Product::Plain, &[("authorization", "Bearer a secret of some lengtH")]),
        ];
        for (product, headers) in wrong {
            let refused = check(product, headers);
            assert!(matches!(refused, Err(Refusal::Unauthentic)), "{product:?} {headers:?}");
        }
        assert!(
            check(Product::Plain, &[("authorization", "Bearer a secret of some length")]).is_ok()
        );
    }

    #[test]
    fn a_header_that_stands_twice_is_no_signature() {
        let right = "sha1=1847464d6d575848b7cda9d578aa41b4a2d9bf3d";
        let mut headers = HeaderMap::new();
        headers.append("x-hub-signature", right.parse().unwrap());
        headers.append("x-hub-signature", right.parse().unwrap());
        assert!(door(Product::Zammad).check(&headers, None, b"hello").is_err());
    }

    #[test]
    fn a_secret_in_the_address_counts_only_where_that_was_said() {
        let mut door = door(Product::Chatwoot);
        assert!(door.check(&HeaderMap::new(), Some(SECRET), b"").is_err());
        door.secret_in_url = true;
        assert!(door.check(&HeaderMap::new(), Some(SECRET), b"").is_ok());
        assert!(door.check(&HeaderMap::new(), Some("another"), b"").is_err());
    }
}
