//! Logging in and out, and what is one's own: password, second proof, sessions, tokens.

use app::Caller;
use app::people::Login;
use app::people::session::Scope;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Json, Path};
use crate::address::Address;
use crate::problem::Problem;
use crate::state::WebState;
use crate::who::{COOKIE, COOKIE_PLAIN, Who};

pub fn router() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(log_out))
        .routes(routes!(me))
        .routes(routes!(change_password))
        .routes(routes!(begin_totp, confirm_totp))
        .routes(routes!(drop_totp))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
        .routes(routes!(tokens, make_token))
        .routes(routes!(revoke_token))
}

/// What a person types to get in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LoginBody {
    /// 账号
    login: String,
    /// 密码
    password: String,
    /// 动态口令
    code: Option<String>,
}

/// Who is in.
#[derive(Serialize, ToSchema)]
struct Me {
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
    /// 岗位
    posts: Vec<String>,
    /// 三员之一
    administrator: Option<&'static str>,
    /// 须先修改密码
    must_change: bool,
    /// 改动数据的请求须在 x-guiju-form 中带上它；用令牌时没有
    form: Option<String>,
}

fn about(caller: Caller, form: Option<String>) -> Me {
    Me {
        login: caller.login,
        person: caller.person,
        name: caller.name,
        unit: caller.unit,
        squad: caller.squad,
        posts: caller.posts,
        administrator: caller.administrator.map(|which| which.post()),
        must_change: caller.must_change,
        form,
    }
}

fn cookie(state: &WebState, secret: String) -> Cookie<'static> {
    let secure = state.settings.secure;
    Cookie::build((if secure { COOKIE } else { COOKIE_PLAIN }, secret))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build()
}

/// 登录
#[utoipa::path(post, path = "/login", tag = "登录", security(()), request_body = LoginBody,
    responses((status = 200, body = Me), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 423, body = Problem), (status = 429, body = Problem)))]
async fn log_in(
    State(state): State<WebState>,
    Address(address): Address,
    headers: HeaderMap,
    jar: CookieJar,
    Json(body): Json<LoginBody>,
) -> Result<(CookieJar, Json<Me>), Problem> {
    if state.logins.check_key(&address).is_err() {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "登录太频繁，请一分钟后再试"));
    }
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let login = Login {
        login: body.login,
        password: body.password,
        code: body.code,
        address: address.to_string(),
        agent: agent.to_owned(),
    };
    let (secret, _) = state.app.log_in(&login).await?;
    let (caller, session) = state.app.caller_of_session(&secret).await?;
    let jar = jar.add(cookie(&state, secret));
    Ok((jar, Json(about(caller, Some(session.form_secret)))))
}

/// 退出
#[utoipa::path(post, path = "/logout", tag = "登录",
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn log_out(
    State(state): State<WebState>,
    who: Who,
    jar: CookieJar,
) -> Result<(CookieJar, StatusCode), Problem> {
    state.app.log_out(who.secret()?).await?;
    let mut gone = cookie(&state, String::new());
    gone.make_removal();
    Ok((jar.add(gone), StatusCode::NO_CONTENT))
}

/// 我是谁
#[utoipa::path(get, path = "/me", tag = "登录", responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn me(who: Who) -> Json<Me> {
    let form = who.session.map(|(_, session)| session.form_secret);
    Json(about(who.caller, form))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordBody {
    /// 原密码
    old: String,
    /// 新密码
    new: String,
}

