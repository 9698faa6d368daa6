//! Bundles (卷宗包): one matter with its proofs in one file.

use std::io::Cursor;

use lawbook::Lawbook;
use lawbook::model::Thing;
use ledger::bundle::{Contents, Opening, Record, write};
use ledger::commitment::Salt;
use record::{Standing, View};
use store::{MatterKey, StoredMatter, canonical};

use super::{Log, LogError, Signed};
use crate::caller::Caller;
use crate::error::{Error, Result};

impl Log {
    /// A matter as one file, for a caller who may read it with the personal data in it.
    ///
    /// # Errors
    /// `NotFound` when there is no such matter or it may not be read whole; or the log does not sign.
    pub async fn bundle(&self, caller: &Caller, key: &MatterKey) -> Result<Vec<u8>> {
        let app = &self.app;
        // Whoever may not see the matter learns nothing, and whoever may is noted as its reader.
        let row = app.matter(caller, key).await?.row;
        let mut things = vec![Thing::Personal];
        if is_sealed(app.book(), &app.stored(key).await?)? {
            things.push(Thing::Sealed);
        }
        for thing in things {
            app.demand_may_read_of(caller, thing, &row).await?;
        }
        self.bundle_of(key).await
    }

    /// A matter as one file, for whoever holds the database anyway.
    ///
    /// # Errors
    /// `NotFound` when there is no such matter; or the log does not sign.
    pub async fn bundle_of(&self, key: &MatterKey) -> Result<Vec<u8>> {
        let stored = self.app.stored(key).await?;
        let signed = self.covering(&stored).await?;
        let size = signed.checkpoint.size;
        let checkpoint = self.with_witnesses(signed).await?;
        let mut records = Vec::new();
        let mut openings = Vec::new();
        for (number, act) in (1..).zip(&stored.acts) {
            let path = self.inclusion(act.leaf, size).await?;
            records.push(Record { index: act.leaf, line: act.bytes.clone(), path });
            for opening in &act.openings {
                let value = canonical::text(&opening.value).map_err(Error::internal)?;
                let (context, salt) = (opening.path.clone(), Salt(opening.salt));
                openings.push(Opening { record: number, context, salt, value });
            }
        }
        let issued = self.app.now().to_string();
        let contents = Contents {
            matter: &key.matter,
            issued: &issued,
            lawbook: self.app.book.digest.parse().ok(),
            checkpoint: &checkpoint,
            records: &records,
            openings: &openings,
            files: &[],
        };
        let mut out = Cursor::new(Vec::new());
        let none = |_: &ledger::bundle::FileEntry| Err(std::io::Error::other("no files"));
        write(&mut out, &contents, Some(&self.key), none).map_err(Error::internal)?;
        Ok(out.into_inner())
    }

    /// A signed checkpoint of a log that has all acts of the matter.
    async fn covering(&self, stored: &StoredMatter) -> std::result::Result<Signed, LogError> {
        let last = stored.acts.last().map_or(0, |act| act.leaf);
        if self.state().await.refused.is_none()
            && let Some(signed) = self.signed().await
            && signed.checkpoint.size > last
        {
            return Ok(signed);
        }
        self.attest().await?;
        let signed = self.signed().await.filter(|signed| signed.checkpoint.size > last);
        signed.ok_or_else(|| LogError::Tiles(format!("第 {last} 条记录不在账本中")))
    }
}

/// Whether anything in the matter is sealed (封存) now.
fn is_sealed(book: &Lawbook, stored: &StoredMatter) -> Result<bool> {
    let record = crate::matters::record(book, stored)?;
    let view = View::of(&record);
    let seals = |id: &str| id == "record-sealed";
    Ok(view.occurrences.iter().any(|one| one.standing == Standing::Stands && seals(&view.def(one).id)))
}
