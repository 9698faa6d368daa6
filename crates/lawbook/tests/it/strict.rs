//! Single faults in a law folder that is otherwise right: each is found, alone, at its place.

use lawbook::report::line_and_column;

use crate::small::{load, small_files, told};

const PROCEDURE: &str = "procedures/enforcement/small/procedure.toml";
const LIMITS: &str = "procedures/enforcement/small/limits.toml";
const CASE: &str = "procedures/enforcement/small/cases/full.toml";
const PARAMETERS: &str = "parameters/all.toml";
const RULES: &str = "rules/all.toml";
const FIELDS: &str = "fields/all.toml";

/// The small law with `from` replaced once by `to` in a file; the place marked `‸` in `to`, as line and column.
#[track_caller]
fn faulty(files: &mut [(String, String)], file: &str, from: &str, to: &str) -> String {
    let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
    let at = text.find(from).unwrap_or_else(|| panic!("`{from}` is not in {file}"));
    let changed = text.replacen(from, to, 1);
    let place = changed.find('‸').unwrap_or(at);
    *text = changed.replacen('‸', "", 1);
    let (line, column) = line_and_column(text, place);
    format!("{file}:{line}:{column}")
}

/// Which other errors a fault may lead to.
#[derive(Clone, Copy)]
enum Others {
    None,
    Dependent,
}

/// A table of faults; at its end it tells every row that was not as expected.
#[derive(Default)]
struct Table {
    wrong: Vec<String>,
}

impl Table {
    /// One fault leads to one error, which says the fragment, at the place.
    #[track_caller]
    fn check(&mut self, file: &str, from: &str, to: &str, fragment: &str) {
        self.row(file, from, to, fragment, Others::None);
    }

    /// As [`Table::check`], of something that others name, which then do not find it. No key is called unknown for it.
    #[track_caller]
    fn named(&mut self, file: &str, from: &str, to: &str, fragment: &str) {
        self.row(file, from, to, fragment, Others::Dependent);
    }

    #[track_caller]
    fn row(&mut self, file: &str, from: &str, to: &str, fragment: &str, others: Others) {
        let mut files = small_files();
        let place = faulty(&mut files, file, from, to);
        let line = std::panic::Location::caller().line();
        let told = match load(files) {
            Ok(_) => "（无）".to_owned(),
            Err(report) => report.to_string(),
        };
        let there =
            told.lines().any(|line| line.starts_with(&format!("{place} ")) && line.contains(fragment));
        let alone = match others {
            Others::None => told.lines().count() == 1,
            Others::Dependent => fragment.starts_with("不认识的键") || !told.contains("不认识的键"),
        };
        let as_expected = there && alone;
        if !as_expected {
            self.wrong
                .push(format!("line {line}: `{to}` should tell\n  {place} {fragment}\nbut told\n  {told}"));
        }
    }

    /// The condition of the fact `heavy` replaced.
    #[track_caller]
    fn condition(&mut self, condition: &str, fragment: &str) {
        let to = format!("holds = \"{condition}\"");
        self.check(PROCEDURE, "holds = \"self.fine >= param('threshold')\"", &to, fragment);
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        }
    }
}

