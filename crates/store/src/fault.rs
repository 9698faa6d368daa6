//! Faults between the statements of a back end, for the conformance suite; without its feature there are none.

use crate::error::StoreError;

/// A place between two statements of a group's transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The head of the log is locked, nothing is read.
    Locked,
    /// The facts are read.
    Read,
    /// The acts are written, their openings and nodes are not.
    Acts,
    /// All is written but the read models.
    Truth,
    /// All is written but the head of the log.
    Rows,
    /// All is written, nothing is committed.
    Written,
    /// It is committed, and the answer gets lost.
    Committed,
}

/// Where to fail.
#[cfg(feature = "conformance")]
#[derive(Clone, Default)]
pub struct Faults(Option<std::sync::Arc<dyn Fn(Step) -> bool + Send + Sync>>);

/// Where to fail: nowhere.
#[cfg(not(feature = "conformance"))]
#[derive(Clone, Default)]
pub struct Faults;

impl Faults {
    /// Fails at the steps at which `fails` says so.
    #[cfg(feature = "conformance")]
    pub fn at(fails: impl Fn(Step) -> bool + Send + Sync + 'static) -> Faults {
        Faults(Some(std::sync::Arc::new(fails)))
    }

    /// Fails when a fault is wanted here.
    ///
    /// # Errors
    /// [`StoreError::Other`], or [`StoreError::Lost`] once it is committed.
    pub fn check(&self, step: Step) -> Result<(), StoreError> {
        #[cfg(feature = "conformance")]
        if self.0.as_ref().is_some_and(|fails| fails(step)) {
            let source = format!("a fault was wanted: {step:?}").into();
            return Err(match step {
                Step::Committed => StoreError::Lost(source),
                _ => StoreError::Other(source),
            });
        }
        let _ = step;
        Ok(())
    }
}
