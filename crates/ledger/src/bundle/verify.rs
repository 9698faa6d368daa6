//! Verifies a bundle from its first byte to its last, with little memory and no trust in what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use sm3::Sm3;

use super::archive::{ArchiveError, ArchiveReader, Contents, Expected};
use super::lines::{LineError, Lines};
use super::manifest::{Manifest, MemberDigest, Opening, ProofLine, from_line};
use super::report::{Element, Report, Unchecked, Verdict};
use super::{
    CHECKPOINT, MANIFEST, MANIFEST_BYTES_MAX, MANIFEST_NOTE, OPENING_BYTES_MAX, OPENINGS, PROOFS, README,
    README_TEXT, RECORDS,
};
use crate::checkpoint::{Checkpoint, Trust};
use crate::commitment::Commitment;
use crate::hash::{Hash, TreeHash};
use crate::key::Role;
use crate::merkle::verify_inclusion;
use crate::note::{NOTE_BYTES_MAX, Note};
use crate::tiles::ENTRY_BYTES_MAX;

/// The longest line of `proofs.jsonl`: 64 hashes and a little more.
const PROOF_BYTES_MAX: usize = 64 * 68 + 256;

/// Verifies a bundle. The report says what is wrong, what holds, and what was not checked.
///
/// # Errors
/// Reading itself fails; everything else, also a file that is no bundle at all, is in the report.
pub fn verify<R: Read>(from: R, trust: &Trust) -> io::Result<Report> {
    let mut check =
        Check { archive: ArchiveReader::new(from), trust, report: Report::new(), wanted: Wanted::default() };
    match check.all() {
        Ok(()) => {
            if let Err(error) = check.archive.finish() {
                stop(&mut check.report, Stop::at(Element::Archive, error))?;
            }
        }
        Err(reason) => stop(&mut check.report, reason)?,
    }
    let mut report = check.report;
    report.verdict = match (report.wrong.is_empty(), &report.signer) {
        (false, _) => Verdict::Wrong,
        (true, None) => Verdict::Unproved,
        (true, Some(_)) => Verdict::Proved,
    };
    Ok(report)
}

/// Why nothing further can be read.
enum Stop {
    /// The reader failed.
    Read(io::Error),
    /// The bundle is not as it must be.
    Wrong(Element, String),
}

impl Stop {
    fn at(element: Element, error: ArchiveError) -> Stop {
        match error {
            ArchiveError::Read(error) => Stop::Read(error),
            other => Stop::Wrong(element, other.to_string()),
        }
    }
}

fn stop(report: &mut Report, reason: Stop) -> io::Result<()> {
    match reason {
        Stop::Read(error) => return Err(error),
        Stop::Wrong(element, why) => report.push(element, why),
    }
    Ok(())
}

/// Commitments that must stand in the records, by record.
type Wanted = BTreeMap<u64, Vec<(Commitment, Element)>>;

struct Check<'t, R> {
    archive: ArchiveReader<R>,
    trust: &'t Trust,
    report: Report,
    wanted: Wanted,
}

