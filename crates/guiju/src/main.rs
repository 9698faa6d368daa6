//! 规矩: the command line.

mod check;
mod clock;
mod demo;
mod exit;
mod find;
mod lawbook_source;
mod limit;
mod matter;
mod play;
mod prove;
mod review;
mod server;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// 规矩：以法定程序办事，留痕可证，风险先知。
///
/// Law-cited procedures that gate, prove and review administrative enforcement.
#[derive(Parser)]
#[command(name = "guiju", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// 法规目录与输出格式 / law folder and output format
#[derive(Args, Clone)]
struct Common {
    /// 法规目录，默认用内置的法规包 / folder of the law files, instead of the embedded ones
    #[arg(long, global = true, value_name = "DIR")]
    law: Option<PathBuf>,
    /// 输出格式 / output format
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// 给人看 / for people
    Text,
    /// 给程序看 / for programs
    Json,
    /// 流程图：图片 / flow chart as a picture
    Svg,
    /// 流程图：Mermaid 文本 / flow chart as Mermaid text
    Mermaid,
}

#[derive(Subcommand)]
enum Command {
    /// 演示：办案、拒绝、证明、评查 / a demonstration
    Demo {
        #[command(flatten)]
        common: Common,
    },
    /// 法规包：检查、证明、查找、展示 / the law files
    Law {
        #[command(subcommand)]
        command: LawCommand,
        #[command(flatten)]
        common: Common,
    },
    /// 计算期限 / compute a time limit
    Limit {
        #[command(flatten)]
        limit: limit::LimitArgs,
        #[command(flatten)]
        common: Common,
    },
    /// 试办一个环节：能否通过，缺什么 / would this act be recorded?
    Try {
        #[command(flatten)]
        matter: matter::MatterArgs,
        /// 拟办的环节（JSON，同记录行） / the proposed act
        #[arg(long, value_name = "JSON")]
        act: String,
        #[command(flatten)]
        common: Common,
    },
    /// 现在能办什么，不能办什么及原因 / what is possible now, and what is not
    Next {
        #[command(flatten)]
        matter: matter::MatterArgs,
        #[command(flatten)]
        common: Common,
    },
    /// 评查记录和日志 / review records and logs
    Review {
        #[command(flatten)]
        review: review::ReviewArgs,
        #[command(flatten)]
        common: Common,
    },
    /// 演示案例并核对期待 / play worked cases
    Play {
        /// 案例文件或名称（`程序/名称`），`all` 为全部 / case file or id, `all` for every one
        case: String,
        #[command(flatten)]
        common: Common,
    },
    /// 启动服务 / run a server
    Serve {
        #[command(flatten)]
        serve: server::serve::ServeArgs,
        #[command(flatten)]
        common: Common,
    },
    /// 写出一个事项的卷宗包，可离线核对 / write one matter with its proofs
    Bundle {
        #[command(flatten)]
        bundle: server::bundle::BundleArgs,
        #[command(flatten)]
        common: Common,
    },
    /// 核对卷宗包或者账本：有没有被改动 / check a bundle or a log for changes
    Verify {
        #[command(flatten)]
        verify: server::verify::VerifyArgs,
        #[command(flatten)]
        common: Common,
    },
    /// 备份，服务不停 / back up a running server
    Backup {
        #[command(flatten)]
        backup: server::upkeep::BackupArgs,
        #[command(flatten)]
        common: Common,
    },
    /// 从备份恢复到空的数据库 / restore a backup into an empty database
    Restore {
        #[command(flatten)]
        restore: server::restore::RestoreArgs,
        #[command(flatten)]
        common: Common,
    },
    /// 由记录重建列表、期限和问题 / compute lists, limits and findings anew
    Rebuild {
        #[command(flatten)]
        place: server::Place,
        #[command(flatten)]
        common: Common,
    },
    /// 把数据库升级到本程序的格式 / bring the tables of a database up to date
    Migrate {
        #[command(flatten)]
        place: server::Place,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Subcommand)]
enum LawCommand {
    /// 检查法规包，重放全部案例和规则例子 / check everything
    Check {
        /// 与上次发布的锁定文件比较 / compare with the lock of a release
        #[arg(long, value_name = "FILE")]
        since: Option<PathBuf>,
    },
    /// 证明：穷举程序的全部走法，不成立的给出最短的走法 / explore every path of the procedures
    Prove {
        #[command(flatten)]
        prove: prove::ProveArgs,
    },
    /// 按中文、编号或期限长度查找 / find by word or length of a limit
    Find {
        /// 要找的词，例如 九十日 / the word
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// 展示一个环节、期限、规则、事实、参数、字段或规范 / show one entry
    Show {
        /// 编号 / its id
        id: String,
    },
    /// 列出字段 / list the fields
    Fields {
        /// 只列这一环节的 / of this act only
        #[arg(long)]
        act: Option<String>,
    },
    /// 与另一法规目录比较 / compare with another law folder
    Diff {
        /// 另一目录 / the other folder
        dir: PathBuf,
    },
    /// 写出发布用的锁定文件 / write the lock of a release
    Lock {
        /// 写到哪里 / where to
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 程序流程图 / flow chart of a procedure
    Flowchart {
        /// 程序 / the procedure
        procedure: String,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Demo { common } => demo::run(&common),
        Command::Law { command, common } => law(command, &common),
        Command::Limit { limit, common } => limit::run(&limit, &common),
        Command::Try { matter, act, common } => matter::try_act(&matter, &act, &common),
        Command::Next { matter, common } => matter::next(&matter, &common),
        Command::Review { review, common } => review::run(&review, &common),
        Command::Play { case, common } => play::run(&case, &common),
        Command::Serve { serve, common } => server::serve::run(&serve, &common),
        Command::Bundle { bundle, common } => server::bundle::run(&bundle, &common),
        Command::Verify { verify, common } => server::verify::run(&verify, &common),
        Command::Backup { backup, common } => server::upkeep::backup(&backup, &common),
        Command::Restore { restore, common } => server::restore::run(&restore, &common),
        Command::Rebuild { place, common } => server::upkeep::rebuild(&place, &common),
        Command::Migrate { place, common } => server::upkeep::migrate(&place, &common),
    };
    exit::code(done)
}

fn law(command: LawCommand, common: &Common) -> Result<exit::Done, exit::Failure> {
    match command {
        LawCommand::Check { since } => check::run(common, since.as_deref()),
        LawCommand::Prove { prove } => prove::run(&prove, common),
        LawCommand::Find { words } => find::run(&words, common),
        LawCommand::Show { id } => show::show(&id, common),
        LawCommand::Fields { act } => show::fields(act.as_deref(), common),
        LawCommand::Diff { dir } => show::diff(&dir, common),
        LawCommand::Lock { output } => show::write_lock(&output, common),
        LawCommand::Flowchart { procedure } => show::flowchart(&procedure, common),
    }
}
