//! The tree against ct-merkle, and proofs against everything that is no proof.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger::merkle::{
    CompactRange, NodeId, Subtree, consistency_plan, inclusion_plan, root_plan, subtree_plan,
    verify_consistency, verify_inclusion, verify_subtree,
};
use ledger::{Hash, Sm3, TreeHash};
use proptest::prelude::*;

/// The tree by its definition, hashed anew each time.
fn by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sm3::empty(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            Sm3::node(&by_definition(left), &by_definition(right))
        }
    }
}

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|index| Sm3::leaf(&entry(index))).collect()
}

fn node(leaves: &[Hash], id: NodeId) -> Hash {
    let first = (id.index << id.level) as usize;
    by_definition(&leaves[first..first + (1 << id.level)])
}

fn look_up(leaves: &[Hash]) -> impl Fn(NodeId) -> Result<Hash, std::convert::Infallible> {
    |id| Ok(node(leaves, id))
}

fn root(leaves: &[Hash], size: u64) -> Hash {
    by_definition(&leaves[..size as usize])
}

proptest! {
    #[test]
    fn roots_and_proofs_are_those_of_ct_merkle(size in 1_u64..200, index in 0_u64..200, old in 1_u64..200) {
        let (index, old) = (index % size, old.min(size));
        let mut theirs = MemoryBackedTree::<Sm3, Vec<u8>>::new();
        let mut ours = CompactRange::<Sm3>::new();
        let all = leaves(size);
        for (at, leaf) in all.iter().enumerate() {
            theirs.push(entry(at as u64));
            ours.push(*leaf);
        }
        let whole = Hash::from_slice(theirs.root().as_bytes()).unwrap();
        prop_assert_eq!(ours.root(), whole);
        prop_assert_eq!(ours.root(), by_definition(&all));

        let proof = inclusion_plan(index, size).unwrap().proof::<Sm3, _>(look_up(&all)).unwrap();
        let bytes: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
        prop_assert!(bytes == theirs.prove_inclusion(index as usize).as_bytes());
        prop_assert_eq!(verify_inclusion::<Sm3>(&all[index as usize], index, size, &whole, &proof), Ok(()));

        let proof = consistency_plan(old, size).unwrap().proof::<Sm3, _>(look_up(&all)).unwrap();
        if old < size {
            let bytes: Vec<u8> = proof.iter().flat_map(|hash| hash.0).collect();
            prop_assert!(bytes == theirs.prove_consistency((size - old) as usize).as_bytes());
        }
        let old_root = root(&all, old);
        prop_assert_eq!(verify_consistency::<Sm3>(old, &old_root, size, &whole, &proof), Ok(()));
        prop_assert_eq!(root_plan(old, size).unwrap().proof::<Sm3, _>(look_up(&all)).unwrap(), [old_root]);
    }

    #[test]
    fn one_flipped_bit_does_not_verify(size in 2_u64..100, at in 0_u64..100, bit in 0_usize..4096) {
        let all = leaves(size);
        let (index, old, whole) = (at % size, 1 + at % (size - 1), root(&all, size));
        let flip = |hashes: &[Hash]| {
            let mut flipped = hashes.to_vec();
            let place = bit % (256 * hashes.len());
            flipped[place / 256].0[place % 256 / 8] ^= 1 << (place % 8);
            flipped
        };
        let leaf = all[index as usize];
        let proof = inclusion_plan(index, size).unwrap().proof::<Sm3, _>(look_up(&all)).unwrap();
        prop_assert!(verify_inclusion::<Sm3>(&leaf, index, size, &whole, &flip(&proof)).is_err());
        prop_assert!(verify_inclusion::<Sm3>(&flip(&[leaf])[0], index, size, &whole, &proof).is_err());
        prop_assert!(verify_inclusion::<Sm3>(&leaf, index, size, &flip(&[whole])[0], &proof).is_err());
        prop_assert!(verify_inclusion::<Sm3>(&leaf, index, size, &whole, &proof[1..]).is_err());

        let proof = consistency_plan(old, size).unwrap().proof::<Sm3, _>(look_up(&all)).unwrap();
        let old_root = root(&all, old);
        prop_assert!(verify_consistency::<Sm3>(old, &old_root, size, &whole, &flip(&proof)).is_err());
        prop_assert!(verify_consistency::<Sm3>(old, &flip(&[old_root])[0], size, &whole, &proof).is_err());
        prop_assert!(verify_consistency::<Sm3>(old, &old_root, size, &flip(&[whole])[0], &proof).is_err());
        prop_assert!(verify_consistency::<Sm3>(old, &old_root, size, &whole, &proof[1..]).is_err());
    }

    #[test]
    fn no_hostile_proof_panics(
        numbers in prop::array::uniform4(prop_oneof![0_u64..70, any::<u64>(), Just(u64::MAX), Just(1 << 63)]),
        proof in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..70),
    ) {
        let [a, b, c, d] = numbers;
        let hash = Hash([0; 32]);
        prop_assert!(verify_inclusion::<Sm3>(&hash, a, b, &Hash([1; 32]), &proof).is_err());
        prop_assert!(verify_consistency::<Sm3>(a, &hash, b, &Hash([1; 32]), &proof).is_err());
        prop_assert!(verify_subtree::<Sm3>(a..b, &hash, c..d, &Hash([1; 32]), &proof).is_err());
        // Plans for huge trees stay small.
        if let Ok(plan) = inclusion_plan(a, b) {
            prop_assert!(plan.nodes().len() <= 128);
        }
        if let Ok(plan) = consistency_plan(a, b) {
            prop_assert!(plan.nodes().len() <= 128);
        }
    }

    #[test]
    fn a_range_goes_on_where_it_was_stored(size in 0_u64..300, more in 0_u64..20) {
        let all = leaves(size + more);
        let mut range = CompactRange::<Sm3>::new();
        all[..size as usize].iter().for_each(|leaf| range.push(*leaf));
        let bytes = range.to_bytes();
        let mut resumed = CompactRange::<Sm3>::from_bytes(size, &bytes).unwrap();
        all[size as usize..].iter().for_each(|leaf| resumed.push(*leaf));
        prop_assert_eq!(resumed.root(), by_definition(&all));
        prop_assert!(CompactRange::<Sm3>::from_bytes(size + 1, &bytes).is_err() || size.count_ones() == (size + 1).count_ones());
        prop_assert!(CompactRange::<Sm3>::from_bytes(size, &[bytes.as_slice(), &[0]].concat()).is_err());
    }
}

