//! What PostgreSQL says, in the words of the contract.

use store::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// The error of the contract for one that came before the commit: nothing was recorded.
pub fn of(error: Error) -> StoreError {
    let Some(state) = error.code() else {
        // No answer of the server: the connection is gone, or never was.
        return if error.is_closed() || is_io(&error) {
            StoreError::Unreachable(error.into())
        } else {
            StoreError::Other(error.into())
        };
    };
    if *state == SqlState::DISK_FULL {
        return StoreError::Full(error.into());
    }
    if *state == SqlState::READ_ONLY_SQL_TRANSACTION {
        return StoreError::ReadOnly(error.into());
    }
    let is_away = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::QUERY_CANCELED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    if is_away.contains(state) || state.code().starts_with("08") {
        return StoreError::Unreachable(error.into());
    }
    StoreError::Other(error.into())
}

/// The error of the contract for one that came with the commit: without an answer nobody knows.
pub fn of_commit(error: Error) -> StoreError {
    match of(error) {
        StoreError::Unreachable(source) => StoreError::Lost(source),
        other => other,
    }
}

fn is_io(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<std::io::Error>() {
            return true;
        }
        source = cause.source();
    }
    false
}

/// The same, for whatever a statement gave.
pub trait OrFault<T> {
    /// The value, or the error of the contract.
    fn or_fault(self) -> Result<T, StoreError>;
}

impl<T> OrFault<T> for Result<T, Error> {
    fn or_fault(self) -> Result<T, StoreError> {
        self.map_err(of)
    }
}

/// What cannot be so if the database is whole.
pub fn damaged(why: impl Into<String>) -> StoreError {
    StoreError::Damaged { why: why.into() }
}
