//! The next tag of an XML text that is at hand.

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::import::error::XmlFault;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scanned<'a> {
    /// A token between `at` and `end`; what is before `at` is text between tags.
    Token { token: Token<'a>, at: usize, end: usize },
    /// The text ends before the token that begins at `at` does.
    More { at: usize },
    /// The text is not XML.
    Broken { fault: XmlFault, at: usize },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Start(Tag<'a>),
    End(&'a [u8]),
    /// The beginning of something to be skipped up to its own mark.
    Opaque(Opaque),
}

/// A start tag, with the two attributes that XES uses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub name: &'a [u8],
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    /// Whether key or value may contain `&…;`.
    pub has_reference: bool,
    /// Whether it ends its element at once (`/>`).
    pub is_empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opaque {
    Instruction,
    Comment,
    CharacterData,
    Doctype,
}

impl Opaque {
    /// The bytes that end it.
    pub(super) fn end_mark(self) -> &'static [u8] {
        match self {
            Opaque::Instruction => b"?>",
            Opaque::Comment => b"-->",
            Opaque::CharacterData => b"]]>",
            Opaque::Doctype => b">",
        }
    }
}

/// Looks for the next token.
#[inline]
pub(super) fn next(text: &[u8]) -> Scanned<'_> {
    let mut at = skip_spaces(text, 0);
    let rest = text.get(at..).unwrap_or_default();
    match rest {
        [] => return Scanned::More { at },
        [b'<', ..] => {}
        _ => match memchr(b'<', rest) {
            Some(n) => at += n,
            None => return Scanned::More { at: text.len() },
        },
    }
    let rest = text.get(at..).unwrap_or_default();
    let found = match rest.get(1) {
        None => Err(None),
        Some(b'/') => end_tag(rest),
        Some(b'?') => Ok((Token::Opaque(Opaque::Instruction), 2)),
        Some(b'!') => declaration(rest),
        Some(_) => {
            if let Some((tag, length)) = usual_attribute(rest) {
                return Scanned::Token { token: Token::Start(tag), at, end: at + length };
            }
            start_tag(rest)
        }
    };
    match found {
        Ok((token, length)) => Scanned::Token { token, at, end: at + length },
        Err(None) => Scanned::More { at },
        Err(Some(fault)) => Scanned::Broken { fault, at },
    }
}

/// A token and its length, or a fault, or `None` if the text ends too early.
type Found<'a> = Result<(Token<'a>, usize), Option<XmlFault>>;

fn end_tag(rest: &[u8]) -> Found<'_> {
    let close = match memchr2(b'>', b'<', rest.get(1..).unwrap_or_default()) {
        Some(n) => n + 1,
        None => return Err(None),
    };
    if rest.get(close) == Some(&b'<') {
        return Err(tag_fault("结束标签没有写完"));
    }
    let name = rest.get(2..close).unwrap_or_default().trim_ascii_end();
    if name.is_empty() || !name.iter().all(|byte| is_name(*byte)) {
        return Err(tag_fault("结束标签的名称有误"));
    }
    Ok((Token::End(name), close + 1))
}

fn declaration(rest: &[u8]) -> Found<'_> {
    let kinds: [(&[u8], Opaque); 3] =
        [(b"<!--", Opaque::Comment), (b"<![CDATA[", Opaque::CharacterData), (b"<!DOCTYPE", Opaque::Doctype)];
    for (mark, opaque) in kinds {
        if rest.starts_with(mark) {
            if opaque == Opaque::Doctype {
                let close = memchr2(b'>', b'[', rest).ok_or(None)?;
                if rest.get(close) == Some(&b'[') {
                    return Err(Some(XmlFault::Doctype));
                }
            }
            return Ok((Token::Opaque(opaque), mark.len()));
        }
        if mark.starts_with(rest) {
            return Err(None);
        }
    }
    Err(tag_fault("<! 之后的内容无法识别"))
}

/// Reads `<NAME key="KEY" value="VALUE"/>`, as nearly all of a log is written, without a detour. What is
/// written in any other way, or wrongly, or cut, is left to [`start_tag`].
#[inline]
fn usual_attribute(rest: &[u8]) -> Option<(Tag<'_>, usize)> {
    let n = 1 + letters_before_other(rest.get(1..9)?)?;
    let name = rest.get(1..n)?;
    let behind = rest.get(n..)?.strip_prefix(b" key=\"")?;
    let n_key = memchr3(b'"', b'<', b'&', behind)?;
    let key = behind.get(..n_key)?;
    let behind = behind.get(n_key..)?.strip_prefix(b"\" value=\"")?;
    let n_value = memchr3(b'"', b'<', b'&', behind)?;
    let value = behind.get(..n_value)?;
    if !behind.get(n_value..)?.starts_with(b"\"/>") {
        return None;
    }
    let length = n + b" key=\"".len() + n_key + b"\" value=\"".len() + n_value + b"\"/>".len();
    Some((Tag { name, key: Some(key), value: Some(value), has_reference: false, is_empty: true }, length))
}

