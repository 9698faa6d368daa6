//! A small complete law folder, made so that every part of the grammar and of the record has one example.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lawbook::{LawFiles, LawReport, Lawbook};

/// The repository.
fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().and_then(Path::parent).expect("crates lie two below the root").to_owned()
}

fn pairs(folder: &Path) -> Vec<(String, String)> {
    let files = LawFiles::from_dir(folder).expect("the law folder can be read");
    files.0.into_iter().map(|file| (file.name, file.text)).collect()
}

/// The files of the small law folder, with two years of the calendar.
pub fn small_files() -> Vec<(String, String)> {
    let mut files = pairs(&root().join("crates/lawbook/tests/small/law"));
    let read =
        |name: &str| std::fs::read_to_string(root().join("law").join(name)).expect("the file is there");
    for name in ["calendar/counting.toml", "calendar/2022.toml", "calendar/2023.toml"] {
        files.push((name.to_owned(), read(name)));
    }
    // The calendar cites norms of its own.
    let norms = files.iter_mut().find(|(name, _)| name == "norms.toml").expect("there are norms");
    norms.1.push_str(&read("norms.toml"));
    files
}

/// The small law.
#[allow(dead_code, reason = "each test binary uses a part")]
pub fn small() -> &'static Lawbook {
    static SMALL: OnceLock<Lawbook> = OnceLock::new();
    SMALL.get_or_init(|| load(small_files()).unwrap_or_else(|report| panic!("{report}")))
}

/// The law of the repository.
#[allow(dead_code, reason = "each test binary uses a part")]
pub fn real() -> &'static Lawbook {
    static REAL: OnceLock<Lawbook> = OnceLock::new();
    REAL.get_or_init(|| load(pairs(&root().join("law"))).unwrap_or_else(|report| panic!("{report}")))
}

/// The law of the road-fines example.
#[allow(dead_code, reason = "each test binary uses a part")]
pub fn road_fines() -> &'static Lawbook {
    static ROAD: OnceLock<Lawbook> = OnceLock::new();
    ROAD.get_or_init(|| {
        load(pairs(&root().join("examples/road-fines/law"))).unwrap_or_else(|report| panic!("{report}"))
    })
}

/// Loads files given by name and text.
pub fn load(files: Vec<(String, String)>) -> Result<Lawbook, Box<LawReport>> {
    lawbook::load(LawFiles::from_pairs(files)).map_err(Box::new)
}

/// What is told of files that do not load.
#[allow(dead_code, reason = "each test binary uses a part")]
#[track_caller]
pub fn told(files: Vec<(String, String)>) -> String {
    match load(files) {
        Ok(_) => panic!("the law loaded, though it has a fault"),
        Err(report) => report.to_string(),
    }
}
