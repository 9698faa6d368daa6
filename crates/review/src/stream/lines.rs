//! Native records: one act a line, matters in any order.

use std::ops::ControlFlow;
use std::path::Path;

use record::{LineError, Record, read_act, start_record};
use serde_json::Value as Json;

use crate::import::{ImportError, Line, LineVisitor, Options, read_lines};

use super::ReviewError;
use super::desk::{Desk, refile};

pub(super) fn read(desk: &mut Desk<'_, '_>, path: &Path) -> Result<(), ReviewError> {
    let reading =
        Options { threads: desk.options.threads, n_read: desk.options.n_read.clone(), ..Options::default() };
    let mut reader = LineReader { desk, file: path.display().to_string(), error: None };
    let done = read_lines(path, None, &reading, &mut reader);
    match (reader.error, done) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(error.into()),
        (None, Ok(_)) => Ok(()),
    }
}

struct LineReader<'d, 'b, 'o> {
    desk: &'d mut Desk<'b, 'o>,
    file: String,
    error: Option<ReviewError>,
}

impl LineReader<'_, '_, '_> {
    fn take(&mut self, line: &Line<'_>) -> Result<(), ReviewError> {
        if line.bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let file = self.file.clone();
        let placed = |error| ReviewError::Line { file, line: line.number, error };
        let json: Json = match serde_json::from_slice(line.bytes) {
            Ok(json) => json,
            Err(error) => {
                let error = placed(LineError::Json { why: error.to_string() });
                return self.desk.problem(error);
            }
        };
        match self.act(&json, line.number) {
            Ok(()) => Ok(()),
            Err(ReviewError::Line { error, .. }) => {
                let error = placed(error);
                self.desk.problem(error)
            }
            Err(error) => self.desk.problem(error),
        }
    }

    fn act(&mut self, json: &Json, number: u64) -> Result<(), ReviewError> {
        let fails = |error| ReviewError::Line { file: String::new(), line: number, error };
        let matter = json["matter"].as_str().ok_or_else(|| fails(LineError::Missing { key: "matter" }))?;
        let book = self.desk.book;
        if self.desk.open_record(matter).is_none() {
            let record: Record<'_> = start_record(book, std::slice::from_ref(json)).map_err(fails)?;
            self.desk.lay(record);
        }
        let Some(record) = self.desk.open_record(matter) else { return Ok(()) };
        let mut act = read_act(book, record.procedure, json).map_err(fails)?;
        let before = record.acts.last().map_or(0, |last| last.seq);
        if act.seq != 0 && act.seq <= before {
            return Err(fails(LineError::Sequence { seq: act.seq, before }));
        }
        act.adopted.retain(|adopted| adopted.seq > 0);
        let backwards =
            record.acts.last().filter(|last| act.recorded.is_none() && act.at.compare(last.at).is_lt());
        let warning = backwards.map(|last| ReviewError::Backwards {
            place: format!("{} 第 {number} 行", self.file),
            matter: matter.to_owned(),
            act: record.procedure.def(act.act).title.clone(),
            at: act.at.to_string(),
            before: last.at.to_string(),
        });
        let closes = record.procedure.def(act.act).closes;
        record.push(act);
        refile(record);
        if closes {
            self.desk.closes(matter);
        }
        match warning {
            Some(warning) => Err(warning),
            None => Ok(()),
        }
    }
}

impl LineVisitor for LineReader<'_, '_, '_> {
    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        match self.take(&line) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn problem(&mut self, problem: ImportError) -> Result<(), ImportError> {
        self.desk.problem(problem)
    }
}
