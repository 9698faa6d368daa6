//! `guiju backup`, `rebuild`, `migrate`: what keeps a database well.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::verify::bar;
use super::{Open, Place, database, runtime};
use crate::exit::{Done, Failure, print};
use crate::{Common, Format};

/// Where a backup is written to.
#[derive(Args)]
pub struct BackupArgs {
    /// 备份文件，不能已经存在 / the file, which must not be there yet
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// `guiju backup`: the server may go on meanwhile.
pub fn backup(args: &BackupArgs, common: &Common) -> Result<Done, Failure> {
    runtime()?.block_on(async {
        args.place.db.demand_exists()?;
        let store = args.place.db.open().await?;
        let report = store.backup(&args.file).await.map_err(database::of_store);
        store.close().await;
        print(&told("已备份", &args.file, report?, common.format))?;
        Ok(Done::Clean)
    })
}

/// What a backup holds, in words or as data.
pub fn told(done: &str, file: &std::path::Path, report: store::BackupReport, format: Format) -> String {
    if format == Format::Json {
        return json!({ "file": file, "records": report.size, "root": report.root, "rows": report.n_rows })
            .to_string();
    }
    format!("{done} {}：{} 条记录，账本树根 {}", file.display(), report.size, report.root)
}

/// `guiju rebuild`: computes lists, limits and findings anew from the records.
pub fn rebuild(place: &Place, common: &Common) -> Result<Done, Failure> {
    runtime()?.block_on(async {
        let office = place.office(common, Open::Existing).await?;
        let bar = bar("个事项已重建");
        let done = office.app.rebuild(|report| bar.set_position(report.n_matters)).await;
        office.store.close().await;
        bar.finish_and_clear();
        let report = done.map_err(Failure::fault)?;
        match common.format {
            Format::Json => {
                print(&json!({ "matters": report.n_matters, "acts": report.n_acts }).to_string())?
            }
            _ => print(&format!("已重建 {} 个事项，{} 个环节", report.n_matters, report.n_acts))?,
        }
        Ok(Done::Clean)
    })
}

/// `guiju migrate`: brings the tables up to date.
pub fn migrate(place: &Place, common: &Common) -> Result<Done, Failure> {
    runtime()?.block_on(async {
        place.db.demand_exists()?;
        let store = place.db.open().await?;
        let health = store.health().await.map_err(database::of_store);
        store.close().await;
        let health = health?;
        match common.format {
            Format::Json => print(&json!({ "schema": health.schema, "records": health.size }).to_string())?,
            _ => print(&format!("数据库格式为第 {} 版，共 {} 条记录", health.schema, health.size))?,
        }
        Ok(Done::Clean)
    })
}
