//! Matters by people in their posts: from the unit to a summary penalty, with what is refused on the way.

use app::people::session::Scope;
use app::{Caller, Error, Proposal};
use serde_json::{Value as Json, json};
use store::{AppendError, MatterKey, MatterQuery};

use crate::world::{UNIT, World, proposal};

/// Two officers with certificates, a leader, a legal reviewer, and the administrators.
struct Brigade {
    world: World,
    system: Caller,
    personnel: Caller,
    officer: Caller,
    colleague: Caller,
    leader: Caller,
}

async fn brigade() -> Brigade {
    let world = World::new().await;
    let system = world.administrator("system-administrator").await;
    let security = world.administrator("security-administrator").await;
    world.unit(&system).await;
    let personnel = world.person(&system, &security, "p-072", &["personnel"]).await;
    for person in ["p-017", "p-021"] {
        let lines = certificate(person);
        world.app.import(&personnel, &lines).await.unwrap();
    }
    let officer = world.person(&system, &security, "p-017", &["officer", "lead-officer"]).await;
    let colleague = world.person(&system, &security, "p-021", &["officer"]).await;
    let leader = world.person(&system, &security, "p-002", &["leader"]).await;
    Brigade { world, system, personnel, officer, colleague, leader }
}

/// A certificate's record of before, taken over from the worked case of its procedure.
fn certificate(person: &str) -> Vec<Json> {
    let book = crate::world::book();
    let case = book.case("officer-certificate/full").expect("the worked case is there");
    let record = review::record_of(&book, case).expect("the worked case is a record");
    let line = |act: &record::Act| {
        let mut line = record::write_act(&record, act);
        line["matter"] = format!("证-{person}").into();
        line["about"]["person"] = json!([person]);
        for key in ["relied", "seen", "recorded"] {
            line.as_object_mut().unwrap().remove(key);
        }
        line
    };
    let before = jiff::civil::Date::constant(2022, 9, 1);
    record.acts.iter().filter(|act| act.at.day() < before).map(|act| line(act)).collect()
}

fn both() -> Json {
    json!([{ "person": "p-017", "post": "officer" }, { "person": "p-021", "post": "officer" }])
}

async fn opened(brigade: &Brigade) -> MatterKey {
    let line = json!({
        "act": "id-shown", "at": "2022-09-30T09:00:00+08:00", "by": both(),
        "fields": { "certificate-numbers": ["豫-017", "豫-021"], "identity-checked": true },
        "parties": [{ "id": "c-1", "kind": "citizen", "name": "示例当事人甲" }],
    });
    brigade.world.open(&brigade.officer, "penalty-summary", line).await.unwrap().key
}

fn evidence() -> Json {
    json!({ "act": "evidence-collected", "at": "2022-09-30T09:05:00+08:00", "by": both(), "fields": {
        "evidence-kind": "audiovisual", "evidence-origin": "scene", "evidence-method": "lawful",
        "evidence-summary": "车辆未随车携带营运证的照片和视频", "evidence-checked": true,
        "evidence-excluded": false, "collected-on": "2022-09-30", "is-copy": false,
    } })
}

#[tokio::test]
async fn a_summary_penalty_is_carried_by_people_in_their_posts() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    assert_eq!(key.matter, "2022-000006");
    brigade.world.act(&brigade.officer, &key, evidence()).await.unwrap();
    let page = brigade.world.app.matter(&brigade.officer, &key).await.unwrap();
    assert_eq!(page.acts.len(), 2);
    assert_eq!(page.acts[0].line["parties"][0]["name"], "示例当事人甲");
    assert_eq!(page.acts[1].line["fields"]["evidence-summary"], "车辆未随车携带营运证的照片和视频");
    assert!(page.acts.iter().all(|act| act.stands));
    let next = brigade.world.app.next(&brigade.officer, &key).await.unwrap();
    assert!(next["possible"].as_array().unwrap().contains(&json!("onspot-told")), "{next}");
}

