//! The gates of an act: those every act has, its needs, and the rules that block or warn.

use lawbook::model::{ActDef, Again, Alternative, Basis, Nature, Need, NeedKind};
use record::{Act, Adopted, Asker, Correction, Record, Scope, Standing, Surroundings, View};
use terms::{Moment, Tri};

use crate::judge::{Answer, ask};
use crate::next::steps_towards;
use crate::unmet::{Unmet, facts_used};

/// Whether an act is really proposed, or only asked about to see whether it is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// All of it is checked.
    Decide,
    /// What the act does not say yet is not held against it.
    Probe,
}

/// The gates that are not met.
#[derive(Debug, Default)]
pub struct Checked {
    /// Those that stop the act.
    pub blocked: Vec<Unmet>,
    /// Those that only warn.
    pub warned: Vec<Unmet>,
}

/// Checks the gates of one act.
pub struct Gates<'v, 'r> {
    view: &'v View<'r>,
    act: &'v Act,
    def: &'r ActDef,
    asker: Asker<'v, 'r>,
    surroundings: &'v Surroundings<'v>,
    now: Moment,
    purpose: Purpose,
    checked: Checked,
}

impl<'v, 'r> Gates<'v, 'r> {
    /// The gates of an act proposed on a view.
    pub fn new(
        view: &'v View<'r>,
        act: &'v Act,
        surroundings: &'v Surroundings<'v>,
        now: Moment,
        purpose: Purpose,
    ) -> Gates<'v, 'r> {
        let def = view.procedure().def(act.act);
        let asker = match purpose {
            Purpose::Decide => Asker::about(view, act, surroundings),
            Purpose::Probe => Asker::about_unwritten(view, act, surroundings),
        };
        Gates { view, act, def, asker, surroundings, now, purpose, checked: Checked::default() }
    }

    /// Checks them all. Returns what is unmet, and what was seen in registers.
    pub fn check(mut self) -> (Checked, Vec<record::Seen>) {
        self.time();
        self.end();
        self.strand();
        self.again();
        self.firm();
        for need in &self.def.needs {
            self.need(need);
        }
        self.rules();
        // What the law asks comes first; what the form lacks comes last.
        if self.purpose == Purpose::Decide {
            self.people();
            self.correction();
            self.adoption();
            self.contents();
        }
        let seen = self.asker.seen();
        (self.checked, seen)
    }

    fn block(&mut self, gate: &str, why: String) {
        self.checked.blocked.push(Unmet::gate(self.view.book, gate, why));
    }

    fn time(&mut self) {
        if self.act.at.compare(self.now).is_gt() {
            self.block("time", format!("发生时间 {} 晚于现在（{}）", self.act.at, self.now));
        }
    }

    fn end(&mut self) {
        if let Some((_, closing)) = self.view.closed_by()
            && !self.def.after_end
            && !self.def.reopens
        {
            let title = &self.view.def(closing).title;
            let why = format!("事项已于 {} 以“{title}”办结，须先依法重启", closing.act.at.day());
            let mut unmet = Unmet::gate(self.view.book, "ended", why);
            let reopens = self.view.procedure().acts.iter().filter(|act| act.reopens);
            unmet.next = reopens.map(|act| act.id.clone()).collect();
            self.checked.blocked.push(unmet);
        }
    }

    fn strand(&mut self) {
        let Some(kind) = self.def.strand else { return };
        let strand = &self.view.procedure().strands[kind.at()];
        match self.view.key_of(self.act) {
            None => self.block("strand", format!("须写明是哪一个{}", strand.title)),
            Some(key)
                if self.purpose == Purpose::Decide
                    && key.is_empty()
                    && !self.view.keys(kind).contains(&key) =>
            {
                self.block("strand", format!("须写明是哪一个{}", strand.title));
            }
            Some(key) if strand.per == "party" && !self.view.keys(kind).contains(&key) => {
                self.block("strand", format!("`{key}` 不是本案当事人"));
            }
            Some(_) => {}
        }
    }

    fn scope(&self) -> Scope {
        self.view.scope_of(self.act)
    }

    fn again(&mut self) {
        if self.def.again != Again::Refused {
            return;
        }
        let before =
            self.view.standing_act(self.act.act, &self.scope()).map(|(_, before)| before.act.at.day());
        if let Some(day) = before {
            self.block("again", format!("“{}”已于 {day} 办理，只能一次", self.def.title));
        }
    }