impl<R: Read> Check<'_, R> {
    /// Member by member, in their order.
    fn all(&mut self) -> Result<(), Stop> {
        let (readme, _) = self.whole(README, Expected::Bytes(README_TEXT.len() as u64))?;
        if readme != README_TEXT.as_bytes() {
            self.report.push(member(README), "不是本格式的说明");
        }
        let manifest = self.manifest()?;
        let mut digests = manifest.members.iter();
        let mut next = || digests.next().expect("the manifest lists every member");
        let checkpoint = self.checkpoint(next())?;
        let proofs = self.proofs(&manifest, next(), &checkpoint)?;
        if manifest.openings > 0 {
            self.openings(&manifest, next())?;
        }
        self.want_files(&manifest);
        self.records(next(), &proofs)?;
        self.files(&manifest)?;
        self.say_unchecked(&manifest, &checkpoint);
        Ok(())
    }

    fn whole(&mut self, name: &str, expected: Expected) -> Result<(Vec<u8>, Hash), Stop> {
        let contents = self.archive.next(name, expected).map_err(|error| Stop::at(member(name), error))?;
        contents.read_all().map_err(|error| Stop::at(member(name), error))
    }

    fn manifest(&mut self) -> Result<Manifest, Stop> {
        let (bytes, digest) = self.whole(MANIFEST, Expected::AtMost(MANIFEST_BYTES_MAX))?;
        let wrong = |why: &str| Stop::Wrong(Element::Manifest, why.to_owned());
        let manifest = Manifest::parse(&bytes).ok_or_else(|| wrong("不是本格式的目录"))?;
        if let Some(fault) = manifest.fault() {
            return Err(wrong(&fault));
        }
        self.report.matter = Some(manifest.matter.clone());
        self.report.issued = Some(manifest.issued.clone());
        if manifest.signed {
            self.manifest_note(&digest)?;
        }
        Ok(manifest)
    }

    fn manifest_note(&mut self, digest: &Hash) -> Result<(), Stop> {
        let (bytes, _) = self.whole(MANIFEST_NOTE, Expected::AtMost(NOTE_BYTES_MAX as u64))?;
        let wrong = |why: String| Stop::Wrong(Element::ManifestSignature, why);
        let note = Note::parse(&bytes).map_err(|error| wrong(error.to_string()))?;
        if note.text() != Manifest::note_text(digest) {
            return Err(wrong("所签的不是这份目录".to_owned()));
        }
        for key in self.trust.logs.iter().filter(|key| key.role() == Role::Log) {
            if key.verify(&note).map_err(|error| wrong(error.to_string()))?.is_some() {
                self.report.issuer = Some(key.name().to_string());
            }
        }
        Ok(())
    }

    fn checkpoint(&mut self, listed: &MemberDigest) -> Result<Checkpoint, Stop> {
        let (bytes, digest) =
            self.whole(CHECKPOINT, Expected::Bytes(listed.bytes.min(NOTE_BYTES_MAX as u64)))?;
        let opened =
            self.trust.open(&bytes).map_err(|error| Stop::Wrong(Element::Checkpoint, error.to_string()))?;
        compare(&mut self.report, listed, &digest);
        self.report.checkpoint = Some(opened.checkpoint().clone());
        self.report.signer = opened.signer().map(str::to_owned);
        self.report.cosignatures = opened.cosignatures().to_vec();
        if !opened.is_signed() {
            self.report.unchecked.push(Unchecked::CheckpointSignature);
        }
        if opened.unknown_signatures() > 0 {
            self.report.unchecked.push(Unchecked::UnknownSignatures(opened.unknown_signatures()));
        }
        if opened.cosignatures().is_empty() {
            self.report.unchecked.push(Unchecked::Witnesses);
        }
        Ok(opened.checkpoint().clone())
    }

    /// Every proof holds for the leaf it names; what is kept of it is index and leaf.
    fn proofs(
        &mut self,
        manifest: &Manifest,
        listed: &MemberDigest,
        checkpoint: &Checkpoint,
    ) -> Result<Vec<(u64, Hash)>, Stop> {
        let mut proofs: Vec<(u64, Hash)> = Vec::new();
        let report = &mut self.report;
        let contents = next_listed(&mut self.archive, listed)?;
        each_line(contents, listed, PROOF_BYTES_MAX, report, |report, number, line| {
            let element = Element::Proof { record: number };
            if number > manifest.records {
                return Err(Stop::Wrong(member(PROOFS), format!("多于目录所列的 {} 行", manifest.records)));
            }
            let Some(proof) = from_line::<ProofLine>(line) else {
                return Err(Stop::Wrong(element, "不是本格式的证明".to_owned()));
            };
            if proof.record != number {
                report.push(element, format!("编号为 {}，应为 {number}", proof.record));
            } else if proofs.last().is_some_and(|(before, _)| *before >= proof.index) {
                report.push(element, format!("日志序号 {} 不大于前一条", proof.index));
            } else {
                let (size, root) = (checkpoint.size, &checkpoint.root);
                let holds = verify_inclusion::<Sm3>(&proof.leaf, proof.index, size, root, &proof.path);
                holds.err().into_iter().for_each(|error| report.push(element.clone(), error));
            }
            proofs.push((proof.index, proof.leaf));
            Ok(())
        })?;
        if proofs.len() as u64 != manifest.records {
            let why = format!("有 {} 行，目录所列为 {} 行", proofs.len(), manifest.records);
            return Err(Stop::Wrong(member(PROOFS), why));
        }
        Ok(proofs)
    }

    fn openings(&mut self, manifest: &Manifest, listed: &MemberDigest) -> Result<(), Stop> {
        let (wanted, mut n_lines) = (&mut self.wanted, 0);
        let contents = next_listed(&mut self.archive, listed)?;
        each_line(contents, listed, OPENING_BYTES_MAX, &mut self.report, |report, number, line| {
            n_lines = number;
            let Some(opening) = from_line::<Opening>(line).filter(|_| number <= manifest.openings) else {
                return Err(Stop::Wrong(
                    member(OPENINGS),
                    format!("第 {number} 行不是本格式的公开内容，或多于目录所列"),
                ));
            };
            let commitment = opening.commitment();
            let Opening { record, context, .. } = opening;
            let element = Element::Opening { number, record, context };
            if (1..=manifest.records).contains(&record) {
                wanted.entry(record).or_default().push((commitment, element));
            } else {
                report.push(element, "所属的记录不存在");
            }
            Ok(())
        })?;
        if n_lines != manifest.openings {
            let why = format!("有 {n_lines} 行，目录所列为 {} 行", manifest.openings);
            return Err(Stop::Wrong(member(OPENINGS), why));
        }
        Ok(())
    }

    fn want_files(&mut self, manifest: &Manifest) {
        for (number, file) in (1..).zip(&manifest.files) {
            let element = Element::File { number, title: file.title.clone() };
            self.wanted.entry(file.record).or_default().push((file.commitment(), element));
        }
    }

    /// Every record is the leaf its proof names, and holds the commitments that are opened.
    fn records(&mut self, listed: &MemberDigest, proofs: &[(u64, Hash)]) -> Result<(), Stop> {
        let (wanted, mut n_lines, mut n_unopened) = (&self.wanted, 0, 0);
        let contents = next_listed(&mut self.archive, listed)?;
        each_line(contents, listed, ENTRY_BYTES_MAX + 1, &mut self.report, |report, number, line| {
            n_lines = number;
            let Some((index, leaf)) = proofs.get(number as usize - 1) else {
                return Err(Stop::Wrong(member(RECORDS), format!("多于目录所列的 {} 行", proofs.len())));
            };
            if Sm3::leaf(line) == *leaf {
                report.records += 1;
            } else {
                let element = Element::Record { record: number, index: Some(*index) };
                report.push(element, "内容与账本不符");
            }
            let found: BTreeSet<Commitment> = Commitment::find_in(line).collect();
            let opened = wanted.get(&number).map_or(&[][..], Vec::as_slice);
            for (commitment, element) in opened {
                if !found.contains(commitment) {
                    report.push(element.clone(), "记录中没有这样的承诺值");
                } else if matches!(element, Element::Opening { .. }) {
                    report.openings += 1;
                }
            }
            let opened: BTreeSet<Commitment> = opened.iter().map(|(commitment, _)| *commitment).collect();
            n_unopened += found.difference(&opened).count() as u64;
            Ok(())
        })?;
        if n_unopened > 0 {
            self.report.unchecked.push(Unchecked::Unopened(n_unopened));
        }
        match n_lines {
            n_lines if n_lines == proofs.len() as u64 => Ok(()),
            n_lines => Err(Stop::Wrong(
                Element::Record {
                    record: n_lines + 1,
                    index: proofs.get(n_lines as usize).map(|(index, _)| *index),
                },
                "不存在".to_owned(),
            )),
        }
    }

    fn files(&mut self, manifest: &Manifest) -> Result<(), Stop> {
        for (number, file) in (1..).zip(&manifest.files).filter(|(_, file)| file.included) {
            let element = || Element::File { number, title: file.title.clone() };
            let name = file.member_name(number as usize);
            let contents = self.archive.next(&name, Expected::Bytes(file.bytes));
            let contents = contents.map_err(|error| Stop::at(element(), error))?;
            match contents.finish() {
                Ok(found) if found == file.sm3 => self.report.files += 1,
                Ok(_) => self.report.push(element(), "内容与目录所列的 SM3 值不符"),
                // The contents have been read to their end; the next member can follow.
                Err(ArchiveError::Checksum) => self.report.push(element(), ArchiveError::Checksum),
                Err(error) => return Err(Stop::at(element(), error)),
            }
        }
        Ok(())
    }

    fn say_unchecked(&mut self, manifest: &Manifest, checkpoint: &Checkpoint) {
        let unchecked = &mut self.report.unchecked;
        if self.report.issuer.is_none() {
            unchecked.push(Unchecked::Completeness);
        }
        let elsewhere = manifest.files.iter().filter(|file| !file.included).count() as u64;
        if elsewhere > 0 {
            unchecked.push(Unchecked::FilesElsewhere(elsewhere));
        }
        unchecked.push(Unchecked::Later { size: checkpoint.size });
        unchecked.extend(manifest.lawbook.map(Unchecked::Lawbook));
        unchecked.push(Unchecked::Meaning);
    }
}

