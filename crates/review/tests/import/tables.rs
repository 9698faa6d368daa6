//! CSV as offices export it.

use review::import::LogFormat;

use super::{Problems, check};

#[test]
fn usual_columns_are_found() {
    for text in [
        "案号,环节,时间\n1号,立案,2022-03-01\n2号,立案,2022/3/2 9:00\n1号,决定,2022-03-03T00:00:00Z\n",
        "时间;备注;案号;环节\r\n2022-03-01;;1号;立案\r\n\r\n2022/3/2 9:00;;\"2号\";立案\r\n2022-03-03;;1号;决定",
        "case:concept:name\tconcept:name\ttime:timestamp\n1号\t立案\t2022-03-01\n2号\t立案\t2022-03-02\n1号\t决定\t2022-03-03",
        "\u{feff}Case_ID,Activity,Timestamp\n1号,立案,2022-03-01\n2号,立案,2022-03-02\n1号,决定,2022-03-03\n\n",
    ] {
        let expect = ["1号 立案 2022-03-01", "2号 立案 2022-03-02", "1号 决定 2022-03-03", "ok"];
        check(text.as_bytes(), LogFormat::Csv, "", Problems::Stop, &expect);
    }
}

#[test]
fn a_mapping_names_columns_and_fields() {
    let map = r#"
case = "concept:name"
activity = "concept:name"
time = "当日"
delimiter = "|"
[activities]
"开罚单" = "create-fine"
[attributes]
"金额" = { field = "fine", type = "money", unit = "yuan" }
"听证" = { field = "heard", type = "boolean" }
"站" = { field = "station", level = "trace" }
"无此列" = { field = "nothing" }
"#;
    let text = "当日|concept:name|case:concept:name|金额|听证|case:站\n2022-03-01|开罚单|1号|\"1,234.50\"|是|\"东\"\"站\"\"\"\n";
    check(
        text.as_bytes(),
        LogFormat::Csv,
        map,
        Problems::Stop,
        &["1号 开罚单 2022-03-01 create-fine 0=true 2=东\"站\" 3=123450m", "ok"],
    );
}

#[test]
fn rows_with_problems_leave_the_others() {
    let text = "案号,环节,时间,时间\n1,立案,2022-13-01,\n,立案,2022-03-01,\n2,立案\n3,\"立\"案,2022-03-01,\n4,,2022-03-01,\n5,立案,,2022-03-01\n6,立案,2022-03-06,\n\"7,立案,2022-03-07";
    check(
        text.as_bytes(),
        LogFormat::Csv,
        "",
        Problems::Pass,
        &[
            "log 第 1 行第 10 列：列名 `时间` 重复，请改名后再导入",
            "log 第 2 行第 6 列：时间 `2022-13-01` 无法识别，请写成 2022-03-18 或 2022-03-18T10:20:00+08:00",
            "log 第 3 行第 1 列：没有案号（`案号`），其下各环节未导入",
            "log 第 4 行第 1 列：这一行有 2 列，表头有 4 列",
            "log 第 5 行第 6 列：引号之后还有文字，字段内的引号应写成两个",
            "log 第 6 行第 1 列：案件 `4` 的环节没有名称（`环节`）",
            "log 第 7 行第 1 列：案件 `5` 的环节没有时间（`时间`）",
            "6 立案 2022-03-06",
            "log 第 9 行第 1 列：从这里开始的引号直到文件末尾没有闭合，此前已读出 1 条记录",
        ],
    );
}

#[test]
fn a_missing_column_names_those_there_are() {
    check(
        "案号,步骤,时间\n".as_bytes(),
        LogFormat::Csv,
        "activity = \"工序\"",
        Problems::Pass,
        &["log 第 1 行第 1 列：找不到环节列（工序），表头为：案号、步骤、时间；请在映射文件中指明"],
    );
    check(
        b"",
        LogFormat::Csv,
        "case = \"a\"",
        Problems::Pass,
        &["log 第 1 行第 1 列：找不到案号列（a），表头为：；请在映射文件中指明"],
    );
}

#[test]
fn a_row_that_is_too_long_can_be_passed_over() {
    let text = format!("案号,环节,时间\n1,{},2022-03-01\n2,立案,2022-03-02\n", "x".repeat(3 << 20));
    check(
        text.as_bytes(),
        LogFormat::Csv,
        "",
        Problems::Pass,
        &[
            "log 第 2 行第 1 列：一行或一个属性值超过 1048576 字节的上限，请检查是否缺少换行或引号",
            "2 立案 2022-03-02",
            "ok",
        ],
    );
}
