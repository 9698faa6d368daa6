//! The server and what belongs to it: `guiju serve`, `bundle`, `verify`, `backup`, `restore`, `rebuild`, `migrate`.

pub mod bundle;
mod client;
mod data;
mod database;
mod outside;
pub mod restore;
pub mod serve;
pub mod upkeep;
pub mod verify;

use std::path::PathBuf;
use std::sync::Arc;

use app::log::Log;
use app::{App, Parts};
use clap::Args;
use store::Store;
use tokio::runtime::Runtime;

use crate::exit::Failure;
use crate::{Common, lawbook_source};
use data::Data;
use database::Address;

/// Where a server keeps what it keeps.
#[derive(Args, Clone)]
pub struct Place {
    /// 数据库 / the database
    #[arg(long, value_name = "sqlite:FILE|postgres://…", default_value = "sqlite:guiju.db")]
    db: Address,
    /// 密钥和留存检查点的目录，默认在数据库文件旁边 / folder of the keys and of the last signed checkpoint, by default beside the database file
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

/// A server's parts, put together.
struct Office {
    app: App,
    log: Log,
    store: Arc<dyn Store>,
}

impl Place {
    fn data(&self) -> Result<Data, Failure> {
        let beside =
            || self.db.folder().ok_or_else(|| Failure::Input("用 PostgreSQL 时须以 --data 指明目录".into()));
        Data::open(self.data.clone().map_or_else(beside, Ok)?)
    }

    /// Opens what is there; with an origin also what is not there yet.
    async fn office(&self, common: &Common, open: Open) -> Result<Office, Failure> {
        let book = lawbook_source::load(common.law.as_deref())?;
        if matches!(open, Open::Existing) {
            self.db.demand_exists()?;
        }
        let data = self.data()?;
        if matches!(open, Open::Existing) {
            data.demand_log_key()?;
        }
        let store = self.db.open().await?;
        let parts = Parts {
            book: Arc::new(book),
            store: store.clone(),
            clock: Arc::new(outside::SystemClock),
            chance: Arc::new(outside::SystemChance),
            seal_key: data.seal_key(&outside::SystemChance)?,
        };
        let app = App::new(parts);
        let name = match &open {
            Open::Existing => None,
            Open::OrCreate { name } => name.as_deref(),
        };
        let key = data.log_key(&outside::SystemChance, name)?;
        let log = Log::new(app.clone(), key, data.kept(), data.witnesses()?);
        Ok(Office { app, log, store })
    }
}

/// Whether a database may be made.
enum Open {
    /// It must be there, with its keys.
    Existing,
    /// It is made when it is not there; its log gets this name, or one by chance.
    OrCreate {
        /// The name.
        name: Option<String>,
    },
}

/// What runs the tasks.
fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::fault)
}