    /// What a firm act relied on cannot be redone while it is firm.
    fn firm(&mut self) {
        if self.def.again != Again::Replaces {
            return;
        }
        let scope = self.scope();
        let Some((before, _)) = self.view.standing_act(self.act.act, &scope) else { return };
        let mut waiting = vec![before];
        let mut reached = std::collections::BTreeSet::new();
        while let Some(at) = waiting.pop() {
            for (later, occurrence) in self.view.occurrences.iter().enumerate() {
                let later = later as u32;
                if occurrence.standing != Standing::Stands
                    || !occurrence.relied.iter().any(|link| link.on == at)
                    || !reached.insert(later)
                {
                    continue;
                }
                let def = self.view.def(occurrence);
                match def.nature {
                    Nature::Firm => {
                        let why = format!(
                            "“{}”已于 {} 对外生效，所依据的“{}”不能重作",
                            def.title,
                            occurrence.act.at.day(),
                            self.def.title
                        );
                        let mut unmet = Unmet::gate(self.view.book, "firm", why);
                        unmet.next = counter_acts(self.view, occurrence.act.act);
                        self.checked.blocked.push(unmet);
                        return;
                    }
                    Nature::Work | Nature::Waiver => waiting.push(later),
                    Nature::Claim => {}
                }
            }
        }
    }

    fn people(&mut self) {
        let book = self.view.book;
        if !self.def.by.is_empty() {
            let titles: Vec<&str> = self.def.by.iter().map(|post| book.post_title(post)).collect();
            if self.act.by.is_empty() {
                self.block("post", format!("须写明由谁办理（{}）", titles.join("、")));
            }
            for actor in &self.act.by {
                if !self.def.by.iter().any(|post| **post == *actor.post) {
                    let given = book.post_title(&actor.post);
                    self.block(
                        "post",
                        format!("“{}”应由{}办理，不能由{given}办理", self.def.title, titles.join("、")),
                    );
                }
            }
        }
        let persons: std::collections::BTreeSet<&str> =
            self.act.by.iter().map(|actor| &*actor.person).collect();
        if persons.len() < usize::from(self.def.officers) && self.def.officers > 1 {
            self.block("officers", format!("须有 {} 人，现有 {} 人", self.def.officers, persons.len()));
        }
        if self.def.certificate {
            self.certificates();
        }
        self.recused();
    }

    fn certificates(&mut self) {
        use lawbook::condition::node::Node;
        for actor in &self.act.by {
            self.asker.reset();
            let person = Box::new(Node::Const(terms::Value::text(&actor.person)));
            let active =
                Node::Register { register: "certificate".into(), subject: person, value: "active".into() };
            let (why, missing) = match self.asker.truth(&active) {
                Tri::True => continue,
                Tri::False => (format!("{} 的执法证件此日无效", actor.person), Vec::new()),
                Tri::Unknown(missing) => (format!("查不到 {} 的执法证件", actor.person), missing),
            };
            let mut unmet = Unmet::gate(self.view.book, "certificate", why);
            unmet.missing = missing;
            if self.asker.unlooked() {
                self.checked.warned.push(unmet)
            } else {
                self.checked.blocked.push(unmet)
            }
        }
    }

    fn recused(&mut self) {
        let procedure = self.view.procedure();
        let Some(decided) = procedure.act("recusal-decided") else { return };
        if self.def.every {
            return;
        }
        let Some(accept) = procedure.outcome(decided, "accept") else { return };
        let mut recused: Vec<String> = Vec::new();
        for (_, occurrence) in self.view.all(decided, &None) {
            if occurrence.standing == Standing::Stands && occurrence.act.outcome == Some(accept) {
                recused.extend(occurrence.act.subjects("person").iter().map(ToString::to_string));
            }
        }
        for actor in &self.act.by {
            if recused.iter().any(|person| **person == *actor.person) {
                self.block("recusal", format!("{} 已被决定回避，不得再参与本案", actor.person));
            }
        }
    }

    fn contents(&mut self) {
        let book = self.view.book;
        if !self.def.outcomes.is_empty() && self.act.outcome.is_none() {
            let known: Vec<&str> = self.def.outcomes.iter().map(|outcome| outcome.title.as_str()).collect();
            self.block("outcome", format!("须写明结果：{}", known.join("、")));
        }
        let required =
            self.def.fields.iter().filter(|field| field.required && self.act.field(field.field).is_none());
        let absent: Vec<&lawbook::model::Field> = required.map(|field| book.field_at(field.field)).collect();
        if absent.is_empty() {
            return;
        }
        let titles: Vec<String> =
            absent.iter().map(|field| format!("“{}”（{}）", field.title, field.id)).collect();
        let mut unmet = Unmet::gate(book, "field", format!("缺少{}", titles.join("、")));
        unmet.facts =
            absent.iter().map(|field| (format!("self.{}", field.id), serde_json::Value::Null)).collect();
        self.checked.blocked.push(unmet);
    }

