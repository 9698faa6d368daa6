//! Records an act: who may, load, decide, assess, append. One transaction, or nothing.

use jiff::Timestamp;
use lawbook::model::ActDef;
use procedure::{Decided, decide, limit_json, try_json};
use record::{Act, Actor, Record, read_act, start_record, write_act};
use serde_json::{Map, Value as Json, json};
use store::{Append, AppendError, Appended, IdempotencyKey, MatterKey, NewAct, StoredMatter, canonical};
use terms::Moment;
use unicode_normalization::UnicodeNormalization;

use super::lookup::LookedUp;
use super::{erase, load, personal, rows::rows};
use crate::app::App;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::people::session::Scope;
use crate::words::Words;

/// Tries of an act that may be added beside others, when others are faster.
const N_TRIES: usize = 4;

/// What a person wants recorded.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The matter.
    pub key: MatterKey,
    /// How many acts the person saw; nothing takes the matter as it is.
    pub expected: Option<u32>,
    /// The act as a record line: `act`, and as needed `at`, `by`, `strand`, `about`, `outcome`, `fields`, `adopted`,
    /// `acknowledged`. What the program adds is not taken from here.
    pub line: Map<String, Json>,
    /// Names the request, so that a repeated one records once.
    pub command: Option<String>,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The matter.
    pub key: MatterKey,
    /// How many acts it has now.
    pub version: u32,
    /// The number of the act in the matter.
    pub seq: u32,
    /// Its place in the log.
    pub leaf: u64,
    /// The number of the paper it produced.
    pub number: Option<String>,
    /// The limits it started.
    pub limits: Vec<Json>,
    /// Whether an earlier request of the same name had recorded it.
    pub repeated: bool,
}

/// Keys of a line that a person may fill in.
const OWN_KEYS: [&str; 10] =
    ["act", "at", "by", "strand", "about", "outcome", "fields", "adopted", "acknowledged", "parties"];

/// An act that may be recorded, with all that was seen on the way.
struct Ready<'b> {
    record: Record<'b>,
    decided: Decided,
    looked: LookedUp,
}

impl App {
    /// Records an act of a matter.
    ///
    /// # Errors
    /// `Refused` with every unmet gate; `Unacknowledged` with the warnings; `Append(Conflict)` with what others did.
    pub async fn act(&self, caller: &Caller, proposal: &Proposal) -> Result<Recorded> {
        caller.demand(Scope::Act)?;
        self.demand_may_act(caller, &proposal.key).await?;
        let command = self.command(caller, proposal)?;
        if let Some(done) = self.repeated(&proposal.key, command.as_ref()).await? {
            return Ok(done);
        }
        for _ in 1..N_TRIES {
            match self.act_once(caller, proposal, command.clone()).await {
                Err(Error::Append(AppendError::Conflict { .. } | AppendError::SeenChanged { .. }))
                    if proposal.expected.is_none() => {}
                other => return other,
            }
        }
        self.act_once(caller, proposal, command).await
    }

    async fn act_once(
        &self,
        caller: &Caller,
        proposal: &Proposal,
        command: Option<IdempotencyKey>,
    ) -> Result<Recorded> {
        let stored = self.stored(&proposal.key).await?;
        self.demand_may_see(caller, &stored).await?;
        if let Some(expected) = proposal.expected
            && expected != stored.version()
        {
            let since = stored.acts.iter().filter(|act| act.seq > expected).cloned().collect();
            let conflict = AppendError::Conflict { seen: expected, current: stored.version(), since };
            return Err(conflict.into());
        }
        let ready = self.ready(caller, Some(&stored), proposal).await?;
        self.append(&proposal.key, Some(&stored), ready, command).await
    }

    /// Adds an act to a file the program keeps itself, beginning it when it is not there; who asks need not see it.
    pub(super) async fn add(
        &self,
        caller: &Caller,
        procedure: &str,
        proposal: &Proposal,
    ) -> Result<Recorded> {
        let stored = self.store.load(&proposal.key).await?;
        let mut proposal = proposal.clone();
        if stored.is_none() {
            proposal.line.insert("procedure".into(), procedure.into());
        }
        let ready = self.ready(caller, stored.as_ref(), &proposal).await?;
        self.append(&proposal.key, stored.as_ref(), ready, None).await
    }

