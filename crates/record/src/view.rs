//! The view of a record (卷的状态): what stands, strands, facts. A pure function of the acts.

use std::sync::Arc;

use jiff::civil::Date;
use lawbook::Lawbook;
use lawbook::condition::node::ActPattern;
use lawbook::model::{
    ActDef, ActIx, Again, Alternative, FactIx, FieldIx, LimitIx, Nature, NeedKind, OutcomeIx, Procedure,
    StrandIx,
};
use terms::{Moment, Tri, Value};

use crate::act::Act;
use crate::ask::Asker;
use crate::head::Head;
use crate::order;
use crate::record::Record;
use crate::surroundings::Surroundings;

/// The strand a question is asked in: its kind and key; none for the main part.
pub type Scope = Option<(StrandIx, Arc<str>)>;

/// Whether an occurrence stands (有效), and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It stands.
    Stands,
    /// A later one took its place.
    Superseded {
        /// The occurrence that did.
        by: u32,
    },
    /// What it relied on changed.
    Fell {
        /// The occurrence that made it fall.
        by: u32,
    },
    /// Its counter-act ended it.
    Ended {
        /// The counter-act.
        by: u32,
    },
}

/// What an occurrence relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The occurrence.
    pub on: u32,
    /// On which of its fields.
    pub fields: Vec<FieldIx>,
}

/// An act as it counts in the view.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// The act, with corrections made.
    pub act: Arc<Act>,
    /// The key of its strand, resolved.
    pub key: Option<Arc<str>>,
    /// Whether it stands.
    pub standing: Standing,
    /// What it relied on.
    pub relied: Vec<Link>,
    /// The facts it settled.
    pub facts: Vec<(FactIx, Tri)>,
    /// The limits with a condition that it started: those whose condition held then.
    pub starts: Vec<LimitIx>,
    /// Whether its content differs from the time before (true for the first).
    pub changed: bool,
    /// The matter it was brought in from.
    pub adopted_from: Option<Box<str>>,
}

/// Whether corrections (更正) are made before the record is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corrections {
    /// As it really was.
    Made,
    /// As it was first recorded.
    Ignored,
}

/// What a record says: which acts stand, which facts hold.
#[derive(Debug, Clone)]
pub struct View<'b> {
    /// The lawbook.
    pub book: &'b Lawbook,
    /// The head of the record.
    pub head: Arc<Head>,
    procedure: &'b Procedure,
    /// Its acts in the order of law, adopted ones among them.
    pub occurrences: Vec<Occurrence>,
    by_act: Vec<Vec<u32>>,
    keys: Vec<Vec<Arc<str>>>,
    reopened: u32,
}

