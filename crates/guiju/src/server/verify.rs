//! `guiju verify`: checks a bundle, a log in a folder, a server's log, or a database, with nothing but the key.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use ledger::checkpoint::Trust;
use ledger::key::{PublicKey, Role};
use ledger::tiles::{Folder, LogPath, LogReport, LogSource, Tile, push_entry, verify_log};
use serde_json::json;
use sm3::Sm3;
use store::Store;
use tokio::runtime::Runtime;

use super::client::Client;
use super::database::Address;
use super::{database, runtime};
use crate::exit::{Done, Failure, print};
use crate::{Common, Format};

/// What is checked, and whom one believes.
#[derive(Args)]
pub struct VerifyArgs {
    /// 卷宗包、账本目录、服务地址，或者 sqlite:文件、postgres://… / bundle, folder of a log, address of a server, or a database
    target: String,
    /// 账本公钥或者存放它的文件，可以几个 / public key of the log, or a file that holds it; several may be given
    #[arg(long, value_name = "PUBLICKEY")]
    key: Vec<String>,
    /// 见证人公钥或者存放它的文件 / public key of a witness, or a file
    #[arg(long, value_name = "PUBLICKEY")]
    witness: Vec<String>,
    /// 至少要有几个见证签名 / witnesses that must have signed
    #[arg(long, value_name = "N", default_value_t = 0)]
    quorum: usize,
    /// 存放访问令牌的文件（核对服务的账本时） / file that holds an access token, for a server's log
    #[arg(long, value_name = "FILE")]
    token: Option<std::path::PathBuf>,
}

/// `guiju verify`.
pub fn run(args: &VerifyArgs, common: &Common) -> Result<Done, Failure> {
    let logs = keys(&args.key, Role::Log)?;
    let trust = Trust { logs, witnesses: keys(&args.witness, Role::Witness)?, quorum: args.quorum };
    if args.target.starts_with("http://") || args.target.starts_with("https://") {
        return log(&Client::new(&args.target, args.token.as_deref())?, &trust, common);
    }
    if let Ok(address) = args.target.parse::<Address>() {
        return log(&Tables::open(&address)?, &trust, common);
    }
    let path = Path::new(&args.target);
    if path.is_dir() {
        return log(&Folder::new(path), &trust, common);
    }
    let unreadable = |error: io::Error| Failure::Input(format!("无法读取 `{}`：{error}", path.display()));
    let file = File::open(path).map_err(unreadable)?;
    let report = ledger::bundle::verify(BufReader::new(file), &trust).map_err(unreadable)?;
    match common.format {
        Format::Json => print(&serde_json::to_string(&report).map_err(Failure::fault)?)?,
        _ => print(report.to_string().trim_end())?,
    }
    Ok(if report.is_proved() { Done::Clean } else { Done::Findings })
}

fn log(source: &impl LogSource, trust: &Trust, common: &Common) -> Result<Done, Failure> {
    let bar = bar("条记录已核对");
    let report = verify_log::<Sm3, _>(source, trust, |n| bar.set_position(n)).map_err(|error| {
        let source =
            std::error::Error::source(&error).map_or_else(String::new, |source| format!("：{source}"));
        Failure::Input(format!("{error}{source}"))
    })?;
    bar.finish_and_clear();
    print(&shown(&report, common.format))?;
    Ok(if report.is_proved() { Done::Clean } else { Done::Findings })
}

fn shown(report: &LogReport, format: Format) -> String {
    let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    let checkpoint = report.opened.checkpoint();
    let verdict = match (faults.is_empty(), report.opened.is_signed()) {
        (false, _) => "wrong",
        (true, false) => "unproved",
        (true, true) => "proved",
    };
    if format == Format::Json {
        return json!({
            "verdict": verdict, "wrong": faults, "checkpoint": checkpoint, "signer": report.opened.signer(),
            "cosignatures": report.opened.cosignatures(), "records": report.entries, "bytes": report.entry_bytes,
        })
        .to_string();
    }
    let mut lines = vec![match verdict {
        "proved" => format!("核对通过：{} 条记录，{}", report.entries, checkpoint.origin),
        "unproved" => "内容一致，但没有可信的签名（用 --key 给出账本公钥）".to_owned(),
        _ => "核对不通过".to_owned(),
    }];
    lines.extend(faults.iter().map(|fault| format!("  ✗ {fault}")));
    lines.extend(report.opened.cosignatures().iter().map(|seen| format!("  ✓ {} 见证", seen.witness)));
    lines.join("\n")
}

/// Keys as they are given: the text itself, or a file that holds it.
fn keys(given: &[String], role: Role) -> Result<Vec<PublicKey>, Failure> {
    let mut keys = Vec::new();
    for given in given {
        let text = if Path::new(given).is_file() {
            std::fs::read_to_string(given)
                .map_err(|error| Failure::Input(format!("无法读取 `{given}`：{error}")))?
        } else {
            given.clone()
        };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let key: PublicKey = line.parse().map_err(Failure::input)?;
            if key.role() != role {
                return Err(Failure::Input(format!(
                    "密钥 {} 不是{}的密钥",
                    key.name(),
                    match role {
                        Role::Log => "账本",
                        Role::Witness => "见证人",
                    }
                )));
            }
            keys.push(key);
        }
    }
    Ok(keys)
}

/// How far long work has come; nothing where nobody looks.
pub fn bar(what: &str) -> ProgressBar {
    use std::io::IsTerminal as _;
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(&format!("{{spinner}} {{pos}} {what} {{elapsed}}"));
    ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

/// The log in a database.
pub struct Tables {
    runtime: Runtime,
    store: Arc<dyn Store>,
}

impl Tables {
    fn open(address: &Address) -> Result<Tables, Failure> {
        address.demand_exists()?;
        let runtime = runtime()?;
        let store = runtime.block_on(address.open())?;
        Ok(Tables { runtime, store })
    }

    async fn bytes(&self, path: LogPath) -> store::Result<Option<Vec<u8>>> {
        match path {
            LogPath::Checkpoint => Ok(self.store.checkpoint().await?.map(|stored| stored.note)),
            LogPath::Tile(Tile { level, index, width }) => self.store.tile(level, index, width).await,
            LogPath::Entries { index, width } => {
                let mut bytes = Vec::new();
                for entry in self.store.entries(index * 256, width.into()).await? {
                    if push_entry(&mut bytes, &entry).is_err() {
                        return Ok(None);
                    }
                }
                Ok((!bytes.is_empty()).then_some(bytes))
            }
        }
    }
}

impl LogSource for Tables {
    fn read(&self, path: LogPath, bytes_max: usize, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        let found =
            self.runtime.block_on(self.bytes(path)).map_err(|error| match database::of_store(error) {
                Failure::Input(text) | Failure::Fault(text) => io::Error::other(text),
            })?;
        let bytes =
            found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("数据库没有 {path}")))?;
        if bytes.len() > bytes_max {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{path} 超过 {bytes_max} 字节")));
        }
        into.extend(bytes);
        Ok(())
    }
}
