//! A certificate (证明书): what was proved of exactly this lawbook by exactly this engine.

use std::collections::BTreeMap;

use lawbook::Lawbook;
use serde::{Deserialize, Serialize};

use super::result::{Proof, Verdict};

/// The version of the proof. A certificate of another version is worth nothing.
pub const ENGINE: &str = concat!(env!("CARGO_PKG_VERSION"), "+proof.1");

/// What a certificate says of one property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certified {
    /// `proved`, `broken` or `undecided`.
    pub result: Verdict,
    /// The states that were looked at.
    pub states: usize,
}

/// What a certificate says of one version of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedProcedure {
    /// The procedure.
    pub id: String,
    /// The first day of the version.
    pub version: String,
    /// The properties by id.
    pub properties: BTreeMap<String, Certified>,
}

/// What was proved, of what, by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The digest of the lawbook: procedures, rules and all.
    pub lawbook: String,
    /// The version of the engine.
    pub engine: String,
    /// Each version of each procedure.
    pub procedures: Vec<CertifiedProcedure>,
}

impl Certificate {
    /// The certificate of a proof of a lawbook.
    #[must_use]
    pub fn of(book: &Lawbook, proof: &Proof) -> Certificate {
        let procedures = proof.procedures.iter().map(|procedure| CertifiedProcedure {
            id: procedure.id.clone(),
            version: procedure.version.clone(),
            properties: (procedure.properties.iter())
                .map(|one| (one.id.clone(), Certified { result: one.result, states: one.states }))
                .collect(),
        });
        Certificate {
            lawbook: book.digest.clone(),
            engine: ENGINE.to_owned(),
            procedures: procedures.collect(),
        }
    }

    /// As text, the same for the same proof.
    ///
    /// # Errors
    /// Never for a certificate made by [`Certificate::of`].
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// From its text.
    ///
    /// # Errors
    /// When the text is no certificate.
    pub fn from_text(text: &str) -> Result<Certificate, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// Why a certificate is worth nothing for a lawbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejected {
    /// It is of another lawbook.
    OtherLawbook {
        /// The digest in the certificate.
        certified: String,
        /// The digest of the lawbook.
        loaded: String,
    },
    /// It was made by another version of the proof.
    OtherEngine {
        /// The version in the certificate.
        certified: String,
        /// The version at work.
        own: String,
    },
    /// It does not say that a property of the lawbook was proved.
    Unproved {
        /// The procedure.
        procedure: String,
        /// The first day of its version.
        version: String,
        /// The property.
        property: String,
    },
}

/// Accepts a certificate that says of every property of this lawbook that this engine proved it.
///
/// # Errors
/// The first reason why not.
pub fn verify(book: &Lawbook, certificate: &Certificate) -> Result<(), Rejected> {
    if certificate.lawbook != book.digest {
        let (certified, loaded) = (certificate.lawbook.clone(), book.digest.clone());
        return Err(Rejected::OtherLawbook { certified, loaded });
    }
    if certificate.engine != ENGINE {
        return Err(Rejected::OtherEngine { certified: certificate.engine.clone(), own: ENGINE.to_owned() });
    }
    for procedure in &book.procedures {
        let version = procedure.from.to_string();
        let same = |known: &&CertifiedProcedure| known.id == procedure.id && known.version == version;
        let known = certificate.procedures.iter().find(same);
        let proved = |id: &String| {
            known.and_then(|known| known.properties.get(id)).is_some_and(|one| one.result == Verdict::Proved)
        };
        if let Some(property) = super::property_ids(book, procedure).into_iter().find(|id| !proved(id)) {
            return Err(Rejected::Unproved { procedure: procedure.id.clone(), version, property });
        }
    }
    Ok(())
}
