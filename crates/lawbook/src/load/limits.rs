//! Reads the limits of a procedure.

use calendar::Unit;

use crate::condition::Subject;
use crate::condition::scope::Scope;
use crate::condition::types::Type;
use crate::lawbook::Lawbook;
use crate::model::{Binds, Counts, Exclusion, Extension, FieldIx, Length, Limit, Severity};
use crate::report::Located;
use crate::tree::Table;

use super::parameters::empty_basis;
use super::procedures::Sources;
use super::{basis, conditions};

const COUNTS: [(&str, Counts); 3] =
    [("first", Counts::First), ("latest", Counts::Latest), ("each", Counts::Each)];
const BINDS: [(&str, Binds); 2] = [("agency", Binds::Agency), ("party", Binds::Party)];

pub fn read(sources: &Sources<'_>, scope: &Scope, book: &Lawbook) -> Vec<Limit> {
    let mut found: Vec<Limit> = Vec::new();
    for table in sources.limit_tables() {
        let reader = Reader { table: &table, scope, book };
        if let Some(limit) = reader.limit() {
            if found.iter().any(|known| known.id == limit.id) {
                table.errors.add(&table.place_of_head(), format!("期限 `{}` 定义了两次", limit.id));
            }
            found.push(limit);
        }
        table.finish();
    }
    found
}

struct Reader<'a, 't> {
    table: &'a Table<'t>,
    scope: &'a Scope,
    book: &'a Lawbook,
}

impl Reader<'_, '_> {
    fn limit(&self) -> Option<Limit> {
        let table = self.table;
        let (id, title) = (table.text("id"), table.text("title"));
        let given = table.texts("starts");
        if given.is_empty() {
            table.errors.add(&table.place_of_head(), "缺少 `starts`：期限从哪个环节起算");
        }
        let starts = conditions::patterns(self.scope, &given, table.errors);
        let subject = starts.first().map(|pattern| Subject::Act(pattern.act));
        let when = table.opt_text("when");
        let when = when
            .zip(subject)
            .and_then(|(when, subject)| conditions::condition(self.scope, subject, &when, table.errors));
        let outer = if table.has("values") { empty_basis() } else { basis::read(table, self.book) };
        let length = basis::series(table, self.book, &outer, &|entry| self.length(entry));
        let counts = table.word("counts", &COUNTS);
        let binds = table.word("binds", &BINDS);
        let severity = table.word("severity", &basis::SEVERITY);
        let patterns = |key| conditions::patterns(self.scope, &table.texts(key), table.errors);
        let until = patterns("until");
        let (suspended_by, resumed_by, restarted_by) =
            (patterns("suspended-by"), patterns("resumed-by"), patterns("restarted-by"));
        let opens = table.flag("opens");
        if until.is_empty() && !opens {
            table.errors.hint(
                &table.place_of_head(),
                "期限须写 `until`：哪个环节算完成",
                "只用来打开关口的期限写 `opens = true`",
            );
        }
        // Every key is read before a fault ends the reading, so that none of them is called unknown.
        let before = table.flag("before");
        let length_field = table.opt_text("length-field").and_then(|field| self.field(&field, &Type::Int));
        let (extended_by, excluded) = (self.extensions(), self.exclusions());
        let length = length?;
        Some(Limit {
            id: id?.value,
            title: title?.value,
            strand: starts.first().and_then(|pattern| self.scope.acts[pattern.act.at()].strand),
            starts,
            when,
            until,
            counts: counts?,
            binds: binds?,
            before,
            opens,
            length_field,
            extended_by,
            excluded,
            suspended_by,
            resumed_by,
            restarted_by,
            severity: severity.unwrap_or(Severity::Medium),
            basis: length.values.first().map_or(outer, |value| value.basis.clone()),
            length,
        })
    }

    fn length(&self, entry: &Table<'_>) -> Option<Length> {
        let number = entry.opt_int("length");
        if number.is_none() && !entry.has("length") {
            entry.errors.add(&entry.place_of_head(), "缺少 `length`");
        }
        let unit = entry.text("unit")?;
        if let Some(number) = number.as_ref().filter(|number| number.value < 1) {
            entry.errors.add(&number.place, format!("期限长度为 {}，须不小于 1", number.value));
        }
        let parsed: Result<Unit, _> = unit.value.parse();
        match parsed {
            Ok(unit) => Some(Length { number: number?.value, unit }),
            Err(_) => {
                let hint = "可用：hour、day、calendar-day、working-day、month、year";
                entry.errors.hint(&unit.place, format!("没有单位 `{}`", unit.value), hint);
                None
            }
        }
    }

    fn field(&self, given: &Located<String>, of: &Type) -> Option<FieldIx> {
        match self.scope.fields.get(&given.value) {
            None => self.table.errors.add(&given.place, format!("没有字段 `{}`", given.value)),
            Some((field, found)) if found == of => return Some(*field),
            Some((_, found)) => {
                let message = format!("字段 `{}` 是{}，不是{}", given.value, found.chinese(), of.chinese());
                self.table.errors.add(&given.place, message);
            }
        }
        None
    }

    fn extensions(&self) -> Vec<Extension> {
        let one = |table: Table<'_>| {
            let act = table.text("act").and_then(|act| conditions::pattern(self.scope, &act, table.errors));
            let field = table.text("field").and_then(|field| self.field(&field, &Type::Int));
            table.finish();
            Some(Extension { act: act?, field: field? })
        };
        self.table.tables("extended-by").into_iter().filter_map(one).collect()
    }

    fn exclusions(&self) -> Vec<Exclusion> {
        let one = |table: Table<'_>| {
            let act = table.text("act").and_then(|act| conditions::pattern(self.scope, &act, table.errors));
            let from = table.text("from").and_then(|field| self.field(&field, &Type::Day));
            let to = table.text("to").and_then(|field| self.field(&field, &Type::Day));
            table.finish();
            Some(Exclusion { act: act?, from: from?, to: to? })
        };
        self.table.tables("excluded").into_iter().filter_map(one).collect()
    }
}
