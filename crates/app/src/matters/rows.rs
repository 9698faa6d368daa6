//! What lists, reminders and counters know of a matter: a pure function of its record.
//!
//! It is computed as of the instant of the last act, so that a rebuild gives the same rows.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::model::{Binds as LawBinds, Severity as LawSeverity};
use record::{LimitState as RunState, Record, Standing, Surroundings, View};
use review::{Assessor, Instance, Verdict};
use store::{
    Binds, FindingRow, FindingState, LimitRow, LimitState, MatterKey, MatterRow, MatterRows, PartyName,
    Severities, Severity,
};
use terms::{Moment, Value};

use crate::error::{Error, Result};
use crate::words::Words;

/// The read models of a matter after its acts.
///
/// # Errors
/// `Internal` for a record without acts, or whose last act was never recorded by this program.
pub(crate) fn rows(record: &Record<'_>, key: &MatterKey, words: &Words) -> Result<MatterRows> {
    let none = || Error::internal(format!("{key}: no recorded act"));
    let (first, last) = (record.acts.first().ok_or_else(none)?, record.acts.last().ok_or_else(none)?);
    let now = last.recorded.ok_or_else(none)?;
    let today = terms::AGENCY_OFFSET.to_datetime(now).date();
    let view = View::of(record);
    let limits = limit_rows(&view, now);
    let findings = finding_rows(record, today);
    let next_due = limits
        .iter()
        .filter(|limit| limit.state == LimitState::Running && limit.binds == Binds::Agency)
        .map(|limit| limit.due.day())
        .min();
    let row = MatterRow {
        key: key.clone(),
        procedure: record.procedure.id.clone(),
        version_day: record.procedure.from,
        title: title(record),
        number: record.acts.iter().find_map(|act| act.number.as_deref().map(str::to_owned)),
        stage: stage(&view),
        opened: first.at.day(),
        closed: view.closed_by().map(|(_, by)| by.act.at.day()),
        last: now,
        n_acts: u32::try_from(record.acts.len()).unwrap_or(u32::MAX),
        officers: officers(record),
        parties: parties(record),
        squad: squad(record),
        next_due,
        n_findings: counts(&findings),
    };
    let words = words.of_matter(record, &row);
    Ok(MatterRows { row, limits, findings, words })
}

/// 行政处罚普通程序：张三、示例运输公司.
fn title(record: &Record<'_>) -> String {
    let names: Vec<&str> = record.head.parties.iter().filter_map(|party| party.name.as_deref()).collect();
    let title = &record.procedure.title;
    if names.is_empty() { title.clone() } else { format!("{title}：{}", names.join("、")) }
}

fn stage(view: &View<'_>) -> String {
    let stages = &view.procedure().stages;
    let standing = view.occurrences.iter().rev().filter(|one| one.standing == Standing::Stands);
    let stage = standing.map(|one| view.def(one).stage).find(|stage| *stage < stages.len()).unwrap_or(0);
    stages.get(stage).map(|stage| stage.id.clone()).unwrap_or_default()
}

/// Persons of the agency who did or entered something.
fn officers(record: &Record<'_>) -> Vec<String> {
    let agency = |post: &str| record.book.posts.iter().any(|known| known.id == post && known.agency);
    let actors = record.acts.iter().flat_map(|act| act.by.iter().chain(&act.entered));
    let found: BTreeSet<&str> =
        actors.filter(|actor| agency(&actor.post)).map(|actor| &*actor.person).collect();
    found.into_iter().map(str::to_owned).collect()
}

/// The parties, and whom or what the entry of a register is about.
fn parties(record: &Record<'_>) -> Vec<PartyName> {
    let name = |id: &str| {
        let party = record.head.parties.iter().find(|party| *party.id == *id);
        party.and_then(|party| party.name.as_deref()).unwrap_or_default().to_owned()
    };
    let mut found: Vec<PartyName> = Vec::new();
    let mut add = |id: &str| {
        if !found.iter().any(|known| known.id == id) {
            found.push(PartyName { id: id.to_owned(), name: name(id) });
        }
    };
    record.head.parties.iter().for_each(|party| add(&party.id));
    if let Some(register) = &record.procedure.register {
        record.acts.iter().flat_map(|act| act.subjects(&register.subject)).for_each(|id| add(id));
    }
    found
}

/// The squad that handles the matter: the last one an act named.
fn squad(record: &Record<'_>) -> Option<String> {
    let named = record.acts.iter().rev().find_map(|act| act.subjects("squad").last());
    named.map(|squad| squad.to_string())
}

