//! The readers of logs, from files as users have them.

mod broken;
mod encodings;
mod full_log;
mod lines;
mod properties;
mod tables;
mod xes;

use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;

use review::import::{
    ImportError, LogFormat, Mapping, Options, Projection, RawEvent, RawValue, Summary, Threads, Visitor,
    read_log_from,
};

/// Whether problems are passed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Problems {
    Stop,
    Pass,
}

/// Everything a visitor was told, a line each.
struct Seen {
    told: Vec<String>,
    problems: Problems,
}

impl Visitor for Seen {
    fn event(&mut self, event: &RawEvent<'_>) -> ControlFlow<()> {
        let mut line = format!("{} {} {}", event.case, event.activity_name, event.time.local_day());
        for part in [event.act, event.lifecycle].into_iter().flatten() {
            line.push_str(&format!(" {part}"));
        }
        for (name, value) in event.case_attributes.iter().chain(event.attributes.iter()) {
            let value = match value {
                RawValue::Text(text) => text.to_owned(),
                RawValue::Decimal(text) => format!("{text}d"),
                RawValue::Integer(number) => format!("{number}i"),
                RawValue::Money(number) => format!("{number}m"),
                RawValue::Boolean(is_so) => format!("{is_so}"),
                RawValue::Time(time) => format!("{}", time.local_day()),
            };
            line.push_str(&format!(" {}={value}", name.0));
        }
        self.told.push(line);
        ControlFlow::Continue(())
    }

    fn trace_end(&mut self, case: &str) -> ControlFlow<()> {
        self.told.push(format!("end {case}"));
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: ImportError) -> Result<(), ImportError> {
        match self.problems {
            Problems::Stop => Err(problem),
            Problems::Pass => {
                assert!(problem.is_recoverable());
                self.told.push(problem.to_string());
                Ok(())
            }
        }
    }
}

/// Reads `bytes` on one and on two threads, which must tell the same; the last line is the error or `ok`.
#[track_caller]
fn read_all(
    bytes: &[u8],
    file: &str,
    format: LogFormat,
    projection: &Projection,
    problems: Problems,
) -> Vec<String> {
    let read = |threads| {
        let mut seen = Seen { told: Vec::new(), problems };
        let options = Options { threads, limit_bytes: 1 << 20, ..Options::default() };
        let input = Box::new(Cursor::new(bytes.to_vec()));
        match read_log_from(input, file, format, projection, &options, &mut seen) {
            Ok(_) => seen.told.push("ok".to_owned()),
            Err(error) => seen.told.push(error.to_string()),
        }
        seen.told
    };
    let told = read(Threads::One);
    assert_eq!(told, read(Threads::Two));
    told
}

fn projection(mapping: &str) -> Projection {
    Mapping::parse(mapping, "map.toml").unwrap().projection().clone()
}

#[track_caller]
fn check(bytes: &[u8], format: LogFormat, mapping: &str, problems: Problems, expect: &[&str]) {
    assert_eq!(read_all(bytes, "log", format, &projection(mapping), problems), expect);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// An input that never ends, and counts what is taken of it.
struct Endless {
    byte: u8,
    n_taken: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        out.fill(self.byte);
        self.n_taken.fetch_add(out.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(out.len())
    }
}

/// Reads with default projection and no visitor to speak of.
fn read_only(
    input: Box<dyn Read + Send>,
    format: LogFormat,
    options: &Options,
) -> Result<Summary, ImportError> {
    let mut visitor = |_: &RawEvent<'_>| ControlFlow::Continue(());
    read_log_from(input, "log", format, &Projection::new(), options, &mut visitor)
}
