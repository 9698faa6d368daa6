//! What a file is, by its first bytes: not by its name, and not by what the browser says.

use std::fmt;

use crate::blobs::BlobError;

/// The media type of a file, such as `image/jpeg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind(&'static str);

impl Kind {
    /// The kind of a file that begins so.
    #[must_use]
    pub fn of(head: &[u8]) -> Kind {
        match infer::get(head) {
            Some(known) => Kind(known.mime_type()),
            None if is_text(head) => Kind("text/plain"),
            None => Kind("application/octet-stream"),
        }
    }

    /// The media type.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        self.0
    }

    /// The kind, when it is one of those allowed.
    pub(super) fn allowed(head: &[u8], allowed: &[&str]) -> Result<Kind, BlobError> {
        let found = Kind::of(head);
        let is_of = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(group) => found.0.starts_with(group),
            None => found.0 == *pattern,
        };
        if allowed.iter().any(is_of) {
            return Ok(found);
        }
        let allowed = allowed.iter().map(|&pattern| pattern.to_owned()).collect();
        Err(BlobError::Kind { found, allowed })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

/// Text has no control signs but blanks, and is UTF-8; the last character may be cut.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && text.chars().all(|sign| !sign.is_control() || "\n\r\t".contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let check = |head: &[u8], expect: &str| assert_eq!(Kind::of(head).media_type(), expect);
        check(b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg");
        check(b"%PDF-1.7\n", "application/pdf");
        check(b"MZ\x90\x00\x03", "application/vnd.microsoft.portable-executable");
        check("现场笔录".as_bytes(), "text/plain");
        check(&"现场笔录".as_bytes()[..10], "text/plain");
        check(b"\x00\x01\x02\x03", "application/octet-stream");
        check(b"\xb0\xa1", "application/octet-stream");
    }

    #[test]
    fn only_what_is_allowed_is_taken() {
        let pdf = b"%PDF-1.7\n";
        assert!(Kind::allowed(pdf, &["image/*", "application/pdf"]).is_ok());
        let error = Kind::allowed(pdf, &["image/*", "text/plain"]).unwrap_err();
        assert_eq!(error.to_string(), "附件的内容是 application/pdf，只接受 image/*、text/plain，没有保存");
        assert!(Kind::allowed(pdf, &[]).is_err());
    }
}
