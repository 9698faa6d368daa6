//! Errors as programs read them: `application/problem+json` (RFC 9457), with the refusal inside.

use app::Error;
use app::people::account::LoginError;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use store::{AppendError, StoreError};
use utoipa::ToSchema;

/// What went wrong, in the shape of RFC 9457.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem: `/problems/refused`, `/problems/conflict` …
    #[serde(rename = "type")]
    pub kind: String,
    /// The status of the answer.
    pub status: u16,
    /// What happened, for the person in front of it.
    pub title: String,
    /// What the law asks for, as `try` answers it; what another person recorded; the gates that only warn.
    #[serde(flatten)]
    #[schema(additional_properties)]
    pub more: Map<String, Json>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &str, title: impl Into<String>) -> Problem {
        Problem {
            kind: format!("/problems/{kind}"),
            status: status.as_u16(),
            title: title.into(),
            more: Map::new(),
        }
    }

    /// With something more to tell.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Json>) -> Problem {
        self.more.insert(key.to_owned(), value.into());
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(HeaderName::from_static("www-authenticate"), HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let title = error.to_string();
        let plain = |status: StatusCode, kind: &str| Problem::new(status, kind, title.clone());
        match error {
            Error::Unknown => plain(StatusCode::UNAUTHORIZED, "unknown"),
            Error::Forbidden { .. } => plain(StatusCode::FORBIDDEN, "forbidden"),
            Error::NotFound { .. } => plain(StatusCode::NOT_FOUND, "not-found"),
            Error::Refused { answer, .. } => {
                plain(StatusCode::UNPROCESSABLE_ENTITY, "refused").with("refusal", answer)
            }
            Error::Unacknowledged { answer, .. } => {
                plain(StatusCode::UNPROCESSABLE_ENTITY, "unacknowledged").with("answer", answer)
            }
            Error::Invalid { .. } => plain(StatusCode::BAD_REQUEST, "invalid"),
            Error::Weak(weak) => {
                let reasons: Vec<String> = weak.iter().map(ToString::to_string).collect();
                plain(StatusCode::BAD_REQUEST, "weak-password").with("reasons", reasons)
            }
            Error::Login(LoginError::Wrong) => plain(StatusCode::UNAUTHORIZED, "login-wrong"),
            Error::Login(LoginError::CodeWanted) => plain(StatusCode::UNAUTHORIZED, "code-wanted"),
            Error::Login(LoginError::CodeWrong) => plain(StatusCode::UNAUTHORIZED, "code-wrong"),
            Error::Login(LoginError::Locked { until }) => {
                plain(StatusCode::LOCKED, "locked").with("until", until.to_string())
            }
            Error::Append(error) => append(error, plain),
            Error::Store(error) => store(&error, plain),
            Error::Log(error) => {
                tracing::error!(%error, "the log does not sign");
                plain(StatusCode::SERVICE_UNAVAILABLE, "log")
            }
            Error::Chance(_) | Error::Internal { .. } => {
                tracing::error!(error = title, "a request failed");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "程序出错，已记入运行日志")
            }
        }
    }
}

fn append(error: AppendError, plain: impl Fn(StatusCode, &str) -> Problem) -> Problem {
    match error {
        AppendError::Conflict { current, since, .. } => {
            // What others did is told by number and kind; its contents are read as any act is.
            let did = |act: &store::StoredAct| {
                let line = act.line().unwrap_or_default();
                let copy = |key: &str| line.get(key).cloned().unwrap_or(Json::Null);
                serde_json::json!({
                    "seq": act.seq, "act": copy("act"), "at": copy("at"), "by": copy("by"), "recorded": copy("recorded"),
                })
            };
            let since: Vec<Json> = since.iter().map(did).collect();
            plain(StatusCode::CONFLICT, "conflict").with("current", current).with("since", since)
        }
        AppendError::SeenChanged { .. } => plain(StatusCode::CONFLICT, "seen-changed"),
        AppendError::KeyReused { .. } => plain(StatusCode::CONFLICT, "key-reused"),
        AppendError::Exists { .. } => plain(StatusCode::CONFLICT, "exists"),
        AppendError::Invalid { .. } => plain(StatusCode::BAD_REQUEST, "invalid"),
        AppendError::Store(error) => store(&error, plain),
    }
}

fn store(error: &StoreError, plain: impl Fn(StatusCode, &str) -> Problem) -> Problem {
    match error {
        StoreError::Full(_) => {
            tracing::error!(%error, "the disk is full");
            plain(StatusCode::INSUFFICIENT_STORAGE, "disk-full")
        }
        StoreError::ReadOnly(_) | StoreError::Lost(_) | StoreError::Unreachable(_) => {
            tracing::error!(%error, source = ?std::error::Error::source(error).map(ToString::to_string), "the store is away");
            plain(StatusCode::SERVICE_UNAVAILABLE, "store-away")
        }
        StoreError::Cursor { .. } => plain(StatusCode::BAD_REQUEST, "cursor"),
        StoreError::DocChanged { .. } => plain(StatusCode::CONFLICT, "changed"),
        other => {
            tracing::error!(error = %other, source = ?std::error::Error::source(other).map(ToString::to_string), "the store failed");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "数据库出错，已记入运行日志")
        }
    }
}