#[test]
fn keys_nobody_knows_are_errors() {
    let mut table = Table::default();
    table.check(
        PROCEDURE,
        "again = \"refused\"",
        "‸agian = \"refused\"\nagain = \"refused\"",
        "不认识的键 `agian`",
    );
    table.check(PROCEDURE, "filed = \"opened\"", "‸filling = \"opened\"", "不认识的键 `filling`");
    table.check(
        PROCEDURE,
        "{ act = \"opened\", cite = \"small-law#3\" }",
        "{ act = \"opened\", ‸whenn = \"true\", cite = \"small-law#3\" }",
        "不认识的键 `whenn`",
    );
    table.named(PROCEDURE, "[[fact]]", "[[‸facts]]", "不认识的键 `facts`");
    table.check(LIMITS, "counts = \"first\"", "‸count = \"first\"\ncounts = \"first\"", "不认识的键 `count`");
    table.check(LIMITS, "field = \"days\" }", "field = \"days\", ‸unit = \"day\" }", "不认识的键 `unit`");
    table.check(
        PARAMETERS,
        "value = 1000000,",
        "value = 1000000, ‸untill = 2021-01-01,",
        "不认识的键 `untill`",
    );
    table.check(RULES, "at = \"decided\"", "‸act = \"decided\"\nat = \"decided\"", "不认识的键 `act`");
    table.check(CASE, "title = ", "‸titel = \"\"\ntitle = ", "不认识的键 `titel`");
    table.check(CASE, "outcome = \"pass\"", "‸outcom = \"pass\"\noutcome = \"pass\"", "不认识的键 `outcom`");
    table.check(FIELDS, "type = \"money\" },", "type = \"money\", ‸unit = \"fen\" },", "不认识的键 `unit`");
    table.check("posts.toml", "outside = true", "‸outsider = true", "不认识的键 `outsider`");
    table.check("lawbook.toml", "title", "‸titles = []\ntitle", "不认识的键 `titles`");
    table.check(
        "sample.toml",
        "unit = \"示例大队\"",
        "unit = \"示例大队\"\n‸people-of = 1",
        "不认识的键 `people-of`",
    );
}

#[test]
fn every_legal_value_says_on_what_it_rests() {
    let mut table = Table::default();
    let act = "cite = \"small-law#2\"\ngist = \"立案\"\nstatus = \"confirmed\"";
    let head = "‸id = \"opened\"\ntitle = \"立案\"\nstage = \"start\"\nby = [\"leader\"]\nnature = \"work\"\nagain = \"refused\"\n";
    let whole = format!("{}{act}", head.replace('‸', ""));
    for (gone, fragment) in [
        ("cite = \"small-law#2\"\n", "缺少 `cite`"),
        ("gist = \"立案\"\n", "须写 `gist` 和 `status`"),
        ("\nstatus = \"confirmed\"", "须写 `gist` 和 `status`"),
    ] {
        table.check(PROCEDURE, &whole, &format!("{head}{}", act.replace(gone, "")), fragment);
    }
    let value = "from = 2020-01-01, value = 1000000, cite = \"small-law#63\", gist = \"一万元以上为较重\", status = \"confirmed\"";
    for (gone, fragment) in [
        ("cite = \"small-law#63\", ", "缺少 `cite`"),
        ("gist = \"一万元以上为较重\", ", "缺少 `gist`"),
        (", status = \"confirmed\"", "缺少 `status`"),
    ] {
        table.check(PARAMETERS, value, &format!("‸{}", value.replace(gone, "")), fragment);
    }
    table.check(PARAMETERS, "from = 2020-01-01, value = 1000000", "‸value = 1000000", "缺少 `from`");
    table.check(LIMITS, "{ from = 2020-01-01, length = 30", "{ ‸length = 30", "缺少 `from`");
    table.check(
        LIMITS,
        "from = 2020-01-01, length = 30, unit = \"day\", cite = \"small-law#20\", ",
        "‸from = 2020-01-01, length = 30, unit = \"day\", ",
        "缺少 `cite`",
    );
    table.check(
        PROCEDURE,
        "{ act = \"opened\", cite = \"small-law#3\" }",
        "‸{ act = \"opened\" }",
        "关口缺少 `cite`",
    );
    table.check(PROCEDURE, "{ some = \"party\", any = [\"fact:heavy\", \"not:heavy\"], when = \"self.outcome == 'penalty'\", cite = \"small-law#13\", gist = \"至少告知过一名当事人\"", "‸{ some = \"party\", any = [\"fact:heavy\", \"not:heavy\"], when = \"self.outcome == 'penalty'\", cite = \"small-law#13\"", "须写 `gist`");
    table.check(RULES, "id = \"fine-small\"\ntitle = \"罚款不高\"\nkind = \"threshold\"\nseverity = \"medium\"\nuses = [\"warn\", \"review\"]\nfrom = 2020-01-01\n", "‸id = \"fine-small\"\ntitle = \"罚款不高\"\nkind = \"threshold\"\nseverity = \"medium\"\nuses = [\"warn\", \"review\"]\n", "缺少 `from`");
    table.check(RULES, "status = \"confirmed\"", "status = ‸\"sure\"", "`status` 不能是 `sure`");
}