/// 修改密码，其他会话随之结束
#[utoipa::path(post, path = "/me/password", tag = "登录", request_body = PasswordBody,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 423, body = Problem)))]
async fn change_password(
    State(state): State<WebState>,
    who: Who,
    Json(body): Json<PasswordBody>,
) -> Result<StatusCode, Problem> {
    state.app.change_password(&who.caller, who.secret()?, &body.old, &body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A TOTP secret that is not yet in force.
#[derive(Serialize, ToSchema)]
struct TotpOffer {
    /// 确认时原样送回
    offer: String,
    /// 手机验证器读取的地址
    address: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpBody {
    /// 申请时所给
    offer: String,
    /// 验证器显示的口令
    code: String,
}

/// 申请动态口令
#[utoipa::path(post, path = "/me/totp", tag = "登录",
    responses((status = 200, body = TotpOffer), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn begin_totp(State(state): State<WebState>, who: Who) -> Result<Json<TotpOffer>, Problem> {
    let (offer, address) = state.app.begin_totp(&who.caller).await?;
    Ok(Json(TotpOffer { offer, address }))
}

/// 启用动态口令
#[utoipa::path(put, path = "/me/totp", tag = "登录", request_body = TotpBody,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
async fn confirm_totp(
    State(state): State<WebState>,
    who: Who,
    Json(body): Json<TotpBody>,
) -> Result<StatusCode, Problem> {
    state.app.confirm_totp(&who.caller, &body.offer, &body.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DropTotpBody {
    /// 密码
    password: String,
}

/// 停用动态口令
#[utoipa::path(post, path = "/me/totp/drop", tag = "登录", request_body = DropTotpBody,
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 423, body = Problem)))]
async fn drop_totp(
    State(state): State<WebState>,
    who: Who,
    Json(body): Json<DropTotpBody>,
) -> Result<StatusCode, Problem> {
    state.app.drop_totp(&who.caller, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A session that is open.
#[derive(Serialize, ToSchema)]
struct SessionEntry {
    /// 编号
    id: String,
    /// 登录时间
    begun: String,
    /// 最近使用
    used: String,
    /// 地址
    address: String,
    /// 浏览器
    agent: String,
    /// 就是这一个
    own: bool,
}

/// 登录中的会话
#[utoipa::path(get, path = "/me/sessions", tag = "登录",
    responses((status = 200, body = [SessionEntry]), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn sessions(State(state): State<WebState>, who: Who) -> Result<Json<Vec<SessionEntry>>, Problem> {
    let open = state.app.sessions(&who.caller, who.secret()?).await?;
    let entry = |open: app::people::OpenSession| SessionEntry {
        id: open.id,
        begun: open.session.begun.to_string(),
        used: open.session.used.to_string(),
        address: open.session.address,
        agent: open.session.agent,
        own: open.own,
    };
    Ok(Json(open.into_iter().map(entry).collect()))
}

/// 结束一个会话
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "登录", params(("id" = String, Path, description = "编号")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn end_session(
    State(state): State<WebState>,
    who: Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    who.secret()?;
    state.app.end_session(&who.caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
struct TokenEntry {
    /// 编号
    id: String,
    /// 用途
    title: String,
    /// 权限
    scopes: Vec<&'static str>,
    /// 生成时间
    made: String,
    /// 有效至
    until: String,
}

/// A token just made.
#[derive(Serialize, ToSchema)]
struct NewToken {
    /// 令牌，只显示这一次
    secret: String,
    /// 说明
    #[serde(flatten)]
    token: TokenEntry,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TokenBody {
    /// 用途
    title: String,
    /// 权限：read、act、witness、metrics
    scopes: Vec<ScopeWord>,
    /// 有效天数
    days: i64,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ScopeWord {
    Read,
    Act,
    Witness,
    Metrics,
}

fn scope(word: ScopeWord) -> Scope {
    match word {
        ScopeWord::Read => Scope::Read,
        ScopeWord::Act => Scope::Act,
        ScopeWord::Witness => Scope::Witness,
        ScopeWord::Metrics => Scope::Metrics,
    }
}

fn scope_id(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read",
        Scope::Act => "act",
        Scope::Witness => "witness",
        Scope::Metrics => "metrics",
    }
}

fn token_entry(own: app::people::OwnToken) -> TokenEntry {
    TokenEntry {
        id: own.id,
        title: own.token.title,
        scopes: own.token.scopes.into_iter().map(scope_id).collect(),
        made: own.token.made.to_string(),
        until: own.token.until.to_string(),
    }
}

/// 访问令牌
#[utoipa::path(get, path = "/me/tokens", tag = "登录",
    responses((status = 200, body = [TokenEntry]), (status = 401, body = Problem)))]
async fn tokens(State(state): State<WebState>, who: Who) -> Result<Json<Vec<TokenEntry>>, Problem> {
    let own = state.app.tokens(&who.caller).await?;
    Ok(Json(own.into_iter().map(token_entry).collect()))
}

/// 生成访问令牌
#[utoipa::path(post, path = "/me/tokens", tag = "登录", request_body = TokenBody,
    responses((status = 201, body = NewToken), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
async fn make_token(
    State(state): State<WebState>,
    who: Who,
    Json(body): Json<TokenBody>,
) -> Result<(StatusCode, Json<NewToken>), Problem> {
    let scopes = body.scopes.into_iter().map(scope).collect();
    let (secret, own) = state.app.make_token(&who.caller, &body.title, scopes, body.days).await?;
    Ok((StatusCode::CREATED, Json(NewToken { secret, token: token_entry(own) })))
}

/// 撤销访问令牌
#[utoipa::path(delete, path = "/me/tokens/{id}", tag = "登录", params(("id" = String, Path, description = "编号")),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn revoke_token(
    State(state): State<WebState>,
    who: Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    state.app.revoke_token(&who.caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
