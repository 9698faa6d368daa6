//! Accounts as the administrators see them: the first start, opening, closing, unlocking (三员分立).

use serde::Serialize;
use store::{DocsOf, Over, StoreError};

use super::account::{Account, Administrator};
use super::login::{ACCOUNT, login_key, read};
use super::password;
use crate::app::App;
use crate::caller::Caller;
use crate::clock::one_time_password;
use crate::error::{Error, Result};

/// A new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The name one logs in with.
    pub login: String,
    /// The person, as acts name it.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The unit whose matters the person works on.
    pub unit: String,
    /// The squad within the unit.
    pub squad: Option<String>,
}

/// A way in that works once: the password has to be changed at the first login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstLogin {
    /// The account.
    pub login: String,
    /// What it is.
    pub title: String,
    /// The password, shown this once.
    pub password: String,
}

/// An account as administrators see it: nothing of its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountSummary {
    /// The name one logs in with.
    pub login: String,
    /// The person.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The unit.
    pub unit: String,
    /// The squad.
    pub squad: Option<String>,
    /// Which administrator, if one.
    pub administrator: Option<Administrator>,
    /// Whether a second proof is asked for.
    pub has_totp: bool,
    /// Whether it is locked now.
    pub locked: bool,
    /// Whether it is closed.
    pub closed: bool,
}

impl App {
    /// Creates the three administrators when there is no account at all; their passwords work once.
    ///
    /// # Errors
    /// When the store cannot. Of two first starts at once, one creates them and the other finds them there.
    pub async fn first_start(&self, unit: &str) -> Result<Option<Vec<FirstLogin>>> {
        if !self.store.docs(ACCOUNT, &DocsOf::Prefix(String::new()), None, 1).await?.is_empty() {
            return Ok(None);
        }
        let three = [Administrator::System, Administrator::Security, Administrator::Audit]
            .map(|which| (which, which.post()));
        let mut made = Vec::new();
        for (which, login) in three {
            let password = one_time_password(&*self.chance)?;
            let new = NewAccount {
                login: login.to_owned(),
                person: login.to_owned(),
                name: which.title().to_owned(),
                unit: unit.to_owned(),
                squad: None,
            };
            match self.add_account(new, Some(which), &password).await {
                Ok(()) => made.push(FirstLogin {
                    login: login.to_owned(),
                    title: which.title().to_owned(),
                    password,
                }),
                Err(Error::Store(StoreError::DocChanged { .. })) => return Ok(None),
                Err(other) => return Err(other),
            }
        }
        Ok(Some(made))
    }

    async fn add_account(
        &self,
        new: NewAccount,
        administrator: Option<Administrator>,
        password: &str,
    ) -> Result<()> {
        let (salt, password) = (self.random::<16>()?, password.to_owned());
        let hash = self.hashing(move || password::hash(&password, &salt)).await?;
        let account = Account {
            login: login_key(&new.login),
            person: new.person,
            name: new.name,
            unit: new.unit,
            squad: new.squad,
            administrator,
            password: hash.ok_or_else(|| Error::internal("password hash"))?,
            used: Vec::new(),
            must_change: true,
            totp: None,
            totp_step: None,
            n_failures: 0,
            locked_until: None,
            closed: false,
        };
        self.put_account(&account, Over::Nothing).await
    }

    /// Opens an account (by the system administrator).
    ///
    /// # Errors
    /// `Invalid` when the name does not fit or is taken.
    pub async fn open_account(&self, caller: &Caller, new: NewAccount) -> Result<FirstLogin> {
        caller.demand_administrator(Administrator::System)?;
        let login = login_key(&new.login);
        let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if !(2..=40).contains(&login.chars().count()) || !login.chars().all(fits) {
            return Err(Error::invalid("账号为 2 至 40 个字母、数字、汉字或者 - _ ."));
        }
        if new.name.trim().is_empty() || new.person.trim().is_empty() || new.unit.trim().is_empty() {
            return Err(Error::invalid("账号须写明人员、姓名和单位"));
        }
        let first = FirstLogin {
            login: login.clone(),
            title: new.name.clone(),
            password: one_time_password(&*self.chance)?,
        };
        match self.add_account(new, None, &first.password).await {
            Ok(()) => Ok(first),
            Err(Error::Store(StoreError::DocChanged { .. })) => {
                Err(Error::invalid(format!("账号 `{login}` 已经有了")))
            }
            Err(other) => Err(other),
        }
    }

