//! Encodings as they come from offices: UTF-8, GB18030, UTF-16, declared or not.

use encoding_rs::{GB18030, GBK};
use review::import::LogFormat;

use super::{Problems, check};

const TABLE: &str = "案号,环节,时间\n豫永交执立〔2022〕1号,立案,2022-03-01\n𠮷号,决定,2022-03-02\n";
const EXPECT: [&str; 3] = ["豫永交执立〔2022〕1号 立案 2022-03-01", "𠮷号 决定 2022-03-02", "ok"];

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn tables_are_read_in_every_usual_encoding() {
    let marked = format!("\u{feff}{TABLE}");
    for bytes in [
        TABLE.as_bytes().to_vec(),
        marked.as_bytes().to_vec(),
        GB18030.encode(TABLE).0.into_owned(),
        utf16(&marked, u16::to_le_bytes),
        utf16(&marked, u16::to_be_bytes),
    ] {
        check(&bytes, LogFormat::Csv, "", Problems::Stop, &EXPECT);
        check(&super::gzip(&bytes), LogFormat::Csv, "", Problems::Stop, &EXPECT);
    }
    check(
        &utf16(TABLE, u16::to_le_bytes),
        LogFormat::Csv,
        "encoding = \"utf-16le\"",
        Problems::Stop,
        &EXPECT,
    );
}

#[test]
fn the_prolog_of_xml_is_believed_unless_the_bytes_say_otherwise() {
    let log = |label: &str| {
        format!(
            "<?xml version='1.0' encoding='{label}'?>\n<log><trace><string key=\"concept:name\" value=\"一号\"/><event>\
             <string key=\"concept:name\" value=\"立案\"/><date key=\"time:timestamp\" value=\"2022-03-01\"/></event></trace></log>"
        )
    };
    let expect = ["一号 立案 2022-03-01", "end 一号", "ok"];
    let marked = format!("\u{feff}{}", log("UTF-16"));
    for bytes in [
        GBK.encode(&log("GBK")).0.into_owned(),
        GB18030.encode(&log("gb2312")).0.into_owned(),
        GB18030.encode(&log("UTF-8")).0.into_owned(),
        log("UTF-8").into_bytes(),
        log("UTF-16").into_bytes(),
        utf16(&marked, u16::to_le_bytes),
        utf16(&log("UTF-16"), u16::to_be_bytes),
    ] {
        check(&bytes, LogFormat::Xes, "", Problems::Stop, &expect);
    }
    check(
        log("klingon").as_bytes(),
        LogFormat::Xes,
        "",
        Problems::Stop,
        &["log 声明的编码 `klingon` 无法识别，可用 utf-8、gb18030、gbk、utf-16 等"],
    );
}

/// The first Chinese character may come long after the beginning.
#[test]
fn gb18030_is_found_late_too() {
    let rows = |name: &str| {
        let ascii = "A1,Create,2022-03-01\n".repeat(30_000);
        format!("case,activity,time\n{ascii}B1,{name},2022-03-02\n")
    };
    let bytes = GB18030.encode(&rows("立案")).0.into_owned();
    let told = super::read_all(&bytes, "log", LogFormat::Csv, &Default::default(), Problems::Stop);
    assert_eq!(told.len(), 30_002);
    assert_eq!(told[30_000], "B1 立案 2022-03-02");
}

/// What is told of bad bytes in a row.
fn bad(place: &str, byte: usize, tried: &str) -> String {
    format!("log {place}：第 {byte} 字节处不能按 {tried} 解码，这一行未导入；请将文件另存为 UTF-8")
}

