//! Reading a file from its beginning to its end.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use encoding_rs::Encoding;

use super::assemble::Stop;
use super::csv::CsvReader;
use super::encoding::Declared;
use super::error::ImportError;
use super::event::{Format, LogFormat, Summary, Visitor};
use super::lines::{LineReader, LineVisitor};
use super::projection::Projection;
use super::source::{Counted, Source, Threads, open_file};
use super::window::Window;
use super::xes::XesReader;

/// How files are read.
#[derive(Debug, Clone)]
pub struct Options {
    /// On how many threads.
    pub threads: Threads,
    /// No line, row or tag may be longer than this many bytes.
    pub limit_bytes: usize,
    /// Where to count the bytes read of the file as it lies on disk, for a progress bar.
    pub n_read: Option<Arc<AtomicU64>>,
}

impl Default for Options {
    fn default() -> Options {
        Options { threads: Threads::Two, limit_bytes: 16 * 1024 * 1024, n_read: None }
    }
}

/// Reads an event log (`.xes`, `.csv`, also `.gz`) in one pass and hands each event to `visitor`.
///
/// Memory does not grow with the file. What was readable before an error has been handed over.
///
/// # Errors
/// The first problem that the visitor does not pass over, and every problem behind which nothing can be read.
pub fn read_log<V: Visitor + ?Sized>(
    path: &Path,
    projection: &Projection,
    options: &Options,
    visitor: &mut V,
) -> Result<Summary, ImportError> {
    let file: Arc<str> = path.to_string_lossy().into();
    let Some(Format::Log(format)) = Format::of(path) else { return Err(ImportError::UnknownFormat { file }) };
    let input = Box::new(open_file(path, &file)?);
    read_log_from(input, &file, format, projection, options, visitor)
}

/// As [`read_log`], from anything that can be read; `file` is its name in messages.
///
/// # Errors
/// As [`read_log`].
pub fn read_log_from<V: Visitor + ?Sized>(
    input: Box<dyn Read + Send>,
    file: &str,
    format: LogFormat,
    projection: &Projection,
    options: &Options,
    visitor: &mut V,
) -> Result<Summary, ImportError> {
    let file: Arc<str> = file.into();
    let declared = Declared { given: projection.encoding, xml: format == LogFormat::Xes };
    let window = Window::new(open(input, &file, declared, options)?);
    match format {
        LogFormat::Xes => {
            let mut reader = XesReader::new(projection, file, window, options.limit_bytes);
            let ended = reader.read(visitor);
            finished(ended, reader.assembler.summary)
        }
        LogFormat::Csv => {
            let mut reader = CsvReader::new(projection, file, window, options.limit_bytes);
            let ended = reader.read(visitor);
            finished(ended, reader.assembler.summary)
        }
    }
}

/// Reads the lines of a `.jsonl` file (also `.gz`) in one pass.
///
/// # Errors
/// As [`read_log`].
pub fn read_lines<V: LineVisitor + ?Sized>(
    path: &Path,
    encoding: Option<&'static Encoding>,
    options: &Options,
    visitor: &mut V,
) -> Result<Summary, ImportError> {
    let file: Arc<str> = path.to_string_lossy().into();
    let input = Box::new(open_file(path, &file)?);
    read_lines_from(input, &file, encoding, options, visitor)
}

/// As [`read_lines`], from anything that can be read; `file` is its name in messages.
///
/// # Errors
/// As [`read_log`].
pub fn read_lines_from<V: LineVisitor + ?Sized>(
    input: Box<dyn Read + Send>,
    file: &str,
    encoding: Option<&'static Encoding>,
    options: &Options,
    visitor: &mut V,
) -> Result<Summary, ImportError> {
    let file: Arc<str> = file.into();
    let window = Window::new(open(input, &file, Declared { given: encoding, xml: false }, options)?);
    let mut reader = LineReader::new(file, window, options.limit_bytes);
    let ended = reader.read(visitor);
    finished(ended, reader.summary)
}

fn open(
    input: Box<dyn Read + Send>,
    file: &Arc<str>,
    declared: Declared,
    options: &Options,
) -> Result<Source, ImportError> {
    let input = match &options.n_read {
        Some(n_read) => Box::new(Counted { input, n_read: n_read.clone() }),
        None => input,
    };
    Source::open(input, file, declared, options.threads)
}

fn finished(ended: Result<(), Stop>, summary: Summary) -> Result<Summary, ImportError> {
    match ended {
        Ok(()) => Ok(summary),
        Err(Stop::Asked) => Ok(Summary { stopped: true, ..summary }),
        Err(Stop::Failed(error)) => Err(error),
    }
}