#[test]
fn citations_resolve() {
    let mut table = Table::default();
    table.check(
        PROCEDURE,
        "cite = \"small-law#2\"",
        "cite = ‸\"smal-law#2\"",
        "引用的规范 `smal-law` 没有登记",
    );
    table.check(
        PROCEDURE,
        "cite = \"small-law#2\"",
        "cite = ‸\"small-law#91\"",
        "《小法》只有 90 条，没有第 91 条",
    );
    table.check(
        PROCEDURE,
        "cite = \"small-law#2\"",
        "cite = [\"small-law#2\", ‸\"small-law#2000.1(3)\"]",
        "没有第 2000 条",
    );
    table.check(PROCEDURE, "cite = \"small-law#2\"", "cite = ‸\"small-law\"", "写法不对");
    table.check(
        PROCEDURE,
        "{ act = \"opened\", cite = \"small-law#3\" }",
        "{ act = \"opened\", cite = ‸\"small-law#99\" }",
        "没有第 99 条",
    );
    table.check(LIMITS, "cite = \"small-law#20\"", "cite = ‸\"big-law#20\"", "引用的规范 `big-law` 没有登记");
    table.check(RULES, "cite = \"small-law#13\"", "cite = ‸\"small-law#913\"", "没有第 913 条");
    table.check(
        "gates.toml",
        "cite = \"small-law#1\"",
        "cite = ‸\"nothing#1\"",
        "引用的规范 `nothing` 没有登记",
    );
}

#[test]
fn conditions_are_typed() {
    let mut table = Table::default();
    table.condition("‸self.fine >= 'many'", "不能比较");
    table.condition("‸self.fine", "条件应当为真或假");
    table.condition("‸self.fine && true", "此处应为真或假");
    table.condition("‸self.fine + report.basis > 1", "只有数和金额");
    table.condition("‸report.basis < 'x'", "没有大小先后");
    table.condition("‸report.grade == self.fine", "不能比较");
    table.condition("self.fine in ‸report.basis", "之后应为列表");
    table.condition("‸self.fine in ['1']", "不会在");
    table.condition("size(‸self.fine) > 1", "只有列表和文字有长度");
    table.condition("stands(‸self.fine)", "此处应为环节名");
    table.condition("exists(‸self.fine, x, x > 1)", "此处应为列表");
    table.condition("days(‸self.fine, self.day) > 1", "此处应为日期");
    table.condition("‸disjoint(self.persons, ['p']) == 1", "不能比较");
    table.condition("self.fine == [1, ‸self.fine]", "只能写固定的值");
    table.condition("‸self.day >= '2022-02-30'", "不能比较");
    table.condition("plus(self.day, 1, ‸'week') > self.day", "单位应为");
    table.condition("self.fine ‸≥ 1", "条件里不能用 `≥`");
    table.condition("self.fine >= ‸", "条件不完整");
    table.condition("self.fine > 1 > 2‸", "比较不能连写");
}

#[test]
fn a_comparison_that_can_never_hold_is_an_error() {
    let mut table = Table::default();
    table.condition("report.grade == ‸'medium'", "`medium` 不是可选的值");
    table.condition("‸'medium' == report.grade", "`medium` 不是可选的值");
    table.condition("report.grade in ‸['light', 'medium']", "`medium` 不是可选的值");
    table.condition("‸'medium' in report.kinds", "`medium` 不是可选的值");
    table.condition("subset(report.kinds, ‸['warning', 'medium'])", "`medium` 不是可选的值");
    table.condition("disjoint(‸['medium'], report.kinds)", "`medium` 不是可选的值");
    table.condition("exists(report.kinds, k, k == ‸'medium')", "`medium` 不是可选的值");
    table.condition("report.kinds == ‸['medium']", "`medium` 不是可选的值");
    table.condition("party.kind == ‸'firm'", "`firm` 不是可选的值");
    table.condition("stands(reviewed, ‸'passed')", "没有结果 `passed`");
    table.condition("reviewed.outcome == ‸'passed'", "`passed` 不是可选的值");
    table.check(
        PROCEDURE,
        "act = \"reviewed\", outcome = \"pass\"",
        "act = ‸\"reviewed\", outcome = \"passed\"",
        "没有结果 `passed`",
    );
    table.check(LIMITS, "until = [\"reviewed=pass\"]", "until = [‸\"reviewed=passed\"]", "没有结果 `passed`");
    table.check(RULES, "at = \"decided=penalty\"", "at = ‸\"decided=penalties\"", "没有结果 `penalties`");
}

