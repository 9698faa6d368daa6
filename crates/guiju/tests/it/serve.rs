//! A server as it is run: a real process, a loopback port, a folder, and what people and programs send it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value as Json, json};

use crate::kit::{Ran, project};

const UNIT: &str = "u-brigade";
const PASSWORD: &str = "correct horse 7 battery";

/// A running server.
struct Server {
    process: Child,
    url: String,
    /// Logins with their one-time passwords, at the first start.
    passwords: Vec<(String, String)>,
}

impl Server {
    fn start(folder: &Path) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_guiju"))
            .args(["serve", "--listen", "127.0.0.1:0", "--unit", UNIT, "--log-name", "log.example/test"])
            .args(["--requests-per-minute", "1000000"])
            .args(["--db", &db(folder), "--law"])
            .arg(project("law"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut passwords = Vec::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let [_, login, password] = line.trim().split('\t').collect::<Vec<_>>()[..] {
                passwords.push((login.to_owned(), password.to_owned()));
            }
            if let Some(url) = line.strip_prefix("开始服务：") {
                return Server { process, url: url.to_owned(), passwords };
            }
        }
        panic!("the server ended: {:?}", process.wait())
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Asks it to stop, and says how it ended.
    fn stop(mut self) -> i32 {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.process.wait().unwrap().code().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn db(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("guiju.db").display())
}

/// Someone at a server: a browser with its cookie and form secret, a program with a token, or nobody.
#[derive(Clone, Default)]
struct Client {
    url: String,
    cookie: String,
    form: String,
    token: Option<String>,
}

struct Answer {
    status: u16,
    json: Json,
    text: String,
    headers: ureq::http::HeaderMap,
}

impl Client {
    fn nobody(server: &Server) -> Client {
        Client { url: server.url.clone(), ..Client::default() }
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    fn post(&self, path: &str, body: &Json) -> Answer {
        self.send("POST", path, &[], Some(body))
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Json>) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in [("cookie", &*self.cookie), ("x-guiju-form", &*self.form)].iter().chain(headers)
        {
            if !value.is_empty() {
                request = request.header(*name, *value);
            }
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let text = body.map_or_else(String::new, Json::to_string);
        let request = request.header("content-type", "application/json").body(text).unwrap();
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build()
            .into();
        let mut answer = agent.run(request).unwrap();
        let status = answer.status().as_u16();
        let text = String::from_utf8_lossy(&answer.body_mut().read_to_vec().unwrap()).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status, json, text, headers: answer.headers().clone() }
    }

    fn log_in(server: &Server, login: &str, password: &str) -> Result<Client, Answer> {
        let mut client = Client::nobody(server);
        let answer = client.post("/api/v1/login", &json!({ "login": login, "password": password }));
        if answer.status != 200 {
            return Err(answer);
        }
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        client.cookie = cookie.split(';').next().unwrap().to_owned();
        client.form = answer.json["form"].as_str().unwrap().to_owned();
        Ok(client)
    }

    /// Logs in with a one-time password and changes it.
    fn enter(server: &Server, login: &str, once: &str) -> Client {
        let client = Client::log_in(server, login, once).unwrap_or_else(|answer| panic!("{}", answer.text));
        let early = client.post("/api/v1/matters", &json!({ "procedure": "unit-file", "act": {} }));
        assert_eq!(early.status, 403, "before the password is changed: {}", early.text);
        let changed = client.post("/api/v1/me/password", &json!({ "old": once, "new": PASSWORD }));
        assert_eq!(changed.status, 204, "{}", changed.text);
        client
    }

    #[track_caller]
    fn open(&self, procedure: &str, act: Json) -> String {
        let answer = self.post("/api/v1/matters", &json!({ "procedure": procedure, "act": act }));
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json["matter"].as_str().unwrap().to_owned()
    }

    fn act(&self, matter: &str, act: Json) -> Answer {
        self.post(&format!("/api/v1/matters/{UNIT}/{matter}/acts"), &json!({ "act": act }))
    }
}

struct Agency {
    server: Server,
    system: Client,
    security: Client,
}

fn agency(folder: &Path) -> Agency {
    let server = Server::start(folder);
    assert_eq!(server.passwords.len(), 3, "the first start prints three passwords");
    let enter = |login: &str| {
        let (_, once) = server.passwords.iter().find(|(known, _)| known == login).unwrap();
        Client::enter(&server, login, once)
    };
    let (system, security) = (enter("system-administrator"), enter("security-administrator"));
    unit(&system, UNIT);
    Agency { server, system, security }
}

fn unit(system: &Client, id: &str) {
    let act = json!({ "act": "unit-registered", "about": { "unit": [id] }, "fields": {
        "unit-level": "brigade", "unit-name": format!("示例大队 {id}"), "unit-short-word": "示例",
        "unit-region": "示例市", "unit-basis": "示例〔2021〕1号",
    } });
    system.open("unit-file", act);
}

fn registered(person: &str) -> Json {
    json!({ "act": "staff-registered", "about": { "person": [person] }, "fields": {
        "person-name": format!("示例{person}"), "establishment-type": "reference-managed",
    } })
}

/// A person with a post and an account; gives the number of the person's file and the browser.
fn person(agency: &Agency, person: &str, unit: &str, post: &str) -> (String, Client) {
    let file = agency.system.open("staff-file", registered(person));
    let moved = json!({ "act": "staff-moved", "fields": { "staff-unit": unit } });
    assert_eq!(agency.system.act(&file, moved).status, 201);
    let given = agency.security.act(&file, given(post, unit));
    assert_eq!(given.status, 201, "{}", given.text);
    let account = json!({ "login": person, "person": person, "name": person, "unit": unit });
    let opened = agency.system.post("/api/v1/accounts", &account);
    assert_eq!(opened.status, 201, "{}", opened.text);
    let once = opened.json["password"].as_str().unwrap();
    (file, Client::enter(&agency.server, person, once))
}

fn given(post: &str, unit: &str) -> Json {
    json!({ "act": "post-given", "strand": format!("{post}@{unit}"), "fields": {
        "post-name": post, "post-unit": unit, "post-basis": "示例任职文件",
    } })
}

fn guiju(args: &[&str]) -> Ran {
    crate::kit::guiju(&project("law"), args)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn every_shortcut_is_refused_and_what_is_recorded_can_be_proved_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let agency = agency(folder.path());
    let server = &agency.server;
    let nobody = Client::nobody(server);

    // Getting in.
    assert_eq!(nobody.get("/healthz").status, 200);
    assert_eq!(nobody.get("/api/v1/me").status, 401);
    let (login, once) = &server.passwords[0];
    assert_eq!(Client::log_in(server, login, once).err().unwrap().status, 401, "it worked once");
    let forged = Client { token: Some("forged".repeat(8)), ..nobody.clone() };
    assert_eq!(forged.get("/api/v1/me").status, 401);
    assert_eq!(forged.post("/api/v1/matters", &json!({ "procedure": "unit-file", "act": {} })).status, 401);

    // Wrong post, unmet gate, foreign form.
    let file = agency.system.open("staff-file", registered("p-9"));
    let wrong_post = agency.system.act(&file, given("leader", UNIT));
    assert_eq!(wrong_post.status, 403, "{}", wrong_post.text);
    let unmet = agency.security.act(&file, given("leader", UNIT));
    assert_eq!(unmet.status, 422, "{}", unmet.text);
    assert_eq!(unmet.headers["content-type"], "application/problem+json");
    assert_eq!(unmet.json["refusal"]["accepted"], false);
    assert_eq!(unmet.json["refusal"]["unmet"][0]["next"][0], "staff-moved", "{}", unmet.text);
    let moved = json!({ "act": "staff-moved", "fields": { "staff-unit": UNIT } });
    let foreign = Client { form: "another".into(), ..agency.system.clone() };
    assert_eq!(foreign.act(&file, moved.clone()).status, 403);
    let foreign = agency.system.send(
        "POST",
        &format!("/api/v1/matters/{UNIT}/{file}/acts"),
        &[("sec-fetch-site", "cross-site")],
        Some(&json!({ "act": moved })),
    );
    assert_eq!(foreign.status, 403);

    // A repeated request records once; the same name for something else is refused.
    let path = format!("/api/v1/matters/{UNIT}/{file}/acts");
    let send = |act: &Json| {
        agency.system.send("POST", &path, &[("idempotency-key", "click-1")], Some(&json!({ "act": act })))
    };
    let (first, again) = (send(&moved), send(&moved));
    assert_eq!((first.status, again.status), (201, 201), "{} {}", first.text, again.text);
    assert_eq!((&first.json["repeated"], &again.json["repeated"]), (&json!(false), &json!(true)));
    assert_eq!((&first.json["leaf"], &first.json["version"]), (&again.json["leaf"], &json!(2)));
    let mut other = moved.clone();
    other["fields"]["reason"] = json!("别的");
    assert_eq!(send(&other).status, 409);

    // Another unit's matter is not there.
    unit(&agency.system, "u-other");
    let (file, personnel) = person(&agency, "p-1", UNIT, "personnel");
    let (_, stranger) = person(&agency, "p-2", "u-other", "personnel");
    let matter = format!("/api/v1/matters/{UNIT}/{file}");
    assert_eq!(personnel.get(&matter).status, 200);
    for path in [matter.clone(), format!("{matter}/bundle"), format!("{matter}/next")] {
        assert_eq!(stranger.get(&path).status, 404, "{path}");
        assert_eq!(nobody.get(&path).status, 401, "{path}");
    }

    // The bundle, by the API and from the database, verifies elsewhere; one flipped byte is found.
    let elsewhere = tempfile::tempdir().unwrap();
    let at = |name: &str| elsewhere.path().join(name);
    std::fs::copy(folder.path().join("guiju.keys/log-key.pub"), at("key")).unwrap();
    let made =
        personnel.post("/api/v1/me/tokens", &json!({ "title": "卷宗", "scopes": ["read"], "days": 1 }));
    assert_eq!(made.status, 201, "{}", made.text);
    std::fs::write(at("token"), made.json["secret"].as_str().unwrap()).unwrap();
    let (key, token) = (at("key"), at("token"));
    let by_api = at("api.zip");
    let done = guiju(&["bundle", &file, "-o", text(&by_api), "--url", &server.url, "--token", text(&token)]);
    assert_eq!(done.code, 0, "{} {}", done.out, done.err);
    let by_hand = at("hand.zip");
    let done = guiju(&["bundle", &file, "-o", text(&by_hand), "--db", &db(folder.path())]);
    assert_eq!(done.code, 0, "{} {}", done.out, done.err);
    for bundle in [&by_api, &by_hand] {
        let checked = guiju(&["verify", text(bundle), "--key", text(&key)]);
        assert_eq!(checked.code, 0, "{} {}", checked.out, checked.err);
        assert!(checked.out.contains("3 条记录与账本逐字节相符"), "{}", checked.out);
        assert_eq!(guiju(&["verify", text(bundle)]).code, 1, "nobody vouches for it without the key");
        let mut bytes = std::fs::read(bundle).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(at("changed.zip"), bytes).unwrap();
        let checked = guiju(&["verify", text(&at("changed.zip")), "--key", text(&key)]);
        assert_eq!(checked.code, 1, "{} {}", checked.out, checked.err);
        assert!(checked.out.contains('✗'), "{}", checked.out);
    }
    assert_eq!(guiju(&["verify", text(&at("none.zip"))]).code, 2);

    // The log is public, its entries are not.
    assert!(nobody.get("/tlog/checkpoint").text.starts_with("log.example/test\n"));
    assert_eq!(nobody.get("/tlog/key").text, std::fs::read_to_string(&key).unwrap());
    assert_eq!(nobody.get("/tlog/tile/0/000.p/2").status, 200);
    assert_eq!(nobody.get("/tlog/tile/entries/000.p/2").status, 401);
    assert_eq!(nobody.get("/tlog/proof/consistency?old=1&size=2").status, 200);
    assert_eq!(nobody.get("/tlog/proof/inclusion?leaf=9999&size=10000").status, 404);
    let edited = nobody.get("/tlog/checkpoint").text.replacen('\n', "x\n", 1);
    let agent =
        ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
    let answer = agent.post(format!("{}/tlog/cosign", server.url)).send(edited).unwrap();
    assert_eq!(answer.status().as_u16(), 400, "an edited checkpoint");

    let (login, once) = &server.passwords[2];
    let audit = Client::enter(server, login, once);
    let made = audit.post("/api/v1/me/tokens", &json!({ "title": "核对", "scopes": ["read"], "days": 1 }));
    std::fs::write(&token, made.json["secret"].as_str().unwrap()).unwrap();
    let checked = guiju(&["verify", &server.url, "--key", text(&key), "--token", text(&token)]);
    assert_eq!(checked.code, 0, "{} {}", checked.out, checked.err);
    assert_eq!(guiju(&["verify", &server.url, "--key", text(&key)]).code, 2, "not without a token");

    // The viewer of the API works under its own policy, everything else under the strict one.
    let page = nobody.get("/api-docs/");
    assert_eq!(page.status, 200);
    let policy = |answer: &Answer| answer.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy(&page).contains("style-src 'self' 'unsafe-inline'"));
    assert!(!policy(&page).contains("script-src 'self' 'unsafe-inline'"));
    assert!(!page.text.contains("<script>"), "no script stands in the page");
    assert!(!policy(&nobody.get("/healthz")).contains("unsafe"));
    assert_eq!(nobody.get("/api/v1/openapi.json").json["openapi"].as_str().map(|v| &v[..3]), Some("3.1"));
    let ready = nobody.get("/readyz");
    assert_eq!((ready.status, &ready.json["replication"]), (200, &json!("none")), "{}", ready.text);
    assert_eq!(ready.json["log"]["refused"], Json::Null);
    assert_eq!(nobody.get("/metrics").status, 401);
    assert!(agency.system.get("/metrics").text.contains("guiju_requests_total"));
    assert_eq!(agency.server.stop(), 0, "it stops when asked to");
}

/// Registers persons, one after the other, until the server is gone; the numbers of the files.
fn load(system: &Client, n_answered: &AtomicUsize, name: &str) -> Vec<String> {
    let mut files = Vec::new();
    loop {
        let body =
            json!({ "procedure": "staff-file", "act": registered(&format!("{name}-{}", files.len())) });
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let sent = agent
            .post(format!("{}/api/v1/matters", system.url))
            .header("cookie", &system.cookie)
            .header("x-guiju-form", &system.form)
            .header("content-type", "application/json")
            .send(body.to_string());
        let Ok(mut answer) = sent else { return files };
        assert_eq!(answer.status().as_u16(), 201);
        let Ok(text) = answer.body_mut().read_to_string() else { return files };
        let json: Json = serde_json::from_str(&text).unwrap();
        files.push(json["matter"].as_str().unwrap().to_owned());
        n_answered.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn what_was_answered_survives_a_kill_and_a_backup_under_load_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let mut agency = agency(folder.path());
    let n_answered = AtomicUsize::new(0);
    let answered = |n: usize| {
        while n_answered.load(Ordering::Relaxed) < n {
            std::thread::yield_now();
        }
    };
    let backup: PathBuf = folder.path().join("backup");
    let (files, before) = std::thread::scope(|scope| {
        let threads: Vec<_> = ["a", "b"]
            .map(|name| scope.spawn(|| load(&agency.system, &n_answered, name)))
            .into_iter()
            .collect();
        answered(50);
        let done = guiju(&["backup", text(&backup), "--db", &db(folder.path()), "--format", "json"]);
        assert_eq!(done.code, 0, "{} {}", done.out, done.err);
        answered(n_answered.load(Ordering::Relaxed) + 50);
        agency.server.kill();
        let files: Vec<String> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        (files, done.json())
    });
    assert!(files.len() >= 100, "{} were answered", files.len());

    // Started again, everything that was answered is there, and the log goes on.
    let server = Server::start(folder.path());
    assert!(server.passwords.is_empty(), "passwords are printed at the first start alone");
    let system = Client { url: server.url.clone(), ..agency.system.clone() };
    for file in &files {
        assert_eq!(system.get(&format!("/api/v1/matters/{UNIT}/{file}")).status, 200, "{file}");
    }
    let ready = system.get("/readyz");
    assert_eq!(ready.status, 200, "{}", ready.text);
    assert!(ready.json["log"]["signed"].as_u64() >= Some(files.len() as u64), "{}", ready.text);
    assert_eq!(server.stop(), 0);
    let key = folder.path().join("guiju.keys/log-key.pub");
    let checked = guiju(&["verify", &db(folder.path()), "--key", text(&key)]);
    assert_eq!(checked.code, 0, "{} {}", checked.out, checked.err);
    let rebuilt = guiju(&["rebuild", "--db", &db(folder.path())]);
    assert_eq!(rebuilt.code, 0, "{} {}", rebuilt.out, rebuilt.err);
    assert_eq!(guiju(&["migrate", "--db", &db(folder.path())]).code, 0);

    // The backup is older than what was signed: it is restored and not signed, until the break is stated.
    let keyless = tempfile::tempdir().unwrap();
    let done = guiju(&["restore", text(&backup), "--db", &db(keyless.path())]);
    assert_eq!(done.code, 1, "{} {}", done.out, done.err);
    assert!(done.out.contains("留存的检查点不见了"), "{}", done.out);
    let stated = guiju(&["restore", "--db", &db(keyless.path()), "--new-epoch", "--reason", "密钥遗失"]);
    assert_eq!(stated.code, 0, "{} {}", stated.out, stated.err);
    assert!(stated.out.contains("log.example/test/2+"), "{}", stated.out);
    let restored = tempfile::tempdir().unwrap();
    std::fs::copy(folder.path().join("guiju.db"), restored.path().join("guiju.db")).unwrap();
    let none =
        guiju(&["bundle", &files[0], "-o", text(&restored.path().join("x")), "--db", &db(restored.path())]);
    assert_eq!(none.code, 2, "without the keys no bundle is made, and no key: {} {}", none.out, none.err);
    assert!(!restored.path().join("guiju.keys/log-key.pem").exists());
    std::fs::remove_file(restored.path().join("guiju.db")).unwrap();
    crate::kit::copy(&folder.path().join("guiju.keys"), &restored.path().join("guiju.keys"));
    let place = db(restored.path());
    let done = guiju(&["restore", text(&backup), "--db", &place]);
    assert_eq!(done.code, 1, "{} {}", done.out, done.err);
    assert!(done.out.contains("已停止签署"), "{}", done.out);
    let refusing = Server::start(restored.path());
    let ready = Client::nobody(&refusing).get("/readyz");
    assert_eq!(ready.status, 503, "{}", ready.text);
    assert!(ready.json["log"]["refused"].as_str().unwrap().contains("已停止签署"), "{}", ready.text);
    assert_eq!(refusing.stop(), 0);
    let again = guiju(&["restore", text(&backup), "--db", &place]);
    assert_eq!(again.code, 2, "into an empty database only: {} {}", again.out, again.err);
    let without_reason = guiju(&["restore", "--db", &place, "--new-epoch"]);
    assert_eq!(without_reason.code, 2, "{}", without_reason.err);
    let stated =
        guiju(&["restore", "--db", &place, "--new-epoch", "--reason", "磁盘损坏，备份之后的记录无法找回"]);
    assert_eq!(stated.code, 0, "{} {}", stated.out, stated.err);
    let new_key = restored.path().join("guiju.keys/log-key.pub");
    let checked =
        guiju(&["verify", &place, "--key", text(&new_key), "--key", text(&key), "--format", "json"]);
    assert_eq!(checked.code, 0, "{} {}", checked.out, checked.err);
    assert_eq!(checked.json()["records"], before["records"]);
    let again = Server::start(restored.path());
    let nobody = Client::nobody(&again);
    assert_eq!(nobody.get("/readyz").status, 200);
    assert!(nobody.get("/tlog/checkpoint").text.starts_with("log.example/test/2\n"));
    let epochs = nobody.get("/tlog/epoch").json;
    let epoch = epochs["epochs"][0].as_str().unwrap();
    assert!(epoch.contains("before log.example/test ") && epoch.contains("磁盘损坏"), "{epoch}");
}
