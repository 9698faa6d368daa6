//! The tlog-tiles layout (C2SP): how a log lies in files, and how it is read, written and verified there.
//!
//! ```text
//! checkpoint                      the signed checkpoint
//! tile/<L>/<N>[.p/<W>]            hashes of the tree, 256 to a tile, levels 0, 8, 16, …
//! tile/entries/<N>[.p/<W>]        the leaves themselves, 256 to a bundle, each after its length
//! ```
//!
//! The specification fixes SHA-256; here it is SM3 by default, everything else is as specified. An entry has
//! at most [`ENTRY_BYTES_MAX`] bytes, because its length is written in two.

mod appender;
mod entries;
mod folder;
mod path;
mod reader;
mod verify;
mod writer;

pub use appender::{Appender, AppenderError};
pub use entries::{ENTRY_BYTES_MAX, Entries, EntriesError, EntryTooLong, push_entry};
pub use folder::Folder;
pub use path::{LogPath, TILE_WIDTH, Tile, right_edge, tiles_of};
pub use reader::{ReadError, TileReader, Tiles, TilesError, prove_consistency, prove_inclusion, root_at};
pub use verify::{LogError, LogFault, LogReport, LogSource, verify_log};
pub use writer::{LogSink, LogWriter};
