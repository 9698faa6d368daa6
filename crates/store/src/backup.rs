//! The file a backup is written to: the rows of every table, and at the end a digest over all of it.
//! Both back ends write and read it, so a backup also moves an office from one to the other.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sm3::{Digest as _, Sm3};

use crate::contract::BackupReport;
use crate::error::StoreError;
use crate::tree::{CompactRange, Hash, leaf_hash};

const MAGIC: &[u8] = b"guiju-backup 1\n";
const ROW: u8 = b'R';
const TABLE: u8 = b'T';
const END: u8 = b'E';
/// No single value is longer; what says so is garbage and must not be allocated.
const CELL_BYTES_MAX: u32 = 1 << 30;

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// An integer.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A table as it stands in a backup.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: &'static [&'static str],
}

/// Every table, acts first and in order of the log.
pub const TABLES: [Table; 15] = [
    Table { name: "act", columns: &["leaf", "unit", "matter", "seq", "number", "hash", "bytes"] },
    Table { name: "log_head", columns: &["one", "size", "peaks", "recorded"] },
    Table { name: "node", columns: &["level", "idx", "hash"] },
    Table { name: "command", columns: &["unit", "key", "content", "matter", "first_seq", "n_acts"] },
    Table { name: "opening", columns: &["unit", "matter", "seq", "path", "value", "salt", "erased_by"] },
    Table { name: "blob_use", columns: &["digest", "unit", "matter", "seq"] },
    Table { name: "series", columns: &["key", "last"] },
    Table { name: "checkpoint", columns: &["size", "note"] },
    Table { name: "cosignature", columns: &["size", "witness", "line"] },
    Table { name: "doc", columns: &["kind", "key", "version", "json", "idx", "expires"] },
    Table {
        name: "matter_row",
        columns: &[
            "begun",
            "unit",
            "matter",
            "procedure",
            "stage",
            "squad",
            "is_open",
            "last",
            "due",
            "opened",
            "number",
            "number_key",
            "alarm",
            "body",
            "parts",
        ],
    },
    Table { name: "matter_link", columns: &["unit", "kind", "id", "begun"] },
    Table {
        name: "limit_row",
        columns: &["begun", "place", "unit", "matter", "state", "binds", "due", "body"],
    },
    Table {
        name: "finding_row",
        columns: &["begun", "place", "unit", "matter", "rule", "state", "severity", "since", "until", "body"],
    },
    Table { name: "counter", columns: &["unit", "procedure", "stage", "n_open", "n_closed"] },
];

/// The full-text index: the number of a row and its words as [`crate::sql::words_text`] writes them.
pub const WORDS: Table = Table { name: "matter_text", columns: &["begun", "words"] };

/// Writes a backup: next to its place first, and there only when it is whole.
pub struct Writer {
    out: BufWriter<File>,
    digest: Sm3,
    to: PathBuf,
    part: PathBuf,
    check: Check,
}

impl Writer {
    /// Begins a backup.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when a file is there already or none can be written.
    pub fn create(to: &Path) -> Result<Writer, StoreError> {
        if to.exists() {
            return Err(wrong(format!("文件 `{}` 已经存在", to.display())));
        }
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = File::create(&part).map_err(|error| of_io(&error))?;
        let (out, digest) = (BufWriter::with_capacity(1 << 20, file), Sm3::new());
        let mut writer = Writer { out, digest, to: to.to_owned(), part, check: Check::default() };
        writer.put(MAGIC)?;
        Ok(writer)
    }

