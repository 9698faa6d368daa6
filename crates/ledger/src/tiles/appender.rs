//! Grows a log and tells which tiles that writes.

use sm3::Sm3;
use thiserror::Error;

use super::path::{TILE_HEIGHT, Tile, right_edge};
use super::reader::{Tiles, TilesError};
use crate::hash::{Hash, TreeHash};
use crate::merkle::{CompactRange, NodeId, peaks};

/// The right edge of a log: the tiles that are not full yet, and the compact range over everything.
///
/// A store appends a group of leaves, writes what [`Appender::take_tiles`] hands over, and signs
/// [`Appender::root`], all in one transaction. In memory it holds at most 255 hashes a tile level.
#[derive(Debug)]
pub struct Appender<H = Sm3> {
    range: CompactRange<H>,
    /// The partial tile of each level, its hashes; missing levels are empty.
    edge: Vec<Vec<Hash>>,
    /// Tiles that became full since they were last taken.
    full: Vec<(Tile, Vec<u8>)>,
    /// Leaves when tiles were last taken.
    taken_at: u64,
}

/// Stored tiles from which a log cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AppenderError {
    /// A tile is missing or too short.
    #[error(transparent)]
    Tiles(#[from] TilesError),
    /// The tiles do not give the root that was signed.
    #[error("账本的树块与树根不符：大小 {size} 应为 {expected}，实得 {found}")]
    Root {
        /// Leaves of the log.
        size: u64,
        /// The root expected.
        expected: Hash,
        /// The root that follows from the tiles.
        found: Hash,
    },
}

impl<H: TreeHash> Appender<H> {
    /// A log without leaves.
    #[must_use]
    pub fn new() -> Appender<H> {
        Appender { range: CompactRange::new(), edge: Vec::new(), full: Vec::new(), taken_at: 0 }
    }

    /// Goes on with a stored log of `size` leaves; `tiles` holds what [`right_edge`] names.
    ///
    /// # Errors
    /// A tile is missing, or together they do not give `root`: then nothing may be appended, for the next
    /// checkpoint would fork the log.
    pub fn resume(size: u64, tiles: &Tiles, root: &Hash) -> Result<Appender<H>, AppenderError> {
        let nodes = peaks(size).into_iter().map(|peak| tiles.node::<H>(peak, size));
        let nodes = nodes.collect::<Result<Vec<Hash>, TilesError>>()?;
        let range = CompactRange::from_peaks(size, nodes).expect("there is a peak for each bit of the size");
        let found = range.root();
        if found != *root {
            return Err(AppenderError::Root { size, expected: *root, found });
        }
        let mut edge = Vec::new();
        for tile in right_edge(size) {
            edge.resize(usize::from(tile.level) + 1, Vec::new());
            edge[usize::from(tile.level)] = tiles.hashes(tile)?.to_vec();
        }
        Ok(Appender { range, edge, full: Vec::new(), taken_at: size })
    }

    /// Appends the hash of a leaf; the answer is its index.
    pub fn append(&mut self, leaf: Hash) -> u64 {
        let index = self.range.size();
        let (edge, full) = (&mut self.edge, &mut self.full);
        self.range.push_with(leaf, |id, hash| {
            if id.level.is_multiple_of(TILE_HEIGHT) {
                push_hash(edge, full, id, hash);
            }
        });
        index
    }

    /// Leaves of the log.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.range.size()
    }

    /// The root of the log.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.range.root()
    }

    /// The tiles that became full since they were last taken.
    pub(super) fn take_full_tiles(&mut self) -> Vec<(Tile, Vec<u8>)> {
        std::mem::take(&mut self.full)
    }

    /// The tiles that changed since this was last called, full ones and the partial ones at the edge, each
    /// with its bytes. A store that keeps one row a tile replaces that row: a wider tile begins with the
    /// narrower one.
    pub fn take_tiles(&mut self) -> Vec<(Tile, Vec<u8>)> {
        let (size, before) = (self.range.size(), self.taken_at);
        let has_grown = |tile: &Tile| {
            let shift = u32::from(tile.level) * u32::from(TILE_HEIGHT);
            size >> shift != before >> shift
        };
        let mut changed = std::mem::take(&mut self.full);
        let edge = right_edge(size).filter(has_grown);
        changed.extend(edge.map(|tile| (tile, bytes_of(&self.edge[usize::from(tile.level)]))));
        self.taken_at = size;
        changed
    }
}

/// Puts the hash of a node into the tile it belongs to.
fn push_hash(edge: &mut Vec<Vec<Hash>>, full: &mut Vec<(Tile, Vec<u8>)>, id: NodeId, hash: &Hash) {
    let level = id.level / TILE_HEIGHT;
    if edge.len() <= level.into() {
        edge.resize(usize::from(level) + 1, Vec::new());
    }
    let hashes = &mut edge[usize::from(level)];
    hashes.push(*hash);
    let tile = Tile { level, index: id.index >> TILE_HEIGHT, width: hashes.len() as u16 };
    if tile.is_full() {
        full.push((tile, bytes_of(hashes)));
        hashes.clear();
    }
}

fn bytes_of(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

impl<H: TreeHash> Default for Appender<H> {
    fn default() -> Self {
        Appender::new()
    }
}

impl<H> Clone for Appender<H> {
    fn clone(&self) -> Self {
        Appender {
            range: self.range.clone(),
            edge: self.edge.clone(),
            full: self.full.clone(),
            taken_at: self.taken_at,
        }
    }
}
