//! Lines of a member, each of bounded length, one in memory at a time.

use std::io::{self, BufRead, BufReader, Read};

use thiserror::Error;

/// A line that is none.
#[derive(Debug, Error)]
pub(super) enum LineError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error("一行超过 {0} 字节")]
    TooLong(usize),
    #[error("最后一行没有换行")]
    NoNewline,
    #[error("空行")]
    Empty,
}

/// Reads lines that end in a newline each.
pub(super) struct Lines<R> {
    from: BufReader<R>,
    line: Vec<u8>,
    bytes_max: usize,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(from: R, bytes_max: usize) -> Lines<R> {
        Lines { from: BufReader::with_capacity(1 << 16, from), line: Vec::new(), bytes_max }
    }

    /// The next line without its newline; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, LineError> {
        self.line.clear();
        let most = self.bytes_max as u64 + 1;
        let n_read = self.from.by_ref().take(most).read_until(b'\n', &mut self.line)?;
        match self.line.split_last() {
            None => Ok(None),
            Some((b'\n', [])) => Err(LineError::Empty),
            Some((b'\n', line)) => Ok(Some(line)),
            Some(_) if n_read as u64 == most => Err(LineError::TooLong(self.bytes_max)),
            Some(_) => Err(LineError::NoNewline),
        }
    }

    /// What was read from. Bytes that were read ahead have been hashed with the rest.
    pub(super) fn into_inner(self) -> R {
        self.from.into_inner()
    }
}
