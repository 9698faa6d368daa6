//! Getting in: passwords, locks, second proofs, sessions, tokens, administrators.

use app::people::NewAccount;
use app::people::account::{Administrator, LoginError};
use app::people::password::Weakness;
use app::people::session::Scope;
use app::{Caller, Error};

use crate::world::{PASSWORD, UNIT, World};

#[tokio::test]
async fn the_first_start_makes_three_administrators_once() {
    let world = World::new().await;
    let titles: Vec<&str> = world.administrators.iter().map(|first| first.title.as_str()).collect();
    assert_eq!(titles, ["系统管理员", "安全管理员", "审计管理员"]);
    assert_eq!(world.app.first_start(UNIT).await.unwrap(), None);
    let passwords: std::collections::BTreeSet<&String> =
        world.administrators.iter().map(|first| &first.password).collect();
    assert_eq!(passwords.len(), 3);
}

#[tokio::test]
async fn before_the_password_is_changed_nothing_else_can_be_done() {
    let world = World::new().await;
    let first = &world.administrators[0];
    let (secret, _) = world.app.log_in(&World::login(&first.login, &first.password)).await.unwrap();
    let (caller, _) = world.app.caller_of_session(&secret).await.unwrap();
    assert!(matches!(world.app.open_account(&caller, account("zhang")).await, Err(Error::Forbidden { .. })));
    let weak = world.app.change_password(&caller, &secret, &first.password, "short").await;
    assert!(matches!(weak, Err(Error::Weak(weak)) if weak.contains(&Weakness::Short)));
    let wrong = world.app.change_password(&caller, &secret, "wrong", PASSWORD).await;
    assert!(matches!(wrong, Err(Error::Login(LoginError::Wrong))));
    world.app.change_password(&caller, &secret, &first.password, PASSWORD).await.unwrap();
    let (caller, _) = world.app.caller_of_session(&secret).await.unwrap();
    assert!(!caller.must_change);
    // The same again, or the one before, is no change.
    for used in [PASSWORD, &first.password] {
        let again = world.app.change_password(&caller, &secret, PASSWORD, used).await;
        assert!(matches!(again, Err(Error::Weak(weak)) if weak == [Weakness::Used]), "{used}");
    }
}

#[tokio::test]
async fn guessing_locks_the_account_and_tells_nothing() {
    let world = World::new().await;
    let first = &world.administrators[0];
    let wrong = World::login(&first.login, "wrong");
    for _ in 1..5 {
        assert!(matches!(world.app.log_in(&wrong).await, Err(Error::Login(LoginError::Wrong))));
    }
    assert!(matches!(world.app.log_in(&wrong).await, Err(Error::Login(LoginError::Locked { .. }))));
    let right = World::login(&first.login, &first.password);
    assert!(matches!(world.app.log_in(&right).await, Err(Error::Login(LoginError::Locked { .. }))));
    world.pass(16);
    world.app.log_in(&right).await.unwrap();
    let nobody = world.app.log_in(&World::login("nobody", "wrong")).await;
    assert!(matches!(nobody, Err(Error::Login(LoginError::Wrong))));
}

#[tokio::test]
async fn the_security_administrator_unlocks() {
    let world = World::new().await;
    let security = world.administrator("security-administrator").await;
    let first = &world.administrators[0];
    for _ in 0..5 {
        let _ = world.app.log_in(&World::login(&first.login, "wrong")).await;
    }
    world.app.unlock_account(&security, &first.login).await.unwrap();
    world.app.log_in(&World::login(&first.login, &first.password)).await.unwrap();
}

#[tokio::test]
async fn sessions_end_by_idling_by_age_and_by_hand() {
    let world = World::new().await;
    let first = &world.administrators[0];
    world.administrator(&first.login).await;
    let log_in = async || world.app.log_in(&World::login(&first.login, PASSWORD)).await.unwrap().0;
    let idle = log_in().await;
    world.pass(31);
    assert!(matches!(world.app.caller_of_session(&idle).await, Err(Error::Unknown)));
    let used = log_in().await;
    for _ in 0..25 {
        world.app.caller_of_session(&used).await.unwrap();
        world.pass(28);
    }
    world.app.caller_of_session(&used).await.unwrap();
    world.pass(25);
    assert!(matches!(world.app.caller_of_session(&used).await, Err(Error::Unknown)));
    let (one, other) = (log_in().await, log_in().await);
    let (caller, _) = world.app.caller_of_session(&one).await.unwrap();
    let open = world.app.sessions(&caller, &one).await.unwrap();
    assert_eq!(open.len(), 2);
    let others = open.iter().find(|open| !open.own).unwrap();
    world.app.end_session(&caller, &others.id).await.unwrap();
    assert!(matches!(world.app.caller_of_session(&other).await, Err(Error::Unknown)));
    world.app.log_out(&one).await.unwrap();
    assert!(matches!(world.app.caller_of_session(&one).await, Err(Error::Unknown)));
}

