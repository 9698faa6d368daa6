//! Verifies a whole log: every entry, every tile, the root, the signatures.

use std::fmt;
use std::io;

use thiserror::Error;

use super::appender::Appender;
use super::entries::{ENTRY_BYTES_MAX, Entries};
use super::path::{LogPath, TILE_WIDTH, Tile, tiles_of};
use crate::checkpoint::{Checkpoint, CheckpointError, Opened, Trust};
use crate::hash::{HASH_BYTES, Hash, TreeHash};
use crate::merkle::CompactRange;
use crate::note::NOTE_BYTES_MAX;

/// Where the files of a log come from: a folder, an address.
pub trait LogSource {
    /// Reads one file into `into`, which is emptied first.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if it is not there, [`io::ErrorKind::FileTooLarge`] if it has more than
    /// `bytes_max` bytes, anything else if it cannot be read.
    fn read(&self, path: LogPath, bytes_max: usize, into: &mut Vec<u8>) -> io::Result<()>;
}

/// Why a log could not be verified at all.
#[derive(Debug, Error)]
pub enum LogError {
    /// A file cannot be read.
    #[error("读取 {path} 失败")]
    Read {
        /// Which file.
        path: LogPath,
        /// Why.
        source: io::Error,
    },
    /// The checkpoint is none, or is signed by nobody known.
    #[error("检查点无效")]
    Checkpoint(#[from] CheckpointError),
}

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogFault {
    /// An entry is not the one the tree was built over.
    Entry {
        /// Its index in the log.
        index: u64,
    },
    /// A file is missing, too long or too short.
    File {
        /// Which.
        path: LogPath,
        /// In what way.
        why: String,
    },
    /// A tile does not follow from what lies below it, or does not fit what lies above.
    Tile(Tile),
    /// Everything hangs together, but not under the root that was signed.
    Root {
        /// The root of the checkpoint.
        expected: Hash,
        /// The root of the tiles.
        found: Hash,
    },
}

/// What was found about a log.
#[derive(Debug, Clone)]
pub struct LogReport {
    /// The checkpoint, with whose signatures held.
    pub opened: Opened,
    /// Entries hashed.
    pub entries: u64,
    /// Bytes of entries hashed.
    pub entry_bytes: u64,
    /// What is wrong, in the order of the log; no more than [`LogReport::FAULTS_MAX`] are kept.
    pub faults: Vec<LogFault>,
}

impl LogReport {
    /// Faults that are kept; the first is what matters.
    pub const FAULTS_MAX: usize = 100;

    /// Whether everything holds, and under a signature of the log that is known.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.faults.is_empty() && self.opened.is_signed()
    }
}

/// Verifies a log from its first entry to its root, in one pass and with a few tiles in memory.
///
/// `progress` is told the number of entries done, 256 at a time; how fast that goes is for the caller to say,
/// who has a clock.
///
/// # Errors
/// The checkpoint cannot be read or opened, or reading fails otherwise than by a file that is not there.
pub fn verify_log<H: TreeHash, S: LogSource>(
    source: &S,
    trust: &Trust,
    mut progress: impl FnMut(u64),
) -> Result<LogReport, LogError> {
    let mut note = Vec::new();
    let at = LogPath::Checkpoint;
    source.read(at, NOTE_BYTES_MAX, &mut note).map_err(|source| LogError::Read { path: at, source })?;
    let opened = trust.open(&note)?;
    let mut walk = Walk::<H, S>::new(source, opened.checkpoint().clone());
    for tile in tiles_of(walk.checkpoint.size).take_while(|tile| tile.level == 0) {
        walk.leaves(tile)?;
        progress(walk.entries);
        // A log that is not there at all may still claim any size.
        if walk.faults.len() >= LogReport::FAULTS_MAX {
            break;
        }
    }
    walk.end()?;
    Ok(LogReport { opened, entries: walk.entries, entry_bytes: walk.entry_bytes, faults: walk.faults })
}

struct Walk<'s, H, S> {
    source: &'s S,
    checkpoint: Checkpoint,
    /// Rebuilds the tree, over the stored leaf hashes unless they are known to be wrong, so that an entry that
    /// differs is told apart from a tile that does.
    appender: Appender<H>,
    tile: Vec<u8>,
    bundle: Vec<u8>,
    hashed: Vec<Hash>,
    entries: u64,
    entry_bytes: u64,
    faults: Vec<LogFault>,
}

