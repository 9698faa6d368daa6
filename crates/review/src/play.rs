//! Plays worked cases: every step through `decide`, every refusal expected, the finished record reviewed.

use jiff::Timestamp;
use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::model::{Case, CaseStep, Example, Expectation, RuleIx};
use procedure::{Decided, Refusal, decide};
use record::{Act, Record, Surroundings, View, fill_adopted, read_act, read_record, start_record};
use serde_json::Value as Json;
use terms::{AGENCY_OFFSET, Moment};

use crate::assess::{Instance, Verdict, assess, broken_rules};

/// What one step led to.
#[derive(Debug, Clone)]
pub enum Happened {
    /// It was recorded; its gates passed.
    Accepted(Box<Decided>),
    /// It was refused.
    Refused(Refusal),
    /// It was recorded without being gated.
    Recorded,
    /// It could not be read.
    Unreadable(String),
}

/// A step that was played.
#[derive(Debug, Clone)]
pub struct Played<'b> {
    /// The step.
    pub step: &'b CaseStep,
    /// What it led to.
    pub happened: Happened,
}

/// A case that was played.
#[derive(Debug, Clone)]
pub struct Play<'b> {
    /// The record at its end.
    pub record: Option<Record<'b>>,
    /// The steps.
    pub steps: Vec<Played<'b>>,
    /// What was not as expected, each a line in Chinese.
    pub failures: Vec<String>,
    /// The review of the finished record.
    pub instances: Vec<Instance>,
}

/// Plays a worked case and checks all its expectations.
#[must_use]
pub fn play<'b>(book: &'b Lawbook, case: &'b Case) -> Play<'b> {
    let mut player = Player::new(book, case);
    let lines = case_lines(case, &player.others);
    let mut record = match start_record(book, &lines) {
        Ok(record) => record,
        Err(error) => {
            player.failures.push(format!("卷首无法读取：{error}"));
            return player.finish(None);
        }
    };
    for step in &case.steps {
        player.step(&mut record, step);
    }
    let others = std::mem::take(&mut player.other_records);
    let surroundings = Surroundings { records: &others, entries: &case.registers, given: true, asked: None };
    let as_of = case.as_of.or(record.acts.last().map(|act| act.at.day())).unwrap_or(Date::MIN);
    player.instances = assess(&record, &surroundings, as_of);
    let broken = broken_rules(&record, &player.instances);
    let mut expected = case.breaks.clone();
    expected.sort();
    if broken != expected {
        player.failures.push(format!("评查违反 [{}]，期待 [{}]", broken.join("、"), expected.join("、")));
    }
    player.finish(Some(record))
}

/// Checks an example of a rule; nothing when it is as it should be.
#[must_use]
pub fn check_example(book: &Lawbook, rule: RuleIx, example: &Example, breaks: bool) -> Option<String> {
    let def = book.rule(rule);
    let case = book.case(&example.case)?;
    let Some(mut changed) = book.edited(case, &example.edits) else {
        return Some(format!("规则 `{}` 的例子改动不了案例 `{}`", def.id, example.case));
    };
    changed.steps.retain(|step| !matches!(step.expect, Expectation::Refused(_)));
    let (record, instances) = match happen(book, &changed, example.as_of) {
        Ok(found) => found,
        Err(error) => return Some(format!("规则 `{}` 的例子（{}）：{error}", def.id, example.case)),
    };
    let broken = broken_rules(&record, &instances);
    if breaks {
        let mut expected: Vec<String> = example.also.iter().cloned().chain([def.id.clone()]).collect();
        expected.sort();
        expected.dedup();
        return (broken != expected).then(|| {
            format!(
                "规则 `{}` 的违反例（{}）违反 [{}]，期待 [{}]{}",
                def.id,
                example.case,
                broken.join("、"),
                expected.join("、"),
                untold(book, rule, &instances)
            )
        });
    }
    let of_rule = || instances.iter().filter(|instance| instance.rule == rule);
    let kept = of_rule().any(|instance| instance.verdict == Verdict::Kept);
    let bad = of_rule().any(|instance| !matches!(instance.verdict, Verdict::Kept | Verdict::Pending(_)));
    (!kept || bad).then(|| {
        let how = if of_rule().next().is_none() { "不适用" } else { "没有遵守" };
        format!("规则 `{}` 的遵守例（{}）：{how}{}", def.id, example.case, untold(book, rule, &instances))
    })
}

