//! Who asks: the session cookie of a browser, or the token of a program; and that a form is the page's own (CSRF).

use app::Caller;
use app::people::session::Session;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::{HeaderMap, Method, StatusCode, header, request::Parts};
use axum_extra::extract::CookieJar;

use crate::problem::Problem;
use crate::state::WebState;

/// The name of the session cookie; the prefix binds it to this host and to TLS.
pub const COOKIE: &str = "__Host-guiju";
/// Its name without TLS, for a first look on one's own machine.
pub const COOKIE_PLAIN: &str = "guiju";
/// The header that carries a form's secret.
pub const FORM_HEADER: &str = "x-guiju-form";

/// Who asks.
pub struct Who {
    /// The person.
    pub caller: Caller,
    /// How it came in: by a session, with its secret, or by a token.
    pub session: Option<(String, Session)>,
}

impl Who {
    /// The session's secret.
    ///
    /// # Errors
    /// A problem for a token.
    pub fn secret(&self) -> Result<&str, Problem> {
        let none = || Problem::new(StatusCode::FORBIDDEN, "forbidden", "此事须本人登录办理，不能用访问令牌");
        self.session.as_ref().map(|(secret, _)| secret.as_str()).ok_or_else(none)
    }
}

impl FromRequestParts<WebState> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Who, Problem> {
        let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some(token) = bearer.and_then(|value| value.strip_prefix("Bearer ")) {
            let caller = state.app.caller_of_token(token.trim()).await?;
            return Ok(Who { caller, session: None });
        }
        let secret = session_secret(&parts.headers).ok_or_else(|| Problem::from(app::Error::Unknown))?;
        let (caller, session) = state.app.caller_of_session(&secret).await?;
        if !is_reading(&parts.method) {
            own_form(&parts.headers, &session)?;
        }
        Ok(Who { caller, session: Some((secret, session)) })
    }
}

impl OptionalFromRequestParts<WebState> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Option<Who>, Problem> {
        let named =
            session_secret(&parts.headers).is_some() || parts.headers.contains_key(header::AUTHORIZATION);
        if !named {
            return Ok(None);
        }
        <Who as FromRequestParts<WebState>>::from_request_parts(parts, state).await.map(Some)
    }
}

/// The secret a browser sent.
pub fn session_secret(headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(COOKIE).or_else(|| jar.get(COOKIE_PLAIN)).map(|cookie| cookie.value().to_owned())
}

fn is_reading(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A request that changes something comes from our own page and carries the session's form secret.
fn own_form(headers: &HeaderMap, session: &Session) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let same_site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let given = text(FORM_HEADER).unwrap_or_default();
    if same_site && same_bytes(given.as_bytes(), session.form_secret.as_bytes()) {
        Ok(())
    } else {
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "foreign-form",
            "请求不是从本系统页面发出的，请刷新页面后重试",
        ))
    }
}

/// Compares without telling by the time it takes how much was right.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