impl<'s, H: TreeHash, S: LogSource> Walk<'s, H, S> {
    fn new(source: &'s S, checkpoint: Checkpoint) -> Walk<'s, H, S> {
        Walk {
            source,
            checkpoint,
            appender: Appender::new(),
            tile: Vec::new(),
            bundle: Vec::new(),
            hashed: Vec::new(),
            entries: 0,
            entry_bytes: 0,
            faults: Vec::new(),
        }
    }

    /// A tile of leaf hashes and the bundle of entries under it.
    fn leaves(&mut self, tile: Tile) -> Result<(), LogError> {
        let mut stored = std::mem::take(&mut self.tile);
        let mut bundle = std::mem::take(&mut self.bundle);
        let mut hashed = std::mem::take(&mut self.hashed);
        let has_tile = self.read_tile(tile, &mut stored)?;
        let has_bundle = self.read_bundle(tile, &mut bundle)?;
        hashed.clear();
        if has_bundle {
            self.hash_entries(tile, &bundle, &mut hashed);
        }
        let (stored_bytes, _) = stored.as_chunks::<HASH_BYTES>();
        let stored_hashes = || stored_bytes.iter().map(|bytes| Hash(*bytes));
        let is_complete = hashed.len() == usize::from(tile.width);
        let agree = has_tile && is_complete && stored_hashes().eq(hashed.iter().copied());
        if agree || !has_tile || (is_complete && self.is_above(tile, &hashed)?) {
            if has_tile && !agree {
                self.fault(LogFault::Tile(tile));
            } else if !has_tile && !is_complete {
                self.missing_entries(tile, hashed.len());
            }
            // Where both are gone, the root will differ, and the files have been named already.
            hashed.resize(tile.width.into(), H::empty());
        } else {
            let pairs =
                stored_hashes().enumerate().filter(|(place, expected)| hashed.get(*place) != Some(expected));
            for (place, _) in pairs.filter(|_| has_bundle) {
                self.fault(LogFault::Entry { index: first_of(tile) + place as u64 });
            }
            hashed.clear();
            hashed.extend(stored_hashes());
        }
        hashed.iter().for_each(|hash| {
            self.appender.append(*hash);
        });
        (self.tile, self.bundle, self.hashed) = (stored, bundle, hashed);
        self.compare_above()
    }

    /// Hashes the entries of a bundle, as many as the tile has hashes.
    fn hash_entries(&mut self, tile: Tile, bundle: &[u8], hashed: &mut Vec<Hash>) {
        let mut entries = Entries::new(bundle).map_while(Result::ok);
        for entry in entries.by_ref().take(tile.width.into()) {
            self.entries += 1;
            self.entry_bytes += entry.len() as u64;
            hashed.push(H::leaf(entry));
        }
        if tile.is_full() && hashed.len() == usize::from(tile.width) && entries.next().is_some() {
            let why = format!("多于 {TILE_WIDTH} 条记录");
            self.fault(LogFault::File { path: LogPath::entries_of(tile), why });
        }
    }

    fn missing_entries(&mut self, tile: Tile, n_entries: usize) {
        for place in n_entries as u64..tile.width.into() {
            self.fault(LogFault::Entry { index: first_of(tile) + place });
        }
    }

    /// Whether what lies above a tile was built over these leaf hashes: then they are right, and a tile that
    /// differs from them is wrong. Asked only when a tile and its entries disagree.
    fn is_above(&mut self, tile: Tile, hashed: &[Hash]) -> Result<bool, LogError> {
        let mut appender = self.appender.clone();
        hashed.iter().for_each(|hash| {
            appender.append(*hash);
        });
        if appender.size() == self.checkpoint.size {
            return Ok(appender.root() == self.checkpoint.root);
        }
        let mut range = CompactRange::<H>::new();
        hashed.iter().for_each(|hash| range.push(*hash));
        let above = tiles_of(self.checkpoint.size)
            .find(|above| above.level == 1 && above.index == tile.index / u64::from(TILE_WIDTH));
        let mut bytes = Vec::new();
        let place = (tile.index % u64::from(TILE_WIDTH)) as usize * HASH_BYTES;
        let is_read = match above {
            Some(above) => read_either(
                self.source,
                above,
                LogPath::Tile,
                usize::from(TILE_WIDTH) * HASH_BYTES,
                &mut bytes,
            )
            .is_ok(),
            None => false,
        };
        Ok(is_read && bytes.get(place..place + HASH_BYTES) == Some(range.root().0.as_slice()))
    }

    /// Compares the tiles above that just became full with the stored ones.
    fn compare_above(&mut self) -> Result<(), LogError> {
        let computed = self.appender.take_full_tiles();
        self.compare(computed)
    }

    /// Compares what is left at the right edge, and the root.
    fn end(&mut self) -> Result<(), LogError> {
        let computed = self.appender.take_tiles();
        self.compare(computed)?;
        let (expected, found) = (self.checkpoint.root, self.appender.root());
        if expected != found {
            self.fault(LogFault::Root { expected, found });
        }
        Ok(())
    }

    fn compare(&mut self, computed: Vec<(Tile, Vec<u8>)>) -> Result<(), LogError> {
        let mut stored = std::mem::take(&mut self.tile);
        for (tile, bytes) in computed.into_iter().filter(|(tile, _)| tile.level > 0) {
            if !self.read_tile(tile, &mut stored)? {
                continue;
            }
            let differs = |(found, expected): (&[u8], &[u8])| found != expected;
            let pairs = stored.chunks(HASH_BYTES).zip(bytes.chunks(HASH_BYTES));
            if let Some(place) = pairs.into_iter().position(differs) {
                // The hash in this tile and the tile below it disagree; which of them is wrong shows above.
                let index = tile.index * u64::from(TILE_WIDTH) + place as u64;
                self.fault(LogFault::Tile(Tile { level: tile.level - 1, index, width: TILE_WIDTH }));
            }
        }
        self.tile = stored;
        Ok(())
    }

    /// Reads a tile, or the full one where the partial one has been tidied away.
    fn read_tile(&mut self, tile: Tile, into: &mut Vec<u8>) -> Result<bool, LogError> {
        let expected = usize::from(tile.width) * HASH_BYTES;
        let there = self.read(tile, LogPath::Tile, usize::from(TILE_WIDTH) * HASH_BYTES, into)?;
        if there && into.len() < expected {
            let why = format!("应有 {expected} 字节，实有 {} 字节", into.len());
            self.fault(LogFault::File { path: LogPath::Tile(tile), why });
            return Ok(false);
        }
        into.truncate(expected);
        Ok(there)
    }

    fn read_bundle(&mut self, tile: Tile, into: &mut Vec<u8>) -> Result<bool, LogError> {
        const BUNDLE_BYTES_MAX: usize = TILE_WIDTH as usize * (ENTRY_BYTES_MAX + 2);
        self.read(tile, LogPath::entries_of, BUNDLE_BYTES_MAX, into)
    }

    fn read(
        &mut self,
        tile: Tile,
        path: impl Fn(Tile) -> LogPath,
        bytes_max: usize,
        into: &mut Vec<u8>,
    ) -> Result<bool, LogError> {
        let read = read_either(self.source, tile, &path, bytes_max, into);
        let why = match read {
            Ok(()) => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => "不存在".to_owned(),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => format!("超过 {bytes_max} 字节"),
            Err(source) => return Err(LogError::Read { path: path(tile), source }),
        };
        self.fault(LogFault::File { path: path(tile), why });
        Ok(false)
    }

    fn fault(&mut self, fault: LogFault) {
        if self.faults.len() < LogReport::FAULTS_MAX {
            self.faults.push(fault);
        }
    }
}

/// Reads a file of a tile, or that of the full tile where the partial one has been tidied away.
fn read_either<S: LogSource>(
    source: &S,
    tile: Tile,
    path: impl Fn(Tile) -> LogPath,
    bytes_max: usize,
    into: &mut Vec<u8>,
) -> io::Result<()> {
    match source.read(path(tile), bytes_max, into) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !tile.is_full() => {
            source.read(path(tile.full()), bytes_max, into)
        }
        other => other,
    }
}

/// The index in the log of the first leaf of a tile of leaf hashes.
fn first_of(tile: Tile) -> u64 {
    tile.index * u64::from(TILE_WIDTH)
}

impl fmt::Display for LogFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogFault::Entry { index } => write!(out, "日志序号 {index} 的记录与账本不符"),
            LogFault::File { path, why } => write!(out, "文件 {path}：{why}"),
            LogFault::Tile(tile) => write!(out, "树块 {} 与其上一层不符", LogPath::Tile(*tile)),
            LogFault::Root { expected, found } => {
                write!(out, "树根与检查点不符：检查点为 {expected}，实得 {found}")
            }
        }
    }
}
