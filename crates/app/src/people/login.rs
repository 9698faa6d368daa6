//! Logging in and out, passwords, second proofs, sessions.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, STANDARD_NO_PAD as BASE64_BARE};
use jiff::Timestamp;
use store::{Doc, DocsOf, NewDoc, Over, StoreError};

use super::account::{Account, LoginError};
use super::password::{self, Weakness};
use super::session::{Session, digest};
use super::totp;
use crate::app::App;
use crate::caller::Caller;
use crate::clock::secret;
use crate::error::{Error, Result};

pub(super) const ACCOUNT: &str = "account";
const SESSION: &str = "session";
/// Tries of a change that somebody else's change got in the way of.
const N_TRIES: usize = 5;
/// Sessions listed at most.
const N_SESSIONS_MAX: u32 = 200;

/// What a person types to get in, and from where.
#[derive(Debug, Clone)]
pub struct Login {
    /// The account.
    pub login: String,
    /// The password.
    pub password: String,
    /// The one-time code, when the account asks for one.
    pub code: Option<String>,
    /// From which address.
    pub address: String,
    /// With which browser.
    pub agent: String,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Names it, without being its secret.
    pub id: String,
    /// What it is.
    pub session: Session,
    /// Whether it is the one that asks.
    pub own: bool,
}

/// A document with an account in it.
pub(super) struct Stored {
    pub(super) account: Account,
    pub(super) version: u32,
}

pub(super) fn login_key(login: &str) -> String {
    login.trim().to_lowercase()
}

impl App {
    pub(super) async fn account(&self, login: &str) -> Result<Option<Stored>> {
        let doc = self.store.doc(ACCOUNT, &login_key(login)).await?;
        doc.map(|doc| Ok(Stored { version: doc.version, account: read(&doc)? })).transpose()
    }

    pub(super) async fn put_account(&self, account: &Account, over: Over) -> Result<()> {
        let json = serde_json::to_value(account).map_err(Error::internal)?;
        let (kind, key) = (ACCOUNT.to_owned(), account.login.clone());
        let index = Some(account.person.clone());
        self.store.put_doc(NewDoc { kind, key, over, json, index, expires: None }).await?;
        Ok(())
    }

    /// Changes an account as it is at that moment, again when somebody else changed it in between.
    pub(super) async fn change_account<T>(
        &self,
        login: &str,
        change: impl Fn(&mut Account) -> Result<T>,
    ) -> Result<T> {
        for _ in 0..N_TRIES {
            let Some(Stored { mut account, version }) = self.account(login).await? else {
                return Err(Error::not_found("账号"));
            };
            let done = change(&mut account)?;
            match self.put_account(&account, Over::Version(version)).await {
                Ok(()) => return Ok(done),
                Err(Error::Store(StoreError::DocChanged { .. })) => {}
                Err(other) => return Err(other),
            }
        }
        Err(Error::forbidden("同时修改的人太多，请稍后再试"))
    }

    /// Lets a person in. The secret is shown to nobody else and kept nowhere.
    ///
    /// # Errors
    /// [`LoginError`]; whether the account exists is not told, neither in words nor in time.
    pub async fn log_in(&self, login: &Login) -> Result<(String, Session)> {
        let known = self.account(&login.login).await?;
        let hash = match &known {
            Some(known) => known.account.password.clone(),
            None => self.nobodys_hash()?,
        };
        let password = login.password.clone();
        let fits = self.hashing(move || password::verify(&password, &hash)).await?;
        let now = self.now();
        let known = known.filter(|known| !known.account.closed).ok_or(LoginError::Wrong)?;
        let login_name = known.account.login;
        let outcome = self
            .change_account(&login_name, |account| {
                if let Some(until) = account.lock(now) {
                    return Ok(Err(LoginError::Locked { until }));
                }
                if !fits {
                    account.fail(now);
                    return Ok(Err(account
                        .lock(now)
                        .map_or(LoginError::Wrong, |until| LoginError::Locked { until })));
                }
                let step = match (&account.totp, &login.code) {
                    (None, _) => None,
                    (Some(_), None) => return Ok(Err(LoginError::CodeWanted)),
                    (Some(sealed), Some(code)) => {
                        let secret = self.unseal(&account.login, sealed)?;
                        let step = totp::check(&secret, code, now, account.totp_step);
                        if step.is_none() {
                            account.fail(now);
                            return Ok(Err(LoginError::CodeWrong));
                        }
                        step
                    }
                };
                account.succeed(step);
                Ok(Ok(()))
            })
            .await?;
        outcome?;
        let secret = secret(&*self.chance)?;
        let session = Session {
            login: login_name,
            begun: now,
            used: now,
            address: login.address.clone(),
            agent: login.agent.chars().take(200).collect(),
            form_secret: crate::clock::secret(&*self.chance)?,
        };
        self.put_session(&digest(&secret), &session, Over::Nothing).await?;
        Ok((secret, session))
    }