fn untold(_: &Lawbook, rule: RuleIx, instances: &[Instance]) -> String {
    let missing = instances.iter().filter(|instance| instance.rule == rule).find_map(|instance| {
        match &instance.verdict {
            Verdict::CannotTell(missing) => Some(missing.join("、")),
            _ => None,
        }
    });
    missing.map(|missing| format!("；无法判断，缺少{missing}")).unwrap_or_default()
}

/// The record of a worked case's recorded steps, as something that happened, ungated.
///
/// # Errors
/// The first step that cannot be read.
pub fn record_of<'b>(book: &'b Lawbook, case: &Case) -> Result<Record<'b>, String> {
    let others: Vec<Json> = case.others.iter().flat_map(|other| other.lines.clone()).collect();
    read_record(book, &case_lines(case, &others)).map_err(|(line, error)| format!("第 {line} 步：{error}"))
}

/// Records every step of a case as something that happened, ungated, and reviews it.
fn happen<'b>(
    book: &'b Lawbook,
    case: &Case,
    as_of: Option<Date>,
) -> Result<(Record<'b>, Vec<Instance>), String> {
    let record = record_of(book, case)?;
    let other_records: Vec<Record<'_>> =
        case.others.iter().filter_map(|other| read_record(book, &other.lines).ok()).collect();
    let surroundings =
        Surroundings { records: &other_records, entries: &case.registers, given: true, asked: None };
    let last = record.acts.iter().map(|act| act.at.day()).max().unwrap_or(Date::MIN);
    let as_of = as_of.or(case.as_of).unwrap_or(last);
    let instances = assess(&record, &surroundings, as_of);
    Ok((record, instances))
}

/// The lines of the steps that are recorded, the head in the first.
fn case_lines(case: &Case, others: &[Json]) -> Vec<Json> {
    let recorded = case.steps.iter().filter(|step| !matches!(step.expect, Expectation::Refused(_)));
    let mut lines: Vec<Json> = recorded.map(|step| step.line.clone()).collect();
    for (at, line) in lines.iter_mut().enumerate() {
        fill_adopted(line, others);
        line["seq"] = Json::from(at + 1);
        line["matter"] = case.head["matter"].clone();
        if at == 0 {
            for (key, value) in &case.head {
                line[key.as_str()] = value.clone();
            }
        }
    }
    lines
}

struct Player<'b> {
    book: &'b Lawbook,
    case: &'b Case,
    others: Vec<Json>,
    other_records: Vec<Record<'b>>,
    steps: Vec<Played<'b>>,
    names: Vec<(String, u32)>,
    failures: Vec<String>,
    instances: Vec<Instance>,
}

