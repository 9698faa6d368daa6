//! What a bundle says of itself, as JSON with one spelling.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{FILES_MAX, FORMAT, OPENINGS_MAX, RECORDS_MAX};
use crate::commitment::{Commitment, Salt};
use crate::hash::Hash;

/// The manifest (目录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Which matter, as the records call it.
    pub matter: String,
    /// When the bundle was made, as its maker says.
    pub issued: String,
    /// SM3 of the lawbook the records rest on.
    pub lawbook: Option<Hash>,
    /// Whether `manifest.note` follows.
    pub signed: bool,
    /// Records, at least one.
    pub records: u64,
    /// Opened commitments.
    pub openings: u64,
    /// Length and SM3 of the members, in their order, but for `README.txt`, the manifest and its note.
    pub members: Vec<MemberDigest>,
    /// Attachments and papers.
    pub files: Vec<FileEntry>,
}

/// Length and digest of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberDigest {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SM3.
    pub sm3: Hash,
}

/// An attachment or paper (附件、文书): a commitment to its SM3 stands in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// What people call it, with its extension: `询问笔录.pdf`.
    pub title: String,
    /// Its media type.
    pub media: String,
    /// In which record its commitment stands, from 1.
    pub record: u64,
    /// The context of the commitment.
    pub context: String,
    /// The salt of the commitment.
    pub salt: Salt,
    /// Its length.
    pub bytes: u64,
    /// Its SM3.
    pub sm3: Hash,
    /// Whether it is in the bundle; if not, it is kept elsewhere.
    pub included: bool,
}

/// A line of `proofs.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofLine {
    /// The number of the record in the bundle, from 1.
    pub record: u64,
    /// Its index in the log, from 0.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Hash,
    /// The inclusion proof, from the leaf upwards.
    pub path: Vec<Hash>,
}

/// A line of `openings.jsonl`: a value whose commitment stands in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// In which record the commitment stands, from 1.
    pub record: u64,
    /// The context of the commitment: the place of the value in the record.
    pub context: String,
    /// The salt.
    pub salt: Salt,
    /// The value; committed to are its bytes in UTF-8.
    pub value: String,
}

impl Opening {
    /// The commitment that must stand in the record.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment::new(&self.context, &self.salt, self.value.as_bytes())
    }
}

impl FileEntry {
    /// The commitment that must stand in the record.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment::to_file(&self.context, &self.salt, &self.sm3)
    }

    /// The name of its member. It follows from number and title and holds letters and digits of any script and a
    /// few signs only, so no title can lead out of the folder.
    #[must_use]
    pub fn member_name(&self, number: usize) -> String {
        const CHARS_MAX: usize = 80;
        let is_safe = |char: char| char.is_alphanumeric() || "-_.()（）〔〕【】《》、".contains(char);
        // The end is kept rather than the beginning: it says what kind of file this is.
        let n_chars = self.title.chars().count();
        let end = self.title.chars().skip(n_chars.saturating_sub(CHARS_MAX));
        let safe: String = end.map(|char| if is_safe(char) { char } else { '_' }).collect();
        format!("files/{number:04}-{}", safe.trim_end_matches('.'))
    }
}

impl Manifest {
    /// What is wrong with the numbers it states, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        let beyond = |what: &str, given: u64, max: u64| format!("{what} {given} 超过上限 {max}");
        if self.format != FORMAT {
            return Some(format!("格式 `{}` 不是 {FORMAT}", crate::text::shown(&self.format)));
        }
        if self.records == 0 {
            return Some("没有记录".to_owned());
        }
        if self.records > RECORDS_MAX {
            return Some(beyond("记录数", self.records, RECORDS_MAX));
        }
        if self.openings > OPENINGS_MAX {
            return Some(beyond("公开的承诺值", self.openings, OPENINGS_MAX));
        }
        if self.files.len() > FILES_MAX {
            return Some(beyond("所附文件", self.files.len() as u64, FILES_MAX as u64));
        }
        let astray = self.files.iter().position(|file| !(1..=self.records).contains(&file.record));
        if let Some(at) = astray {
            return Some(format!("第 {} 个文件所属的记录不存在", at + 1));
        }
        let expected = self.member_names();
        let is_listed = self.members.iter().map(|member| member.name.as_str()).eq(expected.iter().copied());
        (!is_listed).then(|| format!("所列各部分应为 {}", expected.join("、")))
    }

    /// The members whose digests it must state.
    pub(super) fn member_names(&self) -> Vec<&'static str> {
        let openings = (self.openings > 0).then_some(super::OPENINGS);
        [super::CHECKPOINT, super::PROOFS].into_iter().chain(openings).chain([super::RECORDS]).collect()
    }

    pub(super) fn to_json(&self) -> String {
        format!("{}\n", serde_json::to_string_pretty(self).expect("a manifest has only texts and numbers"))
    }

    /// Reads a manifest in the one spelling it has.
    pub(super) fn parse(bytes: &[u8]) -> Option<Manifest> {
        let manifest: Manifest = serde_json::from_slice(bytes).ok()?;
        (manifest.to_json().as_bytes() == bytes).then_some(manifest)
    }

    /// What `manifest.note` signs.
    pub(super) fn note_text(digest: &Hash) -> String {
        format!("{FORMAT}\nsm3:{digest}\n")
    }
}

/// A line of JSON, without the newline.
pub(super) fn to_line(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("a line has only texts and numbers")
}

/// Reads a line in the one spelling it has.
pub(super) fn from_line<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let line: T = serde_json::from_slice(bytes).ok()?;
    (to_line(&line).as_bytes() == bytes).then_some(line)
}
