//! Epochs (另起账期): where a log had to be broken, this says so, in public and signed.
//!
//! The log goes on under a new name and a new key. The statement names what was signed last under the old one and what is
//! there now, and both keys sign it; a witness sees from it that the log was not quietly forked.

use jiff::Timestamp;
use ledger::checkpoint::Checkpoint;
use ledger::key::SigningKey;
use ledger::note::{Note, NoteError};
use store::{DocsOf, NewDoc, Over};

use super::{Log, LogError};

/// The kind of document a statement is kept as.
const KIND: &str = "log-epoch";
/// Statements that are read at once; more breaks than that no log survives.
const N_MAX: u32 = 1_000;

/// The first line of a statement.
pub const EPOCH_FORMAT: &str = "guiju-epoch/v1";

/// A break that is stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// What was last signed under the old name, if it is known.
    pub before: Option<Checkpoint>,
    /// The log as the new epoch takes it over.
    pub after: Checkpoint,
    /// When.
    pub at: Timestamp,
    /// Why; one line.
    pub reason: String,
}

impl Epoch {
    /// The statement, signed by the new key and, where it is at hand, the old one.
    ///
    /// # Errors
    /// The reason is not one line of text.
    pub fn sign(&self, old: Option<&SigningKey>, new: &SigningKey) -> Result<Note, NoteError> {
        if self.reason.contains('\n') || self.reason.trim().is_empty() {
            return Err(NoteError::NotText);
        }
        let line = |checkpoint: &Checkpoint| {
            format!("{} {} {}", checkpoint.origin, checkpoint.size, checkpoint.root.to_base64())
        };
        let before = self.before.as_ref().map_or("unknown".to_owned(), line);
        let mut note = Note::new(format!(
            "{EPOCH_FORMAT}\nbefore {before}\nafter {}\nat {}\nreason {}\n",
            line(&self.after),
            self.at,
            self.reason
        ))?;
        if let Some(old) = old {
            old.sign(&mut note);
        }
        new.sign(&mut note);
        Ok(note)
    }
}

impl Log {
    /// Publishes a statement beside the log.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn publish_epoch(&self, at: Timestamp, note: &Note) -> Result<(), LogError> {
        let doc = NewDoc {
            kind: KIND.into(),
            key: at.to_string(),
            json: serde_json::Value::String(note.to_string()),
            index: None,
            expires: None,
            over: Over::Nothing,
        };
        self.store().put_doc(doc).await?;
        Ok(())
    }

    /// The statements, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn epochs(&self) -> Result<Vec<String>, LogError> {
        let docs = self.store().docs(KIND, &DocsOf::Prefix(String::new()), None, N_MAX).await?;
        Ok(docs.iter().filter_map(|doc| doc.json.as_str().map(str::to_owned)).collect())
    }
}
