//! Values that are looked up or computed: parameters, parties, registers, days between.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use lawbook::condition::node::{Between, Node, PartyAttribute, PlusUnit};
use lawbook::model::{ParameterIx, SelectedBy};
use terms::Value;

use crate::act::Seen;

use super::{Asker, DAYS_BETWEEN_MAX, Found, Missing};

impl Asker<'_, '_> {
    pub(super) fn parameter(&self, parameter: ParameterIx) -> Found {
        let parameter = self.view.book.parameter(parameter);
        let day = match parameter.series.selected_by {
            SelectedBy::FiledOn => self.view.filed_on().unwrap_or_else(|| self.at.day()),
            SelectedBy::ActDay | SelectedBy::DecidedOn => self.at.day(),
        };
        let value = parameter
            .series
            .on(day)
            .ok_or_else(|| vec![format!("参数“{}”在 {day} 没有值", parameter.title)])?;
        self.note_weak(!value.basis.status.may_block());
        Ok(value.value.clone())
    }

    pub(super) fn party(&self, attribute: PartyAttribute) -> Found {
        let parties = &self.view.head.parties;
        let of_strand = match &self.scope {
            Some((kind, key)) if self.view.procedure().strands[kind.at()].per == "party" => {
                parties.iter().find(|party| *party.id == **key)
            }
            _ => None,
        };
        let party = of_strand.or(match parties.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let party = party.ok_or_else(|| vec!["当事人".to_owned()])?;
        match attribute {
            PartyAttribute::Id => Ok(Value::text(&party.id)),
            PartyAttribute::Kind => {
                party.kind.map(|kind| Value::text(kind.id())).ok_or_else(|| vec!["当事人类型".to_owned()])
            }
        }
    }

    pub(super) fn register(&self, register: &str, subject: &Node, value: &str) -> Found {
        let subject = self.value(subject)?;
        let subject = subject.as_text().ok_or_else(|| vec!["登记对象".to_owned()])?;
        let missing = || vec![format!("登记簿 {register} 中 {subject} 的 {value}")];
        // What was seen when the act was decided is what counts for it ever after.
        let before = self.subject.and_then(|act| {
            act.seen.iter().find(|seen| {
                &*seen.register == register && &*seen.subject == subject && &*seen.value == value
            })
        });
        if let Some(seen) = before {
            return seen.is.clone().ok_or_else(missing);
        }
        if !self.surroundings.given {
            self.unlooked.set(true);
            return Err(missing());
        }
        let looked = self.surroundings.look(register, subject, value, self.at);
        self.note_seen(Seen {
            register: register.into(),
            subject: subject.into(),
            value: value.into(),
            is: looked.as_ref().and_then(|looked| looked.value.clone()),
            matter: looked.as_ref().map(|looked| looked.matter.clone()).unwrap_or_default(),
            version: looked.as_ref().map_or(0, |looked| looked.version),
        });
        looked.and_then(|looked| looked.value).ok_or_else(missing)
    }

    pub(super) fn between(&self, how: Between, from: Date, to: Date) -> Result<i64, Missing> {
        let days = i64::from(from.until(to).map_err(|error| vec![error.to_string()])?.get_days());
        match how {
            Between::Days => Ok(days),
            Between::FullDays => Ok((days - 1).max(0)),
            Between::FullWorkingDays => {
                if days > DAYS_BETWEEN_MAX {
                    return Err(vec!["相隔太久，无法计算工作日".to_owned()]);
                }
                let mut count = 0;
                let mut day = from;
                for _ in 1..days.max(1) {
                    day = day.tomorrow().map_err(|error| vec![error.to_string()])?;
                    match self.view.book.calendar().is_working(day) {
                        Some(working) => count += i64::from(working),
                        None => return Err(vec![format!("{}年的节假日安排", day.year())]),
                    }
                }
                Ok(count)
            }
        }
    }
}

/// A day moved by calendar units.
pub(super) fn plus(day: Date, count: i64, unit: PlusUnit) -> Result<Date, Missing> {
    let too_far = |_| vec!["日期超出可计算的范围".to_owned()];
    let span: Span = match unit {
        PlusUnit::Day => 0.days().try_days(count),
        PlusUnit::Month => 0.months().try_months(count),
        PlusUnit::Year => 0.years().try_years(count),
    }
    .map_err(too_far)?;
    day.checked_add(span).map_err(too_far)
}
