//! Lists: filters, orders, pages, access, search.

use jiff::civil::{Date, date};

use super::sample::{append, instant, key};
use super::{Site, record};
use crate::{
    Append, Binds, Count, Counter, Cursor, FindingQuery, FindingRow, FindingState, LimitQuery, LimitRow,
    LimitState, MatterKey, MatterQuery, MatterSort, Openness, Part, PartyName, Scope, Severity, Span, Store,
    StoreError, Whose,
};

/// The whole unit of the samples.
#[must_use]
pub fn everything() -> Scope {
    Scope::Of(vec![Part { unit: super::sample::UNIT.into(), whose: Whose::Unit }])
}

fn part(unit: &str, whose: Whose) -> Part {
    Part { unit: unit.into(), whose }
}

/// Sixty matters that differ in everything.
async fn fill(store: &dyn Store) {
    for n in 0..60_u32 {
        let mut append = append(&key(&format!("m{n:02}")), 0, 1);
        let row = &mut append.rows.row;
        row.procedure = ["penalty-ordinary", "penalty-summary"][n as usize % 2].into();
        row.stage = format!("stage-{}", n % 3);
        row.opened = date(2026, 1, 1).checked_add(jiff::Span::new().days(i64::from(n % 7))).unwrap();
        row.closed = (n % 4 == 0).then(|| date(2026, 6, 1));
        row.last = instant(n * 7 % 60);
        row.next_due = (n % 5 != 0).then(|| date(2026, 3, 1 + (n % 20) as i8));
        row.number = (n % 6 != 0).then(|| format!("罚〔2026〕{n}号"));
        row.officers = vec![format!("p-{}", n % 8), "p-all".into()];
        row.parties = vec![PartyName { id: format!("c-{}", n % 9), name: "某".into() }];
        row.squad = Some(format!("squad-{}", n % 2));
        append.rows.findings = finding(n).into_iter().collect();
        append.rows.words = vec!["超限".into(), format!("车牌{n}"), ["运输", "客运"][n as usize % 2].into()];
        record(store, append).await;
    }
}

fn finding(n: u32) -> Option<FindingRow> {
    let state = match n % 4 {
        0 => return None,
        1 => FindingState::Pending,
        2 => FindingState::Broken,
        _ => FindingState::Explained,
    };
    let until = (state == FindingState::Pending).then(|| date(2026, 3, 1 + (n % 28) as i8));
    let severity = [Severity::Low, Severity::Medium, Severity::High][n as usize % 3];
    let since = date(2026, 1, 1 + (n % 28) as i8);
    Some(FindingRow {
        rule: format!("rule-{}", n % 3),
        strand: None,
        start: 1,
        severity,
        state,
        since,
        until,
    })
}

/// Which samples a query finds, page by page, in order.
async fn found(store: &dyn Store, query: &MatterQuery) -> Vec<u32> {
    let mut query = MatterQuery { n: 7, after: None, ..query.clone() };
    let mut numbers = Vec::new();
    loop {
        let page = store.matters(&query).await.unwrap();
        assert!(page.rows.len() <= 7);
        numbers.extend(page.rows.iter().map(|row| row.key.matter[1..].parse::<u32>().unwrap()));
        let Some(next) = page.next else { break };
        assert_eq!(page.rows.len(), 7, "a page before the last one is full");
        query.after = Some(next);
    }
    let count = store.count_matters(&query, 1000).await.unwrap();
    assert_eq!(count, Count::Exactly(numbers.len() as u32), "{query:?}");
    numbers
}

fn query(change: impl FnOnce(&mut MatterQuery)) -> MatterQuery {
    let mut query = MatterQuery::of(everything());
    change(&mut query);
    query
}

const SORTS: [MatterSort; 5] =
    [MatterSort::Last, MatterSort::Due, MatterSort::Opened, MatterSort::Number, MatterSort::Begun];

