//! A stored matter as a record that can be asked.

use lawbook::Lawbook;
use record::Record;
use serde_json::{Map, Value as Json};
use store::{MatterKey, StoredMatter};

use super::personal;
use crate::app::App;
use crate::error::{Error, Result};

/// The lines of a stored matter, with their values in place.
///
/// # Errors
/// As [`personal::open`].
pub(crate) fn lines(stored: &StoredMatter) -> Result<Vec<Json>> {
    stored.acts.iter().map(|act| Ok(Json::Object(without_null_fields(personal::open(act)?)))).collect()
}

/// A field without a value is as good as none.
fn without_null_fields(mut line: Map<String, Json>) -> Map<String, Json> {
    if let Some(fields) = line.get_mut("fields").and_then(Json::as_object_mut) {
        fields.retain(|_, value| !value.is_null());
    }
    line
}

/// The record of a stored matter.
///
/// # Errors
/// `Internal` when the lawbook cannot read what it once allowed: the law files lack something, or the store is damaged.
pub(crate) fn record<'b>(book: &'b Lawbook, stored: &StoredMatter) -> Result<Record<'b>> {
    record::read_record(book, &lines(stored)?)
        .map_err(|(line, error)| Error::internal(format!("{} 第 {line} 行：{error}", stored.key)))
}

impl App {
    /// A matter as it is stored.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub(crate) async fn stored(&self, key: &MatterKey) -> Result<StoredMatter> {
        let found = self.store.load(key).await?;
        found.ok_or_else(|| Error::not_found(format!("事项“{}”", key.matter)))
    }
}
