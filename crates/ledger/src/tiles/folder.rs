//! A log in a folder: the one place of this crate that touches files.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::path::{LogPath, Tile};
use super::reader::TileReader;
use super::verify::LogSource;
use super::writer::LogSink;
use crate::hash::HASH_BYTES;

/// A folder that holds a log in the tlog-tiles layout.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at this path, which need not exist yet when a log is to be written there.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Folder {
        Folder(path.as_ref().to_owned())
    }

    fn file(&self, path: LogPath) -> PathBuf {
        self.0.join(path.to_string())
    }
}

impl LogSource for Folder {
    fn read(&self, path: LogPath, bytes_max: usize, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        let mut file = File::open(self.file(path))?;
        // One byte more than allowed tells a file that is too long from one that just fits.
        let n_bytes = file.by_ref().take(bytes_max as u64 + 1).read_to_end(into)?;
        if n_bytes > bytes_max {
            let words = format!("{path} 超过 {bytes_max} 字节");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, words));
        }
        Ok(())
    }
}

impl LogSink for Folder {
    /// Writes a file beside its place and moves it there, so that a reader never sees a half one.
    fn write(&mut self, path: LogPath, bytes: &[u8]) -> io::Result<()> {
        let file = self.file(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut beside = file.clone().into_os_string();
        beside.push(".new");
        fs::write(&beside, bytes)?;
        fs::rename(&beside, file)
    }
}

impl TileReader for Folder {
    type Error = io::Error;

    /// Reads each tile, or the full one where the partial one has been tidied away.
    fn read(&self, tiles: &[Tile]) -> io::Result<Vec<Vec<u8>>> {
        tiles.iter().map(|tile| read_tile(self, *tile)).collect()
    }
}

fn read_tile(folder: &Folder, tile: Tile) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = |tile: Tile, bytes: &mut Vec<u8>| {
        LogSource::read(folder, LogPath::Tile(tile), usize::from(tile.width) * HASH_BYTES, bytes)
    };
    match read(tile, &mut bytes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => read(tile.full(), &mut bytes)?,
        other => other?,
    }
    Ok(bytes)
}
