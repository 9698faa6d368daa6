//! Writes what the plan says, a statement a table: as many as the group has tables, however many acts it has.

use deadpool_postgres::Object;
use store::StoreError;
use store::fault::{Faults, Step};
use store::plan::Writes;
use tokio_postgres::types::ToSql;

use crate::fault::OrFault as _;
use crate::rows;

/// A value of a statement.
pub type Value = Box<dyn ToSql + Sync + Send>;

/// Statements to be sent one after the other without waiting in between.
#[derive(Default)]
pub struct Batch {
    statements: Vec<(&'static str, Vec<Value>)>,
}

impl Batch {
    /// Adds a statement.
    pub fn add(&mut self, sql: &'static str, values: Vec<Value>) {
        self.statements.push((sql, values));
    }

    /// Sends all of them at once and waits for all of them.
    pub async fn run(self, client: &Object) -> Result<(), StoreError> {
        let prepare = self.statements.iter().map(|(sql, _)| client.prepare_cached(sql));
        let prepared = futures_util::future::try_join_all(prepare).await.or_fault()?;
        let run = prepared.iter().zip(&self.statements).map(async |(statement, (_, values))| {
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| &**value as _).collect();
            client.execute(statement, &values).await
        });
        // They are polled, and so sent, in order.
        futures_util::future::try_join_all(run).await.or_fault().map(drop)
    }
}

/// Writes a plan. Without faults it is one round trip.
pub async fn write(client: &Object, writes: &Writes, faults: &Faults) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    let failed = statements(&mut batch, writes, faults);
    batch.run(client).await?;
    failed
}

/// All statements up to a fault.
fn statements(batch: &mut Batch, writes: &Writes, faults: &Faults) -> Result<(), StoreError> {
    acts(batch, writes);
    faults.check(Step::Acts)?;
    beside(batch, writes);
    faults.check(Step::Truth)?;
    rows::put(batch, &writes.rows);
    rows::count(batch, &writes.counters);
    faults.check(Step::Rows)?;
    let recorded = writes.recorded.map(jiff::Timestamp::as_microsecond);
    batch.add(
        "update log_head set size = $1, peaks = $2, recorded = $3",
        vec![Box::new(writes.range.size() as i64), Box::new(writes.range.to_bytes()), Box::new(recorded)],
    );
    Ok(())
}

/// A column of what is written.
fn column<'a, W, T: ToSql + Sync + Send + 'static>(writes: &'a [W], of: impl Fn(&'a W) -> T) -> Value {
    Box::new(writes.iter().map(of).collect::<Vec<T>>())
}

fn acts(batch: &mut Batch, writes: &Writes) {
    let acts = &writes.acts;
    batch.add(
        "insert into act (leaf, unit, matter, seq, number, hash, bytes)
            select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bytea[], $7::bytea[])",
        vec![
            column(acts, |act| act.leaf as i64),
            column(acts, |act| act.key.unit.clone()),
            column(acts, |act| act.key.matter.clone()),
            column(acts, |act| i64::from(act.seq)),
            column(acts, |act| act.number.clone()),
            column(acts, |act| act.sealed.hash.0.to_vec()),
            column(acts, |act| act.sealed.bytes.clone()),
        ],
    );
    let nodes = &writes.nodes;
    if !nodes.is_empty() {
        batch.add(
            "insert into node (level, idx, hash) select * from unnest($1::bigint[], $2::bigint[], $3::bytea[])",
            vec![
                column(nodes, |node| i64::from(node.level)),
                column(nodes, |node| node.index as i64),
                column(nodes, |node| node.hash.0.to_vec()),
            ],
        );
    }
}

/// What lies beside the acts: commands, openings, erasures, attachments, series.
fn beside(batch: &mut Batch, writes: &Writes) {
    let commands = &writes.commands;
    if !commands.is_empty() {
        batch.add(
            "insert into command (unit, key, content, matter, first_seq, n_acts)
                select * from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bigint[], $6::bigint[])",
            vec![
                column(commands, |command| command.unit.clone()),
                column(commands, |command| command.key.clone()),
                column(commands, |command| command.content.0.to_vec()),
                column(commands, |command| command.matter.clone()),
                column(commands, |command| i64::from(command.first_seq)),
                column(commands, |command| i64::from(command.n_acts)),
            ],
        );
    }
    let openings = &writes.openings;
    if !openings.is_empty() {
        batch.add(
            "insert into opening (unit, matter, seq, path, value, salt)
                select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bytea[])",
            vec![
                column(openings, |opening| opening.key.unit.clone()),
                column(openings, |opening| opening.key.matter.clone()),
                column(openings, |opening| i64::from(opening.seq)),
                column(openings, |opening| opening.path.clone()),
                column(openings, |opening| opening.value.clone()),
                column(openings, |opening| opening.salt.to_vec()),
            ],
        );
    }
    let erasures = &writes.erasures;
    if !erasures.is_empty() {
        batch.add(
            "update opening o set value = null, salt = null, erased_by = e.by
                from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[]) e (unit, matter, seq, path, by)
                where o.unit = e.unit and o.matter = e.matter and o.seq = e.seq and o.path = e.path
                    and o.erased_by is null",
            vec![
                column(erasures, |erasure| erasure.key.unit.clone()),
                column(erasures, |erasure| erasure.key.matter.clone()),
                column(erasures, |erasure| i64::from(erasure.seq)),
                column(erasures, |erasure| erasure.path.clone()),
                column(erasures, |erasure| i64::from(erasure.by)),
            ],
        );
    }
    let blobs = &writes.blobs;
    if !blobs.is_empty() {
        batch.add(
            "insert into blob_use (digest, unit, matter, seq)
                select * from unnest($1::bytea[], $2::text[], $3::text[], $4::bigint[]) on conflict do nothing",
            vec![
                column(blobs, |blob| blob.digest.0.to_vec()),
                column(blobs, |blob| blob.key.unit.clone()),
                column(blobs, |blob| blob.key.matter.clone()),
                column(blobs, |blob| i64::from(blob.seq)),
            ],
        );
    }
    if !writes.series.is_empty() {
        let (keys, lasts): (Vec<String>, Vec<i64>) =
            writes.series.iter().map(|(key, last)| (key.clone(), i64::from(*last))).unzip();
        batch.add(
            "insert into series (key, last) select * from unnest($1::text[], $2::bigint[])
                on conflict (key) do update set last = excluded.last",
            vec![Box::new(keys), Box::new(lasts)],
        );
    }
}
