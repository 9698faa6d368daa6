//! XES as different tools write it.

use std::ops::ControlFlow;

use review::import::{LogFormat, Options, Projection, RawEvent, read_log};

use super::{Problems, check, read_only};

const LOG: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- written by hand; an <event> in a comment is none -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="concept:name" value="none"/></global>
  <global scope="event">
    <string key="concept:name" value="none"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00Z"/>
  </global>
  <classifier name="Event Name" keys="concept:name"/>
  <int key="events" value="3"><int key="立案" value="1"/></int>
  <trace>
    <string key="concept:name" value="豫永交执立〔2022〕1号"/>
    <string key="站 &amp; 队" value="治超站"><string key="concept:name" value="nested"/></string>
    <event>
      <string key="concept:name" value="立案"/>
      <date key="time:timestamp" value="2022-03-01T23:30:00-05:00"/>
      <string key='lifecycle:transition' value='complete'></string>
      <float key="fine" value="35.0"/>
      <string key="remark" value="&lt;超限&#x5e74;&quot;"/>
    </event>
    <event>
      <list key="persons"><values><string key="concept:name" value="not the activity"/></values></list>
      <container key="box"><date key="time:timestamp" value="nonsense"/></container>
      <date key="time:timestamp" value="2022-03-18"/>
      <string
         value = "决定 > 送达"
         key = "concept:name"
      >
        <string key="concept:name" value="deeper"/>
      </string>
      <boolean key="heard" value="true"/> <int key="fine" value="2"/>
      <![CDATA[ </event> ]]> stray text <?pi </event> ?>
    </event>
  </trace>
  <trace><string key="concept:name" value="2号"/></trace>
  <x:trace xmlns:x="u"><x:string key="concept:name" value="3号"/><x:event>
    <x:string key="concept:name" value="立案"/><x:date key="time:timestamp" value="2022-03-02"/></x:event></x:trace>
</log>
"#;

const MAP: &str = r#"
[attributes]
"fine" = { field = "fine", type = "money", unit = "yuan" }
"heard" = { field = "heard" }
"remark" = { field = "remark", type = "text" }
"站 & 队" = { field = "station", level = "trace" }
"#;

#[test]
fn attributes_belong_to_what_they_stand_in() {
    let expect = [
        "豫永交执立〔2022〕1号 立案 2022-03-01 complete 3=治超站 0=3500m 2=<超限年\"",
        "豫永交执立〔2022〕1号 决定 > 送达 2022-03-18 3=治超站 1=true 0=200m",
        "end 豫永交执立〔2022〕1号",
        "end 2号",
        "3号 立案 2022-03-02",
        "end 3号",
        "ok",
    ];
    check(LOG.as_bytes(), LogFormat::Xes, MAP, Problems::Stop, &expect);
    check(&super::gzip(LOG.as_bytes()), LogFormat::Xes, MAP, Problems::Stop, &expect);
}

#[test]
fn only_wanted_transitions_and_named_activities_count() {
    let log = r#"<log><trace><string key="concept:name" value="1"/>
        <event><string key="concept:name" value="A"/><string key="lifecycle:transition" value="start"/>
          <date key="time:timestamp" value="bad but of no interest"/></event>
        <event><string key="concept:name" value="A"/><string key="lifecycle:transition" value="COMPLETE"/>
          <date key="time:timestamp" value="2022-01-01"/></event>
        <event><string key="concept:name" value="B"/><date key="time:timestamp" value="2022-01-02"/></event>
        <event><string key="concept:name" value="B"/><date key="time:timestamp" value="2022-01-03"/></event>
        </trace></log>"#;
    let map = "lifecycle = [\"complete\"]\n[activities]\n\"A\" = \"act-a\"\n";
    check(
        log.as_bytes(),
        LogFormat::Xes,
        map,
        Problems::Pass,
        &[
            "1 A 2022-01-01 act-a COMPLETE",
            "log 第 6 行第 9 列：环节 `B` 在映射文件中没有对应的行为，请在 [activities] 中补上，或写 unknown-activities = \"skip\"",
            "end 1",
            "ok",
        ],
    );
    let skip = format!("unknown-activities = \"skip\"\n{map}");
    let expect = ["1 A 2022-01-01 act-a COMPLETE", "end 1", "ok"];
    check(log.as_bytes(), LogFormat::Xes, &skip, Problems::Stop, &expect);
}

