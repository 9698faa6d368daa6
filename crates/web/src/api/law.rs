//! The law as it is loaded: procedures with their acts, fields, limits; public, for it is the law.

use axum::extract::State;
use axum::http::StatusCode;
use lawbook::model::{Procedure, Status};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Json, Path};
use crate::problem::Problem;
use crate::state::WebState;

pub fn router() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(lawbook)).routes(routes!(procedure))
}

/// The lawbook that is loaded.
#[derive(Serialize, ToSchema)]
struct LawbookBody {
    /// 法规包的摘要（SM3）
    digest: String,
    /// 程序，每个版本一行
    procedures: Vec<ProcedureEntry>,
}

/// A version of a procedure.
#[derive(Serialize, ToSchema)]
struct ProcedureEntry {
    /// 编号
    id: String,
    /// 名称
    title: String,
    /// 施行日
    from: String,
}

/// 法规包
#[utoipa::path(get, path = "/law", tag = "法规包", security(()), responses((status = 200, body = LawbookBody)))]
async fn lawbook(State(state): State<WebState>) -> Json<LawbookBody> {
    let book = state.app.book();
    let entry = |procedure: &Procedure| ProcedureEntry {
        id: procedure.id.clone(),
        title: procedure.title.clone(),
        from: procedure.from.to_string(),
    };
    Json(LawbookBody { digest: book.digest.clone(), procedures: book.procedures.iter().map(entry).collect() })
}

/// A procedure, as forms and pages need it.
#[derive(Serialize, ToSchema)]
struct ProcedureBody {
    /// 编号
    id: String,
    /// 名称
    title: String,
    /// 施行日
    from: String,
    /// 阶段
    stages: Vec<Named>,
    /// 环节
    acts: Vec<ActBody>,
    /// 期限
    limits: Vec<Named>,
}

/// An id with its title.
#[derive(Serialize, ToSchema)]
struct Named {
    /// 编号
    id: String,
    /// 名称
    title: String,
}

/// An act.
#[derive(Serialize, ToSchema)]
struct ActBody {
    /// 编号
    id: String,
    /// 名称
    title: String,
    /// 阶段
    stage: Option<String>,
    /// 可办理的岗位
    by: Vec<String>,
    /// 须几人
    officers: u8,
    /// 所属分支
    strand: Option<String>,
    /// 结果
    outcomes: Vec<Named>,
    /// 字段
    fields: Vec<FieldBody>,
    /// 依据
    cite: String,
    /// 要旨
    gist: String,
    /// 依据是否已确认
    status: &'static str,
}

/// A field of an act.
#[derive(Serialize, ToSchema)]
struct FieldBody {
    /// 编号
    id: String,
    /// 名称
    title: String,
    /// 类型
    of: String,
    /// 必填
    required: bool,
    /// 个人信息
    personal: bool,
    /// 可选值
    choices: Vec<Named>,
    /// 填写说明
    help: Option<String>,
}

fn status(status: Status) -> &'static str {
    status.id()
}

/// 一个程序的最新版本
#[utoipa::path(get, path = "/law/procedures/{id}", tag = "法规包", security(()),
    params(("id" = String, Path, description = "程序编号")),
    responses((status = 200, body = ProcedureBody), (status = 400, body = Problem), (status = 404, body = Problem)))]
async fn procedure(
    State(state): State<WebState>,
    Path(id): Path<String>,
) -> Result<Json<ProcedureBody>, Problem> {
    let book = state.app.book();
    let none = || Problem::new(StatusCode::NOT_FOUND, "not-found", format!("没有程序 `{id}`"));
    let found = book.procedures.iter().rfind(|procedure| procedure.id == id).ok_or_else(none)?;
    let act = |def: &lawbook::model::ActDef| ActBody {
        id: def.id.clone(),
        title: def.title.clone(),
        stage: found.stages.get(def.stage).map(|stage| stage.id.clone()),
        by: def.by.clone(),
        officers: def.officers,
        strand: def.strand.map(|kind| found.strands[kind.at()].id.clone()),
        outcomes: def
            .outcomes
            .iter()
            .map(|outcome| Named { id: outcome.id.clone(), title: outcome.title.clone() })
            .collect(),
        fields: def
            .fields
            .iter()
            .map(|own| {
                let field = book.field_at(own.field);
                let choice = |(id, title): &(String, String)| Named { id: id.clone(), title: title.clone() };
                FieldBody {
                    id: field.id.clone(),
                    title: field.title.clone(),
                    of: field.of.chinese(),
                    required: own.required,
                    personal: field.personal,
                    choices: field.choices.iter().map(choice).collect(),
                    help: field.help.clone(),
                }
            })
            .collect(),
        cite: book.cites(&def.basis.cites),
        gist: def.basis.gist.clone(),
        status: status(def.basis.status),
    };
    let named = |id: &str, title: &str| Named { id: id.to_owned(), title: title.to_owned() };
    Ok(Json(ProcedureBody {
        id: found.id.clone(),
        title: found.title.clone(),
        from: found.from.to_string(),
        stages: found.stages.iter().map(|stage| named(&stage.id, &stage.title)).collect(),
        acts: found.acts.iter().map(act).collect(),
        limits: found.limits.iter().map(|limit| named(&limit.id, &limit.title)).collect(),
    }))
}
