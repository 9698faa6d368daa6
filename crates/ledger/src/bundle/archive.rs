//! ZIP archives written in one way only, and read by comparing with that way.
//!
//! Every byte but names, sizes, checksums and contents is fixed, so a reader that knows which member comes next
//! can tell the first byte that is not as it must be.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crc32fast::Hasher as Crc32;
use sm3::{Digest, Sm3};
use thiserror::Error;

use crate::hash::Hash;

/// Archives and members are smaller than this, so that no extension of the format is needed.
const BYTES_MAX: u64 = u32::MAX as u64;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version 2.0, names in UTF-8, stored, 1980-01-01 00:00.
const VERSION: u16 = 20;
const FLAGS: u16 = 1 << 11;
const STORED: u16 = 0;
const TIME: u16 = 0;
const DATE: u16 = 1 << 5 | 1;

/// Why an archive cannot be read as one of ours.
#[derive(Debug, Error)]
pub(super) enum ArchiveError {
    #[error("读取失败")]
    Read(#[source] io::Error),
    #[error("文件在此截断")]
    Truncated,
    #[error("此处应为 {0}")]
    Member(String),
    #[error("有 {given} 字节，超过上限 {max} 字节")]
    TooLong { given: u64, max: u64 },
    #[error("有 {given} 字节，目录所列为 {expected} 字节")]
    Length { given: u64, expected: u64 },
    #[error("CRC-32 校验和不符")]
    Checksum,
    #[error("压缩包的目录区与内容不符")]
    Directory,
    #[error("压缩包末尾之后还有内容")]
    Trailing,
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> ArchiveError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => ArchiveError::Truncated,
            _ => ArchiveError::Read(error),
        }
    }
}

/// A member that was written or read.
struct Member {
    name: String,
    crc: u32,
    n_bytes: u32,
    offset: u32,
}

impl Member {
    /// What stands before the contents.
    fn local(&self) -> Vec<u8> {
        let mut out = LOCAL.to_le_bytes().to_vec();
        out.extend(VERSION.to_le_bytes());
        self.common(&mut out);
        out.extend(self.name.as_bytes());
        out
    }

    /// What stands in the directory at the end.
    fn central(&self) -> Vec<u8> {
        let mut out = CENTRAL.to_le_bytes().to_vec();
        out.extend(VERSION.to_le_bytes());
        out.extend(VERSION.to_le_bytes());
        self.common(&mut out);
        // No comment, first disk, no attributes.
        out.extend([0; 2 + 2 + 2 + 4]);
        out.extend(self.offset.to_le_bytes());
        out.extend(self.name.as_bytes());
        out
    }

    fn common(&self, out: &mut Vec<u8>) {
        for field in [FLAGS, STORED, TIME, DATE] {
            out.extend(field.to_le_bytes());
        }
        for field in [self.crc, self.n_bytes, self.n_bytes] {
            out.extend(field.to_le_bytes());
        }
        out.extend((self.name.len() as u16).to_le_bytes());
        out.extend(0_u16.to_le_bytes());
    }
}

/// The directory and what stands after it.
fn directory(members: &[Member], offset: u64) -> Vec<u8> {
    let mut out: Vec<u8> = members.iter().flat_map(Member::central).collect();
    let n_bytes = out.len() as u32;
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    for _ in 0..2 {
        out.extend((members.len() as u16).to_le_bytes());
    }
    out.extend(n_bytes.to_le_bytes());
    out.extend((offset as u32).to_le_bytes());
    out.extend([0; 2]);
    out
}

/// Writes an archive from its beginning.
pub(super) struct ArchiveWriter<W> {
    out: W,
    at: u64,
    members: Vec<Member>,
}

impl<W: Write + Seek> ArchiveWriter<W> {
    pub(super) fn new(out: W) -> ArchiveWriter<W> {
        ArchiveWriter { out, at: 0, members: Vec::new() }
    }

    /// Adds a member that is in memory.
    pub(super) fn add(&mut self, name: &str, contents: &[u8]) -> io::Result<()> {
        let member = self.member(name, crc32fast::hash(contents), contents.len() as u64)?;
        self.out.write_all(&member.local())?;
        self.out.write_all(contents)?;
        self.done(member)
    }

    /// Adds a member while it is read, and gives its length and digest. The checksum stands before the contents, so
    /// it is written last, in its place.
    pub(super) fn add_from(&mut self, name: &str, contents: &mut dyn Read) -> io::Result<(u64, Hash)> {
        let before = self.member(name, 0, 0)?.local();
        self.out.write_all(&before)?;
        let (mut crc, mut sm3, mut n_bytes) = (Crc32::new(), Sm3::new(), 0_u64);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let n_read = match contents.read(&mut buffer) {
                Ok(0) => break,
                Ok(n_read) => n_read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            crc.update(&buffer[..n_read]);
            sm3.update(&buffer[..n_read]);
            n_bytes += n_read as u64;
            if self.at + n_bytes >= BYTES_MAX {
                return Err(too_large());
            }
            self.out.write_all(&buffer[..n_read])?;
        }
        let member = self.member(name, crc.finalize(), n_bytes)?;
        let after = (before.len() as u64 + n_bytes) as i64;
        self.out.seek(SeekFrom::Current(-after))?;
        self.out.write_all(&member.local())?;
        self.out.seek(SeekFrom::Current(n_bytes as i64))?;
        self.done(member)?;
        Ok((n_bytes, Hash(sm3.finalize().into())))
    }

