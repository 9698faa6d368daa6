//! Words every part of the house shares: ids, money, citations, moments, document numbers, field values.
//!
//! Nothing here knows a law, a procedure, a clock or a database.

mod citation;
mod document_number;
mod fen;
mod identity;
mod moment;
mod numerals;
mod tri;
mod value;

pub use citation::{Citation, CitationError};
pub use document_number::{DocumentNumber, DocumentNumberError};
pub use fen::{Fen, FenError};
pub use identity::{
    CitizenNumber, CitizenNumberError, CreditCode, CreditCodeError, Plate, PlateError, PlateKind,
};
pub use moment::{AGENCY_OFFSET, Moment, MomentError};
pub use numerals::{from_chinese, to_chinese};
pub use tri::Tri;
pub use value::Value;
