//! Reads of personal and sealed data are recorded: as acts of the unit's access file of the day, once a day for each
//! reader and matter.

use lawbook::model::Thing;
use serde_json::{Map, json};
use store::{AppendError, MatterKey, MatterRow, NewDoc, Over, StoreError};

use super::act::Proposal;
use crate::app::App;
use crate::caller::Caller;
use crate::error::{Error, Result};

/// Notes which reads of a day are recorded.
const NOTED: &str = "read-noted";
/// Tries of a record that others add to at the same moment.
const N_TRIES: usize = 20;

impl App {
    /// Records that a caller read such parts of a matter today. Without the record there is no reading.
    ///
    /// # Errors
    /// When it cannot be recorded.
    pub(super) async fn note_read(&self, caller: &Caller, row: &MatterRow, things: &[Thing]) -> Result<()> {
        if things.is_empty() {
            return Ok(());
        }
        let today = self.today();
        let parts: Vec<&str> = things.iter().map(|thing| thing.id()).collect();
        let key = format!("{today}/{}/{}/{}", caller.person, row.key, parts.join("+"));
        if self.store.doc(NOTED, &key).await?.is_some() {
            return Ok(());
        }
        let file = MatterKey::new(row.key.unit.clone(), format!("查阅-{today}"));
        let line = json!({
            "act": "access-recorded",
            "about": { "unit": [row.key.unit] },
            "fields": {
                "read-matter": row.key.matter, "read-procedure": row.procedure, "read-parts": parts,
                "read-mode": "view", "read-purpose": purpose(caller),
            },
        });
        let mut line: Map<_, _> = line.as_object().cloned().unwrap_or_default();
        if things.contains(&Thing::Sealed) {
            // Reading is not stopped for a second person; that none was asked is what the review of the file shows.
            line.insert(
                "acknowledged".into(),
                json!({ "access-recorded/sealed-approved": "在线查阅，未先经另一人批准" }),
            );
        }
        let proposal = Proposal { key: file, expected: None, line, command: None };
        let mut last = Ok(());
        for _ in 0..N_TRIES {
            match self.add(caller, "access-file", &proposal).await {
                Ok(_) => {
                    last = Ok(());
                    break;
                }
                Err(busy @ Error::Append(AppendError::Conflict { .. } | AppendError::Exists { .. })) => {
                    last = Err(busy);
                }
                Err(other) => return Err(other),
            }
        }
        last?;
        let expires = self.now().checked_add(jiff::SignedDuration::from_hours(48)).ok();
        let doc =
            NewDoc { kind: NOTED.into(), key, over: Over::Nothing, json: true.into(), index: None, expires };
        match self.store.put_doc(doc).await {
            Ok(_) | Err(StoreError::DocChanged { .. }) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }
}

/// What a read is for, by the reader's post.
fn purpose(caller: &Caller) -> &'static str {
    let purposes = [
        ("legal-reviewer", "review"),
        ("legal-office", "review"),
        ("leader", "lead"),
        ("chief", "lead"),
        ("supervisor", "supervise"),
        ("upper-legal-office", "supervise"),
        ("reconsideration-staff", "reply"),
        ("archivist", "archive"),
        ("audit-administrator", "audit"),
    ];
    let held = |post: &str| caller.posts.iter().any(|held| held == post);
    purposes.iter().find(|(post, _)| held(post)).map_or("handle", |(_, purpose)| purpose)
}
