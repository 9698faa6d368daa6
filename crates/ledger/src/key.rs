//! SM2 keys that sign notes: of the log, and of its witnesses (见证).
//!
//! **Which signature.** SM2 with SM3 over the message, with the default identity `1234567812345678`
//! (GM/T 0009-2012), encoded as the ASN.1 of the same standard. So, after the four bytes of the key id (and for a
//! witness the eight of the time), what stands in a note is what `openssl dgst -sm3 -sign` would write.
//!
//! **Which type.** The signed-note specification assigns no type to SM2. It reserves `0xff` for types without a
//! byte of their own and recommends a longer identifier after it, unlikely to collide. So the types here are
//! `0xff` followed by `guiju-sm2-sm3-note/v1` and a newline, or by `guiju-sm2-sm3-cosignature/v1` and a newline.
//!
//! **Which id.** As the specification recommends, the first four bytes of the SHA-256 of the name, a newline, the
//! type, and the public key (65 bytes, uncompressed), so that any tool for notes computes the same one. The id is
//! a label: no security rests on it or on SHA-256.
//!
//! **What is signed.** The log signs the text of the note. A witness signs, as in `cosignature/v1` of
//! tlog-cosignature, the lines `cosignature/v1` and `time T` and then the text; its signature carries T, seconds
//! since 1970, as eight bytes before it.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, VerifyingKey};
use sm2::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use sm2::{PublicKey as Sm2PublicKey, SecretKey};
use thiserror::Error;

use crate::note::{KeyId, KeyName, Note, NoteSignature};
use crate::text::shown;

/// The identity that GM/T 0009-2012 has signers use who agreed on no other.
pub const IDENTITY: &str = "1234567812345678";

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Notes of its own: checkpoints, manifests.
    Log,
    /// Other people's checkpoints, with the time it saw them.
    Witness,
}

/// The public half of a key, with its name and role. It prints as a verifier key of the specification,
/// `name+id+base64(type ‖ key)`.
#[derive(Debug, Clone)]
pub struct PublicKey {
    name: KeyName,
    role: Role,
    id: KeyId,
    key: VerifyingKey,
}

/// A key that signs. It is never printed, only written out on demand ([`SigningKey::to_pkcs8_pem`]).
#[derive(Clone)]
pub struct SigningKey {
    public: PublicKey,
    key: sm2::dsa::SigningKey,
}

/// A text or bytes that are no key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Not `name+id+base64`.
    #[error("不是验证密钥，应为“名称+编号+base64”：`{given}`")]
    Form {
        /// What was given, in part.
        given: String,
    },
    /// A type that is not one of ours.
    #[error("密钥 {name} 的算法不是本系统的 SM2 签名或见证签名")]
    Type {
        /// Name of the key.
        name: String,
    },
    /// The id does not belong to name and key.
    #[error("密钥 {name} 的编号应为 {expected}，写作 {given}")]
    Id {
        /// Name of the key.
        name: String,
        /// What it is.
        expected: KeyId,
        /// What is written.
        given: String,
    },
    /// No point of the curve, or no number that can be a key.
    #[error("不是有效的 SM2 密钥")]
    Value,
}

/// A signature that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name} 的签名无效")]
pub struct SignatureError {
    /// Name of the key that is said to have signed.
    pub name: KeyName,
}

impl Role {
    /// `0xff` and a longer identifier, as the specification recommends where no byte is assigned.
    fn type_bytes(self) -> &'static [u8] {
        match self {
            Role::Log => b"\xffguiju-sm2-sm3-note/v1\n",
            Role::Witness => b"\xffguiju-sm2-sm3-cosignature/v1\n",
        }
    }
}

impl PublicKey {
    /// A key out of the 65 bytes of its uncompressed point.
    ///
    /// # Errors
    /// The bytes are no point of the curve.
    pub fn new(name: KeyName, role: Role, point: &[u8]) -> Result<PublicKey, KeyError> {
        let is_uncompressed = point.len() == 65 && point[0] == 4;
        let key = is_uncompressed.then(|| VerifyingKey::from_sec1_bytes(IDENTITY, point).ok()).flatten();
        Ok(PublicKey::from_key(name, role, key.ok_or(KeyError::Value)?))
    }

    /// A key out of a PEM file as OpenSSL writes it (`-----BEGIN PUBLIC KEY-----`).
    ///
    /// # Errors
    /// The text is no SM2 public key.
    pub fn from_pem(name: KeyName, role: Role, pem: &str) -> Result<PublicKey, KeyError> {
        let key = Sm2PublicKey::from_public_key_pem(pem).map_err(|_| KeyError::Value)?;
        let key = VerifyingKey::new(IDENTITY, key).map_err(|_| KeyError::Value)?;
        Ok(PublicKey::from_key(name, role, key))
    }

    fn from_key(name: KeyName, role: Role, key: VerifyingKey) -> PublicKey {
        let id = Sha256::new()
            .chain_update(name.as_str())
            .chain_update(b"\n")
            .chain_update(role.type_bytes())
            .chain_update(key.to_sec1_bytes())
            .finalize();
        PublicKey { name, role, id: KeyId([id[0], id[1], id[2], id[3]]), key }
    }

