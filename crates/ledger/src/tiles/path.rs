//! Tiles and their paths.

use std::fmt;
use std::str::FromStr;

use crate::merkle::NodeId;
use crate::text::decimal;

/// Hashes of a full tile, and entries of a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Levels of the tree between a tile and the one above it.
pub(super) const TILE_HEIGHT: u8 = 8;

/// A tile as it is for some size of the log: full, or partial at the right edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// 0 for the tiles of leaf hashes; 8 levels of the tree each.
    pub level: u8,
    /// The place within the level, from 0.
    pub index: u64,
    /// Hashes in it, 1 to 256.
    pub width: u16,
}

impl Tile {
    /// The tile of a log of `size` leaves in which the hashes below a node lie, if the node is in that log.
    #[must_use]
    pub fn of_node(id: NodeId, size: u64) -> Option<Tile> {
        let (level, inside) = (id.level / TILE_HEIGHT, id.level % TILE_HEIGHT);
        let first = id.index.checked_shl(inside.into()).filter(|first| first >> inside == id.index)?;
        let index = first / u64::from(TILE_WIDTH);
        let tile = tile_at(level, index, size)?;
        let end = first % u64::from(TILE_WIDTH) + (1 << inside);
        (end <= u64::from(tile.width)).then_some(tile)
    }

    /// Whether it is as wide as tiles get, so that it never changes again.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The same tile when it will be full.
    #[must_use]
    pub fn full(&self) -> Tile {
        Tile { width: TILE_WIDTH, ..*self }
    }
}

/// The hashes on a tile level of a log of that size.
fn hashes_on(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0)
}

fn tile_at(level: u8, index: u64, size: u64) -> Option<Tile> {
    let before = index.checked_mul(TILE_WIDTH.into())?;
    let width = hashes_on(level, size).checked_sub(before).filter(|rest| *rest > 0)?;
    Some(Tile { level, index, width: width.min(TILE_WIDTH.into()) as u16 })
}

/// Every tile of a log of `size` leaves: level by level, each from the left.
pub fn tiles_of(size: u64) -> impl Iterator<Item = Tile> {
    let levels = (0..=u8::MAX).take_while(move |level| hashes_on(*level, size) > 0);
    levels.flat_map(move |level| {
        let n_tiles = hashes_on(level, size).div_ceil(TILE_WIDTH.into());
        (0..n_tiles).filter_map(move |index| tile_at(level, index, size))
    })
}

/// The partial tiles of a log of `size` leaves, at most one on each level, the lowest first: what an
/// [`super::Appender`] has to be given to go on.
pub fn right_edge(size: u64) -> impl Iterator<Item = Tile> {
    let levels = (0..=u8::MAX).take_while(move |level| hashes_on(*level, size) > 0);
    levels.filter_map(move |level| {
        let last = tile_at(level, hashes_on(level, size) / u64::from(TILE_WIDTH), size)?;
        (!last.is_full()).then_some(last)
    })
}

/// A file of a log, by its path. It prints as the path, relative to the log's folder or address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogPath {
    /// The signed checkpoint.
    Checkpoint,
    /// A tile of hashes.
    Tile(Tile),
    /// A bundle of entries.
    Entries {
        /// The place of the bundle, from 0.
        index: u64,
        /// Entries in it, 1 to 256.
        width: u16,
    },
}

impl LogPath {
    /// The bundle that belongs to a tile of leaf hashes.
    #[must_use]
    pub fn entries_of(tile: Tile) -> LogPath {
        LogPath::Entries { index: tile.index, width: tile.width }
    }
}

impl fmt::Display for LogPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogPath::Checkpoint => out.write_str("checkpoint"),
            LogPath::Tile(Tile { level, index, width }) => {
                write!(out, "tile/{level}/{}", place(*index, *width))
            }
            LogPath::Entries { index, width } => write!(out, "tile/entries/{}", place(*index, *width)),
        }
    }
}

/// `x001/x234/067`, with `.p/5` when only 5 of 256 are there.
fn place(index: u64, width: u16) -> String {
    let mut groups = vec![format!("{:03}", index % 1000)];
    let mut rest = index / 1000;
    while rest > 0 {
        groups.push(format!("x{:03}", rest % 1000));
        rest /= 1000;
    }
    groups.reverse();
    let path = groups.join("/");
    if width == TILE_WIDTH { path } else { format!("{path}.p/{width}") }
}