impl<'b> View<'b> {
    /// The view of everything recorded.
    #[must_use]
    pub fn of(record: &Record<'b>) -> View<'b> {
        View::with(record, Corrections::Made)
    }

    /// The view with corrections made or not.
    #[must_use]
    pub fn with(record: &Record<'b>, corrections: Corrections) -> View<'b> {
        View::fold(record, corrections, |_, _| {})
    }

    /// The view, showing each act together with the view of what came before it.
    pub fn fold(
        record: &Record<'b>,
        corrections: Corrections,
        each: impl FnMut(&View<'b>, &Act),
    ) -> View<'b> {
        let mut view = View::empty(record);
        view.refold(record, corrections, each);
        view
    }

    /// As [`View::fold`], in a view that served another record before; what it needed to remember is used again.
    pub fn refold(
        &mut self,
        record: &Record<'b>,
        corrections: Corrections,
        mut each: impl FnMut(&View<'b>, &Act),
    ) {
        self.restart(record);
        if order::is_plain(record, corrections) {
            for act in &record.acts {
                each(self, act);
                self.add(act.clone(), None);
            }
            return;
        }
        for event in order::events(record, corrections) {
            each(self, &event.act);
            self.add(event.act, event.adopted_from);
        }
    }

    /// Empties the view for another record.
    fn restart(&mut self, record: &Record<'b>) {
        if !std::ptr::eq(self.procedure, record.procedure) {
            *self = View::empty(record);
            return;
        }
        for occurrence in self.occurrences.drain(..) {
            self.by_act[occurrence.act.act.at()].clear();
        }
        self.head = record.head.clone();
        self.reopened = 0;
        self.keys = first_keys(record);
    }

    /// The view of what had happened by a moment.
    #[must_use]
    pub fn until(record: &Record<'b>, at: Moment) -> View<'b> {
        let mut view = View::empty(record);
        for event in order::events(record, Corrections::Made) {
            if event.act.at.compare(at).is_le() {
                view.add(event.act, event.adopted_from);
            }
        }
        view
    }

    /// A view of nothing yet.
    #[must_use]
    pub fn empty(record: &Record<'b>) -> View<'b> {
        let procedure = record.procedure;
        let keys = first_keys(record);
        View {
            book: record.book,
            head: record.head.clone(),
            procedure,
            occurrences: Vec::new(),
            by_act: vec![Vec::new(); procedure.acts.len()],
            keys,
            reopened: 0,
        }
    }

    /// The procedure.
    #[must_use]
    pub fn procedure(&self) -> &'b Procedure {
        self.procedure
    }

    /// The filing day: that of the filing act, or of the first act.
    #[must_use]
    pub fn filed_on(&self) -> Option<Date> {
        let filed = self.procedure.filed.and_then(|filed| self.by_act[filed.at()].first());
        let first = filed.map_or(0, |at| *at as usize);
        self.occurrences.get(first).map(|occurrence| occurrence.act.at.day())
    }

    /// The definition of an occurrence's act.
    #[must_use]
    pub fn def(&self, occurrence: &Occurrence) -> &'b ActDef {
        self.procedure.def(occurrence.act.act)
    }

    /// The keys of the strands of a kind: all parties, or what was opened so far.
    #[must_use]
    pub fn keys(&self, kind: StrandIx) -> &[Arc<str>] {
        self.keys.get(kind.at()).map_or(&[], Vec::as_slice)
    }

    /// The key of the strand an act belongs to: as named, or the only party, or the only thing it is about.
    #[must_use]
    pub fn key_of(&self, act: &Act) -> Option<Arc<str>> {
        let kind = self.procedure.def(act.act).strand?;
        if let Some(key) = &act.strand {
            return Some(key.clone());
        }
        let per = &self.procedure.strands[kind.at()].per;
        if let [only] = act.subjects(per) {
            return Some(Arc::from(&**only));
        }
        match (per.as_str(), self.keys(kind)) {
            ("party", [only]) => Some(only.clone()),
            _ => None,
        }
    }

    /// The scope in which an act is asked about.
    #[must_use]
    pub fn scope_of(&self, act: &Act) -> Scope {
        let kind = self.procedure.def(act.act).strand?;
        Some((kind, self.key_of(act).unwrap_or_else(|| Arc::from(""))))
    }

    /// The occurrences of an act in a scope, in the order of law.
    pub fn all<'v>(
        &'v self,
        act: ActIx,
        scope: &'v Scope,
    ) -> impl DoubleEndedIterator<Item = (u32, &'v Occurrence)> {
        let kind = self.procedure.def(act).strand;
        let key = match (kind, scope) {
            (Some(kind), Some((own, key))) if kind == *own => Some(key),
            _ => None,
        };
        let list = self.by_act.get(act.at()).map_or(&[][..], Vec::as_slice);
        let in_scope =
            move |occurrence: &Occurrence| key.is_none_or(|key| occurrence.key.as_ref() == Some(key));
        list.iter()
            .map(|at| (*at, &self.occurrences[*at as usize]))
            .filter(move |(_, occurrence)| in_scope(occurrence))
    }

    /// The occurrences a pattern names in a scope.
    pub fn matching<'v>(
        &'v self,
        pattern: &'v ActPattern,
        scope: &'v Scope,
    ) -> impl DoubleEndedIterator<Item = (u32, &'v Occurrence)> {
        self.all(pattern.act, scope).filter(|(_, occurrence)| outcome_counts(pattern, occurrence.act.outcome))
    }

    /// The latest standing occurrence a pattern names in a scope.
    #[must_use]
    pub fn standing<'v>(
        &'v self,
        pattern: &'v ActPattern,
        scope: &'v Scope,
    ) -> Option<(u32, &'v Occurrence)> {
        self.matching(pattern, scope).rfind(|(_, occurrence)| occurrence.standing == Standing::Stands)
    }

