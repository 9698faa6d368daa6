//! Reads the needs of an act: one a line, with fixed keys.

use crate::condition::Subject;
use crate::condition::node::ActPattern;
use crate::condition::scope::Scope;
use crate::lawbook::Lawbook;
use crate::model::{
    ActIx, Alternative, Basis, FactIx, FieldIx, Need, NeedKind, Severity, StrandIx, StrandKind,
};
use crate::report::{Located, Place};
use crate::tree::Table;

use super::{basis, conditions};

pub fn read(
    act: &Table<'_>,
    scope: &Scope,
    strands: &[StrandKind],
    index: usize,
    act_id: &str,
    outer: &Basis,
    book: &Lawbook,
) -> Vec<Need> {
    let mut found: Vec<Need> = Vec::new();
    for table in act.tables("needs") {
        let reader = Reader { table: &table, scope, strands, act: ActIx(index as u16) };
        if let Some(need) = reader.need(act_id, outer, book) {
            if found.iter().any(|known| known.id == need.id) {
                table.errors.hint(&table.place, format!("关口 `{}` 写了两次", need.id), "用 `key` 区分");
            }
            found.push(need);
        }
        table.finish();
    }
    found
}

struct Reader<'a, 't> {
    table: &'a Table<'t>,
    scope: &'a Scope,
    strands: &'a [StrandKind],
    act: ActIx,
}

impl Reader<'_, '_> {
    fn need(&self, act_id: &str, outer: &Basis, book: &Lawbook) -> Option<Need> {
        let table = self.table;
        // Every key is read before a fault ends the reading, so that none of them is called unknown.
        let kind = self.kind();
        let subject = Subject::Act(self.act);
        let when = table.opt_text("when");
        let node = when.as_ref().map(|when| conditions::condition(self.scope, subject, when, table.errors));
        let key = table.opt_text("key");
        let mut own = basis::read_over(table, book, outer);
        if !table.has("cite") {
            table.errors.add(&table.place, "关口缺少 `cite`");
        }
        let relies = table.has("relies").then(|| self.relied(&table.texts("relies")));
        let severity = table.opt_word("severity", &basis::SEVERITY).unwrap_or(Severity::High);
        let (kind, default_key, default_gist) = kind?;
        let node = match node {
            None => None,
            Some(bound) => Some(bound?),
        };
        let key = key.map_or(default_key, |key| key.value);
        if key.is_empty() {
            table.errors.hint(&table.place, "此关口须写 `key`", "例如 `key = \"approved-in-time\"`");
        }
        if !table.has("gist") {
            if default_gist.is_empty() {
                table.errors.add(&table.place, "此关口须写 `gist`，说明要求什么");
            }
            own.gist = default_gist;
        }
        Some(Need {
            id: format!("{act_id}/{key}"),
            kind,
            when: node,
            when_text: when.map(|when| when.value),
            relies,
            basis: own,
            severity,
            place: table.place.clone(),
        })
    }

    fn relied(&self, given: &[Located<String>]) -> Vec<FieldIx> {
        let one = |text: &Located<String>| {
            let found = self.scope.fields.get(&text.value).map(|(ix, _)| *ix);
            if found.is_none() {
                self.table.errors.add(&text.place, format!("没有字段 `{}`", text.value));
            }
            found
        };
        given.iter().filter_map(one).collect()
    }

    /// The kind with its default key and gist.
    fn kind(&self) -> Option<(NeedKind, String, String)> {
        let table = self.table;
        if let Some(none) = table.opt_text("none") {
            let pattern = conditions::pattern(self.scope, &none, table.errors)?;
            self.in_reach(&none.place, pattern.act);
            return Some((
                NeedKind::NotStanding(pattern),
                format!("no-{}", id_part(&none.value)),
                String::new(),
            ));
        }
        if let Some(every) = table.opt_text("every") {
            let strand = self.strand(&every);
            let started = table
                .opt_text("started")
                .and_then(|text| conditions::pattern(self.scope, &text, table.errors));
            let (any, key) = self.alternatives(Inside::of(strand));
            let strand = strand?;
            return (!any.is_empty()).then(|| {
                (NeedKind::Every { strand, started, any }, keyed("every", &every.value, &key), String::new())
            });
        }
        if let Some(some) = table.opt_text("some") {
            let strand = self.strand(&some);
            let (any, key) = self.alternatives(Inside::of(strand));
            let strand = strand?;
            return (!any.is_empty())
                .then(|| (NeedKind::Some { strand, any }, keyed("some", &some.value, &key), String::new()));
        }
        let (any, key) = self.alternatives(Inside::Own);
        if any.is_empty() {
            if !["act", "any", "over", "fact", "holds"].iter().any(|key| table.has(key)) {
                table.errors.hint(
                    &table.place,
                    "关口没有内容",
                    "写 act、any、over、fact、holds、none、every 或 some 之一",
                );
            }
            return None;
        }
        let gist = match any.as_slice() {
            [Alternative::Act(_)] => "须先有该环节，且仍然有效".to_owned(),
            _ => String::new(),
        };
        Some((NeedKind::Any(any), key, gist))
    }

    fn strand(&self, given: &Located<String>) -> Option<StrandIx> {
        let found = self.strands.iter().position(|strand| strand.id == given.value);
        if found.is_none() {
            self.table.errors.add(&given.place, format!("没有分支 `{}`", given.value));
        }
        found.map(|at| StrandIx(at as u8))
    }

    /// A need on the main part or on the own strand; other strands want `every` or `some`.
    fn in_reach(&self, place: &Place, act: ActIx) {
        let act = &self.scope.acts[act.at()];
        self.check_inside(place, &act.id, act.strand, Inside::Own);
    }

