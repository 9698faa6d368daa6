//! The head of a record: which matter, which procedure, whose.

/// What a party is, for the amounts and rights of the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartyKind {
    /// 公民.
    Citizen,
    /// 个体工商户.
    IndividualBusiness,
    /// 法人或者其他组织.
    Organisation,
}

impl PartyKind {
    /// The id in record lines and conditions.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            PartyKind::Citizen => "citizen",
            PartyKind::IndividualBusiness => "individual-business",
            PartyKind::Organisation => "organisation",
        }
    }

    /// The kind of that id.
    #[must_use]
    pub fn of(id: &str) -> Option<PartyKind> {
        [PartyKind::Citizen, PartyKind::IndividualBusiness, PartyKind::Organisation]
            .into_iter()
            .find(|kind| kind.id() == id)
    }
}

/// A party of the matter (当事人).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The id, which is also the key of its strand.
    pub id: Box<str>,
    /// What it is, when known.
    pub kind: Option<PartyKind>,
    /// Its name.
    pub name: Option<Box<str>>,
}

/// The head of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The number of the matter.
    pub matter: Box<str>,
    /// The procedure.
    pub procedure: Box<str>,
    /// The unit.
    pub unit: Option<Box<str>>,
    /// The parties.
    pub parties: Vec<Party>,
}
