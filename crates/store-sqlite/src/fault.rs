//! What SQLite says, in the words of the contract.

use rusqlite::{Error, ErrorCode};
use store::StoreError;

/// The error of the contract for one of SQLite. A transaction that failed is rolled back: nothing was recorded.
pub fn of(error: Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(error.into()),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly(error.into()),
        Some(ErrorCode::CannotOpen | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Unreachable(error.into())
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { why: error.to_string() }
        }
        _ => StoreError::Other(error.into()),
    }
}

/// The same, for what a closure of rusqlite gave.
pub trait OrFault<T> {
    /// The value, or the error of the contract.
    fn or_fault(self) -> Result<T, StoreError>;
}

impl<T> OrFault<T> for Result<T, Error> {
    fn or_fault(self) -> Result<T, StoreError> {
        self.map_err(of)
    }
}

/// What cannot be so if the file is whole.
pub fn damaged(why: impl Into<String>) -> StoreError {
    StoreError::Damaged { why: why.into() }
}