#[test]
fn names_resolve() {
    let mut table = Table::default();
    table.condition("stands(‸decidet)", "没有环节 `decidet`");
    table.condition("‸decidet.fine > 1", "没有环节 `decidet`");
    table.condition("‸self.fines > 1", "没有字段 `fines`");
    table.condition("‸report.days > 1", "没有字段 `days`");
    table.condition("over(‸windows)", "没有期限 `windows`");
    table.condition("self.fine >= ‸param('thresholds')", "没有参数 `thresholds`");
    table.condition("‸hevy", "没有名为 `hevy` 的事实");
    table.condition("‸register('certificate', 'p-1', 'acive')", "登记簿 `certificate` 没有 `acive`");
    table.condition("‸occured(report)", "没有函数 `occured`");
    table.condition("‸matter.parties-of > 1", "可用：party.kind");
    table.condition("exists(self.by, b, ‸b.name == 'x')", "没有列 `name`");
    table.check(
        PROCEDURE,
        "{ act = \"opened\", cite = \"small-law#3\" }",
        "{ act = ‸\"openned\", cite = \"small-law#3\" }",
        "没有环节 `openned`",
    );
    table.check(
        PROCEDURE,
        "\"over:statement-window\"",
        "‸\"over:statement-windows\"",
        "没有期限 `statement-windows`",
    );
    table.check(PROCEDURE, "\"fact:heavy\"", "‸\"fact:hevy\"", "没有事实 `hevy`");
    table.check(
        PROCEDURE,
        "fields = [\"fine\", \"basis\"",
        "fields = [\"fine\", ‸\"bases\", \"basis\"",
        "没有字段 `bases`",
    );
    table.check(PROCEDURE, "relies = [\"basis\"]", "relies = [‸\"bases\"]", "没有字段 `bases`");
    table.check(
        PROCEDURE,
        "substance = [\"fine\", \"basis\"]",
        "substance = [\"fine\", \"basis\", ‸\"days\"]",
        "没有字段 `days`",
    );
    table.check(
        PROCEDURE,
        "substance = [\"fine\", \"basis\"]",
        "substance = [\"fine\", ‸\"bases\"]",
        "没有字段 `bases`",
    );
    table.check(PROCEDURE, "by = [\"leader\"]", "by = [‸\"leder\"]", "没有岗位 `leder`");
    table.check(PROCEDURE, "stage = \"start\"", "stage = ‸\"begin\"", "没有阶段 `begin`");
    table.check(PROCEDURE, "every = \"party\"", "every = ‸\"parties\"", "没有分支 `parties`");
    table.check(PROCEDURE, "ends = [\"seized\"]", "ends = [‸\"seize\"]", "没有环节 `seize`");
    table.check(PROCEDURE, "filed = \"opened\"", "filed = ‸\"open\"", "没有环节 `open`");
    table.check(LIMITS, "starts = [\"opened\"]", "starts = [‸\"open\"]", "没有环节 `open`");
    table.check(
        LIMITS,
        "{ act = \"extended\", field = \"days\" }",
        "{ act = \"extended\", field = ‸\"dayz\" }",
        "没有字段 `dayz`",
    );
    table.check(LIMITS, "length-field = \"days\"", "length-field = ‸\"dayz\"", "没有字段 `dayz`");
    table.check(RULES, "needs = [\"reviewed=pass\"]", "needs = [‸\"review=pass\"]", "没有环节 `review`");
    table.check(
        RULES,
        "since = [\"changed report-made\"]",
        "since = [‸\"changed report-mad\"]",
        "没有环节 `report-mad`",
    );
    table.check(
        RULES,
        "of = \"review-first\"",
        "of = ‸\"review-last\"",
        "别名所指的规则 `review-last` 不存在",
    );
    table.check(RULES, "{ case = \"small/full\"", "‸{ case = \"small/ful\"", "没有案例 `small/ful`");
    table.check(
        RULES,
        "{ case = \"small/full\", edit = [{ remove = \"reviewed\"",
        "‸{ case = \"small/full\", edit = [{ remove = \"review\"",
        "没有步骤 `review`",
    );
}

