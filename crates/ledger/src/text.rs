//! Small texts: hexadecimal with one spelling, and what is shown of a text from outside.

/// Reads 2·N lower-case hexadecimal digits.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// Lower-case hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A decimal number without leading zeros, sign or space.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = plain && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

/// The beginning of a text from outside, fit for one line of a message.
pub(crate) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    let is_plain = |char: &char| !char.is_control();
    let mut short: String = text.chars().filter(is_plain).take(CHARS_MAX).collect();
    if text.chars().nth(CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for wrong in ["", "00", "01", "+1", "-1", " 1", "1 ", "18446744073709551616", "１"] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn hexadecimal_is_lower_case_and_of_the_length_asked_for() {
        assert_eq!(from_hex::<2>("00ff"), Some([0, 255]));
        assert_eq!(to_hex(&[0, 255]), "00ff");
        for wrong in ["", "00f", "00FF", "00fg", "00fff", "é0f"] {
            assert_eq!(from_hex::<2>(wrong), None, "{wrong}");
        }
    }
}
