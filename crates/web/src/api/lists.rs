//! Lists: matters, limits, findings, counters. Pages go on from a cursor, never from an offset.

use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{
    Binds, Cursor, FindingQuery, FindingState, LimitQuery, LimitState, MatterQuery, MatterSort, Openness,
    PAGE_MAX, Scope, Severity, Span,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Json, Query};
use crate::problem::Problem;
use crate::state::WebState;
use crate::who::Who;

pub fn router() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(matters))
        .routes(routes!(limits))
        .routes(routes!(findings))
        .routes(routes!(counters))
}

/// Rows, and where the next page begins.
#[derive(Serialize, ToSchema)]
struct PageBody<T> {
    /// 本页各行
    rows: Vec<T>,
    /// 下一页的位置；没有下一页时没有
    next: Option<String>,
}

/// Several words in one parameter, with commas between.
fn words(given: Option<String>) -> Vec<String> {
    given.iter().flat_map(|text| text.split(',')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum SortWord {
    Last,
    Due,
    Opened,
    Number,
    Begun,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum OpenWord {
    Any,
    Open,
    Closed,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct MattersQuery {
    /// 程序，多个用逗号分开
    procedure: Option<String>,
    /// 阶段，多个用逗号分开
    stage: Option<String>,
    /// 办案人员编号
    person: Option<String>,
    /// 当事人编号
    counterpart: Option<String>,
    /// 期限在这一天或之前届满
    #[param(value_type = Option<String>, format = Date)]
    due_until: Option<Date>,
    /// 这一天有未处理的问题
    #[param(value_type = Option<String>, format = Date)]
    findings_on: Option<Date>,
    /// 从这一天起开始的
    #[param(value_type = Option<String>, format = Date)]
    opened_from: Option<Date>,
    /// 到这一天止开始的
    #[param(value_type = Option<String>, format = Date)]
    opened_to: Option<Date>,
    /// 从这一时刻起变动过的
    #[param(value_type = Option<String>, format = DateTime)]
    last_from: Option<Timestamp>,
    /// 到这一时刻止变动过的
    #[param(value_type = Option<String>, format = DateTime)]
    last_to: Option<Timestamp>,
    /// 在办、已结或不限
    open: Option<OpenWord>,
    /// 文号以此开头
    number: Option<String>,
    /// 全文检索
    q: Option<String>,
    /// 排序
    sort: Option<SortWord>,
    /// 每页行数，1 至 500
    #[param(minimum = 1, maximum = 500)]
    n: Option<u32>,
    /// 上一页给出的位置
    after: Option<String>,
}

/// 事项列表
#[utoipa::path(get, path = "/matters", tag = "列表", params(MattersQuery),
    responses((status = 200, body = PageBody<Object>), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
async fn matters(
    State(state): State<WebState>,
    who: Who,
    Query(asked): Query<MattersQuery>,
) -> Result<Json<PageBody<store::MatterRow>>, Problem> {
    let query = MatterQuery {
        procedures: words(asked.procedure),
        stages: words(asked.stage),
        person: asked.person,
        counterpart: asked.counterpart,
        due_until: asked.due_until,
        findings_on: asked.findings_on,
        opened: Span { from: asked.opened_from, to: asked.opened_to },
        last: Span { from: asked.last_from, to: asked.last_to },
        openness: match asked.open {
            None | Some(OpenWord::Any) => Openness::Any,
            Some(OpenWord::Open) => Openness::Open,
            Some(OpenWord::Closed) => Openness::Closed,
        },
        number: asked.number,
        words: asked.q.map(|text| app::Words.cut(&text)).unwrap_or_default(),
        sort: match asked.sort {
            None | Some(SortWord::Last) => MatterSort::Last,
            Some(SortWord::Due) => MatterSort::Due,
            Some(SortWord::Opened) => MatterSort::Opened,
            Some(SortWord::Number) => MatterSort::Number,
            Some(SortWord::Begun) => MatterSort::Begun,
        },
        n: asked.n.unwrap_or(50).clamp(1, PAGE_MAX),
        after: asked.after.map(Cursor),
        ..MatterQuery::of(Scope::Of(Vec::new()))
    };
    let page = state.app.matters(&who.caller, query).await?;
    Ok(Json(PageBody { rows: page.rows, next: page.next.map(|cursor| cursor.0) }))
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum LimitWord {
    Running,
    Suspended,
    Broken,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum BindsWord {
    Agency,
    Party,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct LimitsQuery {
    /// 程序，多个用逗号分开
    procedure: Option<String>,
    /// 状态，默认进行中
    state: Option<LimitWord>,
    /// 约束谁
    binds: Option<BindsWord>,
    /// 从这一时刻起届满的
    #[param(value_type = Option<String>, format = DateTime)]
    due_from: Option<Timestamp>,
    /// 到这一时刻止届满的
    #[param(value_type = Option<String>, format = DateTime)]
    due_to: Option<Timestamp>,
    /// 每页行数，1 至 500
    #[param(minimum = 1, maximum = 500)]
    n: Option<u32>,
    /// 上一页给出的位置
    after: Option<String>,
}

/// A limit with its matter.
#[derive(Serialize, ToSchema)]
struct LimitEntry {
    /// 单位
    unit: String,
    /// 事项号
    matter: String,
    /// 期限
    #[serde(flatten)]
    #[schema(value_type = Object)]
    limit: store::LimitRow,
}

/// 期限列表，先到期的在前
#[utoipa::path(get, path = "/limits", tag = "列表", params(LimitsQuery),
    responses((status = 200, body = PageBody<LimitEntry>), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn limits(
    State(state): State<WebState>,
    who: Who,
    Query(asked): Query<LimitsQuery>,
) -> Result<Json<PageBody<LimitEntry>>, Problem> {
    let query = LimitQuery {
        procedures: words(asked.procedure),
        state: match asked.state {
            None | Some(LimitWord::Running) => LimitState::Running,
            Some(LimitWord::Suspended) => LimitState::Suspended,
            Some(LimitWord::Broken) => LimitState::Broken,
        },
        binds: asked.binds.map(|binds| match binds {
            BindsWord::Agency => Binds::Agency,
            BindsWord::Party => Binds::Party,
        }),
        due: Span { from: asked.due_from, to: asked.due_to },
        n: asked.n.unwrap_or(50).clamp(1, PAGE_MAX),
        after: asked.after.map(Cursor),
        ..LimitQuery::running(Scope::Of(Vec::new()))
    };
    let page = state.app.limits(&who.caller, query).await?;
    let entry =
        |hit: store::LimitHit| LimitEntry { unit: hit.key.unit, matter: hit.key.matter, limit: hit.limit };
    Ok(Json(PageBody {
        rows: page.rows.into_iter().map(entry).collect(),
        next: page.next.map(|cursor| cursor.0),
    }))
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum FindingWord {
    Pending,
    Broken,
    CannotTell,
    Explained,
    Rectified,
    Closed,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum SeverityWord {
    Low,
    Medium,
    High,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct FindingsQuery {
    /// 以哪一天来看，默认今天
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// 状态，默认未处理
    state: Option<FindingWord>,
    /// 规则，多个用逗号分开
    rule: Option<String>,
    /// 至少这样严重
    severity: Option<SeverityWord>,
    /// 每页行数，1 至 500
    #[param(minimum = 1, maximum = 500)]
    n: Option<u32>,
    /// 上一页给出的位置
    after: Option<String>,
}

/// A finding with its matter.
#[derive(Serialize, ToSchema)]
struct FindingEntry {
    /// 单位
    unit: String,
    /// 事项号
    matter: String,
    /// 问题
    #[serde(flatten)]
    #[schema(value_type = Object)]
    finding: store::FindingRow,
}

/// 问题清单，最近的在前
#[utoipa::path(get, path = "/findings", tag = "列表", params(FindingsQuery),
    responses((status = 200, body = PageBody<FindingEntry>), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn findings(
    State(state): State<WebState>,
    who: Who,
    Query(asked): Query<FindingsQuery>,
) -> Result<Json<PageBody<FindingEntry>>, Problem> {
    let today = state.app.today();
    let query = FindingQuery {
        state: match asked.state {
            None | Some(FindingWord::Broken) => FindingState::Broken,
            Some(FindingWord::Pending) => FindingState::Pending,
            Some(FindingWord::CannotTell) => FindingState::CannotTell,
            Some(FindingWord::Explained) => FindingState::Explained,
            Some(FindingWord::Rectified) => FindingState::Rectified,
            Some(FindingWord::Closed) => FindingState::Closed,
        },
        rules: words(asked.rule),
        severity: asked.severity.map(|severity| match severity {
            SeverityWord::Low => Severity::Low,
            SeverityWord::Medium => Severity::Medium,
            SeverityWord::High => Severity::High,
        }),
        n: asked.n.unwrap_or(50).clamp(1, PAGE_MAX),
        after: asked.after.map(Cursor),
        ..FindingQuery::broken(Scope::Of(Vec::new()), asked.day.unwrap_or(today))
    };
    let page = state.app.findings(&who.caller, query).await?;
    let entry = |hit: store::FindingHit| FindingEntry {
        unit: hit.key.unit,
        matter: hit.key.matter,
        finding: hit.finding,
    };
    Ok(Json(PageBody {
        rows: page.rows.into_iter().map(entry).collect(),
        next: page.next.map(|cursor| cursor.0),
    }))
}

/// How many matters are where.
#[derive(Serialize, ToSchema)]
struct CounterEntry {
    /// 单位
    unit: String,
    /// 程序
    procedure: String,
    /// 阶段
    stage: String,
    /// 在办
    n_open: u64,
    /// 已结
    n_closed: u64,
}

/// 各阶段的事项数
#[utoipa::path(get, path = "/counters", tag = "列表",
    responses((status = 200, body = [CounterEntry]), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn counters(State(state): State<WebState>, who: Who) -> Result<Json<Vec<CounterEntry>>, Problem> {
    let entry = |counter: store::Counter| CounterEntry {
        unit: counter.unit,
        procedure: counter.procedure,
        stage: counter.stage,
        n_open: counter.n_open,
        n_closed: counter.n_closed,
    };
    Ok(Json(state.app.counters(&who.caller).await?.into_iter().map(entry).collect()))
}