/// Under every order, walking the pages meets every matter once.
pub async fn pages_hold_every_matter_once(site: &dyn Site) {
    let store = site.open().await;
    fill(&*store).await;
    for sort in SORTS {
        let mut numbers = found(&*store, &query(|query| query.sort = sort)).await;
        numbers.sort_unstable();
        assert_eq!(numbers, (0..60).collect::<Vec<_>>(), "{sort:?}");
    }
    let count = store.count_matters(&query(|_| {}), 20).await.unwrap();
    assert_eq!(count, Count::MoreThan(20));
    let empty = MatterQuery::of(Scope::Of(Vec::new()));
    assert_eq!(store.matters(&empty).await.unwrap().rows, []);
    let elsewhere = MatterQuery::of(Scope::Of(vec![part("elsewhere", Whose::Unit)]));
    assert_eq!(store.matters(&elsewhere).await.unwrap().rows, []);
}

/// Each filter alone, under every order, and two together.
pub async fn each_filter_finds_what_it_says(site: &dyn Site) {
    let store = site.open().await;
    fill(&*store).await;
    let check = async |name: &str, change: &dyn Fn(&mut MatterQuery), is_found: &dyn Fn(u32) -> bool| {
        for sort in SORTS {
            let mut numbers = found(
                &*store,
                &query(|query| {
                    change(query);
                    query.sort = sort;
                }),
            )
            .await;
            numbers.sort_unstable();
            assert_eq!(numbers, (0..60).filter(|n| is_found(*n)).collect::<Vec<_>>(), "{name} {sort:?}");
        }
    };
    let due = |n: u32| if n.is_multiple_of(5) { u32::MAX } else { 1 + n % 20 };
    let is_broken = |n: u32, day: u32| n % 4 == 2 || (n % 4 == 1 && 1 + n % 28 < day);
    check("procedure", &|query| query.procedures = vec!["penalty-summary".into()], &|n| n % 2 == 1).await;
    check("stage", &|query| query.stages = vec!["stage-0".into(), "stage-2".into()], &|n| n % 3 != 1).await;
    check(
        "procedure and stage",
        &|query| {
            query.procedures = vec!["penalty-summary".into()];
            query.stages = vec!["stage-1".into()];
        },
        &|n| n % 2 == 1 && n % 3 == 1,
    )
    .await;
    check("person", &|query| query.person = Some("p-3".into()), &|n| n % 8 == 3).await;
    check("a person of all", &|query| query.person = Some("p-all".into()), &|_| true).await;
    check("counterpart", &|query| query.counterpart = Some("c-4".into()), &|n| n % 9 == 4).await;
    check("due", &|query| query.due_until = Some(date(2026, 3, 9)), &|n| due(n) <= 9).await;
    check("findings", &|query| query.findings_on = Some(date(2026, 3, 14)), &|n| is_broken(n, 14)).await;
    check("open", &|query| query.openness = Openness::Open, &|n| n % 4 != 0).await;
    check("closed", &|query| query.openness = Openness::Closed, &|n| n % 4 == 0).await;
    let opened = Span { from: Some(date(2026, 1, 3)), to: Some(date(2026, 1, 5)) };
    check("opened", &|query| query.opened = opened, &|n| (2..=4).contains(&(n % 7))).await;
    let last = Span { from: Some(instant(10)), to: Some(instant(30)) };
    check("last", &|query| query.last = last, &|n| (10..=30).contains(&(n * 7 % 60))).await;
    check("number", &|query| query.number = Some("罚〔2026〕5".into()), &|n| {
        n % 6 != 0 && (n == 5 || n / 10 == 5)
    })
    .await;
    check("words", &|query| query.words = vec!["客运".into()], &|n| n % 2 == 1).await;
    check(
        "words and person",
        &|query| {
            query.words = vec!["超限".into(), "运输".into()];
            query.person = Some("p-2".into());
        },
        &|n| n % 8 == 2,
    )
    .await;
}

