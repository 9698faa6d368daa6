//! Accounts, for the administrators.

use app::people::{AccountSummary, FirstLogin, NewAccount};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Json, Path, Query};
use crate::problem::Problem;
use crate::state::WebState;
use crate::who::Who;

pub fn router() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(accounts, open_account))
        .routes(routes!(close_account))
        .routes(routes!(move_account))
        .routes(routes!(unlock_account))
        .routes(routes!(reset_password))
}

/// An account, without its secrets.
#[derive(Serialize, ToSchema)]
struct AccountEntry {
    /// 账号
    login: String,
    /// 人员编号
    person: String,
    /// 姓名
    name: String,
    /// 单位
    unit: String,
    /// 中队
    squad: Option<String>,
    /// 三员之一
    administrator: Option<&'static str>,
    /// 已启用动态口令
    has_totp: bool,
    /// 锁定中
    locked: bool,
    /// 已注销
    closed: bool,
}

fn entry(account: AccountSummary) -> AccountEntry {
    AccountEntry {
        login: account.login,
        person: account.person,
        name: account.name,
        unit: account.unit,
        squad: account.squad,
        administrator: account.administrator.map(|which| which.post()),
        has_totp: account.has_totp,
        locked: account.locked,
        closed: account.closed,
    }
}

/// A password that works once.
#[derive(Serialize, ToSchema)]
struct FirstPassword {
    /// 账号
    login: String,
    /// 一次性密码，只显示这一次，首次登录须修改
    password: String,
}

fn first(first: FirstLogin) -> FirstPassword {
    FirstPassword { login: first.login, password: first.password }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct AccountsQuery {
    /// 从这个账号之后开始
    after: Option<String>,
    /// 最多几个，1 至 500
    #[param(minimum = 1, maximum = 500)]
    n: Option<u32>,
}

/// 账号列表
#[utoipa::path(get, path = "/accounts", tag = "账号", params(AccountsQuery),
    responses((status = 200, body = [AccountEntry]), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
async fn accounts(
    State(state): State<WebState>,
    who: Who,
    Query(query): Query<AccountsQuery>,
) -> Result<Json<Vec<AccountEntry>>, Problem> {
    let n = query.n.unwrap_or(100).clamp(1, 500);
    let found = state.app.accounts(&who.caller, query.after.as_deref(), n).await?;
    Ok(Json(found.into_iter().map(entry).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    /// 账号
    login: String,
    /// 人员编号
    person: String,
    /// 姓名
    name: String,
    /// 单位
    unit: String,
    /// 中队
    squad: Option<String>,
}

/// 开立账号（系统管理员）
#[utoipa::path(post, path = "/accounts", tag = "账号", request_body = AccountBody,
    responses((status = 201, body = FirstPassword), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
async fn open_account(
    State(state): State<WebState>,
    who: Who,
    Json(body): Json<AccountBody>,
) -> Result<(StatusCode, Json<FirstPassword>), Problem> {
    let new = NewAccount {
        login: body.login,
        person: body.person,
        name: body.name,
        unit: body.unit,
        squad: body.squad,
    };
    let made = state.app.open_account(&who.caller, new).await?;
    Ok((StatusCode::CREATED, Json(first(made))))
}

/// 注销账号（系统管理员）
#[utoipa::path(post, path = "/accounts/{login}/close", tag = "账号", params(("login" = String, Path, description = "账号")),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn close_account(
    State(state): State<WebState>,
    who: Who,
    Path(login): Path<String>,
) -> Result<StatusCode, Problem> {
    state.app.close_account(&who.caller, &login).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveBody {
    /// 单位
    unit: String,
    /// 中队
    squad: Option<String>,
}

/// 调动账号（系统管理员）
#[utoipa::path(post, path = "/accounts/{login}/move", tag = "账号", params(("login" = String, Path, description = "账号")),
    request_body = MoveBody,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn move_account(
    State(state): State<WebState>,
    who: Who,
    Path(login): Path<String>,
    Json(body): Json<MoveBody>,
) -> Result<StatusCode, Problem> {
    state.app.move_account(&who.caller, &login, &body.unit, body.squad.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 解锁账号（安全管理员）
#[utoipa::path(post, path = "/accounts/{login}/unlock", tag = "账号", params(("login" = String, Path, description = "账号")),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn unlock_account(
    State(state): State<WebState>,
    who: Who,
    Path(login): Path<String>,
) -> Result<StatusCode, Problem> {
    state.app.unlock_account(&who.caller, &login).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 重置密码（安全管理员；安全管理员本人的由系统管理员办理）
#[utoipa::path(post, path = "/accounts/{login}/reset", tag = "账号", params(("login" = String, Path, description = "账号")),
    responses((status = 200, body = FirstPassword), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn reset_password(
    State(state): State<WebState>,
    who: Who,
    Path(login): Path<String>,
) -> Result<Json<FirstPassword>, Problem> {
    Ok(Json(first(state.app.reset_password(&who.caller, &login).await?)))
}
