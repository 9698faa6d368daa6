//! The application: everything a use case needs, brought together once.

use std::sync::Arc;

use jiff::Timestamp;
use lawbook::Lawbook;
use store::Store;
use tokio::sync::{Mutex, Semaphore};

use crate::access::SeenUnits;
use crate::clock::{Chance, Clock};
use crate::error::{Error, Result};
use crate::people::seal::SealKey;

/// Passwords hashed at the same time: each takes 19 MiB and a core.
const N_HASHES_MAX: usize = 4;

/// The application. Cheap to clone; every clone is the same one.
#[derive(Clone)]
pub struct App {
    pub(crate) book: Arc<Lawbook>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) seal_key: SealKey,
    pub(crate) hashing: Arc<Semaphore>,
    pub(crate) units: Arc<Mutex<Option<SeenUnits>>>,
}

/// What an application is made of.
pub struct Parts {
    /// The law.
    pub book: Arc<Lawbook>,
    /// Where acts and documents are kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
    /// The key for secrets that have to be read again; kept outside the database.
    pub seal_key: SealKey,
}

impl App {
    /// The application of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> App {
        App {
            book: parts.book,
            store: parts.store,
            clock: parts.clock,
            chance: parts.chance,
            seal_key: parts.seal_key,
            hashing: Arc::new(Semaphore::new(N_HASHES_MAX)),
            units: Arc::default(),
        }
    }

    /// The law.
    #[must_use]
    pub fn book(&self) -> &Lawbook {
        &self.book
    }

    /// The store, for what needs no use case: health, the log.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The day today in the agency's zone.
    #[must_use]
    pub fn today(&self) -> jiff::civil::Date {
        terms::AGENCY_OFFSET.to_datetime(self.now()).date()
    }

    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Runs something slow that is no waiting, with a bound on how many at once.
    pub(crate) async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let permit = self.hashing.clone().acquire_owned().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(Error::internal)
    }
}
