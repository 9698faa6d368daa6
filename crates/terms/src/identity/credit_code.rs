//! Unified social credit codes (统一社会信用代码).

use std::fmt;
use std::str::FromStr;

use super::tidy;

/// Unified social credit code (统一社会信用代码, GB 32100): registering department, kind, region, subject, check character.
///
/// Invariant: 18 characters of the standard's 31, of which the last fits the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

/// What is wrong with a unified social credit code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CreditCodeError {
    /// Not 18 characters.
    #[error("统一社会信用代码应为 18 位，现为 {given} 位")]
    Length {
        /// How many there are.
        given: usize,
    },
    /// A character that is not used there.
    #[error("统一社会信用代码第 {place} 位 `{given}` 不对：只用数字和大写字母，不用 I、O、S、V、Z")]
    Letter {
        /// The place, from 1.
        place: usize,
        /// The character.
        given: char,
    },
    /// The check character does not fit.
    #[error("统一社会信用代码校验不通过，请核对（可能有字符写错或者颠倒）")]
    Check,
}

/// The characters in the order of their values.
const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    /// Whether the subject is an individual business (个体工商户): department 9, kind 2.
    #[must_use]
    pub fn is_individual_business(&self) -> bool {
        self.0.starts_with("92")
    }

    /// The code as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;

    fn from_str(given: &str) -> Result<CreditCode, CreditCodeError> {
        let code = tidy(given);
        let n_chars = code.chars().count();
        if n_chars != 18 {
            return Err(CreditCodeError::Length { given: n_chars });
        }
        let mut values = Vec::with_capacity(18);
        for (place, letter) in code.chars().enumerate() {
            let value = LETTERS
                .find(letter)
                .filter(|_| place >= 8 || place == 0 || place == 1 || letter.is_ascii_digit());
            let value = value.ok_or(CreditCodeError::Letter { place: place + 1, given: letter })?;
            values.push(value);
        }
        // Weights are the powers of 3 modulo 31; the whole with its check character leaves 0.
        let mut weight = 1;
        let mut sum = values[17];
        for value in &values[..17] {
            sum += value * weight;
            weight = weight * 3 % 31;
        }
        if !sum.is_multiple_of(31) {
            return Err(CreditCodeError::Check);
        }
        Ok(CreditCode(code))
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of large public companies, as anyone can look up.
    const KNOWN: [&str; 3] = ["91110000710926094P", "9144030071526726XG", "91330100799655058B"];

    #[test]
    fn known_codes_are_read() {
        for known in KNOWN {
            assert_eq!(known.parse::<CreditCode>().map(|code| code.to_string()), Ok(known.to_owned()));
        }
        assert!(!KNOWN[0].parse::<CreditCode>().unwrap().is_individual_business());
    }

    #[test]
    fn every_single_wrong_character_is_found() {
        for known in KNOWN {
            for place in 0..18 {
                for letter in LETTERS.bytes().filter(|letter| *letter != known.as_bytes()[place]) {
                    let mut other = known.as_bytes().to_vec();
                    other[place] = letter;
                    let other = String::from_utf8(other).unwrap();
                    assert!(other.parse::<CreditCode>().is_err(), "{other}");
                }
            }
        }
    }

    #[test]
    fn the_reason_is_told() {
        let error = |given: &str| given.parse::<CreditCode>().unwrap_err();
        assert_eq!(error("9111"), CreditCodeError::Length { given: 4 });
        assert_eq!(error("9I110000710926094P"), CreditCodeError::Letter { place: 2, given: 'I' });
        assert_eq!(error("91110000710926094S"), CreditCodeError::Letter { place: 18, given: 'S' });
        assert_eq!(error("9111A000710926094P"), CreditCodeError::Letter { place: 5, given: 'A' });
        assert_eq!(error("91110000710926094U"), CreditCodeError::Check);
    }
}
