//! Questions to the read models. Pages are keyed by the last row seen, never by an offset.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::rows::{Binds, FindingState, LimitState, Severity};

/// Most rows a page can have.
pub const PAGE_MAX: u32 = 500;

/// Whose matters may be seen: access is part of the question, not a filter afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every matter of every unit.
    All,
    /// The union of these parts.
    Of(Vec<Part>),
}

/// Some matters of one unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The unit.
    pub unit: String,
    /// Which of its matters.
    pub whose: Whose,
}

/// Which matters of a unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// All of them.
    Unit,
    /// Those a squad handles.
    Squad(String),
    /// Those a person acts in.
    Person(String),
}

/// Asks for matters; what is `None` or empty does not filter.
#[derive(Debug, Clone, PartialEq)]
pub struct MatterQuery {
    /// Whose.
    pub scope: Scope,
    /// Of these procedures.
    pub procedures: Vec<String>,
    /// In one of these stages.
    pub stages: Vec<String>,
    /// In which this person of the agency acts.
    pub person: Option<String>,
    /// With this counterpart.
    pub counterpart: Option<String>,
    /// Whose next limit is due on this day or earlier.
    pub due_until: Option<Date>,
    /// With a finding that is broken on this day.
    pub findings_on: Option<Date>,
    /// Opened between these days, both counted.
    pub opened: Span<Date>,
    /// Last changed between these instants, both counted.
    pub last: Span<Timestamp>,
    /// Open, closed, or both.
    pub openness: Openness,
    /// Whose paper number begins with this.
    pub number: Option<String>,
    /// All of these words, cut as those of the rows are.
    pub words: Vec<String>,
    /// The order.
    pub sort: MatterSort,
    /// At most so many, up to [`PAGE_MAX`].
    pub n: u32,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

/// From and to, both counted; `None` is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    /// The first that counts.
    pub from: Option<T>,
    /// The last that counts.
    pub to: Option<T>,
}

impl<T> Default for Span<T> {
    fn default() -> Span<T> {
        Span { from: None, to: None }
    }
}

/// Whether matters are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Openness {
    /// Open and closed ones.
    #[default]
    Any,
    /// Only those still open.
    Open,
    /// Only those closed.
    Closed,
}

/// The order of matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatterSort {
    /// The last changed first.
    #[default]
    Last,
    /// The next limit first; those without one last.
    Due,
    /// The last opened first.
    Opened,
    /// By paper number, counting up; those without one last.
    Number,
    /// The last begun first, by the place of the first act in the log. The order for searches of frequent words.
    Begun,
}

impl MatterQuery {
    /// Every matter of the scope, the last changed first.
    #[must_use]
    pub fn of(scope: Scope) -> MatterQuery {
        MatterQuery {
            scope,
            procedures: Vec::new(),
            stages: Vec::new(),
            person: None,
            counterpart: None,
            due_until: None,
            findings_on: None,
            opened: Span::default(),
            last: Span::default(),
            openness: Openness::Any,
            number: None,
            words: Vec::new(),
            sort: MatterSort::Last,
            n: 50,
            after: None,
        }
    }
}

/// Asks for limits, the first due first.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitQuery {
    /// Whose.
    pub scope: Scope,
    /// Of matters of these procedures.
    pub procedures: Vec<String>,
    /// In this state.
    pub state: LimitState,
    /// Binding this one.
    pub binds: Option<Binds>,
    /// Due between these instants, both counted.
    pub due: Span<Timestamp>,
    /// At most so many, up to [`PAGE_MAX`].
    pub n: u32,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

impl LimitQuery {
    /// Every running limit of the scope.
    #[must_use]
    pub fn running(scope: Scope) -> LimitQuery {
        LimitQuery {
            scope,
            procedures: Vec::new(),
            state: LimitState::Running,
            binds: None,
            due: Span::default(),
            n: 50,
            after: None,
        }
    }
}

/// Asks for findings, the latest first.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingQuery {
    /// Whose.
    pub scope: Scope,
    /// The day on which it is asked: a pending one whose time is over by then is broken.
    pub day: Date,
    /// In this state on that day.
    pub state: FindingState,
    /// Of these rules.
    pub rules: Vec<String>,
    /// Of at least this severity.
    pub severity: Option<Severity>,
    /// At most so many, up to [`PAGE_MAX`].
    pub n: u32,
    /// Where the page before ended.
    pub after: Option<Cursor>,
}

impl FindingQuery {
    /// Every finding of the scope that is broken on `day` and not dealt with.
    #[must_use]
    pub fn broken(scope: Scope, day: Date) -> FindingQuery {
        FindingQuery {
            scope,
            day,
            state: FindingState::Broken,
            rules: Vec::new(),
            severity: None,
            n: 50,
            after: None,
        }
    }
}

/// Where a page ended: opaque, safe in an address, good only for the query that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// Some rows, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; none after the last one.
    pub next: Option<Cursor>,
}

/// How many there are, counted up to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(u32),
    /// More than so many: counting stopped there.
    MoreThan(u32),
}
