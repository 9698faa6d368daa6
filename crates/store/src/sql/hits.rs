//! Pages of limits and findings.

use crate::error::StoreError;
use crate::query::{FindingQuery, LimitQuery, Part, Whose};
use crate::rows::{FindingState, Severity};
use crate::sql::{Dialect, Place, Sql, page_size};

/// A page of limits, the first due first. The columns are unit, matter, body, sort value, number of the row,
/// place in the row.
///
/// # Errors
/// [`StoreError::Cursor`] when the cursor is not one of this query.
pub fn limits(dialect: Dialect, query: &LimitQuery, parts: &[Part]) -> Result<Sql, StoreError> {
    let place = query.after.as_ref().map(|cursor| Place::read(cursor, false, 2)).transpose()?;
    let n = page_size(query.n) as i64 + 1;
    let mut sql = Sql::new(dialect);
    sql.push("select unit, matter, body, s, begun, place from (");
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            sql.push(" union ");
        }
        sql.push(COLUMNS).push("h.due as s, h.begun as begun, h.place as place from limit_row h");
        sql.indexed_by(Some("limit_due"));
        sql.push(" where h.unit = ").text(&part.unit).push(" and h.state = ").text(word(&query.state));
        if let Some(binds) = &query.binds {
            sql.push(" and h.binds = ").text(word(binds));
        }
        for (bound, instant) in [("h.due >= ", query.due.from), ("h.due <= ", query.due.to)] {
            if let Some(instant) = instant {
                sql.push(" and ").push(bound).int(instant.as_microsecond());
            }
        }
        if !query.procedures.is_empty() {
            sql.push(" and exists (select 1 from matter_row m where m.unit = h.unit and m.begun = h.begun");
            sql.one_of("m.procedure", query.procedures.iter().map(String::as_str)).push(")");
        }
        whose(&mut sql, part);
        if let Some(Place { value, ties }) = &place {
            sql.push(" and (h.due, h.begun, h.place) > (").bind(value.clone());
            sql.push(", ").int(ties[0]).push(", ").int(ties[1]).push(")");
        }
        sql.push(" order by h.due, h.begun, h.place limit ").int(n).push(") as part");
    }
    sql.push(") as page order by s, begun, place limit ").int(n);
    Ok(sql)
}

/// A page of findings, the latest first. The columns are those of [`limits`].
///
/// # Errors
/// [`StoreError::Cursor`] when the cursor is not one of this query.
pub fn findings(dialect: Dialect, query: &FindingQuery, parts: &[Part]) -> Result<Sql, StoreError> {
    let place = query.after.as_ref().map(|cursor| Place::read(cursor, true, 2)).transpose()?;
    let n = page_size(query.n) as i64 + 1;
    let mut sql = Sql::new(dialect);
    sql.push("select unit, matter, body, s, begun, place from (");
    let branches = parts.iter().flat_map(|part| stored(query.state).iter().map(move |stored| (part, stored)));
    for (at, (part, (state, time))) in branches.enumerate() {
        if at > 0 {
            sql.push(" union ");
        }
        sql.push(COLUMNS).push("h.since as s, h.begun as begun, h.place as place from finding_row h");
        // Few findings turn by time alone between two acts of their matter, so those are sorted.
        let index = if matches!(time, Time::Over) { "finding_until" } else { "finding_since" };
        sql.indexed_by(Some(index));
        sql.push(" where h.unit = ").text(&part.unit);
        match (state, time) {
            (FindingState::Pending, Time::Over) => {
                sql.push(" and h.state = 'pending' and h.until < ").text(query.day.to_string());
            }
            (state, Time::NotOver) => {
                sql.push(" and h.state = ").text(word(state)).push(" and (h.until is null or h.until >= ");
                sql.text(query.day.to_string()).push(")");
            }
            (state, Time::Any | Time::Over) => drop(sql.push(" and h.state = ").text(word(state))),
        }
        sql.one_of("h.rule", query.rules.iter().map(String::as_str));
        if let Some(severity) = query.severity {
            sql.push(" and h.severity >= ").int(severity_rank(severity));
        }
        whose(&mut sql, part);
        if let Some(Place { value, ties }) = &place {
            sql.push(" and (h.since, h.begun, h.place) < (").bind(value.clone());
            sql.push(", ").int(ties[0]).push(", ").int(ties[1]).push(")");
        }
        sql.push(" order by h.since desc, h.begun desc, h.place desc limit ").int(n).push(") as part");
    }
    sql.push(") as page order by s desc, begun desc, place desc limit ").int(n);
    Ok(sql)
}

const COLUMNS: &str = "select * from (select h.unit as unit, h.matter as matter, h.body as body, ";

/// Whether the time of a finding must be over.
#[derive(Clone, Copy)]
enum Time {
    Any,
    Over,
    NotOver,
}

/// Which stored states are in a state on the day asked about.
fn stored(state: FindingState) -> &'static [(FindingState, Time)] {
    match state {
        FindingState::Pending => &[(FindingState::Pending, Time::NotOver)],
        FindingState::Broken => &[(FindingState::Broken, Time::Any), (FindingState::Pending, Time::Over)],
        FindingState::CannotTell => &[(FindingState::CannotTell, Time::Any)],
        FindingState::Explained => &[(FindingState::Explained, Time::Any)],
        FindingState::Rectified => &[(FindingState::Rectified, Time::Any)],
        FindingState::Closed => &[(FindingState::Closed, Time::Any)],
    }
}

fn whose(sql: &mut Sql, part: &Part) {
    match &part.whose {
        Whose::Unit => {}
        Whose::Squad(squad) => {
            sql.push(" and exists (select 1 from matter_row m where m.unit = h.unit and m.begun = h.begun and m.squad = ");
            sql.text(squad).push(")");
        }
        Whose::Person(person) => {
            sql.push(" and exists (select 1 from matter_link l where l.unit = ").text(&part.unit);
            sql.push(" and l.kind = 'person' and l.id = ").text(person).push(" and l.begun = h.begun)");
        }
    }
}

/// How a severity is compared in the database.
#[must_use]
pub fn severity_rank(severity: Severity) -> i64 {
    match severity {
        Severity::Low => 1,
        Severity::Medium => 2,
        Severity::High => 3,
    }
}

/// The word of a value with a fixed set of them, as it stands in JSON and in the column.
#[must_use]
pub fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => unreachable!("only enums without content are asked for"),
    }
}
