//! The graph of a procedure: acts, and which act each one needs before it.

use std::collections::BTreeSet;

use lawbook::model::{Alternative, NeedKind, Procedure};

/// An act as a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The act's id.
    pub id: String,
    /// What officers read.
    pub title: String,
    /// Index of its stage.
    pub stage: usize,
    /// Whether it closes the matter.
    pub closes: bool,
}

/// An arrow from an act to one that needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Index of the act needed.
    pub from: usize,
    /// Index of the act that needs it.
    pub to: usize,
    /// Whether it is one of several ways, or asked only under a condition.
    pub conditional: bool,
}

/// The flow of a procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowGraph {
    /// The title of the procedure.
    pub title: String,
    /// Titles of the stages.
    pub stages: Vec<String>,
    /// The acts, those of every procedure left out.
    pub nodes: Vec<Node>,
    /// The arrows, without those that a longer way implies.
    pub edges: Vec<Edge>,
}

impl FlowGraph {
    /// The graph of a procedure's needs.
    #[must_use]
    pub fn of(procedure: &Procedure) -> FlowGraph {
        let shown: Vec<usize> = (0..procedure.acts.len()).filter(|at| !procedure.acts[*at].every).collect();
        let place = |act: usize| shown.iter().position(|known| *known == act);
        let mut edges = BTreeSet::new();
        for (to, act) in shown.iter().map(|at| &procedure.acts[*at]).enumerate() {
            for need in &act.needs {
                let (NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. }) =
                    &need.kind
                else {
                    continue;
                };
                let conditional =
                    need.when.is_some() || any.len() > 1 || !matches!(need.kind, NeedKind::Any(_));
                for alternative in any {
                    if let Alternative::Act(pattern) = alternative
                        && let Some(from) = place(pattern.act.at())
                        && from != to
                    {
                        edges.insert(Edge { from, to, conditional });
                    }
                }
            }
        }
        let nodes: Vec<Node> = shown
            .iter()
            .map(|at| &procedure.acts[*at])
            .map(|act| Node {
                id: act.id.clone(),
                title: act.title.clone(),
                stage: act.stage,
                closes: act.closes,
            })
            .collect();
        let edges = reduced(nodes.len(), edges.into_iter().collect());
        let stages = procedure.stages.iter().map(|stage| stage.title.clone()).collect();
        FlowGraph { title: procedure.title.clone(), stages, nodes, edges }
    }
}

/// Leaves out an arrow when a longer way of unconditional arrows says the same.
fn reduced(n: usize, edges: Vec<Edge>) -> Vec<Edge> {
    let implied = |edge: &Edge| {
        let mut seen = vec![false; n];
        let mut waiting: Vec<usize> = vec![edge.from];
        while let Some(at) = waiting.pop() {
            for next in edges.iter().filter(|next| next.from == at && *next != edge && !next.conditional) {
                if next.to == edge.to {
                    return true;
                }
                if !std::mem::replace(&mut seen[next.to], true) {
                    waiting.push(next.to);
                }
            }
        }
        false
    };
    edges.iter().filter(|edge| !implied(edge)).cloned().collect()
}