#[test]
fn every_subtree_of_a_small_tree_is_a_part_of_it() {
    let all = leaves(21);
    let mut n_subtrees = 0;
    for size in 1..=21 {
        let whole = Subtree::whole(size).unwrap();
        for start in 0..size {
            for end in start + 1..=size {
                let Some(inner) = Subtree::new(start..end) else { continue };
                let hash = by_definition(&all[start as usize..end as usize]);
                let plan = subtree_plan(inner, whole).unwrap();
                let proof = plan.proof::<Sm3, _>(look_up(&all)).unwrap();
                let root = root(&all, size);
                let answer = verify_subtree::<Sm3>(start..end, &hash, 0..size, &root, &proof);
                assert_eq!(answer, Ok(()), "{start}..{end} in {size}");
                n_subtrees += 1;
            }
        }
    }
    assert!(n_subtrees > 500);
}

#[test]
fn completed_nodes_are_handed_over_once_and_right() {
    let all = leaves(37);
    let mut range = CompactRange::<Sm3>::new();
    let mut seen = std::collections::BTreeMap::new();
    for leaf in &all {
        range.push_with(*leaf, |id, hash| assert_eq!(seen.insert(id, *hash), None));
    }
    assert_eq!(seen.len(), 37 + 18 + 9 + 4 + 2 + 1);
    assert!(seen.iter().all(|(id, hash)| node(&all, *id) == *hash));
}

#[test]
fn what_is_not_in_the_tree_has_no_proof() {
    assert!(inclusion_plan(5, 5).is_err());
    assert!(inclusion_plan(0, 0).is_err());
    assert!(consistency_plan(0, 5).is_err());
    assert!(consistency_plan(6, 5).is_err());
    assert!(root_plan(6, 5).is_err());
    let words = inclusion_plan(5, 5).unwrap_err().to_string();
    assert_eq!(words, "账本有 5 条记录，无法为 第 5 条记录 出具证明");
}
