//! Periods that do not count (不计入的期间).

use jiff::civil::Date;

use crate::period::LimitError;

/// Suspended days: ranges sorted and merged, so that no day is taken off twice.
#[derive(Debug, Clone)]
pub(crate) struct Suspended {
    ranges: Vec<(Date, Date)>,
}

impl Suspended {
    /// # Errors
    /// A range that ends before it begins.
    pub(crate) fn of(given: &[(Date, Date)]) -> Result<Suspended, LimitError> {
        if let Some((from, to)) = given.iter().find(|(from, to)| from > to) {
            return Err(LimitError::ExclusionReversed { from: *from, to: *to });
        }
        let mut sorted = given.to_vec();
        sorted.sort_unstable();
        let mut ranges: Vec<(Date, Date)> = Vec::with_capacity(sorted.len());
        for (from, to) in sorted {
            match ranges.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => ranges.push((from, to)),
            }
        }
        Ok(Suspended { ranges })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    pub(crate) fn contains(&self, day: Date) -> bool {
        let next = self.ranges.partition_point(|(_, to)| *to < day);
        self.ranges.get(next).is_some_and(|(from, _)| *from <= day)
    }

    pub(crate) fn ranges(&self) -> impl DoubleEndedIterator<Item = (Date, Date)> {
        self.ranges.iter().copied()
    }
}
