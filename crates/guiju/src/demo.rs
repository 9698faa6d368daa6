//! `guiju demo`: worked cases with their refusals, the proof of the procedures, and a review, on one screen.

use std::time::Instant;

use ::review::{Happened, Tally, assess, record_of};
use lawbook::Lawbook;
use lawbook::model::{Case, Expectation};
use owo_colors::OwoColorize;
use record::{Record, Surroundings};

use crate::exit::{Done, Failure, print};
use crate::{Common, lawbook_source, review as review_command};

/// The cases the demonstration shows, where the lawbook has them.
const SHOWN: [&str; 5] = [
    "penalty-ordinary/nine-1",
    "penalty-ordinary/nine-3",
    "penalty-ordinary/nine-5",
    "penalty-ordinary/nine-7",
    "penalty-ordinary/nine-9",
];

/// Runs the demonstration.
pub fn run(common: &Common) -> Result<Done, Failure> {
    let begun = Instant::now();
    let book = lawbook_source::load(common.law.as_deref())?;
    heading("一、办案：每一步先过关口，不合法的被拒绝，并说明依据和下一步")?;
    for case in SHOWN.iter().filter_map(|id| book.case(id)) {
        play(&book, case)?;
    }
    let (n_refused, n_failed) = play_all(&book);
    print(&format!(
        "全部案例 {} 个，其中应被拒绝的步骤 {n_refused} 处，结果不符 {n_failed} 处",
        book.cases.len()
    ))?;
    heading("二、证明：穷举程序的全部走法，看是否守规则、走得通、来得及")?;
    crate::prove::text(&book)?;
    heading("三、评查：案例与改动过的案卷，一并对照全部规则")?;
    let tally = review_sample(&book);
    review_command::report(&book, tally, crate::Format::Text)?;
    print("")?;
    print(&format!("用时 {:.1} 秒。接着可以试：", begun.elapsed().as_secs_f64()))?;
    print("  guiju law find 九十日          法律在哪里，怎样改")?;
    print("  guiju law show decision-made   一个环节的全部关口和出处")?;
    print("  guiju play penalty-ordinary/full")?;
    print("  guiju limit --start 2022-07-05 --length 90 --unit day --explain")?;
    Ok(if n_failed == 0 { Done::Clean } else { Done::Findings })
}

fn heading(text: &str) -> Result<(), Failure> {
    print(&format!("\n{}\n", text.bold().cyan()))
}

/// Shows the refusals of a case, each with the lawful step before it.
fn play(book: &Lawbook, case: &Case) -> Result<(), Failure> {
    let play = ::review::play(book, case);
    let Some(record) = &play.record else { return Ok(()) };
    print(&format!("{}", case.title.bold()))?;
    let title = |id: &str| {
        record.procedure.act(id).map_or_else(|| id.to_owned(), |act| record.procedure.def(act).title.clone())
    };
    let mut lawful: Vec<String> = Vec::new();
    for played in &play.steps {
        let id = played.step.line["act"].as_str().unwrap_or_default();
        let day = played.step.line["at"].as_str().unwrap_or_default();
        let day = &day[..day.len().min(10)];
        match &played.happened {
            Happened::Refused(refusal) => {
                if !lawful.is_empty() {
                    print(&format!("  {} {}", "✓".green(), lawful.join(" → ")))?;
                    lawful.clear();
                }
                print(&format!("  {} {day} {}：{}", "✗".red(), title(id), "不予通过".red()))?;
                // What the form lacks is of no interest beside what the law asks.
                let legal = refusal
                    .blocked
                    .iter()
                    .filter(|unmet| unmet.need != "field" || refusal.blocked.len() == 1);
                for unmet in legal.take(3) {
                    print(&format!("      {}", unmet.sentence(book, record.procedure)))?;
                }
            }
            Happened::Accepted(_) | Happened::Recorded => lawful.push(title(id)),
            Happened::Unreadable(why) => print(&format!("  ? {why}"))?,
        }
    }
    if !lawful.is_empty() {
        print(&format!("  {} {}", "✓".green(), lawful.join(" → ")))?;
    }
    Ok(())
}

fn play_all(book: &Lawbook) -> (usize, usize) {
    let (mut n_refused, mut n_failed) = (0, 0);
    for case in &book.cases {
        n_refused += case.steps.iter().filter(|step| matches!(step.expect, Expectation::Refused(_))).count();
        n_failed += usize::from(!::review::play(book, case).failures.is_empty());
    }
    (n_refused, n_failed)
}

/// Every worked case as it is, and once more with the change of each rule's breaking example.
fn review_sample(book: &Lawbook) -> Tally {
    let mut tally = Tally::new(book);
    let mut worst = Vec::new();
    let mut count = |case: &Case, record: &Record<'_>| {
        let surroundings = Surroundings { records: &[], entries: &case.registers, given: true, asked: None };
        let last = record.acts.iter().map(|act| act.at.day()).max().unwrap_or(jiff::civil::Date::MIN);
        let instances = assess(record, &surroundings, case.as_of.unwrap_or(last));
        tally.add(record.acts.len() as u64, &instances, &mut worst);
    };
    for case in &book.cases {
        if let Ok(record) = record_of(book, case) {
            count(case, &record);
        }
    }
    for example in book.rules.iter().flat_map(|rule| &rule.breaks) {
        let changed = book.case(&example.case).and_then(|case| book.edited(case, &example.edits));
        if let Some(case) = changed
            && let Ok(record) = record_of(book, &case)
        {
            count(&case, &record);
        }
    }
    tally
}
