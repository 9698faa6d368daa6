//! Where the lawbook comes from: a folder, or what is embedded in the program.

use std::fmt::Write as _;
use std::path::Path;

use lawbook::{LawFiles, LawReport, Lawbook};
use rust_embed::RustEmbed;

use crate::exit::Failure;

#[derive(RustEmbed)]
#[folder = "../../law"]
struct Embedded;

/// The texts of the law files.
pub fn files(folder: Option<&Path>) -> Result<LawFiles, Failure> {
    match folder {
        Some(folder) => LawFiles::from_dir(folder).map_err(Failure::input),
        None => {
            let text = |name: &str| {
                let file = Embedded::get(name)?;
                String::from_utf8(file.data.into_owned()).ok().map(|text| (name.to_owned(), text))
            };
            Ok(LawFiles::from_pairs(
                Embedded::iter().filter(|name| name.ends_with(".toml")).filter_map(|name| text(&name)),
            ))
        }
    }
}

/// The lawbook, or all its errors as text.
pub fn load(folder: Option<&Path>) -> Result<Lawbook, Failure> {
    lawbook::load(files(folder)?).map_err(|report| Failure::Input(render(&report)))
}

/// All errors with source excerpt and hint.
pub fn render(report: &LawReport) -> String {
    let mut text = String::new();
    for error in &report.errors {
        let (name, line, column) = report.locate(error);
        let file = report.files.0.get(error.place.file).map_or("", |file| file.text.as_str());
        let span = error.place.span.start.min(file.len())..error.place.span.end.min(file.len());
        let diagnostic = Shown {
            message: error.message.clone(),
            hint: error.hint.clone(),
            text: miette::NamedSource::new(format!("{name}:{line}:{column}"), file.to_owned()),
            span: (span.start, span.len()).into(),
        };
        let mut one = String::new();
        let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
            .with_context_lines(0);
        if handler.render_report(&mut one, &diagnostic).is_err() {
            one = format!("{name}:{line}:{column} {}", error.message);
        }
        let _ = writeln!(text, "{}", one.trim_end());
    }
    let _ = write!(text, "法规包有 {} 处错误，未装载", report.errors.len());
    text
}

#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{message}")]
struct Shown {
    message: String,
    #[help]
    hint: Option<String>,
    #[source_code]
    text: miette::NamedSource<String>,
    #[label("此处")]
    span: miette::SourceSpan,
}