#[tokio::test]
async fn an_unmet_gate_is_refused_with_its_article_and_nothing_is_recorded() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let early = json!({ "act": "onspot-decision-delivered", "at": "2022-09-30T09:25:00+08:00", "by": both(),
        "fields": { "receipt-of-service": "signed", "delivery-mode": "paper" } });
    let Err(Error::Refused { n, answer }) = brigade.world.act(&brigade.officer, &key, early).await else {
        panic!("it must be refused")
    };
    assert!(n >= 1);
    assert_eq!(answer["accepted"], false);
    assert!(answer["unmet"][0]["cite"].is_array() || answer["unmet"][0]["cite"].is_string(), "{answer}");
    assert_eq!(brigade.world.app.matter(&brigade.officer, &key).await.unwrap().acts.len(), 1);
}

#[tokio::test]
async fn nobody_acts_in_a_post_not_held_or_for_one_who_does_not_hold_it() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    // In a post one does not hold.
    let mut line = evidence();
    line["by"] = json!([{ "person": "p-002", "post": "officer" }, { "person": "p-021", "post": "officer" }]);
    let done = brigade.world.act(&brigade.leader, &key, line.clone()).await;
    assert!(matches!(done, Err(Error::Forbidden { .. })), "{done:?}");
    // Naming a colleague who does not hold it.
    line["by"] = json!([{ "person": "p-017", "post": "officer" }, { "person": "p-002", "post": "officer" }]);
    let done = brigade.world.act(&brigade.officer, &key, line).await;
    assert!(matches!(done, Err(Error::Forbidden { .. })), "{done:?}");
    // An administrator.
    let done = brigade.world.act(&brigade.system, &key, evidence()).await;
    assert!(done.is_err(), "{done:?}");
    assert_eq!(brigade.world.app.matter(&brigade.officer, &key).await.unwrap().acts.len(), 1);
}

#[tokio::test]
async fn what_the_program_adds_is_not_taken_from_people() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    for (field, value) in [
        ("seq", json!(9)),
        ("recorded", json!("2022-01-01T00:00:00Z")),
        ("relied", json!([])),
        ("seen", json!([])),
        ("entered", json!({ "person": "x", "post": "officer" })),
        ("number", json!("豫〔2022〕1号")),
        ("matter", json!("other")),
        ("unit", json!("other")),
        ("lawbook", json!("x")),
    ] {
        let mut line = evidence();
        line[field] = value;
        let done = brigade.world.act(&brigade.officer, &key, line).await;
        assert!(matches!(done, Err(Error::Invalid { .. })), "{field}: {done:?}");
    }
}

#[tokio::test]
async fn a_repeated_request_records_once_and_a_changed_one_is_refused() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let command = |line: Json| Proposal { command: Some("click-1".into()), ..proposal(&key, line) };
    let first = brigade.world.app.act(&brigade.officer, &command(evidence())).await.unwrap();
    let again = brigade.world.app.act(&brigade.officer, &command(evidence())).await.unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!((first.seq, first.leaf), (again.seq, again.leaf));
    let mut other = evidence();
    other["fields"]["evidence-summary"] = json!("别的");
    let reused = brigade.world.app.act(&brigade.officer, &command(other)).await;
    assert!(matches!(reused, Err(Error::Append(AppendError::KeyReused { .. }))), "{reused:?}");
    assert_eq!(brigade.world.app.matter(&brigade.officer, &key).await.unwrap().acts.len(), 2);
    // Beginning a matter is repeated the same way, although it gets its number anew each time.
    let open = || {
        let line = json!({ "act": "id-shown", "at": "2022-09-30T09:00:00+08:00", "by": both(),
            "fields": { "certificate-numbers": ["豫-017", "豫-021"], "identity-checked": true },
            "parties": [{ "id": "c-2", "kind": "citizen", "name": "示例当事人乙" }] });
        Proposal { command: Some("click-2".into()), ..proposal(&MatterKey::new(UNIT, ""), line) }
    };
    let first = brigade.world.app.open(&brigade.officer, "penalty-summary", open()).await.unwrap();
    let again = brigade.world.app.open(&brigade.officer, "penalty-summary", open()).await.unwrap();
    assert_eq!(first.key, again.key);
    assert!(again.repeated);
}

