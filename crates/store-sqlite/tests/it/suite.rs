//! The conformance suite.

use crate::site::Files;

store::conformance_suite!(Files::new());
