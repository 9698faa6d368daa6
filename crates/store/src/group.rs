//! Which waiting appends are taken into one transaction.

use std::collections::{BTreeSet, VecDeque};

use crate::key::MatterKey;

/// Most appends in one transaction.
pub const GROUP_MAX: usize = 256;

/// Takes from the front of the queue what goes into one transaction. Two appends to one matter never share one:
/// the second stays in its place for the next, and so does everything later of that matter.
pub fn take<T>(waiting: &mut VecDeque<T>, matter_of: impl Fn(&T) -> &MatterKey) -> Vec<T> {
    let mut taken: Vec<T> = Vec::new();
    let mut left = VecDeque::new();
    let mut matters: BTreeSet<MatterKey> = BTreeSet::new();
    while let Some(next) = waiting.pop_front() {
        if taken.len() < GROUP_MAX && matters.insert(matter_of(&next).clone()) {
            taken.push(next);
        } else {
            left.push_back(next);
        }
    }
    *waiting = left;
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_appends_to_one_matter_never_share_a_group() {
        let key = |name: &str| MatterKey::new("u", name);
        let mut waiting: VecDeque<(MatterKey, u32)> =
            [(key("a"), 1), (key("b"), 2), (key("a"), 3), (key("c"), 4), (key("a"), 5)].into();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            order.push(take(&mut waiting, |(key, _)| key).into_iter().map(|(_, n)| n).collect::<Vec<_>>());
        }
        assert_eq!(order, [vec![1, 2, 4], vec![3], vec![5]]);
    }

    #[test]
    fn a_group_is_bounded_and_keeps_the_order() {
        let mut waiting: VecDeque<(MatterKey, usize)> =
            (0..600).map(|n| (MatterKey::new("u", n.to_string()), n)).collect();
        assert_eq!(take(&mut waiting, |(key, _)| key).len(), GROUP_MAX);
        assert_eq!(waiting.front().map(|(_, n)| *n), Some(GROUP_MAX));
        assert_eq!(waiting.len(), 600 - GROUP_MAX);
    }
}
