//! `guiju law prove`: explores every procedure exhaustively and prints the shortest path that breaks it.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use lawbook::Lawbook;
use lawbook::model::Procedure;
use owo_colors::OwoColorize;
use procedure::prove::{
    Certificate, Options, ProcedureProof, Proof, Property, Rejected, Verdict, prove_properties, verify,
};

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, lawbook_source};

/// 证明什么，证明书放在哪里 / what to prove, and where the certificate is
#[derive(Args)]
pub struct ProveArgs {
    /// 程序，默认全部 / the procedures, all by default
    pub procedures: Vec<String>,
    /// 只证明编号以此开头的性质，例如 rule: limit: set:，可多次给出 / only properties whose id begins so
    #[arg(long, value_name = "ID")]
    pub property: Vec<String>,
    /// 把证明书写到这个文件 / write the certificate to this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["procedures", "property"])]
    pub certificate: Option<PathBuf>,
    /// 不再证明，只核对证明书是否正是现用法规包和证明程序的 / only check a certificate against the lawbook
    #[arg(long, value_name = "FILE", conflicts_with_all = ["procedures", "property", "certificate"])]
    pub verify: Option<PathBuf>,
}

/// Proves all properties of the named procedures, or of all; or checks a certificate.
pub fn run(args: &ProveArgs, common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    if let Some(file) = &args.verify {
        return check(&book, file, common.format);
    }
    let unknown = |id: &&String| !book.procedures.iter().any(|procedure| procedure.id == **id);
    if let Some(unknown) = args.procedures.iter().find(unknown) {
        let mut known: Vec<&str> = book.procedures.iter().map(|procedure| procedure.id.as_str()).collect();
        known.dedup();
        return Err(Failure::Input(format!("没有程序 `{unknown}`。已有：{}", known.join("、"))));
    }
    let chosen = chosen(&book, &args.procedures);
    let proof = prove(&book, &chosen, &args.property);
    if proof.procedures.iter().all(|one| one.properties.is_empty()) {
        return Err(Failure::Input(format!("没有编号以 `{}` 开头的性质", args.property.join("、"))));
    }
    if let Some(file) = &args.certificate {
        let text = Certificate::of(&book, &proof).to_text().map_err(Failure::fault)?;
        std::fs::write(file, text + "\n")
            .map_err(|error| Failure::Input(format!("证明书 `{}` 写不下去：{error}", file.display())))?;
    }
    if common.format == Format::Json {
        print(&serde_json::to_string(&proof).map_err(Failure::fault)?)?;
    } else {
        show_all(&book, &chosen, &proof)?;
    }
    Ok(if proof.holds() { Done::Clean } else { Done::Findings })
}

/// Proves all properties of all procedures and prints the results.
pub fn text(book: &Lawbook) -> Result<(), Failure> {
    let all = chosen(book, &[]);
    show_all(book, &all, &prove(book, &all, &[]))
}

fn chosen<'b>(book: &'b Lawbook, ids: &[String]) -> Vec<&'b Procedure> {
    let named = |procedure: &&Procedure| ids.is_empty() || ids.contains(&procedure.id);
    book.procedures.iter().filter(named).collect()
}

/// Proves the properties of procedures; on a terminal a line says which one is at work.
fn prove(book: &Lawbook, procedures: &[&Procedure], begins: &[String]) -> Proof {
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(procedures.len() as u64)
    } else {
        ProgressBar::hidden()
    };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos}/{len} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    let wanted = |id: &str| begins.is_empty() || begins.iter().any(|begin| id.starts_with(begin.as_str()));
    let mut proved = Vec::new();
    for procedure in procedures {
        bar.set_message(format!("{}（{} 起）", procedure.title, procedure.from));
        proved.push(prove_properties(book, procedure, Options::default(), &wanted));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Proof { procedures: proved }
}

fn show_all(book: &Lawbook, procedures: &[&Procedure], proof: &Proof) -> Result<(), Failure> {
    procedures.iter().zip(&proof.procedures).try_for_each(|(procedure, one)| show(book, procedure, one))
}

/// The result of a procedure in a line, and every property that does not hold with its shortest path.
fn show(book: &Lawbook, procedure: &Procedure, proof: &ProcedureProof) -> Result<(), Failure> {
    let count = |verdict| proof.properties.iter().filter(|property| property.result == verdict).count();
    let state = match (count(Verdict::Broken), count(Verdict::Undecided)) {
        (0, 0) => "全部成立".green().to_string(),
        (0, undecided) => format!("有 {undecided} 项未能判定").yellow().to_string(),
        (broken, 0) => format!("有 {broken} 项不成立").red().to_string(),
        (broken, undecided) => format!("有 {broken} 项不成立，{undecided} 项未能判定").red().to_string(),
    };
    print(&format!(
        "{}（{} 起）：{} 项性质{state}，看过 {} 个状态",
        procedure.title,
        proof.version,
        proof.properties.len(),
        proof.states
    ))?;
    for property in proof.properties.iter().filter(|property| !property.is_proved()) {
        explain(book, procedure, property)?;
    }
    Ok(())
}

fn explain(book: &Lawbook, procedure: &Procedure, property: &Property) -> Result<(), Failure> {
    let mut lines = property.explain(book, procedure).into_iter();
    let title = lines.next().unwrap_or_default();
    print(&format!("  {} {title}", property.id.red()))?;
    lines.try_for_each(|line| print(&format!("  {line}")))
}

/// Whether a certificate says that all of this lawbook was proved.
fn check(book: &Lawbook, file: &Path, format: Format) -> Result<Done, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::Input(format!("证明书 `{}` 读不出来：{error}", file.display())))?;
    let certificate = Certificate::from_text(&text)
        .map_err(|error| Failure::Input(format!("`{}` 不是证明书：{error}", file.display())))?;
    let rejected = verify(book, &certificate).err();
    let why = rejected.as_ref().map(reason);
    if format == Format::Json {
        let answer = serde_json::json!({
            "accepted": why.is_none(), "lawbook": book.digest, "why": why,
        });
        print(&answer.to_string())?;
    } else {
        print(&match &why {
            None => format!("证明书有效：法规包 {} 的全部性质已经证明", book.digest),
            Some(why) => format!("证明书无效：{why}。请重新运行 guiju law prove"),
        })?;
    }
    Ok(if rejected.is_none() { Done::Clean } else { Done::Findings })
}

fn reason(rejected: &Rejected) -> String {
    match rejected {
        Rejected::OtherLawbook { certified, loaded } => {
            format!("它证明的是法规包 {certified}，现用的是 {loaded}")
        }
        Rejected::OtherEngine { certified, own } => {
            format!("它由证明程序 {certified} 作出，现用的是 {own}")
        }
        Rejected::Unproved { procedure, version, property } => {
            format!("程序 {procedure}（{version} 起）的性质 {property} 没有证明")
        }
    }
}
