//! Appends, rows and matters to test with.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use crate::{
    Append, Binds, FindingRow, FindingState, IdempotencyKey, LimitRow, LimitState, MatterKey, MatterRow,
    MatterRows, NewAct, PartyName, SeenMatter, Series, Severities, Severity,
};

/// The unit of the samples.
pub const UNIT: &str = "yongcheng";

/// The day the samples begin.
pub const DAY: Date = jiff::civil::date(2026, 3, 2);

/// A matter of the unit of the samples.
#[must_use]
pub fn key(matter: &str) -> MatterKey {
    MatterKey::new(UNIT, matter)
}

/// The instant the `n`th sample was recorded: a second after the one before.
#[must_use]
pub fn instant(n: u32) -> Timestamp {
    "2026-03-02T08:00:00+08:00".parse::<Timestamp>().expect("an instant")
        + jiff::SignedDuration::from_secs(i64::from(n))
}

/// The line of an act.
#[must_use]
pub fn line(key: &MatterKey, seq: u32, act: &str) -> Map<String, Json> {
    let line = json!({
        "matter": key.matter, "unit": key.unit, "seq": seq, "act": act, "at": "2026-03-02T08:00:00+08:00",
        "by": [{"person": "p-017", "post": "officer"}, {"person": "p-021", "post": "officer"}],
        "fields": {"fine": 500_000, "facts-found": "车货总重 55 吨，超限 6 吨"},
        "recorded": instant(seq).to_string(),
    });
    let Json::Object(line) = line else { unreachable!("an object was written") };
    line
}

/// An act without paper, openings or attachments.
#[must_use]
pub fn act(key: &MatterKey, seq: u32) -> NewAct {
    NewAct { line: line(key, seq, "evidence-taken"), series: None, openings: Vec::new(), blobs: Vec::new() }
}

/// The rows of a matter after `n_acts`.
#[must_use]
pub fn rows(key: &MatterKey, n_acts: u32) -> MatterRows {
    let row = MatterRow {
        key: key.clone(),
        procedure: "penalty-ordinary".into(),
        version_day: DAY,
        title: format!("超限运输 {}", key.matter),
        number: None,
        stage: "investigation".into(),
        opened: DAY,
        closed: None,
        last: instant(n_acts),
        n_acts,
        officers: vec!["p-017".into(), "p-021".into()],
        parties: vec![PartyName { id: "c-1".into(), name: "某某运输有限公司".into() }],
        squad: Some("squad-1".into()),
        next_due: Some(jiff::civil::date(2026, 5, 31)),
        n_findings: Severities::default(),
    };
    let limit = LimitRow {
        limit: "decision".into(),
        strand: None,
        start: 1,
        due: terms::Moment::Day(jiff::civil::date(2026, 5, 31)),
        state: LimitState::Running,
        binds: Binds::Agency,
    };
    let finding = FindingRow {
        rule: "decision-in-time".into(),
        strand: None,
        start: 1,
        severity: Severity::Medium,
        state: FindingState::Pending,
        since: DAY,
        until: Some(jiff::civil::date(2026, 5, 31)),
    };
    let words = ["超限", "运输", "某某", "公司"].map(str::to_owned).to_vec();
    MatterRows { row, limits: vec![limit], findings: vec![finding], words }
}

/// `n` acts more in a matter of which `expected` were seen.
#[must_use]
pub fn append(key: &MatterKey, expected: u32, n: u32) -> Append {
    Append {
        key: key.clone(),
        expected,
        command: None,
        acts: (expected + 1..=expected + n).map(|seq| act(key, seq)).collect(),
        seen: Vec::new(),
        erase: Vec::new(),
        rows: rows(key, expected + n),
    }
}

/// The append under a key, with the content the key is bound to.
#[must_use]
pub fn keyed(append: Append, text: &str, content: &str) -> Append {
    Append { command: Some(IdempotencyKey::new(text, content.as_bytes())), ..append }
}

/// The append with a paper number wanted for its first act.
#[must_use]
pub fn numbered(mut append: Append, kind: &str) -> Append {
    append.acts[0].series = Some(Series {
        key: format!("{}/2026/{kind}", append.key.unit),
        template: format!("豫永交{kind}〔2026〕{{}}号"),
        first: 1,
    });
    append
}

/// The append resting on another matter at a version.
#[must_use]
pub fn resting(append: Append, key: &MatterKey, version: u32) -> Append {
    Append { seen: vec![SeenMatter { key: key.clone(), version }], ..append }
}
