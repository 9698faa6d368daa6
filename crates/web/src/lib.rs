//! HTTP: the REST API under `/api/v1` with its description, health and figures. No SQL, no rules of law.

mod address;
mod api;
mod headers;
mod health;
mod problem;
mod server;
mod state;
mod tlog;
mod who;

pub use health::{Figures, figures};
pub use server::{router, serve};
pub use state::{Settings, WebState};