    /// Closes an account for good and ends its sessions (by the system administrator).
    ///
    /// # Errors
    /// `Invalid` for an administrator's own account: there must always be three.
    pub async fn close_account(&self, caller: &Caller, login: &str) -> Result<()> {
        caller.demand_administrator(Administrator::System)?;
        self.change_account(login, |account| {
            if account.administrator.is_some() {
                return Err(Error::invalid("三员账号不能注销，只能重置密码后移交"));
            }
            account.closed = true;
            Ok(())
        })
        .await?;
        self.end_sessions(&login_key(login), None).await
    }

    /// Moves an account's person to another unit or squad (by the system administrator).
    ///
    /// # Errors
    /// `NotFound` when there is no such account.
    pub async fn move_account(
        &self,
        caller: &Caller,
        login: &str,
        unit: &str,
        squad: Option<&str>,
    ) -> Result<()> {
        caller.demand_administrator(Administrator::System)?;
        self.change_account(login, |account| {
            account.unit = unit.to_owned();
            account.squad = squad.map(str::to_owned);
            Ok(())
        })
        .await
    }

    /// Unlocks an account (by the security administrator).
    ///
    /// # Errors
    /// `NotFound` when there is no such account.
    pub async fn unlock_account(&self, caller: &Caller, login: &str) -> Result<()> {
        caller.demand_administrator(Administrator::Security)?;
        self.change_account(login, |account| {
            account.succeed(None);
            Ok(())
        })
        .await
    }

    /// Gives an account a password that works once, drops its second proof and ends its sessions (by the security
    /// administrator; by the system administrator for the security administrator's).
    ///
    /// # Errors
    /// `Forbidden` for one's own.
    pub async fn reset_password(&self, caller: &Caller, login: &str) -> Result<FirstLogin> {
        let known = self.account(login).await?;
        let of_security =
            known.is_some_and(|known| known.account.administrator == Some(Administrator::Security));
        let by = if of_security { Administrator::System } else { Administrator::Security };
        caller.demand_administrator(by)?;
        let password = one_time_password(&*self.chance)?;
        let (salt, plain) = (self.random::<16>()?, password.clone());
        let hash = self.hashing(move || password::hash(&plain, &salt)).await?;
        let hash = hash.ok_or_else(|| Error::internal("password hash"))?;
        let title = self
            .change_account(login, |account| {
                account.change_password(hash.clone());
                account.must_change = true;
                account.totp = None;
                account.totp_step = None;
                Ok(account.name.clone())
            })
            .await?;
        let login = login_key(login);
        self.end_sessions(&login, None).await?;
        Ok(FirstLogin { login, title, password })
    }

    /// Accounts in order of their names, after one, at most `n` (for every administrator).
    ///
    /// # Errors
    /// `Forbidden` for others.
    pub async fn accounts(
        &self,
        caller: &Caller,
        after: Option<&str>,
        n: u32,
    ) -> Result<Vec<AccountSummary>> {
        if caller.administrator.is_none() {
            return Err(Error::forbidden("账号由三员管理"));
        }
        let now = self.now();
        let docs = self.store.docs(ACCOUNT, &DocsOf::Prefix(String::new()), after, n).await?;
        let summary = |doc| {
            let account: Account = read(doc)?;
            Ok(AccountSummary {
                locked: account.lock(now).is_some(),
                login: account.login,
                person: account.person,
                name: account.name,
                unit: account.unit,
                squad: account.squad,
                administrator: account.administrator,
                has_totp: account.totp.is_some(),
                closed: account.closed,
            })
        };
        docs.iter().map(summary).collect()
    }
}
