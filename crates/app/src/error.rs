//! What can stand in the way of a use case. Messages are Chinese: they reach the officer.

use serde_json::Value as Json;
use store::{AppendError, StoreError};

use crate::clock::NoChance;
use crate::people::account::LoginError;
use crate::people::password::Weakness;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is logged in, or the session or token holds no more.
    #[error("请先登录")]
    Unknown,
    /// Whoever it is may not do that.
    #[error("{why}")]
    Forbidden {
        /// Why.
        why: String,
    },
    /// There is no such thing, or it may not be seen; it is not said which.
    #[error("没有找到{what}")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// The law does not allow the act yet (不予通过). Refusing is not failing.
    #[error("不予通过：尚有 {n} 项条件未满足")]
    Refused {
        /// How many gates are unmet.
        n: usize,
        /// The answer of `try`: `{"accepted":false,"unmet":…,"warnings":…}`.
        answer: Json,
    },
    /// There are warnings that were not acknowledged with a reason (提醒未确认).
    #[error("有 {n} 项提醒须写明理由后再办理")]
    Unacknowledged {
        /// How many.
        n: usize,
        /// The answer of `try`, with the warnings.
        answer: Json,
    },
    /// What was given does not fit.
    #[error("{why}")]
    Invalid {
        /// What is wrong.
        why: String,
    },
    /// A new password is too weak.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("；"))]
    Weak(Vec<Weakness>),
    /// Logging in failed.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// Another person was faster, or the store could not.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no randomness.
    #[error(transparent)]
    Chance(#[from] NoChance),
    /// The log does not sign or prove.
    #[error(transparent)]
    Log(crate::log::LogError),
    /// A mistake of the program.
    #[error("程序出错：{why}")]
    Internal {
        /// For the log.
        why: String,
    },
}

/// What use cases answer.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Not allowed, and why.
    pub fn forbidden(why: impl Into<String>) -> Error {
        Error::Forbidden { why: why.into() }
    }

    /// Does not fit, and why.
    pub fn invalid(why: impl ToString) -> Error {
        Error::Invalid { why: why.to_string() }
    }

    /// A mistake of the program.
    pub fn internal(why: impl ToString) -> Error {
        Error::Internal { why: why.to_string() }
    }

    /// Nothing of that kind, as far as the caller may know.
    pub fn not_found(what: impl Into<String>) -> Error {
        Error::NotFound { what: what.into() }
    }
}