#[tokio::test]
async fn who_saw_less_is_told_what_the_other_did() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    brigade.world.act(&brigade.colleague, &key, evidence()).await.unwrap();
    let late = Proposal { expected: Some(1), ..proposal(&key, evidence()) };
    match brigade.world.app.act(&brigade.officer, &late).await {
        Err(Error::Append(AppendError::Conflict { seen: 1, current: 2, since })) => {
            assert_eq!(since[0].line().unwrap()["act"], "evidence-collected");
        }
        other => panic!("{other:?}"),
    }
    let informed = Proposal { expected: Some(2), ..proposal(&key, evidence()) };
    assert_eq!(brigade.world.app.act(&brigade.officer, &informed).await.unwrap().version, 3);
}

#[tokio::test]
async fn personal_values_are_not_in_the_stored_line() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    brigade.world.act(&brigade.officer, &key, evidence()).await.unwrap();
    let stored = brigade.world.app.store().load(&key).await.unwrap().unwrap();
    for act in &stored.acts {
        let text = String::from_utf8(act.bytes.clone()).unwrap();
        for hidden in ["示例当事人甲", "未随车携带"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}

#[tokio::test]
async fn others_see_what_the_grants_name_and_no_more() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let world = &brigade.world;
    // The leader reads the unit's matters; the system administrator and the personnel do not.
    assert!(world.app.matter(&brigade.leader, &key).await.is_ok());
    for caller in [&brigade.system, &brigade.personnel] {
        let seen = world.app.matter(caller, &key).await;
        assert!(matches!(seen, Err(Error::NotFound { .. })), "{}: {seen:?}", caller.login);
    }
    let of = |procedure: &str| MatterQuery {
        procedures: vec![procedure.into()],
        ..MatterQuery::of(store::Scope::All)
    };
    let count =
        async |caller: &Caller| world.app.matters(caller, of("penalty-summary")).await.unwrap().rows.len();
    assert_eq!(count(&brigade.officer).await, 1);
    assert_eq!(count(&brigade.leader).await, 1);
    assert_eq!(count(&brigade.system).await, 0);
    assert_eq!(count(&brigade.personnel).await, 0);
    // A token to read reads, and does not act.
    let (secret, _) = world.app.make_token(&brigade.officer, "报表", vec![Scope::Read], 1).await.unwrap();
    let token = world.app.caller_of_token(&secret).await.unwrap();
    assert!(world.app.matter(&token, &key).await.is_ok());
    assert!(matches!(world.act(&token, &key, evidence()).await, Err(Error::Forbidden { .. })));
}

#[tokio::test]
async fn a_post_taken_away_counts_at_once() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let security = brigade.world.caller("security-administrator").await;
    let query = MatterQuery {
        procedures: vec!["staff-file".into()],
        counterpart: Some("p-021".into()),
        ..MatterQuery::of(store::Scope::All)
    };
    let file = brigade.world.app.store().matters(&query).await.unwrap().rows[0].key.clone();
    let taken = json!({ "act": "post-taken", "strand": format!("officer@{UNIT}"), "fields": { "reason": "分工变动" } });
    brigade.world.act(&security, &file, taken).await.unwrap();
    let done = brigade.world.act(&brigade.officer, &key, evidence()).await;
    assert!(matches!(done, Err(Error::Forbidden { .. })), "{done:?}");
}

#[tokio::test]
async fn read_models_rebuild_to_the_same_content() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    brigade.world.act(&brigade.officer, &key, evidence()).await.unwrap();
    let store = brigade.world.app.store();
    let before = store.rows_digest().await.unwrap();
    let mut told = 0;
    let report = brigade.world.app.rebuild(|_| told += 1).await.unwrap();
    assert!(told > 0 && report.n_matters > 5, "{report:?}");
    assert_eq!(store.rows_digest().await.unwrap(), before);
}

#[tokio::test]
async fn two_at_once_are_both_recorded_or_told() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let mut tasks = Vec::new();
    for _ in 0..3 {
        let (app, caller, proposal) =
            (brigade.world.app.clone(), brigade.officer.clone(), proposal(&key, evidence()));
        tasks.push(tokio::spawn(async move { app.act(&caller, &proposal).await }));
    }
    let mut seqs = Vec::new();
    for task in tasks {
        seqs.push(task.await.unwrap().unwrap().seq);
    }
    seqs.sort_unstable();
    assert_eq!(seqs, [2, 3, 4]);
}

