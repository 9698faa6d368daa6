//! Flow charts of procedures: the same graph as Mermaid text and as SVG.

mod graph;
mod mermaid;
mod svg;

pub use graph::{Edge, FlowGraph, Node};
