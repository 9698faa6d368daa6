//! Checkpoints (检查点): a signed statement of how large the log is and what its root is.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use thiserror::Error;

use crate::hash::{Hash, TreeHash};
use crate::key::{PublicKey, Role, SignatureError, SigningKey};
use crate::merkle::{ProofError, verify_consistency};
use crate::note::{Note, NoteError, NoteSignature};
use crate::text::{decimal, shown};

/// The text of a checkpoint (C2SP tlog-checkpoint).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// Which log: one line, not empty; the name of its key should be the same.
    pub origin: String,
    /// Leaves of the log.
    pub size: u64,
    /// The root of its tree.
    pub root: Hash,
    /// Further lines, each not empty. Nobody vouches for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<String>,
}

/// Why a checkpoint is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// It is no signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is no checkpoint.
    #[error("检查点正文应为账本名称、大小、树根三行，第 {line} 行有误：`{given}`")]
    Text {
        /// Which line, from 1.
        line: usize,
        /// What stands there, in part.
        given: String,
    },
    /// A key signs for the log whose name it bears, and for no other.
    #[error("密钥 {key} 不能签署账本 `{origin}` 的检查点，两者名称应相同")]
    Origin {
        /// Name of the key.
        key: String,
        /// Name of the log.
        origin: String,
    },
    /// A signature of a key that is known does not hold.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Too few of the witnesses that are known signed it.
    #[error("检查点只有 {given} 个见证签名，要求 {expected} 个")]
    Quorum {
        /// Witnesses demanded.
        expected: usize,
        /// Witnesses whose signature holds.
        given: usize,
    },
}

impl Checkpoint {
    /// A checkpoint without further lines.
    #[must_use]
    pub fn new(origin: String, size: u64, root: Hash) -> Checkpoint {
        Checkpoint { origin, size, root, extensions: Vec::new() }
    }

    /// The checkpoint, signed by its log.
    ///
    /// # Errors
    /// The key bears another name than the log; a further line is empty or holds control characters.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, CheckpointError> {
        let name = key.public().name();
        if name.as_str() != self.origin {
            return Err(CheckpointError::Origin { key: name.to_string(), origin: shown(&self.origin) });
        }
        let text = self.to_string();
        text.parse::<Checkpoint>()?;
        let mut note = Note::new(text)?;
        key.sign(&mut note);
        Ok(note)
    }
}

/// Keys that are trusted, and how many witnesses are asked for.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Keys of logs; each speaks for the log whose name it bears.
    pub logs: Vec<PublicKey>,
    /// Keys of witnesses.
    pub witnesses: Vec<PublicKey>,
    /// How many different witnesses must have signed; 0 asks for none.
    pub quorum: usize,
}

/// A checkpoint of which all signatures of known keys hold. Whether there is one by the log is
/// [`Opened::is_signed`]: without a key of the log at hand, nothing but its own consistency can be checked.
#[derive(Debug, Clone)]
pub struct Opened {
    checkpoint: Checkpoint,
    signer: Option<String>,
    cosignatures: Vec<Cosignature>,
    unknown: usize,
}

/// A witness signature (见证签名) that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cosignature {
    /// Name of the witness.
    pub witness: String,
    /// When it saw the checkpoint, in seconds since 1970.
    pub time: u64,
}

impl Trust {
    /// Trusts one key of a log and asks for no witnesses.
    #[must_use]
    pub fn log(key: PublicKey) -> Trust {
        Trust { logs: vec![key], ..Trust::default() }
    }

