//! Bytes of a file made UTF-8 while they stream by.
//!
//! A byte-order mark decides; then what the mapping or the XML prolog declares; then the bytes themselves:
//! valid UTF-8 is UTF-8, other bytes are tried as GB18030 (which contains GBK and GB2312). Bytes that fit neither
//! are told with their place, and conversion goes on behind them.

use std::io::Read;
use std::sync::Arc;

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::source::{SourceFault, read_full};

/// How the encoding of a file is found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Declared {
    /// The encoding that the mapping names.
    pub given: Option<&'static Encoding>,
    /// Whether an XML prolog may name one.
    pub xml: bool,
}

/// Reads bytes and writes UTF-8.
pub(super) struct ToUtf8 {
    input: Box<dyn Read + Send>,
    declared: Declared,
    state: State,
    /// Bytes of the (decompressed) input that were converted.
    n_converted: u64,
    /// Bad bytes right behind the text delivered last.
    bad: Option<SourceFault>,
    /// Bytes behind the bad ones that are UTF-8, or to be found so.
    rest: Vec<u8>,
    /// The fault that follows everything that was read.
    after: Option<SourceFault>,
    ended: bool,
}

enum State {
    /// Nothing was read yet.
    Fresh,
    /// The text is UTF-8 so far. `carry` is the beginning of a character cut by the end of the last piece.
    Utf8 { certain: bool, carry: Vec<u8> },
    /// The text is converted; `raw[start..]` is still to be.
    Other { encoding: &'static Encoding, decoder: Box<Decoder>, raw: Vec<u8>, start: usize },
}

impl ToUtf8 {
    pub(super) fn new(input: Box<dyn Read + Send>, declared: Declared) -> ToUtf8 {
        let (bad, rest, after) = (None, Vec::new(), None);
        ToUtf8 { input, declared, state: State::Fresh, n_converted: 0, bad, rest, after, ended: false }
    }

    /// Writes the next text into `out` and says how many bytes; 0 at the end. Characters are never cut.
    /// `out` is as long at every call.
    ///
    /// # Errors
    /// After [`SourceFault::WrongEncoding`] the text behind the bad bytes follows; after others, nothing.
    pub(super) fn fill(&mut self, out: &mut [u8]) -> Result<usize, SourceFault> {
        loop {
            if let Some(bad) = self.bad.take() {
                return Err(bad);
            }
            let is_unconverted = match &self.state {
                State::Other { raw, start, .. } => *start < raw.len(),
                State::Fresh | State::Utf8 { .. } => !self.rest.is_empty(),
            };
            if !is_unconverted {
                if let Some(fault) = self.after.take() {
                    self.ended = true;
                    return Err(fault);
                }
                if self.ended {
                    return Ok(0);
                }
            }
            let n = match self.state {
                State::Fresh => self.fill_first(out)?,
                State::Utf8 { .. } => self.fill_utf8(out)?,
                State::Other { .. } => self.fill_other(out)?,
            };
            if n > 0 {
                return Ok(n);
            }
        }
    }

    /// Reads as much as `out` takes; a fault is kept for after what was read.
    fn read(&mut self, out: &mut [u8]) -> usize {
        let (n, fault) = read_full(&mut self.input, out);
        self.after = fault;
        if n < out.len() && self.after.is_none() {
            self.ended = true;
        }
        n
    }

    fn fill_first(&mut self, out: &mut [u8]) -> Result<usize, SourceFault> {
        let n = self.read(out);
        let first = out.get(..n).unwrap_or_default();
        let (encoding, n_bom) = match Encoding::for_bom(first) {
            Some((encoding, n_bom)) => (Some(encoding), n_bom),
            None => (self.encoding_without_bom(first)?, 0),
        };
        self.n_converted = n_bom as u64;
        match encoding {
            Some(encoding) if encoding != UTF_8 => {
                self.convert_from_here(encoding, first.get(n_bom..).unwrap_or_default());
                Ok(0)
            }
            certain => {
                self.state = State::Utf8 { certain: certain.is_some(), carry: Vec::new() };
                out.copy_within(n_bom..n, 0);
                self.check_utf8(out, n - n_bom)
            }
        }
    }

    /// `None` leaves it to the bytes.
    fn encoding_without_bom(&self, first: &[u8]) -> Result<Option<&'static Encoding>, SourceFault> {
        if self.declared.given.is_some() {
            return Ok(self.declared.given);
        }
        match first {
            [b'<', 0, ..] if self.declared.xml => return Ok(Some(UTF_16LE)),
            [0, b'<', ..] if self.declared.xml => return Ok(Some(UTF_16BE)),
            _ => {}
        }
        let Some(label) = self.declared.xml.then(|| prolog_encoding(first)).flatten() else {
            return Ok(None);
        };
        let encoding = Encoding::for_label(label)
            .ok_or_else(|| SourceFault::UnknownEncoding(String::from_utf8_lossy(label).into()))?;
        // A prolog that can be read byte by byte is not UTF-16, whatever it says. One that says UTF-8 is
        // often left over from before a conversion.
        Ok(Some(encoding).filter(|encoding| ![UTF_8, UTF_16LE, UTF_16BE].contains(encoding)))
    }

