//! Takes over acts of another system's records and of paper files: never gated, always reviewed.

use record::{Actor, read_act, start_record, write_act};
use serde_json::{Map, Value as Json};
use store::{Append, IdempotencyKey, MatterKey, NewAct, canonical};

use super::{personal, rows::rows};
use crate::app::App;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::people::session::Scope;
use crate::words::Words;

/// Posts that may take over records.
const BY: [&str; 2] = ["archivist", "personnel"];
/// Registers on which rights rest: their acts are never taken over.
const NEVER: [&str; 2] = ["staff", "unit"];
/// Acts in one go.
const N_LINES_MAX: usize = 2_000;

impl App {
    /// Takes over a whole record as a new matter of the caller's unit; its lines are in the record format, the first
    /// with the head. Says how many acts were taken over; the same record again answers the same.
    ///
    /// # Errors
    /// `Invalid` with the line that does not fit; nothing is taken over then.
    pub async fn import(&self, caller: &Caller, lines: &[Json]) -> Result<(MatterKey, u32)> {
        caller.demand(Scope::Act)?;
        let post = caller.posts.iter().find(|post| BY.contains(&post.as_str()));
        let post = post.ok_or_else(|| Error::forbidden("导入已有案卷由档案员或者人事人员办理"))?;
        if lines.is_empty() || lines.len() > N_LINES_MAX {
            return Err(Error::invalid(format!("一次导入 1 至 {N_LINES_MAX} 个环节")));
        }
        let mut record = start_record(&self.book, lines).map_err(Error::invalid)?;
        if record.procedure.register.as_ref().is_some_and(|register| NEVER.contains(&register.id.as_str())) {
            return Err(Error::forbidden(format!("“{}”不能导入，须逐项办理", record.procedure.title)));
        }
        let mut head = (*record.head).clone();
        head.unit = Some(caller.unit.as_str().into());
        record.head = std::sync::Arc::new(head);
        let key = MatterKey::new(caller.unit.clone(), &*record.head.matter);
        let now = self.now();
        let mut acts = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let mut act = read_act(&self.book, record.procedure, line)
                .map_err(|error| Error::invalid(format!("第 {} 行：{error}", at + 1)))?;
            act.seq = record.next_seq();
            act.recorded = Some(now);
            act.relied = None;
            act.seen = Vec::new();
            act.entered = Some(Actor { person: caller.person.as_str().into(), post: post.as_str().into() });
            record.push(act.clone());
            let Json::Object(mut line) = write_act(&record, &act) else {
                return Err(Error::internal("a line is an object"));
            };
            line.insert("unit".into(), key.unit.as_str().into());
            line.insert("lawbook".into(), self.book.digest.as_str().into());
            let openings = personal::close(&self.book, &mut line, || self.random::<32>())?;
            acts.push(NewAct { line, series: None, openings, blobs: Vec::new() });
        }
        let n_acts = record.acts.len() as u32;
        let mut content = Map::new();
        content.insert("by".into(), caller.login.as_str().into());
        content.insert("lines".into(), Json::Array(lines.to_vec()));
        let content = canonical::object(&content).map_err(Error::invalid)?;
        let command = Some(IdempotencyKey::new(format!("import:{}", key.matter), &content));
        let rows = rows(&record, &key, &Words)?;
        let append = Append {
            key: key.clone(),
            expected: 0,
            command,
            acts,
            seen: Vec::new(),
            erase: Vec::new(),
            rows,
        };
        self.store.append(append).await?;
        Ok((key, n_acts))
    }
}