    fn correction(&mut self) {
        if !self.def.corrects {
            return;
        }
        let old = self
            .view
            .book
            .field("old-value")
            .and_then(|(field, _)| self.act.field(field))
            .map(ToString::to_string);
        if Correction::proposed(self.view, self.act).is_none() {
            self.block("correction", String::new());
        } else if Correction::present(self.view, self.act) != old {
            let present = Correction::present(self.view, self.act).unwrap_or_else(|| "（空）".to_owned());
            self.block(
                "correction",
                format!("原值写作 `{}`，而卷中现为 `{present}`", old.unwrap_or_default()),
            );
        }
    }

    /// What is brought in must be what the other matter says: who proposes the act does not say it for that matter.
    /// Of a matter nobody looked up nothing can be said, and the gate warns.
    fn adoption(&mut self) {
        let adopted = &self.act.adopted;
        if self.def.adopts && !self.def.reopens && adopted.is_empty() {
            self.block("adoption", String::new());
        }
        if !self.def.adopts && !adopted.is_empty() {
            self.block("adoption", format!("“{}”不能引入他案环节", self.def.title));
        }
        for one in adopted {
            match self.surroundings.matter(&one.matter) {
                Some(other) => {
                    if let Some(why) = differs(self.view, other, one) {
                        self.block("adoption", why);
                    }
                }
                None if self.surroundings.given => {
                    self.block("adoption", format!("查不到事项 `{}`", one.matter));
                }
                None => {
                    let why = format!("没有查过事项 `{}`，引入的环节未经核对", one.matter);
                    self.checked.warned.push(Unmet::gate(self.view.book, "adoption", why));
                }
            }
        }
    }

    fn need(&mut self, need: &'r Need) {
        self.asker.reset();
        let (met, missing) = match need.when.as_ref().map_or(Tri::True, |when| self.asker.truth(when)) {
            Tri::False => return,
            Tri::Unknown(missing) => (Tri::Unknown(missing.clone()), missing),
            Tri::True => match self.need_met(need) {
                Tri::True => return,
                Tri::False => (Tri::False, Vec::new()),
                Tri::Unknown(missing) => (Tri::Unknown(missing.clone()), missing),
            },
        };
        // Asked only whether the act is possible, what it does not say yet is not held against it.
        if self.purpose == Purpose::Probe && !met.is_false() && self.asker.self_missing() {
            return;
        }
        let blocks = need.blocks() && !self.asker.weak() && !self.asker.unlooked();
        let procedure = self.view.procedure();
        let mut nodes: Vec<&lawbook::condition::node::Node> = need.when.iter().collect();
        if let NeedKind::Any(any) = &need.kind {
            nodes.extend(any.iter().filter_map(|one| match one {
                Alternative::Holds(node) => Some(node),
                _ => None,
            }));
        }
        let unmet = Unmet {
            need: need.id.clone(),
            title: self.need_title(need),
            basis: Basis { gist: self.need_gist(need), ..need.basis.clone() },
            severity: need.severity,
            facts: facts_used(&self.asker, self.view.book, procedure, &nodes),
            missing,
            next: if self.purpose == Purpose::Decide {
                steps_towards(self.view, need, &self.scope(), self.now)
            } else {
                direct(self.view, need)
            },
            wait_until: self.wait_until(need),
        };
        if blocks { self.checked.blocked.push(unmet) } else { self.checked.warned.push(unmet) }
    }

    /// The end of the first running window that would meet the need.
    fn wait_until(&self, need: &Need) -> Option<Moment> {
        let NeedKind::Any(any) = &need.kind else { return None };
        any.iter().find_map(|alternative| match alternative {
            Alternative::Over(limit) => {
                let runs = self.view.limit_runs(*limit, &self.scope(), self.act.at);
                runs.last()?.limit.as_ref().ok()?.first_allowed
            }
            _ => None,
        })
    }

    fn need_met(&self, need: &Need) -> Tri {
        let any = |alternatives: &[Alternative], scope: &Scope| {
            let mut answer = Tri::False;
            for alternative in alternatives {
                answer = answer.or(self.asker.met(alternative, scope));
                if answer.is_true() {
                    break;
                }
            }
            answer
        };
        match &need.kind {
            NeedKind::Any(alternatives) => any(alternatives, &self.scope()),
            NeedKind::Every { strand, started, any: alternatives } => {
                let mut answer = Tri::True;
                for key in self.view.keys(*strand) {
                    let inside = Some((*strand, key.clone()));
                    let counts = started
                        .as_ref()
                        .is_none_or(|started| self.view.matching(started, &inside).next().is_some());
                    if counts {
                        answer = answer.and(any(alternatives, &inside));
                    }
                }
                answer
            }
            NeedKind::Some { strand, any: alternatives } => {
                let mut answer = Tri::False;
                for key in self.view.keys(*strand) {
                    answer = answer.or(any(alternatives, &Some((*strand, key.clone()))));
                }
                answer
            }
            NeedKind::NotStanding(pattern) => self.view.standing(pattern, &self.scope()).is_none().into(),
        }
    }

