//! Computes all read models anew from the records (`guiju rebuild`).

use super::{load, rows::rows};
use crate::app::App;
use crate::error::Result;
use crate::words::Words;

/// Matters read at once.
const N_AT_ONCE: u32 = 200;

/// What was rebuilt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RebuildReport {
    /// Matters.
    pub n_matters: u64,
    /// Acts in them.
    pub n_acts: u64,
}

impl App {
    /// Drops all read models and computes them anew; `progress` is told after every group of matters.
    ///
    /// # Errors
    /// When the store cannot, or a record cannot be read; what was not yet rebuilt is then missing from lists.
    pub async fn rebuild(&self, mut progress: impl FnMut(RebuildReport) + Send) -> Result<RebuildReport> {
        let mut report = RebuildReport::default();
        self.store.drop_rows().await?;
        let mut after = None;
        loop {
            let keys = self.store.matter_keys(after.as_ref(), N_AT_ONCE).await?;
            if keys.is_empty() {
                return Ok(report);
            }
            let mut all = Vec::new();
            for stored in self.store.load_many(&keys).await? {
                report.n_acts += stored.acts.len() as u64;
                let record = load::record(&self.book, &stored)?;
                all.push(rows(&record, &stored.key, &Words)?);
            }
            report.n_matters += all.len() as u64;
            self.store.put_rows(all).await?;
            after = keys.last().cloned();
            progress(report);
        }
    }
}