    /// The latest standing occurrence of an act in a scope.
    #[must_use]
    pub fn standing_act<'v>(&'v self, act: ActIx, scope: &'v Scope) -> Option<(u32, &'v Occurrence)> {
        self.all(act, scope).rfind(|(_, occurrence)| occurrence.standing == Standing::Stands)
    }

    /// The value of a fact in a scope; unknown when the act it is declared on does not stand.
    #[must_use]
    pub fn fact(&self, fact: FactIx, scope: &Scope) -> Tri {
        let def = &self.procedure.facts[fact.at()];
        match self.standing_act(def.on, scope) {
            None => {
                Tri::missing(format!("“{}”（尚无有效的“{}”）", def.title, self.procedure.def(def.on).title))
            }
            Some((_, occurrence)) => {
                let found = occurrence.facts.iter().find(|(ix, _)| *ix == fact);
                found.map_or_else(|| Tri::missing(format!("“{}”", def.title)), |(_, value)| value.clone())
            }
        }
    }

    /// The occurrence that closed the matter, while it is closed.
    #[must_use]
    pub fn closed_by(&self) -> Option<(u32, &Occurrence)> {
        let closes = |(_, occurrence): &(usize, &Occurrence)| {
            occurrence.standing == Standing::Stands && self.procedure.def(occurrence.act.act).closes
        };
        let found = self.occurrences.iter().enumerate().rev().find(closes);
        found.map(|(at, occurrence)| (at as u32, occurrence))
    }

    /// How often the matter was reopened.
    #[must_use]
    pub fn reopened(&self) -> u32 {
        self.reopened
    }

    /// The occurrence of the act with that number in this record (not an adopted one).
    #[must_use]
    pub fn by_seq(&self, seq: u32) -> Option<(u32, &Occurrence)> {
        let own = |occurrence: &Occurrence| occurrence.adopted_from.is_none() && occurrence.act.seq == seq;
        let found = self.occurrences.iter().position(own)?;
        Some((found as u32, &self.occurrences[found]))
    }

    /// Adds an act at the end of the order of law. Never refuses: what happened, happened.
    pub fn add(&mut self, act: Arc<Act>, adopted_from: Option<Box<str>>) {
        let def = self.procedure.def(act.act);
        // Acts that do not say to which strand they belong have one of their own, without a name.
        let key = def.strand.map(|_| self.key_of(&act).unwrap_or_else(|| Arc::from("")));
        let facts = self.settle_facts(&act, def);
        let relied = self.links(&act, def);
        let scope = def.strand.zip(key.clone());
        let last = self.all(act.act, &scope).next_back();
        let changed = last.is_none_or(|(_, last)| !last.act.same_content(&act, &def.substance));
        let index = self.occurrences.len() as u32;
        if let (Some(kind), Some(key)) = (def.strand, &key)
            && !self.keys(kind).contains(key)
        {
            self.keys[kind.at()].push(key.clone());
        }
        self.by_act[act.act.at()].push(index);
        self.occurrences.push(Occurrence {
            act,
            key,
            standing: Standing::Stands,
            relied,
            facts,
            starts: Vec::new(),
            changed,
            adopted_from,
        });
        self.take_effect(index, def);
        if !def.limits.is_empty() {
            self.occurrences[index as usize].starts = self.conditional_starts(index);
        }
    }

    fn settle_facts(&self, act: &Act, def: &ActDef) -> Vec<(FactIx, Tri)> {
        if def.facts.is_empty() {
            return Vec::new();
        }
        let nobody = Surroundings::none();
        let asker = Asker::about(self, act, &nobody);
        def.facts.iter().map(|fact| (*fact, asker.truth(&self.procedure.facts[fact.at()].holds))).collect()
    }

    /// What the act relied on: as recorded when it was decided, or derived from its needs.
    fn links(&self, act: &Act, def: &ActDef) -> Vec<Link> {
        match &act.relied {
            Some(relied) => {
                let link = |one: &crate::act::Relied| {
                    self.by_seq(one.seq).map(|(on, _)| Link { on, fields: one.fields.clone() })
                };
                let mut links: Vec<Link> = relied.iter().filter_map(link).collect();
                // Adopted acts have no number here; what was relied on of them is derived anew.
                if self.occurrences.iter().any(|occurrence| occurrence.adopted_from.is_some()) {
                    let adopted = |link: &Link| self.occurrences[link.on as usize].adopted_from.is_some();
                    links.extend(self.derive_links(act, def).into_iter().filter(adopted));
                }
                links
            }
            None => self.derive_links(act, def),
        }
    }

    /// The latest earlier act of each need that applied, standing if one stands.
    #[must_use]
    pub fn derive_links(&self, act: &Act, def: &ActDef) -> Vec<Link> {
        if def.needs.is_empty() {
            return Vec::new();
        }
        let nobody = Surroundings::none();
        let asker = Asker::about(self, act, &nobody);
        let scope = self.scope_of(act);
        let mut links: Vec<Link> = Vec::new();
        for need in &def.needs {
            if need.when.as_ref().is_some_and(|when| asker.truth(when).is_false()) {
                continue;
            }
            let mut add = |found: Option<(u32, &Occurrence)>| {
                let Some((on, occurrence)) = found else { return };
                let fields =
                    need.relies.as_ref().unwrap_or(&self.procedure.def(occurrence.act.act).substance);
                match links.iter_mut().find(|link| link.on == on) {
                    Some(link) => link.fields.extend(
                        fields
                            .iter()
                            .filter(|field| !link.fields.contains(field))
                            .copied()
                            .collect::<Vec<_>>(),
                    ),
                    None => links.push(Link { on, fields: fields.clone() }),
                }
            };
            match &need.kind {
                NeedKind::Any(any) => add(self.first_met(any, &asker, &scope)),
                NeedKind::Every { strand, started, any } => {
                    for key in self.keys(*strand) {
                        let inside = Some((*strand, key.clone()));
                        if started
                            .as_ref()
                            .is_none_or(|started| self.matching(started, &inside).next().is_some())
                        {
                            add(self.first_met(any, &asker, &inside));
                        }
                    }
                }
                NeedKind::Some { strand, any } => {
                    let met = self
                        .keys(*strand)
                        .iter()
                        .find_map(|key| self.first_met(any, &asker, &Some((*strand, key.clone()))));
                    add(met);
                }
                NeedKind::NotStanding(_) => {}
            }
        }
        links
    }

    /// The act that meets the first alternative that is met; the latest earlier act when only a fallen one is there.
    fn first_met(
        &self,
        any: &[Alternative],
        asker: &Asker<'_, '_>,
        scope: &Scope,
    ) -> Option<(u32, &Occurrence)> {
        // An act recorded late relies on nothing that came after it.
        let earlier = |found: &Occurrence| found.act.at.compare(asker.moment()).is_le();
        let own = |at: u32| (at, &self.occurrences[at as usize]);
        for alternative in any {
            match alternative {
                Alternative::Act(pattern) => {
                    if let Some((at, _)) = self.standing(pattern, scope).filter(|(_, found)| earlier(found)) {
                        return Some(own(at));
                    }
                }
                other => {
                    if asker.met(other, scope).is_true() {
                        return None;
                    }
                }
            }
        }
        any.iter().find_map(|alternative| match alternative {
            Alternative::Act(pattern) => {
                self.matching(pattern, scope).rfind(|(_, found)| earlier(found)).map(|(at, _)| own(at))
            }
            _ => None,
        })
    }

    /// What the act at `index` does to the others.
    fn take_effect(&mut self, index: u32, def: &ActDef) {
        let act = self.occurrences[index as usize].act.act;
        let scope: Scope = def.strand.zip(self.occurrences[index as usize].key.clone());
        // A second firm act does not undo the first: the truck was seized then, whatever is written now.
        if def.again == Again::Replaces || (def.again == Again::Refused && def.nature != Nature::Firm) {
            let older: Vec<u32> = self.standing_before(act, &scope, index);
            for old in older {
                self.replace(old, index);
            }
        }
        for pattern in &def.ends {
            for at in self.targets(pattern, &scope, index) {
                self.occurrences[at as usize].standing = Standing::Ended { by: index };
            }
        }
        for pattern in &def.voids {
            for at in self.targets(pattern, &scope, index) {
                self.fall(at, index);
            }
        }
        if def.reopens {
            self.reopen(index);
        }
    }

    fn standing_before(&self, act: ActIx, scope: &Scope, index: u32) -> Vec<u32> {
        let before = self
            .all(act, scope)
            .filter(|(at, occurrence)| *at != index && occurrence.standing == Standing::Stands);
        before.map(|(at, _)| at).collect()
    }

    fn targets(&self, pattern: &ActPattern, scope: &Scope, index: u32) -> Vec<u32> {
        let standing =
            |(at, occurrence): &(u32, &Occurrence)| *at != index && occurrence.standing == Standing::Stands;
        self.matching(pattern, scope).filter(standing).map(|(at, _)| at).collect()
    }

    /// A new occurrence takes the place of an old one: who relied on the old falls if what it relied on differs.
    fn replace(&mut self, old: u32, new: u32) {
        self.occurrences[old as usize].standing = Standing::Superseded { by: new };
        for at in 0..new {
            let occurrence = &self.occurrences[at as usize];
            if occurrence.standing != Standing::Stands {
                continue;
            }
            let Some(place) = occurrence.relied.iter().position(|link| link.on == old) else { continue };
            let same = {
                let (before, after) =
                    (&self.occurrences[old as usize].act, &self.occurrences[new as usize].act);
                before.same_content(after, &occurrence.relied[place].fields)
            };
            match (self.def(occurrence).nature, same) {
                (Nature::Waiver, _) | (Nature::Work, false) => self.fall(at, new),
                (Nature::Work | Nature::Firm | Nature::Claim, _) => {
                    self.occurrences[at as usize].relied[place].on = new;
                }
            }
        }
    }

    /// An occurrence falls, and with it every work act and waiver that relied on it.
    fn fall(&mut self, at: u32, by: u32) {
        let mut waiting = vec![at];
        while let Some(at) = waiting.pop() {
            if self.occurrences[at as usize].standing != Standing::Stands {
                continue;
            }
            self.occurrences[at as usize].standing = Standing::Fell { by };
            for (later, occurrence) in self.occurrences.iter().enumerate() {
                let may_fall =
                    matches!(self.procedure.def(occurrence.act.act).nature, Nature::Work | Nature::Waiver);
                if may_fall && later as u32 != by && occurrence.relied.iter().any(|link| link.on == at) {
                    waiting.push(later as u32);
                }
            }
        }
    }

    /// The end is taken back, and what the reopening names falls.
    fn reopen(&mut self, index: u32) {
        self.reopened += 1;
        for at in 0..index {
            let occurrence = &self.occurrences[at as usize];
            if occurrence.standing == Standing::Stands && self.def(occurrence).closes {
                self.occurrences[at as usize].standing = Standing::Ended { by: index };
            }
        }
        let Some((field, _)) = self.book.field("falls") else { return };
        let named: Vec<ActIx> = match self.occurrences[index as usize].act.field(field) {
            Some(Value::List(ids)) => {
                ids.iter().filter_map(|id| self.procedure.act(id.as_text().unwrap_or_default())).collect()
            }
            _ => Vec::new(),
        };
        for act in named {
            for at in self.standing_before(act, &None, index) {
                self.fall(at, index);
            }
        }
    }
}

/// The strands that are there from the beginning: one for each party.
fn first_keys(record: &Record<'_>) -> Vec<Vec<Arc<str>>> {
    let of_kind = |strand: &lawbook::model::StrandKind| match strand.per.as_str() {
        "party" => record.head.parties.iter().map(|party| Arc::from(&*party.id)).collect(),
        _ => Vec::new(),
    };
    record.procedure.strands.iter().map(of_kind).collect()
}

/// Whether an outcome is one that a pattern counts.
#[must_use]
pub fn outcome_counts(pattern: &ActPattern, outcome: Option<OutcomeIx>) -> bool {
    pattern.outcomes.is_empty() || outcome.is_some_and(|outcome| pattern.outcomes.contains(&outcome))
}
