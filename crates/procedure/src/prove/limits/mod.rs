//! Each limit that binds the agency can be met (`limit:ID`): arithmetic over the windows that must pass.
//!
//! What stands when the limit begins has been done, and the windows before it are over (`begun`); for everything else
//! the cheapest way counts, without the party and other bodies (`waits`). All figures are calendar days. A window counts
//! with the most days it takes from any start day of the announced years, a limit with the fewest; so long holidays
//! lengthen the one and never the other.

mod begun;
mod days;
mod waits;

use lawbook::Lawbook;
use lawbook::condition::node::ActPattern;
use lawbook::model::{Binds, Limit, Procedure};

use super::result::{Property, Verdict};
use begun::Begun;
use days::Days;
use waits::Waits;

/// Whether each limit that binds the agency can be met, of those properties that are wanted.
pub fn limits(book: &Lawbook, procedure: &Procedure, wanted: &dyn Fn(&str) -> bool) -> Vec<Property> {
    let days = Days::of(book);
    let chosen = bound(procedure).filter(|limit| wanted(&id(limit)));
    chosen.map(|limit| property(procedure, limit, &days)).collect()
}

/// The limits that bind the agency to an act.
pub fn bound(procedure: &Procedure) -> impl Iterator<Item = &Limit> {
    let bound = |limit: &&Limit| limit.binds == Binds::Agency && !limit.before && !limit.until.is_empty();
    procedure.limits.iter().filter(bound)
}

/// The id of the property.
pub fn id(limit: &Limit) -> String {
    format!("limit:{}", limit.id)
}

fn property(procedure: &Procedure, limit: &Limit, days: &Days<'_>) -> Property {
    let mut property = Property::new(id(limit), Verdict::Proved, 0);
    let lengths = limit.length.values.iter();
    let Some(shortest) = lengths.filter_map(|value| days.fewest(&value.value)).min() else {
        property.result = Verdict::Undecided;
        property.detail.push("期限的长度算不出来".to_owned());
        return property;
    };
    // However it begins, one of the acts that meet it must leave time enough, whatever its outcome.
    let begun: Vec<Begun> = ways_to_begin(procedure, limit).collect();
    let waits: Vec<Waits<'_>> = begun.iter().map(|begun| Waits::after(procedure, days, begun)).collect();
    let of = |until: &ActPattern| worst(waits.iter().map(|waits| waits.longest(until)));
    let least =
        worst(waits.iter().map(|waits| limit.until.iter().filter_map(|one| waits.longest(one)).min()));
    property.result = match least {
        Some(least) if least <= shortest => Verdict::Proved,
        Some(_) | None => Verdict::Broken,
    };
    property.detail.push(match least {
        Some(least) => format!("必须等待的窗口最多共 {least} 日，期限最短 {shortest} 日（均按自然日）"),
        None => "没有当事人或者其他机关配合就办不到".to_owned(),
    });
    for until in &limit.until {
        if let Some(most) = of(until).filter(|most| Some(*most) > least) {
            let title = &procedure.def(until.act).title;
            property.detail.push(format!("以“{title}”结束的，须等待的窗口最多共 {most} 日"));
        }
    }
    if limit.length_field.is_some() {
        property.assumes.push("由起算环节另定长度的，按法定长度计".to_owned());
    }
    property
}

/// The most days of several beginnings; none when one of them leads nowhere.
fn worst(mut days: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    days.try_fold(0, |most, days| Some(most.max(days?)))
}

/// What is known to stand when the limit begins: for each start, and each way in which its condition can be true.
fn ways_to_begin<'a>(procedure: &'a Procedure, limit: &'a Limit) -> impl Iterator<Item = Begun> + 'a {
    let cases: Vec<Vec<ActPattern>> =
        limit.when.as_ref().map_or_else(|| vec![Vec::new()], |when| begun::cases(procedure, when));
    let starts = limit.starts.iter();
    starts.flat_map(move |start| {
        let cases: Vec<Begun> = cases.iter().map(|case| Begun::at(procedure, start, case)).collect();
        cases
    })
}
