//! Puts an event together from its attributes, the same for XES and CSV.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::decimal::scaled_integer;
use super::error::ImportError;
use super::event::{Name, RawEvent, RawValue, Summary, Values, Visitor};
use super::names::{Activities, N_ACTIVITIES_MAX, Slot, nearest};
use super::place::{At, Place};
use super::projection::{ActivityRule, Projection, ValueKind};
use super::time::RawTime;

/// Why reading ends before the end of the file.
#[derive(Debug)]
pub(super) enum Stop {
    /// The visitor wants no more.
    Asked,
    /// Reading cannot go on, or the visitor does not want it to.
    Failed(ImportError),
}

/// What an attribute or column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Case,
    Activity,
    Time,
    Lifecycle,
    Wanted(Name),
}

/// Keys as the messages name them.
pub(super) struct Keys {
    pub case: Arc<str>,
    pub activity: Arc<str>,
    pub time: Arc<str>,
}

/// The event that is being read, and the matter it belongs to.
pub(super) struct Assembler<'p> {
    pub projection: &'p Projection,
    pub file: Arc<str>,
    pub keys: Keys,
    pub summary: Summary,
    activities: Activities,
    case: Option<String>,
    case_buffer: String,
    case_place: Place,
    /// Whether it was already told that the matter has no id: once is enough for all its events.
    case_missed: bool,
    case_values: Values,
    event: Draft,
}

#[derive(Debug, Default)]
struct Draft {
    place: Option<Place>,
    activity: String,
    has_activity: bool,
    time: Option<RawTime>,
    has_time: bool,
    lifecycle: String,
    has_lifecycle: bool,
    values: Values,
    /// Problems of its attributes, reported only if the event counts.
    troubles: Vec<(Trouble, Place)>,
}