    /// Whether something that lies in strand `other` can be asked about here.
    fn check_inside(&self, place: &Place, id: &str, other: Option<StrandIx>, inside: Inside) {
        let errors = self.table.errors;
        match inside {
            Inside::Own if other.is_some() && other != self.scope.acts[self.act.at()].strand => {
                errors.hint(
                    place,
                    format!("`{id}` 属于另一分支"),
                    "用 `every = \"分支\"` 或 `some = \"分支\"`",
                );
            }
            Inside::Strand(strand) if other.is_some() && other != Some(strand) => {
                errors.add(place, format!("`{id}` 不在这个分支里"));
            }
            Inside::Own | Inside::Strand(_) | Inside::Unknown => {}
        }
    }

    /// The alternatives with a key made of the first.
    fn alternatives(&self, inside: Inside) -> (Vec<Alternative>, String) {
        let table = self.table;
        let mut found = Vec::new();
        let mut key = String::new();
        if let Some(act) = table.opt_text("act") {
            let outcomes: Vec<String> =
                table.texts("outcome").into_iter().map(|outcome| outcome.value).collect();
            let joined = if outcomes.is_empty() {
                act.value.clone()
            } else {
                format!("{}={}", act.value, outcomes.join("|"))
            };
            key = act.value.clone();
            found.extend(self.act_alternative(&act.with(joined), inside));
        } else if let Some(outcome) = table.opt_text("outcome") {
            table.errors.add(&outcome.place, "`outcome` 只与 `act` 同用");
        }
        for (word, prefix) in [("over", "over:"), ("fact", "fact:"), ("holds", "holds:")] {
            if let Some(text) = table.opt_text(match word {
                "over" => "over",
                "fact" => "fact",
                _ => "holds",
            }) {
                if word != "holds" {
                    key = text.value.clone();
                }
                // The prefix is not in the file; the place stays that of the text.
                found.extend(self.alternative(&text, &format!("{prefix}{}", text.value), inside));
            }
        }
        for text in table.texts("any") {
            // A condition is no name.
            if key.is_empty() && !text.value.starts_with("holds:") {
                key = id_part(text.value.split(':').nth(1).unwrap_or_default());
            }
            let whole = text.value.clone();
            found.extend(self.alternative(&text, &whole, inside));
        }
        (found, key)
    }

    fn act_alternative(&self, text: &Located<String>, inside: Inside) -> Option<Alternative> {
        let pattern = conditions::pattern(self.scope, text, self.table.errors)?;
        self.act_inside(text, pattern.act, inside);
        Some(Alternative::Act(pattern))
    }

    fn act_inside(&self, text: &Located<String>, act: ActIx, inside: Inside) {
        let act = &self.scope.acts[act.at()];
        self.check_inside(&text.place, &act.id, act.strand, inside);
    }

    fn alternative(&self, text: &Located<String>, whole: &str, inside: Inside) -> Option<Alternative> {
        let errors = self.table.errors;
        let Some((word, rest)) = whole.split_once(':') else {
            errors.hint(
                &text.place,
                format!("`{whole}` 缺少种类"),
                "写作 act:环节、over:期限、fact:事实、not:事实、never:环节 或 holds:条件",
            );
            return None;
        };
        let mut rest = text.with(rest.to_owned());
        if whole == text.value {
            // The kind stands in the text itself; a condition's errors point behind it.
            rest.place.span.start += word.len() + 1;
        }
        match word {
            "act" => self.act_alternative(&text.with(rest.value), inside),
            "never" => {
                let pattern: ActPattern = conditions::pattern(self.scope, &text.with(rest.value), errors)?;
                self.act_inside(text, pattern.act, inside);
                Some(Alternative::Never(pattern))
            }
            "over" => match self.scope.limit(&rest.value) {
                Some(limit) => {
                    self.check_inside(&text.place, &rest.value, self.scope.limits[limit.at()].1, inside);
                    Some(Alternative::Over(limit))
                }
                None => {
                    errors.add(&text.place, format!("没有期限 `{}`", rest.value));
                    None
                }
            },
            "fact" | "not" => {
                let found = self.scope.facts.iter().position(|(id, _)| *id == rest.value);
                if found.is_none() {
                    errors.add(&text.place, format!("没有事实 `{}`", rest.value));
                }
                let at = found?;
                self.check_inside(&text.place, &rest.value, self.scope.facts[at].1, inside);
                let fact = FactIx(at as u16);
                Some(if word == "fact" { Alternative::Fact(fact) } else { Alternative::NotFact(fact) })
            }
            "holds" => {
                let subject = if inside == Inside::Own { Subject::Act(self.act) } else { Subject::Matter };
                conditions::condition(self.scope, subject, &rest, errors).map(Alternative::Holds)
            }
            _ => {
                errors.add(&text.place, format!("没有种类 `{word}`"));
                None
            }
        }
    }
}

/// Where the alternatives of a need are asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// In the strand of the act itself, or in the main part.
    Own,
    /// In strands of this kind.
    Strand(StrandIx),
    /// In strands of a kind that is not there, which has been told.
    Unknown,
}

impl Inside {
    fn of(strand: Option<StrandIx>) -> Inside {
        strand.map_or(Inside::Unknown, Inside::Strand)
    }
}

/// The key of a need about strands; none when there is nothing to make it of.
fn keyed(word: &str, strand: &str, key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("{word}-{strand}-{key}") }
}

/// `decision-made=penalty` → `decision-made-penalty`, for ids.
fn id_part(text: &str) -> String {
    text.replace(['=', '|'], "-")
}
