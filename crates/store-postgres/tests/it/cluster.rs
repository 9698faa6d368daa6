//! A throwaway cluster from Debian's packages, one for the test binary, and a fresh database for each test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use store::Store;
use store::conformance::Site;
use store::fault::Faults;
use store_postgres::{Options, PostgresStore};

/// A running server, stopped when the process ends: it is told to watch its standard input's other end.
pub struct Cluster {
    pub folder: PathBuf,
    pub port: u16,
    bin: PathBuf,
}

impl Cluster {
    /// Starts a cluster in a folder of its own. Its watcher ends it, and removes it, when this process is gone.
    ///
    /// # Panics
    /// When PostgreSQL 15 is not installed: that is no reason to pass.
    pub fn start() -> Cluster {
        let bin = newest().expect("PostgreSQL is not installed: apt-get install postgresql-15");
        let folder = tempfile::Builder::new().prefix("guiju-pg-").tempdir().unwrap().keep();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder));
        }
        let cluster = Cluster { port: free_port(), folder, bin };
        cluster.make_data();
        cluster.ctl("start");
        // The shell's standard input closes with this process, however that ends.
        let watch = format!(
            "cat; '{0}/pg_ctl' -D '{1}/data' -m immediate stop; rm -rf '{1}'",
            cluster.bin.display(),
            cluster.folder.display()
        );
        let mut watcher = as_postgres(Path::new("sh"));
        watcher.args(["-c", &watch]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        std::mem::forget(watcher.spawn().unwrap());
        cluster
    }

    /// Each process of a test run has a cluster of its own; the files of a new one are made once and then copied.
    fn make_data(&self) {
        let data = self.folder.join("data");
        let version = self.bin.parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
        let template = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("postgresql-{version}"));
        let lock = std::fs::File::create(template.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        if !template.exists() {
            let mut initdb = as_postgres(&self.bin.join("initdb"));
            initdb.args(["--no-sync", "-A", "trust", "-U", "guiju", "-E", "UTF8", "--locale=C.UTF-8", "-D"]);
            run(initdb.arg(&data));
            let part = template.with_extension("part");
            let _ = std::fs::remove_dir_all(&part);
            run(Command::new("cp").arg("-a").arg(&data).arg(&part));
            std::fs::rename(part, template).unwrap();
            return;
        }
        lock.unlock().unwrap();
        run(Command::new("cp").arg("-a").arg(&template).arg(&data));
    }

    /// Kills the server without any warning.
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        run(Command::new("kill").args(["-9", pid.lines().next().unwrap()]));
    }

    /// Starts the server after it was killed, as soon as what it left behind has noticed.
    pub fn start_again(&self) {
        while !self.try_ctl("start") {
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn ctl(&self, what: &str) {
        assert!(self.try_ctl(what), "pg_ctl {what}: see {}", self.folder.join("log").display());
    }

    fn try_ctl(&self, what: &str) -> bool {
        let settings = format!(
            "-p {} -k '{}' -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=64MB -c recovery_init_sync_method=syncfs",
            self.port,
            self.folder.display()
        );
        let mut ctl = as_postgres(&self.bin.join("pg_ctl"));
        ctl.arg("-D")
            .arg(self.folder.join("data"))
            .args(["-w", "-m", "immediate", "-l"])
            .arg(self.folder.join("log"));
        ctl.arg("-o").arg(settings).arg(what);
        // The server keeps what pg_ctl was given as its own output, so that must not be a pipe of ours.
        ctl.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    /// The address of a database, which is made when it is not there.
    pub fn database(&self, name: &str) -> String {
        let address = format!("host=127.0.0.1 port={} user=guiju dbname={name}", self.port);
        let createdb = self.bin.join("createdb");
        run(Command::new(createdb).args([
            "-h",
            "127.0.0.1",
            "-U",
            "guiju",
            "-p",
            &self.port.to_string(),
            name,
        ]));
        address
    }

    /// Runs SQL in a database.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let psql = self.bin.join("psql");
        let port = self.port.to_string();
        run(Command::new(psql).args(["-h", "127.0.0.1", "-U", "guiju", "-p", &port, "-qAtc", sql, database]))
    }
}

fn newest() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let versions = versions.filter_map(|version| version.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let newest = versions.filter(|version| *version >= 15).max()?;
    Some(PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin")))
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    command
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The cluster that the tests of this binary share.
fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(Cluster::start)
}

/// A fresh database of the shared cluster.
#[derive(Clone)]
pub struct Database {
    name: String,
    address: String,
    folder: Arc<tempfile::TempDir>,
}

impl Database {
    pub fn new() -> Database {
        let (name, address) = fresh();
        Database { name, address, folder: Arc::new(tempfile::tempdir().unwrap()) }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn port(&self) -> u16 {
        shared().port
    }

    /// Runs SQL beside the store.
    pub fn sql(&self, sql: &str) -> String {
        shared().sql(&self.name, sql)
    }

    /// A database on a disk of a few megabytes; none when this process may not mount one.
    pub fn small_disk(&self) -> Option<SmallDisk> {
        let folder = shared().folder.join("small");
        std::fs::create_dir_all(&folder).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=16m,mode=777", "tmpfs"])
            .arg(&folder)
            .output();
        if !mount.is_ok_and(|mount| mount.status.success()) {
            return None;
        }
        let disk = SmallDisk { address: self.address.replace(&self.name, "small"), folder };
        let location = disk.folder.join("tables");
        run(Command::new("install").args(["-d", "-o", "postgres"]).arg(&location));
        self.sql(&format!("create tablespace small location '{}'", location.display()));
        self.sql("create database small tablespace small");
        std::fs::write(disk.folder.join("ballast"), vec![1; 2 << 20]).unwrap();
        Some(disk)
    }
}

/// A database on a small disk, which is taken away again.
pub struct SmallDisk {
    address: String,
    folder: PathBuf,
}

impl SmallDisk {
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Makes room, as an administrator would.
    pub fn tidy_up(&self) {
        std::fs::remove_file(self.folder.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        shared().sql("postgres", "drop database small with (force)");
        shared().sql("postgres", "drop tablespace small");
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}

fn fresh() -> (String, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let address = shared().database(&name);
    (name, address)
}

#[async_trait]
impl Site for Database {
    async fn open_with(&self, faults: Faults) -> Arc<dyn Store> {
        let options = Options { faults, patience: Duration::from_secs(5), n_connections: 4 };
        Arc::new(PostgresStore::open(&self.address, options).await.unwrap())
    }

    async fn elsewhere(&self) -> Arc<dyn Store> {
        Arc::new(PostgresStore::open(&fresh().1, Options::default()).await.unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