#[derive(Debug)]
enum Trouble {
    BadTime(Arc<str>),
    BadValue { key: Arc<str>, given: Arc<str>, expected: &'static str },
}

impl<'p> Assembler<'p> {
    pub(super) fn new(projection: &'p Projection, file: Arc<str>, keys: Keys) -> Assembler<'p> {
        Assembler {
            projection,
            file,
            keys,
            summary: Summary::default(),
            activities: Activities::default(),
            case: None,
            case_buffer: String::new(),
            case_place: Place::START,
            case_missed: false,
            case_values: Values::default(),
            event: Draft::default(),
        }
    }

    /// Begins a matter whose id is not known yet.
    pub(super) fn begin_case(&mut self, place: Place) {
        self.case_place = place;
        self.case_missed = false;
        if let Some(case) = self.case.take() {
            self.case_buffer = case;
        }
        self.case_values.clear();
    }

    pub(super) fn case(&self) -> Option<&str> {
        self.case.as_deref()
    }

    pub(super) fn begin_event(&mut self, place: Place) {
        let event = &mut self.event;
        event.place = Some(place);
        event.activity.clear();
        event.lifecycle.clear();
        event.values.clear();
        event.troubles.clear();
        event.time = None;
        (event.has_activity, event.has_time, event.has_lifecycle) = (false, false, false);
    }

    /// Takes an attribute of the event; `written` is the kind that the file gives it.
    #[inline]
    pub(super) fn attribute(&mut self, role: Role, written: Written, value: &str, place: impl Fn() -> Place) {
        let event = &mut self.event;
        match role {
            Role::Case => self.set_case(value),
            Role::Activity => {
                event.activity.clear();
                event.activity.push_str(value.trim());
                event.has_activity = !event.activity.is_empty();
            }
            Role::Lifecycle => {
                event.lifecycle.clear();
                event.lifecycle.push_str(value.trim());
                event.has_lifecycle = !event.lifecycle.is_empty();
            }
            Role::Time => {
                event.time = RawTime::parse(value.as_bytes());
                event.has_time = !value.trim().is_empty();
                if event.time.is_none() && event.has_time {
                    event.troubles.push((Trouble::BadTime(shortened(value)), place()));
                }
            }
            Role::Wanted(name) => {
                if let Err(trouble) = keep(self.projection, &mut event.values, name, written, value) {
                    event.troubles.push((trouble, place()));
                }
            }
        }
    }

    /// Takes an attribute of the matter.
    pub(super) fn case_attribute<V: Visitor + ?Sized>(
        &mut self,
        role: Role,
        written: Written,
        value: &str,
        place: impl Fn() -> Place,
        visitor: &mut V,
    ) -> Result<(), Stop> {
        match role {
            Role::Case => self.set_case(value),
            Role::Wanted(name) => {
                if let Err(trouble) = keep(self.projection, &mut self.case_values, name, written, value) {
                    let problem = self.of_trouble(trouble, place());
                    return self.problem(problem, visitor);
                }
            }
            Role::Activity | Role::Time | Role::Lifecycle => {}
        }
        Ok(())
    }

    fn set_case(&mut self, value: &str) {
        let mut case = self.case.take().unwrap_or_else(|| std::mem::take(&mut self.case_buffer));
        case.clear();
        case.push_str(value.trim());
        if case.is_empty() {
            self.case_buffer = case;
        } else {
            self.case = Some(case);
        }
    }

    /// Hands the event over if it counts and is complete.
    pub(super) fn finish_event<V: Visitor + ?Sized>(&mut self, visitor: &mut V) -> Result<(), Stop> {
        let place = self.event.place.unwrap_or(Place::START);
        let lifecycle = self.event.has_lifecycle.then_some(self.event.lifecycle.as_str());
        if lifecycle.is_some_and(|transition| !self.projection.counts(transition)) {
            self.summary.n_other_transition += 1;
            return Ok(());
        }
        if self.case.is_none() {
            return self.missing_case(visitor);
        }
        if !self.event.has_activity {
            let (at, case, key) = (self.at(place), self.case_for_message(), self.keys.activity.clone());
            return self.problem(ImportError::MissingActivity { at, case, key }, visitor);
        }
        let id = match self.activities.find(&self.event.activity, self.projection) {
            Ok(Slot::Known(id)) => id,
            Ok(slot) => {
                self.summary.n_unknown_activity += 1;
                return if slot == Slot::UnknownFirst {
                    self.unknown_activity(place, visitor)
                } else {
                    Ok(())
                };
            }
            Err(_) => {
                let limit = N_ACTIVITIES_MAX;
                return Err(Stop::Failed(ImportError::TooManyActivities { at: self.at(place), limit }));
            }
        };
        if !self.event.has_time {
            let (at, case, key) = (self.at(place), self.case_for_message(), self.keys.time.clone());
            return self.problem(ImportError::MissingTime { at, case, key }, visitor);
        }
        if !self.event.troubles.is_empty() {
            for (trouble, place) in std::mem::take(&mut self.event.troubles) {
                let problem = self.of_trouble(trouble, place);
                self.problem(problem, visitor)?;
            }
        }
        self.hand_over(id, place, visitor)
    }

    fn missing_case<V: Visitor + ?Sized>(&mut self, visitor: &mut V) -> Result<(), Stop> {
        if std::mem::replace(&mut self.case_missed, true) {
            return Ok(());
        }
        let (at, key) = (self.at(self.case_place), self.keys.case.clone());
        self.problem(ImportError::MissingCase { at, key }, visitor)
    }

    fn case_for_message(&self) -> Arc<str> {
        shortened(self.case().unwrap_or_default())
    }

    fn hand_over<V: Visitor + ?Sized>(
        &mut self,
        activity: super::names::ActivityId,
        place: Place,
        visitor: &mut V,
    ) -> Result<(), Stop> {
        let (Some(time), Some(row)) = (self.event.time, self.activities.get(activity)) else { return Ok(()) };
        let event = RawEvent {
            case: self.case.as_deref().unwrap_or_default(),
            activity,
            activity_name: &row.name,
            act: row.act.as_deref(),
            time,
            lifecycle: self.event.has_lifecycle.then_some(self.event.lifecycle.as_str()),
            attributes: self.event.values.view(),
            case_attributes: self.case_values.view(),
            place,
        };
        self.summary.read.events += 1;
        asked(visitor.event(&event))
    }

    /// Ends the matter.
    pub(super) fn finish_case<V: Visitor + ?Sized>(&mut self, visitor: &mut V) -> Result<(), Stop> {
        let Some(case) = self.case.as_deref() else { return self.missing_case(visitor) };
        self.summary.read.matters += 1;
        asked(visitor.trace_end(case))
    }

    pub(super) fn problem<V: Visitor + ?Sized>(
        &mut self,
        problem: ImportError,
        visitor: &mut V,
    ) -> Result<(), Stop> {
        self.summary.n_problems += 1;
        visitor.problem(problem).map_err(Stop::Failed)
    }

    fn unknown_activity<V: Visitor + ?Sized>(&mut self, place: Place, visitor: &mut V) -> Result<(), Stop> {
        let nearest = match &self.projection.activities {
            ActivityRule::Mapped { acts, .. } => nearest(&self.event.activity, acts.keys()),
            ActivityRule::AsWritten => None,
        };
        let given = shortened(&self.event.activity);
        self.problem(ImportError::UnknownActivity { at: self.at(place), given, nearest }, visitor)
    }

    fn of_trouble(&self, trouble: Trouble, place: Place) -> ImportError {
        let at = self.at(place);
        match trouble {
            Trouble::BadTime(given) => ImportError::BadTime { at, given },
            Trouble::BadValue { key, given, expected } => ImportError::BadValue { at, key, given, expected },
        }
    }

    pub(super) fn at(&self, place: Place) -> At {
        At { file: self.file.clone(), place, read: self.summary.read }
    }
}

fn asked(flow: ControlFlow<()>) -> Result<(), Stop> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Stop::Asked),
    }
}