impl<'b> Player<'b> {
    fn new(book: &'b Lawbook, case: &'b Case) -> Player<'b> {
        Player {
            book,
            case,
            others: case.others.iter().flat_map(|other| other.lines.clone()).collect(),
            other_records: case
                .others
                .iter()
                .filter_map(|other| read_record(book, &other.lines).ok())
                .collect(),
            steps: Vec::new(),
            names: Vec::new(),
            failures: Vec::new(),
            instances: Vec::new(),
        }
    }

    fn finish(self, record: Option<Record<'b>>) -> Play<'b> {
        Play { record, steps: self.steps, failures: self.failures, instances: self.instances }
    }

    fn fail(&mut self, step: &CaseStep, what: String) {
        self.failures.push(format!("步骤“{}”：{what}", step.name));
    }

    fn step(&mut self, record: &mut Record<'b>, step: &'b CaseStep) {
        let mut line = step.line.clone();
        fill_adopted(&mut line, &self.others);
        let act = match read_act(self.book, record.procedure, &line) {
            Ok(act) => act,
            Err(error) => {
                self.fail(step, error.to_string());
                self.steps.push(Played { step, happened: Happened::Unreadable(error.to_string()) });
                return;
            }
        };
        let happened = match &step.expect {
            Expectation::Happened => {
                record.push(act.clone());
                Happened::Recorded
            }
            Expectation::Accepted | Expectation::Refused(_) => self.decide(record, step, &act),
        };
        if let Some(last) = record.acts.last()
            && !matches!(happened, Happened::Refused(_))
        {
            self.names.push((step.name.clone(), last.seq));
        }
        self.steps.push(Played { step, happened });
        self.check_limits(record, step, &act);
        self.check_stands(record, step);
    }

    fn decide(&mut self, record: &mut Record<'b>, step: &CaseStep, act: &Act) -> Happened {
        let surroundings = Surroundings {
            records: &self.other_records,
            entries: &self.case.registers,
            given: true,
            asked: None,
        };
        let answer = decide(record, &surroundings, act, now_of(act));
        match (answer, &step.expect) {
            (Ok(decided), Expectation::Refused(expected)) => {
                self.fail(step, format!("应被拒绝（{}），却通过了", expected.join("、")));
                Happened::Accepted(Box::new(decided))
            }
            (Ok(decided), _) => {
                for warning in &step.warns {
                    if !decided.warnings.iter().any(|unmet| unmet.need == *warning) {
                        let given: Vec<&str> =
                            decided.warnings.iter().map(|unmet| unmet.need.as_str()).collect();
                        self.fail(step, format!("应有提醒 {warning}，只有 [{}]", given.join("、")));
                    }
                }
                record.push(decided.act.clone());
                Happened::Accepted(Box::new(decided))
            }
            (Err(refusal), Expectation::Refused(expected)) => {
                let given: Vec<&str> = refusal.blocked.iter().map(|unmet| unmet.need.as_str()).collect();
                for need in expected.iter().filter(|need| !given.contains(&need.as_str())) {
                    self.fail(step, format!("应因 {need} 被拒绝，实际因 [{}]", given.join("、")));
                }
                Happened::Refused(refusal)
            }
            (Err(refusal), _) => {
                let why: Vec<String> = refusal
                    .blocked
                    .iter()
                    .map(|unmet| format!("{}：{}", unmet.need, unmet.sentence(self.book, record.procedure)))
                    .collect();
                self.fail(step, format!("应通过，却被拒绝：{}", why.join("；")));
                Happened::Refused(refusal)
            }
        }
    }

    fn check_limits(&mut self, record: &Record<'b>, step: &CaseStep, act: &Act) {
        if step.limits.is_empty() {
            return;
        }
        let view = View::of(record);
        let runs = view.all_limit_runs(act.at);
        for (name, due) in &step.limits {
            let (id, strand) =
                name.split_once('/').map_or((name.as_str(), None), |(id, strand)| (id, Some(strand)));
            let of_limit = runs.iter().rev().find(|run| {
                record.procedure.limits[run.ix.at()].id == id
                    && strand.is_none_or(|strand| run.scope.as_ref().is_some_and(|(_, key)| **key == *strand))
            });
            let found = match of_limit.map(|run| &run.limit) {
                None => "没有起算".to_owned(),
                Some(Ok(limit)) => limit.due.to_string(),
                Some(Err(error)) => error.to_string(),
            };
            if !found.starts_with(due.as_str()) {
                self.fail(step, format!("期限 {name} 应于 {due} 届满，算得 {found}"));
            }
        }
    }

    fn check_stands(&mut self, record: &Record<'b>, step: &CaseStep) {
        if step.stands.is_empty() {
            return;
        }
        let view = View::of(record);
        for (name, expected) in &step.stands {
            let seq = self.names.iter().rev().find(|(known, _)| known == name).map(|(_, seq)| *seq);
            let stands = seq
                .and_then(|seq| view.by_seq(seq))
                .map(|(_, occurrence)| occurrence.standing == record::Standing::Stands);
            if stands != Some(*expected) {
                let shown = match stands {
                    None => "没有这一步",
                    Some(true) => "有效",
                    Some(false) => "已失效",
                };
                self.fail(
                    step,
                    format!("“{name}”应{}，实际{shown}", if *expected { "有效" } else { "失效" }),
                );
            }
        }
    }
}

/// The instant at which a step is decided: its own, or the end of its day.
fn now_of(act: &Act) -> Timestamp {
    match act.at {
        Moment::Instant(instant) => instant,
        Moment::Day(day) => {
            let end = day.at(23, 59, 59, 0);
            AGENCY_OFFSET.to_timestamp(end).unwrap_or(Timestamp::MAX)
        }
    }
}
