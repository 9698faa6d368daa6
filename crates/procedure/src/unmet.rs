//! What stands in the way of an act: gates that are not met, with article, facts and the next lawful step.

use lawbook::Lawbook;
use lawbook::condition::node::{Node, Which};
use lawbook::model::{Basis, Procedure, Severity, Status};
use record::Asker;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use terms::{Moment, Tri, Value};

/// One gate that is not met (关口未通过).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The id: `act/key`, a gate every act has, or `rule:ID`.
    pub need: String,
    /// What officers read as its name.
    pub title: String,
    /// On what it rests.
    pub basis: Basis,
    /// How grave it is.
    pub severity: Severity,
    /// The facts used, by name.
    pub facts: Vec<(String, Json)>,
    /// What is missing, where it cannot be told.
    pub missing: Vec<String>,
    /// The acts that would meet it.
    pub next: Vec<String>,
    /// The moment from which waiting alone meets it: the end of a window.
    pub wait_until: Option<Moment>,
}

impl Unmet {
    /// A gate of the lawbook's general words.
    #[must_use]
    pub fn gate(book: &Lawbook, id: &str, why: String) -> Unmet {
        let (title, basis) = match book.gate(id) {
            Some(gate) => (gate.title.clone(), gate.basis.clone()),
            None => {
                (id.to_owned(), Basis { cites: Vec::new(), gist: String::new(), status: Status::Default })
            }
        };
        let gist = if why.is_empty() { basis.gist.clone() } else { why };
        Unmet {
            need: id.to_owned(),
            title,
            basis: Basis { gist, ..basis },
            severity: Severity::High,
            facts: Vec::new(),
            missing: Vec::new(),
            next: Vec::new(),
            wait_until: None,
        }
    }

    /// As officers read it: 法制审核未通过（处罚法第五十八条）。下一步：出具审核意见
    #[must_use]
    pub fn sentence(&self, book: &Lawbook, procedure: &Procedure) -> String {
        let cites = book.cites(&self.basis.cites);
        let mut text = self.basis.gist.clone();
        if !self.missing.is_empty() {
            text.push_str(&format!("；无法判断，缺少{}", self.missing.join("、")));
        }
        if !cites.is_empty() {
            text.push_str(&format!("（{cites}）"));
        }
        if !self.basis.status.may_block() {
            text.push_str(&format!("［{}］", self.basis.status.chinese()));
        }
        let title = |id: &String| {
            procedure.act(id).map_or(id.as_str(), |act| procedure.def(act).title.as_str()).to_owned()
        };
        let mut ways: Vec<String> = self.next.iter().map(title).collect();
        ways.extend(self.wait_until.map(|until| format!("等到 {}", until.day())));
        if !ways.is_empty() {
            text.push_str(&format!("。下一步：{}", ways.join("，或")));
        }
        text
    }
}

impl Serialize for Unmet {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("need", &self.need)?;
        map.serialize_entry("title", &self.title)?;
        map.serialize_entry("cite", &self.basis.cites)?;
        map.serialize_entry("gist", &self.basis.gist)?;
        map.serialize_entry("status", self.basis.status.id())?;
        map.serialize_entry("severity", self.severity.id())?;
        let facts: Map<String, Json> = self.facts.iter().cloned().collect();
        map.serialize_entry("facts", &facts)?;
        if !self.missing.is_empty() {
            map.serialize_entry("missing", &self.missing)?;
        }
        map.serialize_entry("next", &self.next)?;
        if let Some(until) = self.wait_until {
            map.serialize_entry("wait_until", &until)?;
        }
        map.end()
    }
}

/// The facts, fields and parameters a condition used, with their values.
#[must_use]
pub fn facts_used(
    asker: &Asker<'_, '_>,
    book: &Lawbook,
    procedure: &Procedure,
    nodes: &[&Node],
) -> Vec<(String, Json)> {
    let mut found: Vec<(String, Json)> = Vec::new();
    let mut note = |name: String, value: Json| {
        if !found.iter().any(|(known, _)| *known == name) {
            found.push((name, value));
        }
    };
    let shown = |value: Result<Value, Vec<String>>| match value {
        Ok(value) => serde_json::to_value(value).unwrap_or(Json::Null),
        Err(_) => Json::Null,
    };
    for node in nodes {
        node.walk(&mut |node| match node {
            Node::Field(which, field) => {
                let name = &book.field_at(*field).id;
                if let Some(prefix) = prefix(procedure, *which) {
                    note(format!("{prefix}.{name}"), shown(asker.value(node)));
                }
            }
            Node::Outcome(which) => {
                if let Some(prefix) = prefix(procedure, *which) {
                    note(format!("{prefix}.outcome"), shown(asker.value(node)));
                }
            }
            Node::Fact(fact) => {
                let value = match asker.truth(node) {
                    Tri::True => Json::Bool(true),
                    Tri::False => Json::Bool(false),
                    Tri::Unknown(_) => Json::Null,
                };
                note(procedure.facts[fact.at()].id.clone(), value);
            }
            Node::Parameter(parameter) => {
                note(book.parameter(*parameter).id.clone(), shown(asker.value(node)))
            }
            Node::Party(_) => note("party.kind".to_owned(), shown(asker.value(node))),
            _ => {}
        });
    }
    found
}

fn prefix(procedure: &Procedure, which: Which) -> Option<String> {
    let id = |act| &procedure.def(act).id;
    Some(match which {
        Which::SelfAct => "self".to_owned(),
        Which::Standing(act) => id(act).clone(),
        Which::First(act) => format!("first({})", id(act)),
        Which::Last(act) => format!("last({})", id(act)),
        Which::Variable(_) => return None,
    })
}
