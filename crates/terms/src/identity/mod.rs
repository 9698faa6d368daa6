//! Numbers by which persons, firms and vehicles are known, with their check characters.
//!
//! Each is read strictly, from what people type (lower case, full-width digits, blanks around it), and printed in the
//! one form in which it is stored.

mod citizen_number;
mod credit_code;
mod plate;

pub use citizen_number::{CitizenNumber, CitizenNumberError};
pub use credit_code::{CreditCode, CreditCodeError};
pub use plate::{Plate, PlateError, PlateKind};

/// Upper case, ASCII digits and letters for full-width ones, no blanks or middle dots.
fn tidy(given: &str) -> String {
    let plain = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    };
    let kept = given.chars().map(plain).filter(|letter| !letter.is_whitespace() && *letter != '·');
    kept.map(|letter| letter.to_ascii_uppercase()).collect()
}
