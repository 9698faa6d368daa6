//! Puts the routes together, and runs them until the program is asked to stop.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_swagger_ui::SwaggerUi;

use crate::problem::Problem;
use crate::state::WebState;
use crate::{address, api, headers, health, tlog};

/// Every route, with what is done around each of them.
pub fn router(state: WebState) -> Router {
    let (api, description) = api::router().split_for_parts();
    let settings = state.settings.clone();
    let mut router = Router::new()
        .merge(api)
        .merge(health::router())
        .merge(tlog::router())
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .with_state(state.clone())
        .merge(viewer(description))
        .layer(DefaultBodyLimit::max(settings.n_bytes_max))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(settings.n_seconds_max),
        ))
        .layer(from_fn_with_state(state.clone(), limit_rate))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state, count));
    for layer in headers::layers(settings.secure) {
        router = router.layer(layer);
    }
    router
}

/// Serves until `stop` is done, then finishes what was accepted.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    state: WebState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}

/// The offline viewer of the API's description. Its page carries a style of its own, and pictures in it.
fn viewer(description: utoipa::openapi::OpenApi) -> Router {
    let viewer: Router = SwaggerUi::new("/api-docs").url("/api/v1/openapi.json", description).into();
    viewer.layer(headers::of_viewer())
}

async fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not-found", "没有这个地址")
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "这个地址不接受这种请求")
}

fn panicked(reason: Box<dyn std::any::Any + Send>) -> Response {
    let text = reason
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| reason.downcast_ref::<&str>().copied());
    tracing::error!(reason = text.unwrap_or("?"), "a request panicked");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "程序出错，已记入运行日志").into_response()
}

/// Lets an address so many requests pass.
async fn limit_rate(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let address = address::address(request.headers(), connection, state.settings.behind_proxy);
    if state.requests.check_key(&address).is_err() {
        let title = "请求太频繁，请稍后再试";
        return Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", title).into_response();
    }
    next.run(request).await
}

/// Counts and times requests by route, never by address: addresses hold numbers of matters.
async fn count(State(_): State<WebState>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().to_string();
    let route =
        request.extensions().get::<MatchedPath>().map_or("other".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let took = begun.elapsed();
    metrics::counter!("guiju_requests_total", "method" => method.clone(), "route" => route.clone(), "status" => status.clone())
        .increment(1);
    metrics::histogram!("guiju_request_seconds", "route" => route.clone()).record(took.as_secs_f64());
    tracing::info!(method, route, status, took_ms = took.as_millis() as u64, "request");
    response
}