/// The rows come in the order that was asked for, those with the same value in a fixed one.
pub async fn each_order_is_kept(site: &dyn Site) {
    let store = site.open().await;
    fill(&*store).await;
    let order = async |sort| found(&*store, &query(|query| query.sort = sort)).await;
    let expected = |by: &dyn Fn(u32) -> (i64, i64)| {
        let mut numbers: Vec<u32> = (0..60).collect();
        numbers.sort_by_key(|n| by(*n));
        numbers
    };
    let later = |n: u32| -i64::from(n);
    assert_eq!(order(MatterSort::Last).await, expected(&|n| (later(n * 7 % 60), later(n))));
    assert_eq!(order(MatterSort::Opened).await, expected(&|n| (later(n % 7), later(n))));
    assert_eq!(order(MatterSort::Begun).await, expected(&|n| (later(n), 0)));
    let due = |n: u32| if n.is_multiple_of(5) { 99 } else { i64::from(1 + n % 20) };
    assert_eq!(order(MatterSort::Due).await, expected(&|n| (due(n), i64::from(n))));
    let number = |n: u32| if n.is_multiple_of(6) { 99 } else { i64::from(n) };
    assert_eq!(order(MatterSort::Number).await, expected(&|n| (number(n), i64::from(n))));
}

/// Who may see part of a unit is shown that part, counted and paged as such, and each matter once.
pub async fn access_is_part_of_the_question(site: &dyn Site) {
    let store = site.open().await;
    fill(&*store).await;
    for unit in ["xiayi", "suixian"] {
        record(&*store, append(&MatterKey::new(unit, "m90"), 0, 1)).await;
    }
    let check = async |scope: Scope, is_found: &dyn Fn(u32) -> bool| {
        let mut numbers = found(&*store, &MatterQuery::of(scope.clone())).await;
        numbers.sort_unstable();
        assert_eq!(numbers, (0..60).filter(|n| is_found(*n)).collect::<Vec<_>>(), "{scope:?}");
    };
    let squad = |squad: &str| part(super::sample::UNIT, Whose::Squad(squad.into()));
    let person = |person: &str| part(super::sample::UNIT, Whose::Person(person.into()));
    check(Scope::Of(vec![squad("squad-1")]), &|n| n % 2 == 1).await;
    check(Scope::Of(vec![person("p-4")]), &|n| n % 8 == 4).await;
    check(Scope::Of(vec![squad("squad-1"), person("p-4"), person("p-5")]), &|n| n % 2 == 1 || n % 8 == 4)
        .await;
    check(Scope::Of(vec![part("elsewhere", Whose::Person("p-4".into()))]), &|_| false).await;
    assert_eq!(found(&*store, &MatterQuery::of(Scope::All)).await.len(), 62);
    let two = Scope::Of(vec![part("xiayi", Whose::Unit), squad("squad-0")]);
    assert_eq!(found(&*store, &MatterQuery::of(two.clone())).await.len(), 31);
    // Limits and findings keep to the same scope.
    let limits = store.limits(&LimitQuery { n: 500, ..LimitQuery::running(two.clone()) }).await.unwrap();
    assert_eq!(limits.rows.len(), 31);
    let mine = Scope::Of(vec![person("p-2")]);
    let findings = store.findings(&FindingQuery::broken(mine, date(2026, 12, 1))).await.unwrap();
    assert_eq!(findings.rows.len(), (0..60).filter(|n| n % 8 == 2).count());
}

