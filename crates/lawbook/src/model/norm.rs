//! The register of norms.

use jiff::civil::Date;

use super::basis::Status;

/// The rank of a norm (位阶).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NormRank {
    /// 法律.
    Law,
    /// 行政法规.
    AdministrativeRegulation,
    /// 司法解释.
    JudicialInterpretation,
    /// 地方性法规.
    LocalRegulation,
    /// 部门规章.
    DepartmentRule,
    /// 地方政府规章.
    GovernmentRule,
    /// 规范性文件、政策文件.
    Policy,
    /// 标准.
    Standard,
    /// 内部文件.
    Internal,
    /// Not law: a default of this product.
    Product,
}

/// One version of a norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormVersion {
    /// The first day in force.
    pub from: Date,
    /// The number of the document that made it (文号).
    pub number: Option<String>,
    /// What the version is called.
    pub title: Option<String>,
}

/// A norm that citations name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Norm {
    /// The key in citations.
    pub key: String,
    /// The full name.
    pub title: String,
    /// The name on pages: 处罚法.
    pub short: String,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// Its rank.
    pub rank: NormRank,
    /// How the text itself was read.
    pub status: Status,
    /// Its versions, the earliest first.
    pub versions: Vec<NormVersion>,
    /// The day it lost force.
    pub repealed: Option<Date>,
    /// The number of articles of the newest version, where known.
    pub articles: Option<u32>,
    /// A doubt, and who must answer it.
    pub note: Option<String>,
}

impl Norm {
    /// The version in force on a day.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&NormVersion> {
        if self.repealed.is_some_and(|repealed| day >= repealed) {
            return None;
        }
        self.versions.iter().rev().find(|version| version.from <= day)
    }
}