/// A path that names no file of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("账本中没有这样的文件：`{given}`")]
pub struct LogPathError {
    /// What was given, in part.
    pub given: String,
}

impl FromStr for LogPath {
    type Err = LogPathError;

    /// Reads a path; every file has exactly one, so a path can be matched against what a client asks for.
    fn from_str(path: &str) -> Result<LogPath, LogPathError> {
        parse(path)
            .filter(|parsed| parsed.to_string() == path)
            .ok_or_else(|| LogPathError { given: crate::text::shown(path) })
    }
}

fn parse(path: &str) -> Option<LogPath> {
    const LEVEL_MAX: u64 = 63;
    if path == "checkpoint" {
        return Some(LogPath::Checkpoint);
    }
    let (kind, place) = path.strip_prefix("tile/")?.split_once('/')?;
    let (groups, width) = match place.split_once(".p/") {
        Some((groups, width)) => (groups, decimal(width).filter(|width| (1..256).contains(width))? as u16),
        None => (place, TILE_WIDTH),
    };
    let mut index = 0_u64;
    for group in groups.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        let is_group = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_group.then(|| digits.parse::<u64>().ok()).flatten()?;
        index = index.checked_mul(1000)?.checked_add(number)?;
    }
    if kind == "entries" {
        return Some(LogPath::Entries { index, width });
    }
    let level = decimal(kind).filter(|level| *level <= LEVEL_MAX)? as u8;
    Some(LogPath::Tile(Tile { level, index, width }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let tile = |level, index, width| LogPath::Tile(Tile { level, index, width }).to_string();
        assert_eq!(tile(0, 0, 256), "tile/0/000");
        assert_eq!(tile(1, 1_234_067, 256), "tile/1/x001/x234/067");
        assert_eq!(tile(0, 273, 112), "tile/0/273.p/112");
        assert_eq!(LogPath::Entries { index: 1000, width: 1 }.to_string(), "tile/entries/x001/000.p/1");
    }

    #[test]
    fn every_file_has_one_path() {
        for path in ["checkpoint", "tile/0/000", "tile/63/x001/x234/067.p/255", "tile/entries/000.p/1"] {
            assert_eq!(path.parse::<LogPath>().unwrap().to_string(), path);
        }
        let wrong = [
            "",
            "tile",
            "tile/0",
            "tile/00/000",
            "tile/64/000",
            "tile/0/0",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/../../etc",
            "tile/-1/000",
            "/checkpoint",
            "tile/entries/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/０００",
        ];
        for path in wrong {
            assert!(path.parse::<LogPath>().is_err(), "{path}");
        }
    }

    #[test]
    fn a_log_of_70_000_has_the_tiles_the_specification_counts() {
        let tiles: Vec<Tile> = tiles_of(70_000).collect();
        let full = |level| tiles.iter().filter(|tile| tile.level == level && tile.is_full()).count();
        assert_eq!((full(0), full(1), full(2), tiles.len()), (273, 1, 0, 277));
        let edge: Vec<(u8, u64, u16)> =
            right_edge(70_000).map(|tile| (tile.level, tile.index, tile.width)).collect();
        assert_eq!(edge, [(0, 273, 112), (1, 1, 17), (2, 0, 1)]);
        assert_eq!(tiles_of(256).count(), 2);
        assert_eq!(right_edge(256).count(), 1);
        assert_eq!(tiles_of(0).count(), 0);
        assert_eq!(right_edge(u64::MAX).count(), 8);
    }

    #[test]
    fn a_node_lies_in_the_tile_that_holds_all_below_it() {
        let node = |level, index| Tile::of_node(NodeId { level, index }, 70_000);
        assert_eq!(node(0, 69_999), Some(Tile { level: 0, index: 273, width: 112 }));
        assert_eq!(node(7, 546), None); // half of it is not written yet
        assert_eq!(node(8, 272), Some(Tile { level: 1, index: 1, width: 17 }));
        assert_eq!(node(16, 0), Some(Tile { level: 2, index: 0, width: 1 }));
        assert_eq!(node(7, u64::MAX), None);
        assert_eq!(node(255, 0), None);
    }
}
