//! Reads hashes out of tiles, and proves from them.

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;

use super::path::{LogPath, TILE_WIDTH, Tile};
use crate::hash::{HASH_BYTES, Hash, TreeHash};
use crate::merkle::{NodeId, Plan, PlanError, consistency_plan, inclusion_plan, root_plan};

/// Tiles that have been read, by level and index.
#[derive(Debug, Clone, Default)]
pub struct Tiles {
    read: BTreeMap<(u8, u64), Vec<Hash>>,
}

/// A tile that is not there, or not as wide as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TilesError {
    /// It was not read.
    #[error("缺少树块 {0}")]
    Missing(LogPath),
    /// It has too few bytes.
    #[error("树块 {path} 应有 {expected} 字节，实有 {given} 字节")]
    Length {
        /// Which tile.
        path: LogPath,
        /// Bytes it should have at least.
        expected: usize,
        /// Bytes it has.
        given: usize,
    },
    /// The log is not as large as that.
    #[error("大小为 {size} 的账本没有第 {level} 层第 {index} 个节点")]
    NoSuchNode {
        /// Level of the node.
        level: u8,
        /// Its index within the level.
        index: u64,
        /// Leaves of the log.
        size: u64,
    },
}

impl Tiles {
    /// Keeps a tile. It may be wider than asked for: a wider tile begins with the narrower one.
    ///
    /// # Errors
    /// It has fewer bytes than its width demands.
    pub fn insert(&mut self, tile: Tile, bytes: &[u8]) -> Result<(), TilesError> {
        let expected = usize::from(tile.width.min(TILE_WIDTH)) * HASH_BYTES;
        let path = LogPath::Tile(tile);
        let short = || TilesError::Length { path, expected, given: bytes.len() };
        let (hashes, _) = bytes.get(..expected).ok_or_else(short)?.as_chunks::<HASH_BYTES>();
        let hashes = hashes.iter().map(|bytes| Hash(*bytes)).collect();
        self.read.insert((tile.level, tile.index), hashes);
        Ok(())
    }

    /// The hashes of a tile.
    ///
    /// # Errors
    /// It was not read, or it is narrower.
    pub fn hashes(&self, tile: Tile) -> Result<&[Hash], TilesError> {
        let found = self.read.get(&(tile.level, tile.index));
        let wide = found.and_then(|hashes| hashes.get(..tile.width.into()));
        wide.ok_or(TilesError::Missing(LogPath::Tile(tile)))
    }

    /// The hash of a node of the log of `size` leaves.
    ///
    /// # Errors
    /// Its tile was not read, or the log has no such node.
    pub fn node<H: TreeHash>(&self, id: NodeId, size: u64) -> Result<Hash, TilesError> {
        let no_such = TilesError::NoSuchNode { level: id.level, index: id.index, size };
        let tile = Tile::of_node(id, size).ok_or(no_such)?;
        let width = 1_usize << (id.level % 8);
        let first = ((id.index << (id.level % 8)) % u64::from(TILE_WIDTH)) as usize;
        Ok(perfect::<H>(&self.hashes(tile)?[first..first + width]))
    }
}

/// The root of a perfect tree over these nodes, as many as a power of two.
fn perfect<H: TreeHash>(nodes: &[Hash]) -> Hash {
    match nodes {
        [] => H::empty(),
        [one] => *one,
        _ => {
            let (left, right) = nodes.split_at(nodes.len() / 2);
            H::node(&perfect::<H>(left), &perfect::<H>(right))
        }
    }
}

impl Plan {
    /// The tiles in which the nodes of this plan lie in the log of `size` leaves, without repetition. Nodes
    /// that are not in that log are left out; the proof then says what is missing.
    #[must_use]
    pub fn tiles(&self, size: u64) -> Vec<Tile> {
        let mut tiles: Vec<Tile> =
            self.nodes().into_iter().filter_map(|node| Tile::of_node(node, size)).collect();
        tiles.sort_unstable();
        tiles.dedup();
        tiles
    }

    /// The proof, out of the tiles that [`Plan::tiles`] named.
    ///
    /// # Errors
    /// A tile is missing.
    pub fn proof_from<H: TreeHash>(&self, tiles: &Tiles, size: u64) -> Result<Vec<Hash>, TilesError> {
        self.proof::<H, TilesError>(|node| tiles.node::<H>(node, size))
    }
}

/// Where tiles come from: what a store has to offer so that proofs can be made of it.
pub trait TileReader {
    /// What can go wrong.
    type Error: fmt::Debug + fmt::Display;

    /// The bytes of these tiles, in this order, in one question. Wider ones than asked for are welcome.
    ///
    /// # Errors
    /// The store cannot answer, or has no such tile.
    fn read(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Self::Error>;
}

/// Why a log could not prove something.
#[derive(Debug, Error)]
pub enum ReadError<E: fmt::Debug + fmt::Display> {
    /// There is nothing to prove.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A tile is missing or too short.
    #[error(transparent)]
    Tiles(#[from] TilesError),
    /// The store failed.
    #[error("读取账本失败：{0}")]
    Store(E),
}

/// The proof that the leaf at `index` is in the log of `size` leaves.
///
/// # Errors
/// There is no such leaf, or the tiles cannot be read.
pub fn prove_inclusion<H: TreeHash, R: TileReader>(
    reader: &R,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ReadError<R::Error>> {
    prove::<H, R>(reader, &inclusion_plan(index, size)?, size)
}

/// The proof that the log of `size` leaves grew out of that of `old_size` leaves.
///
/// # Errors
/// The older one is empty or larger, or the tiles cannot be read.
pub fn prove_consistency<H: TreeHash, R: TileReader>(
    reader: &R,
    old_size: u64,
    size: u64,
) -> Result<Vec<Hash>, ReadError<R::Error>> {
    prove::<H, R>(reader, &consistency_plan(old_size, size)?, size)
}

/// The root the log of `size` leaves had when it had `old_size`.
///
/// # Errors
/// It never had so few, or the tiles cannot be read.
pub fn root_at<H: TreeHash, R: TileReader>(
    reader: &R,
    old_size: u64,
    size: u64,
) -> Result<Hash, ReadError<R::Error>> {
    if old_size == 0 {
        return Ok(H::empty());
    }
    Ok(prove::<H, R>(reader, &root_plan(old_size, size)?, size)?[0])
}

fn prove<H: TreeHash, R: TileReader>(
    reader: &R,
    plan: &Plan,
    size: u64,
) -> Result<Vec<Hash>, ReadError<R::Error>> {
    let wanted = plan.tiles(size);
    let bytes = reader.read(&wanted).map_err(ReadError::Store)?;
    let mut tiles = Tiles::default();
    for (tile, bytes) in wanted.into_iter().zip(&bytes) {
        tiles.insert(tile, bytes)?;
    }
    Ok(plan.proof_from::<H>(&tiles, size)?)
}
