//! What a group of appends comes to. Pure: facts in, answers and writes out; the back ends only read and write.

mod decide;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::append::{Append, Appended};
use crate::error::AppendError;
use crate::key::{IdempotencyKey, MatterKey};
use crate::rows::{MatterRows, index_words};
use crate::stored::StoredAct;
use crate::tree::{CompactRange, Hash, leaf_hash};

pub use decide::plan;

/// An append that has been checked, with the bytes that do not wait for a paper number.
#[derive(Debug, Clone)]
pub struct Prepared {
    append: Append,
    sealed: Vec<Option<Sealed>>,
    ready: Arc<ReadyRows>,
}

impl Prepared {
    /// Checks an append and writes its bytes as far as they are known, so that the writer has less to do.
    ///
    /// # Errors
    /// `AppendError::Invalid` when it cannot be stored, whatever the store holds.
    pub fn new(append: Append) -> Result<Prepared, AppendError> {
        let sealed = append.check()?;
        let ready = Arc::new(ReadyRows::new(append.rows.clone()));
        Ok(Prepared { append, sealed, ready })
    }

    /// What was asked for.
    #[must_use]
    pub fn append(&self) -> &Append {
        &self.append
    }
}

/// A read model with everything about it that can be computed before the writer has its turn.
#[derive(Debug, Clone)]
pub struct ReadyRows {
    /// The read model, its words plain.
    pub rows: MatterRows,
    /// The JSON of its row in the list of matters.
    pub body: String,
    /// Digests of its parts.
    pub parts: Parts,
}

impl ReadyRows {
    /// Makes the words plain, writes the JSON, computes the digests.
    #[must_use]
    pub fn new(mut rows: MatterRows) -> ReadyRows {
        rows.words = index_words(rows.words.iter().map(String::as_str));
        let body = serde_json::to_string(&rows.row).expect("rows are plain values");
        let parts = Parts::of(&rows);
        ReadyRows { rows, body, parts }
    }
}

/// The bytes of an act with their leaf hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The leaf hash over them.
    pub hash: Hash,
}

impl Sealed {
    /// Hashes the bytes of an act.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Sealed {
        let hash = leaf_hash(&bytes);
        Sealed { bytes, hash }
    }
}

/// What a back end has to look up for a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The matters that are appended to.
    pub own: BTreeSet<MatterKey>,
    /// Those and the matters their decisions saw.
    pub matters: BTreeSet<MatterKey>,
    /// Units and keys of commands.
    pub commands: BTreeSet<(String, String)>,
    /// Keys of series.
    pub series: BTreeSet<String>,
}

impl Needs {
    /// What a group of appends needs.
    pub fn of<'a>(group: impl IntoIterator<Item = &'a Prepared>) -> Needs {
        let mut needs = Needs::default();
        for Prepared { append, .. } in group {
            needs.own.insert(append.key.clone());
            needs.matters.insert(append.key.clone());
            needs.matters.extend(append.seen.iter().map(|seen| seen.key.clone()));
            needs
                .commands
                .extend(append.command.iter().map(|key| (append.key.unit.clone(), key.text.clone())));
            let series = append.acts.iter().filter_map(|act| act.series.as_ref());
            needs.series.extend(series.map(|series| series.key.clone()));
        }
        needs
    }
}

/// What a back end reads about a group, after it has locked the head of the log. What is not there is not in the maps.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The tree of the log.
    pub range: CompactRange,
    /// When the last act was recorded.
    pub recorded: Option<Timestamp>,
    /// The named matters that exist.
    pub matters: BTreeMap<MatterKey, Standing>,
    /// Commands recorded before, by unit and key.
    pub commands: BTreeMap<(String, String), Earlier>,
    /// The last serial given in each named series.
    pub series: BTreeMap<String, u32>,
    /// The read models of the group's matters as they are.
    pub rows: BTreeMap<MatterKey, OldRow>,
}

/// What is known of a matter that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many acts it has.
    pub n_acts: u32,
    /// The leaf of its first act.
    pub begun: u64,
}

/// A command recorded before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// SM3 over its content.
    pub content: Hash,
    /// The matter it went into.
    pub matter: String,
    /// The `seq` of its first act.
    pub first_seq: u32,
    /// The leaf of its first act.
    pub first_leaf: u64,
    /// The paper numbers of its acts, one place for each.
    pub numbers: Vec<Option<String>>,
}

