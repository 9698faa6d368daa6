//! Writes a log in the tlog-tiles layout.

use std::io;

use sm3::Sm3;

use super::appender::Appender;
use super::entries::push_entry;
use super::path::{LogPath, TILE_WIDTH};
use crate::hash::{Hash, TreeHash};

/// Where the files of a log go: a folder, an archive, an object store.
pub trait LogSink {
    /// Writes one file, whole; a file that is there already is replaced.
    ///
    /// # Errors
    /// It cannot be written.
    fn write(&mut self, path: LogPath, bytes: &[u8]) -> io::Result<()>;
}

/// Writes a log from its first entry to its last: an export, a mirror, a log to test with.
#[derive(Debug)]
pub struct LogWriter<S, H = Sm3> {
    sink: S,
    appender: Appender<H>,
    bundle: Vec<u8>,
    bundled: u16,
    n_bundles: u64,
}

impl<S: LogSink, H: TreeHash> LogWriter<S, H> {
    /// Begins a log.
    #[must_use]
    pub fn new(sink: S) -> LogWriter<S, H> {
        LogWriter { sink, appender: Appender::new(), bundle: Vec::new(), bundled: 0, n_bundles: 0 }
    }

    /// Appends an entry; the answer is its index. Full tiles and bundles are written as they fill.
    ///
    /// # Errors
    /// The entry is too long ([`io::ErrorKind::InvalidInput`]), or the sink fails.
    pub fn append(&mut self, entry: &[u8]) -> io::Result<u64> {
        push_entry(&mut self.bundle, entry)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        self.bundled += 1;
        let index = self.appender.append(H::leaf(entry));
        if self.bundled == TILE_WIDTH {
            self.flush_bundle()?;
            self.bundle.clear();
            self.bundled = 0;
            self.n_bundles += 1;
            self.flush_tiles()?;
        }
        Ok(index)
    }

    /// Entries so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.appender.size()
    }

    /// The root so far: what a checkpoint has to say.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.appender.root()
    }

    /// Writes what is still partial, then the checkpoint, and gives back the sink. More may be appended
    /// later by another writer, from the tiles.
    ///
    /// # Errors
    /// The sink fails.
    pub fn finish(mut self, checkpoint: &[u8]) -> io::Result<S> {
        if self.bundled > 0 {
            self.flush_bundle()?;
        }
        self.flush_tiles()?;
        self.sink.write(LogPath::Checkpoint, checkpoint)?;
        Ok(self.sink)
    }

    fn flush_bundle(&mut self) -> io::Result<()> {
        self.sink.write(LogPath::Entries { index: self.n_bundles, width: self.bundled }, &self.bundle)
    }

    fn flush_tiles(&mut self) -> io::Result<()> {
        for (tile, bytes) in self.appender.take_tiles() {
            self.sink.write(LogPath::Tile(tile), &bytes)?;
        }
        Ok(())
    }
}
