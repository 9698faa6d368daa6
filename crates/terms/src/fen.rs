//! Money.

use std::fmt;
use std::str::FromStr;

/// An amount of money in fen (分), the hundredth part of a yuan. Never a floating-point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(pub i64);

/// What is wrong with an amount.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("金额 `{given}` 写法不对，应为元，最多两位小数，例如 `5000` 或 `5000.50`")]
pub struct FenError {
    given: String,
}

impl FromStr for Fen {
    type Err = FenError;

    /// Reads yuan with at most two decimal places.
    fn from_str(given: &str) -> Result<Fen, FenError> {
        let wrong = || FenError { given: given.to_owned() };
        let (yuan, cents) = given.split_once('.').unwrap_or((given, ""));
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if yuan.is_empty() || !digits(yuan) || !digits(cents) || cents.len() > 2 {
            return Err(wrong());
        }
        let yuan: i64 = yuan.parse().map_err(|_| wrong())?;
        let cents: i64 = format!("{cents:0<2}").parse().map_err(|_| wrong())?;
        yuan.checked_mul(100).and_then(|fen| fen.checked_add(cents)).map(Fen).ok_or_else(wrong)
    }
}

impl fmt::Display for Fen {
    /// Yuan with thousands separators: `5,000元`, `5,000.50元`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (yuan, cents) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let digits = yuan.to_string();
        let grouped: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|part| std::str::from_utf8(part).unwrap_or_default())
            .collect();
        let sign = if self.0 < 0 { "-" } else { "" };
        match cents {
            0 => write!(out, "{sign}{}元", grouped.join(",")),
            _ => write!(out, "{sign}{}.{cents:02}元", grouped.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_read_and_written() {
        for (given, fen, shown) in [
            ("5000", 500_000, "5,000元"),
            ("0.5", 50, "0.50元"),
            ("1234567.89", 123_456_789, "1,234,567.89元"),
        ] {
            let amount: Fen = given.parse().unwrap();
            assert_eq!(amount, Fen(fen));
            assert_eq!(amount.to_string(), shown);
        }
        for given in ["", "-5", "1.234", "五千", "99999999999999999999"] {
            assert!(given.parse::<Fen>().is_err(), "{given}");
        }
    }
}
