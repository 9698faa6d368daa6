//! Connections that only read. Each read sees one state of the file, and none waits for the writer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use store::StoreError;
use tokio::sync::Semaphore;

use crate::fault::of;

/// The connections that are free, and how many reads may run at once.
#[derive(Clone)]
pub struct Readers {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    /// At most `n` connections to a file that is there; they are opened when they are needed.
    pub fn new(path: &Path, n: usize) -> Readers {
        let (idle, permits) = (Mutex::default(), Semaphore::new(n));
        Readers { shared: Arc::new(Shared { path: path.to_owned(), idle, permits }) }
    }

    /// Runs a read on a thread that may wait.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = self.shared.clone();
        let closed = |error| StoreError::Unreachable(Box::new(error));
        let _permit = self.shared.permits.acquire().await.map_err(closed)?;
        let task = tokio::task::spawn_blocking(move || {
            let mut connection = shared.take()?;
            let answer = shared_state(&mut connection, read);
            shared.lock().push(connection);
            answer
        });
        task.await.map_err(|error| StoreError::Other(error.into()))?
    }

    /// Closes the connections; later reads fail.
    pub fn close(&self) {
        self.shared.permits.close();
        self.shared.lock().clear();
    }
}

/// All statements of one read see the same state.
fn shared_state<T>(
    connection: &mut Connection,
    read: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.transaction().map_err(of)?;
    read(&transaction)
}

impl Shared {
    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.lock().pop();
        idle.map_or_else(|| open(&self.path), Ok)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A panic elsewhere leaves the list of free connections as good as it was.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(of)?;
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(of)?;
    connection.pragma_update(None, "mmap_size", 256 << 20).map_err(of)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}
