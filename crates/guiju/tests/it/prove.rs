//! `guiju law prove`: results, shortest paths, and certificates.

use std::path::PathBuf;

use serde_json::Value;

use crate::kit::{Ran, copy, edit, guiju, project, scratch};

/// A copy of the project's law folder in which the approval of a change of the power list asks for no legality review.
fn law_without_a_need(test: &str) -> PathBuf {
    let law = scratch(test).join("law");
    copy(&project("law"), &law);
    let need = "  { act = \"powerlist-legality-issued\", outcome = \"pass\", cite = \"seed-report#三(一)\", gist = \"合法性审查须已通过\" },\n";
    edit(&law.join("procedures/supervision/power-list-change/procedure.toml"), need, "");
    law
}

#[test]
fn a_broken_rule_is_told_with_its_shortest_path() {
    let law = law_without_a_need("told");
    let ran = guiju(&law, &["law", "prove", "power-list-change", "--property", "rule:"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().map(str::trim).collect();
    let title = |line: usize| lines[line].split('“').nth(1).and_then(|rest| rest.split('”').next());
    assert!(
        lines[0].starts_with("权力清单和责任清单调整（2019-05-15 起）：3 项性质有 2 项不成立"),
        "{lines:#?}"
    );
    assert_eq!(title(1), Some("清单调整先合法性审查"));
    assert!(lines[1].ends_with("不成立，最短的走法是"), "{lines:#?}");
    assert_eq!(lines[2], "1. 批准调整（批准）");
    // Approved before the request, it still stands when the request is another.
    assert_eq!(title(3), Some("清单调整批准后公布"));
    assert_eq!(lines[4], "1. 登记变更事由；事项已无依据：否");
    assert_eq!(lines[5..], ["2. 批准调整（批准）", "3. 申请调整清单", "4. 公布调整"]);
    assert_eq!(ran.err, "", "nothing but the result when piped");
}

#[test]
fn the_answer_for_programs_keeps_the_contract() {
    let law = law_without_a_need("contract");
    let args =
        ["law", "prove", "power-list-change", "penalty-summary", "--property", "rule:", "--format", "json"];
    let ran = guiju(&law, &args);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let answer = ran.json();
    let procedures = answer["procedures"].as_array().unwrap();
    let versions: Vec<(&str, &str)> = procedures
        .iter()
        .map(|one| (one["id"].as_str().unwrap(), one["version"].as_str().unwrap()))
        .collect();
    let expected = [
        ("penalty-summary", "2021-07-15"),
        ("penalty-summary", "2024-01-01"),
        ("power-list-change", "2019-05-15"),
    ];
    assert_eq!(versions, expected);
    assert!(procedures.iter().all(|one| one["states"].as_u64().is_some_and(|states| states > 0)));
    let properties = |one: &Value| one["properties"].as_array().unwrap().clone();
    let all: Vec<Value> = procedures.iter().flat_map(properties).collect();
    let broken: Vec<&Value> = all.iter().filter(|property| property["result"] != "proved").collect();
    let ids: Vec<&Value> = broken.iter().map(|property| &property["id"]).collect();
    assert_eq!(ids, ["rule:powerlist-change-legality-first", "rule:powerlist-published-after-approval"]);
    assert!(broken.iter().all(|property| property["result"] == "broken"));
    let path = broken[1]["path"].as_array().unwrap();
    let acts: Vec<&Value> = path.iter().map(|step| &step["act"]).collect();
    assert_eq!(
        acts,
        ["law-changed", "powerlist-approved", "powerlist-change-requested", "powerlist-published"]
    );
    for step in path {
        let step = step.as_object().unwrap();
        assert!(["strand", "outcome", "clock"].iter().all(|key| step.contains_key(*key)), "{step:?}");
        assert!(step["facts"].is_object(), "{step:?}");
    }
    assert_eq!(path[0]["facts"], serde_json::json!({ "basis-repealed": false }));
    assert_eq!(path[1]["outcome"], "approve");
}

#[test]
fn all_kinds_of_properties_are_proved_unless_some_are_named() {
    let fines = project("examples/road-fines/law");
    let kinds = |ran: Ran| {
        let answer = ran.json();
        let properties = answer["procedures"][0]["properties"].as_array().unwrap();
        let mut kinds: Vec<String> = properties
            .iter()
            .map(|one| one["id"].as_str().unwrap().split(':').next().unwrap().to_owned())
            .collect();
        kinds.dedup();
        (ran.code, kinds.join(" "))
    };
    let all = guiju(&fines, &["law", "prove", "--format", "json"]);
    assert_eq!(kinds(all), (0, "reach way-out limit".to_owned()));
    let some =
        guiju(&fines, &["law", "prove", "--format", "json", "--property", "limit:", "--property", "way"]);
    assert_eq!(kinds(some), (0, "way-out limit".to_owned()));
}

#[test]
fn what_does_not_exist_is_bad_input() {
    let fines = project("examples/road-fines/law");
    let procedure = guiju(&fines, &["law", "prove", "road-tax"]);
    assert_eq!((procedure.code, procedure.err.trim()), (2, "没有程序 `road-tax`。已有：road-fine"));
    let property = guiju(&fines, &["law", "prove", "--property", "rules:"]);
    assert_eq!((property.code, property.err.trim()), (2, "没有编号以 `rules:` 开头的性质"));
}

#[test]
fn a_certificate_counts_for_exactly_its_lawbook_and_engine() {
    let folder = scratch("certificate");
    let law = folder.join("law");
    copy(&project("examples/road-fines/law"), &law);
    let file = folder.join("proof.json");
    let path = file.to_str().unwrap();
    let verified = || guiju(&law, &["law", "prove", "--verify", path]);
    assert_eq!(verified().code, 2, "there is none yet");
    assert_eq!(guiju(&law, &["law", "prove", "--certificate", path]).code, 0);
    let accepted = verified();
    assert_eq!(accepted.code, 0, "{}", accepted.out);
    assert!(accepted.out.starts_with("证明书有效"), "{}", accepted.out);
    assert_eq!(guiju(&law, &["law", "prove", "--verify", path, "--format", "json"]).json()["accepted"], true);

    let written = std::fs::read_to_string(&file).unwrap();
    let refused = |change: &dyn Fn(&mut Value), why: &str| {
        let mut certificate: Value = serde_json::from_str(&written).unwrap();
        change(&mut certificate);
        std::fs::write(&file, certificate.to_string()).unwrap();
        let ran = verified();
        assert_eq!(ran.code, 1, "{why}: {}", ran.out);
        assert!(ran.out.starts_with("证明书无效") && ran.out.contains(why), "{why}: {}", ran.out);
    };
    let road_fine = |one: &mut Value| one["procedures"][0]["properties"].as_object_mut().unwrap().clone();
    refused(&|one| one["engine"] = "0".into(), "证明程序 0");
    refused(&|one| one["procedures"] = Value::Array(Vec::new()), "性质 reach:create-fine 没有证明");
    refused(
        &|one| {
            let mut properties = road_fine(one);
            properties.remove("limit:send");
            one["procedures"][0]["properties"] = properties.into();
        },
        "性质 limit:send 没有证明",
    );
    refused(
        &|one| one["procedures"][0]["properties"]["way-out"]["result"] = "broken".into(),
        "性质 way-out 没有证明",
    );
    std::fs::write(&file, "{}").unwrap();
    assert_eq!(verified().code, 2, "not a certificate");

    std::fs::write(&file, &written).unwrap();
    assert_eq!(verified().code, 0);
    edit(&law.join("procedures/enforcement/road-fine/limits.toml"), "length = 90", "length = 91");
    let other = verified();
    assert_eq!(other.code, 1, "{}", other.out);
    assert!(other.out.contains("它证明的是法规包"), "{}", other.out);
}

#[test]
fn a_certificate_of_a_broken_lawbook_is_not_accepted() {
    let folder = scratch("broken");
    let law = folder.join("law");
    copy(&project("examples/road-fines/law"), &law);
    let itself = r#"{ act = "send-for-credit-collection", cite = "codice-della-strada#206", gist = "g", status = "confirmed" }"#;
    edit(
        &law.join("procedures/enforcement/road-fine/procedure.toml"),
        "closes = true",
        &format!("closes = true\nneeds = [ {itself} ]"),
    );
    let path = folder.join("proof.json");
    let path = path.to_str().unwrap();
    assert_eq!(guiju(&law, &["law", "prove", "--certificate", path]).code, 1);
    let ran = guiju(&law, &["law", "prove", "--verify", path]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("性质 reach:send-for-credit-collection 没有证明"), "{}", ran.out);
}
