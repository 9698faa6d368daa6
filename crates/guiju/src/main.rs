//! 规矩: the command line.

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = match (arguments.next().as_deref(), arguments.next().as_deref(), arguments.next()) {
        (Some("law"), Some("check"), folder) => folder.map_or_else(|| PathBuf::from("law"), PathBuf::from),
        _ => std::process::exit(2),
    };
    let files = lawbook::LawFiles::from_dir(&folder).unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(2)
    });
    match lawbook::load(files) {
        Ok(book) => println!("ok: {} procedures, {} rules, {} cases", book.procedures.len(), book.rules.len(), book.cases.len()),
        Err(report) => {
            for error in &report.errors {
                let (name, line, column) = report.locate(error);
                println!("{name}:{line}:{column} {}{}", error.message, error.hint.as_deref().map(|hint| format!("（{hint}）")).unwrap_or_default());
            }
            std::process::exit(1)
        }
    }
}