/// How many of eight bytes are small letters before one is not; found for all at once, because names differ
/// in length from tag to tag and a loop would be mispredicted.
#[inline]
fn letters_before_other(eight: &[u8]) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let bytes = u64::from_le_bytes(eight.try_into().ok()?);
    // The high bit of a byte is set if it is below `a`, above `z`, or not ASCII; exact up to the first such.
    let below = bytes.wrapping_sub(EACH * u64::from(b'a')) & !bytes;
    let above = (bytes & (EACH * 0x7F)).wrapping_add(EACH * u64::from(0x7F - b'z')) | bytes;
    let other = (below | above) & (EACH * 0x80);
    (other != 0 && other & 0x80 == 0).then(|| (other.trailing_zeros() / 8) as usize)
}

#[inline]
fn start_tag(rest: &[u8]) -> Found<'_> {
    let mut i = 1 + name_length(rest.get(1..).unwrap_or_default());
    let name = rest.get(1..i).unwrap_or_default();
    if name.first().is_none_or(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.')) {
        return Err(if i == rest.len() { None } else { tag_fault("标签名称有误") });
    }
    let mut tag = Tag { name, key: None, value: None, has_reference: false, is_empty: false };
    loop {
        let before = i;
        i = skip_spaces(rest, i);
        match rest.get(i) {
            None => return Err(None),
            Some(b'>') => return Ok((Token::Start(tag), i + 1)),
            Some(b'/') => {
                return match rest.get(i + 1) {
                    Some(b'>') => {
                        tag.is_empty = true;
                        Ok((Token::Start(tag), i + 2))
                    }
                    Some(_) => Err(tag_fault("/ 之后应为 >")),
                    None => Err(None),
                };
            }
            Some(_) if i == before => return Err(tag_fault("属性之间缺少空格")),
            Some(_) => i = attribute(rest, i, &mut tag)?,
        }
    }
}

/// Reads the attribute that begins at `i` and says where it ends.
#[inline]
fn attribute<'a>(rest: &'a [u8], i: usize, tag: &mut Tag<'a>) -> Result<usize, Option<XmlFault>> {
    let here = rest.get(i..).unwrap_or_default();
    // Nearly all attributes of a log are written in one of these two ways.
    let (slot, start, quote) = if here.starts_with(b"key=\"") {
        (Some(&mut tag.key), i + 5, b'"')
    } else if here.starts_with(b"value=\"") {
        (Some(&mut tag.value), i + 7, b'"')
    } else {
        let (name, start, quote) = attribute_name(rest, i)?;
        let slot = match name {
            b"key" => Some(&mut tag.key),
            b"value" => Some(&mut tag.value),
            _ => None,
        };
        (slot, start, quote)
    };
    let (length, has_reference) = value_length(rest.get(start..).unwrap_or_default(), quote)?;
    if let Some(slot) = slot {
        if slot.is_some() {
            return Err(tag_fault("同一标签内属性重复"));
        }
        *slot = rest.get(start..start + length);
        tag.has_reference |= has_reference;
    }
    Ok(start + length + 1)
}

/// The name of an attribute, where its value begins, and in which quotes.
fn attribute_name(rest: &[u8], start: usize) -> Result<(&[u8], usize, u8), Option<XmlFault>> {
    let end = start + name_length(rest.get(start..).unwrap_or_default());
    let name = rest.get(start..end).unwrap_or_default();
    let equals = skip_spaces(rest, end);
    match rest.get(equals) {
        Some(b'=') if !name.is_empty() => {}
        None => return Err(None),
        Some(_) => return Err(tag_fault("属性应写作 名称=\"值\"")),
    }
    let quote = skip_spaces(rest, equals + 1);
    match rest.get(quote) {
        Some(mark @ (b'"' | b'\'')) => Ok((name, quote + 1, *mark)),
        None => Err(None),
        Some(_) => Err(tag_fault("属性值没有加引号")),
    }
}

