//! Matters: begin one, act in it, read it.

use app::{Proposal, Recorded};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::MatterKey;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Json, Path};
use crate::problem::Problem;
use crate::state::WebState;
use crate::who::Who;

pub fn router() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(import))
        .routes(routes!(matter))
        .routes(routes!(next))
        .routes(routes!(act))
        .routes(routes!(try_act))
        .routes(routes!(bundle))
}

/// The header that names a request, so that a repeated one records once.
const COMMAND: &str = "idempotency-key";

fn command(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(COMMAND) else { return Ok(None) };
    let wrong =
        || Problem::new(StatusCode::BAD_REQUEST, "invalid", "idempotency-key 为 1 至 200 个 ASCII 字符");
    let text = value.to_str().map_err(|_| wrong())?;
    if text.is_empty() || text.len() > 200 { Err(wrong()) } else { Ok(Some(text.to_owned())) }
}

/// A matter to begin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenBody {
    /// 程序
    procedure: String,
    /// 第一个环节，写法同记录行；当事人写在 parties 中
    #[schema(value_type = Object)]
    act: Map<String, Value>,
}

/// An act to record.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ActBody {
    /// 办理时看到的环节数；其间他人有新的记录则不记录，答 409
    expected: Option<u32>,
    /// 环节，写法同记录行：act、at、by、strand、about、outcome、fields、adopted、acknowledged
    #[schema(value_type = Object)]
    act: Map<String, Value>,
}

/// What was recorded.
#[derive(Serialize, ToSchema)]
struct RecordedBody {
    /// 单位
    unit: String,
    /// 事项号
    matter: String,
    /// 现有环节数
    version: u32,
    /// 本环节序号
    seq: u32,
    /// 在账本中的位置
    leaf: u64,
    /// 文号
    number: Option<String>,
    /// 由此起算的期限
    #[schema(value_type = Vec<Object>)]
    limits: Vec<Value>,
    /// 是重复的请求，先前已经记录
    repeated: bool,
}

fn body(recorded: Recorded) -> RecordedBody {
    RecordedBody {
        unit: recorded.key.unit,
        matter: recorded.key.matter,
        version: recorded.version,
        seq: recorded.seq,
        leaf: recorded.leaf,
        number: recorded.number,
        limits: recorded.limits,
        repeated: recorded.repeated,
    }
}

/// 开始一个事项
#[utoipa::path(post, path = "/matters", tag = "事项", request_body = OpenBody,
    params(("idempotency-key" = Option<String>, Header, description = "请求编号：重复提交只记录一次")),
    responses((status = 201, body = RecordedBody), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn open(
    State(state): State<WebState>,
    who: Who,
    headers: HeaderMap,
    Json(given): Json<OpenBody>,
) -> Result<(StatusCode, Json<RecordedBody>), Problem> {
    let key = MatterKey::new(who.caller.unit.clone(), "");
    let proposal = Proposal { key, expected: Some(0), line: given.act, command: command(&headers)? };
    let recorded = state.app.open(&who.caller, &given.procedure, proposal).await?;
    Ok((StatusCode::CREATED, Json(body(recorded))))
}

/// A record to take over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportBody {
    /// 记录行，第一行带卷首
    #[schema(value_type = Vec<Object>)]
    lines: Vec<Value>,
}

/// What was taken over.
#[derive(Serialize, ToSchema)]
struct Imported {
    /// 单位
    unit: String,
    /// 事项号
    matter: String,
    /// 环节数
    n_acts: u32,
}

/// 导入已有案卷（档案员、人事）：不过关口，照样评查
#[utoipa::path(post, path = "/import", tag = "事项", request_body = ImportBody,
    responses((status = 201, body = Imported), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem)))]
async fn import(
    State(state): State<WebState>,
    who: Who,
    Json(given): Json<ImportBody>,
) -> Result<(StatusCode, Json<Imported>), Problem> {
    let (key, n_acts) = state.app.import(&who.caller, &given.lines).await?;
    Ok((StatusCode::CREATED, Json(Imported { unit: key.unit, matter: key.matter, n_acts })))
}

type Key = Path<(String, String)>;

fn key(Path((unit, matter)): Key) -> MatterKey {
    MatterKey::new(unit, matter)
}

/// 一个事项：环节、效力、问题
#[utoipa::path(get, path = "/matters/{unit}/{matter}", tag = "事项",
    params(("unit" = String, Path, description = "单位"), ("matter" = String, Path, description = "事项号")),
    responses((status = 200, body = Object), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn matter(
    State(state): State<WebState>,
    who: Who,
    path: Key,
) -> Result<Json<app::MatterPage>, Problem> {
    Ok(Json(state.app.matter(&who.caller, &key(path)).await?))
}

/// 下一步：现在能办什么，不能办什么及原因
#[utoipa::path(get, path = "/matters/{unit}/{matter}/next", tag = "事项",
    params(("unit" = String, Path, description = "单位"), ("matter" = String, Path, description = "事项号")),
    responses((status = 200, body = Object), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn next(State(state): State<WebState>, who: Who, path: Key) -> Result<Json<Value>, Problem> {
    Ok(Json(state.app.next(&who.caller, &key(path)).await?))
}

/// 办理一个环节
#[utoipa::path(post, path = "/matters/{unit}/{matter}/acts", tag = "事项", request_body = ActBody,
    params(("unit" = String, Path, description = "单位"), ("matter" = String, Path, description = "事项号"),
        ("idempotency-key" = Option<String>, Header, description = "请求编号：重复提交只记录一次")),
    responses((status = 201, body = RecordedBody), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn act(
    State(state): State<WebState>,
    who: Who,
    path: Key,
    headers: HeaderMap,
    Json(given): Json<ActBody>,
) -> Result<(StatusCode, Json<RecordedBody>), Problem> {
    let proposal =
        Proposal { key: key(path), expected: given.expected, line: given.act, command: command(&headers)? };
    Ok((StatusCode::CREATED, Json(body(state.app.act(&who.caller, &proposal).await?))))
}

/// 试办：能否通过，缺什么；不记录
#[utoipa::path(post, path = "/matters/{unit}/{matter}/try", tag = "事项", request_body = ActBody,
    params(("unit" = String, Path, description = "单位"), ("matter" = String, Path, description = "事项号")),
    responses((status = 200, body = Object), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn try_act(
    State(state): State<WebState>,
    who: Who,
    path: Key,
    Json(given): Json<ActBody>,
) -> Result<Json<Value>, Problem> {
    let proposal = Proposal { key: key(path), expected: given.expected, line: given.act, command: None };
    Ok(Json(state.app.try_act(&who.caller, &proposal).await?))
}

/// 卷宗包：一个事项连同证明，可离线核对；须能查阅其中的个人信息
#[utoipa::path(get, path = "/matters/{unit}/{matter}/bundle", tag = "事项",
    params(("unit" = String, Path, description = "单位"), ("matter" = String, Path, description = "事项号")),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 503, body = Problem)))]
async fn bundle(State(state): State<WebState>, who: Who, path: Key) -> Result<impl IntoResponse, Problem> {
    let bytes = state.log.bundle(&who.caller, &key(path)).await?;
    Ok(([(header::CONTENT_TYPE, "application/zip")], bytes))
}
