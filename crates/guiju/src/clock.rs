//! The one place where the clock is read.

use jiff::Timestamp;
use jiff::civil::Date;
use terms::Moment;

/// The instant now.
pub fn now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command line is the edge: what is asked of the core carries its instant"
    )]
    Timestamp::now()
}

/// Today, in the agency's zone.
pub fn today() -> Date {
    Moment::Instant(now()).day()
}
