//! The one thread that writes: it takes waiting appends together and commits them in one transaction.

use std::collections::VecDeque;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use store::fault::{Faults, Step};
use store::plan::{Answer, Needs, Plan, Prepared, plan};
use store::{AppendError, Appended, StoreError, group};
use tokio::sync::{mpsc, oneshot};

use crate::fault::of;
use crate::{acts, facts, write};

/// What the writer is asked to do.
pub enum Job {
    /// Record acts.
    Append(Waiting),
    /// Anything else, with the connection to itself.
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
}

/// An append that waits for its answer.
pub struct Waiting {
    /// What is asked for.
    pub prepared: Box<Prepared>,
    /// Where the answer goes. A caller that does not wait any more is none of the writer's concern.
    pub answer: oneshot::Sender<Result<Appended, AppendError>>,
}

/// Works until nobody can ask any more, and finishes what was asked before that.
pub fn work(mut connection: Connection, mut jobs: mpsc::Receiver<Job>, faults: &Faults) {
    let mut appends: VecDeque<Waiting> = VecDeque::new();
    let mut runs = VecDeque::new();
    loop {
        if appends.is_empty() && runs.is_empty() {
            match jobs.blocking_recv() {
                Some(job) => sort(job, &mut appends, &mut runs),
                None => return,
            }
        }
        while let Ok(job) = jobs.try_recv() {
            sort(job, &mut appends, &mut runs);
        }
        for run in std::mem::take(&mut runs) {
            run(&mut connection);
        }
        let group = group::take(&mut appends, |waiting| &waiting.prepared.append().key);
        if !group.is_empty() {
            record(&mut connection, group, faults);
        }
    }
}

type Run = Box<dyn FnOnce(&mut Connection) + Send>;

fn sort(job: Job, appends: &mut VecDeque<Waiting>, runs: &mut VecDeque<Run>) {
    match job {
        Job::Append(waiting) => appends.push_back(waiting),
        Job::Run(run) => runs.push_back(run),
    }
}

/// Records a group and answers it. When the database refuses the group, its appends are tried one by one, so that
/// one that cannot be stored does not take the others with it.
fn record(connection: &mut Connection, group: Vec<Waiting>, faults: &Faults) {
    let prepared: Vec<&Prepared> = group.iter().map(|waiting| &*waiting.prepared).collect();
    match commit(connection, &prepared, faults) {
        Ok(answers) => {
            for (waiting, answer) in group.into_iter().zip(answers) {
                let _ = waiting.answer.send(answer);
            }
        }
        Err(StoreError::Other(_) | StoreError::Damaged { .. }) if group.len() > 1 => {
            group.into_iter().for_each(|waiting| record(connection, vec![waiting], faults));
        }
        Err(fault) => {
            for waiting in group {
                let _ = waiting.answer.send(Err(fault.repeat().into()));
            }
        }
    }
}

type Answers = Vec<Result<Appended, AppendError>>;

fn commit(connection: &mut Connection, group: &[&Prepared], faults: &Faults) -> Result<Answers, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(of)?;
    faults.check(Step::Locked)?;
    let facts = facts::read(&transaction, &Needs::of(group.iter().copied()))?;
    faults.check(Step::Read)?;
    let Plan { answers, writes } = plan(group, facts);
    let erases = !writes.erasures.is_empty();
    if writes.acts.is_empty() {
        return finish(&transaction, group, answers);
    }
    write::write(&transaction, &writes, faults)?;
    let answers = finish(&transaction, group, answers)?;
    faults.check(Step::Written)?;
    transaction.commit().map_err(of)?;
    faults.check(Step::Committed)?;
    if erases {
        // What was erased is also gone from the write-ahead log, unless a reader still needs it; then with the next one.
        let _ = connection.pragma_update(None, "wal_checkpoint", "truncate");
    }
    Ok(answers)
}

/// The answers as callers get them; a conflict shows what others recorded.
fn finish(
    transaction: &Transaction,
    group: &[&Prepared],
    answers: Vec<Answer>,
) -> Result<Answers, StoreError> {
    let finish = |(prepared, answer): (&&Prepared, Answer)| {
        let append = prepared.append();
        let since = if answer.is_conflict() {
            acts::after(transaction, &append.key, append.expected)?
        } else {
            Vec::new()
        };
        Ok(answer.result(append.expected, since))
    };
    group.iter().zip(answers).map(finish).collect()
}
