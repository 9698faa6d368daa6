//! Signs: a checkpoint for what is new, and only when it continues the last one.

use std::sync::Arc;

use ledger::checkpoint::{Checkpoint, verify_continues};
use ledger::note::Note;
use sm3::Sm3;
use store::LogHead;

use super::{Desk, Log, LogError, Signed};

impl Log {
    /// Signs the log as it is now, unless that is signed already. To be called at start and then once a second: so a
    /// checkpoint follows an act within a second.
    ///
    /// What was signed last is proved to be the beginning of what is signed next, every time; so a database that was set
    /// back or exchanged is noticed at start, after every loss of the connection, and in between.
    ///
    /// # Errors
    /// The store or the place outside it cannot be reached, or the log does not continue: then nothing is signed.
    pub async fn attest(&self) -> Result<Checkpoint, LogError> {
        let mut desk = self.desk.lock().await;
        let done = self.attest_at(&mut desk).await;
        desk.refused = done.as_ref().err().map(ToString::to_string);
        done
    }

    async fn attest_at(&self, desk: &mut Desk) -> Result<Checkpoint, LogError> {
        let head = self.store().log_head().await?;
        if let Some(last) = &desk.last
            && (last.checkpoint.size, last.checkpoint.root) == (head.size, head.root)
        {
            return Ok(last.checkpoint.clone());
        }
        // Another server on the same database may have signed more, and this one has to know of it.
        let ours = match desk.last.take() {
            Some(last) => Some(last),
            None => self.load_kept().await?,
        };
        let stored = self.store().checkpoint().await?;
        let Some(ours) = ours else {
            // The first checkpoint of a log: nobody has seen one yet.
            return match stored {
                Some(stored) => Err(LogError::KeptMissing { size: stored.size }),
                None => self.sign(desk, &head).await,
            };
        };
        // One that another key signed is of an earlier epoch.
        let theirs = stored.and_then(|stored| self.open(&stored.note).ok());
        desk.last = Some(ours.clone());
        self.prove_continues(&ours.checkpoint, &head).await?;
        if let Some(theirs) = &theirs
            && theirs.checkpoint.size <= head.size
        {
            self.prove_continues(&theirs.checkpoint, &head).await?;
        }
        self.sign(desk, &head).await
    }

    async fn sign(&self, desk: &mut Desk, head: &LogHead) -> Result<Checkpoint, LogError> {
        let checkpoint = Checkpoint::new(self.origin().to_owned(), head.size, head.root);
        let note = checkpoint.sign(&self.key).map_err(|error| LogError::Note(error.to_string()))?;
        // Outside first: what anyone can have seen is always kept there.
        self.save_kept(note.to_string().into_bytes()).await?;
        desk.last = Some(Signed { checkpoint: checkpoint.clone(), note: note.clone() });
        let stored = store::Checkpoint { size: head.size, note: note.to_string().into_bytes() };
        self.store().save_checkpoint(&stored).await?;
        Ok(checkpoint)
    }

    /// Begins an epoch: signs the log as it is now under a new key, whatever was signed before. The statement that says so
    /// ([`Epoch`](super::Epoch)) is for the caller to publish, before.
    ///
    /// # Errors
    /// The store or the place outside it cannot be reached.
    pub async fn begin_epoch(&self) -> Result<Checkpoint, LogError> {
        let mut desk = self.desk.lock().await;
        let head = self.store().log_head().await?;
        let done = self.sign(&mut desk, &head).await?;
        desk.refused = None;
        Ok(done)
    }

    /// Proves that the log of that head is the one of the checkpoint with leaves appended, by the tiles of the store.
    async fn prove_continues(&self, old: &Checkpoint, head: &LogHead) -> Result<(), LogError> {
        let new = Checkpoint::new(self.origin().to_owned(), head.size, head.root);
        let proof = if old.size == 0 || old.size >= new.size {
            Vec::new()
        } else {
            self.consistency(old.size, new.size).await?
        };
        Ok(verify_continues::<Sm3>(old, &new, &proof)?)
    }

    /// The last signed checkpoint with what witnesses added to it, as others are shown it.
    ///
    /// # Errors
    /// Nothing was signed yet, or the store cannot be reached.
    pub async fn checkpoint(&self) -> Result<Note, LogError> {
        let last = self.desk.lock().await.last.clone();
        let last = last.ok_or_else(|| LogError::NoSuch("检查点".into()))?;
        self.with_witnesses(last).await
    }

    pub(super) async fn signed(&self) -> Option<Signed> {
        self.desk.lock().await.last.clone()
    }

    /// Reads a checkpoint of this log with a signature of its own.
    pub(super) fn open(&self, note: &[u8]) -> Result<Signed, LogError> {
        let wrong = |why: String| LogError::Kept { why };
        let opened = self.trust().open(note).map_err(|error| wrong(error.to_string()))?;
        if !opened.is_signed() {
            return Err(wrong(format!("没有账本 {} 的签名", self.origin())));
        }
        let note = Note::parse(note).map_err(|error| wrong(error.to_string()))?;
        Ok(Signed { checkpoint: opened.checkpoint().clone(), note })
    }

    async fn load_kept(&self) -> Result<Option<Signed>, LogError> {
        let kept = Arc::clone(&self.kept);
        let loaded = tokio::task::spawn_blocking(move || kept.load()).await;
        let wrong = |why: String| LogError::Kept { why };
        let loaded = loaded.map_err(|error| wrong(error.to_string()))?;
        let note = loaded.map_err(|error| wrong(error.to_string()))?;
        note.map(|note| self.open(&note)).transpose()
    }

    async fn save_kept(&self, note: Vec<u8>) -> Result<(), LogError> {
        let kept = Arc::clone(&self.kept);
        let saved = tokio::task::spawn_blocking(move || kept.save(&note)).await;
        let wrong = |why: String| LogError::Kept { why };
        saved.map_err(|error| wrong(error.to_string()))?.map_err(|error| wrong(error.to_string()))
    }
}