    /// Begins a matter with its first act; its number is given by the program.
    ///
    /// # Errors
    /// As [`App::act`]; `Invalid` for an unknown procedure.
    pub async fn open(&self, caller: &Caller, procedure: &str, proposal: Proposal) -> Result<Recorded> {
        caller.demand(Scope::Act)?;
        self.demand_may_act(caller, &proposal.key).await?;
        let command = self.command(caller, &proposal)?;
        if let Some(done) = self.repeated(&proposal.key, command.as_ref()).await? {
            return Ok(done);
        }
        let mut proposal = proposal;
        proposal.line.insert("procedure".into(), procedure.into());
        if proposal.key.matter.is_empty() {
            proposal.key.matter = self.next_matter(&proposal.key.unit).await?;
        }
        if let Some(squad) = &caller.squad {
            let about = proposal.line.entry("about").or_insert_with(|| json!({}));
            if let Some(about) = about.as_object_mut() {
                about.entry("squad").or_insert_with(|| json!([squad]));
            }
        }
        let ready = self.ready(caller, None, &proposal).await?;
        self.append(&proposal.key, None, ready, command).await
    }

    /// What would come of an act, without recording it: the answer of `guiju try`.
    ///
    /// # Errors
    /// As [`App::act`], but not `Refused`: that is the answer.
    pub async fn try_act(&self, caller: &Caller, proposal: &Proposal) -> Result<Json> {
        caller.demand(Scope::Read)?;
        let stored = self.stored(&proposal.key).await?;
        self.demand_may_see(caller, &stored).await?;
        match self.ready(caller, Some(&stored), proposal).await {
            Ok(ready) => Ok(try_json(&ready.record, &Ok(ready.decided))),
            Err(Error::Refused { answer, .. } | Error::Unacknowledged { answer, .. }) => Ok(answer),
            Err(other) => Err(other),
        }
    }

    /// Everything up to the decision.
    async fn ready<'b>(
        &'b self,
        caller: &Caller,
        stored: Option<&StoredMatter>,
        proposal: &Proposal,
    ) -> Result<Ready<'b>> {
        let now = self.now();
        let mut line = normal_line(&proposal.line)?;
        let procedure = line.remove("procedure");
        line.entry("at").or_insert_with(|| Moment::Instant(now).to_string().into());
        let adopted = self.fill_adopted(&proposal.key.unit, &mut line).await?;
        let record = match stored {
            Some(stored) => {
                line.remove("parties");
                load::record(&self.book, stored)?
            }
            None => {
                let mut head = line.clone();
                head.insert("matter".into(), proposal.key.matter.as_str().into());
                head.insert("unit".into(), proposal.key.unit.as_str().into());
                head.insert("procedure".into(), procedure.unwrap_or(Json::Null));
                start_record(&self.book, &[Json::Object(head)]).map_err(Error::invalid)?
            }
        };
        let mut act = read_act(&self.book, record.procedure, &Json::Object(line)).map_err(Error::invalid)?;
        self.sign(caller, &caller.unit, &record, &mut act, now).await?;
        let (answer, looked) =
            self.with_registers(adopted, |surroundings| decide(&record, surroundings, &act, now)).await?;
        match answer {
            Ok(decided) => {
                let known = |gate: &str| {
                    act.acknowledged
                        .iter()
                        .any(|(known, reason)| **known == *gate && !reason.trim().is_empty())
                };
                let open = decided.warnings.iter().filter(|warning| !known(&warning.need)).count();
                if open > 0 {
                    return Err(Error::Unacknowledged { n: open, answer: try_json(&record, &Ok(decided)) });
                }
                Ok(Ready { record, decided, looked })
            }
            Err(refusal) => {
                let n = refusal.blocked.len();
                Err(Error::Refused { n, answer: try_json(&record, &Err(refusal)) })
            }
        }
    }

    /// Who did it: the caller in the post the act asks for, unless others are named; and whether they hold their posts.
    async fn sign(
        &self,
        caller: &Caller,
        unit: &str,
        record: &Record<'_>,
        act: &mut Act,
        now: Timestamp,
    ) -> Result<()> {
        let def = record.procedure.def(act.act);
        if act.by.is_empty() {
            let post = own_post(caller, def).ok_or_else(|| {
                let titles: Vec<&str> = def.by.iter().map(|post| self.book.post_title(post)).collect();
                Error::forbidden(format!("“{}”由{}办理，您没有这个岗位", def.title, titles.join("、")))
            })?;
            act.by.push(Actor { person: caller.person.as_str().into(), post: post.into() });
        }
        for actor in &act.by {
            let Some(post) = self.book.posts.iter().find(|post| *post.id == *actor.post) else {
                return Err(Error::invalid(format!("没有岗位 `{}`", actor.post)));
            };
            if !post.agency {
                continue;
            }
            let holds = if *actor.person == *caller.person {
                caller.posts.iter().any(|held| *held == *actor.post)
            } else {
                self.posts_in(&actor.person, unit, now).await?.iter().any(|held| *held == *actor.post)
            };
            if !holds {
                let who = if *actor.person == *caller.person { "您" } else { &*actor.person };
                return Err(Error::forbidden(format!("{who}没有担任“{}”岗位", post.title)));
            }
        }
        if !act.by.iter().any(|actor| *actor.person == *caller.person) {
            let post = caller.posts.first().map_or("", String::as_str);
            act.entered = Some(Actor { person: caller.person.as_str().into(), post: post.into() });
        }
        Ok(())
    }

    /// Appends what was decided.
    async fn append(
        &self,
        key: &MatterKey,
        stored: Option<&StoredMatter>,
        ready: Ready<'_>,
        command: Option<IdempotencyKey>,
    ) -> Result<Recorded> {
        let Ready { mut record, decided, looked } = ready;
        let act = decided.act;
        let seq = act.seq;
        let erase = erase::erased_by(&record, &act, stored)?;
        if let (Some(stored), false) = (stored, erase.is_empty()) {
            record = erase::without(&self.book, stored, &erase, seq)?;
        }
        record.push(act.clone());
        let line = write_act(&record, &act);
        let Json::Object(mut line) = line else { return Err(Error::internal("a line is an object")) };
        line.insert("unit".into(), key.unit.as_str().into());
        line.insert("lawbook".into(), self.book.digest.as_str().into());
        let openings = personal::close(&self.book, &mut line, || self.random::<32>())?;
        let rows = rows(&record, key, &Words)?;
        let limits = decided.limits.iter().map(|run| limit_json(record.procedure, run)).collect();
        let append = Append {
            key: key.clone(),
            expected: stored.map_or(0, StoredMatter::version),
            command,
            acts: vec![NewAct { line, series: None, openings, blobs: Vec::new() }],
            seen: looked.seen(&act.seen),
            erase,
            rows,
        };
        let appended = self.store.append(append).await?;
        Ok(recorded(key, seq, &appended, limits))
    }

    /// The name of a request, bound to who asks and for what.
    fn command(&self, caller: &Caller, proposal: &Proposal) -> Result<Option<IdempotencyKey>> {
        let Some(text) = &proposal.command else { return Ok(None) };
        if text.is_empty() || text.len() > 200 {
            return Err(Error::invalid("请求编号为 1 至 200 个字符"));
        }
        let content = json!({
            "by": caller.login, "line": proposal.line, "matter": proposal.key.matter, "unit": proposal.key.unit,
        });
        let bytes = canonical::value(&content).map_err(Error::invalid)?;
        Ok(Some(IdempotencyKey::new(text.clone(), &bytes)))
    }

    /// The answer a request of the same name was given.
    async fn repeated(&self, key: &MatterKey, command: Option<&IdempotencyKey>) -> Result<Option<Recorded>> {
        let Some(command) = command else { return Ok(None) };
        let Some((matter, done)) = self.store.answered(&key.unit, command).await? else { return Ok(None) };
        let seq = done.seqs.first().copied().unwrap_or(0);
        Ok(Some(recorded(&matter, seq, &done, Vec::new())))
    }
}

