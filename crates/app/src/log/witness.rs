//! Witnesses (见证): others who saw a checkpoint, checked that it continues what they saw before, and signed it too.

use ledger::note::Note;

use super::{Log, LogError, Signed};

impl Log {
    /// Takes what a witness added to a checkpoint of this log; answers the names of the witnesses whose signatures hold.
    ///
    /// # Errors
    /// It is no checkpoint this log has signed, the tree never had that root, or no known witness signed it.
    pub async fn cosign(&self, note: &[u8]) -> Result<Vec<String>, LogError> {
        let wrong = |why: String| LogError::Note(why);
        let opened = self.trust().open(note).map_err(|error| wrong(error.to_string()))?;
        if !opened.is_signed() {
            return Err(wrong(format!("没有账本 {} 的签名", self.origin())));
        }
        if opened.cosignatures().is_empty() {
            return Err(wrong("没有认识的见证人的签名".into()));
        }
        let checkpoint = opened.checkpoint();
        let signed = self.signed().await.map_or(0, |last| last.checkpoint.size);
        let is_ours = checkpoint.size > 0
            && checkpoint.size <= signed
            && self.root_at(checkpoint.size, signed).await? == checkpoint.root;
        if !is_ours {
            return Err(wrong("本账本没有签署过这个检查点".into()));
        }
        let parsed = Note::parse(note).map_err(|error| wrong(error.to_string()))?;
        let mut names = Vec::new();
        for cosignature in opened.cosignatures() {
            let known = |line: &&ledger::note::NoteSignature| {
                self.witnesses.iter().any(|key| *key.name() == line.name && key.id() == line.id)
                    && line.name.as_str() == cosignature.witness
            };
            let Some(line) = parsed.signatures().iter().find(known) else { continue };
            let kept = store::Cosignature {
                size: checkpoint.size,
                witness: cosignature.witness.clone(),
                line: line.to_string().into_bytes(),
            };
            self.store().save_cosignature(&kept).await?;
            names.push(cosignature.witness.clone());
        }
        Ok(names)
    }

    /// The checkpoint with the signatures of witnesses.
    pub(super) async fn with_witnesses(&self, signed: Signed) -> Result<Note, LogError> {
        let mut whole = signed.note.to_string();
        for cosignature in self.store().cosignatures(signed.checkpoint.size).await? {
            whole.push_str(&String::from_utf8_lossy(&cosignature.line));
            whole.push('\n');
        }
        // What the database holds is read again, and a line that does not hold is left out.
        match self.trust().open(whole.as_bytes()).and_then(|_| Ok(Note::parse(whole.as_bytes())?)) {
            Ok(note) => Ok(note),
            Err(_) => Ok(signed.note),
        }
    }
}
