//! On what a legal value rests: citation, gist, status, and the day from which it holds.

use jiff::civil::Date;
use terms::Citation;

/// How sure we are that the law says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Read in the text of the norm (已核对原文).
    Confirmed,
    /// Seen quoted elsewhere (转引).
    Secondary,
    /// The product's choice where the law is silent (产品默认).
    Default,
    /// No source found (待核实).
    Unconfirmed,
}

impl Status {
    /// The id used in law files and JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Status::Confirmed => "confirmed",
            Status::Secondary => "secondary",
            Status::Default => "default",
            Status::Unconfirmed => "unconfirmed",
        }
    }

    /// What officers read.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Status::Confirmed => "已核对原文",
            Status::Secondary => "转引",
            Status::Default => "产品默认",
            Status::Unconfirmed => "待核实",
        }
    }

    /// Whether a condition resting on it may block an act; the others only warn until the unit has confirmed them.
    #[must_use]
    pub fn may_block(self) -> bool {
        matches!(self, Status::Confirmed | Status::Secondary)
    }
}

/// What a breach leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A flaw, to be corrected (瑕疵).
    Low,
    /// Likely declared illegal, or evidence lost (违法).
    Medium,
    /// The act is void or annulled, or serious liability (严重违法).
    High,
}

impl Severity {
    /// The id used in law files and JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        }
    }

    /// What officers read.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Severity::Low => "低",
            Severity::Medium => "中",
            Severity::High => "高",
        }
    }
}

/// Citation, gist and status of a legal value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Where it stands in the law.
    pub cites: Vec<Citation>,
    /// The duty in our own words, one line.
    pub gist: String,
    /// How sure we are.
    pub status: Status,
}

/// A value from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    /// The first day on which it holds.
    pub from: Date,
    /// The value.
    pub value: T,
    /// On what it rests.
    pub basis: Basis,
}

/// Which day picks the value of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectedBy {
    /// The day the matter was filed.
    FiledOn,
    /// The day of the act (of a limit: of the act that starts it).
    ActDay,
    /// The day of the decision asked about, which is the day of the act too, or today for a state.
    DecidedOn,
}

/// Values by in-force day, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series<T> {
    /// The values.
    pub values: Vec<Dated<T>>,
    /// Which day picks one.
    pub selected_by: SelectedBy,
}

impl<T> Series<T> {
    /// The value in force on a day; none before the first.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&Dated<T>> {
        self.values.iter().rev().find(|value| value.from <= day)
    }
}
