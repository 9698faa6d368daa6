//! The lawbook (法规包): the checked contents of `law/`.

use calendar::Calendar;
use jiff::civil::Date;

use crate::files::LawFiles;
use crate::model::{
    AliasRule, Case, Edit, Field, FieldIx, GateText, Norm, OmittedRule, Parameter, ParameterIx, Post,
    Procedure, ReadGrant, Rule, RuleIx,
};

/// Everything the law content says, answering for all days.
#[derive(Debug, Clone)]
pub struct Lawbook {
    /// The texts it was read from.
    pub files: LawFiles,
    /// SM3 of the texts.
    pub digest: String,
    /// The register of norms.
    pub norms: Vec<Norm>,
    /// Field types.
    pub fields: Vec<Field>,
    /// Posts.
    pub posts: Vec<Post>,
    /// Who may read what; what no grant names, nobody reads.
    pub grants: Vec<ReadGrant>,
    /// Words of the gates every act has.
    pub gates: Vec<GateText>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Legal days; there in every lawbook that loaded.
    pub(crate) calendar: Option<Calendar>,
    /// Procedures, every version, by id and day.
    pub procedures: Vec<Procedure>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Other names of rules.
    pub aliases: Vec<AliasRule>,
    /// Rows of the source tables that are no rules.
    pub omitted: Vec<OmittedRule>,
    /// Worked cases.
    pub cases: Vec<Case>,
    /// Corrections of our own errors in values in force.
    pub errata: Vec<Erratum>,
}

/// A value in force that was wrong from the beginning (勘误).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erratum {
    /// The key in the lock.
    pub key: String,
    /// The matters concerned.
    pub matters: String,
    /// What was wrong.
    pub reason: String,
}

impl Lawbook {
    /// A lawbook with nothing in it, to be filled by the loader.
    pub(crate) fn empty(digest: String) -> Lawbook {
        Lawbook {
            files: LawFiles::default(),
            digest,
            norms: Vec::new(),
            fields: Vec::new(),
            posts: Vec::new(),
            grants: Vec::new(),
            gates: Vec::new(),
            parameters: Vec::new(),
            calendar: None,
            procedures: Vec::new(),
            rules: Vec::new(),
            aliases: Vec::new(),
            omitted: Vec::new(),
            cases: Vec::new(),
            errata: Vec::new(),
        }
    }

    /// Legal days.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        self.calendar.as_ref().expect("a lawbook without a calendar does not load")
    }

    /// The norm of that key.
    #[must_use]
    pub fn norm(&self, key: &str) -> Option<&Norm> {
        self.norms.iter().find(|norm| norm.key == key)
    }

    /// A citation as officers read it: 处罚法第五十八条第一款.
    #[must_use]
    pub fn cite(&self, cite: &terms::Citation) -> String {
        let name = self.norm(cite.norm()).map_or(cite.norm(), |norm| norm.short.as_str());
        format!("{name}{}", cite.chinese_place())
    }

    /// Several citations as officers read them.
    #[must_use]
    pub fn cites(&self, cites: &[terms::Citation]) -> String {
        cites.iter().map(|cite| self.cite(cite)).collect::<Vec<_>>().join("、")
    }

    /// The version of a procedure that governs a matter filed on a day; the earliest one for earlier days.
    #[must_use]
    pub fn procedure(&self, id: &str, filed: Date) -> Option<&Procedure> {
        let versions = || self.procedures.iter().filter(|procedure| procedure.id == id);
        versions().rfind(|procedure| procedure.from <= filed).or_else(|| versions().next())
    }

    /// The field of that id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<(FieldIx, &Field)> {
        let at = self.fields.iter().position(|field| field.id == id)?;
        Some((FieldIx(at as u16), &self.fields[at]))
    }

    /// The field at an index.
    #[must_use]
    pub fn field_at(&self, field: FieldIx) -> &Field {
        &self.fields[field.at()]
    }

    /// The parameter at an index.
    #[must_use]
    pub fn parameter(&self, parameter: ParameterIx) -> &Parameter {
        &self.parameters[parameter.at()]
    }

    /// The rule at an index.
    #[must_use]
    pub fn rule(&self, rule: RuleIx) -> &Rule {
        &self.rules[rule.at()]
    }

    /// The words of a gate every act has.
    #[must_use]
    pub fn gate(&self, id: &str) -> Option<&GateText> {
        self.gates.iter().find(|gate| gate.id == id)
    }

    /// What officers call a post.
    #[must_use]
    pub fn post_title<'a>(&'a self, id: &'a str) -> &'a str {
        self.posts.iter().find(|post| post.id == id).map_or(id, |post| &post.title)
    }

    /// The worked case of that id.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == id)
    }

    /// A worked case with changes made, as an example of a rule asks.
    #[must_use]
    pub fn edited(&self, case: &Case, edits: &[Edit]) -> Option<Case> {
        crate::load::edited(case, edits)
    }
}