    /// The name under which it signs.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The four bytes that stand before its signatures.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key as a PEM file that OpenSSL reads.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let key =
            Sm2PublicKey::from_affine(*self.key.as_affine()).expect("a key is not the point at infinity");
        key.to_public_key_pem(LineEnding::LF).expect("a key fits its own format")
    }

    /// Whether any signature of this key is on the note, and what it says.
    ///
    /// # Errors
    /// A line claims to be of this key and is not: then the specification has the whole note rejected.
    pub fn verify(&self, note: &Note) -> Result<Option<Signed>, SignatureError> {
        let mut signed = None;
        for signature in note.signatures_of(&self.name, self.id) {
            let holds = self.verify_one(note.text(), &signature.bytes);
            signed = Some(holds.ok_or_else(|| SignatureError { name: self.name.clone() })?);
        }
        Ok(signed)
    }

    fn verify_one(&self, text: &str, bytes: &[u8]) -> Option<Signed> {
        let (signed, message, der) = match self.role {
            Role::Log => (Signed { time: None }, text.to_owned(), bytes),
            Role::Witness => {
                let (time, der) = bytes.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                // The specification ends time where a signed number of 64 bits does.
                i64::try_from(time).ok()?;
                (Signed { time: Some(time) }, cosigned(text, time), der)
            }
        };
        let signature = Signature::from_der(der).ok()?;
        self.key.verify(message.as_bytes(), &signature).ok()?;
        Some(signed)
    }
}

/// What a signature that holds says besides the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// When a witness says it saw the checkpoint, in seconds since 1970; the log says no time.
    pub time: Option<u64>,
}

/// The message a witness signs.
fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

impl SigningKey {
    /// A key out of 32 bytes, which must come from a good source of randomness or from where they were kept.
    ///
    /// # Errors
    /// The bytes are no number that can be a key; of random ones that is one in 2³².
    pub fn from_secret(name: KeyName, role: Role, secret: &[u8; 32]) -> Result<SigningKey, KeyError> {
        let secret = SecretKey::from_slice(secret).map_err(|_| KeyError::Value)?;
        SigningKey::from_key(name, role, &secret)
    }

    /// A key out of a PEM file (PKCS#8, not encrypted), ours or `openssl genpkey -algorithm SM2`.
    ///
    /// # Errors
    /// The text is no SM2 private key.
    pub fn from_pkcs8_pem(name: KeyName, role: Role, pem: &str) -> Result<SigningKey, KeyError> {
        let secret = SecretKey::from_pkcs8_pem(pem).map_err(|_| KeyError::Value)?;
        SigningKey::from_key(name, role, &secret)
    }

    fn from_key(name: KeyName, role: Role, secret: &SecretKey) -> Result<SigningKey, KeyError> {
        let key = sm2::dsa::SigningKey::new(IDENTITY, secret).map_err(|_| KeyError::Value)?;
        let public = PublicKey::from_key(name, role, key.verifying_key().clone());
        Ok(SigningKey { public, key })
    }

    /// The secret as a PEM file (PKCS#8, not encrypted). Whoever holds this text can sign: it belongs in a file
    /// only the server may read.
    #[must_use]
    pub fn to_pkcs8_pem(&self) -> String {
        let key = SecretKey::from(self.key.as_nonzero_scalar());
        key.to_pkcs8_pem(LineEnding::LF).expect("a key fits its own format").to_string()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a note as its author; a signature of this key that is there already makes way.
    pub fn sign(&self, note: &mut Note) {
        let signature: Signature = self.key.sign(note.text().as_bytes());
        self.add(note, signature.to_der().as_bytes().to_vec());
    }

    /// Signs a note as a witness who saw it at `time`, in seconds since 1970.
    pub fn cosign(&self, note: &mut Note, time: u64) {
        let signature: Signature = self.key.sign(cosigned(note.text(), time).as_bytes());
        self.add(note, [time.to_be_bytes().as_slice(), signature.to_der().as_bytes()].concat());
    }

    fn add(&self, note: &mut Note, bytes: Vec<u8>) {
        let PublicKey { name, id, .. } = &self.public;
        note.add(NoteSignature { name: name.clone(), id: *id, bytes });
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({})", self.public)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &PublicKey) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for PublicKey {}

impl fmt::Display for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.role.type_bytes(), &self.key.to_sec1_bytes()].concat();
        write!(out, "{}+{}+{}", self.name, self.id, Base64::encode_string(&bytes))
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(given: &str) -> Result<PublicKey, KeyError> {
        let form = || KeyError::Form { given: shown(given) };
        let mut parts = given.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(form());
        };
        let name: KeyName = name.parse().map_err(|_| form())?;
        let bytes = Base64::decode_vec(key).map_err(|_| form())?;
        let of_role = |role: Role| bytes.strip_prefix(role.type_bytes()).map(|point| (role, point));
        let (role, point) = of_role(Role::Log)
            .or_else(|| of_role(Role::Witness))
            .ok_or_else(|| KeyError::Type { name: name.to_string() })?;
        let key = PublicKey::new(name, role, point)?;
        if key.id.to_string() != id {
            return Err(KeyError::Id { name: key.name.to_string(), expected: key.id, given: shown(id) });
        }
        Ok(key)
    }
}
