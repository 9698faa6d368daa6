//! Spreads work that depends on nothing but its own input over the threads there are.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::report::Errors;

/// What `work` makes of each entry, in the order of the entries.
/// What is wrong is noted in `errors`; which thread found it cannot be seen, because errors are told in order of place.
pub fn each<'i, I: Sync, T: Send>(
    entries: &'i [I],
    errors: &Errors,
    work: impl Fn(usize, &'i I, &Errors) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let run = || {
        let (own, mut made) = (Errors::default(), Vec::new());
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(entry) = entries.get(index) else { break };
            made.push((index, work(index, entry, &own)));
        }
        (own, made)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(entries.len()).min(8);
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let joined = others.into_iter().map(|other| other.join().expect("reading the law does not panic"));
        let mut all = Vec::with_capacity(entries.len());
        for (found, made) in std::iter::once(run()).chain(joined) {
            errors.absorb(found);
            all.extend(made);
        }
        all
    });
    all.sort_unstable_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Place;

    #[test]
    fn results_keep_the_order_of_the_entries_and_no_error_is_lost() {
        let entries: Vec<usize> = (0..1000).collect();
        let errors = Errors::default();
        let made = each(&entries, &errors, |index, entry, errors| {
            if entry % 100 == 7 {
                errors.add(&Place { file: index, span: 0..1 }, "seven");
            }
            entry * 2
        });
        assert_eq!(made, entries.iter().map(|entry| entry * 2).collect::<Vec<_>>());
        let places: Vec<usize> = errors.into_sorted().iter().map(|error| error.place.file).collect();
        assert_eq!(places, [7, 107, 207, 307, 407, 507, 607, 707, 807, 907]);
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(each(&[], &Errors::default(), |_, entry: &u8, _| *entry).is_empty());
    }
}