#[test]
fn problems_of_one_event_leave_the_others() {
    let log = r#"<log>
<event><string key="concept:name" value="A"/></event>
<trace><event><string key="concept:name" value="A"/><date key="time:timestamp" value="2022-01-01"/></event><event/></trace>
<trace><string key="concept:name" value="1"/>
<event/>
<event><string key="concept:name" value="A"/></event>
<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2022-02-30"/></event>
<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2022-01-04"/><float key="fine" value="1.005"/></event>
</trace></log>"#;
    check(
        log.as_bytes(),
        LogFormat::Xes,
        MAP,
        Problems::Pass,
        &[
            "log 第 2 行第 1 列：没有案号（`concept:name`），其下各环节未导入",
            "log 第 3 行第 1 列：没有案号（`concept:name`），其下各环节未导入",
            "log 第 5 行第 1 列：案件 `1` 的环节没有名称（`concept:name`）",
            "log 第 6 行第 1 列：案件 `1` 的环节没有时间（`time:timestamp`）",
            "log 第 7 行第 46 列：时间 `2022-02-30` 无法识别，请写成 2022-03-18 或 2022-03-18T10:20:00+08:00",
            "log 第 8 行第 93 列：属性 `fine` 的值 `1.005` 不是金额（须能化为整数分）",
            "1 A 2022-01-04",
            "end 1",
            "ok",
        ],
    );
}

/// Pieces are 256 KiB; nothing may be lost where one ends, whatever is longer than the room in front of it.
#[test]
fn logs_longer_than_a_piece_are_read_whole() {
    let mut log = String::from("<log>");
    let mut expect = Vec::new();
    for number in 0..3000 {
        let long = "长".repeat(if number % 500 == 0 { 150_000 } else { number % 97 });
        log.push_str(&format!(
            "<trace><string key=\"concept:name\" value=\"案{number}\"/><event><string key=\"remark\" value=\"{long}\"/>\
             <string key=\"concept:name\" value=\"A\"/><date key=\"time:timestamp\" value=\"2022-01-01\"/></event></trace>\n"
        ));
        expect.push(format!("案{number} A 2022-01-01 2={long}"));
        expect.push(format!("end 案{number}"));
    }
    log.push_str("</log>");
    expect.push("ok".to_owned());
    let told =
        super::read_all(log.as_bytes(), "log", LogFormat::Xes, &super::projection(MAP), Problems::Stop);
    assert!(told == expect);
}

#[test]
fn a_visitor_stops_when_it_likes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("小.XES");
    std::fs::write(&path, LOG).unwrap();
    let mut first = None;
    let mut visitor = |event: &RawEvent<'_>| {
        first = Some((event.activity, event.place.line));
        ControlFlow::Break(())
    };
    let summary = read_log(&path, &Projection::new(), &Options::default(), &mut visitor).unwrap();
    let other = read_log(&folder.path().join("a.pdf"), &Projection::new(), &Options::default(), &mut visitor);
    assert!(other.unwrap_err().to_string().contains("格式无法识别"));
    assert!(summary.stopped);
    assert_eq!((summary.read.matters, summary.read.events), (0, 1));
    assert_eq!(first.map(|(id, line)| (id.0, line)), Some((0, 15)));
}

#[test]
fn progress_counts_the_bytes_on_disk() {
    let zipped = super::gzip(LOG.as_bytes());
    let n_read = std::sync::Arc::default();
    let options = Options { n_read: Some(std::sync::Arc::clone(&n_read)), ..Options::default() };
    let n = zipped.len() as u64;
    read_only(Box::new(std::io::Cursor::new(zipped)), LogFormat::Xes, &options).unwrap();
    assert_eq!(n_read.load(std::sync::atomic::Ordering::Relaxed), n);
}
