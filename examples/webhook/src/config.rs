//! Options, environment and files, checked before the first request.

use std::collections::BTreeMap;
use std::env::{self, VarError};

use anyhow::{Context, Result, anyhow, bail, ensure};
use deskhand::Classifier;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use crate::help_desk::Product;
use crate::names::Names;
use crate::options::Options;
use crate::signature::Door;

/// Shorter secrets could be guessed.
const SHORTEST_SECRET: usize = 16;

/// Everything the service runs on.
#[derive(Debug)]
pub struct Config {
    pub options: Options,
    pub classifier: Classifier,
    pub names: Names,
    pub doors: Vec<Door>,
    /// The help desks to write to.
    pub access: BTreeMap<Product, Access>,
}

/// How a help desk's API is reached.
#[derive(Debug)]
pub struct Access {
    pub url: Url,
    pub token: SecretString,
}

impl Config {
    /// Reads everything; says what is missing and what to do.
    pub fn read(options: Options) -> Result<Self> {
        let names = Names::read(options.names.as_deref())?;
        let classifier = classifier(&options)?.with_policy(names.policy)?;
        let doors = doors(&options)?;
        let mut access = BTreeMap::new();
        for door in doors.iter().filter(|door| options.write_back && door.product.has_write_back())
        {
            access.insert(door.product, Access::read(door.product)?);
        }
        Ok(Self { options, classifier, names, doors, access })
    }
}

fn classifier(options: &Options) -> Result<Classifier> {
    let Some(path) = &options.model else { return Ok(Classifier::bundled().clone()) };
    let read = std::fs::read(path).map_err(anyhow::Error::from);
    let classifier = read.and_then(|bytes| Ok(Classifier::from_bytes(&bytes)?));
    classifier.with_context(|| format!("cannot use the model {}", path.display()))
}

/// One door for each help desk that has a secret, or was said to need none.
fn doors(options: &Options) -> Result<Vec<Door>> {
    let mut doors = Vec::new();
    for product in Product::ALL {
        let open = options.insecure_without_secret.contains(&product);
        let secret = secret(product)?;
        if secret.is_none() && !open {
            continue;
        }
        if secret.is_none() {
            tracing::warn!(help_desk = product.name(), "served to anybody who can reach the port");
        }
        doors.push(Door {
            product,
            secret,
            clock_skew: options.clock_skew,
            secret_in_url: options.chatwoot_secret_in_url && product == Product::Chatwoot,
        });
    }
    if doors.is_empty() {
        bail!(
            "no help desk has a secret: set ZAMMAD_WEBHOOK_SECRET, CHATWOOT_WEBHOOK_SECRET, \
             FREESCOUT_WEBHOOK_SECRET or PLAIN_WEBHOOK_SECRET in the environment, or say \
             --insecure-without-secret HELP-DESK where nobody else can reach the port"
        );
    }
    Ok(doors)
}

fn secret(product: Product) -> Result<Option<SecretString>> {
    let name = variable(product, "WEBHOOK_SECRET");
    let Some(secret) = read(&name)? else { return Ok(None) };
    let length = secret.expose_secret().len();
    ensure!(
        length >= SHORTEST_SECRET,
        "{name} has {length} characters; take {SHORTEST_SECRET} or more (openssl rand -hex 32)"
    );
    Ok(Some(secret))
}

impl Access {
    fn read(product: Product) -> Result<Self> {
        let (url, token) = (variable(product, "URL"), variable(product, "TOKEN"));
        let needed = |name: &str| anyhow!("--write-back needs {name} in the environment");
        let given = read(&url)?.ok_or_else(|| needed(&url))?;
        let base = base_url(given.expose_secret()).with_context(|| url.clone())?;
        let token = read(&token)?.ok_or_else(|| needed(&token))?;
        Ok(Self { url: base, token })
    }
}

/// The address that API paths are appended to.
fn base_url(text: &str) -> Result<Url> {
    let mut url = Url::parse(text).context("an address begins with https://")?;
    ensure!(matches!(url.scheme(), "http" | "https"), "an address begins with https://");
    ensure!(
        url.username().is_empty() && url.query().is_none() && url.fragment().is_none(),
        "give the address without user, query and fragment"
    );
    if url.scheme() == "http" {
        tracing::warn!(%url, "the token goes unencrypted to this address");
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn variable(product: Product, what: &str) -> String {
    format!("{}_{what}", product.name().to_uppercase())
}

/// A variable that is set and not blank.
fn read(name: &str) -> Result<Option<SecretString>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value.trim()).filter(|value| !value.is_empty()).map(Into::into)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => bail!("{name} in the environment is not UTF-8"),
    }
}

#[cfg(test)]
mod tests {
    use super::base_url;

    #[test]
    fn paths_are_appended_to_an_address_with_a_folder() {
        let url = base_url("https://help.example.org/desk").unwrap();
        assert_eq!(url.join("api/v1/tags").unwrap().path(), "/desk/api/v1/tags");
    }

    #[test]
    fn addresses_that_cannot_work_are_refused() {
        for text in ["", "help.example.org", "ftp://help.example.org", "https://me@example.org/"] {
            assert!(base_url(text).is_err(), "{text}");
        }
    }
}
