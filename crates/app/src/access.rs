//! Who may read what: asked here at every read, of the grants of `law/access.toml`; what no grant names, nobody reads.

use std::sync::Arc;

use jiff::Timestamp;
use lawbook::Lawbook;
use lawbook::model::{ReadGrant, Relation, Thing};
use store::{MatterKey, MatterQuery, MatterRow, Part, Scope, StoredMatter, Whose};

use crate::app::App;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::people::session;

/// How deep units lie under one another at most: province, city, county, brigade, squad, and room to spare.
const DEPTH_MAX: usize = 12;

/// Units with the one above each.
type UnitTree = Vec<(String, String)>;

/// The unit tree, with the latest unit file and instant it was read at.
pub(crate) type SeenUnits = (Option<(MatterKey, Timestamp)>, Arc<UnitTree>);

/// Grants that a caller has about a thing.
fn grants<'a>(
    book: &'a Lawbook,
    caller: &'a Caller,
    thing: Thing,
    procedure: Option<&'a str>,
) -> impl Iterator<Item = &'a ReadGrant> {
    let held =
        |grant: &&ReadGrant| grant.posts.iter().any(|post| caller.posts.iter().any(|held| held == post));
    book.grants.iter().filter(held).filter(move |grant| grant.covers(thing, procedure))
}

/// The widest relation in which a caller may read a thing; nothing when it may not be read at all.
#[must_use]
pub fn widest(book: &Lawbook, caller: &Caller, thing: Thing, procedure: Option<&str>) -> Option<Relation> {
    grants(book, caller, thing, procedure).map(|grant| grant.relation).max()
}

/// How near a caller stands to a matter, when units above it are known.
#[must_use]
pub fn relation(caller: &Caller, row: &MatterRow, above: &[String]) -> Relation {
    let same_unit = row.key.unit == caller.unit;
    let own =
        row.officers.contains(&caller.person) || row.parties.iter().any(|party| party.id == caller.person);
    if own {
        Relation::Own
    } else if same_unit && caller.squad.is_some() && row.squad == caller.squad {
        Relation::Squad
    } else if same_unit {
        Relation::Unit
    } else if above.contains(&caller.unit) {
        Relation::Below
    } else {
        Relation::Any
    }
}

impl App {
    /// Lets those pass who may read a thing at all, wherever it is.
    ///
    /// # Errors
    /// `Forbidden` otherwise.
    pub fn demand_may_read(&self, caller: &Caller, thing: Thing) -> Result<()> {
        caller.demand(session::Scope::Read)?;
        match widest(&self.book, caller, thing, None) {
            Some(_) => Ok(()),
            None => Err(Error::forbidden("您的岗位无权查阅此项内容")),
        }
    }

    /// Lets those pass who may read a thing of a matter.
    ///
    /// # Errors
    /// `NotFound` otherwise: whether there is such a matter is not told.
    pub async fn demand_may_read_of(&self, caller: &Caller, thing: Thing, row: &MatterRow) -> Result<()> {
        caller.demand(session::Scope::Read)?;
        let widest = widest(&self.book, caller, thing, Some(&row.procedure));
        let above = match widest {
            Some(Relation::Below) if row.key.unit != caller.unit => self.units_above(&row.key.unit).await?,
            _ => Vec::new(),
        };
        if widest.is_some_and(|widest| relation(caller, row, &above) <= widest) {
            Ok(())
        } else {
            Err(Error::not_found(format!("事项“{}”", row.key.matter)))
        }
    }

    /// Lets those pass who may see a stored matter.
    ///
    /// # Errors
    /// As [`App::demand_may_read_of`].
    pub(crate) async fn demand_may_see(&self, caller: &Caller, stored: &StoredMatter) -> Result<()> {
        let row = self.row(&stored.key).await?;
        let thing = self.thing_of(&row.procedure);
        self.demand_may_read_of(caller, thing, &row).await
    }

    /// What the matters of a procedure are: entries of a register, or matters.
    pub(crate) fn thing_of(&self, procedure: &str) -> Thing {
        let of = self.book.procedures.iter().find(|known| known.id == procedure);
        match of {
            Some(of) if of.register.is_some() => Thing::Register,
            _ => Thing::Matter,
        }
    }

