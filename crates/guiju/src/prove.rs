//! `guiju law prove`: explores every procedure exhaustively and prints the shortest path that breaks it.

use std::collections::BTreeSet;

use lawbook::Lawbook;
use lawbook::model::{Procedure, RuleIx};
use owo_colors::OwoColorize;
use procedure::prove::{ProcedureProof, Proof, Verdict, prove_rules};

use crate::exit::{Done, Failure, print};
use crate::{Common, Format, lawbook_source};

/// Proves the static rules of the named procedures, or of all.
pub fn run(ids: &[String], common: &Common) -> Result<Done, Failure> {
    let book = lawbook_source::load(common.law.as_deref())?;
    if let Some(unknown) = ids.iter().find(|id| !book.procedures.iter().any(|procedure| procedure.id == **id))
    {
        let known: Vec<&str> = book.procedures.iter().map(|procedure| procedure.id.as_str()).collect();
        return Err(Failure::Input(format!("没有程序 `{unknown}`。已有：{}", known.join("、"))));
    }
    let chosen = book.procedures.iter().filter(|procedure| ids.is_empty() || ids.contains(&procedure.id));
    let proof = Proof { procedures: chosen.map(|procedure| proof_of(&book, procedure)).collect() };
    if common.format == Format::Json {
        print(&serde_json::to_string(&proof).map_err(Failure::fault)?)?;
    } else {
        show(&book, &proof)?;
    }
    Ok(if proof.holds() { Done::Clean } else { Done::Findings })
}

fn proof_of(book: &Lawbook, procedure: &Procedure) -> ProcedureProof {
    let proved = procedure.rules.iter().map(|bound| bound.rule).filter(|rule| book.rule(*rule).uses.prove);
    let rules: BTreeSet<RuleIx> = proved.collect();
    let properties = prove_rules(book, procedure, &rules.into_iter().collect::<Vec<_>>());
    ProcedureProof {
        id: procedure.id.clone(),
        version: procedure.from.to_string(),
        states: properties.iter().map(|property| property.states).sum(),
        properties,
        assumes: Vec::new(),
    }
}

/// The result of each procedure in a line, and every path that breaks a property.
pub fn show(book: &Lawbook, proof: &Proof) -> Result<(), Failure> {
    for one in &proof.procedures {
        let versions = book
            .procedures
            .iter()
            .find(|procedure| procedure.id == one.id && procedure.from.to_string() == one.version);
        let title = versions.map_or(one.id.as_str(), |procedure| procedure.title.as_str());
        let count = |verdict| one.properties.iter().filter(|property| property.result == verdict).count();
        let (broken, undecided) = (count(Verdict::Broken), count(Verdict::Undecided));
        let state = if broken > 0 {
            format!("{broken} 项有反例").red().to_string()
        } else if undecided > 0 {
            format!("{undecided} 项未定").yellow().to_string()
        } else {
            "全部成立".green().to_string()
        };
        print(&format!(
            "{title}（{} 起）：{} 项性质{state}，看过 {} 个状态",
            one.version,
            one.properties.len(),
            one.states
        ))?;
        for property in one.properties.iter().filter(|property| !property.is_proved()) {
            let lines = versions
                .map_or_else(|| vec![property.id.clone()], |procedure| property.explain(book, procedure));
            for line in lines {
                print(&format!("  {line}"))?;
            }
        }
    }
    Ok(())
}