#[tokio::test]
async fn records_of_before_are_taken_over_by_few_and_never_into_registers_of_rights() {
    let brigade = brigade().await;
    let world = &brigade.world;
    // The same record again is the same command; another one under its number is not.
    let mut lines = certificate("p-017");
    world.app.import(&brigade.personnel, &lines).await.unwrap();
    lines.pop();
    assert!(world.app.import(&brigade.personnel, &lines).await.is_err());
    for caller in [&brigade.officer, &brigade.system] {
        let done = world.app.import(caller, &certificate("p-030")).await;
        assert!(matches!(done, Err(Error::Forbidden { .. })), "{}: {done:?}", caller.login);
    }
    let staff = json!({ "matter": "人-1", "procedure": "staff-file", "seq": 1, "act": "staff-registered",
        "at": "2022-09-01", "about": { "person": ["p-099"] }, "fields": { "person-name": "示例", "establishment-type": "civil-servant" } });
    let done = world.app.import(&brigade.personnel, &[staff]).await;
    assert!(matches!(done, Err(Error::Forbidden { .. })), "{done:?}");
    let broken = json!({ "matter": "证-1", "procedure": "officer-certificate", "seq": 1, "act": "no-such-act", "at": "2022-09-01" });
    assert!(matches!(world.app.import(&brigade.personnel, &[broken]).await, Err(Error::Invalid { .. })));
}

#[tokio::test]
async fn what_is_erased_is_gone_from_values_words_and_lists_and_the_log_still_holds() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let world = &brigade.world;
    world.act(&brigade.officer, &key, evidence()).await.unwrap();
    let security = world.caller("security-administrator").await;
    let archivist = world.person(&brigade.system, &security, "p-062", &["archivist"]).await;
    let search = |word: &str| MatterQuery {
        words: app::Words.cut(word),
        procedures: vec!["penalty-summary".into()],
        ..MatterQuery::of(store::Scope::All)
    };
    let found = async |word: &str| world.app.store().matters(&search(word)).await.unwrap().rows.len();
    assert_eq!((found("当事人").await, found("视频").await), (1, 1));
    let before = world.app.store().load(&key).await.unwrap().unwrap();
    let erasure = |seqs: Json, fields: Json| {
        json!({ "act": "personal-data-erased", "fields": {
            "erased-seqs": seqs, "erased-fields": fields, "erasure-ground": "term-over",
            "retention-ended": true, "reason": "保管期限届满", "approved-by": "p-031",
        } })
    };
    let nothing = world.act(&archivist, &key, erasure(json!([2]), json!(["no-such-field"]))).await;
    assert!(matches!(nothing, Err(Error::Invalid { .. })), "{nothing:?}");
    world
        .act(&archivist, &key, erasure(json!([1, 2]), json!(["party-name", "evidence-summary"])))
        .await
        .unwrap();
    assert_eq!((found("当事人").await, found("视频").await), (0, 0));
    let after = world.app.store().load(&key).await.unwrap().unwrap();
    for (before, after) in before.acts.iter().zip(&after.acts) {
        assert_eq!((before.bytes.as_slice(), before.hash), (after.bytes.as_slice(), after.hash));
    }
    assert!(after.acts[0].openings.iter().all(|opening| opening.path != "parties/0/name"));
    let page = world.app.matter(&brigade.officer, &key).await.unwrap();
    assert_eq!(page.acts[0].erased, ["parties/0/name"]);
    assert_eq!(page.acts[1].line["fields"]["evidence-summary"], Json::Null);
    assert_eq!(page.row.parties[0].name, "");
    let digest = world.app.store().rows_digest().await.unwrap();
    world.app.rebuild(|_| {}).await.unwrap();
    assert_eq!(world.app.store().rows_digest().await.unwrap(), digest);
}

