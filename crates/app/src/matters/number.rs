//! Numbers of matters (事项号): `2026-000123`, one row of them for each unit and year.
//!
//! They name a matter from its first minute, before any paper has a number; papers are numbered without gaps by the
//! store, matters need not be.

use store::{NewDoc, Over, StoreError};

use crate::app::App;
use crate::error::{Error, Result};

const COUNTER: &str = "matter-number";
/// Tries of taking a number that others want too.
const N_TRIES: usize = 50;

impl App {
    /// The next number of a unit in the present year.
    pub(super) async fn next_matter(&self, unit: &str) -> Result<String> {
        let year = terms::AGENCY_OFFSET.to_datetime(self.now()).year();
        let key = format!("{unit}/{year}");
        for _ in 0..N_TRIES {
            let doc = self.store.doc(COUNTER, &key).await?;
            let (last, over) = match &doc {
                Some(doc) => (doc.json.as_u64().unwrap_or(0), Over::Version(doc.version)),
                None => (0, Over::Nothing),
            };
            let kind = COUNTER.to_owned();
            let json = (last + 1).into();
            let new = NewDoc { kind, key: key.clone(), over, json, index: None, expires: None };
            match self.store.put_doc(new).await {
                Ok(_) => return Ok(format!("{year}-{:06}", last + 1)),
                Err(StoreError::DocChanged { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(Error::forbidden("同时立案的人太多，请稍后再试"))
    }
}