    fn member(&self, name: &str, crc: u32, n_bytes: u64) -> io::Result<Member> {
        let end = self.at + 30 + name.len() as u64 + n_bytes;
        let n_bytes = u32::try_from(n_bytes).ok().filter(|_| end < BYTES_MAX).ok_or_else(too_large)?;
        Ok(Member { name: name.to_owned(), crc, n_bytes, offset: self.at as u32 })
    }

    fn done(&mut self, member: Member) -> io::Result<()> {
        self.at += member.local().len() as u64 + u64::from(member.n_bytes);
        self.members.push(member);
        Ok(())
    }

    /// Writes the directory.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let directory = directory(&self.members, self.at);
        if self.at + directory.len() as u64 >= BYTES_MAX {
            return Err(too_large());
        }
        self.out.write_all(&directory)?;
        self.out.flush()
    }
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "卷宗包须小于 4 GiB，较大的文件请留在包外")
}

/// Reads an archive from its beginning, knowing what must come.
pub(super) struct ArchiveReader<R> {
    from: R,
    at: u64,
    members: Vec<Member>,
}

/// How long a member may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    /// This long.
    Bytes(u64),
    /// No longer than this.
    AtMost(u64),
}

impl<R: Read> ArchiveReader<R> {
    pub(super) fn new(from: R) -> ArchiveReader<R> {
        ArchiveReader { from, at: 0, members: Vec::new() }
    }

    /// The next member, which must have this name.
    pub(super) fn next(&mut self, name: &str, expected: Expected) -> Result<Contents<'_, R>, ArchiveError> {
        let mut member = Member { name: name.to_owned(), crc: 0, n_bytes: 0, offset: self.at as u32 };
        let mut found = vec![0; member.local().len()];
        self.from.read_exact(&mut found)?;
        let number = |at: usize| u32::from_le_bytes([found[at], found[at + 1], found[at + 2], found[at + 3]]);
        (member.crc, member.n_bytes) = (number(14), number(18));
        if found != member.local() {
            return Err(ArchiveError::Member(name.to_owned()));
        }
        let given = u64::from(member.n_bytes);
        match expected {
            Expected::AtMost(max) if given > max => return Err(ArchiveError::TooLong { given, max }),
            Expected::Bytes(expected) if given != expected => {
                return Err(ArchiveError::Length { given, expected });
            }
            Expected::AtMost(_) | Expected::Bytes(_) => {}
        }
        self.at += found.len() as u64 + given;
        if self.at >= BYTES_MAX {
            return Err(ArchiveError::TooLong { given: self.at, max: BYTES_MAX });
        }
        self.members.push(member);
        Ok(Contents {
            from: &mut self.from,
            rest: given,
            crc: Crc32::new(),
            sm3: Sm3::new(),
            stored: number(14),
        })
    }

    /// The directory, and the end of the file.
    pub(super) fn finish(mut self) -> Result<(), ArchiveError> {
        let expected = directory(&self.members, self.at);
        let mut found = vec![0; expected.len()];
        self.from.read_exact(&mut found)?;
        if found != expected {
            return Err(ArchiveError::Directory);
        }
        match self.from.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(ArchiveError::Trailing),
        }
    }
}

/// The contents of a member, hashed while they are read.
pub(super) struct Contents<'a, R> {
    from: &'a mut R,
    rest: u64,
    crc: Crc32,
    sm3: Sm3,
    stored: u32,
}

impl<R: Read> Contents<'_, R> {
    /// Everything, if the caller allowed only so much that it fits in memory.
    pub(super) fn read_all(mut self) -> Result<(Vec<u8>, Hash), ArchiveError> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        let hash = self.finish()?;
        Ok((bytes, hash))
    }

    /// Reads what is left, and gives the digest of everything.
    pub(super) fn finish(mut self) -> Result<Hash, ArchiveError> {
        io::copy(&mut self, &mut io::sink())?;
        if self.rest > 0 {
            return Err(ArchiveError::Truncated);
        }
        if self.crc.finalize() != self.stored {
            return Err(ArchiveError::Checksum);
        }
        Ok(Hash(self.sm3.finalize().into()))
    }
}

impl<R: Read> Read for Contents<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.rest.min(into.len() as u64) as usize;
        let n_read = self.from.read(&mut into[..n_bytes])?;
        self.crc.update(&into[..n_read]);
        self.sm3.update(&into[..n_read]);
        self.rest -= n_read as u64;
        Ok(n_read)
    }
}

impl<R> fmt::Debug for Contents<'_, R> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Contents").field("rest", &self.rest).finish_non_exhaustive()
    }
}