    fn need_title(&self, need: &Need) -> String {
        direct(self.view, need).first().map_or_else(
            || need.id.rsplit('/').next().unwrap_or_default().to_owned(),
            |id| {
                self.view
                    .procedure()
                    .act(id)
                    .map_or(id.clone(), |act| self.view.procedure().def(act).title.clone())
            },
        )
    }

    fn need_gist(&self, need: &Need) -> String {
        match &need.kind {
            NeedKind::Any(any)
                if matches!(any.as_slice(), [Alternative::Act(_)])
                    && need.basis.gist.starts_with("须先有该环节") =>
            {
                format!("须先有有效的“{}”", self.need_title(need))
            }
            _ => need.basis.gist.clone(),
        }
    }

    fn rules(&mut self) {
        let procedure = self.view.procedure();
        for index in &self.def.rules {
            let bound = &procedure.rules[*index as usize];
            let rule = self.view.book.rule(bound.rule);
            if !rule.uses.block && !rule.uses.warn {
                continue;
            }
            self.asker.reset();
            let missing = match ask(rule, bound, self.view, &self.asker, self.act) {
                Answer::Kept | Answer::NotApplicable => continue,
                Answer::Broken => Vec::new(),
                Answer::CannotTell(missing) => {
                    if self.purpose == Purpose::Probe && self.asker.self_missing() {
                        continue;
                    }
                    missing
                }
            };
            let sure = rule.basis.status.may_block() && !self.asker.weak() && !self.asker.unlooked();
            let blocks = rule.uses.block && rule.severity == lawbook::model::Severity::High && sure;
            let nodes: Vec<&lawbook::condition::node::Node> = match &bound.shape {
                lawbook::model::Shape::Holds { when, holds, .. } => when.iter().chain([holds]).collect(),
                _ => Vec::new(),
            };
            let unmet = Unmet {
                need: format!("rule:{}", rule.id),
                title: rule.title.clone(),
                basis: rule.basis.clone(),
                severity: rule.severity,
                facts: facts_used(&self.asker, self.view.book, procedure, &nodes),
                missing,
                next: Vec::new(),
                wait_until: None,
            };
            if blocks { self.checked.blocked.push(unmet) } else { self.checked.warned.push(unmet) }
        }
    }
}

/// How an adopted act differs from what the record of its matter says; nothing when it does not.
fn differs(view: &View<'_>, other: &Record<'_>, adopted: &Adopted) -> Option<String> {
    let (matter, seq) = (&adopted.matter, adopted.seq);
    let Some(there) = other.act(seq) else {
        return Some(format!("事项 `{matter}` 没有第 {seq} 号环节"));
    };
    let (def, given) = (other.procedure.def(there.act), view.procedure().def(adopted.act.act));
    if def.id != given.id {
        return Some(format!("事项 `{matter}` 第 {seq} 号是“{}”，不是“{}”", def.title, given.title));
    }
    let outcome = |def: &ActDef, act: &Act| Some(def.outcomes.get(act.outcome?.at())?.id.clone());
    let here = &adopted.act;
    let differing = [
        ("发生时间", here.at != there.at),
        ("办理人员", here.by != there.by),
        ("分支", here.strand != there.strand),
        ("所涉对象", here.about != there.about),
        ("结果", outcome(given, here) != outcome(def, there)),
        ("内容", here.fields != there.fields),
    ];
    let named: Vec<&str> = differing.iter().filter(|(_, differs)| *differs).map(|(what, _)| *what).collect();
    (!named.is_empty()).then(|| format!("事项 `{matter}` 第 {seq} 号的{}与所引入的不一致", named.join("、")))
}

/// The acts a need asks for directly.
pub fn direct(view: &View<'_>, need: &Need) -> Vec<String> {
    let alternatives = match &need.kind {
        NeedKind::Any(any) | NeedKind::Every { any, .. } | NeedKind::Some { any, .. } => any.as_slice(),
        NeedKind::NotStanding(pattern) => return counter_acts(view, pattern.act),
    };
    let act = |one: &Alternative| match one {
        Alternative::Act(pattern) => Some(view.procedure().def(pattern.act).id.clone()),
        _ => None,
    };
    alternatives.iter().filter_map(act).collect()
}

/// The acts that end or void an act.
fn counter_acts(view: &View<'_>, of: lawbook::model::ActIx) -> Vec<String> {
    let counters = |def: &&ActDef| def.ends.iter().chain(&def.voids).any(|pattern| pattern.act == of);
    view.procedure().acts.iter().filter(counters).map(|def| def.id.clone()).collect()
}
