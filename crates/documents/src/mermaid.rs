//! Flow charts as Mermaid text.

use std::fmt::Write as _;

use crate::graph::FlowGraph;

impl FlowGraph {
    /// The chart in Mermaid's language; stages are subgraphs, conditional arrows are dotted.
    #[must_use]
    pub fn mermaid(&self) -> String {
        let mut text = format!("---\ntitle: {}\n---\nflowchart TD\n", self.title);
        for (stage, title) in self.stages.iter().enumerate() {
            let _ = writeln!(text, "  subgraph s{stage} [\"{title}\"]");
            for (at, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.stage == stage) {
                let (open, close) = if node.closes { ("([\"", "\"])") } else { ("[\"", "\"]") };
                let _ = writeln!(text, "    n{at}{open}{}{close}", node.title.replace('"', "'"));
            }
            text.push_str("  end\n");
        }
        for edge in &self.edges {
            let arrow = if edge.conditional { "-.->" } else { "-->" };
            let _ = writeln!(text, "  n{} {arrow} n{}", edge.from, edge.to);
        }
        text
    }
}
