//! Single faults: ids, values, files and syntax; and all faults in one run.

use crate::faults::{CASE, FIELDS, LIMITS, PARAMETERS, PROCEDURE, RULES, Table, faulty};
use crate::small::{load, small_files, told};

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
fn the_calendar_cites_what_is_registered() {
    let mut table = Table::default();
    let counting = "calendar/counting.toml";
    let rule = "cite = [\"transport-procedure#17\", \"civil-procedure#85\"";
    let mut check = |to: &str, fragment: &str| table.check(counting, rule, to, fragment);
    check("cite = [\"transport-procedure#17\", ‸\"civil-process#85\"", "引用的规范 `civil-process` 没有登记");
    check("cite = [‸\"transport-procedure#1700\", \"civil-procedure#85\"", "没有第 1700 条");
    check("cite = [‸\"transport procedure\", \"civil-procedure#85\"", "transport procedure");
    let expected = "after = 2\ncite = [\"product#default\"]";
    table.check(counting, expected, "after = 2\ncite = [‸\"nothing#1\"]", "引用的规范 `nothing` 没有登记");
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
