//! Times as logs write them, read without allocation.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// The zone of a time that names none: UTC+08:00.
const ZONE_IF_NONE_SECONDS: i32 = 8 * 3600;

/// When an event happened: a day, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RawTime {
    /// A calendar day, nothing finer.
    Day(Date),
    /// An instant with the offset in which it was written.
    Instant(WrittenInstant),
}

impl RawTime {
    /// The calendar day as written, in the event's own offset.
    pub fn local_day(self) -> Date {
        match self {
            RawTime::Day(day) => day,
            RawTime::Instant(instant) => instant.local_day(),
        }
    }

    /// Reads `2022-03-18`, `2022-03-18T10:20:00.5+08:00`, `2022-03-18 10:20`, `2022/3/18`, `2022年3月18日`.
    /// A missing zone means +08:00. `None` if it is no such time.
    pub fn parse(given: &[u8]) -> Option<RawTime> {
        let given = given.trim_ascii();
        let (day, rest) = iso_day(given).or_else(|| loose_day(given))?;
        match rest {
            [] => Some(RawTime::Day(day)),
            [b'T' | b't' | b' ', clock @ ..] => {
                let (time, zone) = clock_time(clock.trim_ascii_start())?;
                WrittenInstant::new(DateTime::from_parts(day, time), zone_offset(zone)?).map(RawTime::Instant)
            }
            _ => None,
        }
    }
}

/// An instant that remembers the local date and offset in which it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WrittenInstant {
    local: DateTime,
    offset: Offset,
    timestamp: Timestamp,
}

impl WrittenInstant {
    /// `None` if the instant lies outside what [`Timestamp`] can hold.
    pub fn new(local: DateTime, offset: Offset) -> Option<WrittenInstant> {
        let timestamp = offset.to_timestamp(local).ok()?;
        Some(WrittenInstant { local, offset, timestamp })
    }

    /// The instant.
    pub fn timestamp(self) -> Timestamp {
        self.timestamp
    }

    /// The calendar day as written.
    pub fn local_day(self) -> Date {
        self.local.date()
    }

    /// Date and time of day as written.
    pub fn local(self) -> DateTime {
        self.local
    }

    /// The offset as written; +08:00 if none was.
    pub fn offset(self) -> Offset {
        self.offset
    }
}

/// `YYYY-MM-DD` and what follows.
fn iso_day(given: &[u8]) -> Option<(Date, &[u8])> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, rest @ ..] = given else { return None };
    let year = pair(*y0, *y1)? as i16 * 100 + pair(*y2, *y3)? as i16;
    let day = Date::new(year, pair(*m0, *m1)? as i8, pair(*d0, *d1)? as i8).ok()?;
    Some((day, rest))
}

/// `2022/3/18`, `2022.3.18`, `2022-3-18`, `2022年3月18日` and what follows.
fn loose_day(given: &[u8]) -> Option<(Date, &[u8])> {
    let (year, rest) = number(given, 4)?;
    let rest = strip(rest, &["/", "-", ".", "年"])?;
    let (month, rest) = number(rest, 2)?;
    let rest = strip(rest, &["/", "-", ".", "月"])?;
    let (day, rest) = number(rest, 2)?;
    let rest = rest.strip_prefix("日".as_bytes()).unwrap_or(rest);
    let day = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some((day, rest))
}

/// `HH:MM[:SS[.fraction]]` and what follows.
fn clock_time(given: &[u8]) -> Option<(Time, &[u8])> {
    let (hour, rest) = match given {
        [h0, h1, b':', rest @ ..] => (pair(*h0, *h1)?, rest),
        [h, b':', rest @ ..] => (pair(b'0', *h)?, rest),
        _ => return None,
    };
    let [m0, m1, rest @ ..] = rest else { return None };
    let minute = pair(*m0, *m1)?;
    let (second, nanosecond, rest) = match rest {
        [b':', s0, s1, rest @ ..] => {
            let (nanosecond, rest) = fraction(rest)?;
            (pair(*s0, *s1)?, nanosecond, rest)
        }
        rest => (0, 0, rest),
    };
    // A leap second is the last second of its minute; civil time has no sixtieth.
    let second = if second == 60 { 59 } else { second };
    let time = Time::new(hour as i8, minute as i8, second as i8, nanosecond).ok()?;
    Some((time, rest))
}

