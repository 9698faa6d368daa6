//! Reads `rules/*.toml` and binds each rule to the procedures it speaks about.

use crate::condition::Subject;
use crate::condition::scope::Scope;
use crate::lawbook::Lawbook;
use crate::model::{AliasRule, BoundRule, OmittedRule, Procedure, Rule, RuleIx, Shape, Uses};
use crate::report::{Errors, Located};
use crate::tree::Table;

use super::files::Routed;
use super::{basis, cases, conditions};

/// The words of `domain/` for kinds of rules; a label for people.
const KINDS: [&str; 8] = [
    "precedence",
    "response-within",
    "absence",
    "exclusive",
    "threshold",
    "qualification",
    "count",
    "value-consistency",
];

pub fn load(routed: &Routed<'_>, book: &mut Lawbook, errors: &Errors) {
    for item in &routed.rules {
        let Some(file) = Table::of(item, errors) else { continue };
        for table in file.tables("rule") {
            rule(&table, book);
            table.finish();
        }
        for table in file.tables("alias") {
            let (id, title, of) = (table.text("id"), table.text("title"), table.text("of"));
            table.finish();
            let (Some(id), Some(title), Some(of)) = (id, title, of) else { continue };
            book.aliases.push(AliasRule { id: id.value, title: title.value, of: of.value, place: of.place });
        }
        for table in file.tables("omitted") {
            let (id, why) = (table.text("id"), table.text("why"));
            table.finish();
            let Some((id, why)) = id.zip(why) else { continue };
            book.omitted.push(OmittedRule { id: id.value, why: why.value, place: id.place });
        }
        file.finish();
    }
    check_ids(book, errors);
}

fn check_ids(book: &Lawbook, errors: &Errors) {
    let mut seen = std::collections::BTreeSet::new();
    let rules = book.rules.iter().map(|rule| (&rule.id, &rule.place));
    let aliases = book.aliases.iter().map(|alias| (&alias.id, &alias.place));
    let omitted = book.omitted.iter().map(|omitted| (&omitted.id, &omitted.place));
    for (id, place) in rules.chain(aliases).chain(omitted) {
        if !seen.insert(id.as_str()) {
            errors.add(place, format!("规则 `{id}` 写了两次"));
        }
    }
    for alias in &book.aliases {
        if !book.rules.iter().any(|rule| rule.id == alias.of) {
            errors.add(&alias.place, format!("别名所指的规则 `{}` 不存在", alias.of));
        }
    }
}

fn rule(table: &Table<'_>, book: &mut Lawbook) {
    let (id, title, kind) = (table.text("id"), table.text("title"), table.text("kind"));
    if let Some(kind) = &kind
        && !KINDS.contains(&kind.value.as_str())
    {
        table.errors.hint(
            &kind.place,
            format!("没有种类 `{}`", kind.value),
            format!("可用：{}", KINDS.join("、")),
        );
    }
    let severity = table.word("severity", &basis::SEVERITY);
    let uses = uses(table);
    let own = basis::read(table, book);
    let from = table.day("from");
    let until = table.opt_day("until").map(|day| day.value);
    let over = table.opt_text("over").map(|over| over.value);
    let asks = Asks::read(table);
    let breaks = cases::examples(table, "breaks");
    let keeps = cases::examples(table, "keeps");
    if uses.review && (breaks.is_empty() || keeps.is_empty()) {
        table.errors.add(&table.place_of_head(), "规则须有违反的例子 `breaks` 和遵守的例子 `keeps`");
    }
    let (Some(id), Some(title), Some(kind), Some(severity), Some(from)) = (id, title, kind, severity, from)
    else {
        return;
    };
    let ix = RuleIx(book.rules.len() as u16);
    bind_to_procedures(&asks, ix, &id, book, table.errors);
    book.rules.push(Rule {
        id: id.value,
        title: title.value,
        kind: kind.value,
        severity,
        uses,
        basis: own,
        from: from.value,
        until,
        over,
        breaks,
        keeps,
        text: asks.text(),
        place: table.place_of_head(),
    });
}

fn uses(table: &Table<'_>) -> Uses {
    let mut uses = Uses::default();
    for word in table.texts("uses") {
        match word.value.as_str() {
            "static" => uses.prove = true,
            "block" => uses.block = true,
            "warn" => uses.warn = true,
            "review" => uses.review = true,
            _ => table.errors.hint(
                &word.place,
                format!("没有用途 `{}`", word.value),
                "可用：static、block、warn、review",
            ),
        }
    }
    if !table.has("uses") {
        table.errors.add(&table.place_of_head(), "缺少 `uses`");
    }
    uses
}

/// What a rule asks, as written.
struct Asks {
    at: Vec<Located<String>>,
    procedures: Vec<Located<String>>,
    when: Option<Located<String>>,
    holds: Option<Located<String>>,
    never: Option<Located<String>>,
    needs: Vec<Located<String>>,
    since: Vec<Located<String>>,
    limit: Option<Located<String>>,
    both: bool,
    exclusive: Vec<Located<String>>,
    place: crate::report::Place,
}

impl Asks {
    fn read(table: &Table<'_>) -> Asks {
        Asks {
            at: table.texts("at"),
            procedures: table.texts("procedures"),
            when: table.opt_text("when"),
            holds: table.opt_text("holds"),
            never: table.opt_text("never"),
            needs: table.texts("needs"),
            since: table.texts("since"),
            limit: table.opt_text("limit"),
            both: table.flag("both"),
            exclusive: table.texts("exclusive"),
            place: table.place_of_head(),
        }
    }