#[tokio::test]
async fn a_second_proof_is_asked_for_once_it_is_confirmed_and_taken_once() {
    let world = World::new().await;
    let system = world.administrator("system-administrator").await;
    let (offer, address) = world.app.begin_totp(&system).await.unwrap();
    let secret = address.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(secret.as_bytes().to_vec())
        .with_account_name("x")
        .build()
        .unwrap();
    let code = || totp.generate(world.app.now().as_second() as u64).to_string();
    assert!(matches!(
        world.app.confirm_totp(&system, &offer, "000000").await,
        Err(Error::Login(LoginError::CodeWrong))
    ));
    world.app.confirm_totp(&system, &offer, &code()).await.unwrap();
    let mut login = World::login("system-administrator", PASSWORD);
    assert!(matches!(world.app.log_in(&login).await, Err(Error::Login(LoginError::CodeWanted))));
    login.code = Some(code());
    // The code that confirmed it was used up.
    assert!(matches!(world.app.log_in(&login).await, Err(Error::Login(LoginError::CodeWrong))));
    world.pass(1);
    login.code = Some(code());
    world.app.log_in(&login).await.unwrap();
    assert!(matches!(world.app.log_in(&login).await, Err(Error::Login(LoginError::CodeWrong))));
    assert!(world.app.drop_totp(&system, "wrong").await.is_err());
    world.app.drop_totp(&system, PASSWORD).await.unwrap();
    world.app.log_in(&World::login("system-administrator", PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_token_does_what_it_was_made_for_until_it_ends() {
    let world = World::new().await;
    let system = world.administrator("system-administrator").await;
    let (secret, own) = world.app.make_token(&system, "报表", vec![Scope::Read], 30).await.unwrap();
    let caller = world.app.caller_of_token(&secret).await.unwrap();
    assert!(caller.demand(Scope::Read).is_ok());
    assert!(matches!(caller.demand(Scope::Act), Err(Error::Forbidden { .. })));
    assert!(matches!(world.app.open_account(&caller, account("zhang")).await, Err(Error::Forbidden { .. })));
    let forged = format!("{}x", &secret[..secret.len() - 1]);
    assert!(matches!(world.app.caller_of_token(&forged).await, Err(Error::Unknown)));
    world.app.revoke_token(&system, &own.id).await.unwrap();
    assert!(matches!(world.app.caller_of_token(&secret).await, Err(Error::Unknown)));
    let (secret, _) = world.app.make_token(&system, "报表", vec![Scope::Read], 1).await.unwrap();
    world.pass(24 * 60);
    assert!(matches!(world.app.caller_of_token(&secret).await, Err(Error::Unknown)));
    assert!(world.app.tokens(&system).await.unwrap().is_empty());
    for (title, scopes, days) in [
        ("", vec![Scope::Read], 1),
        ("x", vec![], 1),
        ("x", vec![Scope::Read], 0),
        ("x", vec![Scope::Read], 367),
    ] {
        assert!(matches!(
            world.app.make_token(&system, title, scopes, days).await,
            Err(Error::Invalid { .. })
        ));
    }
}

#[tokio::test]
async fn each_administrator_does_only_the_own_part() {
    let world = World::new().await;
    let system = world.administrator("system-administrator").await;
    let security = world.administrator("security-administrator").await;
    let audit = world.administrator("audit-administrator").await;
    let first = world.app.open_account(&system, account("ZhangSan")).await.unwrap();
    assert_eq!(first.login, "zhangsan");
    assert!(matches!(world.app.open_account(&system, account("zhangsan")).await, Err(Error::Invalid { .. })));
    let zhang = world.enter(&first).await;
    let refused = |caller: &Caller| caller.login.clone();
    for caller in [&security, &audit, &zhang] {
        let done = world.app.open_account(caller, account("li")).await;
        assert!(matches!(done, Err(Error::Forbidden { .. })), "{}", refused(caller));
        let done = world.app.close_account(caller, "zhangsan").await;
        assert!(matches!(done, Err(Error::Forbidden { .. })), "{}", refused(caller));
    }
    for caller in [&system, &audit, &zhang] {
        let done = world.app.unlock_account(caller, "zhangsan").await;
        assert!(matches!(done, Err(Error::Forbidden { .. })), "{}", refused(caller));
        let done = world.app.reset_password(caller, "zhangsan").await;
        assert!(matches!(done, Err(Error::Forbidden { .. })), "{}", refused(caller));
    }
    assert!(matches!(world.app.accounts(&zhang, None, 10).await, Err(Error::Forbidden { .. })));
    assert_eq!(world.app.accounts(&audit, None, 10).await.unwrap().len(), 4);
    // Nobody resets the own password; the system administrator resets the security administrator's.
    assert!(world.app.reset_password(&security, "security-administrator").await.is_err());
    assert!(world.app.reset_password(&system, "security-administrator").await.is_ok());
    assert_eq!(system.administrator, Some(Administrator::System));
}

#[tokio::test]
async fn a_closed_account_lets_nobody_in_and_the_three_cannot_be_closed() {
    let world = World::new().await;
    let system = world.administrator("system-administrator").await;
    let first = world.app.open_account(&system, account("zhang")).await.unwrap();
    let (secret, _) = world.app.log_in(&World::login("zhang", &first.password)).await.unwrap();
    world.app.close_account(&system, "zhang").await.unwrap();
    assert!(matches!(world.app.caller_of_session(&secret).await, Err(Error::Unknown)));
    let again = world.app.log_in(&World::login("zhang", &first.password)).await;
    assert!(matches!(again, Err(Error::Login(LoginError::Wrong))));
    for first in &world.administrators {
        assert!(world.app.close_account(&system, &first.login).await.is_err());
    }
}

fn account(login: &str) -> NewAccount {
    NewAccount {
        login: login.into(),
        person: format!("p-{login}"),
        name: "示例某人".into(),
        unit: UNIT.into(),
        squad: None,
    }
}