/// `.123` as nanoseconds; digits beyond the ninth are dropped.
fn fraction(given: &[u8]) -> Option<(i32, &[u8])> {
    let [b'.' | b',', digits @ ..] = given else { return Some((0, given)) };
    let n_digits = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(n_digits);
    if digits.is_empty() {
        return None;
    }
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9);
    Some((padded.fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')), rest))
}

/// Nothing, `Z`, `+08:00`, `+0800` or `+08`, alone to the end.
fn zone_offset(given: &[u8]) -> Option<Offset> {
    let (sign, hours, minutes) = match given.trim_ascii_start() {
        [] => return Offset::from_seconds(ZONE_IF_NONE_SECONDS).ok(),
        [b'Z' | b'z'] => return Some(Offset::UTC),
        [sign, h0, h1, b':', m0, m1] | [sign, h0, h1, m0, m1] => (*sign, pair(*h0, *h1)?, pair(*m0, *m1)?),
        [sign, h0, h1] => (*sign, pair(*h0, *h1)?, 0),
        _ => return None,
    };
    if minutes > 59 {
        return None;
    }
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    match sign {
        b'+' => Offset::from_seconds(seconds).ok(),
        b'-' => Offset::from_seconds(-seconds).ok(),
        _ => None,
    }
}

/// Two digits as a number of at most 99.
fn pair(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}

/// A number of one to `n_digits_max` digits and what follows it.
fn number(given: &[u8], n_digits_max: usize) -> Option<(i16, &[u8])> {
    let n_digits = given.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if n_digits == 0 || n_digits > n_digits_max {
        return None;
    }
    let (digits, rest) = given.split_at(n_digits);
    Some((digits.iter().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')), rest))
}

/// What follows the first of `marks` that `given` begins with.
fn strip<'a>(given: &'a [u8], marks: &[&str]) -> Option<&'a [u8]> {
    marks.iter().find_map(|mark| given.strip_prefix(mark.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, day: &str, instant: Option<&str>) {
        let time = RawTime::parse(given.as_bytes()).unwrap();
        assert_eq!(time.local_day().to_string(), day);
        let found = match time {
            RawTime::Day(_) => None,
            RawTime::Instant(instant) => Some(instant.timestamp().to_string()),
        };
        assert_eq!(found.as_deref(), instant);
    }

    #[test]
    fn days_and_instants_keep_the_day_they_were_written_with() {
        check("2022-03-18", "2022-03-18", None);
        check(" 2022/3/8 ", "2022-03-08", None);
        check("2022年3月18日", "2022-03-18", None);
        check("2006-07-24T00:00:00.000+02:00", "2006-07-24", Some("2006-07-23T22:00:00Z"));
        check("2022-03-18 10:20:00", "2022-03-18", Some("2022-03-18T02:20:00Z"));
        check("2022/3/18 9:05", "2022-03-18", Some("2022-03-18T01:05:00Z"));
        check("2022-03-18T23:59:60Z", "2022-03-18", Some("2022-03-18T23:59:59Z"));
        check("2022-03-18T10:20:00.1234567891-0530", "2022-03-18", Some("2022-03-18T15:50:00.123456789Z"));
        check("2022-03-18T10:20+08", "2022-03-18", Some("2022-03-18T02:20:00Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for given in [
            "",
            "2022",
            "2022-02-30",
            "2022-13-01",
            "2022-03-18T",
            "2022-03-18T25:00:00",
            "2022-03-18T10:20:00+99:00",
            "2022-03-18T10:20:00+08:60",
            "2022-03-18T10:20:00.Z",
            "2022-03-18x",
            "9999-12-31T23:59:59-20:00",
            "二〇二二年",
        ] {
            assert_eq!(RawTime::parse(given.as_bytes()), None, "{given}");
        }
    }

    proptest::proptest! {
        #[test]
        fn written_instants_read_back(seconds in -60_000_000_000_i64..250_000_000_000, zone in -12_i8..=14) {
            let offset = jiff::tz::offset(zone);
            let written = offset.to_datetime(Timestamp::from_second(seconds).unwrap());
            let sign = if zone < 0 { '-' } else { '+' };
            let text = format!("{written}{sign}{:02}:00", zone.abs());
            proptest::prop_assume!(written.year() >= 0);
            let RawTime::Instant(read) = RawTime::parse(text.as_bytes()).unwrap() else { panic!() };
            assert_eq!(read.timestamp().as_second(), seconds);
            assert_eq!(read.local_day(), written.date());
        }

        #[test]
        fn any_bytes_are_safe(bytes in proptest::collection::vec(0_u8.., 0..40)) {
            let _ = RawTime::parse(&bytes);
        }
    }
}
