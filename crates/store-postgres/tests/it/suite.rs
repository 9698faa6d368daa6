//! The conformance suite.

use crate::cluster::Database;

store::conformance_suite!(Database::new());
