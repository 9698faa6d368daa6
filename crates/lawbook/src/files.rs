//! The texts of a law folder, wherever they come from: a directory, or what is embedded in the program.

use std::path::Path;

/// One file under `law/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawFile {
    /// Path below `law/`, with `/` between parts: `procedures/enforcement/penalty-ordinary/limits.toml`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// All files of a law folder, in order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LawFiles(pub Vec<LawFile>);

/// Why a law folder could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LawFolderError {
    /// The folder or one of its files could not be read.
    #[error("无法读取法规目录 `{path}`")]
    Unreadable {
        /// The path tried.
        path: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file is not text.
    #[error("法规文件 `{path}` 不是 UTF-8 文本")]
    NotText {
        /// The path of the file.
        path: String,
    },
}

impl LawFiles {
    /// From pairs of name and text, in any order.
    #[must_use]
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> LawFiles {
        let mut files: Vec<LawFile> = pairs.into_iter().map(|(name, text)| LawFile { name, text }).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        LawFiles(files)
    }

    /// Reads every `.toml` file below a folder.
    ///
    /// # Errors
    /// The first path that cannot be read, or that is no text.
    pub fn from_dir(folder: &Path) -> Result<LawFiles, LawFolderError> {
        let mut pairs = Vec::new();
        read_below(folder, "", &mut pairs)?;
        Ok(LawFiles::from_pairs(pairs))
    }

    /// The file of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&LawFile> {
        self.0.iter().find(|file| file.name == name)
    }
}

fn read_below(folder: &Path, prefix: &str, pairs: &mut Vec<(String, String)>) -> Result<(), LawFolderError> {
    let unreadable = |source| LawFolderError::Unreadable { path: folder.display().to_string(), source };
    let mut entries =
        std::fs::read_dir(folder).map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        let inside = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if path.is_dir() {
            read_below(&path, &inside, pairs)?;
        } else if name.ends_with(".toml") {
            let bytes = std::fs::read(&path)
                .map_err(|source| LawFolderError::Unreadable { path: path.display().to_string(), source })?;
            let text = String::from_utf8(bytes)
                .map_err(|_| LawFolderError::NotText { path: path.display().to_string() })?;
            pairs.push((inside, text));
        }
    }
    Ok(())
}