fn recorded(key: &MatterKey, seq: u32, appended: &Appended, limits: Vec<Json>) -> Recorded {
    Recorded {
        key: key.clone(),
        version: appended.seqs.last().copied().unwrap_or(seq),
        seq,
        leaf: appended.first_leaf,
        number: appended.numbers.first().cloned().flatten(),
        limits,
        repeated: appended.repeated,
    }
}

/// The post in which a caller does an act: the first of the act's posts that the caller holds.
fn own_post<'a>(caller: &'a Caller, def: &'a ActDef) -> Option<&'a str> {
    if def.by.is_empty() {
        return caller.posts.first().map(String::as_str);
    }
    def.by.iter().map(String::as_str).find(|post| caller.posts.iter().any(|held| held == post))
}

/// The line with its own keys alone, and text in one form (NFC), as it will be stored.
fn normal_line(line: &Map<String, Json>) -> Result<Map<String, Json>> {
    if let Some(key) = line.keys().find(|key| !OWN_KEYS.contains(&key.as_str()) && *key != "procedure") {
        return Err(Error::invalid(format!("`{key}` 由程序填写，不能提交")));
    }
    let normal = |text: &str| text.nfc().collect::<String>();
    fn walk(json: &Json, normal: &impl Fn(&str) -> String) -> Json {
        match json {
            Json::String(text) => Json::String(normal(text)),
            Json::Array(items) => items.iter().map(|item| walk(item, normal)).collect(),
            Json::Object(keys) => {
                Json::Object(keys.iter().map(|(key, value)| (normal(key), walk(value, normal))).collect())
            }
            plain => plain.clone(),
        }
    }
    Ok(line.iter().map(|(key, value)| (key.clone(), walk(value, &normal))).collect())
}
