//! Pages and counts of matters.

use crate::error::StoreError;
use crate::query::{MatterQuery, MatterSort, Openness, Part, Whose};
use crate::sql::{Dialect, Param, Place, Sql, page_size, words_query};

/// What a list is driven by: the index of its order, or the index of a filter that leaves few rows to be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// The order; rows that a filter rejects are passed over.
    Order,
    /// The matters of the person the query names.
    Person,
    /// The matters of the person the scope names.
    Own,
    /// The matters with the counterpart.
    Counterpart,
    /// The matters with the words.
    Words,
    /// The matters in the stages.
    Stage,
    /// The matters due.
    Due,
    /// The matters with a broken finding.
    Alarm,
    /// The matters opened in the span.
    Opened,
    /// The matters whose number begins so.
    Number,
}

/// How many rows a filter may leave to be sorted before its order is followed instead.
const PROBE_MAX: i64 = 10_000;

/// A page of the matters of some parts. The columns are body, sort value, number of the row.
///
/// # Errors
/// [`StoreError::Cursor`] when the cursor is not one of this order.
pub fn matters(dialect: Dialect, query: &MatterQuery, parts: &[(Part, Driver)]) -> Result<Sql, StoreError> {
    let order = Order::of(query.sort);
    let place = query.after.as_ref().map(|cursor| Place::read(cursor, order.is_text, 1)).transpose()?;
    let n = page_size(query.n) as i64 + 1;
    let mut sql = Sql::new(dialect);
    sql.push("select body, s, begun from (");
    for (at, (part, driver)) in parts.iter().enumerate() {
        if at > 0 {
            sql.push(" union ");
        }
        sql.push("select * from (select m.body as body, ").push(order.column).push(" as s, m.begun as begun");
        source(&mut sql, query, part, *driver);
        let direction = order.direction();
        if let (Driver::Words, MatterSort::Begun, Dialect::Sqlite) = (driver, query.sort, dialect) {
            // The index of the words gives them in this order by itself, if it is asked by its own number of the row.
            if let Some(Place { ties, .. }) = &place {
                sql.push(" and t.rowid < ").int(ties[0]);
            }
            sql.push(" order by t.rowid desc limit ").int(n);
        } else {
            if let Some(Place { value, ties }) = &place {
                sql.push(" and (").push(order.column).push(", m.begun) ").push(order.beyond()).push(" (");
                sql.bind(value.clone()).push(", ").int(ties[0]).push(")");
            }
            sql.push(&format!(" order by {} {direction}, m.begun {direction} limit ", order.column)).int(n);
        }
        sql.push(") as part");
    }
    let direction = order.direction();
    sql.push(&format!(") as page order by s {direction}, begun {direction} limit ")).int(n);
    Ok(sql)
}

/// How many matters the parts have, counted up to `at_most` and one more. The column is the count.
#[must_use]
pub fn count_matters(dialect: Dialect, query: &MatterQuery, parts: &[(Part, Driver)], at_most: u32) -> Sql {
    let mut sql = Sql::new(dialect);
    sql.push("select count(*) from (select begun from (");
    for (at, (part, driver)) in parts.iter().enumerate() {
        if at > 0 {
            sql.push(" union ");
        }
        sql.push("select * from (select m.begun as begun");
        source(&mut sql, query, part, *driver);
        sql.push(" limit ").int(i64::from(at_most) + 1).push(") as part");
    }
    sql.push(") as parts limit ").int(i64::from(at_most) + 1).push(") as counted");
    sql
}

