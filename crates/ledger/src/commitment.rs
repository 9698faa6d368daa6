//! Salted commitments (承诺值): what stands in the log in place of a value that may have to be erased.
//!
//! The log holds `sm3c:` and 64 hexadecimal digits; the value and its salt lie beside the log. Whoever is given
//! both can check that this value was recorded; whoever has only the log learns nothing, not even by guessing,
//! for the salt is as long as the hash. When value and salt are erased, the leaf stays as it is and the log still
//! verifies.
//!
//! ```text
//! SM3( "guiju-commitment/v1\n" ‖ salt (32 bytes) ‖ length of context (8 bytes, big-endian) ‖ context ‖ value )
//! ```
//!
//! The context says which place of a record the value belongs to, such as the name of the field, so that an
//! opening cannot be presented for another field.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sm3::{Digest, Sm3};
use thiserror::Error;

use crate::hash::Hash;
use crate::text::{from_hex, shown, to_hex};

const DOMAIN: &[u8] = b"guiju-commitment/v1\n";
const PREFIX: &str = "sm3c:";

/// Bytes of the text of a commitment.
pub(crate) const TEXT_BYTES: usize = PREFIX.len() + 64;

/// 32 random bytes that make a value impossible to guess. Kept with the value, and erased with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

/// What stands in the record. It prints as `sm3c:` and 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(Hash);

/// A text that is neither a commitment nor a salt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("不是承诺值或盐值：`{given}`")]
pub struct CommitmentError {
    /// What was given, in part.
    pub given: String,
}

impl Commitment {
    /// Commits to a value. The bytes of the value must be canonical: the same value always the same bytes.
    #[must_use]
    pub fn new(context: &str, salt: &Salt, value: &[u8]) -> Commitment {
        let hash = Sm3::new()
            .chain_update(DOMAIN)
            .chain_update(salt.0)
            .chain_update((context.len() as u64).to_be_bytes())
            .chain_update(context)
            .chain_update(value)
            .finalize();
        Commitment(Hash(hash.into()))
    }

    /// Commits to a file by its SM3, so that the file itself need not be at hand.
    #[must_use]
    pub fn to_file(context: &str, salt: &Salt, sm3: &Hash) -> Commitment {
        Commitment::new(context, salt, &sm3.0)
    }

    /// Whether this is the commitment to that value in that place.
    #[must_use]
    pub fn opens_to(&self, context: &str, salt: &Salt, value: &[u8]) -> bool {
        Commitment::new(context, salt, value) == *self
    }

    /// The commitments whose text stands in a record, in order. The record is not understood: any place where
    /// such a text stands is taken for one.
    pub fn find_in(record: &[u8]) -> impl Iterator<Item = Commitment> {
        let starts = (0..record.len()).filter(|at| record[*at..].starts_with(PREFIX.as_bytes()));
        starts.filter_map(|at| std::str::from_utf8(record.get(at..at + TEXT_BYTES)?).ok()?.parse().ok())
    }
}

impl fmt::Display for Commitment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{PREFIX}{}", self.0)
    }
}

impl FromStr for Commitment {
    type Err = CommitmentError;

    fn from_str(text: &str) -> Result<Commitment, CommitmentError> {
        let hash = text.strip_prefix(PREFIX).and_then(|hash| hash.parse().ok());
        hash.map(Commitment).ok_or_else(|| CommitmentError { given: shown(text) })
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Salt(…)")
    }
}

impl FromStr for Salt {
    type Err = CommitmentError;

    fn from_str(text: &str) -> Result<Salt, CommitmentError> {
        from_hex(text).map(Salt).ok_or_else(|| CommitmentError { given: shown(text) })
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Salt, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_opens_to_its_own_value_in_its_own_place() {
        let salt = Salt([7; 32]);
        let commitment = Commitment::new("party.name", &salt, "张三".as_bytes());
        assert!(commitment.opens_to("party.name", &salt, "张三".as_bytes()));
        assert!(!commitment.opens_to("party.name", &salt, "李四".as_bytes()));
        assert!(!commitment.opens_to("party.phone", &salt, "张三".as_bytes()));
        assert!(!commitment.opens_to("party.name", &Salt([8; 32]), "张三".as_bytes()));
        // What belongs to the context cannot be taken for the value.
        assert!(!Commitment::new("a", &salt, b"bc").opens_to("ab", &salt, b"c"));
        assert_eq!(commitment.to_string().parse(), Ok(commitment));
        assert_eq!(salt.to_string().parse(), Ok(salt));
    }

    #[test]
    fn commitments_are_found_in_a_record_without_understanding_it() {
        let one = Commitment::new("a", &Salt([1; 32]), b"1");
        let two = Commitment::new("b", &Salt([2; 32]), b"2");
        let record = format!(r#"{{"a":"{one}","cut":"sm3c:00","b":["{two}"]}} sm3c:"#);
        assert_eq!(Commitment::find_in(record.as_bytes()).collect::<Vec<_>>(), [one, two]);
        assert_eq!(Commitment::find_in(b"").count(), 0);
    }
}
