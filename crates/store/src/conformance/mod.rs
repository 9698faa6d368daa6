//! What every back end must keep, as tests; a back end hands in how its stores are made.

pub mod sample;
