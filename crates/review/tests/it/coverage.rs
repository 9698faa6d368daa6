//! Every gate of the procedures is held in place by a worked refusal or by a proof.

use std::path::Path;

use review::loose_needs;

#[test]
fn no_gate_could_be_removed_unnoticed() {
    let law = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
    let book = lawbook::load(lawbook::LawFiles::from_dir(&law).unwrap()).unwrap();
    let mut loose = Vec::new();
    for procedure in [
        "penalty-summary",
        "penalty-ordinary",
        "major-decision",
        "officer-certificate",
        "power-list-change",
        "reconsideration-response",
        "unit-file",
        "staff-file",
        "counterpart-file",
        "access-file",
    ] {
        loose.extend(loose_needs(&book, procedure));
    }
    assert!(loose.is_empty(), "{loose:#?}");
}
