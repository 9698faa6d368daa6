//! The folder beside the database: keys, the last signed checkpoint, the witnesses.
//!
//! | file | what |
//! |---|---|
//! | `log-key.pem` | the key that signs the log; whoever has it can sign: 0600 |
//! | `log-key.pub` | its public half, to be given to witnesses and to whoever verifies |
//! | `seal-key` | the key for secrets that have to be read again, such as TOTP secrets: 0600 |
//! | `checkpoint` | the last signed checkpoint |
//! | `witnesses` | public keys of witnesses, one a line; written by the people who run the server |
//! | `epoch-….note` | statements of a break |

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::Chance;
use app::log::Kept;
use app::people::seal::SealKey;
use ledger::key::{PublicKey, Role, SigningKey};

use crate::exit::Failure;

const KEY: &str = "log-key.pem";
const PUBLIC: &str = "log-key.pub";
const SEAL: &str = "seal-key";
const CHECKPOINT: &str = "checkpoint";
const WITNESSES: &str = "witnesses";

/// The folder.
pub struct Data(PathBuf);

impl Data {
    /// Opens the folder, and makes it when it is not there.
    pub fn open(folder: PathBuf) -> Result<Data, Failure> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(|error| at(&folder, &error))?;
        Ok(Data(folder))
    }

    /// A file of the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let file = self.file(name);
        read_if_there(&file).map_err(|error| at(&file, &error))
    }

    /// Writes a file safely; a secret one only its owner may read.
    pub fn write(&self, name: &str, bytes: &[u8], secrecy: Secrecy) -> Result<(), Failure> {
        let file = self.file(name);
        write_safely(&file, bytes, secrecy).map_err(|error| at(&file, &error))
    }

    /// Demands that the key of the log is there: only a server's start and a restore make one.
    pub fn demand_log_key(&self) -> Result<(), Failure> {
        if self.file(KEY).exists() {
            return Ok(());
        }
        Err(Failure::Input(format!(
            "没有账本密钥 `{}`，请以 --data 指明密钥所在的目录",
            self.file(KEY).display()
        )))
    }

    /// The key of the log; it is made when there is none.
    pub fn log_key(&self, chance: &dyn Chance, name: Option<&str>) -> Result<SigningKey, Failure> {
        let Some(pem) = self.read(KEY)? else {
            return self.new_log_key(chance, name);
        };
        let public = self.read(PUBLIC)?.unwrap_or_default();
        let public: PublicKey = String::from_utf8_lossy(&public)
            .trim()
            .parse()
            .map_err(|error| Failure::Input(format!("{}：{error}", self.file(PUBLIC).display())))?;
        let pem = String::from_utf8_lossy(&pem);
        let key =
            SigningKey::from_pkcs8_pem(public.name().clone(), Role::Log, &pem).map_err(Failure::input)?;
        if *key.public() != public {
            return Err(Failure::Input(format!("{KEY} 与 {PUBLIC} 不是一对密钥")));
        }
        Ok(key)
    }

    /// Makes a key of a log; one that is there makes way.
    pub fn new_log_key(&self, chance: &dyn Chance, name: Option<&str>) -> Result<SigningKey, Failure> {
        let mut secret = [0; 32];
        chance.fill(&mut secret).map_err(Failure::fault)?;
        let name = match name {
            Some(name) => name.to_owned(),
            None => {
                let mut mark = [0; 4];
                chance.fill(&mut mark).map_err(Failure::fault)?;
                format!("guiju.local/{:08x}", u32::from_be_bytes(mark))
            }
        };
        let name = name.parse().map_err(Failure::input)?;
        let key = SigningKey::from_secret(name, Role::Log, &secret).map_err(Failure::fault)?;
        // The public half first: without the key it is written anew, the key without it would have no name.
        self.write(PUBLIC, format!("{}\n", key.public()).as_bytes(), Secrecy::Public)?;
        self.write(KEY, key.to_pkcs8_pem().as_bytes(), Secrecy::Secret)?;
        Ok(key)
    }

    /// The key for secrets that have to be read again; it is made when there is none.
    pub fn seal_key(&self, chance: &dyn Chance) -> Result<SealKey, Failure> {
        if let Some(bytes) = self.read(SEAL)? {
            let text = String::from_utf8_lossy(&bytes);
            let key = u128::from_str_radix(text.trim(), 16).ok().filter(|_| text.trim().len() == 32);
            let key = key.ok_or_else(|| {
                Failure::Input(format!("{} 不是 32 位十六进制数", self.file(SEAL).display()))
            })?;
            return Ok(SealKey::new(key.to_be_bytes()));
        }
        let mut bytes = [0; 16];
        chance.fill(&mut bytes).map_err(Failure::fault)?;
        self.write(SEAL, format!("{:032x}\n", u128::from_be_bytes(bytes)).as_bytes(), Secrecy::Secret)?;
        Ok(SealKey::new(bytes))
    }

    /// The keys of witnesses.
    pub fn witnesses(&self) -> Result<Vec<PublicKey>, Failure> {
        let bytes = self.read(WITNESSES)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| line.parse().map_err(Failure::input)).collect()
    }

    /// Where the last signed checkpoint is kept.
    pub fn kept(&self) -> Arc<dyn Kept> {
        Arc::new(KeptFile(self.file(CHECKPOINT)))
    }
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Its owner alone.
    Secret,
    /// Whoever may read the folder.
    Public,
}

/// The last signed checkpoint in a file.
struct KeptFile(PathBuf);

impl Kept for KeptFile {
    fn load(&self) -> io::Result<Option<Vec<u8>>> {
        read_if_there(&self.0)
    }

    fn save(&self, note: &[u8]) -> io::Result<()> {
        write_safely(&self.0, note, Secrecy::Public)
    }
}

fn read_if_there(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes beside the place and moves there: after a power cut there is the old file or the new one, never half of one.
fn write_safely(file: &Path, bytes: &[u8], secrecy: Secrecy) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if secrecy == Secrecy::Secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut out = options.open(&beside)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(&beside, file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn at(file: &Path, error: &io::Error) -> Failure {
    Failure::Input(format!("{}：{error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::outside::SystemChance;

    #[test]
    fn keys_are_made_once_and_secret() {
        let folder = tempfile::tempdir().unwrap();
        let data = Data::open(folder.path().join("keys")).unwrap();
        let key = data.log_key(&SystemChance, Some("log.example/a")).unwrap();
        let again = data.log_key(&SystemChance, Some("log.example/other")).unwrap();
        assert_eq!(key.public(), again.public());
        let sealed = data.seal_key(&SystemChance).unwrap().seal("p", b"x", [1; 12]).unwrap();
        assert_eq!(data.seal_key(&SystemChance).unwrap().open("p", &sealed).as_deref(), Ok(&b"x"[..]));
        #[cfg(unix)]
        for name in [KEY, SEAL] {
            let mode = std::os::unix::fs::PermissionsExt::mode(
                &fs::metadata(data.file(name)).unwrap().permissions(),
            );
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        fs::write(data.file(PUBLIC), "not a key").unwrap();
        assert!(data.log_key(&SystemChance, None).is_err());
    }

    #[test]
    fn what_is_kept_replaces_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Data::open(folder.path().to_owned()).unwrap().kept();
        assert_eq!(kept.load().unwrap(), None);
        kept.save(b"one").unwrap();
        kept.save(b"two").unwrap();
        assert_eq!(kept.load().unwrap().as_deref(), Some(&b"two"[..]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
