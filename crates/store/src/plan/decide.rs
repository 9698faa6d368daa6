//! The plan itself: the appends of a group, one after the other, as if each had been alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::append::{Append, Appended};
use crate::canonical;
use crate::plan::{
    ActWrite, Answer, BlobWrite, Changed, CommandWrite, Counted, Earlier, ErasureWrite, Facts, NodeWrite,
    OldRow, OpeningWrite, Plan, Prepared, ReadyRows, RowWrite, Sealed, Standing, Writes,
};
use crate::tree::Hash;

/// Levels of the tree that one level of tiles spans.
const TILE_HEIGHT: u8 = 8;

/// Decides a group: who is recorded, with which leaves and numbers, and everything that is to be written.
/// The answers are those the appends would get one after the other; one that loses changes nothing for the rest.
///
/// No two appends of a group are of one matter; [`crate::group::take`] sees to that.
#[must_use]
pub fn plan(group: &[&Prepared], facts: Facts) -> Plan {
    let range = facts.range.clone();
    let writes = Writes { range, recorded: facts.recorded, ..Writes::default() };
    let mut planning = Planning { facts, writes };
    let answers = group.iter().map(|prepared| planning.answer(prepared)).collect();
    planning.writes.counters.retain(|_, change| *change != 0);
    Plan { answers, writes: planning.writes }
}

/// The facts as the appends decided so far have left them, and what these write.
struct Planning {
    facts: Facts,
    writes: Writes,
}

impl Planning {
    fn answer(&mut self, prepared: &Prepared) -> Answer {
        let append = &prepared.append;
        if let Some(answer) = self.known(append).or_else(|| self.stale(append)) {
            return answer;
        }
        let mut series = BTreeMap::new();
        match self.number(prepared, &mut series) {
            Ok(numbered) => Answer::Recorded(self.record(prepared, numbered, series)),
            Err(why) => Answer::Invalid { why },
        }
    }

    /// The answer to a command that was recorded before, or whose key was.
    fn known(&self, append: &Append) -> Option<Answer> {
        let command = append.command.as_ref()?;
        let earlier = self.facts.commands.get(&(append.key.unit.clone(), command.text.clone()))?;
        if earlier.content != command.content || earlier.matter != append.key.matter {
            return Some(Answer::KeyReused { key: command.text.clone() });
        }
        Some(Answer::Repeated(earlier.answer()))
    }

    /// Why what the caller saw is no longer so.
    fn stale(&self, append: &Append) -> Option<Answer> {
        let n_acts = |key| self.facts.matters.get(key).map_or(0, |standing: &Standing| standing.n_acts);
        let current = n_acts(&append.key);
        if current != append.expected {
            return Some(match append.expected {
                0 => Answer::Exists { key: append.key.clone(), current },
                _ => Answer::Conflict { current },
            });
        }
        let changed = append.seen.iter().find(|seen| n_acts(&seen.key) != seen.version)?;
        let (key, seen) = (changed.key.clone(), changed.version);
        let current = n_acts(&key);
        Some(Answer::SeenChanged { key, seen, current })
    }

    /// Gives the acts their paper numbers; `series` gets the serials that move if the append is recorded.
    fn number(
        &self,
        prepared: &Prepared,
        series: &mut BTreeMap<String, u32>,
    ) -> Result<Vec<(Sealed, Option<String>)>, String> {
        let acts = prepared.append.acts.iter().zip(&prepared.sealed);
        acts.map(|(act, sealed)| {
            let Some(wanted) = &act.series else {
                let sealed = sealed.clone().expect("an act that wants no number was sealed");
                return Ok((sealed, None));
            };
            let last = series.get(&wanted.key).or_else(|| self.facts.series.get(&wanted.key));
            let serial = match last {
                None => wanted.first,
                Some(last) => last.checked_add(1).ok_or("编号已用尽")?,
            };
            series.insert(wanted.key.clone(), serial);
            let number = wanted.number(serial);
            let bytes = act.seal(Some(&number)).map_err(|wrong| wrong.to_string())?;
            Ok((Sealed::new(bytes), Some(number)))
        })
        .collect()
    }