impl Earlier {
    /// What was answered then, marked as repeated.
    #[must_use]
    pub fn answer(&self) -> Appended {
        let n_acts = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        Appended {
            first_leaf: self.first_leaf,
            seqs: (self.first_seq..self.first_seq + n_acts).collect(),
            numbers: self.numbers.clone(),
            size_after: self.first_leaf + u64::from(n_acts),
            repeated: true,
        }
    }

    /// What a repeated command is answered without being decided anew.
    ///
    /// # Errors
    /// [`AppendError::KeyReused`] when it is another command under the same key.
    pub fn repeated(
        &self,
        unit: &str,
        command: &IdempotencyKey,
    ) -> Result<(MatterKey, Appended), AppendError> {
        if self.content != command.content {
            return Err(AppendError::KeyReused { key: command.text.clone() });
        }
        Ok((MatterKey::new(unit, &self.matter), self.answer()))
    }
}

/// What the plan has to know of a read model that is about to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldRow {
    /// Where it is counted.
    pub counted: Counted,
    /// Digests of its parts: a part that is the same is not written again.
    pub parts: Parts,
}

/// Where a matter is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The unit.
    pub unit: String,
    /// The procedure.
    pub procedure: String,
    /// The stage.
    pub stage: String,
    /// Whether it is open.
    pub is_open: bool,
}

/// Digests of the parts of a read model that lie in tables of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// What the row is found and ordered by, but for the instant of its last act.
    pub placing: Hash,
    /// Persons and parties.
    pub links: Hash,
    /// Limits.
    pub limits: Hash,
    /// Findings.
    pub findings: Hash,
    /// Words.
    pub words: Hash,
}

impl Counted {
    /// Where a matter is counted as it stands.
    #[must_use]
    pub fn of(rows: &MatterRows) -> Counted {
        let row = &rows.row;
        Counted {
            unit: row.key.unit.clone(),
            procedure: row.procedure.clone(),
            stage: row.stage.clone(),
            is_open: row.closed.is_none(),
        }
    }
}

impl Parts {
    /// The digests of a read model whose words are plain already.
    #[must_use]
    pub fn of(rows: &MatterRows) -> Parts {
        let digest = |part: serde_json::Result<Vec<u8>>| Hash::sm3(&part.expect("rows are plain values"));
        let row = &rows.row;
        let placing = (&row.procedure, &row.stage, &row.squad, row.closed.is_none(), row.next_due);
        Parts {
            placing: digest(serde_json::to_vec(&(placing, row.opened, &row.number, rows.alarm()))),
            links: digest(serde_json::to_vec(&(&rows.row.officers, &rows.row.parties))),
            limits: digest(serde_json::to_vec(&rows.limits)),
            findings: digest(serde_json::to_vec(&rows.findings)),
            words: digest(serde_json::to_vec(&rows.words)),
        }
    }

    /// The digests one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.placing, self.links, self.limits, self.findings, self.words]
            .iter()
            .flat_map(|part| part.0)
            .collect()
    }

    /// Reads what [`Parts::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Parts> {
        let mut parts = bytes.chunks(32).map(Hash::from_slice);
        let mut next = || parts.next().flatten();
        Some(Parts { placing: next()?, links: next()?, limits: next()?, findings: next()?, words: next()? })
    }
}

/// What a group comes to.
#[derive(Debug)]
pub struct Plan {
    /// One answer for each append, in order.
    pub answers: Vec<Answer>,
    /// What is to be written; nothing when no append won anything.
    pub writes: Writes,
}

/// The answer to one append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is recorded once the transaction is.
    Recorded(Appended),
    /// It was recorded before.
    Repeated(Appended),
    /// Others recorded in the matter since; the back end adds what.
    Conflict {
        /// How many acts there are.
        current: u32,
    },
    /// It was to begin a matter that is there.
    Exists {
        /// The matter.
        key: MatterKey,
        /// How many acts it has.
        current: u32,
    },
    /// What it rests on changed.
    SeenChanged {
        /// The matter.
        key: MatterKey,
        /// How many acts it had.
        seen: u32,
        /// How many it has.
        current: u32,
    },
    /// Its key named another command.
    KeyReused {
        /// The key.
        key: String,
    },
    /// It cannot be stored.
    Invalid {
        /// Why.
        why: String,
    },
}

