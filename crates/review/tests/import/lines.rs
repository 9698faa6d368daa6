//! JSONL: lines, whatever is in them.

use std::io::Cursor;
use std::ops::ControlFlow;

use review::import::{ImportError, Line, LineVisitor, Options, Threads, read_lines, read_lines_from};

struct Lines(Vec<String>);

impl LineVisitor for Lines {
    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        let text = String::from_utf8(line.bytes.to_vec()).unwrap();
        self.0.push(format!("{}@{} {text}", line.number, line.byte));
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: ImportError) -> Result<(), ImportError> {
        self.0.push(problem.to_string());
        Ok(())
    }
}

#[track_caller]
fn check(bytes: &[u8], expect: &[&str]) {
    for threads in [Threads::One, Threads::Two] {
        let mut lines = Lines(Vec::new());
        let options = Options { threads, limit_bytes: 1000, n_read: None };
        let read =
            read_lines_from(Box::new(Cursor::new(bytes.to_vec())), "log.jsonl", None, &options, &mut lines);
        match read {
            Ok(_) => lines.0.push("ok".to_owned()),
            Err(error) => lines.0.push(error.to_string()),
        }
        assert_eq!(lines.0, expect);
    }
}

#[test]
fn lines_are_numbered_and_blank_ones_left_out() {
    check(b"{}\r\n\n  \n{\"a\":1}\n{\"b\":2}", &["1@0 {}", "4@8 {\"a\":1}", "5@16 {\"b\":2}", "ok"]);
    check(b"", &["ok"]);
    check(
        &encoding_rs::GB18030.encode("{\"案号\":\"一\"}\n{}").0,
        &["1@0 {\"案号\":\"一\"}", "2@17 {}", "ok"],
    );
}

#[test]
fn a_line_with_bad_bytes_is_told_and_passed_over() {
    let told = |place: &str, byte: usize, tried: &str| {
        format!("log.jsonl {place}：第 {byte} 字节处不能按 {tried} 解码，这一行未导入；请将文件另存为 UTF-8")
    };
    let bytes = [b"{}\n{\"a\":\"".as_slice(), b"\xff\xfe\"}\n", "{\"案\":1}\n".as_bytes()].concat();
    check(&bytes, &["1@0 {}", &told("第 2 行第 7 列", 9, "UTF-8 或 GB18030"), "3@12 {\"案\":1}", "ok"]);
    let bytes = ["{\"案号\":1}\n\n".as_bytes(), b"{\xe9}\n{}\n\xff"].concat();
    check(
        &bytes,
        &[
            "1@0 {\"案号\":1}",
            &told("第 3 行第 2 列", 15, "UTF-8"),
            "4@17 {}",
            &told("第 5 行第 1 列", 21, "UTF-8"),
            "ok",
        ],
    );
    let bytes = encoding_rs::GB18030.encode("{\"案号\":\"一\"}\n{\"").0.into_owned();
    let n = bytes.len();
    let bytes = [&bytes[..], b"\xff\"}\n{}"].concat();
    check(
        &bytes,
        &["1@0 {\"案号\":\"一\"}", &told("第 2 行第 3 列", n, "UTF-8 或 GB18030"), "3@22 {}", "ok"],
    );
}

#[test]
fn a_line_too_long_is_told_and_passed_over() {
    let told = "log.jsonl 第 2 行第 1 列：一行或一个属性值超过 1000 字节的上限，请检查是否缺少换行或引号";
    for n in [1001, 300_000, 2_000_000] {
        let text = format!("{{}}\n{}\n{{}}\n", "x".repeat(n));
        check(text.as_bytes(), &["1@0 {}", told, &format!("3@{} {{}}", n + 4), "ok"]);
        let text = format!("{{}}\n{}", "x".repeat(n));
        check(text.as_bytes(), &["1@0 {}", told, "ok"]);
    }
}

#[test]
fn many_lines_keep_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl.gz");
    let text: String = (1..=200_000).map(|number| format!("{{\"seq\":{number}}}\n")).collect();
    std::fs::write(&path, super::gzip(text.as_bytes())).unwrap();
    let mut n = 0;
    let mut visitor = |line: Line<'_>| {
        n += 1;
        assert_eq!(line.number, n);
        assert_eq!(line.bytes, format!("{{\"seq\":{n}}}").as_bytes());
        ControlFlow::Continue(())
    };
    let summary = read_lines(&path, None, &Options::default(), &mut visitor).unwrap();
    assert_eq!(summary.read.events, 200_000);
}

#[test]
fn an_endless_line_is_refused_early() {
    let n_taken = std::sync::Arc::default();
    let endless = super::Endless { byte: b'x', n_taken: std::sync::Arc::clone(&n_taken) };
    let options = Options { limit_bytes: 1 << 20, ..Options::default() };
    let mut visitor = |_: Line<'_>| ControlFlow::Continue(());
    let error = read_lines_from(Box::new(endless), "log.jsonl", None, &options, &mut visitor).unwrap_err();
    assert!(matches!(error, ImportError::TooLong { .. }), "{error}");
    assert!(n_taken.load(std::sync::atomic::Ordering::Relaxed) < 8 << 20);
}
