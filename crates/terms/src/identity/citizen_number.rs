//! Citizen identification numbers (公民身份号码).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::tidy;

/// Citizen identification number (公民身份号码, GB 11643): region, day of birth, sequence, check character.
///
/// Invariant: 17 digits and a check character that fits them, ISO 7064 MOD 11-2; the day of birth exists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenNumber(String);

/// What is wrong with a citizen identification number.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CitizenNumberError {
    /// Not 18 characters.
    #[error("身份证号应为 18 位，现为 {given} 位")]
    Length {
        /// How many there are.
        given: usize,
    },
    /// Something else than digits, or than X in the last place.
    #[error("身份证号第 {place} 位应为数字{last}", last = if *place == 18 { "或者 X" } else { "" })]
    Digit {
        /// The place, from 1.
        place: usize,
    },
    /// No province has that code.
    #[error("身份证号前两位 `{given}` 不是省级行政区划代码")]
    Region {
        /// The first two digits.
        given: String,
    },
    /// No such day of birth.
    #[error("身份证号中的出生日期 `{given}` 不存在")]
    Birth {
        /// The eight digits.
        given: String,
    },
    /// The check character does not fit.
    #[error("身份证号校验不通过，请核对（可能有数字写错或者颠倒）")]
    Check,
}

/// Codes of provinces (GB/T 2260), with those of residence permits of Hong Kong, Macao and Taiwan.
const PROVINCES: [&str; 37] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "66", "71", "81",
    "82", "83", "91",
];

impl CitizenNumber {
    /// The day of birth.
    #[must_use]
    pub fn birth(&self) -> Option<Date> {
        birth(&self.0)
    }

    /// The number as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn birth(number: &str) -> Option<Date> {
    let part = |from: usize, to: usize| number.get(from..to)?.parse::<i16>().ok();
    let (year, month, day) = (part(6, 10)?, part(10, 12)?, part(12, 14)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|_| year >= 1850)
}

impl FromStr for CitizenNumber {
    type Err = CitizenNumberError;

    fn from_str(given: &str) -> Result<CitizenNumber, CitizenNumberError> {
        let number = tidy(given);
        let n_chars = number.chars().count();
        if n_chars != 18 {
            return Err(CitizenNumberError::Length { given: n_chars });
        }
        let wrong =
            |(place, letter): &(usize, char)| !(letter.is_ascii_digit() || *place == 17 && *letter == 'X');
        if let Some((place, _)) = number.chars().enumerate().find(wrong) {
            return Err(CitizenNumberError::Digit { place: place + 1 });
        }
        if !PROVINCES.contains(&&number[..2]) {
            return Err(CitizenNumberError::Region { given: number[..2].to_owned() });
        }
        if birth(&number).is_none() {
            return Err(CitizenNumberError::Birth { given: number[6..14].to_owned() });
        }
        // ISO 7064 MOD 11-2: doubling from the left; the whole with its check character leaves 1.
        let value = |letter: u8| if letter == b'X' { 10 } else { u32::from(letter - b'0') };
        let sum = number.bytes().fold(0, |sum, letter| (sum * 2 + value(letter)) % 11);
        if sum != 1 {
            return Err(CitizenNumberError::Check);
        }
        Ok(CitizenNumber(number))
    }
}

impl fmt::Display for CitizenNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The examples of GB 11643-1999, of persons who never were.
    const KNOWN: [&str; 2] = ["11010519491231002X", "440524188001010014"];

    #[test]
    fn the_examples_of_the_standard_are_read() {
        for known in KNOWN {
            assert_eq!(known.parse::<CitizenNumber>().unwrap().as_str(), known);
        }
        let birth = KNOWN[0].parse::<CitizenNumber>().unwrap().birth();
        assert_eq!(birth, Date::new(1949, 12, 31).ok());
    }

    #[test]
    fn what_people_type_is_read_into_one_form() {
        let number: CitizenNumber = " １１０１０５ 19491231 002x ".parse().unwrap();
        assert_eq!(number.as_str(), KNOWN[0]);
    }

    #[test]
    fn every_single_wrong_digit_and_every_swap_of_neighbours_is_found() {
        for known in KNOWN {
            for place in 0..17 {
                for digit in b'0'..=b'9' {
                    let mut other = known.as_bytes().to_vec();
                    if other[place] == digit {
                        continue;
                    }
                    other[place] = digit;
                    let other = String::from_utf8(other).unwrap();
                    assert!(other.parse::<CitizenNumber>().is_err(), "{other}");
                }
                let mut swapped = known.as_bytes().to_vec();
                swapped.swap(place, place + 1);
                let swapped = String::from_utf8(swapped).unwrap();
                assert!(swapped == known || swapped.parse::<CitizenNumber>().is_err(), "{swapped}");
            }
        }
    }

    #[test]
    fn the_reason_is_told() {
        let error = |given: &str| given.parse::<CitizenNumber>().unwrap_err();
        assert_eq!(error("1101051949"), CitizenNumberError::Length { given: 10 });
        assert_eq!(error("1101051949123100ZX"), CitizenNumberError::Digit { place: 17 });
        assert_eq!(error("99010519491231002X"), CitizenNumberError::Region { given: "99".into() });
        assert_eq!(error("11010519490231002X"), CitizenNumberError::Birth { given: "19490231".into() });
        assert_eq!(error("110105194912310021"), CitizenNumberError::Check);
        assert_eq!(error("身份证号是多少啊不知道呀呀呀呀呀呀呀"), CitizenNumberError::Digit { place: 1 });
    }
}
