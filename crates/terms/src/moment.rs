//! When something happened: a day, or an instant.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// The agency's zone: all of China keeps UTC+8 the whole year.
pub const AGENCY_OFFSET: Offset = Offset::constant(8);

/// When an act happened (发生时间): a legal day, or an instant.
///
/// The two never convert silently; `day` names the legal day of an instant in the agency's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// Only the day is known.
    Day(Date),
    /// The instant is known.
    Instant(Timestamp),
}

/// What is wrong with a moment.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("时间 `{given}` 不存在或写法不对，请写成 `2022-03-18` 或 `2022-03-18T10:20:00+08:00`")]
pub struct MomentError {
    given: String,
}

impl Moment {
    /// The legal day, in the agency's zone.
    #[must_use]
    pub fn day(self) -> Date {
        match self {
            Moment::Day(day) => day,
            Moment::Instant(instant) => AGENCY_OFFSET.to_datetime(instant).date(),
        }
    }

    /// The instant, when one is known.
    #[must_use]
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Moment::Day(_) => None,
            Moment::Instant(instant) => Some(instant),
        }
    }

    /// Compares two moments as far as both are known: by day, and within one day by instant only if both have one.
    #[must_use]
    pub fn compare(self, other: Moment) -> Ordering {
        match (self, other) {
            (Moment::Instant(a), Moment::Instant(b)) => a.cmp(&b),
            _ => self.day().cmp(&other.day()),
        }
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(given: &str) -> Result<Moment, MomentError> {
        parse(given).ok_or_else(|| MomentError { given: given.to_owned() })
    }
}

fn parse(given: &str) -> Option<Moment> {
    if given.len() == 10 {
        return given.parse::<Date>().ok().map(Moment::Day);
    }
    // jiff reads a bare day as a datetime too; only a full instant is one here.
    if given.len() < 16 {
        return None;
    }
    if let Ok(instant) = given.parse::<Timestamp>() {
        return Some(Moment::Instant(instant));
    }
    let local: DateTime = given.parse().ok()?;
    let zoned = local.to_zoned(TimeZone::fixed(AGENCY_OFFSET)).ok()?;
    Some(Moment::Instant(zoned.timestamp()))
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Day(day) => write!(out, "{day}"),
            Moment::Instant(instant) => write!(out, "{}", instant.display_with_offset(AGENCY_OFFSET)),
        }
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Moment, D::Error> {
        let given = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        given.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_day_or_an_instant() {
        let day: Moment = "2022-03-18".parse().unwrap();
        let instant: Moment = "2022-03-18T10:20:00+08:00".parse().unwrap();
        assert_eq!(day.day(), instant.day());
        assert_eq!(day.compare(instant), Ordering::Equal);
        assert_eq!(instant.to_string(), "2022-03-18T10:20:00+08:00");
        assert_eq!("2022-03-18T10:20".parse::<Moment>(), Ok(instant));
        assert_eq!("2022-03-17T18:00:00Z".parse::<Moment>().unwrap().day().to_string(), "2022-03-18");
        for given in ["2022-06-31", "", "2022-6-3", "昨天", "2022-03-18T25:00:00+08:00"] {
            assert!(given.parse::<Moment>().is_err(), "{given}");
        }
    }
}
