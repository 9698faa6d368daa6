//! Hashes, and how a tree is hashed: RFC 6962 with SM3, or with any other digest of 32 bytes.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sm3::Sm3;
use sm3::digest::Digest;
use sm3::digest::typenum::U32;
use thiserror::Error;

/// Bytes of a hash, of SM3 as of SHA-256.
pub const HASH_BYTES: usize = 32;

/// A hash of 32 bytes. It prints as lower-case hexadecimal, which is also how it stands in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

/// A text or a byte string that is no hash.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("不是一个散列值（应为 32 字节）：`{given}`")]
pub struct HashError {
    /// What was given, in part.
    pub given: String,
}

impl Hash {
    /// SM3 (密码杂凑算法) over the bytes as they are, without any domain separation: the address of a file.
    #[must_use]
    pub fn sm3(bytes: &[u8]) -> Hash {
        Hash(Sm3::digest(bytes).into())
    }

    /// The bytes as a hash, if there are 32 of them.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Hash> {
        Some(Hash(bytes.try_into().ok()?))
    }

    /// The standard base64 of checkpoints and proofs, 44 characters.
    #[must_use]
    pub fn to_base64(&self) -> String {
        Base64::encode_string(&self.0)
    }

    /// Reads what [`Hash::to_base64`] writes, and no other spelling of it.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_base64(text: &str) -> Result<Hash, HashError> {
        let mut bytes = [0; HASH_BYTES + 1];
        let decoded = Base64::decode(text, &mut bytes).ok().and_then(Hash::from_slice);
        decoded.ok_or_else(|| HashError::new(text))
    }
}

impl HashError {
    fn new(given: &str) -> HashError {
        HashError { given: crate::text::shown(given) }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Hash, HashError> {
        crate::text::from_hex(text).map(Hash).ok_or_else(|| HashError::new(text))
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How a tree is hashed (RFC 6962 §2.1). Leaves and nodes are told apart by their first byte, so that no
/// leaf can pass for a node.
pub trait TreeHash {
    /// `H(0x00 ‖ bytes)`: the hash of a leaf.
    fn leaf(bytes: &[u8]) -> Hash;

    /// `H(0x01 ‖ left ‖ right)`: the hash of an inner node.
    fn node(left: &Hash, right: &Hash) -> Hash;

    /// `H()`: the root of the tree without leaves.
    fn empty() -> Hash;
}

impl<D: Digest<OutputSize = U32>> TreeHash for D {
    fn leaf(bytes: &[u8]) -> Hash {
        Hash(D::new().chain_update([0]).chain_update(bytes).finalize().into())
    }

    fn node(left: &Hash, right: &Hash) -> Hash {
        let mut input = [1; 1 + 2 * HASH_BYTES];
        input[1..=HASH_BYTES].copy_from_slice(&left.0);
        input[1 + HASH_BYTES..].copy_from_slice(&right.0);
        Hash(D::digest(input).into())
    }

    fn empty() -> Hash {
        Hash(D::digest([]).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_spelling_in_each_notation() {
        let hash = Hash::sm3(b"abc");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(Hash::from_base64(&hash.to_base64()), Ok(hash));
        let upper = hash.to_string().to_uppercase();
        for wrong in ["", "66c7", upper.as_str(), &format!("{hash}0"), "六"] {
            assert!(wrong.parse::<Hash>().is_err(), "{wrong}");
        }
        let base64 = hash.to_base64();
        // The last character before the padding carries two bits that must be zero.
        let loose = base64.replace("A=", "B=");
        assert_ne!(loose, base64);
        for wrong in ["", &base64[..43], &format!("{base64}A"), &loose, &base64.replace('=', "")] {
            assert!(Hash::from_base64(wrong).is_err(), "{wrong}");
        }
    }
}
