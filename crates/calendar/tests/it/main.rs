//! Time limits against the calendar in `law/calendar`.

mod law;
mod loading;
mod properties;
mod provisional;
mod rules;
mod shape;
mod tables;
mod vectors;