    /// Lets those pass who may do something in a unit's matters: its own people, and those of a unit above it. Which act
    /// they may do, the act's own gates say.
    ///
    /// # Errors
    /// `NotFound` otherwise.
    pub(crate) async fn demand_may_act(&self, caller: &Caller, key: &MatterKey) -> Result<()> {
        if key.unit == caller.unit || self.units_above(&key.unit).await?.contains(&caller.unit) {
            return Ok(());
        }
        Err(Error::not_found(format!("事项“{}”", key.matter)))
    }

    pub(crate) async fn row(&self, key: &MatterKey) -> Result<MatterRow> {
        let rows = self.store.rows(key).await?;
        Ok(rows.ok_or_else(|| Error::not_found(format!("事项“{}”", key.matter)))?.row)
    }

    /// The units above a unit, the nearest first, as the register of units says today.
    pub(crate) async fn units_above(&self, unit: &str) -> Result<Vec<String>> {
        let mut found: Vec<String> = Vec::new();
        let mut at = unit.to_owned();
        while found.len() < DEPTH_MAX {
            let parent = self.register_value("unit", &at, "parent", self.now()).await?;
            let Some(parent) = parent.as_ref().and_then(terms::Value::as_text) else { break };
            if found.iter().any(|known| known == parent) || parent == unit {
                break;
            }
            found.push(parent.to_owned());
            at = parent.to_owned();
        }
        Ok(found)
    }

    /// The units below a unit, as the register of units says today.
    pub(crate) async fn units_below(&self, unit: &str) -> Result<Vec<String>> {
        let tree = self.unit_tree().await?;
        let mut found = Vec::new();
        let mut waiting = vec![unit.to_owned()];
        while let Some(at) = waiting.pop() {
            for (below, parent) in tree.iter() {
                if *parent == at && below != unit && !found.contains(below) {
                    found.push(below.clone());
                    waiting.push(below.clone());
                }
            }
        }
        Ok(found)
    }

    /// Each unit with the one above it. Read again when a unit's file has changed.
    async fn unit_tree(&self) -> Result<Arc<UnitTree>> {
        let mut query = MatterQuery { n: 1, ..MatterQuery::of(Scope::All) };
        query.procedures = self.procedures_of_register("unit");
        let latest = self.store.matters(&query).await?.rows.first().map(|row| (row.key.clone(), row.last));
        if let Some((seen, tree)) = &*self.units.lock().await
            && *seen == latest
        {
            return Ok(tree.clone());
        }
        let mut tree = UnitTree::new();
        query.n = store::PAGE_MAX;
        loop {
            let page = self.store.matters(&query).await?;
            for row in &page.rows {
                for party in &row.parties {
                    let parent = self.register_value("unit", &party.id, "parent", self.now()).await?;
                    if let Some(parent) = parent.as_ref().and_then(terms::Value::as_text) {
                        tree.push((party.id.clone(), parent.to_owned()));
                    }
                }
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        let tree = Arc::new(tree);
        *self.units.lock().await = Some((latest, tree.clone()));
        Ok(tree)
    }

    /// Whose matters a caller may list; nobody's when no grant says so. Grants about some procedures count when only
    /// those are asked for.
    ///
    /// # Errors
    /// When the store cannot tell the units below.
    pub(crate) async fn scope(&self, caller: &Caller, thing: Thing, procedures: &[String]) -> Result<Scope> {
        caller.demand(session::Scope::Read)?;
        let covers = |grant: &&ReadGrant| {
            grant.covers(thing, None)
                || !procedures.is_empty()
                    && procedures.iter().all(|procedure| grant.covers(thing, Some(procedure)))
        };
        let held = |grant: &&ReadGrant| grant.posts.iter().any(|post| caller.posts.contains(post));
        let widest = self.book.grants.iter().filter(held).filter(covers).map(|grant| grant.relation).max();
        let part = |whose: Whose| Part { unit: caller.unit.clone(), whose };
        let own = part(Whose::Person(caller.person.clone()));
        Ok(Scope::Of(match (widest, &caller.squad) {
            (None, _) => Vec::new(),
            (Some(Relation::Any), _) => return Ok(Scope::All),
            (Some(Relation::Below), _) => {
                let mut units = self.units_below(&caller.unit).await?;
                units.insert(0, caller.unit.clone());
                units.into_iter().map(|unit| Part { unit, whose: Whose::Unit }).collect()
            }
            (Some(Relation::Unit), _) => vec![part(Whose::Unit)],
            (Some(Relation::Squad), Some(squad)) => vec![own, part(Whose::Squad(squad.clone()))],
            (Some(Relation::Squad | Relation::Own), _) => vec![own],
        }))
    }
}