/// A member whose length the manifest states.
fn next_listed<'a, R: Read>(
    archive: &'a mut ArchiveReader<R>,
    listed: &MemberDigest,
) -> Result<Contents<'a, R>, Stop> {
    let contents = archive.next(&listed.name, Expected::Bytes(listed.bytes));
    contents.map_err(|error| Stop::at(member(&listed.name), error))
}

/// Calls `each` with number and bytes of every line of a member, then checks the member as a whole; what was said
/// about a line of it is not said again of the member.
fn each_line<R: Read>(
    contents: Contents<'_, R>,
    listed: &MemberDigest,
    bytes_max: usize,
    report: &mut Report,
    mut each: impl FnMut(&mut Report, u64, &[u8]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let n_wrong = report.wrong.len();
    let mut lines = Lines::new(contents, bytes_max);
    let mut number = 0;
    loop {
        match lines.next() {
            Ok(None) => break,
            Ok(Some(line)) => {
                number += 1;
                each(report, number, line)?;
            }
            Err(LineError::Read(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                return Err(Stop::Read(error));
            }
            Err(error) => {
                let why = format!("第 {} 行：{error}", number + 1);
                return Err(Stop::Wrong(member(&listed.name), why));
            }
        }
    }
    match lines.into_inner().finish() {
        Ok(_) | Err(ArchiveError::Checksum) if report.wrong.len() > n_wrong => Ok(()),
        Ok(digest) => {
            compare(report, listed, &digest);
            Ok(())
        }
        Err(ArchiveError::Checksum) => {
            report.push(member(&listed.name), ArchiveError::Checksum);
            Ok(())
        }
        Err(error) => Err(Stop::at(member(&listed.name), error)),
    }
}

fn compare(report: &mut Report, listed: &MemberDigest, found: &Hash) {
    if listed.sm3 != *found {
        report.push(member(&listed.name), "与目录所列的 SM3 值不符");
    }
}

fn member(name: &str) -> Element {
    Element::Member { name: name.to_owned() }
}
