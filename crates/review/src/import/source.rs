//! From a file to pieces of UTF-8 text: read, inflate and convert, on a thread of its own if wished.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::encoding::{Declared, ToUtf8};
use super::error::ImportError;
use super::place::At;

/// Text of one piece in bytes: small enough to stay in the cache between inflating and parsing.
const PIECE: usize = 256 * 1024;
/// Room in front of a piece for what was left of the one before.
pub(super) const HEADROOM: usize = 8 * 1024;
/// Pieces on their way between the threads.
const N_PIECES: usize = 4;

/// On how many threads a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Threads {
    /// Everything on the calling thread.
    One,
    /// Reading, inflating and converting on a second thread.
    #[default]
    Two,
}

/// What can go wrong before there is text. The reader adds the place.
#[derive(Debug)]
pub(super) enum SourceFault {
    Io(io::Error),
    Gzip { byte: u64, why: &'static str },
    WrongEncoding { byte: u64, tried: Arc<str> },
    UnknownEncoding(Arc<str>),
}

impl SourceFault {
    /// Whether there is more text behind it.
    pub(super) fn is_passable(&self) -> bool {
        matches!(self, SourceFault::WrongEncoding { .. })
    }

    /// The fault as one of a line that is left out; others end the reading.
    pub(super) fn of_a_line(self, at: At) -> Result<ImportError, ImportError> {
        match self {
            SourceFault::WrongEncoding { byte, tried } => Ok(ImportError::BadBytes { at, byte, tried }),
            fault => Err(fault.placed(at)),
        }
    }

    /// The fault with the place to which the text before it could be read.
    pub(super) fn placed(self, at: At) -> ImportError {
        match self {
            SourceFault::Io(source) => ImportError::Io { file: at.file, byte: at.place.byte, source },
            SourceFault::Gzip { byte, why } => ImportError::BrokenGzip { at, byte, why: why.into() },
            SourceFault::WrongEncoding { byte, tried } => ImportError::WrongEncoding { at, byte, tried },
            SourceFault::UnknownEncoding(given) => ImportError::UnknownEncoding { file: at.file, given },
        }
    }
}

/// Text between `start` and `end`.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub bytes: Vec<u8>,
    pub start: usize,
    pub end: usize,
}

/// Where the pieces come from.
pub(super) enum Source {
    Inline(Box<ToUtf8>),
    Threaded { full: Receiver<Result<Piece, SourceFault>>, used: SyncSender<Vec<u8>> },
    Ended,
}

impl Source {
    /// Prepares `input`, which is inflated if it begins like gzip.
    ///
    /// # Errors
    /// [`ImportError::NotGzip`] if the name says gzip and the content does not; what reading says.
    pub(super) fn open(
        mut input: Box<dyn Read + Send>,
        file: &Arc<str>,
        declared: Declared,
        threads: Threads,
    ) -> Result<Source, ImportError> {
        let mut magic = [0; 2];
        let (n, fault) = read_full(&mut input, &mut magic);
        if let Some(SourceFault::Io(source)) = fault {
            return Err(ImportError::Io { file: file.clone(), byte: n as u64, source });
        }
        let is_gzip = magic == [0x1f, 0x8b];
        if !is_gzip && file.to_ascii_lowercase().ends_with(".gz") {
            return Err(ImportError::NotGzip { file: file.clone() });
        }
        let head = io::Cursor::new(magic.get(..n).unwrap_or_default().to_vec());
        let whole = head.chain(input);
        let plain: Box<dyn Read + Send> = match is_gzip {
            true => Box::new(Inflated::new(whole)),
            false => Box::new(whole),
        };
        let text = ToUtf8::new(plain, declared);
        match threads {
            Threads::One => Ok(Source::Inline(Box::new(text))),
            Threads::Two => Source::on_a_thread(text).map_err(|source| ImportError::Io {
                file: file.clone(),
                byte: 0,
                source,
            }),
        }
    }