/// Bytes before the closing quote, and whether there is an `&` among them.
#[inline]
fn value_length(rest: &[u8], quote: u8) -> Result<(usize, bool), Option<XmlFault>> {
    let stop = memchr3(quote, b'<', b'&', rest).ok_or(None)?;
    let (stop, has_reference) = match rest.get(stop) {
        Some(b'&') => {
            let behind = rest.get(stop..).unwrap_or_default();
            (stop + memchr2(quote, b'<', behind).ok_or(None)?, true)
        }
        _ => (stop, false),
    };
    match rest.get(stop) {
        Some(b'<') => Err(tag_fault("属性值中有 <，应写作 &lt;，或缺少引号")),
        _ => Ok((stop, has_reference)),
    }
}

#[inline]
fn skip_spaces(rest: &[u8], mut i: usize) -> usize {
    while rest.get(i).is_some_and(|byte| is_space(*byte)) {
        i += 1;
    }
    i
}

#[inline]
fn name_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| !is_name(*byte)).unwrap_or(rest.len())
}

#[inline]
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a byte may stand in the name of an element or attribute.
#[inline]
fn is_name(byte: u8) -> bool {
    NAME_BYTES.get(usize::from(byte)).copied().unwrap_or_default()
}

static NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] =
            b.is_ascii_alphanumeric() || b == b'_' || b == b':' || b == b'-' || b == b'.' || b >= 0x80;
        byte += 1;
    }
    table
};

fn tag_fault(what: &'static str) -> Option<XmlFault> {
    Some(XmlFault::Tag(what))
}

/// Where `mark` begins in `text`.
pub(super) fn find_mark(text: &[u8], mark: &[u8]) -> Option<usize> {
    memmem::find(text, mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let found = match next(text.as_bytes()) {
            Scanned::Token { token: Token::Start(tag), at, end } => {
                let show = |part: Option<&[u8]>| part.map(|b| String::from_utf8_lossy(b).into_owned());
                let name = String::from_utf8_lossy(tag.name).into_owned();
                let (key, value) = (show(tag.key), show(tag.value));
                let slash = if tag.is_empty { "/" } else { "" };
                format!(
                    "{at}..{end} <{name} {}={}{slash}>",
                    key.unwrap_or_default(),
                    value.unwrap_or_default()
                )
            }
            Scanned::Token { token: Token::End(name), at, end } => {
                format!("{at}..{end} </{}>", String::from_utf8_lossy(name))
            }
            Scanned::Token { token: Token::Opaque(opaque), at, end } => format!("{at}..{end} {opaque:?}"),
            Scanned::More { at } => format!("more {at}"),
            Scanned::Broken { fault, at } => format!("broken {at} {fault}"),
        };
        assert_eq!(found, expect);
    }

    #[test]
    fn tags_are_read_however_they_are_spaced() {
        check("  <string key=\"a\" value=\"b\"/>", "2..29 <string a=b/>");
        check("x<s value = 'a>\"' \n key='k' other=''>", "1..37 <s k=a>\">");
        check("</event >", "0..9 </event>");
        check("<log>", "0..5 <log =>");
    }

    #[test]
    fn letters_are_counted() {
        for (eight, expect) in [
            ("string k", Some(6)),
            ("int key=", Some(3)),
            ("az{`abcd", Some(2)),
            ("a`z{abcd", Some(1)),
            ("boolean ", Some(7)),
            ("aé_{zzzz", Some(1)),
            ("containe", None),
            (" string ", None),
            ("Int key ", None),
        ] {
            assert_eq!(letters_before_other(&eight.as_bytes()[..8]), expect, "{eight}");
        }
    }

    #[test]
    fn a_token_cut_anywhere_asks_for_more() {
        let whole = "<string key=\"a\" value=\"b&amp;\"/>";
        for n in 1..whole.len() {
            check(&whole[..n], "more 0");
        }
        check("<!DOCTYPE log", "more 0");
        check("<!-", "more 0");
        check("  ", "more 2");
        check("text", "more 4");
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        check("<a b=c>", "broken 0 标签书写有误（属性值没有加引号）");
        check("<a b='<'>", "broken 0 标签书写有误（属性值中有 <，应写作 &lt;，或缺少引号）");
        check("<a key='1' key='2'>", "broken 0 标签书写有误（同一标签内属性重复）");
        check("<a b='1'c='2'>", "broken 0 标签书写有误（属性之间缺少空格）");
        check("<a / >", "broken 0 标签书写有误（/ 之后应为 >）");
        check("< a>", "broken 0 标签书写有误（标签名称有误）");
        check("</a<b>", "broken 0 标签书写有误（结束标签没有写完）");
        check("<!DOCTYPE log [<!ENTITY a 'b'>]>", "broken 0 不接受带内部声明的 DOCTYPE");
        check("<!x", "broken 0 标签书写有误（<! 之后的内容无法识别）");
    }
}