    /// The rows that follow are of this table.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn table(&mut self, table: &Table) -> Result<(), StoreError> {
        self.put(&[TABLE])?;
        self.text(table.name)
    }

    /// A row of the table.
    ///
    /// # Errors
    /// When the file cannot be written, or an act is not what its leaf hash says.
    pub fn row(&mut self, table: &Table, cells: &[Cell]) -> Result<(), StoreError> {
        self.check.row(table, cells)?;
        self.put(&[ROW])?;
        for cell in cells {
            match cell {
                Cell::Null => self.put(b"n")?,
                Cell::Int(value) => {
                    self.put(b"i")?;
                    self.put(&value.to_le_bytes())?;
                }
                Cell::Text(text) => {
                    self.put(b"t")?;
                    self.text(text)?;
                }
                Cell::Bytes(bytes) => {
                    self.put(b"b")?;
                    self.bytes(bytes)?;
                }
            }
        }
        Ok(())
    }

    /// Ends the backup and puts it in its place, safely on the disk.
    ///
    /// # Errors
    /// When the file cannot be written, or the acts do not make up the head of the log.
    pub fn finish(mut self) -> Result<BackupReport, StoreError> {
        let report = self.check.report()?;
        self.put(&[END])?;
        let digest: [u8; 32] = self.digest.clone().finalize().into();
        self.out.write_all(&digest).map_err(|error| of_io(&error))?;
        let file = self.out.into_inner().map_err(|error| of_io(error.error()))?;
        file.sync_all().map_err(|error| of_io(&error))?;
        std::fs::rename(&self.part, &self.to).map_err(|error| of_io(&error))?;
        let folder = self.to.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
        folder.map_err(|error| of_io(&error))?;
        Ok(report)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.digest.update(bytes);
        self.out.write_all(bytes).map_err(|error| of_io(&error))
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= CELL_BYTES_MAX);
        let length = length.ok_or_else(|| wrong("一个值太长".into()))?;
        self.put(&length.to_le_bytes())?;
        self.put(bytes)
    }

    fn text(&mut self, text: &str) -> Result<(), StoreError> {
        self.bytes(text.as_bytes())
    }
}

/// Reads a backup.
pub struct Reader {
    from: BufReader<File>,
    digest: Sm3,
    table: Option<&'static Table>,
    check: Check,
}

impl Reader {
    /// Opens a backup.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when it is none.
    pub fn open(from: &Path) -> Result<Reader, StoreError> {
        let file = File::open(from).map_err(|error| of_io(&error))?;
        let from = BufReader::with_capacity(1 << 20, file);
        let mut reader = Reader { from, digest: Sm3::new(), table: None, check: Check::default() };
        if reader.get(MAGIC.len())? != MAGIC {
            return Err(wrong("不是规矩的备份文件，或版本不认识".into()));
        }
        Ok(reader)
    }

    /// The next row with its table; none at the end, when all of it has been found to be whole.
    /// What is read before the end is to be kept only if the end comes.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when the file is cut off, changed, or not a log.
    pub fn next_row(&mut self) -> Result<Option<(&'static Table, Vec<Cell>)>, StoreError> {
        loop {
            match self.get(1)?[0] {
                TABLE => {
                    let name = self.text()?;
                    let known = TABLES.iter().chain([&WORDS]).find(|table| table.name == name);
                    self.table = Some(known.ok_or_else(|| wrong(format!("没有表 `{name}`")))?);
                }
                ROW => {
                    let table = self.table.ok_or_else(|| wrong("行不属于任何表".into()))?;
                    let cells = table.columns.iter().map(|_| self.cell()).collect::<Result<Vec<_>, _>>()?;
                    self.check.row(table, &cells)?;
                    return Ok(Some((table, cells)));
                }
                END => {
                    let expected: [u8; 32] = self.digest.clone().finalize().into();
                    if self.get(32)? != expected {
                        return Err(wrong("校验值不符".into()));
                    }
                    return match self.from.read(&mut [0]) {
                        Ok(0) => Ok(None),
                        _ => Err(wrong("结尾之后还有内容".into())),
                    };
                }
                _ => return Err(wrong("内容不认识".into())),
            }
        }
    }

    /// What was read, once the end has come.
    ///
    /// # Errors
    /// [`StoreError::Backup`] when the acts do not make up the head of the log.
    pub fn report(&self) -> Result<BackupReport, StoreError> {
        self.check.report()
    }