    fn on_a_thread(mut text: ToUtf8) -> io::Result<Source> {
        let (give, full) = sync_channel(N_PIECES);
        let (used, take) = sync_channel::<Vec<u8>>(N_PIECES + 1);
        std::thread::Builder::new().name("import".to_owned()).spawn(move || {
            loop {
                let made = make(&mut text, take.try_recv().unwrap_or_default());
                let is_last = match &made {
                    Ok(piece) => piece.start == piece.end,
                    Err(fault) => !fault.is_passable(),
                };
                // A reader that stopped early has dropped its end; then there is nothing more to do.
                if give.send(made).is_err() || is_last {
                    return;
                }
            }
        })?;
        Ok(Source::Threaded { full, used })
    }

    /// The next piece, or `None` at the end. `used` is a buffer to use again.
    pub(super) fn next(&mut self, used: Vec<u8>) -> Result<Option<Piece>, SourceFault> {
        let made = match self {
            Source::Inline(text) => make(text, used),
            Source::Threaded { full, used: give_back } => {
                // If the channel is full or closed, the buffer is not needed.
                let _ = give_back.try_send(used);
                full.recv().unwrap_or_else(|_| Err(SourceFault::Io(io::Error::other("reading thread ended"))))
            }
            Source::Ended => return Ok(None),
        };
        match made {
            Ok(piece) if piece.start < piece.end => Ok(Some(piece)),
            Ok(_) => {
                *self = Source::Ended;
                Ok(None)
            }
            Err(fault) => {
                if !fault.is_passable() {
                    *self = Source::Ended;
                }
                Err(fault)
            }
        }
    }
}

fn make(text: &mut ToUtf8, mut bytes: Vec<u8>) -> Result<Piece, SourceFault> {
    if bytes.capacity() > 2 * (HEADROOM + PIECE) {
        // It once held a very long line; the memory is given back.
        bytes = Vec::new();
    }
    bytes.resize(HEADROOM + PIECE, 0);
    let n = text.fill(bytes.get_mut(HEADROOM..).unwrap_or_default())?;
    Ok(Piece { bytes, start: HEADROOM, end: HEADROOM + n })
}

/// Reads until `out` is full, the input ends or there is a fault, which is given besides what was read.
pub(super) fn read_full(input: &mut dyn Read, out: &mut [u8]) -> (usize, Option<SourceFault>) {
    let mut n = 0;
    while let Some(rest) = out.get_mut(n..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (n, Some(fault_of(error))),
        }
    }
    (n, None)
}

fn fault_of(error: io::Error) -> SourceFault {
    match error.downcast::<GzipFault>() {
        Ok(GzipFault { byte, why }) => SourceFault::Gzip { byte, why },
        Err(error) => SourceFault::Io(error),
    }
}

/// Gzip (of one or more members) with faults that can be told from those of the medium.
struct Inflated<R> {
    decoder: flate2::bufread::MultiGzDecoder<BufReader<R>>,
    n_out: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("{why}")]
struct GzipFault {
    byte: u64,
    why: &'static str,
}

impl<R: Read> Inflated<R> {
    fn new(input: R) -> Inflated<R> {
        let input = BufReader::with_capacity(64 * 1024, input);
        Inflated { decoder: flate2::bufread::MultiGzDecoder::new(input), n_out: 0 }
    }
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let why = match self.decoder.read(out) {
            Ok(n) => {
                self.n_out += n as u64;
                return Ok(n);
            }
            Err(error) => match error.kind() {
                io::ErrorKind::UnexpectedEof => "数据提前结束",
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => "数据或校验和有误",
                _ => return Err(error),
            },
        };
        Err(io::Error::other(GzipFault { byte: self.n_out, why }))
    }
}

/// Counts what is read of a file, for a progress bar.
pub(super) struct Counted<R> {
    pub input: R,
    pub n_read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(out)?;
        self.n_read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Opens `path` for reading.
///
/// # Errors
/// [`ImportError::Io`].
pub(super) fn open_file(path: &Path, file: &Arc<str>) -> Result<File, ImportError> {
    let faulty = |source| ImportError::Io { file: file.clone(), byte: 0, source };
    let opened = File::open(path).map_err(faulty)?;
    match opened.metadata().map_err(faulty)?.is_dir() {
        true => Err(faulty(io::ErrorKind::IsADirectory.into())),
        false => Ok(opened),
    }
}
