//! What every back end must keep, as tests; a back end hands in how its stores are made.
//!
//! `store::conformance_suite!(site().await)` in a test binary of a back end makes every test of the suite one of its own,
//! each on a fresh database.

pub mod sample;

#[cfg(feature = "conformance")]
pub mod acts;
#[cfg(feature = "conformance")]
pub mod backup;
#[cfg(feature = "conformance")]
pub mod concurrency;
#[cfg(feature = "conformance")]
pub mod docs;
#[cfg(feature = "conformance")]
pub mod faults;
#[cfg(feature = "conformance")]
pub mod kill;
#[cfg(feature = "conformance")]
pub mod lists;
#[cfg(feature = "conformance")]
pub mod log;
#[cfg(feature = "conformance")]
pub mod rebuild;

#[cfg(feature = "conformance")]
pub use site::Site;

#[cfg(feature = "conformance")]
mod site {
    use std::path::PathBuf;
    use std::sync::Arc;

    use async_trait::async_trait;

    use crate::fault::Faults;
    use crate::{Append, Appended, Store};

    /// A fresh database, and as many stores on it as a test wants.
    #[async_trait]
    pub trait Site: Send + Sync {
        /// A store on the database, beside those that are open, with faults.
        async fn open_with(&self, faults: Faults) -> Arc<dyn Store>;

        /// A store on another fresh database.
        async fn elsewhere(&self) -> Arc<dyn Store>;

        /// A path in a folder of this test where no file is yet.
        fn path(&self, name: &str) -> PathBuf;

        /// A store on the database.
        async fn open(&self) -> Arc<dyn Store> {
            self.open_with(Faults::default()).await
        }
    }

    /// Records what must be recordable.
    pub(super) async fn record(store: &dyn Store, append: Append) -> Appended {
        let shown = format!("{} after {}", append.key, append.expected);
        match store.append(append).await {
            Ok(appended) => appended,
            Err(error) => panic!("{shown}: {error}"),
        }
    }
}

#[cfg(feature = "conformance")]
use site::record;

/// Every test of the suite as a test of a back end.
#[cfg(feature = "conformance")]
#[macro_export]
macro_rules! conformance_suite {
    ($site:expr) => {
        $crate::conformance_suite! { @ $site =>
            acts { what_is_recorded_is_read_back what_was_never_recorded_is_not_there
                a_conflict_shows_what_the_other_did a_matter_begins_once a_decision_rests_on_what_it_saw
                a_repeated_command_records_once a_key_names_one_command numbers_have_no_gaps
                what_is_erased_is_gone_and_the_act_stays attachments_know_their_acts
                what_cannot_be_stored_is_refused }
            concurrency { clients_of_different_matters_all_win clients_of_one_matter_take_turns
                two_stores_share_one_database }
            faults { acts_and_rows_come_together_or_not_at_all a_lost_answer_can_be_asked_again
                a_loser_does_not_spoil_the_group }
            lists { pages_hold_every_matter_once each_filter_finds_what_it_says each_order_is_kept
                access_is_part_of_the_question words_are_found limits_come_first_due_first
                findings_turn_with_the_day counters_follow_the_stages a_strange_cursor_is_refused }
            rebuild { rebuilt_rows_are_identical late_rows_do_not_replace_newer_ones }
            log { the_tree_rebuilt_from_the_entries_has_the_root tiles_are_those_of_the_tree
                checkpoints_are_kept_once }
            docs { a_document_changes_at_its_version documents_are_listed_in_order what_expired_is_purged }
            backup { a_backup_restores_to_the_same a_backup_is_taken_under_load a_damaged_backup_is_refused
                a_backup_is_not_restored_over_anything }
        }
    };
    (@ $site:expr => $($module:ident { $($test:ident)* })*) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let site = $site;
                $crate::conformance::$module::$test(&site).await;
            }
        )*)*
    };
}