/// For SQLite: what tells how many rows each filter leaves, counted up to [`PROBE_MAX`]. The driver is the filter
/// with the least, or the order when all leave many.
#[must_use]
pub fn probes(query: &MatterQuery, part: &Part) -> Vec<(Driver, Sql)> {
    let mut drivers = Vec::new();
    let mut consider = |is_there: bool, driver| {
        if is_there {
            drivers.push(driver);
        }
    };
    consider(query.person.is_some(), Driver::Person);
    consider(matches!(part.whose, Whose::Person(_)), Driver::Own);
    consider(query.counterpart.is_some(), Driver::Counterpart);
    consider(!query.words.is_empty() && query.sort != MatterSort::Begun, Driver::Words);
    consider(!query.procedures.is_empty(), Driver::Stage);
    consider(query.due_until.is_some() && query.sort != MatterSort::Due, Driver::Due);
    consider(query.findings_on.is_some(), Driver::Alarm);
    let spans = query.opened.from.is_some() || query.opened.to.is_some();
    consider(spans && query.sort != MatterSort::Opened, Driver::Opened);
    consider(query.number.is_some(), Driver::Number);
    let probe = |driver| {
        let mut sql = Sql::new(Dialect::Sqlite);
        let only = only(query, part, driver);
        sql.push("select count(*) from (select 1");
        source(&mut sql, &only, &Part { unit: part.unit.clone(), whose: own(part, driver) }, driver);
        sql.push(" limit ").int(PROBE_MAX).push(")");
        (driver, sql)
    };
    drivers.into_iter().map(probe).collect()
}

impl Driver {
    /// The driver of a list, from what the probes counted.
    #[must_use]
    pub fn choose(query: &MatterQuery, counted: &[(Driver, i64)]) -> Driver {
        let least = counted.iter().min_by_key(|(_, n)| *n);
        match least {
            Some((driver, n)) if *n < PROBE_MAX => *driver,
            // The newest matters of a word come in the order of the index.
            _ if !query.words.is_empty() && query.sort == MatterSort::Begun => Driver::Words,
            // The index of a single stage has the order within it.
            _ => Driver::Order,
        }
    }

    fn index(self, query: &MatterQuery) -> Option<&'static str> {
        Some(match self {
            Driver::Order => match (query.sort, query.openness) {
                (MatterSort::Last, Openness::Open) => "matter_open_last",
                (MatterSort::Last, Openness::Any | Openness::Closed) => "matter_last",
                (MatterSort::Due, _) => "matter_due",
                (MatterSort::Opened, _) => "matter_opened",
                (MatterSort::Number, _) => "matter_number_key",
                (MatterSort::Begun, _) => "matter_begun",
            },
            Driver::Stage => "matter_stage",
            Driver::Due => "matter_due",
            Driver::Alarm => "matter_alarm",
            Driver::Opened => "matter_opened",
            Driver::Number => "matter_number",
            Driver::Person | Driver::Own | Driver::Counterpart | Driver::Words => return None,
        })
    }
}

/// The query with the one filter a driver stands for.
fn only(query: &MatterQuery, part: &Part, driver: Driver) -> MatterQuery {
    let mut only = MatterQuery::of(crate::query::Scope::Of(vec![part.clone()]));
    match driver {
        Driver::Order | Driver::Own => {}
        Driver::Person => only.person = query.person.clone(),
        Driver::Counterpart => only.counterpart = query.counterpart.clone(),
        Driver::Words => only.words = query.words.clone(),
        Driver::Stage => {
            only.procedures = query.procedures.clone();
            only.stages = query.stages.clone();
        }
        Driver::Due => only.due_until = query.due_until,
        Driver::Alarm => only.findings_on = query.findings_on,
        Driver::Opened => only.opened = query.opened,
        Driver::Number => only.number = query.number.clone(),
    }
    only
}

fn own(part: &Part, driver: Driver) -> Whose {
    if driver == Driver::Own { part.whose.clone() } else { Whose::Unit }
}