impl Answer {
    /// How many acts the caller did not know of: the back end reads those from `expected` on.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Answer::Conflict { .. })
    }

    /// The answer as the caller gets it, with what others recorded since when it is a conflict.
    ///
    /// # Errors
    /// Whatever is not recorded.
    pub fn result(self, expected: u32, since: Vec<StoredAct>) -> Result<Appended, AppendError> {
        match self {
            Answer::Recorded(appended) | Answer::Repeated(appended) => Ok(appended),
            Answer::Conflict { current } => Err(AppendError::Conflict { seen: expected, current, since }),
            Answer::Exists { key, current } => Err(AppendError::Exists { key, current }),
            Answer::SeenChanged { key, seen, current } => {
                Err(AppendError::SeenChanged { key, seen, current })
            }
            Answer::KeyReused { key } => Err(AppendError::KeyReused { key }),
            Answer::Invalid { why } => Err(AppendError::Invalid { why }),
        }
    }
}

/// What is to be written, table by table.
#[derive(Debug, Clone, Default)]
pub struct Writes {
    /// Acts, in order of their leaves.
    pub acts: Vec<ActWrite>,
    /// Perfect nodes of the tiles above the leaves.
    pub nodes: Vec<NodeWrite>,
    /// Commands.
    pub commands: Vec<CommandWrite>,
    /// Openings.
    pub openings: Vec<OpeningWrite>,
    /// Openings to be erased.
    pub erasures: Vec<ErasureWrite>,
    /// Attachments named by acts.
    pub blobs: Vec<BlobWrite>,
    /// The last serial given in each series that moved.
    pub series: BTreeMap<String, u32>,
    /// Read models.
    pub rows: Vec<RowWrite>,
    /// How counters change.
    pub counters: BTreeMap<Counted, i64>,
    /// The tree afterwards.
    pub range: CompactRange,
    /// When the last act was recorded.
    pub recorded: Option<Timestamp>,
}

/// An act to be written.
#[derive(Debug, Clone)]
pub struct ActWrite {
    /// The matter.
    pub key: MatterKey,
    /// The leaf of the first act of the matter.
    pub begun: u64,
    /// Its number in the matter.
    pub seq: u32,
    /// Its place in the log.
    pub leaf: u64,
    /// Its bytes and leaf hash.
    pub sealed: Sealed,
    /// Its paper number.
    pub number: Option<String>,
}

/// A node of a tile: level 1 of the tiles stands for 256 leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeWrite {
    /// The level of tiles, from 1.
    pub level: u8,
    /// The place within the level.
    pub index: u64,
    /// The hash.
    pub hash: Hash,
}

/// A command to be remembered.
#[derive(Debug, Clone)]
pub struct CommandWrite {
    /// The unit its key is unique in.
    pub unit: String,
    /// Its key.
    pub key: String,
    /// SM3 over its content.
    pub content: Hash,
    /// The matter it went into.
    pub matter: String,
    /// The `seq` of its first act.
    pub first_seq: u32,
    /// How many acts it recorded.
    pub n_acts: u32,
}

/// An opening to be written.
#[derive(Debug, Clone)]
pub struct OpeningWrite {
    /// The matter.
    pub key: MatterKey,
    /// The leaf of the first act of the matter.
    pub begun: u64,
    /// The act.
    pub seq: u32,
    /// Where in the line.
    pub path: String,
    /// The value, as canonical JSON.
    pub value: String,
    /// The salt.
    pub salt: [u8; 32],
}

/// An opening to be erased.
#[derive(Debug, Clone)]
pub struct ErasureWrite {
    /// The matter.
    pub key: MatterKey,
    /// The leaf of the first act of the matter.
    pub begun: u64,
    /// The act whose opening goes.
    pub seq: u32,
    /// The path of the opening.
    pub path: String,
    /// The act that erases it.
    pub by: u32,
}

/// An attachment an act names.
#[derive(Debug, Clone)]
pub struct BlobWrite {
    /// The matter.
    pub key: MatterKey,
    /// The act.
    pub seq: u32,
    /// The digest of the attachment.
    pub digest: Hash,
}

/// A read model to be written.
#[derive(Debug, Clone)]
pub struct RowWrite {
    /// The leaf of the matter's first act: the row's own number.
    pub begun: u64,
    /// The read model.
    pub ready: Arc<ReadyRows>,
    /// Which parts differ from what is stored.
    pub changed: Changed,
}

/// Which parts of a read model are to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// More of the row than its body and the instant of its last act.
    pub placing: bool,
    /// Persons and parties.
    pub links: bool,
    /// Limits.
    pub limits: bool,
    /// Findings.
    pub findings: bool,
    /// Words.
    pub words: bool,
}
