//! Secrets that have to be read again (TOTP secrets) are sealed with a key that lies outside the database (SM4-GCM).

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{AesGcm, Nonce};
use sm4::Sm4;

type Sm4Gcm = AesGcm<Sm4, aes_gcm::aead::consts::U12>;

/// The key of the installation, 128 bits.
#[derive(Clone)]
pub struct SealKey([u8; 16]);

/// What was sealed cannot be read: another key, another purpose, or changed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("密封的内容无法打开：密钥不对或者内容被改动")]
pub struct SealError;

impl SealKey {
    /// The key of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 16]) -> SealKey {
        SealKey(bytes)
    }

    /// Seals for one purpose, such as an account's id. The nonce must be random and new each time.
    ///
    /// # Errors
    /// When the text is longer than the cipher takes (64 GiB).
    pub fn seal(&self, purpose: &str, secret: &[u8], nonce: [u8; 12]) -> Result<Vec<u8>, SealError> {
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for that purpose.
    ///
    /// # Errors
    /// When key, purpose or bytes differ.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, rest) = sealed.split_first_chunk::<12>().ok_or(SealError)?;
        let payload = Payload { msg: rest, aad: purpose.as_bytes() };
        self.cipher().decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError)
    }

    fn cipher(&self) -> Sm4Gcm {
        Sm4Gcm::new(&self.0.into())
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SealKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 8998 appendix A.1: SM4-GCM.
    #[test]
    fn the_vector_of_the_standard_is_met() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let key: [u8; 16] = hex("0123456789abcdeffedcba9876543210").try_into().unwrap();
        let nonce: [u8; 12] = hex("00001234567800000000abcd").try_into().unwrap();
        let plain = hex(
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        );
        let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let cipher = Sm4Gcm::new(&key.into());
        let payload = Payload { msg: &plain, aad: &aad };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).unwrap();
        let expected = hex(concat!(
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735",
            "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
            "83de3541e4c2b58177e065a9bf7b62ec"
        ));
        assert_eq!(sealed, expected);
    }

    #[test]
    fn what_was_sealed_opens_with_key_and_purpose_alone() {
        let key = SealKey::new([3; 16]);
        let sealed = key.seal("account:a", b"secret", [9; 12]).unwrap();
        assert_eq!(key.open("account:a", &sealed).as_deref(), Ok(&b"secret"[..]));
        assert_eq!(key.open("account:b", &sealed), Err(SealError));
        assert_eq!(SealKey::new([4; 16]).open("account:a", &sealed), Err(SealError));
        for place in 0..sealed.len() {
            let mut other = sealed.clone();
            other[place] ^= 1;
            assert_eq!(key.open("account:a", &other), Err(SealError), "{place}");
        }
        assert_eq!(key.open("account:a", &sealed[..11]), Err(SealError));
    }
}
