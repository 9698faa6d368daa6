//! Connections to the writable one of several hosts.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
};
use store::StoreError;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Config, NoTls};

use crate::fault::of;

/// The connections of one store.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
}

impl Database {
    /// A pool of at most `n` connections. Where the address names several hosts, they go to the one that takes writes.
    ///
    /// # Errors
    /// [`StoreError::Other`] when the address cannot be read.
    pub fn new(address: &str, n: usize) -> Result<Database, StoreError> {
        let mut config: Config =
            address.parse().map_err(|error: tokio_postgres::Error| StoreError::Other(error.into()))?;
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        // A host that went without a word is noticed, and a statement that hangs is given up.
        config.keepalives_idle(Duration::from_secs(10)).tcp_user_timeout(Duration::from_secs(15));
        let given = config.get_options().unwrap_or_default().to_owned();
        config
            .options(format!("-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s {given}"));
        if config.get_application_name().is_none() {
            config.application_name("guiju");
        }
        let manager =
            Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let wait = Some(Duration::from_secs(10));
        let timeouts = Timeouts { wait, create: wait, recycle: wait };
        let pool = Pool::builder(manager).max_size(n).timeouts(timeouts).runtime(Runtime::Tokio1).build();
        Ok(Database { pool: pool.map_err(|error| StoreError::Other(error.into()))? })
    }

    /// A connection.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] when no host takes writes.
    pub async fn client(&self) -> Result<Held, StoreError> {
        match self.pool.get().await {
            Ok(client) => Ok(Held(Some(client))),
            Err(PoolError::Backend(error)) => Err(match of(error) {
                StoreError::Other(source) => StoreError::Unreachable(source),
                other => other,
            }),
            Err(error) => Err(StoreError::Unreachable(error.into())),
        }
    }

    /// Forgets the free connections: the host they go to is gone, or takes no more writes.
    pub fn forget(&self) {
        self.pool.retain(|_, _| false);
    }

    /// Closes all connections.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// A connection that goes back to the pool only when it is said that nothing is open on it. Otherwise, also when its
/// user stops waiting in the middle of a transaction, it is closed, and the transaction with its locks ends.
pub struct Held(Option<Object>);

impl Held {
    /// Nothing is open on it.
    pub fn give_back(mut self) {
        self.0.take();
    }
}

impl Deref for Held {
    type Target = Object;

    fn deref(&self) -> &Object {
        self.0.as_ref().expect("it is held until it is given back")
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut Object {
        self.0.as_mut().expect("it is held until it is given back")
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}
