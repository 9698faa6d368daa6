//! Decimal numbers as text, made integers exactly.

/// The integer `given` × 10^`scale`, if it is one.
///
/// Reads `35`, `35.0`, `-1.5`, `1,234.50` and the `4.25E2` of Java; nothing is rounded: digits beyond the
/// scale must be zeros. `None` for everything else and beyond `i64`.
pub fn scaled_integer(given: &[u8], scale: u8) -> Option<i64> {
    let given = given.trim_ascii();
    let (negative, unsigned) = match given {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (mantissa, exponent) = match unsigned.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(mark) => {
            let (mantissa, exponent) = unsigned.split_at(mark);
            (mantissa, std::str::from_utf8(exponent.get(1..)?).ok()?.parse::<i32>().ok()?)
        }
        None => (unsigned, 0),
    };
    let (whole, part) = match mantissa.iter().position(|byte| *byte == b'.') {
        Some(point) => (mantissa.get(..point)?, mantissa.get(point + 1..)?),
        None => (mantissa, [].as_slice()),
    };
    let digits = digits_of(whole)?;
    if (digits == 0 && part.is_empty()) || !part.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let all = whole.iter().chain(part).filter(|byte| **byte != b',');
    let shift = i32::from(scale).checked_add(exponent)?.checked_sub(i32::try_from(part.len()).ok()?)?;
    let magnitude = shifted(all.map(|byte| byte - b'0'), digits + part.len(), shift)?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Number of digits of a whole part, whose thousands may be set off by commas.
fn digits_of(whole: &[u8]) -> Option<usize> {
    if !whole.contains(&b',') {
        return whole.iter().all(u8::is_ascii_digit).then_some(whole.len());
    }
    let mut groups = whole.split(|byte| *byte == b',');
    let first = groups.next()?;
    let well_formed = (1..=3).contains(&first.len())
        && groups.all(|group| group.len() == 3)
        && whole.iter().all(|byte| byte.is_ascii_digit() || *byte == b',');
    well_formed.then(|| whole.iter().filter(|byte| **byte != b',').count())
}

/// `digits` as a number × 10^`shift`; digits that fall off must be zeros.
fn shifted(digits: impl Iterator<Item = u8>, n_digits: usize, shift: i32) -> Option<i128> {
    let n_kept = i64::try_from(n_digits).ok()? + i64::from(shift.min(0));
    let mut sum: i128 = 0;
    for (index, digit) in digits.enumerate() {
        if (index as i64) < n_kept {
            sum = sum.checked_mul(10)?.checked_add(i128::from(digit))?;
            if sum > i128::from(i64::MAX) + 1 {
                return None;
            }
        } else if digit != 0 {
            return None;
        }
    }
    if sum == 0 {
        return Some(0);
    }
    10_i128.checked_pow(u32::try_from(shift.max(0)).ok()?)?.checked_mul(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_becomes_minor_units_exactly() {
        for (given, scale, expect) in [
            ("35.0", 2, Some(3500)),
            ("35", 2, Some(3500)),
            ("0.1", 2, Some(10)),
            (".5", 2, Some(50)),
            ("1,234.50", 2, Some(123_450)),
            ("-3.25", 2, Some(-325)),
            ("4.248252E8", 2, Some(42_482_520_000)),
            ("1.5e1", 0, Some(15)),
            ("2.00000", 2, Some(200)),
            ("150E-1", 0, Some(15)),
            ("0E999", 2, Some(0)),
            ("92233720368547758.07", 2, Some(i64::MAX)),
            ("92233720368547758.08", 2, None),
            ("35.001", 2, None),
            ("1e400", 2, None),
            ("12,34", 0, None),
            ("", 2, None),
            (".", 2, None),
            ("-", 2, None),
            ("1.2.3", 2, None),
            ("NaN", 2, None),
            ("五", 2, None),
        ] {
            assert_eq!(scaled_integer(given.as_bytes(), scale), expect, "{given}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whole_amounts_are_multiplied(amount in -1_000_000_000_000_i64..1_000_000_000_000, cents in 0_i64..100) {
            let sign = if amount < 0 { -1 } else { 1 };
            let expect = Some(amount * 100 + sign * cents);
            assert_eq!(scaled_integer(format!("{amount}.{cents:02}").as_bytes(), 2), expect);
        }

        #[test]
        fn any_bytes_are_safe(bytes in proptest::collection::vec(0_u8.., 0..30), scale in 0_u8..20) {
            let _ = scaled_integer(&bytes, scale);
        }
    }
}
