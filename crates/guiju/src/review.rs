//! `guiju review`: reviews records and logs against every rule.

use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::review::import::{Mapping, Threads};
use ::review::{Finding, ReviewOptions, Tally, review_file};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use lawbook::Lawbook;
use owo_colors::OwoColorize;
use record::Surroundings;

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, clock, lawbook_source};

/// What to review.
#[derive(Args)]
pub struct ReviewArgs {
    /// 记录或日志：.jsonl .xes .csv，及其 .gz / records or logs
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 对应表：活动→环节，属性→字段 / mapping of the log's names
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// 评查日，默认今天 / the day as of which limits are judged
    #[arg(long, value_name = "DAY")]
    as_of: Option<Date>,
    /// 把问题逐条写入文件 / write each finding as a line
    #[arg(long, value_name = "OUT.jsonl")]
    findings: Option<PathBuf>,
    /// 遇到问题跳过并继续 / go on behind problems
    #[arg(long)]
    keep_going: bool,
    /// 单线程读取 / read on one thread
    #[arg(long)]
    single_thread: bool,
}

/// Reviews the files.
pub fn run(args: &ReviewArgs, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    let mapping = match &args.map {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::Input(format!("无法读取 `{}`：{error}", path.display())))?;
            Some(Mapping::parse(&text, &path.display().to_string()).map_err(Failure::input)?)
        }
    };
    let mut out = match &args.findings {
        None => None,
        Some(path) => Some(BufWriter::new(std::fs::File::create(path).map_err(Failure::input)?)),
    };
    let mut tally = Tally::new(&book);
    let mut failed: Option<String> = None;
    let mut problems = Vec::new();
    for path in &args.files {
        let mut wrong: Option<std::io::Error> = None;
        let mut sink = |finding: Finding| {
            if let Some(out) = &mut out
                && let Err(error) = serde_json::to_writer(&mut *out, &finding)
                    .map_err(Into::into)
                    .and_then(|()| out.write_all(b"\n"))
            {
                wrong = Some(error);
            }
        };
        let progress = Progress::start(path);
        let options = ReviewOptions {
            as_of: args.as_of.unwrap_or_else(clock::today),
            mapping: mapping.as_ref(),
            procedure: None,
            surroundings: Surroundings::none(),
            keep_going: args.keep_going,
            threads: if args.single_thread { Threads::One } else { Threads::Two },
            n_read: progress.as_ref().map(|progress| progress.read.clone()),
        };
        let (reviewed, done) = review_file(&book, path, &options, &mut sink);
        drop(progress);
        if let Some(error) = wrong {
            return Err(Failure::Fault(format!("问题清单写不下去：{error}")));
        }
        tally.merge(&reviewed.tally);
        problems.extend(reviewed.problems);
        if let Err(error) = done {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(inner) = source {
                text.push_str(&format!("：{inner}"));
                source = inner.source();
            }
            failed = Some(text);
            if !args.keep_going {
                break;
            }
        }
    }
    if let Some(out) = &mut out {
        out.flush().map_err(|error| Failure::Fault(format!("问题清单写不下去：{error}")))?;
    }
    for problem in &problems {
        anstream::eprintln!("{} {problem}", "跳过".yellow());
    }
    // Without --keep-going a broken file has no result, only its error.
    if failed.is_none() || args.keep_going {
        report(&book, tally.clone(), common.format)?;
    }
    match failed {
        Some(error) => Err(Failure::Input(error)),
        None if !problems.is_empty() => Err(Failure::Input(format!("有 {} 处问题被跳过", problems.len()))),
        None if tally.rules.iter().any(|rule| rule.broken > 0) => Ok(Done::Findings),
        None => Ok(Done::Clean),
    }
}

/// The worst first: by severity, then by how many matters break it.
pub fn report(book: &Lawbook, mut tally: Tally, format: Format) -> Result<(), Failure> {
    let few = book.rules.len() <= 12;
    tally.keep(|_| few);
    if format == Format::Json {
        return print(&serde_json::to_string(&tally).map_err(Failure::fault)?);
    }
    let severity = |id: &str| book.rules.iter().find(|rule| rule.id == id).map(|rule| rule.severity);
    tally.rules.sort_by_key(|count| {
        let broken = count.broken > 0;
        (std::cmp::Reverse((broken, severity(&count.rule), count.broken)), count.rule.clone())
    });
    print(&format!("事项 {}，环节 {}", tally.matters, tally.acts))?;
    print(&format!("{:>8} {:>8} {:>8} {:>8} {:>8}  级别 规则", "违反", "难断", "未到期", "遵守", "适用"))?;
    for count in &tally.rules {
        let rule = book.rules.iter().find(|rule| rule.id == count.rule);
        let (title, level) = rule.map_or(("", ""), |rule| (rule.title.as_str(), rule.severity.chinese()));
        let broken = format!("{:>8}", count.broken);
        let broken = if count.broken > 0 { broken.red().to_string() } else { broken };
        print(&format!(
            "{broken} {:>8} {:>8} {:>8} {:>8}  {level}   {title}（{}）",
            count.cannot_tell, count.pending, count.kept, count.applicable, count.rule
        ))?;
    }
    Ok(())
}

/// A progress bar over the bytes of a file, on a terminal only.
struct Progress {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
    stop: Arc<AtomicU64>,
    drawer: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    fn start(path: &Path) -> Option<Progress> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let length = std::fs::metadata(path).ok()?.len();
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}") {
            bar.set_style(style);
        }
        let (read, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (of_drawer, drawn, stopped) = (read.clone(), bar.clone(), stop.clone());
        let drawer = std::thread::spawn(move || {
            while stopped.load(Ordering::Relaxed) == 0 {
                drawn.set_position(of_drawer.load(Ordering::Relaxed));
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
        });
        Some(Progress { bar, read, stop, drawer: Some(drawer) })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop.store(1, Ordering::Relaxed);
        if let Some(drawer) = self.drawer.take() {
            let _ = drawer.join();
        }
        self.bar.finish_and_clear();
    }
}