#[test]
fn a_row_with_bytes_of_no_encoding_is_left_out_and_placed() {
    let mut bytes = TABLE.as_bytes().to_vec();
    let n = bytes.len();
    bytes.extend_from_slice("1,\u{7acb},".as_bytes());
    bytes.extend_from_slice(b"\xFF,\xFF\n2,A,2022-03-03\n");
    let told = bad("第 4 行第 5 列", n + 6, "UTF-8");
    check(&bytes, LogFormat::Csv, "", Problems::Pass, &[EXPECT[0], EXPECT[1], &told, "2 A 2022-03-03", "ok"]);
    check(&super::gzip(&bytes), LogFormat::Csv, "", Problems::Stop, &[EXPECT[0], EXPECT[1], &told]);
    // Nothing but ASCII around it: both were tried.
    check(
        b"case,activity,time\n1,\xFF,2022-03-03\n2,A,2022-03-03",
        LogFormat::Csv,
        "",
        Problems::Pass,
        &[&bad("第 2 行第 3 列", 21, "UTF-8 或 GB18030"), "2 A 2022-03-03", "ok"],
    );
    // In GB18030 and UTF-16 as well; and a character cut off by the end of the file.
    let mut bytes = GB18030.encode(TABLE).0.into_owned();
    let n = bytes.len();
    bytes.extend_from_slice(b"1,\xFF,2022-03-03\n2,\xB0\xA1,2022-03-03\n3,A\xB0");
    let (row, end) =
        (bad("第 4 行第 3 列", n + 2, "UTF-8 或 GB18030"), bad("第 6 行第 4 列", n + 34, "UTF-8 或 GB18030"));
    check(
        &bytes,
        LogFormat::Csv,
        "",
        Problems::Pass,
        &[EXPECT[0], EXPECT[1], &row, "2 啊 2022-03-03", &end, "ok"],
    );
    let mut bytes = utf16("案号,环节,时间\n1,", u16::to_le_bytes);
    bytes.extend_from_slice(&[0x00, 0xD8]);
    bytes.extend(utf16(",2022-03-01\n2,A,2022-03-01\n", u16::to_le_bytes));
    let told = bad("第 2 行第 3 列", 22, "UTF-16LE");
    check(
        &bytes,
        LogFormat::Csv,
        "encoding = \"utf-16le\"",
        Problems::Pass,
        &[&told, "2 A 2022-03-01", "ok"],
    );
    // Far into the file, in a long row.
    let rows = "A1,立案,2022-03-01\n".repeat(30_000);
    let long = "x".repeat(20_000);
    let mut bytes = format!("案号,环节,时间\n{rows}B,{long}").into_bytes();
    let n = bytes.len();
    bytes.extend_from_slice(b"\xC3(,2022-03-01\nC,A,2022-03-02\n");
    let told = super::read_all(&bytes, "log", LogFormat::Csv, &Default::default(), Problems::Pass);
    assert_eq!(
        told[30_000..],
        [bad("第 30002 行第 20003 列", n, "UTF-8"), "C A 2022-03-02".into(), "ok".into()]
    );
}

#[test]
fn bytes_of_no_encoding_end_the_reading_where_nothing_can_be_left_out() {
    let told = |place: &str, byte: usize, tried: &str| {
        format!("log {place}：第 {byte} 字节处不能按 {tried} 解码，此前已读出 0 条记录；请将文件另存为 UTF-8")
    };
    check(
        b"case,act\xFF,time\n1,A,2022-03-03\n",
        LogFormat::Csv,
        "",
        Problems::Pass,
        &[&told("第 1 行第 9 列", 8, "UTF-8 或 GB18030")],
    );
    let odd = [b"\xFF\xFE".to_vec(), b"a\0b".to_vec()].concat();
    check(&odd, LogFormat::Csv, "", Problems::Pass, &[&told("第 1 行第 2 列", 4, "UTF-16LE")]);
    let mut log = "<log>\n<trace><string key=\"concept:name\" value=\"案一".as_bytes().to_vec();
    let n = log.len();
    log.extend_from_slice(b"\xFF\"/></trace></log>");
    check(&log, LogFormat::Xes, "", Problems::Pass, &[&told("第 2 行第 44 列", n, "UTF-8")]);
}