#[test]
fn another_strand_is_read_by_every_or_some_alone() {
    let mut table = Table::default();
    table.condition("stands(‸seized)", "`seized` 属于另一分支");
    table.condition("‸seized.count > 1", "`seized` 属于另一分支");
    table.condition("over(‸return-by)", "`return-by` 属于另一分支");
    table.check(
        PROCEDURE,
        "{ act = \"reviewed\", outcome = \"pass\", cite",
        "{ act = ‸\"waived\", cite",
        "`waived` 属于另一分支",
    );
    table.check(
        PROCEDURE,
        "{ key = \"fine-said\", when = \"self",
        "{ key = \"fine-said\", when = \"‸heavy && self",
        "`heavy` 属于另一分支",
    );
    table.check(PROCEDURE, "none = \"paused\"", "none = ‸\"seized\"", "`seized` 属于另一分支");
    table.check(
        PROCEDURE,
        "any = [\"act:answered\", ",
        "any = [‸\"act:seized\", \"act:answered\", ",
        "`seized` 不在这个分支里",
    );
    table.check(
        PROCEDURE,
        "any = [\"act:served\", ",
        "any = [\"act:served\", ‸\"fact:heavy\", ",
        "`heavy` 属于另一分支",
    );
    table.check(
        PROCEDURE,
        "any = [\"act:served\", ",
        "any = [\"act:served\", ‸\"over:statement-window\", ",
        "`statement-window` 属于另一分支",
    );
    table.check(
        PROCEDURE,
        "any = [\"act:returned\"]",
        "any = [\"act:returned\", ‸\"over:statement-window\"]",
        "`statement-window` 不在这个分支里",
    );
}

#[test]
fn places_inside_an_alternative_are_those_of_the_condition() {
    let mut table = Table::default();
    table.check(
        PROCEDURE,
        "any = [\"act:served\", ",
        "any = [\"act:served\", \"holds:‸decidet.fine > 1\", ",
        "没有环节 `decidet`",
    );
    table.check(
        PROCEDURE,
        "any = [\"act:served\", ",
        "any = [\"act:served\", 'holds:report.fine > ‸“', ",
        "条件里不能用",
    );
    table.check(
        PROCEDURE,
        "holds = \"self.fine >= param('threshold')\"",
        "holds = '''self.fine >= ‸“'''",
        "条件里不能用 `“`",
    );
}

