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

#[test]
fn bytes_of_no_encoding_are_placed() {
    let mut bytes = TABLE.as_bytes().to_vec();
    let n = bytes.len();
    bytes.extend_from_slice(b"1,\xFF,2022-03-03\n");
    check(
        &bytes,
        LogFormat::Csv,
        "",
        Problems::Pass,
        &[
            EXPECT[0],
            EXPECT[1],
            &format!(
                "log 第 4 行第 1 列：第 {} 字节处不能按 UTF-8 解码，此前已读出 2 条记录；请将文件另存为 UTF-8",
                n + 2
            ),
        ],
    );
    check(
        b"case,activity,time\n1,\xFF,2022-03-03\n",
        LogFormat::Csv,
        "",
        Problems::Pass,
        &[
            "log 第 2 行第 1 列：第 21 字节处不能按 UTF-8 或 GB18030 解码，此前已读出 0 条记录；请将文件另存为 UTF-8",
        ],
    );
    check(
        &[b"\xFF\xFE".to_vec(), b"a\0b".to_vec()].concat(),
        LogFormat::Csv,
        "",
        Problems::Pass,
        &["log 第 1 行第 1 列：第 4 字节处不能按 UTF-16LE 解码，此前已读出 0 条记录；请将文件另存为 UTF-8"],
    );
}