/// Words are found whole, in any case and width, and stop being found when they leave the matter.
pub async fn words_are_found(site: &dyn Site) {
    let store = site.open().await;
    let mut first = append(&key("m01"), 0, 1);
    first.rows.words = vec!["豫N-12345挂".into(), "超限运输".into(), "𬭩".into(), "O'Neil".into()];
    record(&*store, first).await;
    let mut second = append(&MatterKey::new("xiayi", "m02"), 0, 1);
    second.rows.words = vec!["超限运输".into()];
    record(&*store, second).await;
    let search = async |words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        found(&*store, &query(|query| query.words = words)).await.len()
    };
    for words in [&["12345挂"][..], &["豫n", "超限运输"], &["１２３４５挂"], &["𬭩"], &["o'neil"], &["NEIL"]]
    {
        assert_eq!(search(words).await, 1, "{words:?}");
    }
    for words in [&["超限"][..], &["12345"], &["超限运输", "无"], &["!"], &["* OR 超限运输"], &["\""]]
    {
        assert_eq!(search(words).await, 0, "{words:?}");
    }
    let mut next = append(&key("m01"), 1, 1);
    next.rows.words = vec!["客运".into()];
    record(&*store, next).await;
    assert_eq!((search(&["超限运输"]).await, search(&["客运"]).await), (0, 1));
}

/// The first due first, whole days to their end, page by page.
pub async fn limits_come_first_due_first(site: &dyn Site) {
    let store = site.open().await;
    let limit = |limit: &str, due: &str, state, binds| LimitRow {
        limit: limit.into(),
        strand: Some("c-1".into()),
        start: 1,
        due: due.parse().unwrap(),
        state,
        binds,
    };
    let running = LimitState::Running;
    let mut a = append(&key("a"), 0, 1);
    a.rows.limits = vec![
        limit("late", "2026-03-20", running, Binds::Agency),
        limit("met", "2026-03-01", LimitState::Met, Binds::Agency),
        limit("noon", "2026-03-10T12:00:00+08:00", running, Binds::Party),
    ];
    record(&*store, a).await;
    let mut b = append(&key("b"), 0, 1);
    b.rows.row.procedure = "reconsideration".into();
    b.rows.limits = vec![limit("day", "2026-03-10", running, Binds::Agency)];
    record(&*store, b).await;
    let ids = async |change: &dyn Fn(&mut LimitQuery)| {
        let mut query = LimitQuery::running(everything());
        query.n = 2;
        change(&mut query);
        let mut ids = Vec::new();
        loop {
            let page = store.limits(&query).await.unwrap();
            ids.extend(page.rows.into_iter().map(|hit| hit.limit.limit));
            query.after = page.next;
            if query.after.is_none() {
                return ids;
            }
        }
    };
    assert_eq!(ids(&|_| {}).await, ["noon", "day", "late"]);
    assert_eq!(ids(&|query| query.binds = Some(Binds::Agency)).await, ["day", "late"]);
    assert_eq!(ids(&|query| query.state = LimitState::Met).await, ["met"]);
    assert_eq!(ids(&|query| query.procedures = vec!["reconsideration".into()]).await, ["day"]);
    let until: jiff::Timestamp = "2026-03-10T23:00:00+08:00".parse().unwrap();
    assert_eq!(ids(&|query| query.due.to = Some(until)).await, ["noon"]);
    assert_eq!(ids(&|query| query.due.from = Some(until)).await, ["day", "late"]);
    // What is met leaves the list with the act that met it.
    let mut next = append(&key("b"), 1, 1);
    next.rows.limits.clear();
    record(&*store, next).await;
    assert_eq!(ids(&|_| {}).await, ["noon", "late"]);
}

