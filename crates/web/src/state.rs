//! What every request can reach.

use std::num::NonZeroU32;
use std::sync::Arc;

use app::App;
use app::log::Log;
use governor::clock::DefaultClock;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use metrics_exporter_prometheus::PrometheusHandle;

/// How a server behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether browsers come by TLS, here or at a proxy in front: cookies are then bound to it.
    pub secure: bool,
    /// Whether the address of the client is the one a proxy in front names.
    pub behind_proxy: bool,
    /// Seconds a request may take.
    pub n_seconds_max: u64,
    /// Bytes a request may have, attachments aside.
    pub n_bytes_max: usize,
    /// Requests an address may send in a minute.
    pub n_requests_a_minute: NonZeroU32,
    /// Logins an address may try in a minute.
    pub n_logins_a_minute: NonZeroU32,
}

impl Default for Settings {
    fn default() -> Settings {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Settings {
            secure: false,
            behind_proxy: false,
            n_seconds_max: 30,
            n_bytes_max: 2 << 20,
            n_requests_a_minute: number(1_200),
            n_logins_a_minute: number(20),
        }
    }
}

/// Lets each address so many requests pass.
pub type Limiter = RateLimiter<std::net::IpAddr, DefaultKeyedStateStore<std::net::IpAddr>, DefaultClock>;

/// What every request can reach. Cheap to clone.
#[derive(Clone)]
pub struct WebState {
    /// The application.
    pub app: App,
    /// The notary of its log.
    pub log: Log,
    /// How this server behaves.
    pub settings: Arc<Settings>,
    /// Requests by address.
    pub requests: Arc<Limiter>,
    /// Logins by address.
    pub logins: Arc<Limiter>,
    /// The figures of the running program.
    pub metrics: PrometheusHandle,
}

impl WebState {
    /// The state of a server.
    #[must_use]
    pub fn new(app: App, log: Log, settings: Settings, metrics: PrometheusHandle) -> WebState {
        let limiter = |n: NonZeroU32| Arc::new(RateLimiter::keyed(Quota::per_minute(n)));
        WebState {
            app,
            log,
            requests: limiter(settings.n_requests_a_minute),
            logins: limiter(settings.n_logins_a_minute),
            settings: Arc::new(settings),
            metrics,
        }
    }
}
