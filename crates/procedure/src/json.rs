//! The JSON that scripts outside rely on: `try`, `next`, limits.

use lawbook::model::Procedure;
use record::{LimitRun, Record, write_act};
use serde_json::{Map, Value as Json, json};

use crate::decide::{Decided, Refusal};
use crate::next::Next;

/// `{"accepted":true,"act":…,"limits":…,"warnings":…}` or `{"accepted":false,"unmet":…,"warnings":…}`.
#[must_use]
pub fn try_json(record: &Record<'_>, answer: &Result<Decided, Refusal>) -> Json {
    match answer {
        Ok(decided) => json!({
            "accepted": true,
            "act": write_act(record, &decided.act),
            "limits": decided.limits.iter().map(|run| limit_json(record.procedure, run)).collect::<Vec<_>>(),
            "warnings": decided.warnings,
        }),
        Err(refusal) => json!({ "accepted": false, "unmet": refusal.blocked, "warnings": refusal.warned }),
    }
}

/// A limit: `{"id":…,"title":…,"strand":…,"due":…,"state":…}` with the derivation's days.
#[must_use]
pub fn limit_json(procedure: &Procedure, run: &LimitRun) -> Json {
    let limit = &procedure.limits[run.ix.at()];
    let mut entry = Map::new();
    entry.insert("id".into(), Json::from(limit.id.as_str()));
    entry.insert("title".into(), Json::from(limit.title.as_str()));
    entry.insert("strand".into(), run.scope.as_ref().map_or(Json::Null, |(_, key)| Json::from(&**key)));
    match &run.limit {
        Ok(derived) => {
            if let Ok(Json::Object(report)) = serde_json::to_value(derived.report()) {
                entry.extend(report);
            }
        }
        Err(why) => {
            entry.insert("error".into(), Json::from(why.to_string()));
        }
    }
    entry.insert("state".into(), Json::from(run.state.id()));
    Json::Object(entry)
}

/// `{"stage":…,"possible":…,"blocked":…,"limits":…,"stands":…}`; `possible_in` names strands and outcomes.
#[must_use]
pub fn next_json(record: &Record<'_>, next: &Next) -> Json {
    let procedure = record.procedure;
    let mut possible: Vec<&str> = Vec::new();
    let mut possible_in = Vec::new();
    for one in &next.possible {
        let def = procedure.def(one.act);
        if !possible.contains(&def.id.as_str()) {
            possible.push(&def.id);
        }
        let outcomes: Vec<&str> =
            one.outcomes.iter().map(|outcome| def.outcomes[outcome.at()].id.as_str()).collect();
        possible_in.push(json!({ "act": def.id, "title": def.title, "strand": one.strand.as_deref(), "outcomes": outcomes }));
    }
    let blocked: Vec<Json> = next
        .blocked
        .iter()
        .map(|one| {
            let def = procedure.def(one.act);
            json!({ "act": def.id, "title": def.title, "strand": one.strand.as_deref(), "unmet": one.unmet })
        })
        .collect();
    let stands: Map<String, Json> =
        next.stands.iter().map(|(seq, stands)| (seq.to_string(), Json::from(*stands))).collect();
    json!({
        "stage": next.stage.map(|stage| procedure.stages[stage].id.as_str()),
        "possible": possible,
        "possible_in": possible_in,
        "blocked": blocked,
        "limits": next.limits.iter().map(|run| limit_json(procedure, run)).collect::<Vec<_>>(),
        "stands": stands,
    })
}
