//! What holds for any bytes at all: readers end, tell the same on one thread and on two, and never panic.

use proptest::collection::vec;
use proptest::prelude::*;
use review::import::{LogFormat, Options, read_lines_from};

use super::{Problems, gzip, projection, read_all};

const XES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><!-- c --><log><global scope="event"><string key="a" value="b"/></global>
<trace><string key="concept:name" value="案1"/><event><string key="concept:name" value="立案 &amp; 查"/>
<date key="time:timestamp" value="2022-03-01T10:00:00.5+08:00"/><float key="fine" value="35.0"/><list key="l"><values><int key="x" value="1"/></values></list></event>
<event><string key='concept:name' value='决定'/><date key="time:timestamp" value="2022-03-02"/></event></trace></log>"#;
const CSV: &str = "案号,环节,时间,fine\r\n1,\"立\"\"案\",2022-03-01,3.5\r\n2,决定,2022-03-02 10:00,\r\n\n\"3\",\"a\nb\",2022/3/3,\"1,000\"\n";
const MAP: &str = "[attributes]\n\"fine\" = { field = \"fine\", type = \"money\", unit = \"yuan\" }";

/// Bytes changed, inserted or cut out at random places.
fn mutated(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    vec(change, 0..6).prop_map(move |changes| {
        let mut bytes = text.as_bytes().to_vec();
        for (index, byte, how) in changes {
            let at = index.index(bytes.len() + 1);
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, b"<>\"'&/,\n"[usize::from(byte) % 8]),
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn mutated_xes(bytes in mutated(XES)) {
        read_all(&bytes, "log", LogFormat::Xes, &projection(MAP), Problems::Pass);
    }

    #[test]
    fn mutated_csv(bytes in mutated(CSV)) {
        read_all(&bytes, "log", LogFormat::Csv, &projection(MAP), Problems::Pass);
    }

    #[test]
    fn mutated_gzip(at in any::<prop::sample::Index>(), byte in any::<u8>(), n in any::<prop::sample::Index>()) {
        let mut bytes = gzip(XES.as_bytes());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(n.index(bytes.len()) + 1);
        read_all(&bytes, "log.xes", LogFormat::Xes, &projection(MAP), Problems::Pass);
    }

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..200)) {
        for format in [LogFormat::Xes, LogFormat::Csv] {
            read_all(&bytes, "log", format, &projection(MAP), Problems::Pass);
        }
        let mut visitor = |_: review::import::Line<'_>| std::ops::ControlFlow::Continue(());
        let input = Box::new(std::io::Cursor::new(bytes));
        let _ = read_lines_from(input, "log", None, &Options::default(), &mut visitor);
    }

    /// Everything read before a cut is a beginning of what is read without it.
    #[test]
    fn a_cut_log_is_a_beginning(n in 0..XES.len()) {
        let whole = read_all(XES.as_bytes(), "log", LogFormat::Xes, &projection(MAP), Problems::Pass);
        let cut = read_all(&XES.as_bytes()[..n], "log", LogFormat::Xes, &projection(MAP), Problems::Pass);
        let (error, before) = cut.split_last().unwrap();
        prop_assert_ne!(error, "ok");
        prop_assert_eq!(before, &whole[..before.len()]);
    }

    /// quick-xml is the oracle of what is well formed, as far as a log needs it.
    #[test]
    fn what_is_accepted_is_well_formed(bytes in mutated(XES)) {
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        let told = read_all(text.as_bytes(), "log", LogFormat::Xes, &projection(MAP), Problems::Pass);
        if told.last().is_some_and(|last| last == "ok") {
            prop_assert_eq!(fault(&text), None, "{}", text);
        }
    }
}

fn fault(text: &str) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return None,
            Ok(quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag)) => {
                let bad = tag.attributes().find_map(Result::err);
                if let Some(bad) = bad {
                    return Some(bad.to_string());
                }
            }
            Ok(_) => {}
            // References are resolved where somebody wants the value, and nowhere else.
            Err(quick_xml::Error::IllFormed(quick_xml::errors::IllFormedError::UnclosedReference)) => {}
            Err(error) => return Some(error.to_string()),
        }
    }
}
