//! Pages of the read models.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql};
use store::sql::{self, Dialect, Driver, Param, Sql};
use store::{
    Count, Counter, FindingHit, FindingQuery, FindingRow, FindingState, LimitHit, LimitQuery, LimitRow,
    MatterKey, MatterQuery, MatterRow, Page, Part, Scope, StoreError,
};

use crate::fault::OrFault as _;
use crate::rows;

/// A page of matters.
pub fn matters(connection: &Connection, query: &MatterQuery) -> Result<Page<MatterRow>, StoreError> {
    let parts = driven(connection, query)?;
    let sql = sql::matters(Dialect::Sqlite, query, &parts)?;
    let is_text = sql::sorts_by_text(query.sort);
    let place = |row: &Row| {
        let value = if is_text { Param::Text(row.get(1)?) } else { Param::Int(row.get(1)?) };
        Ok((row.get::<_, String>(0)?, sql::place(value, row.get(2)?)))
    };
    let found = if parts.is_empty() { Vec::new() } else { all(connection, &sql, place)? };
    sql::page(found, query.n, |body| rows::read(&body))
}

/// How many matters, up to a bound.
pub fn count_matters(
    connection: &Connection,
    query: &MatterQuery,
    at_most: u32,
) -> Result<Count, StoreError> {
    let parts = driven(connection, query)?;
    if parts.is_empty() {
        return Ok(Count::Exactly(0));
    }
    let sql = sql::count_matters(Dialect::Sqlite, query, &parts, at_most);
    let n: u32 = all(connection, &sql, |row| row.get::<_, u32>(0))?.into_iter().sum();
    Ok(if n > at_most { Count::MoreThan(at_most) } else { Count::Exactly(n) })
}

/// The parts of the scope, each with the index that is best for it.
fn driven(connection: &Connection, query: &MatterQuery) -> Result<Vec<(Part, Driver)>, StoreError> {
    let mut driven = Vec::new();
    for part in parts(connection, &query.scope)? {
        let mut counted = Vec::new();
        for (driver, probe) in sql::probes(query, &part) {
            let n: i64 = all(connection, &probe, |row| row.get::<_, i64>(0))?.into_iter().sum();
            counted.push((driver, n));
        }
        driven.push((part, Driver::choose(query, &counted)));
    }
    Ok(driven)
}

/// A page of limits.
pub fn limits(connection: &Connection, query: &LimitQuery) -> Result<Page<LimitHit>, StoreError> {
    let parts = parts(connection, &query.scope)?;
    let sql = sql::limits(Dialect::Sqlite, query, &parts)?;
    let hit = |row: &Row| hit(row, Param::Int(row.get(3)?));
    let found = if parts.is_empty() { Vec::new() } else { all(connection, &sql, hit)? };
    sql::page(found, query.n, |(key, body)| {
        let limit: LimitRow = rows::read(&body)?;
        Ok(LimitHit { key, limit })
    })
}

/// A page of findings.
pub fn findings(connection: &Connection, query: &FindingQuery) -> Result<Page<FindingHit>, StoreError> {
    let parts = parts(connection, &query.scope)?;
    let sql = sql::findings(Dialect::Sqlite, query, &parts)?;
    let hit = |row: &Row| hit(row, Param::Text(row.get(3)?));
    let found = if parts.is_empty() { Vec::new() } else { all(connection, &sql, hit)? };
    let state: FindingState = query.state;
    sql::page(found, query.n, |(key, body)| {
        let finding: FindingRow = rows::read(&body)?;
        Ok(FindingHit { key, finding: FindingRow { state, ..finding } })
    })
}

/// Matters by unit, procedure and stage.
pub fn counters(connection: &Connection, units: &[String]) -> Result<Vec<Counter>, StoreError> {
    let units = if units.is_empty() { with_matters(connection)? } else { units.to_vec() };
    let sql = "select unit, procedure, stage, n_open, n_closed from counter where unit = ?1 order by procedure, stage";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let mut counters = Vec::new();
    for unit in std::collections::BTreeSet::from_iter(units) {
        let of_unit = statement
            .query_map([unit], |row| {
                Ok(Counter {
                    unit: row.get(0)?,
                    procedure: row.get(1)?,
                    stage: row.get(2)?,
                    n_open: row.get(3)?,
                    n_closed: row.get(4)?,
                })
            })
            .or_fault()?;
        counters.extend(of_unit.collect::<Result<Vec<_>, _>>().or_fault()?);
    }
    Ok(counters)
}

fn parts(connection: &Connection, scope: &Scope) -> Result<Vec<Part>, StoreError> {
    let units = match scope {
        Scope::All => with_matters(connection)?,
        Scope::Of(_) => Vec::new(),
    };
    Ok(sql::parts(scope, &units))
}

/// The units that have matters.
fn with_matters(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("select distinct unit from counter order by unit").or_fault()?;
    let units = statement.query_map([], |row| row.get(0)).or_fault()?;
    units.collect::<Result<_, _>>().or_fault()
}

