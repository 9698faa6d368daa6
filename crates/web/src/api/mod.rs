//! The REST API under `/api/v1`, described by OpenAPI 3.1.

mod accounts;
mod law;
mod lists;
mod matters;
mod me;

use axum::extract::FromRequest;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use crate::problem::Problem;
use crate::state::WebState;
use crate::who::{COOKIE, FORM_HEADER};

/// A JSON body; what does not fit is told as a problem.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub struct Json<T>(pub T);

impl<T: serde::Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Problem {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "请求内容太大")
            }
            _ => invalid(rejection.body_text()),
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Problem {
        invalid(rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Problem {
        invalid(rejection.body_text())
    }
}

fn invalid(why: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid", "请求格式不对").with("reason", why)
}

/// Parts of the address; what does not fit is told as a problem.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

/// The question behind `?`; what does not fit is told as a problem.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "规矩 Guiju",
        description = "办案、留痕、评查的接口。出错时答 application/problem+json；不予通过时 refusal 写明每一项未满足的条件、依据和下一步。",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    modifiers(&Security),
    security(("session" = []), ("token" = []))
)]
struct Api;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_with(Default::default);
        let cookie = ApiKeyValue::with_description(
            COOKIE,
            &format!("登录后的会话；改动数据的请求另须在 {FORM_HEADER} 中带上登录时给的 form"),
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("访问令牌")).build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

/// The routes, with their description.
pub fn router() -> OpenApiRouter<WebState> {
    let v1 = OpenApiRouter::new()
        .merge(me::router())
        .merge(accounts::router())
        .merge(matters::router())
        .merge(lists::router())
        .merge(law::router());
    OpenApiRouter::with_openapi(Api::openapi()).nest("/api/v1", v1)
}