    /// A hash that no password fits, so that an unknown account takes as long as a known one.
    fn nobodys_hash(&self) -> Result<String> {
        let (salt, digest) = (self.random::<16>()?, self.random::<32>()?);
        let (salt, digest) = (BASE64_BARE.encode(salt), BASE64_BARE.encode(digest));
        Ok(format!("$argon2id$v=19${}${salt}${digest}", password::PARAMETERS))
    }

    async fn put_session(&self, id: &str, session: &Session, over: Over) -> Result<()> {
        let json = serde_json::to_value(session).map_err(Error::internal)?;
        let doc = NewDoc {
            kind: SESSION.to_owned(),
            key: id.to_owned(),
            over,
            json,
            index: Some(session.login.clone()),
            expires: Some(session.ends()),
        };
        self.store.put_doc(doc).await?;
        Ok(())
    }

    /// Who is behind a session's secret, and the session.
    ///
    /// # Errors
    /// `Unknown` when it holds no more.
    pub async fn caller_of_session(&self, secret: &str) -> Result<(Caller, Session)> {
        let id = digest(secret);
        let doc = self.store.doc(SESSION, &id).await?.ok_or(Error::Unknown)?;
        let mut session: Session = read(&doc)?;
        let now = self.now();
        if !session.holds(now) {
            return Err(Error::Unknown);
        }
        let known = self.account(&session.login).await?.filter(|known| !known.account.closed);
        let account = known.ok_or(Error::Unknown)?.account;
        if session.worth_touching(now) {
            session.used = now;
            // Another request may write the same a moment before; then it need not be written again.
            match self.put_session(&id, &session, Over::Version(doc.version)).await {
                Ok(()) | Err(Error::Store(StoreError::DocChanged { .. })) => {}
                Err(other) => return Err(other),
            }
        }
        let posts = self.posts_of(&account, now).await?;
        Ok((Caller::of(&account, posts, None), session))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store cannot.
    pub async fn log_out(&self, secret: &str) -> Result<()> {
        self.store.delete_doc(SESSION, &digest(secret), Over::Anything).await?;
        Ok(())
    }

    /// The sessions of the caller that still hold.
    ///
    /// # Errors
    /// When the store cannot.
    pub async fn sessions(&self, caller: &Caller, secret: &str) -> Result<Vec<OpenSession>> {
        let own = digest(secret);
        let now = self.now();
        let mut found = Vec::new();
        for doc in self.sessions_of(&caller.login).await? {
            let session: Session = read(&doc)?;
            if session.holds(now) {
                found.push(OpenSession { own: doc.key == own, id: doc.key, session });
            }
        }
        found.sort_by_key(|open| std::cmp::Reverse(open.session.used));
        Ok(found)
    }

    async fn sessions_of(&self, login: &str) -> Result<Vec<Doc>> {
        Ok(self.store.docs(SESSION, &DocsOf::Index(login.to_owned()), None, N_SESSIONS_MAX).await?)
    }

    /// Ends one of the caller's sessions by its id.
    ///
    /// # Errors
    /// `NotFound` when it is not the caller's.
    pub async fn end_session(&self, caller: &Caller, id: &str) -> Result<()> {
        let doc = self.store.doc(SESSION, id).await?.filter(|doc| doc.index.as_ref() == Some(&caller.login));
        doc.ok_or_else(|| Error::not_found("登录会话"))?;
        self.store.delete_doc(SESSION, id, Over::Anything).await?;
        Ok(())
    }

    /// Ends all sessions of an account but one.
    pub(super) async fn end_sessions(&self, login: &str, but: Option<&str>) -> Result<()> {
        for doc in self.sessions_of(login).await? {
            if Some(doc.key.as_str()) != but {
                self.store.delete_doc(SESSION, &doc.key, Over::Anything).await?;
            }
        }
        Ok(())
    }

    /// Changes the caller's password and ends the caller's other sessions.
    ///
    /// # Errors
    /// `Login` when the old one is wrong, `Weak` when the new one is.
    pub async fn change_password(&self, caller: &Caller, secret: &str, old: &str, new: &str) -> Result<()> {
        caller.demand_session()?;
        let known = self.account(&caller.login).await?.ok_or(Error::Unknown)?.account;
        let now = self.now();
        if let Some(until) = known.lock(now) {
            return Err(LoginError::Locked { until }.into());
        }
        let mut weak = password::weaknesses(new, &[&known.login, &known.name]);
        let salt = self.random::<16>()?;
        let (old, new_owned) = (old.to_owned(), new.to_owned());
        let before: Vec<String> = std::iter::once(&known.password).chain(&known.used).cloned().collect();
        let checked = weak.is_empty();
        let (fits, used, hash) = self
            .hashing(move || {
                let fits = password::verify(&old, &before[0]);
                let used = checked && before.iter().any(|hash| password::verify(&new_owned, hash));
                (fits, used, password::hash(&new_owned, &salt))
            })
            .await?;
        if !fits {
            self.change_account(&caller.login, |account| {
                account.fail(now);
                Ok(())
            })
            .await?;
            return Err(LoginError::Wrong.into());
        }
        if used {
            weak.push(Weakness::Used);
        }
        if !weak.is_empty() {
            return Err(Error::Weak(weak));
        }
        let hash = hash.ok_or_else(|| Error::internal("password hash"))?;
        self.change_account(&caller.login, |account| {
            account.change_password(hash.clone());
            Ok(())
        })
        .await?;
        self.end_sessions(&caller.login, Some(&digest(secret))).await
    }

    /// Makes a new TOTP secret for the caller: the secret and its address for a phone. It counts once a code was given.
    ///
    /// # Errors
    /// `Forbidden` for a token.
    pub async fn begin_totp(&self, caller: &Caller) -> Result<(String, String)> {
        caller.demand_session()?;
        let bytes = self.random::<{ totp::N_SECRET_BYTES }>()?;
        let address = totp::address(&bytes, &caller.login).ok_or_else(|| Error::internal("TOTP address"))?;
        let sealed = self.seal(&format!("totp-offer:{}", caller.login), &bytes)?;
        Ok((sealed, address))
    }

    /// Takes the secret that [`App::begin_totp`] offered, when the code shows that the phone has it.
    ///
    /// # Errors
    /// `Login` when the code is wrong.
    pub async fn confirm_totp(&self, caller: &Caller, offer: &str, code: &str) -> Result<()> {
        caller.demand_session()?;
        let sealed = BASE64.decode(offer).map_err(Error::invalid)?;
        let bytes =
            self.seal_key.open(&format!("totp-offer:{}", caller.login), &sealed).map_err(Error::invalid)?;
        let step = totp::check(&bytes, code, self.now(), None).ok_or(LoginError::CodeWrong)?;
        let sealed = self.seal(&totp_purpose(&caller.login), &bytes)?;
        self.change_account(&caller.login, |account| {
            account.totp = Some(sealed.clone());
            account.totp_step = Some(step);
            Ok(())
        })
        .await
    }

    /// Drops the caller's TOTP secret, when the password is given once more.
    ///
    /// # Errors
    /// `Login` when the password is wrong.
    pub async fn drop_totp(&self, caller: &Caller, password: &str) -> Result<()> {
        caller.demand_session()?;
        let known = self.account(&caller.login).await?.ok_or(Error::Unknown)?.account;
        let now = self.now();
        if let Some(until) = known.lock(now) {
            return Err(LoginError::Locked { until }.into());
        }
        let password = password.to_owned();
        let fits = self.hashing(move || password::verify(&password, &known.password)).await?;
        self.change_account(&caller.login, |account| {
            if fits {
                account.totp = None;
                account.totp_step = None;
            } else {
                account.fail(now);
            }
            Ok(())
        })
        .await?;
        if fits { Ok(()) } else { Err(LoginError::Wrong.into()) }
    }

    fn seal(&self, purpose: &str, secret: &[u8]) -> Result<String> {
        let nonce = self.random::<12>()?;
        Ok(BASE64.encode(self.seal_key.seal(purpose, secret, nonce).map_err(Error::internal)?))
    }

    fn unseal(&self, login: &str, sealed: &str) -> Result<Vec<u8>> {
        let bytes = BASE64.decode(sealed).map_err(Error::internal)?;
        self.seal_key.open(&totp_purpose(login), &bytes).map_err(Error::internal)
    }

    /// Forgets sessions and other documents whose time is over.
    ///
    /// # Errors
    /// When the store cannot.
    pub async fn purge(&self, now: Timestamp) -> Result<u64> {
        Ok(self.store.purge_expired(now).await?)
    }
}

fn totp_purpose(login: &str) -> String {
    format!("totp:{login}")
}

/// What a document holds.
pub(super) fn read<T: serde::de::DeserializeOwned>(doc: &Doc) -> Result<T> {
    serde_json::from_value(doc.json.clone())
        .map_err(|error| Error::internal(format!("{} `{}`: {error}", doc.kind, doc.key)))
}
