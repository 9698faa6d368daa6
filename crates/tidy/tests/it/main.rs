//! What drifts is held here: the map against the tree, edges, sources, links, coverage.

mod coverage;
mod crates;
mod documents;
mod map;
mod sources;
