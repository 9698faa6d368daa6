//! Pages of the read models.

use deadpool_postgres::Object;
use store::sql::{self, Dialect, Driver, Param, Sql};
use store::{
    Count, Counter, FindingHit, FindingQuery, FindingRow, LimitHit, LimitQuery, LimitRow, MatterKey,
    MatterQuery, MatterRow, Page, Part, Scope, StoreError,
};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::cell::{Bound, number};
use crate::fault::OrFault as _;
use crate::rows;

/// A page of matters.
pub async fn matters(client: &Object, query: &MatterQuery) -> Result<Page<MatterRow>, StoreError> {
    let parts = driven(client, query).await?;
    let sql = sql::matters(Dialect::Postgres, query, &parts)?;
    let is_text = sql::sorts_by_text(query.sort);
    let place = |row: &Row| {
        let body: String = row.try_get(0).or_fault()?;
        Ok((body, sql::place(value(row, 1, is_text)?, row.try_get(2).or_fault()?)))
    };
    let found = if parts.is_empty() { Vec::new() } else { all(client, &sql, place).await? };
    sql::page(found, query.n, |body| rows::read(&body))
}

/// How many matters, up to a bound.
pub async fn count_matters(client: &Object, query: &MatterQuery, at_most: u32) -> Result<Count, StoreError> {
    let parts = driven(client, query).await?;
    if parts.is_empty() {
        return Ok(Count::Exactly(0));
    }
    let sql = sql::count_matters(Dialect::Postgres, query, &parts, at_most);
    let n: u32 = all(client, &sql, |row| number::<u32>(row, 0)).await?.into_iter().sum();
    Ok(if n > at_most { Count::MoreThan(at_most) } else { Count::Exactly(n) })
}

/// The parts of the scope. PostgreSQL finds the best index by its own statistics.
async fn driven(client: &Object, query: &MatterQuery) -> Result<Vec<(Part, Driver)>, StoreError> {
    let parts = parts(client, &query.scope).await?;
    Ok(parts.into_iter().map(|part| (part, Driver::Order)).collect())
}

/// A page of limits.
pub async fn limits(client: &Object, query: &LimitQuery) -> Result<Page<LimitHit>, StoreError> {
    let parts = parts(client, &query.scope).await?;
    let sql = sql::limits(Dialect::Postgres, query, &parts)?;
    let found = if parts.is_empty() { Vec::new() } else { all(client, &sql, |row| hit(row, false)).await? };
    sql::page(found, query.n, |(key, body)| {
        let limit: LimitRow = rows::read(&body)?;
        Ok(LimitHit { key, limit })
    })
}

/// A page of findings.
pub async fn findings(client: &Object, query: &FindingQuery) -> Result<Page<FindingHit>, StoreError> {
    let parts = parts(client, &query.scope).await?;
    let sql = sql::findings(Dialect::Postgres, query, &parts)?;
    let found = if parts.is_empty() { Vec::new() } else { all(client, &sql, |row| hit(row, true)).await? };
    let state = query.state;
    sql::page(found, query.n, |(key, body)| {
        let finding: FindingRow = rows::read(&body)?;
        Ok(FindingHit { key, finding: FindingRow { state, ..finding } })
    })
}

/// Matters by unit, procedure and stage.
pub async fn counters(client: &Object, units: &[String]) -> Result<Vec<Counter>, StoreError> {
    let sql = "select unit, procedure, stage, n_open, n_closed from counter
        where unit = any ($1::text[]) or cardinality($1::text[]) = 0 order by unit, procedure, stage";
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let rows = client.query(&statement, &[&units]).await.or_fault()?;
    let counter = |row: &Row| {
        Ok(Counter {
            unit: row.try_get(0).or_fault()?,
            procedure: row.try_get(1).or_fault()?,
            stage: row.try_get(2).or_fault()?,
            n_open: number(row, 3)?,
            n_closed: number(row, 4)?,
        })
    };
    rows.iter().map(counter).collect()
}

async fn parts(client: &Object, scope: &Scope) -> Result<Vec<Part>, StoreError> {
    let units = match scope {
        Scope::All => {
            let statement = client.prepare_cached("select distinct unit from counter").await.or_fault()?;
            let rows = client.query(&statement, &[]).await.or_fault()?;
            rows.iter().map(|row| row.try_get(0).or_fault()).collect::<Result<_, _>>()?
        }
        Scope::Of(_) => Vec::new(),
    };
    Ok(sql::parts(scope, &units))
}

fn hit(row: &Row, is_text: bool) -> Result<((MatterKey, String), sql::Place), StoreError> {
    let key = MatterKey { unit: row.try_get(0).or_fault()?, matter: row.try_get(1).or_fault()? };
    let ties = vec![row.try_get(4).or_fault()?, row.try_get(5).or_fault()?];
    Ok(((key, row.try_get(2).or_fault()?), sql::Place { value: value(row, 3, is_text)?, ties }))
}

fn value(row: &Row, at: usize, is_text: bool) -> Result<Param, StoreError> {
    Ok(if is_text {
        Param::Text(row.try_get(at).or_fault()?)
    } else {
        Param::Int(row.try_get(at).or_fault()?)
    })
}

async fn all<T>(
    client: &Object,
    sql: &Sql,
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let bound: Vec<Bound> = sql.params.iter().map(Bound).collect();
    let params: Vec<&(dyn ToSql + Sync)> = bound.iter().map(|param| param as _).collect();
    // A question of many forms is planned with its values: a general plan would not know which words are rare.
    let statement = client.prepare(&sql.text).await.or_fault()?;
    client.query(&statement, &params).await.or_fault()?.iter().map(read).collect()
}