    /// Writes down an append that nothing stands in the way of.
    fn record(
        &mut self,
        prepared: &Prepared,
        numbered: Vec<(Sealed, Option<String>)>,
        series: BTreeMap<String, u32>,
    ) -> Appended {
        let append = &prepared.append;
        let first_leaf = self.writes.range.size();
        let standing = self.facts.matters.entry(append.key.clone());
        let begun = standing.or_insert(Standing { n_acts: 0, begun: first_leaf }).begun;
        let numbers: Vec<Option<String>> = numbered.iter().map(|(_, number)| number.clone()).collect();
        for ((act, (sealed, number)), seq) in append.acts.iter().zip(numbered).zip(append.expected + 1..) {
            let leaf = self.leaf(sealed.hash);
            let key = append.key.clone();
            self.writes.openings.extend(act.openings.iter().map(|opening| OpeningWrite {
                key: key.clone(),
                begun,
                seq,
                path: opening.path.clone(),
                value: canonical::text(&opening.value).expect("the append was checked"),
                salt: opening.salt,
            }));
            let blob = |digest: &Hash| BlobWrite { key: key.clone(), seq, digest: *digest };
            self.writes.blobs.extend(act.blobs.iter().map(blob));
            self.writes.recorded = self.writes.recorded.max(act.recorded());
            self.writes.acts.push(ActWrite { key, begun, seq, leaf, sealed, number });
        }
        let by = append.version_after();
        self.writes.erasures.extend(append.erase.iter().map(|erase| ErasureWrite {
            key: append.key.clone(),
            begun,
            seq: erase.seq,
            path: erase.path.clone(),
            by,
        }));
        self.facts.series.extend(series.clone());
        self.writes.series.extend(series);
        self.facts.matters.insert(append.key.clone(), Standing { n_acts: by, begun });
        self.remember(append, first_leaf, &numbers);
        self.replace_rows(prepared, begun, &numbers);
        let seqs = (append.expected + 1..=by).collect();
        Appended { first_leaf, seqs, numbers, size_after: self.writes.range.size(), repeated: false }
    }

    /// Puts a leaf on the tree and keeps the nodes that tiles are made of.
    fn leaf(&mut self, hash: Hash) -> u64 {
        let Writes { range, nodes, .. } = &mut self.writes;
        let leaf = range.size();
        range.push_with(hash, |id, hash| {
            if id.level > 0 && id.level % TILE_HEIGHT == 0 {
                nodes.push(NodeWrite { level: id.level / TILE_HEIGHT, index: id.index, hash: *hash });
            }
        });
        leaf
    }

    fn remember(&mut self, append: &Append, first_leaf: u64, numbers: &[Option<String>]) {
        let Some(command) = &append.command else { return };
        let (unit, matter) = (append.key.unit.clone(), append.key.matter.clone());
        let (content, first_seq) = (command.content, append.expected + 1);
        self.writes.commands.push(CommandWrite {
            unit: unit.clone(),
            key: command.text.clone(),
            content,
            matter: matter.clone(),
            first_seq,
            n_acts: append.version_after() - append.expected,
        });
        // The same key may stand in this group again, as a repeated click does.
        let earlier = Earlier { content, matter, first_seq, first_leaf, numbers: numbers.to_vec() };
        self.facts.commands.insert((unit, command.text.clone()), earlier);
    }

    fn replace_rows(&mut self, prepared: &Prepared, begun: u64, numbers: &[Option<String>]) {
        let mut ready = prepared.ready.clone();
        let first = numbers.iter().flatten().next();
        if let (None, Some(first)) = (&ready.rows.row.number, first) {
            let mut rows = ready.rows.clone();
            rows.row.number = Some(first.clone());
            ready = Arc::new(ReadyRows::new(rows));
        }
        let old = self.facts.rows.get(&ready.rows.row.key);
        self.writes.put_rows(ready, begun, old);
    }
}

impl Writes {
    /// Adds a read model, in place of `old`.
    pub fn put_rows(&mut self, ready: Arc<ReadyRows>, begun: u64, old: Option<&OldRow>) {
        let (parts, counted) = (&ready.parts, Counted::of(&ready.rows));
        if old.is_none_or(|old| old.counted != counted) {
            *self.counters.entry(counted).or_default() += 1;
            if let Some(old) = old {
                *self.counters.entry(old.counted.clone()).or_default() -= 1;
            }
        }
        let changed = match old {
            None => Changed { placing: true, links: true, limits: true, findings: true, words: true },
            Some(OldRow { parts: before, .. }) => Changed {
                placing: before.placing != parts.placing,
                links: before.links != parts.links,
                limits: before.limits != parts.limits,
                findings: before.findings != parts.findings,
                words: before.words != parts.words,
            },
        };
        self.rows.push(RowWrite { begun, ready, changed });
    }
}