    fn fill_utf8(&mut self, out: &mut [u8]) -> Result<usize, SourceFault> {
        if !self.rest.is_empty() {
            let rest = std::mem::take(&mut self.rest);
            out.get_mut(..rest.len()).unwrap_or_default().copy_from_slice(&rest);
            return self.check_utf8(out, rest.len());
        }
        let State::Utf8 { carry, .. } = &mut self.state else { return Ok(0) };
        let carry = std::mem::take(carry);
        let n_carry = carry.len();
        out.get_mut(..n_carry).unwrap_or_default().copy_from_slice(&carry);
        let n = n_carry + self.read(out.get_mut(n_carry..).unwrap_or_default());
        self.check_utf8(out, n)
    }

    /// Whether `out[..n]` is UTF-8; if it cannot be, goes over to GB18030.
    fn check_utf8(&mut self, out: &mut [u8], n: usize) -> Result<usize, SourceFault> {
        let State::Utf8 { certain, carry } = &mut self.state else { return Ok(0) };
        let bytes = out.get(..n).unwrap_or_default();
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => {
                *certain |= !text.is_ascii();
                self.n_converted += n as u64;
                return Ok(n);
            }
            Err(error) => error,
        };
        let (valid, rest) = bytes.split_at(error.valid_up_to());
        // If a fault follows, the cut character is part of what it took.
        if error.error_len().is_none() && (!self.ended || self.after.is_some()) {
            *certain |= !valid.is_ascii();
            carry.extend_from_slice(rest);
            self.n_converted += valid.len() as u64;
            return Ok(valid.len());
        }
        if !*certain && is_rather_gb18030(bytes) {
            self.convert_from_here(GB18030, bytes);
            return Ok(0);
        }
        *certain |= !valid.is_ascii();
        let tried = if *certain { "UTF-8".into() } else { tried(GB18030) };
        let byte = self.n_converted + valid.len() as u64;
        let n_bad = error.error_len().unwrap_or(rest.len());
        self.rest = rest.get(n_bad..).unwrap_or_default().to_vec();
        self.n_converted = byte + n_bad as u64;
        self.bad = Some(SourceFault::WrongEncoding { byte, tried });
        Ok(valid.len())
    }

    fn convert_from_here(&mut self, encoding: &'static Encoding, unread: &[u8]) {
        let decoder = Box::new(encoding.new_decoder_without_bom_handling());
        self.state = State::Other { encoding, decoder, raw: unread.to_vec(), start: 0 };
        // What was already read still has to be converted before the end counts.
        self.ended = false;
    }

    fn fill_other(&mut self, out: &mut [u8]) -> Result<usize, SourceFault> {
        let State::Other { encoding, decoder, raw, start } = &mut self.state else { return Ok(0) };
        let mut at_end = false;
        if *start == raw.len() {
            raw.resize(out.len().max(64) / 2, 0);
            let (n, fault) = read_full(&mut self.input, raw);
            raw.truncate(n);
            *start = 0;
            self.after = fault;
            at_end = n == 0 && self.after.is_none();
        }
        let unread = raw.get(*start..).unwrap_or_default();
        let (result, n_read, n_written) = decoder.decode_to_utf8_without_replacement(unread, out, at_end);
        *start += n_read;
        self.n_converted += n_read as u64;
        match result {
            DecoderResult::InputEmpty => self.ended = at_end,
            // Then the fault, if any, waits until the rest is converted.
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(n_bad, n_behind) => {
                let byte = self.n_converted.saturating_sub(u64::from(n_bad) + u64::from(n_behind));
                self.bad = Some(SourceFault::WrongEncoding { byte, tried: tried(encoding) });
            }
        }
        Ok(n_written)
    }
}

/// Whether bytes that are not all UTF-8 are GB18030, and not UTF-8 with faults in it.
/// Chinese in GB18030 hardly ever looks like characters of UTF-8, and UTF-8 hardly ever fits GB18030 throughout.
fn is_rather_gb18030(bytes: &[u8]) -> bool {
    let (mut n_wide, mut n_faults) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        n_wide += chunk.valid().bytes().filter(|byte| *byte >= 0xE0).count();
        n_faults += usize::from(!chunk.invalid().is_empty());
    }
    n_wide < n_faults && n_malformed(GB18030, bytes) < n_faults
}

/// How many malformed sequences there are; one cut off by the end is none.
fn n_malformed(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut n, mut start, mut out) = (0, 0, [0; 4096]);
    loop {
        let unread = bytes.get(start..).unwrap_or_default();
        let (result, n_read, _) = decoder.decode_to_utf8_without_replacement(unread, &mut out, false);
        start += n_read;
        match result {
            DecoderResult::InputEmpty => return n,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => n += 1,
        }
    }
}

fn tried(encoding: &'static Encoding) -> Arc<str> {
    if [GB18030, GBK].contains(&encoding) { "UTF-8 或 GB18030".into() } else { encoding.name().into() }
}

/// The label in `<?xml … encoding="LABEL"?>`.
fn prolog_encoding(text: &[u8]) -> Option<&[u8]> {
    let prolog = text.strip_prefix(b"<?xml")?;
    let prolog = prolog.get(..memchr::memchr(b'>', prolog)?)?;
    let found = prolog.get(memchr::memmem::find(prolog, b"encoding")? + b"encoding".len()..)?;
    let quoted = found.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, label) = quoted.split_first()?;
    matches!(quote, b'"' | b'\'').then_some(label)?.split(|byte| byte == quote).next()
}