#[tokio::test]
async fn reads_of_personal_data_are_recorded_once_a_day() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let world = &brigade.world;
    let file = MatterKey::new(UNIT, "查阅-2022-09-30");
    let reads = async || world.app.store().version(&file).await.unwrap();
    assert_eq!(reads().await, 0);
    world.app.matter(&brigade.officer, &key).await.unwrap();
    world.app.matter(&brigade.officer, &key).await.unwrap();
    assert_eq!(reads().await, 1);
    world.app.matter(&brigade.leader, &key).await.unwrap();
    let told = reads().await;
    world.app.matter(&brigade.leader, &key).await.unwrap();
    assert_eq!(reads().await, told);
    let stored = world.app.store().load(&file).await.unwrap().unwrap();
    let line = stored.acts[0].line().unwrap();
    assert_eq!(line["by"][0]["person"], "p-017");
    assert_eq!(line["fields"]["read-parts"], json!(["personal"]));
}

#[tokio::test]
async fn what_is_sealed_is_hidden_from_those_who_may_not_read_it() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let world = &brigade.world;
    world.act(&brigade.officer, &key, evidence()).await.unwrap();
    let sealing = json!({ "act": "record-sealed", "fields": {
        "sealed-seqs": [2], "sealed-parts": ["evidence-summary"], "seal-ground": "privacy", "reason": "涉及个人隐私",
    } });
    world.act(&brigade.leader, &key, sealing).await.unwrap();
    let page = world.app.matter(&brigade.colleague, &key).await.unwrap();
    assert_eq!(page.acts[1].line["fields"]["evidence-summary"], "（已封存）");
    assert_eq!(page.acts[1].line["fields"]["evidence-kind"], "audiovisual");
}

#[tokio::test]
async fn an_act_of_another_matter_is_brought_in_as_it_stands_there() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let world = &brigade.world;
    let one = opened(&brigade).await;
    world.act(&brigade.officer, &one, evidence()).await.unwrap();
    let other = opened(&brigade).await;
    let adopt = |matter: &str, seq: u32| json!({ "act": "adopt", "adopted": [{ "matter": matter, "seq": seq }], "fields": { "reason": "同一现场" } });
    for (matter, seq) in [(one.matter.as_str(), 9), ("2022-999999", 1)] {
        let done = world.act(&brigade.officer, &other, adopt(matter, seq)).await;
        assert!(matches!(done, Err(Error::Invalid { .. })), "{done:?}");
    }
    world.act(&brigade.officer, &other, adopt(&one.matter, 2)).await.unwrap();
    let page = world.app.matter(&brigade.officer, &other).await.unwrap();
    let adopted = &page.acts[1].line["adopted"][0];
    assert_eq!(adopted["act"]["fields"]["evidence-summary"], "车辆未随车携带营运证的照片和视频");
    let source = world.app.store().load(&one).await.unwrap().unwrap();
    assert_eq!(adopted["leaf"], source.acts[1].hash.to_string());
    // What is brought in counts here: the evidence is there.
    let next = world.app.next(&brigade.officer, &other).await.unwrap();
    assert!(next["possible"].as_array().unwrap().contains(&json!("onspot-told")), "{next}");
}

#[tokio::test]
async fn who_may_reads_what_is_sealed_and_that_is_recorded() {
    let brigade = brigade().await;
    brigade.world.set("2022-09-30T01:30:00Z");
    let key = opened(&brigade).await;
    let world = &brigade.world;
    world.act(&brigade.officer, &key, evidence()).await.unwrap();
    let security = world.caller("security-administrator").await;
    let chief = world.person(&brigade.system, &security, "p-001", &["chief"]).await;
    let sealing = json!({ "act": "record-sealed", "fields": {
        "sealed-seqs": [2], "sealed-parts": ["evidence-summary"], "seal-ground": "privacy", "reason": "涉及个人隐私",
    } });
    world.act(&brigade.leader, &key, sealing).await.unwrap();
    let page = world.app.matter(&chief, &key).await.unwrap();
    assert_eq!(page.acts[1].line["fields"]["evidence-summary"], "车辆未随车携带营运证的照片和视频");
    let file = world.app.store().load(&MatterKey::new(UNIT, "查阅-2022-09-30")).await.unwrap().unwrap();
    let line = file.acts.last().unwrap().line().unwrap();
    assert_eq!(line["by"][0]["person"], "p-001");
    assert!(line["fields"]["read-parts"].as_array().unwrap().contains(&json!("sealed")));
}
