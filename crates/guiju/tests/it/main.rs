//! The program as it is called from the command line.

mod kit;
mod prove;
mod serve;
