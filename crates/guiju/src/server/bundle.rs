//! `guiju bundle`: one matter with its proofs in one file.

use std::path::PathBuf;

use clap::Args;
use store::{MatterKey, Store};

use super::client::{Client, Remote, encoded};
use super::{Open, Place, database, runtime};
use crate::exit::{Done, Failure, print};
use crate::{Common, Format};

/// Matters looked through at once.
const N_AT_ONCE: u32 = 5_000;

/// Which matter, and where to.
#[derive(Args)]
pub struct BundleArgs {
    /// 事项号 / number of the matter
    matter: String,
    /// 单位；不写则查找事项号，或者用令牌所属单位 / its unit
    #[arg(long, value_name = "ID")]
    unit: Option<String>,
    /// 写到哪里 / where to
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    remote: Remote,
}

/// `guiju bundle`.
pub fn run(args: &BundleArgs, common: &Common) -> Result<Done, Failure> {
    let bytes = match &args.remote.url {
        Some(url) => from_server(args, url)?,
        None => runtime()?.block_on(from_database(args, common))?,
    };
    // Next to its place first, so that nobody takes half a file for a bundle.
    let mut part = args.output.as_os_str().to_owned();
    part.push(".part");
    let written = std::fs::write(&part, &bytes).and_then(|()| std::fs::rename(&part, &args.output));
    written.map_err(|error| Failure::Input(format!("{}：{error}", args.output.display())))?;
    if common.format == Format::Json {
        let line = serde_json::json!({ "matter": args.matter, "file": args.output, "bytes": bytes.len() });
        print(&line.to_string())?;
    } else {
        print(&format!("已写出卷宗包 {}（{} 字节）", args.output.display(), bytes.len()))?;
    }
    Ok(Done::Clean)
}

fn from_server(args: &BundleArgs, url: &str) -> Result<Vec<u8>, Failure> {
    let client = Client::new(url, args.remote.token.as_deref())?;
    let unit = match &args.unit {
        Some(unit) => unit.clone(),
        None => {
            let me: serde_json::Value =
                serde_json::from_slice(&client.get_ok("/api/v1/me")?).map_err(Failure::input)?;
            me["unit"].as_str().unwrap_or_default().to_owned()
        }
    };
    client.get_ok(&format!("/api/v1/matters/{}/{}/bundle", encoded(&unit), encoded(&args.matter)))
}

async fn from_database(args: &BundleArgs, common: &Common) -> Result<Vec<u8>, Failure> {
    let office = args.place.office(common, Open::Existing).await?;
    let key = match &args.unit {
        Some(unit) => MatterKey::new(unit.clone(), args.matter.clone()),
        None => find(&*office.store, &args.matter).await?,
    };
    let bundle = office.log.bundle_of(&key).await.map_err(of_app);
    office.store.close().await;
    bundle
}

/// The matter of that number, if there is just one.
async fn find(store: &dyn Store, matter: &str) -> Result<MatterKey, Failure> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let keys = store.matter_keys(after.as_ref(), N_AT_ONCE).await.map_err(database::of_store)?;
        let Some(last) = keys.last() else { break };
        after = Some(last.clone());
        found.extend(keys.into_iter().filter(|key| key.matter == matter));
    }
    match found.as_slice() {
        [] => Err(Failure::Input(format!("没有事项“{matter}”"))),
        [one] => Ok(one.clone()),
        several => {
            let units: Vec<&str> = several.iter().map(|key| key.unit.as_str()).collect();
            Err(Failure::Input(format!("几个单位都有事项“{matter}”，请以 --unit 指明：{}", units.join("、"))))
        }
    }
}

/// What a use case says: what was given, or what is wrong here.
fn of_app(error: app::Error) -> Failure {
    match error {
        app::Error::Internal { .. } => Failure::fault(error),
        app::Error::Store(error) => database::of_store(error),
        other => Failure::input(other),
    }
}
