//! `guiju restore`: a backup into an empty database; and where the log has to be broken, a new epoch that says so.

use std::path::PathBuf;

use app::log::{Epoch, Log};
use clap::Args;
use ledger::checkpoint::Checkpoint;
use ledger::note::Note;

use super::data::Secrecy;
use super::upkeep::told;
use super::{Office, Open, Place, database, outside, runtime};
use crate::Common;
use crate::exit::{Done, Failure, print};

/// What is restored, and where to.
#[derive(Args)]
pub struct RestoreArgs {
    /// 备份文件；只登记另起账期时可以不写 / the backup; not needed to begin an epoch alone
    #[arg(required_unless_present = "new_epoch")]
    file: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// 此前签署过的记录已无法找回：公开说明原因，换新密钥另起账期 / what was signed cannot be had back: say so in public, and go on under a new key
    #[arg(long)]
    new_epoch: bool,
    /// 另起账期的原因，一行 / why, in one line
    #[arg(long, value_name = "TEXT", requires = "new_epoch")]
    reason: Option<String>,
    /// 新账本名称 / name of the new log
    #[arg(long, value_name = "NAME", requires = "new_epoch")]
    log_name: Option<String>,
}

/// `guiju restore`.
pub fn run(args: &RestoreArgs, common: &Common) -> Result<Done, Failure> {
    runtime()?.block_on(restore(args, common))
}

async fn restore(args: &RestoreArgs, common: &Common) -> Result<Done, Failure> {
    if let Some(file) = &args.file {
        let store = args.place.db.open().await?;
        let report = store.restore(file).await.map_err(database::of_store);
        store.close().await;
        print(&told("已恢复", file, report?, common.format))?;
    }
    args.place.db.demand_exists()?;
    let office = args.place.office(common, Open::OrCreate { name: None }).await?;
    let done = if args.new_epoch { begin_epoch(args, &office).await } else { continues(&office.log).await };
    office.store.close().await;
    done
}

/// Whether what is there now continues what was signed.
async fn continues(log: &Log) -> Result<Done, Failure> {
    match log.attest().await {
        Ok(checkpoint) => {
            print(&format!("账本与此前签署的检查点相符，共 {} 条记录", checkpoint.size))?;
            Ok(Done::Clean)
        }
        Err(error) => {
            print(&error.to_string())?;
            Ok(Done::Findings)
        }
    }
}

async fn begin_epoch(args: &RestoreArgs, office: &Office) -> Result<Done, Failure> {
    let reason =
        args.reason.clone().ok_or_else(|| Failure::Input("另起账期须以 --reason 写明原因".into()))?;
    let data = args.place.data()?;
    let old = data.log_key(&outside::SystemChance, None)?;
    // Without what was kept outside, the database may still know what it was asked to sign.
    let kept = data.kept().load().map_err(Failure::fault)?.as_deref().and_then(checkpoint);
    let known = office.store.checkpoint().await.map_err(database::of_store)?;
    let before = kept.or_else(|| checkpoint(&known?.note));
    let head = office.store.log_head().await.map_err(database::of_store)?;
    let old_name = before.as_ref().map_or(old.public().name().as_str(), |before| &before.origin).to_owned();
    let name = args.log_name.clone().unwrap_or_else(|| next_name(&old_name));
    if name == old_name {
        return Err(Failure::Input("新账本须用新的名称".into()));
    }
    let at = crate::clock::now();
    let new = data.new_log_key(&outside::SystemChance, Some(&name))?;
    let epoch = Epoch { before, after: Checkpoint::new(name, head.size, head.root), at, reason };
    // The key at hand signs only if it is the one that signed before.
    let old = Some(&old).filter(|old| old.public().name().as_str() == old_name);
    let note = epoch.sign(old, &new).map_err(Failure::input)?;
    let file = format!("epoch-{}.note", at.strftime("%Y%m%dT%H%M%SZ"));
    data.write(&file, note.to_string().as_bytes(), Secrecy::Public)?;
    let log = Log::new(office.app.clone(), new, data.kept(), data.witnesses()?);
    log.publish_epoch(at, &note).await.map_err(Failure::fault)?;
    let checkpoint = log.begin_epoch().await.map_err(Failure::fault)?;
    print(&format!("已另起账期，共 {} 条记录；说明在 {}", checkpoint.size, data.file(&file).display()))?;
    print(&format!("新的账本公钥：{}", log.public_key()))?;
    Ok(Done::Clean)
}

/// What a signed note says.
fn checkpoint(note: &[u8]) -> Option<Checkpoint> {
    Note::parse(note).ok()?.text().parse().ok()
}

/// `name` becomes `name/2`, and `name/2` becomes `name/3`.
fn next_name(old: &str) -> String {
    match old.rsplit_once('/').and_then(|(name, n)| Some((name, n.parse::<u32>().ok()?))) {
        Some((name, n)) if n < 10_000 => format!("{name}/{}", n + 1),
        _ => format!("{old}/2"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_are_counted_in_the_name() {
        assert_eq!(next_name("log.example"), "log.example/2");
        assert_eq!(next_name("log.example/2"), "log.example/3");
        assert_eq!(next_name("guiju.local/0badcafe"), "guiju.local/0badcafe/2");
    }
}
