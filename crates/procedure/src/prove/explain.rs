//! A property in Chinese, line by line, for those who write the law content.

use lawbook::Lawbook;
use lawbook::model::Procedure;

use super::result::{PathStep, Property, Verdict};

impl Property {
    /// What the property says and how it came out; for a breach, the path, one act a line.
    #[must_use]
    pub fn explain(&self, book: &Lawbook, procedure: &Procedure) -> Vec<String> {
        let mut lines = vec![format!("{}：{}", self.title(book, procedure), self.verdict())];
        for (place, step) in self.path.iter().enumerate() {
            lines.push(format!("  {}. {}", place + 1, step.explain(procedure)));
        }
        lines.extend(self.detail.iter().map(|detail| format!("  {detail}")));
        lines.extend(self.assumes.iter().map(|assumed| format!("  前提：{assumed}")));
        lines
    }

    fn verdict(&self) -> String {
        match self.result {
            Verdict::Proved => format!("已证明（{} 种状态）", self.states),
            Verdict::Broken if self.path.is_empty() => "不成立".to_owned(),
            Verdict::Broken => "不成立，最短的走法是".to_owned(),
            Verdict::Undecided => format!("在 {} 种状态内未能判定，按未通过处理", self.states),
        }
    }

    fn title(&self, book: &Lawbook, procedure: &Procedure) -> String {
        let (kind, name) = self.id.split_once(':').unwrap_or((&self.id, ""));
        let act = |id: &str| procedure.act(id).map_or(id.to_owned(), |act| procedure.def(act).title.clone());
        match kind {
            "rule" => {
                let rule = book.rules.iter().find(|rule| rule.id == name);
                rule.map_or(self.id.clone(), |rule| {
                    format!("规则“{}”（{}）", rule.title, book.cites(&rule.basis.cites))
                })
            }
            "reach" => format!("环节“{}”可以办到", act(name)),
            "way-out" => "任何时候本机关都能依法办结".to_owned(),
            "limit" => {
                let limit = procedure.limits.iter().find(|limit| limit.id == name);
                limit.map_or(self.id.clone(), |limit| format!("期限“{}”可以遵守", limit.title))
            }
            "set" => {
                let (id, field) = name.split_once('.').unwrap_or((name, ""));
                let title = book.field(field).map_or(field.to_owned(), |(_, field)| field.title.clone());
                format!("条件读取“{}”的“{title}”时已有其值", act(id))
            }
            _ => self.id.clone(),
        }
    }
}

impl PathStep {
    /// One line: the act with its outcome and strand and the facts it settles, or the limit that ends.
    #[must_use]
    pub fn explain(&self, procedure: &Procedure) -> String {
        if let Some(limit) = &self.clock {
            let title =
                procedure.limits.iter().find(|known| known.id == *limit).map_or(limit, |known| &known.title);
            return format!("“{title}”届满");
        }
        let Some(def) = self.act.as_ref().and_then(|act| procedure.act(act)).map(|act| procedure.def(act))
        else {
            return self.act.clone().unwrap_or_default();
        };
        let mut line = def.title.clone();
        if let Some(outcome) = &self.outcome {
            let title =
                def.outcomes.iter().find(|known| known.id == *outcome).map_or(outcome, |known| &known.title);
            line.push_str(&format!("（{title}）"));
        }
        if let Some(strand) = &self.strand {
            let title = procedure
                .strands
                .iter()
                .find(|known| known.id == *strand)
                .map_or(strand, |known| &known.title);
            line.push_str(&format!("，{}{title}", if self.elsewhere { "另一" } else { "" }));
        }
        let facts: Vec<String> = (self.facts.iter())
            .map(|(id, truth)| {
                let title =
                    procedure.facts.iter().find(|known| known.id == *id).map_or(id, |known| &known.title);
                format!("{title}{}", if *truth { "：是" } else { "：否" })
            })
            .collect();
        if !facts.is_empty() {
            line.push_str(&format!("；{}", facts.join("，")));
        }
        line
    }
}
