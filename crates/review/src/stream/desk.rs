//! Where open matters lie while a log is read.

use std::collections::VecDeque;

use lawbook::Lawbook;
use lawbook::model::Procedure;
use record::{Record, Surroundings, read_act, write_act};
use rustc_hash::FxHashMap;

use crate::assess::{Assessor, Instance, Verdict};
use crate::tally::Tally;

use super::{Finding, ReviewError, ReviewOptions};

/// How many closed matters are kept at hand: acts after the end usually follow soon.
const CLOSED_KEPT: usize = 4096;
/// How many problems are named; the rest is counted.
const PROBLEMS_NAMED: usize = 100;

/// Takes records of matters, reviews them when they are done, and counts.
pub(super) struct Desk<'b, 'o> {
    pub book: &'b Lawbook,
    pub options: &'o ReviewOptions<'o>,
    pub tally: Tally,
    pub problems: Vec<String>,
    n_problems: u64,
    sink: &'o mut dyn FnMut(Finding),
    worst: Vec<u8>,
    assessor: Assessor<'b>,
    open: FxHashMap<Box<str>, Record<'b>>,
    /// Matters that came to an end, with how many acts they had then.
    closed: VecDeque<(Box<str>, usize)>,
}

impl<'b, 'o> Desk<'b, 'o> {
    pub fn new(
        book: &'b Lawbook,
        options: &'o ReviewOptions<'o>,
        sink: &'o mut dyn FnMut(Finding),
    ) -> Desk<'b, 'o> {
        Desk {
            book,
            options,
            tally: Tally::new(book),
            problems: Vec::new(),
            n_problems: 0,
            sink,
            worst: Vec::new(),
            assessor: Assessor::default(),
            open: FxHashMap::default(),
            closed: VecDeque::new(),
        }
    }

    /// A problem: an error, or passed over and noted.
    pub fn problem<E>(&mut self, error: E) -> Result<(), E>
    where
        E: std::fmt::Display,
    {
        if !self.options.keep_going {
            return Err(error);
        }
        self.n_problems += 1;
        if self.problems.len() < PROBLEMS_NAMED {
            self.problems.push(error.to_string());
        }
        Ok(())
    }

    /// Reviews a finished record and counts it.
    pub fn judge(&mut self, record: &Record<'b>) {
        let surroundings: &Surroundings<'_> = &self.options.surroundings;
        let instances = self.assessor.assess(record, surroundings, self.options.as_of);
        self.tally.add(record.acts.len() as u64, instances, &mut self.worst);
        for instance in instances {
            if let Some(finding) = finding(record, instance) {
                (self.sink)(finding);
            }
        }
    }

    /// The open record of a matter.
    pub fn open_record(&mut self, matter: &str) -> Option<&mut Record<'b>> {
        self.open.get_mut(matter)
    }

    /// Lays a new record on the desk.
    pub fn lay(&mut self, record: Record<'b>) {
        self.open.insert(record.head.matter.clone(), record);
    }

    /// Notes that a matter has come to its end; the one that did so longest ago is reviewed and put away.
    pub fn closes(&mut self, matter: &str) {
        let n_acts = self.open.get(matter).map_or(0, |record| record.acts.len());
        self.closed.push_back((matter.into(), n_acts));
        if self.closed.len() > CLOSED_KEPT
            && let Some((done, n_acts)) = self.closed.pop_front()
            && self.open.get(&done).is_some_and(|record| is_over(record, n_acts))
            && let Some(record) = self.open.remove(&done)
        {
            self.judge(&record);
        }
    }

    /// Reviews what is still open, in order of the matters' numbers.
    pub fn finish(&mut self) {
        let mut rest: Vec<Record<'b>> = self.open.drain().map(|(_, record)| record).collect();
        rest.sort_by(|a, b| a.head.matter.cmp(&b.head.matter));
        for record in rest {
            self.judge(&record);
        }
        let unnamed = self.n_problems - self.problems.len() as u64;
        if unnamed > 0 {
            self.problems.push(format!("另有 {unnamed} 处问题未列出"));
        }
    }

    /// An act that is none of the procedure's.
    pub fn no_act(&self, place: String, procedure: &lawbook::model::Procedure, act: &str) -> ReviewError {
        let known = procedure.acts.iter().map(|act| act.id.as_str());
        let suggestion = lawbook::report::closest(act, known).map(|word| format!("，是否想写 `{word}`？"));
        ReviewError::NoAct {
            place,
            procedure: procedure.title.clone(),
            act: act.to_owned(),
            suggestion: suggestion.unwrap_or_default(),
        }
    }
}

/// Whether a matter that closed with its `n_acts`th act was left so; one closed again is noted again.
fn is_over(record: &Record<'_>, n_acts: usize) -> bool {
    let mut since = record.acts.iter().skip(n_acts).map(|act| record.procedure.def(act.act));
    !since.any(|def| def.reopens || def.closes)
}

/// Reads a record again under the version of its procedure that its filing act picks, when that act is its latest.
pub(super) fn refile(record: &mut Record<'_>) {
    let Some((last, before)) = record.acts.split_last() else { return };
    if record.procedure.filed != Some(last.act) || before.iter().any(|act| act.act == last.act) {
        return;
    }
    let version = record.book.procedure(&record.head.procedure, last.at.day());
    if let Some(version) = version.filter(|version| !std::ptr::eq(*version, record.procedure)) {
        *record = under(record, version);
    }
}

/// The same record under another version of its procedure; acts that version does not know are left out.
fn under<'b>(record: &Record<'b>, version: &'b Procedure) -> Record<'b> {
    let mut moved = Record { procedure: version, acts: Vec::new(), ..record.clone() };
    for act in &record.acts {
        let mut line = write_act(record, act);
        if let Some(keys) = line.as_object_mut() {
            keys.retain(|key, _| !matches!(key.as_str(), "procedure" | "unit" | "parties"));
        }
        if let Ok(act) = read_act(record.book, version, &line) {
            moved.push(act);
        }
    }
    moved
}

fn finding(record: &Record<'_>, instance: &Instance) -> Option<Finding> {
    let rule = record.book.rule(instance.rule);
    let (verdict, untold) = match &instance.verdict {
        Verdict::Broken => ("broken", String::new()),
        Verdict::CannotTell(missing) => ("cannot_tell", format!("；无法判断，缺少{}", missing.join("、"))),
        Verdict::Kept | Verdict::Pending(_) => return None,
    };
    let title = |seq: u32| record.act(seq).map(|act| record.procedure.def(act.act).title.as_str());
    let start = title(instance.start).unwrap_or("（引入的环节）");
    let mut reason = format!(
        "{}：{}（{}）；{} “{start}”",
        rule.title,
        rule.basis.gist,
        record.book.cites(&rule.basis.cites),
        instance.days.0
    );
    match (instance.end.and_then(title), instance.days.1) {
        (Some(end), Some(day)) => reason.push_str(&format!("，{day} “{end}”")),
        (None, Some(due)) => reason.push_str(&format!("，应于 {due} 前办理，未见")),
        (_, None) => {}
    }
    reason.push_str(&untold);
    Some(Finding {
        matter: record.head.matter.to_string(),
        rule: rule.id.clone(),
        severity: rule.severity.id(),
        strand: instance.strand.as_deref().map(str::to_owned),
        acts: [Some(instance.start), instance.end].into_iter().flatten().collect(),
        days: [Some(instance.days.0), instance.days.1].into_iter().flatten().collect(),
        verdict,
        reason,
        only_corrected: instance.only_corrected,
    })
}
