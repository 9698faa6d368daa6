//! Sessions and tokens: who it is that asks, without the password each time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

/// A session nobody uses ends after so many minutes.
pub const IDLE_MINUTES: i64 = 30;
/// A session ends after so many hours in any case.
pub const ABSOLUTE_HOURS: i64 = 12;
/// A session's last use is written down again after so many seconds, not at every page.
pub const TOUCH_SECONDS: i64 = 60;

/// A login that lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Session {
    /// Whose.
    pub login: String,
    /// When it began.
    pub begun: Timestamp,
    /// When it was last used, to the minute.
    pub used: Timestamp,
    /// From which address.
    pub address: String,
    /// With which browser.
    pub agent: String,
    /// The secret that forms of this session carry (CSRF).
    pub form_secret: String,
}

impl Session {
    /// When it ends if nobody uses it any more.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        let idle = self.used.saturating_add(SignedDuration::from_mins(IDLE_MINUTES));
        let absolute = self.begun.saturating_add(SignedDuration::from_hours(ABSOLUTE_HOURS));
        match (idle, absolute) {
            (Ok(idle), Ok(absolute)) => idle.min(absolute),
            _ => self.begun,
        }
    }

    /// Whether it still holds.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        now < self.ends()
    }

    /// Whether its last use is worth writing down.
    #[must_use]
    pub fn worth_touching(&self, now: Timestamp) -> bool {
        self.used.duration_until(now).as_secs() >= TOUCH_SECONDS
    }
}

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Read what its owner may read.
    Read,
    /// Record acts its owner may do.
    Act,
    /// Sign checkpoints as a witness.
    Witness,
    /// Read figures of the running program.
    Metrics,
}

/// A token for a program (访问令牌).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Token {
    /// Whose rights it has, at most.
    pub login: String,
    /// What it is for, in the owner's words.
    pub title: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
}

/// How a secret that is shown once is kept: its SM3, in hex. The secret has 256 random bits, so no salt is needed.
#[must_use]
pub fn digest(secret: &str) -> String {
    Sm3::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let begun = "2026-03-02T08:00:00Z".parse().unwrap();
        Session {
            login: "zhangsan".into(),
            begun,
            used: begun,
            address: "127.0.0.1".into(),
            agent: "test".into(),
            form_secret: String::new(),
        }
    }

    #[test]
    fn an_unused_session_ends_after_half_an_hour_and_any_after_twelve_hours() {
        let mut session = session();
        let after = |minutes: i64| session_start().checked_add(SignedDuration::from_mins(minutes)).unwrap();
        assert!(session.holds(after(29)));
        assert!(!session.holds(after(30)));
        session.used = after(29);
        assert!(session.holds(after(58)));
        session.used = after(12 * 60 - 5);
        assert!(session.holds(after(12 * 60 - 1)));
        assert!(!session.holds(after(12 * 60)));
    }

    fn session_start() -> Timestamp {
        session().begun
    }

    #[test]
    fn the_last_use_is_written_once_a_minute() {
        let session = session();
        let after = |seconds: i64| session.begun.checked_add(SignedDuration::from_secs(seconds)).unwrap();
        assert!(!session.worth_touching(after(59)));
        assert!(session.worth_touching(after(60)));
    }

    #[test]
    fn a_secret_is_kept_as_its_digest() {
        // GB/T 32905 appendix A.1.
        assert_eq!(digest("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }
}
