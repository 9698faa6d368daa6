//! Names of activities as small numbers.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::projection::{ActivityRule, Projection, UnknownActivities};

/// More different activities than this is a wrongly chosen column, not a log of procedures.
pub(super) const N_ACTIVITIES_MAX: usize = 10_000;

/// Number of an activity in one file, dense, in order of first use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActivityId(pub u32);

/// The activities met so far.
#[derive(Debug, Default)]
pub(super) struct Activities {
    rows: Vec<Activity>,
    by_name: FxHashMap<Box<str>, Slot>,
}

#[derive(Debug)]
pub(super) struct Activity {
    pub name: Arc<str>,
    pub act: Option<Arc<str>>,
}

/// What is known of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Known(ActivityId),
    /// Not in the mapping, met for the first time, and to be reported.
    UnknownFirst,
    /// Not in the mapping, reported or not to be reported.
    Unknown,
}

/// There are more than [`N_ACTIVITIES_MAX`].
pub(super) struct TooMany;

impl Activities {
    pub(super) fn find(&mut self, name: &str, projection: &Projection) -> Result<Slot, TooMany> {
        if let Some(slot) = self.by_name.get(name) {
            return Ok(*slot);
        }
        if self.by_name.len() >= N_ACTIVITIES_MAX {
            return Err(TooMany);
        }
        let slot = match &projection.activities {
            ActivityRule::AsWritten => self.add(name, None),
            ActivityRule::Mapped { acts, unknown } => match (acts.get(name), unknown) {
                (Some(act), _) => self.add(name, Some(act.clone())),
                (None, UnknownActivities::Error) => Slot::UnknownFirst,
                (None, UnknownActivities::Skip) => Slot::Unknown,
            },
        };
        let later = if slot == Slot::UnknownFirst { Slot::Unknown } else { slot };
        self.by_name.insert(name.into(), later);
        Ok(slot)
    }

    fn add(&mut self, name: &str, act: Option<Arc<str>>) -> Slot {
        // At most N_ACTIVITIES_MAX, so the number fits.
        let id = ActivityId(self.rows.len() as u32);
        self.rows.push(Activity { name: name.into(), act });
        Slot::Known(id)
    }

    pub(super) fn get(&self, id: ActivityId) -> Option<&Activity> {
        self.rows.get(id.0 as usize)
    }
}

/// The candidate most like `given`, if one is like it at all.
pub(super) fn nearest<'a>(given: &str, candidates: impl Iterator<Item = &'a Arc<str>>) -> Option<Arc<str>> {
    let given: Vec<char> = given.chars().flat_map(char::to_lowercase).take(60).collect();
    let scored = candidates.map(|name| {
        let letters: Vec<char> = name.chars().flat_map(char::to_lowercase).take(60).collect();
        (distance(&given, &letters), name)
    });
    let (far, name) = scored.min_by_key(|(far, _)| *far)?;
    (far * 2 < given.len().max(2)).then(|| name.clone())
}

/// Letters to insert, delete or replace (Levenshtein).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(right) {
            let changed = diagonal + usize::from(a != b);
            diagonal = *cell;
            before = changed.min(diagonal + 1).min(before + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_activity_finds_its_neighbor() {
        let names: Vec<Arc<str>> = vec!["Create Fine".into(), "Send Fine".into(), "送达决定书".into()];
        assert_eq!(nearest("create fien", names.iter()).as_deref(), Some("Create Fine"));
        assert_eq!(nearest("送达处罚决定书", names.iter()).as_deref(), Some("送达决定书"));
        assert_eq!(nearest("Payment", names.iter()), None);
        assert_eq!(distance(&['a', 'b', 'c'], &['b', 'c', 'd']), 2);
    }
}
