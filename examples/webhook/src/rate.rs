//! How many requests one address may send.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::refusal::Refusal;

/// A bucket of requests for each address.
#[derive(Debug)]
pub struct Rate {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Rate {
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self { limiter: RateLimiter::dashmap(quota), clock: DefaultClock::default() }
    }

    /// Forgets addresses that have been quiet.
    pub fn tidy(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    fn check(&self, address: IpAddr) -> Result<(), Refusal> {
        let checked = self.limiter.check_key(&network(address));
        checked.map_err(|until| Refusal::TooMany(until.wait_time_from(self.clock.now())))
    }
}

/// One line of IPv6 gives its owner a /64, so it counts as one address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            [a, b, c, d, 0, 0, 0, 0].into()
        }
    }
}

/// Refuses requests beyond the rate before anything of them is read.
pub async fn limit(
    State(rate): State<Arc<Rate>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match rate.check(from.ip()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate() -> Rate {
        Rate::new(NonZeroU32::MIN, NonZeroU32::new(2).unwrap())
    }

    #[test]
    fn a_burst_passes_and_the_next_waits() {
        let (rate, one) = (rate(), "10.0.0.1".parse().unwrap());
        assert!(rate.check(one).is_ok() && rate.check(one).is_ok());
        assert!(matches!(rate.check(one), Err(Refusal::TooMany(_))));
        assert!(rate.check("10.0.0.2".parse().unwrap()).is_ok());
    }

    #[test]
    fn the_addresses_of_one_line_share_a_bucket() {
        let rate = rate();
        let addresses = ["2001:db8::1", "2001:db8::2", "2001:db8::ffff"];
        let checked = addresses.map(|address| rate.check(address.parse().unwrap()).is_ok());
        assert_eq!(checked, [true, true, false]);
        assert!(rate.check("2001:db8:0:1::1".parse().unwrap()).is_ok());
    }
}
