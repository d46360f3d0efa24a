//! The command line.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

use crate::help_desk::Product;

/// Tells a help desk which desk and tier an inquiry needs, as the help desk's webhooks come in.
///
/// Secrets come from the environment: ZAMMAD_WEBHOOK_SECRET, CHATWOOT_WEBHOOK_SECRET,
/// FREESCOUT_WEBHOOK_SECRET, PLAIN_WEBHOOK_SECRET. A help desk is served when its secret is set.
/// With --write-back also ZAMMAD_URL and ZAMMAD_TOKEN, and likewise for the others.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, args_override_self = true)]
pub struct Options {
    /// Where the help desks post to: /hooks/zammad, /hooks/chatwoot, /hooks/freescout, /hooks/plain
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Where /health and /metrics are; keep it off the internet
    #[arg(long, default_value = "127.0.0.1:9090")]
    pub admin: SocketAddr,

    /// Set group, tags and priority of the ticket in the help desk
    #[arg(long)]
    pub write_back: bool,

    /// What desks, tiers and reviews are called in the help desk (TOML); see --print-names
    #[arg(long, value_name = "FILE")]
    pub names: Option<PathBuf>,

    /// Print the names that hold by default, as a file to begin with
    #[arg(long)]
    pub print_names: bool,

    /// A model of your own; by default the bundled one
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,

    /// Where write-backs that Chatwoot would not send again are kept until they are done
    #[arg(long, value_name = "DIR")]
    pub spool: Option<PathBuf>,

    /// Serve these help desks to anybody who can reach the port
    #[arg(long, value_name = "HELP DESK", value_delimiter = ',')]
    pub insecure_without_secret: Vec<Product>,

    /// Also take CHATWOOT_WEBHOOK_SECRET from the address, /hooks/chatwoot/SECRET: for Chatwoot before
    /// 4.11.2, which does not sign
    #[arg(long)]
    pub chatwoot_secret_in_url: bool,

    /// The largest request in bytes
    #[arg(long, default_value = "1048576", value_name = "BYTES")]
    pub max_body: NonZeroUsize,

    /// How long a client may take to send a request
    #[arg(long, default_value = "5", value_name = "SECONDS", value_parser = seconds)]
    pub read_timeout: Duration,

    /// How long Zammad and FreeScout wait for their write-back before they are told to come again
    #[arg(long, default_value = "10", value_name = "SECONDS", value_parser = seconds)]
    pub answer_within: Duration,

    /// How long one call of a help desk's API may take
    #[arg(long, default_value = "5", value_name = "SECONDS", value_parser = seconds)]
    pub call_timeout: Duration,

    /// How often one call of a help desk's API is tried
    #[arg(long, default_value = "4", value_name = "N")]
    pub attempts: NonZeroUsize,

    /// The pause before the second try; it doubles from try to try
    #[arg(long, default_value = "0.5", value_name = "SECONDS", value_parser = seconds)]
    pub pause: Duration,

    /// How long a write-back that Chatwoot would not send again is tried altogether
    #[arg(long, default_value = "3600", value_name = "SECONDS", value_parser = seconds)]
    pub give_up_after: Duration,

    /// How many write-backs may be under way at one help desk
    #[arg(long, default_value = "32", value_name = "N")]
    pub under_way: NonZeroUsize,

    /// How many write-backs may wait for Chatwoot
    #[arg(long, default_value = "10000", value_name = "N")]
    pub backlog: NonZeroUsize,

    /// Requests a second from one address (IPv6: one /64)
    #[arg(long, default_value = "50", value_name = "N")]
    pub rate: NonZeroU32,

    /// Requests at once from one address before --rate applies
    #[arg(long, default_value = "200", value_name = "N")]
    pub burst: NonZeroU32,

    /// Requests being answered at once; together they hold at most this many times --max-body
    #[arg(long, default_value = "256", value_name = "N")]
    pub concurrent: NonZeroUsize,

    /// How long what is under way may take to end after SIGTERM
    #[arg(long, default_value = "25", value_name = "SECONDS", value_parser = seconds)]
    pub grace: Duration,

    /// How far Chatwoot's clock may be off; older requests count as replayed
    #[arg(long, default_value = "300", value_name = "SECONDS", value_parser = seconds)]
    pub clock_skew: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "give a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() && duration <= Duration::from_secs(86_400) => {
            Ok(duration)
        }
        _ => Err("give more than 0 and at most 86400 seconds".to_owned()),
    }
}
