//! Reads matters: one of them whole, pages of them, their limits and findings.

use lawbook::model::Thing;
use procedure::{next, next_json};
use record::View;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use store::{
    Count, Counter, FindingHit, FindingQuery, LimitHit, LimitQuery, MatterKey, MatterQuery, MatterRow, Page,
    Scope,
};

use super::{load, seal};
use crate::app::App;
use crate::caller::Caller;
use crate::error::Result;

/// A matter as people look at it.
#[derive(Debug, Clone, Serialize)]
pub struct MatterPage {
    /// Its row in lists.
    pub row: MatterRow,
    /// Its acts in the order they were recorded.
    pub acts: Vec<TimelineAct>,
    /// Its findings.
    pub findings: Vec<store::FindingRow>,
}

/// An act in the timeline.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineAct {
    /// Its number in the matter.
    pub seq: u32,
    /// Its place in the log.
    pub leaf: u64,
    /// The hash of its leaf, in hex.
    pub hash: String,
    /// What it is called.
    pub title: String,
    /// Whether it stands.
    pub stands: bool,
    /// Its line, with the values the reader may see.
    pub line: Map<String, Json>,
    /// Paths of values that were erased.
    pub erased: Vec<String>,
}

impl App {
    /// A matter with its acts, as far as the caller may see them.
    ///
    /// # Errors
    /// `NotFound` when there is none, or it may not be seen.
    pub async fn matter(&self, caller: &Caller, key: &MatterKey) -> Result<MatterPage> {
        let stored = self.stored(key).await?;
        self.demand_may_see(caller, &stored).await?;
        let record = load::record(&self.book, &stored)?;
        let view = View::of(&record);
        let stands =
            |seq: u32| view.by_seq(seq).is_some_and(|(_, one)| one.standing == record::Standing::Stands);
        let rows = self.store.rows(key).await?;
        let rows = rows.ok_or_else(|| crate::Error::internal(format!("{key}: no rows")))?;
        let sees_personal = self.demand_may_read_of(caller, Thing::Personal, &rows.row).await.is_ok();
        let sealed = seal::sealed(&view);
        let sees_sealed =
            sealed.is_some() && self.demand_may_read_of(caller, Thing::Sealed, &rows.row).await.is_ok();
        let read = [(sees_personal, Thing::Personal), (sees_sealed, Thing::Sealed)];
        let read: Vec<Thing> = read.into_iter().filter(|(sees, _)| *sees).map(|(_, thing)| thing).collect();
        self.note_read(caller, &rows.row, &read).await?;
        let mut acts = Vec::new();
        for act in &stored.acts {
            let mut line = super::personal::open(act)?;
            if !sees_personal {
                super::personal::veil(&self.book, &mut line);
            }
            if let (Some(sealed), false) = (&sealed, sees_sealed) {
                sealed.veil(act.seq, &mut line);
            }
            let title = record.act(act.seq).map(|known| record.procedure.def(known.act).title.clone());
            acts.push(TimelineAct {
                seq: act.seq,
                leaf: act.leaf,
                hash: act.hash.to_string(),
                title: title.unwrap_or_default(),
                stands: stands(act.seq),
                line,
                erased: act.erased.iter().map(|(path, _)| path.clone()).collect(),
            });
        }
        Ok(MatterPage { row: rows.row, acts, findings: rows.findings })
    }

    /// What can be done in a matter now, and what cannot and why: the answer of `guiju next`.
    ///
    /// # Errors
    /// As [`App::matter`].
    pub async fn next(&self, caller: &Caller, key: &MatterKey) -> Result<Json> {
        let stored = self.stored(key).await?;
        self.demand_may_see(caller, &stored).await?;
        let record = load::record(&self.book, &stored)?;
        let now = self.now();
        let (answer, _) =
            self.with_registers(Vec::new(), |surroundings| next(&record, surroundings, now)).await?;
        Ok(next_json(&record, &answer))
    }

    /// A page of the matters the caller may list; what the query says of whose is replaced.
    ///
    /// # Errors
    /// When the store cannot, or the place to go on from is not one it gave.
    pub async fn matters(&self, caller: &Caller, mut query: MatterQuery) -> Result<Page<MatterRow>> {
        query.scope = self.matter_scope(caller, &query.procedures).await?;
        Ok(self.store.matters(&query).await?)
    }

    /// How many matters a query finds, counting up to a bound.
    ///
    /// # Errors
    /// As [`App::matters`].
    pub async fn count_matters(
        &self,
        caller: &Caller,
        mut query: MatterQuery,
        at_most: u32,
    ) -> Result<Count> {
        query.scope = self.matter_scope(caller, &query.procedures).await?;
        Ok(self.store.count_matters(&query, at_most).await?)
    }

    /// Registers are listed by what may be read of them, everything else as matters.
    async fn matter_scope(&self, caller: &Caller, procedures: &[String]) -> Result<Scope> {
        let registers =
            procedures.iter().filter(|procedure| self.thing_of(procedure) == Thing::Register).count();
        let thing = if !procedures.is_empty() && registers == procedures.len() {
            Thing::Register
        } else {
            Thing::Matter
        };
        self.scope(caller, thing, procedures).await
    }

    /// A page of limits the caller may see.
    ///
    /// # Errors
    /// As [`App::matters`].
    pub async fn limits(&self, caller: &Caller, mut query: LimitQuery) -> Result<Page<LimitHit>> {
        query.scope = self.scope(caller, Thing::Matter, &query.procedures).await?;
        Ok(self.store.limits(&query).await?)
    }

    /// A page of findings the caller may see.
    ///
    /// # Errors
    /// As [`App::matters`].
    pub async fn findings(&self, caller: &Caller, mut query: FindingQuery) -> Result<Page<FindingHit>> {
        query.scope = self.scope(caller, Thing::Finding, &[]).await?;
        Ok(self.store.findings(&query).await?)
    }

    /// How many matters are in each stage, of the units whose matters the caller may list whole.
    ///
    /// # Errors
    /// As [`App::matters`].
    pub async fn counters(&self, caller: &Caller) -> Result<Vec<Counter>> {
        let units = match self.scope(caller, Thing::Matter, &[]).await? {
            Scope::All => Vec::new(),
            Scope::Of(parts) => {
                let whole = parts.into_iter().filter(|part| part.whose == store::Whose::Unit);
                let units: Vec<String> = whole.map(|part| part.unit).collect();
                if units.is_empty() {
                    return Ok(Vec::new());
                }
                units
            }
        };
        Ok(self.store.counters(&units).await?)
    }
}