    fn cell(&mut self) -> Result<Cell, StoreError> {
        Ok(match self.get(1)?[0] {
            b'n' => Cell::Null,
            b'i' => {
                let bytes = self.get(8)?.try_into().expect("eight bytes were read");
                Cell::Int(i64::from_le_bytes(bytes))
            }
            b't' => Cell::Text(self.text()?),
            b'b' => Cell::Bytes(self.bytes()?),
            _ => return Err(wrong("内容不认识".into())),
        })
    }

    fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        let length = u32::from_le_bytes(self.get(4)?.try_into().expect("four bytes were read"));
        if length > CELL_BYTES_MAX {
            return Err(wrong("一个值太长".into()));
        }
        self.get(length as usize)
    }

    fn text(&mut self) -> Result<String, StoreError> {
        String::from_utf8(self.bytes()?).map_err(|_| wrong("文字不是 UTF-8".into()))
    }

    fn get(&mut self, n: usize) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        // As much as there is, so that a garbled length does not allocate what no file holds.
        let read = std::io::Read::by_ref(&mut self.from).take(n as u64).read_to_end(&mut bytes);
        if read.map_err(|error| of_io(&error))? < n {
            return Err(wrong("文件不完整".into()));
        }
        self.digest.update(&bytes);
        Ok(bytes)
    }
}

/// The tables of the read models.
pub fn read_models() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().skip_while(|table| table.name != "matter_row").chain([&WORDS])
}

/// A digest over rows in a given order: the same on every back end.
#[derive(Default)]
pub struct RowsDigest(Sm3);

impl RowsDigest {
    /// Adds a row.
    pub fn row(&mut self, table: &Table, cells: &[Cell]) {
        self.0.update(format!("{} {cells:?}\n", table.name));
    }

    /// The digest.
    #[must_use]
    pub fn finish(self) -> Hash {
        Hash(self.0.finalize().into())
    }
}

/// Rebuilds the tree from the acts that pass by, and compares it with the head.
#[derive(Default)]
struct Check {
    range: CompactRange,
    head: Option<(u64, Vec<u8>)>,
    n_rows: u64,
}

impl Check {
    fn row(&mut self, table: &Table, cells: &[Cell]) -> Result<(), StoreError> {
        self.n_rows += 1;
        match (table.name, cells) {
            ("act", [Cell::Int(leaf), unit, matter, seq, _, Cell::Bytes(hash), Cell::Bytes(bytes)]) => {
                if u64::try_from(*leaf).ok() != Some(self.range.size()) {
                    return Err(wrong(format!("账本在第 {} 叶处中断", self.range.size())));
                }
                let found = leaf_hash(bytes);
                if found.0.as_slice() != hash {
                    return Err(wrong(format!(
                        "第 {leaf} 叶（{unit:?} {matter:?} {seq:?}）的内容与散列值不符"
                    )));
                }
                self.range.push_with(found, |_, _| {});
            }
            ("log_head", [_, Cell::Int(size), Cell::Bytes(peaks), _]) => {
                let size = u64::try_from(*size).map_err(|_| wrong("账本头".into()))?;
                self.head = Some((size, peaks.clone()));
            }
            ("act" | "log_head", _) => return Err(wrong(format!("表 `{}` 的行", table.name))),
            _ => {}
        }
        Ok(())
    }

    fn report(&self) -> Result<BackupReport, StoreError> {
        let here = (self.range.size(), self.range.to_bytes());
        if self.head.as_ref() != Some(&here) {
            return Err(wrong("环节与账本头不符".into()));
        }
        let root: Hash = self.range.root();
        Ok(BackupReport { size: here.0, root, n_rows: self.n_rows })
    }
}

fn wrong(why: String) -> StoreError {
    StoreError::Backup { why }
}

fn of_io(error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => StoreError::Full(error.to_string().into()),
        _ => wrong(error.to_string()),
    }
}
