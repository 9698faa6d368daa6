//! Conditions asked on the main part that compare acts of one strand.

use lawbook::condition::{Subject, bind, parse};
use record::{Asker, Surroundings, View};
use terms::Tri;

use crate::script::record;
use crate::small::small;

#[track_caller]
fn check(condition: &str, script: &[&str], expect: Tri) {
    let record = record(small(), &["c-1", "c-2"], script);
    let view = View::of(&record);
    let node = bind(&record.procedure.scope, Subject::Matter, &parse(condition).unwrap()).unwrap();
    let nobody = Surroundings::none();
    let asker = Asker::about_matter(&view, "2022-04-01".parse().unwrap(), &nobody);
    assert_eq!(asker.truth(&node), expect);
}

const NOTIFIED: [&str; 2] = ["2022-03-01 notified@c-1 fine=1", "2022-03-02 notified@c-2 fine=5"];

#[test]
fn acts_of_one_party_are_compared_with_those_of_the_same() {
    let each = "all(notified, n, exists(waived, w, w.strand == n.strand && w.day > n.day))";
    let with = |more: &[&'static str]| [&NOTIFIED[..], more].concat();
    check(each, &with(&["2022-03-03 waived@c-1"]), Tri::False);
    check(each, &with(&["2022-03-03 waived@c-1", "2022-03-03 waived@c-2"]), Tri::True);
    // Twice by the same party is not once by each.
    check(each, &with(&["2022-03-03 waived@c-2", "2022-03-04 waived@c-2"]), Tri::False);
    check("exists(notified, n, n.strand == 'c-2' && n.fine == 5)", &NOTIFIED, Tri::True);
    check("exists(notified, n, n.strand == 'c-1' && n.fine == 5)", &NOTIFIED, Tri::False);
}

#[test]
fn two_acts_of_the_same_kind_are_told_apart() {
    let differ = "exists(notified, a, exists(notified, b, a.strand != b.strand && a.fine != b.fine))";
    check(differ, &NOTIFIED, Tri::True);
    check(differ, &NOTIFIED[..1], Tri::False);
}
