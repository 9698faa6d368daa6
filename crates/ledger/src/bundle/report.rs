//! What was found about a bundle, in words for people and as data.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::checkpoint::{Checkpoint, Cosignature};
use crate::hash::Hash;
use crate::text::shown;

/// The outcome in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every check passed, under a signature of a log that is known.
    Proved,
    /// Every check passed, but nobody known vouches for the root.
    Unproved,
    /// Something is wrong.
    Wrong,
}

/// The part of a bundle something is wrong with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Element {
    /// The archive itself, between its members.
    Archive,
    /// A member as a whole.
    Member {
        /// Its name.
        name: String,
    },
    /// The manifest.
    Manifest,
    /// The signature of the manifest.
    ManifestSignature,
    /// The checkpoint.
    Checkpoint,
    /// The inclusion proof of a record.
    Proof {
        /// Number of the record, from 1.
        record: u64,
    },
    /// An opened commitment.
    Opening {
        /// Its line, from 1.
        number: u64,
        /// Number of the record, from 1.
        record: u64,
        /// The place of the value in the record.
        context: String,
    },
    /// A record.
    Record {
        /// Its number, from 1.
        record: u64,
        /// Its index in the log, if its proof said one.
        index: Option<u64>,
    },
    /// An attachment or paper.
    File {
        /// Its number, from 1.
        number: u64,
        /// What people call it.
        title: String,
    },
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// With what.
    pub element: Element,
    /// In what way.
    pub why: String,
}

/// Something that was not checked, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unchecked {
    /// No key of the log was given, or not this one.
    CheckpointSignature,
    /// Signatures of keys that were not given.
    UnknownSignatures(usize),
    /// No witness that is known has signed.
    Witnesses,
    /// Nobody known vouches that these are all records.
    Completeness,
    /// Commitments whose values are not in the bundle.
    Unopened(u64),
    /// Files that are kept elsewhere.
    FilesElsewhere(u64),
    /// What was appended to the log later.
    Later {
        /// Leaves of the log at the checkpoint.
        size: u64,
    },
    /// The lawbook itself; only its digest is there.
    Lawbook(Hash),
    /// What the records mean.
    Meaning,
}

/// What was found about a bundle.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The outcome.
    pub verdict: Verdict,
    /// What is wrong, in the order of the file; no more than [`Report::WRONG_MAX`] are kept, the first matters.
    pub wrong: Vec<Wrong>,
    /// What was not checked.
    pub unchecked: Vec<Unchecked>,
    /// The matter, as the manifest calls it.
    pub matter: Option<String>,
    /// When the bundle was made, as the manifest says.
    pub issued: Option<String>,
    /// The checkpoint everything was checked against.
    pub checkpoint: Option<Checkpoint>,
    /// The log that signed it, if it is known.
    pub signer: Option<String>,
    /// The witnesses that signed it and are known.
    pub cosignatures: Vec<Cosignature>,
    /// Who signed the manifest, if known.
    pub issuer: Option<String>,
    /// Records whose bytes are those of the log.
    pub records: u64,
    /// Opened commitments that stand in their records.
    pub openings: u64,
    /// Files whose contents are those committed to.
    pub files: u64,
}

impl Report {
    /// Faults that are kept.
    pub const WRONG_MAX: usize = 100;

    pub(super) fn new() -> Report {
        Report {
            verdict: Verdict::Unproved,
            wrong: Vec::new(),
            unchecked: Vec::new(),
            matter: None,
            issued: None,
            checkpoint: None,
            signer: None,
            cosignatures: Vec::new(),
            issuer: None,
            records: 0,
            openings: 0,
            files: 0,
        }
    }

    /// Whether everything holds, under a signature that is known.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.verdict == Verdict::Proved
    }

    pub(super) fn push(&mut self, element: Element, why: impl fmt::Display) {
        if self.wrong.len() < Report::WRONG_MAX {
            self.wrong.push(Wrong { element, why: why.to_string() });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let matter = self.matter.as_deref().map_or_else(String::new, |matter| format!("：{}", shown(matter)));
        match self.verdict {
            Verdict::Proved => writeln!(out, "核对通过{matter}")?,
            Verdict::Unproved => writeln!(out, "内容一致，但没有可信的签名{matter}")?,
            Verdict::Wrong => writeln!(out, "核对不通过{matter}")?,
        }
        self.wrong.iter().try_for_each(|wrong| writeln!(out, "  ✗ {wrong}"))?;
        if self.records > 0 {
            writeln!(out, "  ✓ {} 条记录与账本逐字节相符", self.records)?;
        }
        if self.openings > 0 {
            writeln!(out, "  ✓ {} 项公开的内容与记录中的承诺值相符", self.openings)?;
        }
        if self.files > 0 {
            writeln!(out, "  ✓ {} 个文件与记录中的承诺值相符", self.files)?;
        }
        if let (Some(checkpoint), Some(signer)) = (&self.checkpoint, &self.signer) {
            writeln!(out, "  ✓ 检查点（共 {} 条记录）由 {signer} 签名", checkpoint.size)?;
        }
        for seen in &self.cosignatures {
            writeln!(out, "  ✓ {} 见证（时间 {} 秒）", seen.witness, seen.time)?;
        }
        if let Some(issuer) = &self.issuer {
            writeln!(out, "  ✓ 目录由 {issuer} 签名")?;
        }
        self.unchecked.iter().try_for_each(|unchecked| writeln!(out, "  · 未核对：{unchecked}"))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}：{}", self.element, self.why)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Element::Archive => out.write_str("压缩包"),
            Element::Member { name } => write!(out, "{name}"),
            Element::Manifest => out.write_str("目录 manifest.json"),
            Element::ManifestSignature => out.write_str("目录签名 manifest.note"),
            Element::Checkpoint => out.write_str("检查点 checkpoint"),
            Element::Proof { record } => write!(out, "第 {record} 条记录的包含证明"),
            Element::Opening { number, record, context } => {
                write!(out, "第 {number} 项公开的内容（第 {record} 条记录的 {}）", shown(context))
            }
            Element::Record { record, index: Some(index) } => {
                write!(out, "第 {record} 条记录（日志序号 {index}）")
            }
            Element::Record { record, index: None } => write!(out, "第 {record} 条记录"),
            Element::File { number, title } => write!(out, "第 {number} 个文件 {}", shown(title)),
        }
    }
}

impl fmt::Display for Unchecked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unchecked::CheckpointSignature => {
                out.write_str("检查点的签名，因为没有给出该账本的公钥；没有它，全部内容可能都是另造的")
            }
            Unchecked::UnknownSignatures(number) => write!(out, "检查点上 {number} 个不认识的密钥的签名"),
            Unchecked::Witnesses => out.write_str("账本是否对不同的人出示不同的内容，因为没有认识的见证签名"),
            Unchecked::Completeness => {
                out.write_str("这些是否该事项的全部记录，以及目录中的名称，因为目录没有可信的签名")
            }
            Unchecked::Unopened(number) => write!(out, "{number} 项未公开或已删除的内容，记录中只有承诺值"),
            Unchecked::FilesElsewhere(number) => write!(out, "{number} 个未随卷的文件"),
            Unchecked::Later { size } => write!(out, "检查点（共 {size} 条记录）之后写入账本的内容"),
            Unchecked::Lawbook(hash) => write!(out, "法规包的内容，卷中只有其 SM3 值 {hash}"),
            Unchecked::Meaning => out.write_str("记录的内容是否真实、合法"),
        }
    }
}

impl Serialize for Unchecked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
