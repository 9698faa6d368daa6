//! What the plan of a group has to know, read inside its transaction.

use rusqlite::{Connection, OptionalExtension as _, Row};
use store::plan::{Counted, Earlier, Facts, Needs, OldRow, Parts, Standing};
use store::tree::CompactRange;
use store::{Hash, MatterKey, StoreError};

use crate::fault::{OrFault as _, damaged};

/// The facts of a group.
pub fn read(connection: &Connection, needs: &Needs) -> Result<Facts, StoreError> {
    let (range, recorded) = head(connection)?;
    let mut facts = Facts { range, recorded, ..Facts::default() };
    for key in &needs.matters {
        let Some(standing) = standing(connection, key)? else { continue };
        facts.matters.insert(key.clone(), standing);
        if needs.own.contains(key)
            && let Some(old) = old_row(connection, key, standing.begun)?
        {
            facts.rows.insert(key.clone(), old);
        }
    }
    for (unit, key) in &needs.commands {
        if let Some(earlier) = earlier(connection, unit, key)? {
            facts.commands.insert((unit.clone(), key.clone()), earlier);
        }
    }
    for key in &needs.series {
        let mut statement = connection.prepare_cached("select last from series where key = ?1").or_fault()?;
        if let Some(last) = statement.query_row([key], |row| row.get(0)).optional().or_fault()? {
            facts.series.insert(key.clone(), last);
        }
    }
    Ok(facts)
}

/// The tree of the log, and when the last act was recorded.
pub fn head(connection: &Connection) -> Result<(CompactRange, Option<jiff::Timestamp>), StoreError> {
    let mut statement = connection.prepare_cached("select size, peaks, recorded from log_head").or_fault()?;
    let columns =
        |row: &Row| Ok((row.get::<_, u64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Option<i64>>(2)?));
    let (size, peaks, recorded) = statement.query_row([], columns).or_fault()?;
    let range = CompactRange::from_bytes(size, &peaks).map_err(|wrong| damaged(wrong.to_string()))?;
    Ok((range, recorded.and_then(|instant| jiff::Timestamp::from_microsecond(instant).ok())))
}

/// What is known of a matter, when it is there.
pub fn standing(connection: &Connection, key: &MatterKey) -> Result<Option<Standing>, StoreError> {
    let sql = "select begun from matter where unit = ?1 and matter = ?2";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let begun = statement.query_row([&key.unit, &key.matter], |row| row.get(0)).optional().or_fault()?;
    let Some(begun) = begun else { return Ok(None) };
    let mut statement = connection.prepare_cached("select max(seq) from act where begun = ?1").or_fault()?;
    let n_acts = statement.query_row([begun], |row| row.get(0)).or_fault()?;
    Ok(Some(Standing { n_acts, begun }))
}

/// The read model of a matter as it is.
fn old_row(connection: &Connection, key: &MatterKey, begun: u64) -> Result<Option<OldRow>, StoreError> {
    let sql = "select procedure, stage, is_open, parts from matter_row where begun = ?1";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let columns = |row: &Row| {
        let counted = Counted {
            unit: key.unit.clone(),
            procedure: row.get(0)?,
            stage: row.get(1)?,
            is_open: row.get(2)?,
        };
        Ok((counted, row.get::<_, Vec<u8>>(3)?))
    };
    let found = statement.query_row([begun], columns).optional().or_fault()?;
    let Some((counted, parts)) = found else { return Ok(None) };
    let parts = Parts::from_bytes(&parts).ok_or_else(|| damaged(format!("列表行 `{key}`")))?;
    Ok(Some(OldRow { counted, parts }))
}

/// A command recorded before.
pub fn earlier(connection: &Connection, unit: &str, key: &str) -> Result<Option<Earlier>, StoreError> {
    let sql = "select content, matter, first_seq, n_acts from command where unit = ?1 and key = ?2";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let columns = |row: &Row| {
        let matter: String = row.get(1)?;
        Ok((row.get::<_, [u8; 32]>(0)?, matter, row.get::<_, u32>(2)?, row.get::<_, u32>(3)?))
    };
    let found = statement.query_row([unit, key], columns).optional().or_fault()?;
    let Some((content, matter, first_seq, n_acts)) = found else { return Ok(None) };
    let sql = "select a.leaf, a.number from matter m cross join act a
        where m.unit = ?1 and m.matter = ?2 and a.begun = m.begun and a.seq between ?3 and ?4 order by a.seq";
    let mut statement = connection.prepare_cached(sql).or_fault()?;
    let acts = statement
        .query_map((unit, &matter, first_seq, first_seq + n_acts - 1), |row| Ok((row.get(0)?, row.get(1)?)))
        .or_fault()?;
    let acts: Vec<(u64, Option<String>)> = acts.collect::<Result<_, _>>().or_fault()?;
    let first_leaf = acts.first().ok_or_else(|| damaged(format!("请求 `{key}` 没有环节")))?.0;
    let numbers = acts.into_iter().map(|(_, number)| number).collect();
    Ok(Some(Earlier { content: Hash(content), matter, first_seq, first_leaf, numbers }))
}
