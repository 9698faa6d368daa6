//! Which column is what.

use std::sync::Arc;

use crate::import::assemble::{Assembler, Role, Stop, shortened};
use crate::import::error::ImportError;
use crate::import::event::{Name, Visitor};
use crate::import::place::Place;
use crate::import::projection::{Level, Projection};

/// Names that columns usually have, most telling first, in lower case.
const CASE: [&str; 10] = [
    "case:concept:name",
    "案号",
    "案件编号",
    "案件号",
    "立案号",
    "事项编号",
    "case_id",
    "case id",
    "caseid",
    "case",
];
const ACTIVITY: [&str; 9] =
    ["concept:name", "环节", "行为", "活动", "环节名称", "activity", "activity_name", "event", "act"];
const TIME: [&str; 11] = [
    "time:timestamp",
    "时间",
    "发生时间",
    "办理时间",
    "日期",
    "timestamp",
    "complete timestamp",
    "end_time",
    "time",
    "date",
    "at",
];
const LIFECYCLE: [&str; 2] = ["lifecycle:transition", "lifecycle"];

/// The columns that are read.
pub(super) struct Columns {
    /// Columns of the table.
    pub n: usize,
    /// Columns that are read, and what for.
    pub roles: Vec<(usize, Role)>,
}

impl Columns {
    pub(super) fn of<V: Visitor + ?Sized>(
        header: &[(String, Place)],
        place: Place,
        assembler: &mut Assembler<'_>,
        visitor: &mut V,
    ) -> Result<Columns, Stop> {
        for (index, (name, place)) in header.iter().enumerate() {
            let is_repeated = header.iter().take(index).any(|(before, _)| before == name);
            if is_repeated && !name.is_empty() {
                let (at, column) = (assembler.at(*place), shortened(name));
                assembler.problem(ImportError::DuplicateColumn { at, column }, visitor)?;
            }
        }
        let names: Vec<&str> = header.iter().map(|(name, _)| name.as_str()).collect();
        let needed = |role, words, given: &Option<Arc<str>>, usual: &[&str]| {
            let found = column(&names, role, given.as_deref(), usual);
            found.map(|index| (index, role)).ok_or_else(|| {
                let looked_for = given.clone().unwrap_or_else(|| usual.join("、").into());
                let header = shortened(&names.join("、"));
                let at = assembler.at(place);
                Stop::Failed(ImportError::MissingColumn { at, role: words, looked_for, header })
            })
        };
        let projection: &Projection = assembler.projection;
        let mut roles = vec![
            needed(Role::Case, "案号", &projection.case, &CASE)?,
            needed(Role::Activity, "环节", &projection.activity, &ACTIVITY)?,
            needed(Role::Time, "时间", &projection.time, &TIME)?,
        ];
        roles.extend(column(&names, Role::Lifecycle, None, &LIFECYCLE).map(|index| (index, Role::Lifecycle)));
        for (index, wanted) in projection.wanted.iter().enumerate() {
            let of_case = || names.iter().position(|name| name.strip_prefix("case:") == Some(&*wanted.key));
            let as_named = || names.iter().position(|name| *name == &*wanted.key);
            let found = match wanted.level {
                Level::Trace => of_case().or_else(as_named),
                Level::Event => as_named(),
            };
            let name = Name(u16::try_from(index).unwrap_or(u16::MAX));
            roles.extend(found.map(|column| (column, Role::Wanted(name))));
        }
        // A column that is not there is an attribute that no event has.
        let keys =
            roles.iter().take(3).filter_map(|(index, _)| names.get(*index).map(|name| Arc::from(*name)));
        if let [case, activity, time] = keys.collect::<Vec<Arc<str>>>().as_slice() {
            assembler.keys.case = case.clone();
            assembler.keys.activity = activity.clone();
            assembler.keys.time = time.clone();
        }
        Ok(Columns { n: header.len(), roles })
    }
}

/// The column that was named, or the first that has a usual name.
fn column(names: &[&str], role: Role, given: Option<&str>, usual: &[&str]) -> Option<usize> {
    match given {
        Some(key) => {
            // Tables made from XES write attributes of the trace as `case:KEY`.
            let of_case = || {
                names.iter().position(|name| role == Role::Case && name.strip_prefix("case:") == Some(key))
            };
            of_case().or_else(|| names.iter().position(|name| *name == key))
        }
        None => {
            let is_named = |name: &&str, usual: &str| name.to_lowercase() == *usual;
            usual.iter().find_map(|usual| names.iter().position(|name| is_named(name, usual)))
        }
    }
}
