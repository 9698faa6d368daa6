//! Bundles of entries: the leaves themselves, each after its length in two bytes.

use thiserror::Error;

/// The longest entry a bundle can hold, in bytes.
pub const ENTRY_BYTES_MAX: usize = u16::MAX as usize;

/// An entry that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("一条记录最多 {ENTRY_BYTES_MAX} 字节，实有 {given} 字节；较长的内容应另存并在记录中写入其承诺值")]
pub struct EntryTooLong {
    /// Its length in bytes.
    pub given: usize,
}

/// Appends an entry to a bundle.
///
/// # Errors
/// It is longer than [`ENTRY_BYTES_MAX`].
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), EntryTooLong> {
    let length = u16::try_from(entry.len()).map_err(|_| EntryTooLong { given: entry.len() })?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// A bundle that ends in the middle of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("记录包在第 {entry} 条处截断")]
pub struct EntriesError {
    /// The place of the entry in the bundle, from 0.
    pub entry: usize,
}

/// The entries of a bundle, in order, borrowed from it. After an error there are no more.
#[derive(Debug, Clone)]
pub struct Entries<'b> {
    rest: &'b [u8],
    next: usize,
}

impl<'b> Entries<'b> {
    /// Reads a bundle.
    #[must_use]
    pub fn new(bundle: &'b [u8]) -> Entries<'b> {
        Entries { rest: bundle, next: 0 }
    }
}

impl<'b> Iterator for Entries<'b> {
    type Item = Result<&'b [u8], EntriesError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let split = self
            .rest
            .split_first_chunk::<2>()
            .and_then(|(length, rest)| rest.split_at_checked(u16::from_be_bytes(*length).into()));
        let (entry, rest) = match split {
            Some((entry, rest)) => (Ok(entry), rest),
            None => (Err(EntriesError { entry: self.next }), &[][..]),
        };
        self.rest = rest;
        self.next += 1;
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_read() {
        let long = vec![7; ENTRY_BYTES_MAX];
        let mut bundle = Vec::new();
        for entry in [b"one".as_slice(), b"", &long] {
            push_entry(&mut bundle, entry).unwrap();
        }
        let read: Result<Vec<&[u8]>, EntriesError> = Entries::new(&bundle).collect();
        assert_eq!(read, Ok(vec![b"one".as_slice(), b"", &long]));
        let too_long = vec![7; ENTRY_BYTES_MAX + 1];
        assert_eq!(push_entry(&mut bundle, &too_long), Err(EntryTooLong { given: 65_536 }));
    }

    #[test]
    fn a_bundle_cut_off_says_where() {
        let mut bundle = Vec::new();
        push_entry(&mut bundle, b"one").unwrap();
        push_entry(&mut bundle, b"two").unwrap();
        for cut in 6..10 {
            let read: Vec<_> = Entries::new(&bundle[..cut]).collect();
            assert_eq!(read.last(), Some(&Err(EntriesError { entry: 1 })), "{cut}");
            assert_eq!(read.len(), 2);
        }
    }
}