/// From where, and which: ` from … where …`.
fn source(sql: &mut Sql, query: &MatterQuery, part: &Part, driver: Driver) {
    let own = match &part.whose {
        Whose::Person(person) => Some(person),
        Whose::Unit | Whose::Squad(_) => None,
    };
    let links = [
        (Driver::Person, "person", query.person.as_ref()),
        (Driver::Own, "person", own),
        (Driver::Counterpart, "party", query.counterpart.as_ref()),
    ];
    let words = words_query(sql.dialect, &part.unit, &query.words);
    let driving = links.iter().find(|(link, _, _)| *link == driver);
    match (driving, &words) {
        (Some((_, kind, Some(id))), _) => {
            // A cross join keeps SQLite to this order.
            sql.push(" from matter_link l cross join matter_row m where l.begun = m.begun and l.unit = ");
            sql.text(&part.unit).push(&format!(" and l.kind = '{kind}' and l.id = ")).text(*id);
            sql.push(" and m.unit = ").text(&part.unit);
        }
        (_, Some(words)) if driver == Driver::Words && sql.dialect == Dialect::Sqlite => {
            sql.push(
                " from matter_text t cross join matter_row m where t.rowid = m.begun and matter_text match ",
            );
            sql.text(words).push(" and m.unit = ").text(&part.unit);
        }
        _ => {
            sql.push(" from matter_row m").indexed_by(driver.index(query)).push(" where m.unit = ");
            sql.text(&part.unit);
        }
    }
    for (link, kind, id) in links {
        if let Some(id) = id.filter(|_| link != driver) {
            sql.push(" and exists (select 1 from matter_link l where l.unit = ").text(&part.unit);
            sql.push(&format!(" and l.kind = '{kind}' and l.id = ")).text(id).push(" and l.begun = m.begun)");
        }
    }
    match (&words, sql.dialect) {
        (None, _) if query.words.is_empty() => {}
        (None, _) => drop(sql.push(" and false")),
        (Some(_), Dialect::Sqlite) if driver == Driver::Words => {}
        (Some(words), Dialect::Sqlite) => {
            sql.push(
                " and exists (select 1 from matter_text t where t.rowid = m.begun and matter_text match ",
            );
            sql.text(words).push(")");
        }
        (Some(words), Dialect::Postgres) => {
            sql.push(" and exists (select 1 from matter_text t where t.unit = m.unit and t.begun = m.begun and t.words @@ ");
            sql.text(words).push("::text::tsquery)");
        }
    }
    if let Whose::Squad(squad) = &part.whose {
        sql.push(" and m.squad = ").text(squad);
    }
    filters(sql, query);
}

/// The filters on columns of the row itself.
fn filters(sql: &mut Sql, query: &MatterQuery) {
    sql.one_of("m.procedure", query.procedures.iter().map(String::as_str));
    sql.one_of("m.stage", query.stages.iter().map(String::as_str));
    let days = [
        ("m.due <= ", query.due_until),
        ("m.alarm <= ", query.findings_on),
        ("m.opened >= ", query.opened.from),
        ("m.opened <= ", query.opened.to),
    ];
    for (bound, day) in days {
        if let Some(day) = day {
            sql.push(" and ").push(bound).text(day.to_string());
        }
    }
    for (bound, instant) in [("m.last >= ", query.last.from), ("m.last <= ", query.last.to)] {
        if let Some(instant) = instant {
            sql.push(" and ").push(bound).int(instant.as_microsecond());
        }
    }
    match query.openness {
        Openness::Any => {}
        Openness::Open => drop(sql.push(" and m.is_open = 1")),
        Openness::Closed => drop(sql.push(" and m.is_open = 0")),
    }
    if let Some(number) = &query.number {
        sql.push(" and m.number >= ").text(number).push(" and m.number < ");
        sql.text(format!("{number}{}", char::MAX));
    }
}

/// How an order is asked for.
struct Order {
    column: &'static str,
    is_text: bool,
    is_descending: bool,
}

impl Order {
    fn of(sort: MatterSort) -> Order {
        let (column, is_text, is_descending) = match sort {
            MatterSort::Last => ("m.last", false, true),
            MatterSort::Due => ("m.due", true, false),
            MatterSort::Opened => ("m.opened", true, true),
            MatterSort::Number => ("m.number_key", true, false),
            MatterSort::Begun => ("m.begun", false, true),
        };
        Order { column, is_text, is_descending }
    }

    fn direction(&self) -> &'static str {
        if self.is_descending { "desc" } else { "asc" }
    }

    fn beyond(&self) -> &'static str {
        if self.is_descending { "<" } else { ">" }
    }
}

/// Which kind of sort value an order has.
#[must_use]
pub fn sorts_by_text(sort: MatterSort) -> bool {
    Order::of(sort).is_text
}

/// The sort value and number of a row, as a place to go on from.
#[must_use]
pub fn place(value: Param, begun: i64) -> Place {
    Place { value, ties: vec![begun] }
}
