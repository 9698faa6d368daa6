//! The law of the repository.

use crate::small::real;

#[test]
fn the_law_of_the_repository_loads() {
    let book = real();
    assert!(book.procedures.len() >= 4 && !book.cases.is_empty());
    assert_eq!(book.digest.len(), 64);
}