#[test]
fn ids_are_used_once() {
    let mut table = Table::default();
    let second = |table: &str, id: &str| format!("[[{table}]]\nid = \"{id}\"");
    table.named(
        PROCEDURE,
        &second("act", "found"),
        &second("act", "opened").replace("id =", "‸id ="),
        "环节 `opened` 定义了两次",
    );
    table.check(PROCEDURE, "alias = \"notice\"", "alias = ‸\"report\"", "`report` 已是另一环节的名称");
    table.named(PROCEDURE, "alias = \"notice\"", "alias = ‸\"decided\"", "`decided` 已是另一环节的名称");
    let fact = "[[fact]]\nid = \"heavy\"\ntitle = \"较重\"\non = \"notified\"\nkind = \"found\"\nholds = \"true\"\ncite = \"small-law#63\"\ngist = \"较重\"\nstatus = \"confirmed\"\n\n";
    table.check(PROCEDURE, "[[fact]]\nid = ", &format!("{fact}[[fact]]\nid = ‸"), "事实 `heavy` 定义了两次");
    table.check(
        PROCEDURE,
        "{ id = \"middle\"",
        "{ id = ‸\"start\", title = \"又\" }, { id = \"middle\"",
        "阶段 `start` 定义了两次",
    );
    table.check(
        PROCEDURE,
        "strand = [{ id = ",
        "strand = [{ id = \"party\", title = \"甲\", per = \"party\" }, { id = ‸",
        "分支 `party` 定义了两次",
    );
    table.check(PROCEDURE, "{ key = \"few\"", "‸{ key = \"opened\"", "关口 `report-made/opened` 写了两次");
    table.check(
        PROCEDURE,
        "{ key = \"few\", when = \"occurred(found)\", holds",
        "‸{ when = \"occurred(found)\", holds",
        "此关口须写 `key`",
    );
    table.check(
        PROCEDURE,
        "{ some = \"party\", any = [\"fact:heavy\", \"not:heavy\"]",
        "‸{ some = \"party\", any = [\"holds:matter.parties > 1\"]",
        "此关口须写 `key`",
    );
    table.check(
        LIMITS,
        "[[limit]]\nid = \"return-by\"",
        "[[limit]]\n‸id = \"decide-by\"",
        "期限 `decide-by` 定义了两次",
    );
    table.check(
        RULES,
        "[[rule]]\nid = \"fine-small\"",
        "[[rule]]\n‸id = \"review-first\"",
        "规则 `review-first` 写了两次",
    );
    table.check(
        RULES,
        "of = \"review-first\"",
        "of = \"one-answer\"\n\n[[omitted]]\nid = ‸\"review-first\"\nwhy = \"无\"",
        "规则 `review-first` 写了两次",
    );
    table.named(
        PARAMETERS,
        "[[parameter]]\nid = \"count-most\"",
        "‸[[parameter]]\nid = \"threshold\"",
        "`threshold` 定义了两次",
    );
    table.named(FIELDS, "{ id = \"basis\"", "‸{ id = \"fine\"", "`fine` 定义了两次");
    table.named("posts.toml", "id = \"leader\"", "id = ‸\"officer\"", "`officer` 定义了两次");
    table.check("gates.toml", "[[gate]]\nid = ", "[[gate]]\nid = \"post\"\ntitle = \"岗位\"\ncite = \"small-law#1\"\ngist = \"岗位\"\nstatus = \"confirmed\"\n\n[[gate]]\nid = ‸", "`post` 定义了两次");
    table.check("norms.toml", "[[norm]]", "[[norm]]\nkey = \"small-law\"\ntitle = \"小\"\nshort = \"小\"\nrank = \"law\"\nstatus = \"confirmed\"\nversions = [{ from = 2000-01-01 }]\n\n‸[[norm]]", "`small-law` 定义了两次");
}

#[test]
fn values_stand_in_the_order_of_their_days() {
    let mut table = Table::default();
    table.check(PARAMETERS, "from = 2022-07-01", "from = ‸2019-07-01", "须按施行日先后排列");
    table.check(PARAMETERS, "from = 2022-07-01", "from = ‸2020-01-01", "须按施行日先后排列");
    table.check(LIMITS, "from = 2022-07-01", "from = ‸2019-07-01", "须按施行日先后排列");
    table.check(
        "norms.toml",
        "[{ from = 2000-01-01 }]",
        "[{ from = 2000-01-01 }, { from = ‸1999-01-01 }]",
        "须按施行日先后排列",
    );
    table.check(PARAMETERS, "from = 2022-07-01", "from = ‸\"2022-06-31\"", "日期 `2022-06-31` 不存在");
}

