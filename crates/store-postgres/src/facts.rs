//! What the plan of a group has to know, read inside its transaction: one round trip for all of it.

use deadpool_postgres::Object;
use store::plan::{Counted, Earlier, Facts, Needs, OldRow, Parts, Standing};
use store::tree::CompactRange;
use store::{IdempotencyKey, MatterKey, StoreError};
use tokio_postgres::Row;

use crate::cell::{hash, number};
use crate::fault::{OrFault as _, damaged};

const HEAD: &str = "select size, peaks, recorded from log_head";
const MATTERS: &str = "select k.unit, k.matter,
        (select max(a.seq) from act a where a.unit = k.unit and a.matter = k.matter),
        (select a.leaf from act a where a.unit = k.unit and a.matter = k.matter and a.seq = 1)
    from unnest($1::text[], $2::text[]) k (unit, matter)";
const ROWS: &str = "select r.unit, r.matter, r.procedure, r.stage, r.is_open, r.parts
    from unnest($1::text[], $2::text[]) k (unit, matter) join matter_row r on r.unit = k.unit and r.matter = k.matter";
const COMMANDS: &str = "select c.unit, c.key, c.content, c.matter, c.first_seq, a.leaf, a.number
    from unnest($1::text[], $2::text[]) k (unit, key) join command c on c.unit = k.unit and c.key = k.key
    join act a on a.unit = c.unit and a.matter = c.matter and a.seq >= c.first_seq and a.seq < c.first_seq + c.n_acts
    order by c.unit, c.key, a.seq";
const SERIES: &str = "select key, last from series where key = any ($1::text[])";

/// The facts of a group, given the head that has been read and locked.
pub async fn read(client: &Object, head: &Row, needs: &Needs) -> Result<Facts, StoreError> {
    let (range, recorded) = range(head)?;
    let mut facts = Facts { range, recorded, ..Facts::default() };
    let (units, matters) = columns(needs.matters.iter());
    let (own_units, own_matters) = columns(needs.own.iter());
    let (command_units, keys): (Vec<&str>, Vec<&str>) =
        needs.commands.iter().map(|(unit, key)| (unit.as_str(), key.as_str())).unzip();
    let series: Vec<&str> = needs.series.iter().map(String::as_str).collect();
    let statements = tokio::try_join!(
        client.prepare_cached(MATTERS),
        client.prepare_cached(ROWS),
        client.prepare_cached(COMMANDS),
        client.prepare_cached(SERIES),
    );
    let (of_matters, of_rows, of_commands, of_series) = statements.or_fault()?;
    let own_params: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&own_units, &own_matters];
    let params: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&units, &matters];
    let command_params: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&command_units, &keys];
    let series_params: [&(dyn tokio_postgres::types::ToSql + Sync); 1] = [&series];
    let answers = tokio::try_join!(
        client.query(&of_matters, &params),
        client.query(&of_rows, &own_params),
        client.query(&of_commands, &command_params),
        client.query(&of_series, &series_params),
    );
    let (matters, rows, commands, series) = answers.or_fault()?;
    for row in &matters {
        if let Some(standing) = standing_of(row, 2)? {
            facts.matters.insert(key(row)?, standing);
        }
    }
    for row in &rows {
        facts.rows.insert(key(row)?, old_row(row)?);
    }
    for row in &commands {
        let of = key(row)?;
        put_earlier(facts.commands.entry((of.unit, of.matter)).or_insert(earlier_of(row)?), row)?;
    }
    for row in &series {
        facts.series.insert(row.try_get(0).or_fault()?, number(row, 1)?);
    }
    Ok(facts)
}

/// The tree of the log, and when the last act was recorded, from the row that heads it.
pub fn range(head: &Row) -> Result<(CompactRange, Option<jiff::Timestamp>), StoreError> {
    let peaks: &[u8] = head.try_get(1).or_fault()?;
    let range =
        CompactRange::from_bytes(number(head, 0)?, peaks).map_err(|wrong| damaged(wrong.to_string()))?;
    let recorded: Option<i64> = head.try_get(2).or_fault()?;
    Ok((range, recorded.and_then(|instant| jiff::Timestamp::from_microsecond(instant).ok())))
}

/// The row that heads the log.
pub async fn head(client: &Object) -> Result<Row, StoreError> {
    client.query_one(HEAD, &[]).await.or_fault()
}

/// What is known of a matter, when it is there.
pub async fn standing(client: &Object, key: &MatterKey) -> Result<Option<Standing>, StoreError> {
    let statement = client.prepare_cached(MATTERS).await.or_fault()?;
    let row = client.query_one(&statement, &[&vec![&key.unit], &vec![&key.matter]]).await.or_fault()?;
    standing_of(&row, 2)
}

/// What a command recorded when it was first asked.
pub async fn earlier(
    client: &Object,
    unit: &str,
    command: &IdempotencyKey,
) -> Result<Option<Earlier>, StoreError> {
    let statement = client.prepare_cached(COMMANDS).await.or_fault()?;
    let rows = client.query(&statement, &[&vec![unit], &vec![&command.text]]).await.or_fault()?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut earlier = earlier_of(first)?;
    rows.iter().try_for_each(|row| put_earlier(&mut earlier, row))?;
    Ok(Some(earlier))
}

/// The two columns of keys.
pub fn columns<'a>(keys: impl Iterator<Item = &'a MatterKey>) -> (Vec<&'a str>, Vec<&'a str>) {
    keys.map(|key| (key.unit.as_str(), key.matter.as_str())).unzip()
}

fn key(row: &Row) -> Result<MatterKey, StoreError> {
    Ok(MatterKey { unit: row.try_get(0).or_fault()?, matter: row.try_get(1).or_fault()? })
}

fn standing_of(row: &Row, at: usize) -> Result<Option<Standing>, StoreError> {
    let n_acts: Option<i64> = row.try_get(at).or_fault()?;
    if n_acts.is_none() {
        return Ok(None);
    }
    Ok(Some(Standing { n_acts: number(row, at)?, begun: number(row, at + 1)? }))
}

fn old_row(row: &Row) -> Result<OldRow, StoreError> {
    let counted = Counted {
        unit: row.try_get(0).or_fault()?,
        procedure: row.try_get(2).or_fault()?,
        stage: row.try_get(3).or_fault()?,
        is_open: row.try_get::<_, i64>(4).or_fault()? != 0,
    };
    let parts = Parts::from_bytes(row.try_get(5).or_fault()?).ok_or_else(|| damaged("列表行"))?;
    Ok(OldRow { counted, parts })
}

/// A command as its first act shows it, without any numbers.
fn earlier_of(row: &Row) -> Result<Earlier, StoreError> {
    Ok(Earlier {
        content: hash(row, 2)?,
        matter: row.try_get(3).or_fault()?,
        first_seq: number(row, 4)?,
        first_leaf: number(row, 5)?,
        numbers: Vec::new(),
    })
}

fn put_earlier(earlier: &mut Earlier, row: &Row) -> Result<(), StoreError> {
    earlier.numbers.push(row.try_get(6).or_fault()?);
    Ok(())
}