fn hit(row: &Row, value: Param) -> rusqlite::Result<((MatterKey, String), sql::Place)> {
    let key = MatterKey { unit: row.get(0)?, matter: row.get(1)? };
    Ok(((key, row.get(2)?), sql::Place { value, ties: vec![row.get(4)?, row.get(5)?] }))
}

fn all<T>(
    connection: &Connection,
    sql: &Sql,
    read: impl Fn(&Row) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(&sql.text).or_fault()?;
    let params = rusqlite::params_from_iter(sql.params.iter().map(Bound));
    let rows = statement.query_map(params, read).or_fault()?;
    rows.collect::<Result<_, _>>().or_fault()
}

struct Bound<'a>(&'a Param);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Param::Int(value) => ValueRef::Integer(*value),
            Param::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

#[cfg(test)]
mod tests {
    use store::{MatterSort, Openness, Whose};

    use super::*;

    const SORTS: [MatterSort; 5] =
        [MatterSort::Last, MatterSort::Due, MatterSort::Opened, MatterSort::Number, MatterSort::Begun];

    /// The steps of a question that go through one of our tables.
    fn steps(connection: &Connection, sql: &Sql) -> Vec<String> {
        let mut statement = connection.prepare(&format!("explain query plan {}", sql.text)).unwrap();
        let params = rusqlite::params_from_iter(sql.params.iter().map(Bound));
        let steps = statement.query_map(params, |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.collect::<Result<_, _>>().unwrap();
        let tables = [" m ", " l ", " h ", " t "];
        steps
            .into_iter()
            .filter(|step| tables.iter().any(|table| format!("{step} ").contains(table)))
            .collect()
    }

    #[track_caller]
    fn check(connection: &Connection, sql: &Sql) {
        let steps = steps(connection, sql);
        assert!(!steps.is_empty(), "{}", sql.text);
        for step in &steps {
            let is_found = step.starts_with("SEARCH") || step.contains("VIRTUAL TABLE INDEX");
            assert!(is_found, "{step} in {}\n{steps:#?}", sql.text);
        }
    }

    #[test]
    fn a_long_list_is_read_in_its_order_and_not_sorted() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut connection).unwrap();
        let part = Part { unit: "u".into(), whose: Whose::Unit };
        let mut query = MatterQuery::of(Scope::Of(vec![part.clone()]));
        let check = |query: &MatterQuery, driver| {
            let sql = sql::matters(Dialect::Sqlite, query, &[(part.clone(), driver)]).unwrap();
            let mut statement = connection.prepare(&format!("explain query plan {}", sql.text)).unwrap();
            let params = rusqlite::params_from_iter(sql.params.iter().map(Bound));
            let steps = statement.query_map(params, |row| row.get::<_, String>(3)).unwrap();
            let n_sorts = steps.filter(|step| step.as_ref().unwrap().contains("ORDER BY")).count();
            // One for the page that the parts make up together, which holds a few rows.
            assert!(n_sorts <= 1, "{:?} {driver:?}: {}", query.sort, sql.text);
        };
        for sort in SORTS {
            query.sort = sort;
            check(&query, Driver::Order);
        }
        query.sort = MatterSort::Begun;
        query.words = vec!["超限".into()];
        check(&query, Driver::Words);
        query.after = Some(store::Cursor("i7.7".into()));
        check(&query, Driver::Words);
    }

    #[test]
    fn every_question_is_answered_from_an_index() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut connection).unwrap();
        let drivers = [
            Driver::Order,
            Driver::Person,
            Driver::Own,
            Driver::Counterpart,
            Driver::Words,
            Driver::Stage,
            Driver::Due,
            Driver::Alarm,
            Driver::Opened,
            Driver::Number,
        ];
        let part = Part { unit: "u".into(), whose: Whose::Person("p".into()) };
        let scope = Scope::Of(vec![part.clone()]);
        for (sort, driver) in SORTS.into_iter().flat_map(|sort| drivers.map(|driver| (sort, driver))) {
            let mut query = MatterQuery::of(scope.clone());
            query.sort = sort;
            query.procedures = vec!["a".into(), "b".into()];
            query.stages = vec!["s".into()];
            query.person = Some("p".into());
            query.counterpart = Some("c".into());
            query.due_until = Some(jiff::civil::Date::MAX);
            query.findings_on = Some(jiff::civil::Date::MAX);
            query.opened.from = Some(jiff::civil::Date::MIN);
            query.number = Some("罚".into());
            query.words = vec!["超限".into()];
            query.openness = Openness::Open;
            let driven = [(part.clone(), driver)];
            check(&connection, &sql::matters(Dialect::Sqlite, &query, &driven).unwrap());
            check(&connection, &sql::count_matters(Dialect::Sqlite, &query, &driven, 10));
            for (_, probe) in sql::probes(&query, &part) {
                check(&connection, &probe);
            }
        }
        let parts = [part];
        check(
            &connection,
            &sql::limits(Dialect::Sqlite, &LimitQuery::running(scope.clone()), &parts).unwrap(),
        );
        let findings = FindingQuery::broken(scope, jiff::civil::Date::MAX);
        check(&connection, &sql::findings(Dialect::Sqlite, &findings, &parts).unwrap());
    }
}
