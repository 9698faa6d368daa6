//! Looks up what the gates of an act ask for: entries of registers, and acts of other matters.

use jiff::Timestamp;
use lawbook::Lawbook;
use record::{Asked, Record, Surroundings};
use serde_json::{Map, Value as Json};
use store::{MatterKey, MatterQuery, MatterSort, Scope, SeenMatter, StoredMatter};
use terms::{Moment, Value};

use super::load;
use crate::app::App;
use crate::error::{Error, Result};

/// Rounds of asking and looking up: an entry of a register seldom asks for another.
const N_ROUNDS: usize = 4;

/// An entry of a register: register and subject.
type Entry = (Box<str>, Box<str>);

/// Matters that were looked up.
pub(crate) struct LookedUp {
    stored: Vec<StoredMatter>,
}

impl LookedUp {
    /// The versions that were seen, for those of these that a decision used.
    pub(crate) fn seen(&self, used: &[record::Seen]) -> Vec<SeenMatter> {
        let used = |stored: &&StoredMatter| used.iter().any(|seen| *seen.matter == *stored.key.matter);
        let seen = |stored: &StoredMatter| SeenMatter { key: stored.key.clone(), version: stored.version() };
        self.stored.iter().filter(used).map(seen).collect()
    }

    fn records<'b>(&self, book: &'b Lawbook) -> Result<Vec<Record<'b>>> {
        self.stored.iter().map(|stored| load::record(book, stored)).collect()
    }
}

impl App {
    /// Asks a question of the law again and again, looking up what it asked for in between; the matters that acts are
    /// brought in from are at hand from the beginning.
    pub(crate) async fn with_registers<T: Send>(
        &self,
        adopted: Vec<StoredMatter>,
        ask: impl Fn(&Surroundings<'_>) -> T + Send + Sync,
    ) -> Result<(T, LookedUp)> {
        let mut looked = LookedUp { stored: adopted };
        let mut known: Vec<Entry> = Vec::new();
        for _ in 0..N_ROUNDS {
            let (answer, wanted) = self.ask_once(&looked, &ask)?;
            let new: Vec<_> = wanted.into_iter().filter(|entry| !known.contains(entry)).collect();
            if new.is_empty() {
                return Ok((answer, looked));
            }
            for (register, subject) in &new {
                if let Some(stored) = self.entry(register, subject).await? {
                    looked.stored.push(stored);
                }
            }
            known.extend(new);
        }
        let (answer, _) = self.ask_once(&looked, &ask)?;
        Ok((answer, looked))
    }

    fn ask_once<T>(
        &self,
        looked: &LookedUp,
        ask: &impl Fn(&Surroundings<'_>) -> T,
    ) -> Result<(T, Vec<Entry>)> {
        let records = looked.records(&self.book)?;
        let asked = Asked::default();
        let surroundings = Surroundings { records: &records, entries: &[], given: true, asked: Some(&asked) };
        let answer = ask(&surroundings);
        Ok((answer, asked.entries()))
    }

    /// The procedures whose matters are the entries of a register.
    pub(crate) fn procedures_of_register(&self, register: &str) -> Vec<String> {
        let keeps = |procedure: &&lawbook::model::Procedure| {
            procedure.register.as_ref().is_some_and(|kept| kept.id == register)
        };
        let mut procedures: Vec<String> =
            self.book.procedures.iter().filter(keeps).map(|procedure| procedure.id.clone()).collect();
        procedures.dedup();
        procedures
    }

    /// The matter that is the entry of a subject in a register: the latest begun.
    pub(crate) async fn entry(&self, register: &str, subject: &str) -> Result<Option<StoredMatter>> {
        let procedures = self.procedures_of_register(register);
        if procedures.is_empty() {
            return Ok(None);
        }
        let query = MatterQuery {
            procedures,
            counterpart: Some(subject.to_owned()),
            sort: MatterSort::Begun,
            n: 1,
            ..MatterQuery::of(Scope::All)
        };
        match self.store.matters(&query).await?.rows.first() {
            None => Ok(None),
            Some(row) => Ok(self.store.load(&row.key).await?),
        }
    }

    /// A value of a register entry at an instant.
    pub(crate) async fn register_value(
        &self,
        register: &str,
        subject: &str,
        value: &str,
        at: Timestamp,
    ) -> Result<Option<Value>> {
        let Some(stored) = self.entry(register, subject).await? else { return Ok(None) };
        let record = load::record(&self.book, &stored)?;
        let records = [record];
        let surroundings = Surroundings { records: &records, given: true, ..Surroundings::none() };
        Ok(surroundings.look(register, subject, value, Moment::Instant(at)).and_then(|looked| looked.value))
    }

    /// Puts the text and the leaf hash of each adopted act into the line that adopts it.
    ///
    /// # Errors
    /// `Invalid` when an act it names is not in the store.
    pub(super) async fn fill_adopted(
        &self,
        unit: &str,
        line: &mut Map<String, Json>,
    ) -> Result<Vec<StoredMatter>> {
        let mut others: Vec<StoredMatter> = Vec::new();
        let Some(adopted) = line.get_mut("adopted").and_then(Json::as_array_mut) else { return Ok(others) };
        for one in adopted.iter_mut() {
            let named = (one["matter"].as_str().map(str::to_owned), one["seq"].as_u64());
            let (Some(matter), Some(seq)) = named else {
                return Err(Error::invalid("引入须写明事项和序号"));
            };
            let of = one["unit"].as_str().unwrap_or(unit).to_owned();
            let stored = self.store.load(&MatterKey::new(of, matter.clone())).await?;
            let act = stored.iter().flat_map(|stored| &stored.acts).find(|act| u64::from(act.seq) == seq);
            let act = act.ok_or_else(|| Error::invalid(format!("引入的环节不存在：{matter} 第 {seq} 号")))?;
            let mut text = Json::Object(super::personal::open(act)?);
            text["matter"] = Json::from(matter.clone());
            *one = serde_json::json!({ "matter": matter, "seq": seq, "leaf": act.hash.to_string() });
            let mut holder = serde_json::json!({ "adopted": [one.take()] });
            record::fill_adopted(&mut holder, std::slice::from_ref(&text));
            *one = holder["adopted"][0].take();
            others.extend(stored.filter(|stored| others.iter().all(|known| known.key != stored.key)));
        }
        Ok(others)
    }
}
