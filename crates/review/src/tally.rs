//! Counts matters by rule: the worst answer of a matter counts.

use lawbook::Lawbook;
use serde::Serialize;

use crate::assess::{Instance, Verdict};

/// How one rule stands over all matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct RuleCount {
    /// The rule.
    pub rule: String,
    /// Matters it speaks about.
    pub applicable: u64,
    /// Matters that keep it.
    pub kept: u64,
    /// Matters that break it.
    pub broken: u64,
    /// Matters in which it is not decided yet.
    pub pending: u64,
    /// Matters of which it cannot be told.
    pub cannot_tell: u64,
    /// How often it spoke.
    pub instances: u64,
}

/// The result of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Matters.
    pub matters: u64,
    /// Acts.
    pub acts: u64,
    /// Counts by rule, in the order of the lawbook.
    pub rules: Vec<RuleCount>,
}

impl Tally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(book: &Lawbook) -> Tally {
        let rules = book.rules.iter().map(|rule| RuleCount { rule: rule.id.clone(), ..RuleCount::default() });
        Tally { matters: 0, acts: 0, rules: rules.collect() }
    }

    /// Counts a matter.
    pub fn add(&mut self, n_acts: u64, instances: &[Instance], worst: &mut Vec<u8>) {
        self.matters += 1;
        self.acts += n_acts;
        worst.clear();
        worst.resize(self.rules.len(), 0);
        for instance in instances {
            self.rules[instance.rule.at()].instances += 1;
            let rank = rank(instance) + 1;
            let worst = &mut worst[instance.rule.at()];
            *worst = rank.max(*worst);
        }
        for (count, worst) in self.rules.iter_mut().zip(worst.iter()) {
            count.applicable += u64::from(*worst > 0);
            match *worst {
                0 => {}
                1 => count.kept += 1,
                2 => count.pending += 1,
                3 => count.cannot_tell += 1,
                _ => count.broken += 1,
            }
        }
    }

    /// Adds what another part of the log counted.
    pub fn merge(&mut self, other: &Tally) {
        self.matters += other.matters;
        self.acts += other.acts;
        for (own, other) in self.rules.iter_mut().zip(&other.rules) {
            own.applicable += other.applicable;
            own.kept += other.kept;
            own.broken += other.broken;
            own.pending += other.pending;
            own.cannot_tell += other.cannot_tell;
            own.instances += other.instances;
        }
    }

    /// Leaves out rules that speak about no matter and were not asked for.
    pub fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        self.rules.retain(|count| count.applicable > 0 || wanted(&count.rule));
    }
}

/// A breach that only a correction made disappear still counts as one.
fn rank(instance: &Instance) -> u8 {
    if instance.only_corrected { Verdict::Broken.rank() } else { instance.verdict.rank() }
}
