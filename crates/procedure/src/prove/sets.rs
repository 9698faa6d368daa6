//! Every field a condition reads of another act has been set (`set:ACT.FIELD`).

use super::machine::{Machine, SetGoal};
use super::path;
use super::refine::{self, Answer, Bounds};
use super::result::{Property, Verdict};

/// Whether each field read has been set when it is read, of those properties that are wanted.
pub fn sets(machine: &Machine<'_>, bounds: Bounds, wanted: &dyn Fn(&str) -> bool) -> Vec<Property> {
    let mut properties = Vec::new();
    for set in &machine.set_goals {
        let (def, id) = (machine.procedure.def(set.act), id(machine, set));
        if !wanted(&id) {
            continue;
        }
        let (answer, states) = refine::ask(machine, &set.goals, bounds);
        let mut property = match answer {
            Answer::Never => Property::new(id, Verdict::Proved, states),
            Answer::Undecided => Property::new(id, Verdict::Undecided, states),
            Answer::Happens(taken) => {
                Property { path: path::path(machine, &taken), ..Property::new(id, Verdict::Broken, states) }
            }
        };
        if !set.optional.is_empty() {
            property.result = Verdict::Broken;
            for reader in &set.optional {
                let (reader, field) = (machine.procedure.def(*reader), machine.book.field_at(set.field));
                property.detail.push(format!(
                    "“{}”的条件读取“{}”的“{}”，而该项可以不填；条件里先写 has(…)，或者改为必填",
                    reader.title, def.title, field.title
                ));
            }
        }
        properties.push(property);
    }
    properties
}

/// The id of the property.
pub fn id(machine: &Machine<'_>, set: &SetGoal) -> String {
    format!("set:{}.{}", machine.procedure.def(set.act).id, machine.book.field_at(set.field).id)
}