    fn text(&self) -> String {
        let join = |texts: &[Located<String>]| {
            texts.iter().map(|text| text.value.as_str()).collect::<Vec<_>>().join("、")
        };
        let mut parts = Vec::new();
        let mut part = |key: &str, value: String| {
            if !value.is_empty() {
                parts.push(format!("{key}：{value}"));
            }
        };
        let one =
            |text: &Option<Located<String>>| text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
        part("at", join(&self.at));
        part("when", one(&self.when));
        part("holds", one(&self.holds));
        part("never", one(&self.never));
        part("needs", join(&self.needs));
        part("since", join(&self.since));
        part("limit", one(&self.limit));
        part("exclusive", join(&self.exclusive));
        parts.join("；")
    }

    /// The acts and limits the rule must find in a procedure to speak about it.
    fn speaks_about(&self, procedure: &Procedure) -> bool {
        if !self.procedures.is_empty() && !self.procedures.iter().any(|id| id.value == procedure.id) {
            return false;
        }
        let act = |text: &Located<String>| {
            procedure.scope.act(text.value.split('=').next().unwrap_or_default()).is_some()
        };
        if let Some(limit) = &self.limit {
            return procedure.limit(&limit.value).is_some();
        }
        if !self.exclusive.is_empty() {
            return self.exclusive.iter().all(act);
        }
        self.at.iter().any(|text| text.value == "*" || act(text))
    }
}

fn bind_to_procedures(asks: &Asks, ix: RuleIx, id: &Located<String>, book: &mut Lawbook, errors: &Errors) {
    let mut bound_somewhere = false;
    for procedure in &mut book.procedures {
        if !asks.speaks_about(procedure) {
            continue;
        }
        bound_somewhere = true;
        for bound in bind(asks, ix, &procedure.scope, errors) {
            let at = procedure.rules.len() as u16;
            match (&bound.shape, bound.trigger()) {
                (_, Some(act)) => procedure.acts[act.at()].rules.push(at),
                (Shape::Holds { act: None, .. }, None) => {
                    procedure.acts.iter_mut().for_each(|act| act.rules.push(at))
                }
                (Shape::Exclusive { acts }, None) => {
                    for pattern in acts.clone() {
                        procedure.acts[pattern.act.at()].rules.push(at);
                    }
                }
                (_, None) => {}
            }
            procedure.rules.push(bound);
        }
    }
    for named in &asks.procedures {
        if !book.procedures.iter().any(|procedure| procedure.id == named.value) {
            errors.add(&named.place, format!("没有程序 `{}`", named.value));
        }
    }
    if !bound_somewhere {
        errors.hint(
            &asks.place,
            format!("规则 `{}` 不涉及任何程序", id.value),
            "检查 at、limit、exclusive 里的环节和期限",
        );
    }
}

fn bind(asks: &Asks, rule: RuleIx, scope: &Scope, errors: &Errors) -> Vec<BoundRule> {
    let read = |text: &Option<Located<String>>, subject| {
        text.as_ref().map(|text| conditions::condition(scope, subject, text, errors))
    };
    if let Some(limit) = &asks.limit {
        let Some(ix) = scope.limit(&limit.value) else { return Vec::new() };
        let strand = scope.limits[ix.at()].1;
        let when = match read(&asks.when, Subject::Matter) {
            Some(None) => return Vec::new(),
            when => when.flatten(),
        };
        return vec![BoundRule { rule, shape: Shape::Within { limit: ix, both: asks.both, when }, strand }];
    }
    if !asks.exclusive.is_empty() {
        let acts = conditions::patterns(scope, &asks.exclusive, errors);
        let strand = acts.first().and_then(|pattern| scope.acts[pattern.act.at()].strand);
        return vec![BoundRule { rule, shape: Shape::Exclusive { acts }, strand }];
    }
    let mut found = Vec::new();
    for at in &asks.at {
        let pattern = match at.value.as_str() {
            "*" => None,
            id if scope.act(id.split('=').next().unwrap_or_default()).is_none() => continue,
            _ => conditions::pattern(scope, at, errors),
        };
        let subject = pattern.as_ref().map_or(Subject::AnyAct, |pattern| Subject::Act(pattern.act));
        let strand = pattern.as_ref().and_then(|pattern| scope.acts[pattern.act.at()].strand);
        let when = match read(&asks.when, subject) {
            Some(None) => continue,
            when => when.flatten(),
        };
        let shape = if asks.needs.is_empty() {
            let (text, negated) = match (&asks.holds, &asks.never) {
                (Some(holds), None) => (holds, false),
                (None, Some(never)) => (never, true),
                _ => {
                    errors.hint(
                        &asks.place,
                        "规则没有内容",
                        "与 at 同写 holds、never、needs 之一；或写 limit、exclusive",
                    );
                    return found;
                }
            };
            let Some(node) = conditions::condition(scope, subject, text, errors) else { continue };
            let holds = if negated { crate::condition::node::Node::Not(Box::new(node)) } else { node };
            Shape::Holds { act: pattern, when, holds }
        } else {
            let Some(act) = pattern else {
                errors.add(&at.place, "needs 规则的 at 须是一个环节");
                continue;
            };
            let any = conditions::patterns(scope, &asks.needs, errors);
            let since = asks.since.iter().filter_map(|text| conditions::reset(scope, text, errors)).collect();
            Shape::Needs { act, when, any, since }
        };
        found.push(BoundRule { rule, shape, strand });
    }
    found
}
