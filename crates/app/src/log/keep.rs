//! Where the last signed checkpoint is kept outside the database.

use std::io;

/// A place outside the database, on which the signing rests: what was saved is there after a power cut.
pub trait Kept: Send + Sync {
    /// What was last saved; nothing when nothing ever was.
    ///
    /// # Errors
    /// It cannot be read.
    fn load(&self) -> io::Result<Option<Vec<u8>>>;

    /// Saves a signed note in the place of the one before. When this returns, it stays.
    ///
    /// # Errors
    /// It cannot be written.
    fn save(&self, note: &[u8]) -> io::Result<()>;
}
