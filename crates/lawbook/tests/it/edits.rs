//! Changes to worked cases, as the examples of rules make them.

use crate::faults::{CASE, RULES, Table};
use crate::small::{load, real, small_files};

const BREAKS: &str = "edit = [{ set = \"decided\", fields = { fine = 3000000 } }]";

#[test]
fn a_change_names_steps_that_are_there_when_it_is_made() {
    let mut table = Table::default();
    let mut check = |edit: &str, missing: &str| {
        let to = format!("edit = [{edit}]");
        let place = "breaks = [‸{ case = \"small/full\", ";
        table.check(
            RULES,
            &format!("breaks = [{{ case = \"small/full\", {BREAKS}"),
            &format!("{place}{to}"),
            &format!("案例 `small/full` 里没有步骤 `{missing}`"),
        );
    };
    check("{ remove = \"away\" }", "away");
    check("{ remove = \"served\" }, { remove = \"served\" }", "served");
    check("{ set = \"away\", fields = {} }", "away");
    check("{ change = \"away\", keys = {} }", "away");
    check("{ move = \"away\", before = \"served\" }", "away");
    check("{ move = \"served\", before = \"away\" }", "away");
    check("{ move = \"served\", before = \"served\" }", "served");
    check("{ insert = { act = \"found\", at = \"2022-03-01\" }, after = \"away\" }", "away");
    check("{ remove = \"served\" }, { insert = { act = \"found\" }, after = \"served\" }", "served");
}

#[test]
fn a_step_put_in_can_be_changed_in_turn() {
    let mut files = small_files();
    let (_, rules) = files.iter_mut().find(|(name, _)| name == RULES).unwrap();
    let edit = "edit = [{ insert = { act = \"found\", at = \"2022-03-01\" }, after = \"opened\" }, { set = \"found\", fields = { count = 2 } }, { move = \"found\", before = \"decided\" }]";
    *rules = rules.replacen(BREAKS, edit, 1);
    let book = load(files).unwrap();
    let rule = book.rules.iter().find(|rule| rule.id == "fine-small").unwrap();
    let case = book.edited(book.case("small/full").unwrap(), &rule.breaks[0].edits).unwrap();
    let names: Vec<&str> = case.steps.iter().map(|step| step.name.as_str()).collect();
    let at = names.iter().position(|name| *name == "found").unwrap();
    assert_eq!(names[at + 1], "decided", "{names:?}");
    assert_eq!(case.steps[at].line["fields"]["count"], 2);
}

#[test]
fn the_changes_of_every_rule_of_the_repository_can_be_made() {
    let book = real();
    for rule in &book.rules {
        for example in rule.breaks.iter().chain(&rule.keeps) {
            let case = book.case(&example.case).unwrap();
            assert!(book.edited(case, &example.edits).is_some(), "{} on {}", rule.id, example.case);
        }
    }
}

#[test]
fn the_keys_of_a_step_are_of_their_kind() {
    let mut table = Table::default();
    table.check(CASE, "fields = {", "fields = ‸3 # {", "`fields` 应为一张表");
    table.check(RULES, "fields = { fine = 3000000 }", "fields = ‸3000000", "`fields` 应为一张表");
    table.check(RULES, "keys = { at = \"2022-01-04\" }", "keys = ‸\"2022-01-04\"", "`keys` 应为一张表");
}
