//! Flow charts as SVG, laid out by dagre.

use std::fmt::Write as _;

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, NodeLabel};

use crate::graph::FlowGraph;

/// Width of a Chinese character in a box, in pixels.
const CHARACTER: f64 = 14.0;
const PADDING: f64 = 24.0;
const HEIGHT: f64 = 34.0;
const MARGIN: f64 = 20.0;
/// Fills of the stages, in turn.
const FILLS: [&str; 6] = ["#eef3f8", "#f3f0e6", "#eaf3ec", "#f6ecec", "#efecf6", "#eaf2f3"];

impl FlowGraph {
    /// The chart as a picture, boxes coloured by stage; conditional arrows are dashed.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut graph: Graph<NodeLabel, EdgeLabel> =
            Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
        for (at, node) in self.nodes.iter().enumerate() {
            let label = NodeLabel { width: width(&node.title), height: HEIGHT, ..NodeLabel::default() };
            graph.set_node(at.to_string(), Some(label));
        }
        for edge in &self.edges {
            graph.set_edge(edge.from.to_string(), edge.to.to_string(), Some(EdgeLabel::default()), None);
        }
        dagre::layout(&mut graph, None);
        self.draw(&graph)
    }

    fn draw(&self, graph: &Graph<NodeLabel, EdgeLabel>) -> String {
        let mut body = String::new();
        let (mut right, mut bottom) = (0.0_f64, 0.0_f64);
        for edge in graph.edges() {
            let (Ok(from), Ok(to)) = (edge.v.parse::<usize>(), edge.w.parse::<usize>()) else { continue };
            let conditional =
                self.edges.iter().any(|known| known.from == from && known.to == to && known.conditional);
            let Some(label) = graph.edge(&edge.v, &edge.w, edge.name.as_deref()) else { continue };
            for point in &label.points {
                right = right.max(point.x + MARGIN);
                bottom = bottom.max(point.y + MARGIN);
            }
            let points: Vec<String> = label
                .points
                .iter()
                .map(|point| format!("{:.1},{:.1}", point.x + MARGIN, point.y + MARGIN))
                .collect();
            let dash = if conditional { " stroke-dasharray=\"5 4\"" } else { "" };
            let _ = writeln!(body, "<polyline points=\"{}\"{dash}/>", points.join(" "));
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let Some(label) = graph.node(&at.to_string()) else { continue };
            let (x, y) = (label.x.unwrap_or(0.0) + MARGIN, label.y.unwrap_or(0.0) + MARGIN);
            right = right.max(x + label.width / 2.0);
            bottom = bottom.max(y + label.height / 2.0);
            let fill = FILLS[node.stage % FILLS.len()];
            let corner = if node.closes { HEIGHT / 2.0 } else { 5.0 };
            let _ = writeln!(
                body,
                "<g class=\"act\"><title>{}</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{HEIGHT}\" rx=\"{corner}\" fill=\"{fill}\"/><text x=\"{x:.1}\" y=\"{:.1}\">{}</text></g>",
                node.id,
                x - label.width / 2.0,
                y - HEIGHT / 2.0,
                label.width,
                y + 5.0,
                escaped(&node.title),
            );
        }
        let (width, height) = (right + MARGIN, bottom + MARGIN);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-label=\"{title}流程图\">\n<title>{title}</title>\n<style>polyline{{fill:none;stroke:#5b6770;stroke-width:1.2;marker-end:url(#tip)}}rect{{stroke:#5b6770}}text{{font:14px 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;text-anchor:middle;fill:#1c2329}}</style>\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#5b6770\"/></marker></defs>\n{body}</svg>\n",
            title = escaped(&self.title),
        )
    }
}

fn width(title: &str) -> f64 {
    let characters = title.chars().map(|c| if c.is_ascii() { 0.6 } else { 1.0 }).sum::<f64>();
    characters * CHARACTER + PADDING
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
