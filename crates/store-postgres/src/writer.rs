//! The task that writes: it takes waiting appends together and commits them in one transaction.
//! Any number of servers do so at once; the row that heads the log is locked by one of them at a time.

use std::collections::VecDeque;
use std::time::Duration;

use deadpool_postgres::Object;
use store::fault::{Faults, Step};
use store::plan::{Answer, Needs, Plan, Prepared, plan};
use store::{AppendError, Appended, StoreError, group};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::database::Database;
use crate::fault::{OrFault as _, of_commit};
use crate::{acts, facts, write};

/// An append that waits for its answer.
pub struct Waiting {
    /// What is asked for.
    pub prepared: Box<Prepared>,
    /// Where the answer goes. A caller that does not wait any more is none of the writer's concern.
    pub answer: oneshot::Sender<Result<Appended, AppendError>>,
}

/// What the writer works with.
pub struct Writer {
    /// The database.
    pub database: Database,
    /// How long to look for a host that takes writes before what waits is refused.
    pub patience: Duration,
    /// Where to fail, for tests.
    pub faults: Faults,
}

impl Writer {
    /// Works until nobody can ask any more, and finishes what was asked before that.
    pub async fn work(self, mut asked: mpsc::Receiver<Waiting>) {
        let mut waiting: VecDeque<Waiting> = VecDeque::new();
        loop {
            if waiting.is_empty() {
                match asked.recv().await {
                    Some(next) => waiting.push_back(next),
                    None => return,
                }
            }
            while let Ok(next) = asked.try_recv() {
                waiting.push_back(next);
            }
            let group = group::take(&mut waiting, |waiting| &waiting.prepared.append().key);
            self.record(group).await;
        }
    }

    /// Records a group and answers it. When the database refuses the group, its appends are tried one by one, so
    /// that one that cannot be stored does not take the others with it.
    async fn record(&self, group: Vec<Waiting>) {
        match self.insist(&group).await {
            Ok(answers) => {
                for (waiting, answer) in group.into_iter().zip(answers) {
                    let _ = waiting.answer.send(answer);
                }
            }
            Err(StoreError::Other(_) | StoreError::Damaged { .. }) if group.len() > 1 => {
                for waiting in group {
                    Box::pin(self.record(vec![waiting])).await;
                }
            }
            Err(StoreError::Lost(source)) => self.ask_again(group, StoreError::Lost(source)).await,
            Err(fault) => refuse(group, &fault),
        }
    }

    /// Nobody knows whether the group was committed. Those with a key are asked once more, which records them at
    /// most once; the others are told.
    async fn ask_again(&self, group: Vec<Waiting>, lost: StoreError) {
        let has_key = |waiting: &Waiting| waiting.prepared.append().command.is_some();
        let (keyed, unkeyed): (Vec<Waiting>, Vec<Waiting>) = group.into_iter().partition(has_key);
        refuse(unkeyed, &lost);
        if keyed.is_empty() {
            return;
        }
        match self.insist(&keyed).await {
            Ok(answers) => {
                for (waiting, answer) in keyed.into_iter().zip(answers) {
                    let _ = waiting.answer.send(answer);
                }
            }
            // Still not known: the first commit may have come through.
            Err(_) => refuse(keyed, &lost),
        }
    }

    /// Commits a group; while no host takes writes, it looks again for one.
    async fn insist(&self, group: &[Waiting]) -> Result<Answers, StoreError> {
        let prepared: Vec<&Prepared> = group.iter().map(|waiting| &*waiting.prepared).collect();
        let since = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            let fault = match self.commit(&prepared).await {
                Err(fault @ (StoreError::Unreachable(_) | StoreError::ReadOnly(_))) => fault,
                Err(StoreError::Lost(source)) => {
                    self.database.forget();
                    return Err(StoreError::Lost(source));
                }
                other => return other,
            };
            self.database.forget();
            if since.elapsed() + pause > self.patience {
                return Err(fault);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    async fn commit(&self, group: &[&Prepared]) -> Result<Answers, StoreError> {
        let client = self.database.client().await?;
        // After a fault the transaction ends with its connection.
        let answers = self.transact(&client, group).await?;
        client.give_back();
        Ok(answers)
    }

    async fn transact(&self, client: &Object, group: &[&Prepared]) -> Result<Answers, StoreError> {
        let head = lock(client).await?;
        self.faults.check(Step::Locked)?;
        let facts = facts::read(client, &head, &Needs::of(group.iter().copied())).await?;
        self.faults.check(Step::Read)?;
        let Plan { answers, writes } = plan(group, facts);
        let answers = finish(client, group, answers).await?;
        if writes.acts.is_empty() {
            client.batch_execute("rollback").await.or_fault()?;
            return Ok(answers);
        }
        write::write(client, &writes, &self.faults).await?;
        self.faults.check(Step::Written)?;
        client.batch_execute("commit").await.map_err(of_commit)?;
        self.faults.check(Step::Committed)?;
        if !writes.erasures.is_empty() {
            // What was erased is still in dead rows until they are swept.
            let _ = client.batch_execute("vacuum opening").await;
            let _ = client.batch_execute("vacuum matter_text").await;
        }
        Ok(answers)
    }
}

/// Begins a transaction and locks the head of the log: from here on nobody else appends.
pub async fn lock(client: &Object) -> Result<tokio_postgres::Row, StoreError> {
    let sql = "select size, peaks, recorded from log_head for update";
    let statement = client.prepare_cached(sql).await.or_fault()?;
    let (begun, head) =
        tokio::join!(biased; client.batch_execute("begin"), client.query_one(&statement, &[]));
    begun.or_fault()?;
    head.or_fault()
}

type Answers = Vec<Result<Appended, AppendError>>;

fn refuse(group: Vec<Waiting>, fault: &StoreError) {
    for waiting in group {
        let _ = waiting.answer.send(Err(fault.repeat().into()));
    }
}

/// The answers as callers get them; a conflict shows what others recorded.
async fn finish(client: &Object, group: &[&Prepared], answers: Vec<Answer>) -> Result<Answers, StoreError> {
    let mut finished = Vec::with_capacity(answers.len());
    for (prepared, answer) in group.iter().zip(answers) {
        let append = prepared.append();
        let since = if answer.is_conflict() {
            acts::after(client, &append.key, append.expected).await?
        } else {
            Vec::new()
        };
        finished.push(answer.result(append.expected, since));
    }
    Ok(finished)
}
