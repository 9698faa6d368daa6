//! Files that are cut, garbled or hostile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use review::import::{ImportError, LogFormat, Options, Projection, Threads};

use super::{Endless, Problems, check, gzip, read_all, read_only};

const EVENT: &str =
    r#"<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2022-01-01"/></event>"#;

#[track_caller]
fn check_fault(log: &str, expect: &str) {
    let told = read_all(log.as_bytes(), "log", LogFormat::Xes, &Projection::new(), Problems::Pass);
    assert_eq!(told.last().map(String::as_str), Some(expect));
}

#[test]
fn broken_xml_is_refused_with_its_place() {
    check_fault("", "log 第 1 行第 1 列：XML 有误，文件中没有 <log>；此前已读出 0 条记录");
    check_fault("案号,时间", "log 第 1 行第 1 列：XML 有误，<log> 之外有文字；此前已读出 0 条记录");
    check_fault(
        "<html></html>",
        "log 第 1 行第 1 列：XML 有误，最外层应为 <log>，实际为 <html>；此前已读出 0 条记录",
    );
    check_fault(
        "<log></log>\n<log/>",
        "log 第 2 行第 1 列：XML 有误，</log> 之后还有内容；此前已读出 0 条记录",
    );
    check_fault("<log/></a>", "log 第 1 行第 7 列：XML 有误，多出结束标签 </a>；此前已读出 0 条记录");
    check_fault(
        "<log>\n <trace></log>",
        "log 第 2 行第 9 列：XML 有误，结束标签 </log> 与打开的 <trace> 不对应；此前已读出 0 条记录",
    );
    check_fault(
        "<log><a b=1/></log>",
        "log 第 1 行第 6 列：XML 有误，标签书写有误（属性值没有加引号）；此前已读出 0 条记录",
    );
    check_fault("<log><!-- ", "log 第 1 行第 6 列：XML 有误，文件在标签或注释中间中断；此前已读出 0 条记录");
    check_fault("<log><a ", "log 第 1 行第 6 列：XML 有误，文件在标签或注释中间中断；此前已读出 0 条记录");
    check_fault(
        "<!DOCTYPE log [<!ENTITY a \"b\">]><log/>",
        "log 第 1 行第 1 列：XML 有误，不接受带内部声明的 DOCTYPE；此前已读出 0 条记录",
    );
    check_fault("<!DOCTYPE log><log/>", "ok");
    check_fault(
        "<log><trace><string key=\"concept:name\" value=\"&lol;\"/></trace></log>",
        "log 第 1 行第 13 列：XML 有误，字符引用无法识别：`&lol;`；此前已读出 0 条记录",
    );
    check_fault(
        &format!("<log>{}", "<a>".repeat(300)),
        "log 第 1 行第 771 列：XML 有误，元素嵌套超过 256 层；此前已读出 0 条记录",
    );
}

#[test]
fn what_was_readable_before_the_end_is_delivered() {
    let log =
        format!("<log><trace><string key=\"concept:name\" value=\"1\"/>{EVENT}</trace><trace>\n{EVENT}");
    check(
        log.as_bytes(),
        LogFormat::Xes,
        "",
        Problems::Pass,
        &[
            "1 A 2022-01-01",
            "end 1",
            "log 第 1 行第 159 列：没有案号（`concept:name`），其下各环节未导入",
            "log 第 2 行第 101 列：XML 有误，文件在 <trace> 之内中断；此前已读出 1 个完整案件、1 条记录",
        ],
    );
}

#[test]
fn a_cut_gzip_delivers_what_came_before() {
    let mut log = String::from("<log>\n");
    for number in 0..2000 {
        let noise = blake(number);
        log.push_str(&format!("<trace><string key=\"concept:name\" value=\"{noise}\"/>{EVENT}</trace>\n"));
    }
    log.push_str("</log>\n");
    let zipped = gzip(log.as_bytes());
    let whole = read_all(&zipped, "log.xes.gz", LogFormat::Xes, &Projection::new(), Problems::Stop);
    assert_eq!(whole.len(), 4001);
    for n in [20, zipped.len() / 3, zipped.len() / 2, zipped.len() - 1000] {
        let told = read_all(&zipped[..n], "log.xes.gz", LogFormat::Xes, &Projection::new(), Problems::Stop);
        let (error, before) = told.split_last().unwrap();
        assert!(error.contains("gzip 压缩数据不完整或已损坏"), "{error}");
        assert_eq!(before, &whole[..before.len()]);
        assert!(n < 100 || before.len() > 4000 * n / zipped.len() / 2, "{n}: {}", before.len());
    }
    // Without the checksum all is there, and yet it cannot be trusted.
    let told = read_all(
        &zipped[..zipped.len() - 4],
        "log.xes.gz",
        LogFormat::Xes,
        &Projection::new(),
        Problems::Stop,
    );
    assert!(told.last().unwrap().contains("此前已读出 2000 个完整案件、2000 条记录"), "{:?}", told.last());
}

/// Text that does not compress well.
fn blake(number: u64) -> String {
    let mut x = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xDEAD_BEEF;
    (0..40)
        .map(|_| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            char::from(b'a' + (x % 26) as u8)
        })
        .collect()
}

#[test]
fn gzip_is_known_by_its_content() {
    let told = read_all(b"<log/>", "log.xes.gz", LogFormat::Xes, &Projection::new(), Problems::Stop);
    assert_eq!(told, ["log.xes.gz 不是 gzip 压缩文件，若未压缩请去掉文件名末尾的 .gz"]);
    let told = read_all(&gzip(b"<log/>"), "log.xes", LogFormat::Xes, &Projection::new(), Problems::Stop);
    assert_eq!(told, ["ok"]);
    let two = [gzip(b"<log>"), gzip(b"</log>")].concat();
    assert_eq!(read_all(&two, "log.xes.gz", LogFormat::Xes, &Projection::new(), Problems::Stop), ["ok"]);
    let garbage = [gzip(b"<log/>"), b"garbage".to_vec()].concat();
    let told = read_all(&garbage, "log.xes.gz", LogFormat::Xes, &Projection::new(), Problems::Stop);
    assert!(told[0].contains("gzip"), "{told:?}");
}

/// A value of two gigabytes is refused when the limit is passed, not when it was read.
#[test]
fn endless_values_are_refused_early() {
    for (format, start) in [
        (LogFormat::Xes, "<log><trace><string key=\"concept:name\" value=\""),
        (LogFormat::Csv, "案号,环节,时间\n1,A,\""),
    ] {
        for threads in [Threads::One, Threads::Two] {
            let n_taken = Arc::new(AtomicU64::new(0));
            let endless = Endless { byte: b'x', n_taken: Arc::clone(&n_taken) };
            let input = Box::new(std::io::Read::chain(std::io::Cursor::new(start), endless));
            let options = Options { threads, limit_bytes: 1 << 20, n_read: None };
            let error = read_only(input, format, &options).unwrap_err();
            assert!(matches!(error, ImportError::TooLong { limit: 1_048_576, .. }), "{error}");
            assert!(n_taken.load(Ordering::Relaxed) < 8 << 20);
        }
    }
}

#[test]
fn faults_of_the_medium_are_not_the_file_s() {
    struct Bad;
    impl std::io::Read for Bad {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk on fire"))
        }
    }
    let input = Box::new(std::io::Read::chain(std::io::Cursor::new("<log><int/>"), Bad));
    let error = read_only(input, LogFormat::Xes, &Options::default()).unwrap_err();
    assert!(matches!(error, ImportError::Io { byte: 11, .. }), "{error:?}");
}