fn limit_rows(view: &View<'_>, now: Timestamp) -> Vec<LimitRow> {
    let mut rows = Vec::new();
    for run in view.all_limit_runs(Moment::Instant(now)) {
        let state = match run.state {
            RunState::Running => LimitState::Running,
            RunState::Suspended => LimitState::Suspended,
            RunState::Broken => LimitState::Broken,
            RunState::Met | RunState::Unknown => continue,
        };
        let limit = &view.procedure().limits[run.ix.at()];
        let Ok(derived) = &run.limit else { continue };
        rows.push(LimitRow {
            limit: limit.id.clone(),
            strand: run.scope.as_ref().map(|(_, key)| key.to_string()),
            start: view.occurrences[run.start as usize].act.seq,
            due: derived.due,
            state,
            binds: match limit.binds {
                LawBinds::Agency => Binds::Agency,
                LawBinds::Party => Binds::Party,
            },
        });
    }
    rows
}

fn finding_rows(record: &Record<'_>, today: Date) -> Vec<FindingRow> {
    let mut assessor = Assessor::default();
    let mut rows: Vec<FindingRow> = Vec::new();
    for instance in assessor.assess(record, &Surroundings::none(), today) {
        let Some((state, until)) = state(record, instance) else { continue };
        let row = FindingRow {
            rule: record.book.rule(instance.rule).id.clone(),
            strand: instance.strand.as_deref().map(str::to_owned),
            start: instance.start,
            severity: severity(record.book.rule(instance.rule).severity),
            state,
            since: instance.days.0,
            until,
        };
        let same = |known: &&mut FindingRow| {
            (&known.rule, &known.strand, known.start) == (&row.rule, &row.strand, row.start)
        };
        match rows.iter_mut().find(same) {
            Some(known) if weight(known.state) < weight(row.state) => *known = row,
            Some(_) => {}
            None => rows.push(row),
        }
    }
    rows
}

/// The worse, the heavier, when one rule speaks twice about one start.
fn weight(state: FindingState) -> u8 {
    match state {
        FindingState::Pending => 0,
        FindingState::CannotTell => 1,
        FindingState::Closed => 2,
        FindingState::Rectified => 3,
        FindingState::Explained => 4,
        FindingState::Broken => 5,
    }
}

/// Where a finding stands, by the verdict and by what people did about it; nothing for a rule that is kept.
fn state(record: &Record<'_>, instance: &Instance) -> Option<(FindingState, Option<Date>)> {
    match &instance.verdict {
        Verdict::Kept => None,
        Verdict::Pending(until) => Some((FindingState::Pending, Some(until.day()))),
        Verdict::CannotTell(_) => Some((FindingState::CannotTell, None)),
        Verdict::Broken => {
            let state =
                record.acts.iter().rev().find_map(|act| dealt_with(record.book, record, act, instance));
            Some((state.unwrap_or(FindingState::Broken), None))
        }
    }
}

/// What an act says of a finding, if it is about that one.
fn dealt_with(
    book: &Lawbook,
    record: &Record<'_>,
    act: &record::Act,
    instance: &Instance,
) -> Option<FindingState> {
    let state = match record.procedure.def(act.act).id.as_str() {
        "finding-explained" => FindingState::Explained,
        "finding-rectified" => FindingState::Rectified,
        "finding-closed" => FindingState::Closed,
        _ => return None,
    };
    let field = |id: &str| book.field(id).and_then(|(field, _)| act.field(field));
    let rule = field("finding-rule").and_then(Value::as_text)?;
    let same_rule = rule == book.rule(instance.rule).id;
    let same_start =
        field("target-seq").and_then(Value::as_int).is_none_or(|seq| seq == i64::from(instance.start));
    let strand = field("finding-strand").and_then(Value::as_text);
    let same_strand = strand.is_none_or(|strand| instance.strand.as_deref() == Some(strand));
    (same_rule && same_start && same_strand).then_some(state)
}

fn severity(severity: LawSeverity) -> Severity {
    match severity {
        LawSeverity::Low => Severity::Low,
        LawSeverity::Medium => Severity::Medium,
        LawSeverity::High => Severity::High,
    }
}

fn counts(findings: &[FindingRow]) -> Severities {
    let mut counts = Severities::default();
    for finding in findings.iter().filter(|finding| finding.state == FindingState::Broken) {
        match finding.severity {
            Severity::Low => counts.low += 1,
            Severity::Medium => counts.medium += 1,
            Severity::High => counts.high += 1,
        }
    }
    counts
}
