//! Writes a bundle, checking on the way that it will verify.

use std::io::{self, Read, Seek, Write};

use thiserror::Error;

use super::archive::ArchiveWriter;
use super::manifest::{FileEntry, Manifest, MemberDigest, Opening, ProofLine, to_line};
use super::{
    CHECKPOINT, FORMAT, MANIFEST, MANIFEST_BYTES_MAX, MANIFEST_NOTE, OPENING_BYTES_MAX, OPENINGS, PROOFS,
    README, README_TEXT, RECORDS,
};
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::commitment::Commitment;
use crate::hash::{Hash, TreeHash};
use crate::key::SigningKey;
use crate::merkle::{ProofError, verify_inclusion};
use crate::note::{Note, NoteError};
use crate::tiles::ENTRY_BYTES_MAX;
use sm3::Sm3;

/// A record to put into a bundle.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its index in the log.
    pub index: u64,
    /// The stored bytes, one line without its newline.
    pub line: Vec<u8>,
    /// Its inclusion proof in the log of the checkpoint.
    pub path: Vec<Hash>,
}

/// What a bundle is made of.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'c> {
    /// Which matter, as the records call it.
    pub matter: &'c str,
    /// When the bundle is made: an instant, in words the caller chooses.
    pub issued: &'c str,
    /// SM3 of the lawbook the records rest on.
    pub lawbook: Option<Hash>,
    /// The signed checkpoint, with cosignatures.
    pub checkpoint: &'c Note,
    /// The records, in the order of the log.
    pub records: &'c [Record],
    /// Values and salts to be opened.
    pub openings: &'c [Opening],
    /// Attachments and papers, in the bundle or not.
    pub files: &'c [FileEntry],
}