#[test]
fn values_are_of_their_kind() {
    let mut table = Table::default();
    table.check(PARAMETERS, "value = 1000000", "value = ‸\"一万\"", "应为金额");
    table.check(PARAMETERS, "value = 1000000", "value = ‸-1", "应为金额");
    table.check(PARAMETERS, "value = 1000000", "value = ‸1000000.5", "应为金额");
    table.check(PARAMETERS, "from = 2020-01-01, value = 1000000,", "‸from = 2020-01-01,", "缺少 `value`");
    table.check(LIMITS, "length = 30", "length = ‸\"30\"", "`length` 应为整数");
    table.check(LIMITS, "length = 30", "length = ‸0", "须不小于 1");
    table.check(LIMITS, "unit = \"day\"", "unit = ‸\"days\"", "没有单位 `days`");
    table.named(LIMITS, "counts = \"first\"", "counts = ‸\"firsts\"", "`counts` 不能是 `firsts`");
    table.named(LIMITS, "opens = true", "opens = ‸\"yes\"", "`opens` 应为 true 或 false");
    table.check(
        LIMITS,
        "id = \"decide-by\"\ntitle = \"办案期限\"\nstarts = [\"opened\"]\nuntil = [\"decided\"]\n",
        "‸id = \"decide-by\"\ntitle = \"办案期限\"\nstarts = [\"opened\"]\n",
        "须写 `until`",
    );
    table.check(LIMITS, "length-field = \"days\"", "length-field = ‸\"note\"", "不是整数");
    table.check(LIMITS, "field = \"days\" }", "field = ‸\"basis\" }", "不是整数");
    table.check(LIMITS, "from = \"from-day\"", "from = ‸\"note\"", "不是日期");
    table.check(PROCEDURE, "nature = \"claim\"", "nature = ‸\"claims\"", "`nature` 不能是 `claims`");
    table.check(
        PROCEDURE,
        "outcomes = [\"pass=通过\", \"fail=退回\"]",
        "outcomes = [\"pass=通过\", ‸\"fail\"]",
        "应写作 `id=名称`",
    );
    table.check(PROCEDURE, "officers = 2", "officers = ‸300", "`officers`");
    table.check(PROCEDURE, "officers = 2", "officers = ‸0", "`officers`");
    table.named(FIELDS, "type = \"money\"", "type = ‸\"fen\"", "没有类型 `fen`");
    table.check(
        FIELDS,
        "type = \"choice\", values = [\"light=轻\", \"heavy=重\"]",
        "type = ‸\"choice\"",
        "须写 `values",
    );
    table.check(PROCEDURE, "id = \"small\"", "id = ‸\"smal\"", "应与目录名 `small` 相同");
    table.check(RULES, "kind = \"precedence\"", "kind = ‸\"order\"", "没有种类 `order`");
    table.check(
        RULES,
        "uses = [\"warn\", \"review\"]",
        "uses = [‸\"warns\", \"review\"]",
        "没有用途 `warns`",
    );
    let fine = "id = \"fine-small\"\ntitle = \"罚款不高\"\nkind = \"threshold\"\nseverity = \"medium\"\nuses = [\"warn\", \"review\"]\nfrom = 2020-01-01\nat = \"decided=penalty\"\n";
    table.check(
        RULES,
        &format!("{fine}holds = \"self.fine <= 2000000\"\n"),
        &format!("‸{fine}"),
        "规则没有内容",
    );
    table.check(RULES, "id = \"one-answer\"\ntitle = \"放弃与陈述不并存\"\nkind = \"exclusive\"\nseverity = \"low\"\nuses = [\"review\"]\nfrom = 2020-01-01\nexclusive = [\"stated\", \"waived\"]\n", "‸id = \"one-answer\"\ntitle = \"放弃与陈述不并存\"\nkind = \"exclusive\"\nseverity = \"low\"\nuses = [\"review\"]\nfrom = 2020-01-01\n", "不涉及任何程序");
    table.check(
        CASE,
        "act = \"report-made\"\nat = 2022-03-03T09:00:00+08:00\n",
        "‸act = \"report-made\"\n",
        "步骤缺少 `at`",
    );
}

#[test]
fn rules_have_their_examples() {
    let mut table = Table::default();
    let text = small_files().into_iter().find(|(name, _)| name == RULES).unwrap().1;
    let first = text.split("\n\n").next().unwrap();
    let without = first
        .replace("\nkeeps = [{ case = \"small/full\" }]", "")
        .replace("id = \"review-first\"", "‸id = \"review-first\"");
    table.check(RULES, first, &without, "规则须有违反的例子 `breaks` 和遵守的例子 `keeps`");
}

