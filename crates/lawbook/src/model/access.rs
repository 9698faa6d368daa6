//! Who may read what (查阅权限): grants; what no grant names, nobody reads.

use crate::model::Basis;
use crate::report::Place;

/// How the one who reads stands to what is read. Each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// 本人: the reader acts in it, or it is about the reader.
    Own,
    /// 本中队.
    Squad,
    /// 本单位.
    Unit,
    /// 下级单位: the reader's unit or one below it.
    Below,
    /// 任何.
    Any,
}

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A matter: its acts, limits, what stands.
    Matter,
    /// Papers and attachments.
    Documents,
    /// Personal data in them.
    Personal,
    /// What was sealed (封存).
    Sealed,
    /// Findings.
    Finding,
    /// Entries of registers.
    Register,
    /// The log: checkpoints, tiles, proofs.
    Ledger,
    /// Persons, posts, accounts.
    People,
    /// Who read and did what in the system.
    AuditLog,
    /// How the program runs.
    System,
}

impl Relation {
    /// Every relation, the nearest first.
    pub const ALL: [Relation; 5] =
        [Relation::Own, Relation::Squad, Relation::Unit, Relation::Below, Relation::Any];

    /// The word in `access.toml`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Relation::Own => "own",
            Relation::Squad => "squad",
            Relation::Unit => "unit",
            Relation::Below => "below",
            Relation::Any => "any",
        }
    }
}

impl Thing {
    /// Every thing, in the order of the declaration.
    pub const ALL: [Thing; 10] = [
        Thing::Matter,
        Thing::Documents,
        Thing::Personal,
        Thing::Sealed,
        Thing::Finding,
        Thing::Register,
        Thing::Ledger,
        Thing::People,
        Thing::AuditLog,
        Thing::System,
    ];

    /// The word in `access.toml`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Thing::Matter => "matter",
            Thing::Documents => "documents",
            Thing::Personal => "personal",
            Thing::Sealed => "sealed",
            Thing::Finding => "finding",
            Thing::Register => "register",
            Thing::Ledger => "ledger",
            Thing::People => "people",
            Thing::AuditLog => "audit-log",
            Thing::System => "system",
        }
    }
}

/// A grant: holders of these posts may read these things where they stand so to them.
#[derive(Debug, Clone)]
pub struct ReadGrant {
    /// The id.
    pub id: String,
    /// Posts, one of which the reader holds.
    pub posts: Vec<String>,
    /// How near the reader has to stand.
    pub relation: Relation,
    /// What may be read.
    pub things: Vec<Thing>,
    /// Of these procedures; empty: of all.
    pub procedures: Vec<String>,
    /// On what it rests.
    pub basis: Basis,
    /// Where it stands.
    pub place: Place,
}

impl ReadGrant {
    /// Whether it is about a thing of a procedure; without a procedure, only grants about all of them count.
    #[must_use]
    pub fn covers(&self, thing: Thing, procedure: Option<&str>) -> bool {
        self.things.contains(&thing)
            && (self.procedures.is_empty()
                || procedure.is_some_and(|procedure| self.procedures.iter().any(|known| known == procedure)))
    }
}
