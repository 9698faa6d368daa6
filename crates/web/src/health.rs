//! Whether the program lives (`/healthz`), whether it can work (`/readyz`), and its figures (`/metrics`).

use app::people::session::Scope;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use store::Replication;

use crate::problem::Problem;
use crate::state::WebState;
use crate::who::Who;

/// The figures of the running program.
pub type Figures = metrics_exporter_prometheus::PrometheusHandle;

/// Begins to count. Once in a program.
///
/// # Errors
/// When something else counts already.
pub fn figures() -> Result<Figures, metrics_exporter_prometheus::BuildError> {
    metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder()
}

pub fn router() -> Router<WebState> {
    Router::new().route("/healthz", get(lives)).route("/readyz", get(ready)).route("/metrics", get(shown))
}

async fn lives() -> &'static str {
    "ok\n"
}

/// Whether acts can be recorded, and whether a second machine has them.
async fn ready(State(state): State<WebState>) -> Response {
    let log = state.log.state().await;
    match state.app.store().health().await {
        Ok(health) => {
            let is_ready = health.writable && log.refused.is_none();
            let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            let replication = match health.replication {
                Replication::None => "none",
                Replication::Asynchronous => "asynchronous",
                Replication::Synchronous => "synchronous",
            };
            let body = json!({
                "writable": health.writable, "replication": replication, "schema": health.schema, "acts": health.size,
                "log": { "signed": log.signed, "refused": log.refused },
            });
            (status, Json(body)).into_response()
        }
        Err(error) => Problem::from(app::Error::from(error)).into_response(),
    }
}

/// For a token with the scope `metrics`, or an administrator.
async fn shown(State(state): State<WebState>, who: Who) -> Result<Response, Problem> {
    if who.caller.administrator.is_none() {
        who.caller.demand(Scope::Metrics)?;
        if who.session.is_some() {
            return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "运行指标由三员或者专用令牌查看"));
        }
    }
    let text = state.metrics.render();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}
