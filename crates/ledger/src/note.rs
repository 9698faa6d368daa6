//! Signed notes (C2SP signed-note): a text, an empty line, and lines of signatures.
//!
//! ```text
//! example.com/log42
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — example.com/log42 Az3grl…
//! ```
//!
//! A signature line carries the name of a key, four bytes that tell keys of one name apart, and the signature.
//! Lines of keys that nobody here knows are kept as they are: they may mean something to somebody else.
//! What is parsed prints as the same bytes.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use thiserror::Error;

use crate::text::shown;

/// The longest note that is read, in bytes.
pub const NOTE_BYTES_MAX: usize = 1 << 20;

/// The most signatures a note may carry; the specification asks for at least 16.
pub const SIGNATURES_MAX: usize = 128;

/// The name of a key: not empty, without spaces, plus signs and control characters. The specification
/// recommends an address without scheme, such as `log.example.gov.cn/guiju`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// Four bytes that tell keys of one name apart. No security rests on them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

/// A line of a note: who signed, and the signature, whose form only its key knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: KeyName,
    /// Which key of that name.
    pub id: KeyId,
    /// The signature.
    pub bytes: Vec<u8>,
}

/// A text with signatures, of which none has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// Why bytes are no note.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// Longer than [`NOTE_BYTES_MAX`].
    #[error("签名文件超过 {NOTE_BYTES_MAX} 字节")]
    TooLong,
    /// Not UTF-8, or with control characters.
    #[error("签名文件含有控制字符或不是 UTF-8 文本")]
    NotText,
    /// No empty line between text and signatures, or no signature.
    #[error("签名文件缺少正文与签名之间的空行，或没有签名")]
    NoSignatures,
    /// More than [`SIGNATURES_MAX`].
    #[error("签名超过 {SIGNATURES_MAX} 个")]
    TooManySignatures,
    /// A line that is no signature.
    #[error("第 {line} 行签名格式有误：`{given}`")]
    Signature {
        /// Which of the signature lines, from 1.
        line: usize,
        /// The line, in part.
        given: String,
    },
}

/// A text that is no name of a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("密钥名称不能为空，也不能含空格、加号或控制字符：`{given}`")]
pub struct KeyNameError {
    /// What was given, in part.
    pub given: String,
}

impl Note {
    /// A text without signatures yet.
    ///
    /// # Errors
    /// The text does not end in a newline or holds control characters.
    pub fn new(text: String) -> Result<Note, NoteError> {
        let is_text = text.ends_with('\n') && is_plain(&text);
        is_text.then_some(Note { text, signatures: Vec::new() }).ok_or(NoteError::NotText)
    }

    /// Reads a note.
    ///
    /// # Errors
    /// What is not exactly as a note is written.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLong);
        }
        let whole = std::str::from_utf8(bytes).ok().filter(|whole| is_plain(whole));
        let whole = whole.ok_or(NoteError::NotText)?;
        let end = whole.rfind("\n\n").ok_or(NoteError::NoSignatures)? + 1;
        let (text, lines) = (&whole[..end], &whole[end + 1..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteError::NoSignatures)?;
        if lines.split('\n').count() > SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        let signature = |(at, line): (usize, &str)| {
            parse_line(line).ok_or_else(|| NoteError::Signature { line: at + 1, given: shown(line) })
        };
        let signatures = lines.split('\n').enumerate().map(signature).collect::<Result<_, _>>()?;
        Ok(Note { text: text.to_owned(), signatures })
    }

    /// The text that is signed, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The signatures that claim to be of this key.
    pub fn signatures_of(&self, name: &KeyName, id: KeyId) -> impl Iterator<Item = &NoteSignature> {
        self.signatures.iter().filter(move |signature| signature.name == *name && signature.id == id)
    }

    /// Adds a signature; an older one of the same key makes way for it.
    pub fn add(&mut self, signature: NoteSignature) {
        self.signatures.retain(|known| known.name != signature.name || known.id != signature.id);
        self.signatures.push(signature);
    }
}

/// `— name base64(id ‖ signature)`.
fn parse_line(line: &str) -> Option<NoteSignature> {
    let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = Base64::decode_vec(signature).ok()?;
    let (id, bytes) = bytes.split_first_chunk::<4>()?;
    if bytes.is_empty() {
        return None;
    }
    Some(NoteSignature { name: name.parse().ok()?, id: KeyId(*id), bytes: bytes.to_vec() })
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte >= b' ' || byte == b'\n')
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(out, "{signature}"))
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.0.as_slice(), &self.bytes].concat();
        write!(out, "— {} {}", self.name, Base64::encode_string(&bytes))
    }
}

impl FromStr for KeyName {
    type Err = KeyNameError;

    fn from_str(given: &str) -> Result<KeyName, KeyNameError> {
        let is_forbidden = |char: char| char.is_whitespace() || char.is_control() || char == '+';
        if given.is_empty() || given.contains(is_forbidden) {
            return Err(KeyNameError { given: shown(given) });
        }
        Ok(KeyName(given.to_owned()))
    }
}

impl KeyName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    const NOTE: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
        — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

    #[test]
    fn a_note_prints_as_it_was_read() {
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        assert_eq!(note.to_string(), NOTE);
        assert!(note.text().ends_with("\n\ned è subito sera.\n"));
        let [signature] = note.signatures() else { panic!("one signature") };
        assert_eq!(
            (signature.name.as_str(), signature.id.to_string().as_str()),
            ("quasimodo.example/salvatore", "367ba04b")
        );
        assert_eq!(signature.bytes.len(), 64);
    }

    #[test]
    fn what_is_no_note_is_refused() {
        let (text, line) = NOTE.rsplit_once("\n\n").unwrap();
        let many = format!("{text}\n\n{}", line.repeat(SIGNATURES_MAX + 1));
        let wrong = [
            (String::new(), NoteError::NoSignatures),
            ("text\n\n".to_owned(), NoteError::NoSignatures),
            (
                format!("{text}\n{line}"),
                NoteError::Signature { line: 1, given: "ed è subito sera.".to_owned() },
            ),
            (NOTE.trim_end().to_owned(), NoteError::NoSignatures),
            (NOTE.replace("sera", "se\tra"), NoteError::NotText),
            (NOTE.replace('\n', "\r\n"), NoteError::NotText),
            (many, NoteError::TooManySignatures),
        ];
        for (given, expected) in wrong {
            assert_eq!(Note::parse(given.as_bytes()), Err(expected), "{given:?}");
        }
        assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteError::NotText));
        assert_eq!(Note::parse(&vec![b'a'; NOTE_BYTES_MAX + 1]), Err(NoteError::TooLong));
        for line in [
            "- a AAAAAAA=",
            "— a",
            "— a ",
            "—a AAAAAAA=",
            "— a AAAAAAA",
            "— a AAAAAA==",
            "— a+b AAAAAAA=",
            "— a b AAAAAAA=",
        ] {
            let given = format!("text\n\n{line}\n");
            assert!(matches!(Note::parse(given.as_bytes()), Err(NoteError::Signature { .. })), "{line}");
        }
    }

    #[test]
    fn a_key_signs_once() {
        let mut note = Note::parse(NOTE.as_bytes()).unwrap();
        let mut again = note.signatures()[0].clone();
        again.bytes = vec![1];
        note.add(again.clone());
        assert_eq!(note.signatures(), [again.clone()]);
        again.id = KeyId([0; 4]);
        note.add(again);
        assert_eq!(note.signatures().len(), 2);
    }
}