/// The kind that the file itself gives a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Text,
    Integer,
    Decimal,
    Boolean,
    Time,
}

/// Reads a value as what is wanted. Empty values are absent, except text that a file states to be empty.
fn keep(
    projection: &Projection,
    values: &mut Values,
    name: Name,
    written: Written,
    given: &str,
) -> Result<(), Trouble> {
    let Some(wanted) = projection.wanted.get(usize::from(name.0)) else { return Ok(()) };
    let is_text = match (wanted.kind, written) {
        (ValueKind::Text, _) | (ValueKind::AsWritten, Written::Text) => true,
        (ValueKind::AsWritten | ValueKind::Money { .. } | ValueKind::Integer, _)
        | (ValueKind::Boolean | ValueKind::Day | ValueKind::Instant, _) => false,
    };
    if is_text {
        values.push(name, RawValue::Text(given));
        return Ok(());
    }
    let trimmed = given.trim();
    if trimmed.is_empty() {
        return Ok(());
    }
    match read_value(wanted.kind, written, trimmed) {
        Some(value) => {
            values.push(name, value);
            Ok(())
        }
        None => Err(Trouble::BadValue {
            key: wanted.key.clone(),
            given: shortened(given),
            expected: wanted.kind.in_words(),
        }),
    }
}

fn read_value(kind: ValueKind, written: Written, given: &str) -> Option<RawValue<'_>> {
    let bytes = given.as_bytes();
    match (kind, written) {
        (ValueKind::Text, _) | (ValueKind::AsWritten, Written::Text) => Some(RawValue::Text(given)),
        (ValueKind::Money { scale }, _) => scaled_integer(bytes, scale).map(RawValue::Money),
        (ValueKind::Integer, _) | (ValueKind::AsWritten, Written::Integer) => {
            scaled_integer(bytes, 0).map(RawValue::Integer)
        }
        (ValueKind::AsWritten, Written::Decimal) => Some(RawValue::Decimal(given)),
        (ValueKind::Boolean, _) | (ValueKind::AsWritten, Written::Boolean) => {
            boolean(given).map(RawValue::Boolean)
        }
        (ValueKind::AsWritten, Written::Time) => RawTime::parse(bytes).map(RawValue::Time),
        (ValueKind::Day, _) => RawTime::parse(bytes).map(|at| RawValue::Time(RawTime::Day(at.local_day()))),
        (ValueKind::Instant, _) => match RawTime::parse(bytes)? {
            RawTime::Day(_) => None,
            instant @ RawTime::Instant(_) => Some(RawValue::Time(instant)),
        },
    }
}

fn boolean(given: &str) -> Option<bool> {
    match given {
        "1" | "是" => Some(true),
        "0" | "否" => Some(false),
        word if word.eq_ignore_ascii_case("true") => Some(true),
        word if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A value for a message: not longer than a line.
pub(super) fn shortened(given: &str) -> Arc<str> {
    const N_CHARACTERS_MAX: usize = 60;
    match given.char_indices().nth(N_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", given.get(..end).unwrap_or_default()).into(),
        None => given.into(),
    }
}