#[test]
fn files_lie_where_they_belong() {
    for (name, fragment) in [
        ("notes.toml", "不认识的法规文件"),
        ("procedures/enforcement/other/10-start.toml", "程序目录 `other` 里没有 procedure.toml"),
        ("procedures/enforcement/other/limits.toml", "程序目录 `other` 里没有 procedure.toml"),
        ("procedures/enforcement/other/cases/full.toml", "程序目录 `other` 里没有 procedure.toml"),
        ("procedures/enforcement/other/2022-07-01.toml", "程序目录 `other` 里没有 procedure.toml"),
        ("procedures/enforcement/small/cases/more/full.toml", "不认识的法规文件"),
    ] {
        let mut files = small_files();
        files.push((name.to_owned(), String::new()));
        let told = told(files);
        assert!(told.starts_with(&format!("{name}:1:1 {fragment}")), "{told}");
    }
    let mut files = small_files();
    files.push(("lawbook.lock.toml".to_owned(), "anything = \"goes\"".to_owned()));
    load(files).unwrap();
}

#[test]
fn a_part_of_a_procedure_holds_lists_alone() {
    let mut files = small_files();
    files.push(("procedures/enforcement/small/2022.toml".to_owned(), "from = 2022-07-01\n".to_owned()));
    let told = told(files);
    assert!(told.contains("small/2022.toml:1:1 `from` 应写在 procedure.toml 里"), "{told}");
}

#[test]
fn two_procedures_of_one_id_are_an_error() {
    let mut files = small_files();
    let text = files.iter().find(|(name, _)| name == PROCEDURE).unwrap().1.clone();
    files.push(("procedures/team/small/procedure.toml".to_owned(), text));
    let told = told(files);
    assert!(told.contains("程序 `small` 定义了两次"), "{told}");
}

#[test]
fn syntax_is_told_with_its_place() {
    let mut table = Table::default();
    table.check(RULES, "title = \"先审核后决定\"", "title = \"先审核后决定‸", "TOML 语法有误");
    table.check(LIMITS, "counts = \"first\"", "counts = \"first\"\n‸counts = \"first\"", "TOML 语法有误");
}

#[test]
fn all_faults_are_told_in_one_run() {
    let mut files = small_files();
    let faults = [
        ("gates.toml", "cite = \"small-law#1\"", "cite = ‸\"nothing#1\"", "没有登记"),
        (LIMITS, "unit = \"day\"", "unit = ‸\"days\"", "没有单位"),
        (LIMITS, "counts = \"latest\"", "counts = ‸\"last\"", "`counts` 不能是"),
        (PROCEDURE, "stage = \"start\"", "stage = ‸\"begin\"", "没有阶段"),
        (
            PROCEDURE,
            "holds = \"self.fine >= param('threshold')\"",
            "holds = \"‸self.fine >= 'x'\"",
            "不能比较",
        ),
        (RULES, "kind = \"precedence\"", "kind = ‸\"order\"", "没有种类"),
        (PARAMETERS, "from = 2022-07-01", "from = ‸2019-07-01", "先后排列"),
        ("calendar/2023.toml", "off = [\"", "off = [‸\"2022-02-30\", \"", "不存在"),
        (
            "norms.toml",
            "versions = [{ from = 2000-01-01 }]",
            "versions = [{ from = 2000-01-01 }, { from = ‸1999-01-01 }]",
            "先后排列",
        ),
        (CASE, "title = ", "‸titel = 1\ntitle = ", "不认识的键"),
    ];
    let expected: Vec<(String, &str)> = faults
        .iter()
        .map(|(file, from, to, fragment)| (faulty(&mut files, file, from, to), *fragment))
        .collect();
    let told = told(files);
    for (place, fragment) in &expected {
        let found = told.lines().any(|line| line.starts_with(place.as_str()) && line.contains(fragment));
        assert!(found, "{place} {fragment} is not in\n{told}");
    }
    let names: Vec<&str> = told.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert!(names.is_sorted(), "errors stand in the order of files:\n{told}");
}

#[test]
fn an_empty_folder_is_an_error_and_no_panic() {
    assert!(load(Vec::new()).is_err());
}