/// Why a bundle cannot be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The checkpoint is none.
    #[error("检查点无效")]
    Checkpoint(#[from] CheckpointError),
    /// The note of the manifest cannot be made.
    #[error("目录签名无效")]
    Note(#[from] NoteError),
    /// Too many records, openings or files, or none at all.
    #[error("{0}")]
    Manifest(String),
    /// A record is empty, too long, or more than one line.
    #[error("第 {record} 条记录不是一行 1 至 {ENTRY_BYTES_MAX} 字节的文字")]
    Line {
        /// Number of the record, from 1.
        record: u64,
    },
    /// The records are not in the order of the log.
    #[error("第 {record} 条记录的日志序号不大于前一条")]
    Order {
        /// Number of the record, from 1.
        record: u64,
    },
    /// An inclusion proof does not hold.
    #[error("第 {record} 条记录的包含证明不成立")]
    Proof {
        /// Number of the record, from 1.
        record: u64,
        /// In what way.
        source: ProofError,
    },
    /// A commitment does not stand in its record.
    #[error("第 {record} 条记录中没有 {context} 的承诺值")]
    Commitment {
        /// Number of the record, from 1.
        record: u64,
        /// The place of the value.
        context: String,
    },
    /// A value is too long.
    #[error("{context} 的内容超过 {OPENING_BYTES_MAX} 字节")]
    OpeningTooLong {
        /// The place of the value.
        context: String,
    },
    /// A file is not the one that was committed to.
    #[error("文件 {title} 的内容与其 SM3 值或长度不符")]
    File {
        /// What people call it.
        title: String,
    },
    /// A file cannot be read.
    #[error("读取文件 {title} 失败")]
    Open {
        /// What people call it.
        title: String,
        /// Why.
        source: io::Error,
    },
    /// The bundle cannot be written.
    #[error("写入卷宗包失败")]
    Write(#[from] io::Error),
}

/// Writes a bundle from the beginning of `out`. `open` gives the contents of a file that is to be included; they are
/// streamed. `signer` is the key of the log, if it shall vouch for the manifest.
///
/// # Errors
/// Something does not fit together, so that the bundle would not verify; or reading or writing fails. What has been
/// written by then is no bundle: write to a place beside and move it when this is done.
pub fn write<W: Write + Seek>(
    out: W,
    contents: &Contents<'_>,
    signer: Option<&SigningKey>,
    mut open: impl FnMut(&FileEntry) -> io::Result<Box<dyn Read>>,
) -> Result<(), WriteError> {
    let checkpoint: Checkpoint = contents.checkpoint.text().parse()?;
    check_commitments(contents)?;
    let mut members = vec![
        (CHECKPOINT, contents.checkpoint.to_string().into_bytes()),
        (PROOFS, proofs(contents.records, &checkpoint)?),
        (OPENINGS, openings(contents.openings)?),
        (RECORDS, records(contents.records)?),
    ];
    members.retain(|(name, _)| *name != OPENINGS || !contents.openings.is_empty());
    let digest = |(name, bytes): &(&str, Vec<u8>)| MemberDigest {
        name: (*name).to_owned(),
        bytes: bytes.len() as u64,
        sm3: Hash::sm3(bytes),
    };
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        matter: contents.matter.to_owned(),
        issued: contents.issued.to_owned(),
        lawbook: contents.lawbook,
        signed: signer.is_some(),
        records: contents.records.len() as u64,
        openings: contents.openings.len() as u64,
        members: members.iter().map(digest).collect(),
        files: contents.files.to_vec(),
    };
    if let Some(fault) = manifest.fault() {
        return Err(WriteError::Manifest(fault));
    }
    let json = manifest.to_json();
    if json.len() as u64 > MANIFEST_BYTES_MAX {
        return Err(WriteError::Manifest(format!("目录超过 {MANIFEST_BYTES_MAX} 字节")));
    }
    let mut archive = ArchiveWriter::new(out);
    archive.add(README, README_TEXT.as_bytes())?;
    archive.add(MANIFEST, json.as_bytes())?;
    if let Some(signer) = signer {
        let mut note = Note::new(Manifest::note_text(&Hash::sm3(json.as_bytes())))?;
        signer.sign(&mut note);
        archive.add(MANIFEST_NOTE, note.to_string().as_bytes())?;
    }
    for (name, bytes) in &members {
        archive.add(name, bytes)?;
    }
    for (at, file) in contents.files.iter().enumerate().filter(|(_, file)| file.included) {
        let read = |source| WriteError::Open { title: file.title.clone(), source };
        let mut from = open(file).map_err(read)?;
        let found = archive.add_from(&file.member_name(at + 1), &mut from)?;
        if found != (file.bytes, file.sm3) {
            return Err(WriteError::File { title: file.title.clone() });
        }
    }
    Ok(archive.finish()?)
}

fn proofs(records: &[Record], checkpoint: &Checkpoint) -> Result<Vec<u8>, WriteError> {
    let mut lines = Vec::new();
    let mut before = None;
    for (number, record) in (1..).zip(records) {
        if before.is_some_and(|before| before >= record.index) {
            return Err(WriteError::Order { record: number });
        }
        before = Some(record.index);
        let leaf = Sm3::leaf(&record.line);
        verify_inclusion::<Sm3>(&leaf, record.index, checkpoint.size, &checkpoint.root, &record.path)
            .map_err(|source| WriteError::Proof { record: number, source })?;
        let line = ProofLine { record: number, index: record.index, leaf, path: record.path.clone() };
        lines.extend(to_line(&line).into_bytes());
        lines.push(b'\n');
    }
    Ok(lines)
}

fn openings(openings: &[Opening]) -> Result<Vec<u8>, WriteError> {
    let mut lines = Vec::new();
    for opening in openings {
        let line = to_line(opening);
        if line.len() >= OPENING_BYTES_MAX {
            return Err(WriteError::OpeningTooLong { context: opening.context.clone() });
        }
        lines.extend(line.into_bytes());
        lines.push(b'\n');
    }
    Ok(lines)
}

fn records(records: &[Record]) -> Result<Vec<u8>, WriteError> {
    let mut lines = Vec::new();
    for (number, record) in (1..).zip(records) {
        let is_line = (1..=ENTRY_BYTES_MAX).contains(&record.line.len()) && !record.line.contains(&b'\n');
        if !is_line {
            return Err(WriteError::Line { record: number });
        }
        lines.extend_from_slice(&record.line);
        lines.push(b'\n');
    }
    Ok(lines)
}

/// Every commitment that is opened stands in its record.
fn check_commitments(contents: &Contents<'_>) -> Result<(), WriteError> {
    let openings =
        contents.openings.iter().map(|opening| (opening.record, &opening.context, opening.commitment()));
    let files = contents.files.iter().map(|file| (file.record, &file.context, file.commitment()));
    for (record, context, commitment) in openings.chain(files) {
        let at = usize::try_from(record).ok().and_then(|record| record.checked_sub(1));
        let line = at.and_then(|at| contents.records.get(at)).map_or(&[][..], |record| &record.line);
        if !Commitment::find_in(line).any(|found| found == commitment) {
            return Err(WriteError::Commitment { record, context: context.clone() });
        }
    }
    Ok(())
}