/// A pending finding is broken from the day after its last day, without anybody writing anything.
pub async fn findings_turn_with_the_day(site: &dyn Site) {
    let store = site.open().await;
    fill(&*store).await;
    let find = async |day: Date, change: &dyn Fn(&mut FindingQuery)| {
        let mut query = FindingQuery::broken(everything(), day);
        query.n = 6;
        change(&mut query);
        let mut hits = Vec::new();
        loop {
            let page = store.findings(&query).await.unwrap();
            assert!(page.rows.iter().all(|hit| hit.finding.state == query.state));
            hits.extend(page.rows);
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        assert!(hits.is_sorted_by(|a, b| a.finding.since >= b.finding.since));
        let mut numbers: Vec<u32> = hits.iter().map(|hit| hit.key.matter[1..].parse().unwrap()).collect();
        numbers.sort_unstable();
        numbers
    };
    let expected = |is_found: &dyn Fn(u32) -> bool| (0..60).filter(|n| is_found(*n)).collect::<Vec<_>>();
    let until = |n: u32| 1 + n % 28;
    for day in [1, 2, 14, 29] {
        let on = date(2026, 3, day as i8);
        let broken = find(on, &|_| {}).await;
        assert_eq!(broken, expected(&|n| n % 4 == 2 || (n % 4 == 1 && until(n) < day)), "{day}");
        let pending = find(on, &|query| query.state = FindingState::Pending).await;
        assert_eq!(pending, expected(&|n| n % 4 == 1 && until(n) >= day), "{day}");
    }
    let day = date(2026, 3, 14);
    let explained = find(day, &|query| query.state = FindingState::Explained).await;
    assert_eq!(explained, expected(&|n| n % 4 == 3));
    let is_broken = |n: u32| n % 4 == 2 || (n % 4 == 1 && until(n) < 14);
    let of_rule = find(day, &|query| query.rules = vec!["rule-1".into()]).await;
    assert_eq!(of_rule, expected(&|n| is_broken(n) && n % 3 == 1));
    let severe = find(day, &|query| query.severity = Some(Severity::Medium)).await;
    assert_eq!(severe, expected(&|n| is_broken(n) && n % 3 != 0));
}

/// Counters follow every change of stage, and are those of a count.
pub async fn counters_follow_the_stages(site: &dyn Site) {
    let store = site.open().await;
    let at = |key: &MatterKey, expected, stage: &str, closed: Option<Date>| -> Append {
        let mut append = append(key, expected, 1);
        append.rows.row.stage = stage.into();
        append.rows.row.closed = closed;
        append
    };
    let (a, b, c) = (key("a"), key("b"), MatterKey::new("xiayi", "c"));
    for key in [&a, &b, &c] {
        record(&*store, at(key, 0, "investigation", None)).await;
    }
    record(&*store, at(&a, 1, "decision", None)).await;
    record(&*store, at(&b, 1, "decision", None)).await;
    record(&*store, at(&b, 2, "decision", Some(date(2026, 6, 1)))).await;
    let counter = |unit: &str, stage: &str, n_open, n_closed| Counter {
        unit: unit.into(),
        procedure: "penalty-ordinary".into(),
        stage: stage.into(),
        n_open,
        n_closed,
    };
    let here = counter(super::sample::UNIT, "decision", 1, 1);
    let there = counter("xiayi", "investigation", 1, 0);
    assert_eq!(store.counters(&[]).await.unwrap(), [there.clone(), here]);
    assert_eq!(store.counters(&["xiayi".into()]).await.unwrap(), [there]);
    assert_eq!(store.counters(&["elsewhere".into()]).await.unwrap(), []);
}

/// A cursor of another order, or none at all, is told so.
pub async fn a_strange_cursor_is_refused(site: &dyn Site) {
    let store = site.open().await;
    fill(&*store).await;
    let next = store.matters(&query(|query| query.n = 1)).await.unwrap().next;
    for after in [next, Some(Cursor("; drop table act".into())), Some(Cursor(String::new()))] {
        let wrong = query(|query| {
            query.sort = MatterSort::Due;
            query.after = after;
        });
        let error = store.matters(&wrong).await.unwrap_err();
        assert!(matches!(error, StoreError::Cursor { .. }), "{error:?}");
    }
    let limits = LimitQuery { after: Some(Cursor("t00.1".into())), ..LimitQuery::running(everything()) };
    assert!(matches!(store.limits(&limits).await, Err(StoreError::Cursor { .. })));
}
