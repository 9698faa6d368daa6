//! Reads the acts of a procedure.

use crate::condition::scope::{ActScope, Scope};
use crate::lawbook::Lawbook;
use crate::model::{ActDef, ActField, Again, Basis, FieldIx, Nature, Outcome, Stage, StrandKind};
use crate::report::{Located, closest};
use crate::tree::Table;

use super::procedures::Sources;
use super::{basis, conditions, needs, words};

const NATURES: [(&str, Nature); 4] =
    [("work", Nature::Work), ("firm", Nature::Firm), ("claim", Nature::Claim), ("waiver", Nature::Waiver)];
const AGAIN: [(&str, Again); 3] =
    [("refused", Again::Refused), ("replaces", Again::Replaces), ("adds", Again::Adds)];

pub fn read(
    sources: &Sources<'_>,
    scope: &Scope,
    strands: &[StrandKind],
    stages: &[Stage],
    outer: &Basis,
    book: &Lawbook,
) -> Vec<ActDef> {
    let mut found: Vec<ActDef> = Vec::new();
    for (table, every) in sources.tables("act") {
        let reader = Reader { table: &table, scope, strands, stages, outer, book };
        let act = reader.act(found.len(), every);
        if found.iter().any(|known| known.id == act.id) {
            table.errors.add(&table.place_of_head(), format!("环节 `{}` 定义了两次", act.id));
        }
        found.push(act);
        table.finish();
    }
    found
}

struct Reader<'a, 't> {
    table: &'a Table<'t>,
    scope: &'a Scope,
    strands: &'a [StrandKind],
    stages: &'a [Stage],
    outer: &'a Basis,
    book: &'a Lawbook,
}

impl Reader<'_, '_> {
    fn act(&self, index: usize, every: bool) -> ActDef {
        let table = self.table;
        let text = |found: Option<Located<String>>| found.map(|text| text.value).unwrap_or_default();
        let id = text(table.text("id"));
        let basis = basis::read_over(table, self.book, self.outer);
        if !table.has("cite") {
            table.errors.hint(
                &table.place_of_head(),
                format!("环节 `{id}` 缺少 `cite`"),
                "写明出处；产品默认写 `product#default`",
            );
        }
        if !table.has("gist") || !table.has("status") {
            table.errors.add(&table.place_of_head(), format!("环节 `{id}` 须写 `gist` 和 `status`"));
        }
        let fields = self.fields();
        let substance = self.substance(&fields);
        let patterns = |key| conditions::patterns(self.scope, &table.texts(key), table.errors);
        ActDef {
            title: text(table.text("title")),
            alias: self.alias(index),
            stage: self.stage(every),
            by: self.posts(),
            officers: self.officers(),
            certificate: table.flag("certificate"),
            nature: table.word("nature", &NATURES).unwrap_or(Nature::Work),
            again: table.word("again", &AGAIN).unwrap_or(Again::Replaces),
            outcomes: table
                .texts("outcomes")
                .iter()
                .map(|outcome| words::id_and_title(outcome, table.errors))
                .map(|(id, title)| Outcome { id, title })
                .collect(),
            fields,
            substance,
            document: table.opt_text("document").map(|document| document.value),
            strand: self.strand(index),
            needs: needs::read(table, self.scope, self.strands, index, &id, &basis, self.book),
            ends: patterns("ends"),
            voids: patterns("voids"),
            adopts: table.flag("adopts"),
            closes: table.flag("closes"),
            after_end: table.flag("after-end"),
            reopens: table.flag("reopens"),
            corrects: table.flag("corrects"),
            basis,
            every,
            place: table.place.clone(),
            facts: Vec::new(),
            limits: Vec::new(),
            rules: Vec::new(),
            id,
        }
    }

    /// The short name, which no other act may bear.
    fn alias(&self, index: usize) -> Option<String> {
        let alias = self.table.opt_text("alias")?;
        let bears = |(at, act): (usize, &ActScope)| {
            at != index && (act.id == alias.value || (at < index && act.alias.as_ref() == Some(&alias.value)))
        };
        if self.scope.acts.iter().enumerate().any(bears) {
            self.table.errors.add(&alias.place, format!("`{}` 已是另一环节的名称", alias.value));
        }
        Some(alias.value)
    }

    fn officers(&self) -> u8 {
        let Some(given) = self.table.opt_int("officers") else { return 1 };
        u8::try_from(given.value).ok().filter(|number| (1..=20).contains(number)).unwrap_or_else(|| {
            self.table.errors.add(&given.place, format!("`officers` 为 {}，须为 1 至 20", given.value));
            1
        })
    }

    fn stage(&self, every: bool) -> usize {
        let Some(given) = self.table.opt_text("stage") else {
            if !every {
                self.table.errors.add(&self.table.place_of_head(), "缺少 `stage`");
            }
            return usize::MAX;
        };
        self.stages.iter().position(|stage| stage.id == given.value).unwrap_or_else(|| {
            let known: Vec<&str> = self.stages.iter().map(|stage| stage.id.as_str()).collect();
            self.table.errors.hint(
                &given.place,
                format!("没有阶段 `{}`", given.value),
                format!("已有阶段：{}", known.join("、")),
            );
            usize::MAX
        })
    }

    fn posts(&self) -> Vec<String> {
        let given = self.table.texts("by");
        for post in &given {
            if !self.book.posts.iter().any(|known| known.id == post.value) {
                let known = self.book.posts.iter().map(|known| known.id.as_str());
                let hint = closest(&post.value, known)
                    .map_or("岗位在 law/posts.toml 登记".to_owned(), |word| {
                        format!("是否想写 `{word}`？")
                    });
                self.table.errors.hint(&post.place, format!("没有岗位 `{}`", post.value), hint);
            }
        }
        given.into_iter().map(|post| post.value).collect()
    }

    fn field(&self, given: &Located<String>) -> Option<FieldIx> {
        let id = given.value.trim_end_matches('?');
        let found = self.scope.fields.get(id);
        if found.is_none() {
            let known = self.scope.fields.keys().map(String::as_str);
            let hint = closest(id, known)
                .map_or("字段在 law/fields 登记".to_owned(), |word| format!("是否想写 `{word}`？"));
            self.table.errors.hint(&given.place, format!("没有字段 `{id}`"), hint);
        }
        found.map(|(ix, _)| *ix)
    }

    fn fields(&self) -> Vec<ActField> {
        let one = |given: &Located<String>| {
            let required = !given.value.ends_with('?');
            self.field(given).map(|field| ActField { field, required })
        };
        self.table.texts("fields").iter().filter_map(one).collect()
    }

    /// Named, or every field: who relies on the act relies on all it says, unless the law file says on what.
    fn substance(&self, fields: &[ActField]) -> Vec<FieldIx> {
        if !self.table.has("substance") {
            return fields.iter().map(|field| field.field).collect();
        }
        let named = self.table.texts("substance");
        for given in &named {
            if let Some(field) = self.field(given)
                && !fields.iter().any(|known| known.field == field)
            {
                self.table.errors.add(&given.place, format!("环节没有字段 `{}`", given.value));
            }
        }
        named.iter().filter_map(|given| self.scope.fields.get(&given.value).map(|(ix, _)| *ix)).collect()
    }

    fn strand(&self, index: usize) -> Option<crate::model::StrandIx> {
        let given = self.table.opt_text("strand")?;
        let found = self.scope.acts[index].strand;
        if found.is_none() {
            self.table.errors.add(&given.place, format!("没有分支 `{}`", given.value));
        }
        found
    }
}