    /// Reads a checkpoint and verifies the signatures of the keys that are known.
    ///
    /// # Errors
    /// It is no checkpoint; a signature of a known key does not hold; a known log signed it, but too few of
    /// the witnesses did.
    pub fn open(&self, bytes: &[u8]) -> Result<Opened, CheckpointError> {
        let note = Note::parse(bytes)?;
        let checkpoint: Checkpoint = note.text().parse()?;
        let mut signer = None;
        for key in self.logs.iter().filter(|key| key.role() == Role::Log) {
            // The key of one log says nothing about another.
            if key.verify(&note)?.is_some() && key.name().as_str() == checkpoint.origin {
                signer = Some(key.name().to_string());
            }
        }
        let mut cosignatures: Vec<Cosignature> = Vec::new();
        for key in self.witnesses.iter().filter(|key| key.role() == Role::Witness) {
            let witness = key.name().to_string();
            let Some(time) = key.verify(&note)?.and_then(|signed| signed.time) else { continue };
            // A witness with two keys is one witness.
            if cosignatures.iter().all(|known| known.witness != witness) {
                cosignatures.push(Cosignature { witness, time });
            }
        }
        if signer.is_some() && cosignatures.len() < self.quorum {
            return Err(CheckpointError::Quorum { expected: self.quorum, given: cosignatures.len() });
        }
        let keys = || self.logs.iter().chain(&self.witnesses);
        let is_unknown =
            |line: &&NoteSignature| !keys().any(|key| *key.name() == line.name && key.id() == line.id);
        let unknown = note.signatures().iter().filter(is_unknown).count();
        Ok(Opened { checkpoint, signer, cosignatures, unknown })
    }
}

impl Opened {
    /// What it says.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Whether a log that is known signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signer.is_some()
    }

    /// The name of the key of the log that signed it.
    #[must_use]
    pub fn signer(&self) -> Option<&str> {
        self.signer.as_deref()
    }

    /// The witnesses that are known and signed it.
    #[must_use]
    pub fn cosignatures(&self) -> &[Cosignature] {
        &self.cosignatures
    }

    /// Signatures of keys that are not known.
    #[must_use]
    pub fn unknown_signatures(&self) -> usize {
        self.unknown
    }
}

/// Why a checkpoint does not continue another.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ForkError {
    /// They are of different logs.
    #[error("检查点属于另一个账本：`{given}`，应为 `{expected}`")]
    Origin {
        /// The log of the older one.
        expected: String,
        /// The log of the newer one.
        given: String,
    },
    /// The log became smaller.
    #[error("账本变小了：原有 {old} 条记录，现称 {new} 条")]
    Shrunk {
        /// Leaves before.
        old: u64,
        /// Leaves now.
        new: u64,
    },
    /// The same size with another root: the log has been forked.
    #[error("账本分叉：同为 {size} 条记录，树根却不同")]
    Forked {
        /// Leaves of both.
        size: u64,
    },
    /// The proof does not hold.
    #[error("账本不是由原账本续写而成")]
    Proof(#[from] ProofError),
}

/// Checks that a newer checkpoint continues an older one: what a witness does before it signs, and the log
/// itself at start and after every change of the database behind it.
///
/// # Errors
/// In what way it does not. From an empty log, and between equal sizes, the proof must be empty.
pub fn verify_continues<H: TreeHash>(
    old: &Checkpoint,
    new: &Checkpoint,
    proof: &[Hash],
) -> Result<(), ForkError> {
    if old.origin != new.origin {
        return Err(ForkError::Origin { expected: old.origin.clone(), given: shown(&new.origin) });
    }
    if new.size < old.size {
        return Err(ForkError::Shrunk { old: old.size, new: new.size });
    }
    if old.size == new.size && old.root != new.root {
        return Err(ForkError::Forked { size: old.size });
    }
    if old.size == 0 {
        let nothing = old.root == H::empty() && proof.is_empty();
        return if nothing { Ok(()) } else { Err(ProofError::InnerHash.into()) };
    }
    Ok(verify_consistency::<H>(old.size, &old.root, new.size, &new.root, proof)?)
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}\n{}\n{}", self.origin, self.size, self.root.to_base64())?;
        self.extensions.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Checkpoint, CheckpointError> {
        let wrong = |line: usize, given: &str| CheckpointError::Text { line, given: shown(given) };
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or_default().split('\n').collect();
        let [origin, size, root, extensions @ ..] = lines.as_slice() else {
            return Err(wrong(lines.len() + 1, ""));
        };
        if origin.is_empty() {
            return Err(wrong(1, origin));
        }
        let checkpoint = Checkpoint {
            origin: (*origin).to_owned(),
            size: decimal(size).ok_or_else(|| wrong(2, size))?,
            root: Hash::from_base64(root).map_err(|_| wrong(3, root))?,
            extensions: extensions.iter().map(ToString::to_string).collect(),
        };
        match extensions.iter().position(|line| line.is_empty()) {
            Some(at) => Err(wrong(at + 4, "")),
            None => Ok(checkpoint),
        }
    }
}
