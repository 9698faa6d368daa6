//! The log for everybody (tlog-tiles): checkpoint and hashes are public, the entries are for those who may read the ledger.

use app::log::LogError;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use lawbook::model::Thing;
use ledger::tiles::{LogPath, Tile, push_entry};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::state::WebState;
use crate::who::Who;

/// What never changes may be kept for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

pub fn router() -> Router<WebState> {
    Router::new()
        .route("/tlog/checkpoint", get(checkpoint))
        .route("/tlog/key", get(key))
        .route("/tlog/epoch", get(epochs))
        .route("/tlog/tile/{*path}", get(tile))
        .route("/tlog/proof/inclusion", get(inclusion))
        .route("/tlog/proof/consistency", get(consistency))
        .route("/tlog/cosign", post(cosign))
}

fn problem(error: LogError) -> Problem {
    app::Error::from(error).into()
}

/// The last signed checkpoint, with the signatures of witnesses.
async fn checkpoint(State(state): State<WebState>) -> Result<Response, Problem> {
    let note = state.log.checkpoint().await.map_err(problem)?;
    Ok(([(header::CONTENT_TYPE, TEXT)], note.to_string()).into_response())
}

/// The key it verifies with. Whoever wants to be sure has it from elsewhere.
async fn key(State(state): State<WebState>) -> Response {
    ([(header::CONTENT_TYPE, TEXT)], format!("{}\n", state.log.public_key())).into_response()
}

/// The breaks of the log, as they were stated, the oldest first.
async fn epochs(State(state): State<WebState>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "epochs": state.log.epochs().await.map_err(problem)? })))
}

/// A tile of hashes, or a bundle of entries.
async fn tile(
    State(state): State<WebState>,
    Path(path): Path<String>,
    who: Option<Who>,
) -> Result<Response, Problem> {
    let none = || Problem::new(StatusCode::NOT_FOUND, "not-found", "账本中没有这样的文件");
    let at: LogPath = format!("tile/{path}").parse().map_err(|_| none())?;
    let store = state.app.store();
    let signed = state.log.state().await.signed;
    match at {
        LogPath::Tile(Tile { level, index, width }) => {
            // What is not signed yet is shown to nobody.
            let last = index.checked_mul(256).and_then(|first| first.checked_add(width.into()));
            let shown =
                last.is_some_and(|last| last <= signed.checked_shr(8 * u32::from(level)).unwrap_or(0));
            let found = if shown { store.tile(level, index, width).await } else { Ok(None) };
            let bytes = found.map_err(app::Error::from)?.ok_or_else(none)?;
            Ok(([(header::CONTENT_TYPE, BYTES), (header::CACHE_CONTROL, FOR_EVER)], bytes).into_response())
        }
        LogPath::Entries { index, width } => {
            let who = who.ok_or_else(|| Problem::from(app::Error::Unknown))?;
            state.app.demand_may_read(&who.caller, Thing::Ledger)?;
            let first = index.checked_mul(256).ok_or_else(none)?;
            if first.checked_add(width.into()).is_none_or(|last| last > signed) {
                return Err(none());
            }
            let entries = store.entries(first, width.into()).await.map_err(app::Error::from)?;
            let mut bytes = Vec::new();
            for entry in &entries {
                push_entry(&mut bytes, entry).map_err(app::Error::internal)?;
            }
            Ok(([(header::CONTENT_TYPE, BYTES)], bytes).into_response())
        }
        LogPath::Checkpoint => Err(none()),
    }
}

#[derive(Deserialize)]
struct Inclusion {
    leaf: u64,
    size: u64,
}

/// Where a leaf stands in a log of some size.
async fn inclusion(
    State(state): State<WebState>,
    Query(of): Query<Inclusion>,
) -> Result<Json<Value>, Problem> {
    shown(&state, of.size).await?;
    let proof = state.log.inclusion(of.leaf, of.size).await.map_err(problem)?;
    Ok(Json(json!({ "leaf": of.leaf, "size": of.size, "proof": proof })))
}

#[derive(Deserialize)]
struct Consistency {
    old: u64,
    size: u64,
}

/// That a log of some size is an older one with leaves appended.
async fn consistency(
    State(state): State<WebState>,
    Query(of): Query<Consistency>,
) -> Result<Json<Value>, Problem> {
    shown(&state, of.size).await?;
    let proof = state.log.consistency(of.old, of.size).await.map_err(problem)?;
    Ok(Json(json!({ "old": of.old, "size": of.size, "proof": proof })))
}

async fn shown(state: &WebState, size: u64) -> Result<(), Problem> {
    match state.log.state().await.signed {
        signed if size <= signed => Ok(()),
        _ => Err(problem(LogError::NoSuch(format!("大小为 {size} 的已签署的账本")))),
    }
}

/// Takes the signature of a witness: the checkpoint as a signed note, with the witness' line.
async fn cosign(State(state): State<WebState>, note: Bytes) -> Result<Json<Value>, Problem> {
    let witnesses = state.log.cosign(&note).await.map_err(problem)?;
    Ok(Json(json!({ "witnesses": witnesses })))
}
