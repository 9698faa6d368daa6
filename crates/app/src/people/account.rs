//! Accounts: a person's way in, and what stops someone who guesses.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::totp::Step;

/// Wrong passwords before an account is locked.
pub const N_FAILURES_MAX: u32 = 5;
/// How long the first lock holds, in minutes; each further failure doubles it.
pub const LOCK_MINUTES: i64 = 15;
/// The longest lock, in minutes: a day.
pub const LOCK_MINUTES_MAX: i64 = 24 * 60;
/// Earlier passwords that may not be used again.
pub const N_USED_KEPT: usize = 5;

/// One of the three administrators (三员分立). None of them acts in a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Administrator {
    /// 系统管理员: units, persons, accounts, running.
    System,
    /// 安全管理员: posts, locks, policies.
    Security,
    /// 审计管理员: the logs, those of the other two among them.
    Audit,
}

impl Administrator {
    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Administrator::System => "系统管理员",
            Administrator::Security => "安全管理员",
            Administrator::Audit => "审计管理员",
        }
    }

    /// The post in which it acts in the registers.
    #[must_use]
    pub fn post(self) -> &'static str {
        match self {
            Administrator::System => "system-administrator",
            Administrator::Security => "security-administrator",
            Administrator::Audit => "audit-administrator",
        }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Account {
    /// The name one logs in with, in lower case.
    pub login: String,
    /// The person, as acts name it.
    pub person: String,
    /// The name of the person, for people.
    pub name: String,
    /// The unit whose matters the person works on.
    pub unit: String,
    /// The squad within the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squad: Option<String>,
    /// Which administrator this is, if one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator: Option<Administrator>,
    /// The password as a PHC string.
    pub password: String,
    /// Earlier passwords, latest first.
    #[serde(default)]
    pub used: Vec<String>,
    /// Whether the password has to be changed before anything else.
    pub must_change: bool,
    /// The sealed TOTP secret, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<String>,
    /// The last step a code was taken for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp_step: Option<Step>,
    /// Wrong passwords in a row.
    #[serde(default)]
    pub n_failures: u32,
    /// Locked until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<Timestamp>,
    /// Closed for good.
    #[serde(default)]
    pub closed: bool,
}

/// Why nobody gets in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Account or password, it is not said which.
    #[error("账号或者密码不正确")]
    Wrong,
    /// Too many wrong ones.
    #[error("密码连续输错，账号锁定至 {until}；急用请找安全管理员解锁")]
    Locked {
        /// Until then.
        until: Timestamp,
    },
    /// The second proof is asked for.
    #[error("请输入动态口令")]
    CodeWanted,
    /// The second proof is wrong or was used.
    #[error("动态口令不正确或者已经用过，请等下一个")]
    CodeWrong,
}

impl Account {
    /// Whether the account is locked at an instant.
    #[must_use]
    pub fn lock(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked_until.filter(|until| *until > now)
    }

    /// Notes a wrong password or code.
    pub fn fail(&mut self, now: Timestamp) {
        self.n_failures = self.n_failures.saturating_add(1);
        if self.n_failures >= N_FAILURES_MAX {
            let doublings = (self.n_failures - N_FAILURES_MAX).min(10);
            let minutes = (LOCK_MINUTES << doublings).min(LOCK_MINUTES_MAX);
            self.locked_until = now.checked_add(SignedDuration::from_mins(minutes)).ok();
        }
    }

    /// Notes that someone got in.
    pub fn succeed(&mut self, step: Option<Step>) {
        self.n_failures = 0;
        self.locked_until = None;
        self.totp_step = step.or(self.totp_step);
    }

    /// Takes a new password's hash.
    pub fn change_password(&mut self, hash: String) {
        let old = std::mem::replace(&mut self.password, hash);
        self.used.insert(0, old);
        self.used.truncate(N_USED_KEPT);
        self.must_change = false;
        self.succeed(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn account() -> Account {
        Account {
            login: "zhangsan".into(),
            person: "p-017".into(),
            name: "张三".into(),
            unit: "unit".into(),
            squad: None,
            administrator: None,
            password: "first".into(),
            used: Vec::new(),
            must_change: true,
            totp: None,
            totp_step: None,
            n_failures: 0,
            locked_until: None,
            closed: false,
        }
    }

    #[test]
    fn the_fifth_wrong_password_locks_and_the_lock_grows() {
        let now: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
        let mut account = account();
        for _ in 1..N_FAILURES_MAX {
            account.fail(now);
            assert_eq!(account.lock(now), None);
        }
        let minutes = |account: &Account| account.lock(now).map(|until| now.duration_until(until).as_mins());
        account.fail(now);
        assert_eq!(minutes(&account), Some(15));
        account.fail(now);
        assert_eq!(minutes(&account), Some(30));
        for _ in 0..100 {
            account.fail(now);
        }
        assert_eq!(minutes(&account), Some(LOCK_MINUTES_MAX));
        let later = now.checked_add(SignedDuration::from_mins(LOCK_MINUTES_MAX)).unwrap();
        assert_eq!(account.lock(later), None);
        account.succeed(Some(4));
        assert_eq!((account.n_failures, account.locked_until, account.totp_step), (0, None, Some(4)));
    }

    #[test]
    fn earlier_passwords_are_kept_up_to_a_number() {
        let mut account = account();
        for number in 0..10 {
            account.change_password(format!("hash {number}"));
        }
        assert_eq!(account.used, ["hash 8", "hash 7", "hash 6", "hash 5", "hash 4"]);
        assert!(!account.must_change);
    }
}
