//! Single faults: keys, bases, citations, conditions, names.

use crate::faults::{CASE, FIELDS, LIMITS, PARAMETERS, PROCEDURE, RULES, Table};

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
    table.condition("all(report-made, r, ‸r.strand == 'c-1')", "在主干，没有分支");
    table.condition("exists(seized, s, ‸s.strand == self.strand)", "不在同一种分支");
    table.condition("exists(seized, s, exists(notified, n, ‸s.strand == n.strand))", "不在同一种分支");
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
