//! Who asks: a person with posts, come in by a session or a token.

use crate::error::{Error, Result};
use crate::people::account::{Account, Administrator};
use crate::people::session::Scope;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub login: String,
    /// The person, as acts name it.
    pub person: String,
    /// The person's name.
    pub name: String,
    /// The unit whose matters the person works on.
    pub unit: String,
    /// The squad within the unit.
    pub squad: Option<String>,
    /// Which administrator this is, if one.
    pub administrator: Option<Administrator>,
    /// Posts held today, by id.
    pub posts: Vec<String>,
    /// What a token may do; nothing for a session, which may do all its owner may.
    pub scopes: Option<Vec<Scope>>,
    /// Whether the password has to be changed before anything else.
    pub must_change: bool,
}

impl Caller {
    /// The owner of an account, with the posts held today.
    #[must_use]
    pub fn of(account: &Account, posts: Vec<String>, scopes: Option<Vec<Scope>>) -> Caller {
        Caller {
            login: account.login.clone(),
            person: account.person.clone(),
            name: account.name.clone(),
            unit: account.unit.clone(),
            squad: account.squad.clone(),
            administrator: account.administrator,
            posts,
            scopes,
            must_change: account.must_change,
        }
    }

    /// Lets only those pass who may do such a thing by session or token, and whose password is their own.
    ///
    /// # Errors
    /// `Forbidden` otherwise.
    pub fn demand(&self, scope: Scope) -> Result<()> {
        if self.must_change {
            return Err(Error::forbidden("首次登录须先修改密码"));
        }
        match &self.scopes {
            Some(scopes) if !scopes.contains(&scope) => Err(Error::forbidden("这个访问令牌不能用于此事")),
            _ => Ok(()),
        }
    }

    /// Lets only sessions pass, and no token: passwords, tokens and other keys of the house.
    ///
    /// # Errors
    /// `Forbidden` for a token.
    pub fn demand_session(&self) -> Result<()> {
        match self.scopes {
            Some(_) => Err(Error::forbidden("此事须本人登录办理，不能用访问令牌")),
            None => Ok(()),
        }
    }

    /// Lets only that administrator pass, logged in.
    ///
    /// # Errors
    /// `Forbidden` otherwise.
    pub fn demand_administrator(&self, which: Administrator) -> Result<()> {
        self.demand(Scope::Act)?;
        self.demand_session()?;
        if self.administrator == Some(which) {
            Ok(())
        } else {
            Err(Error::forbidden(format!("此事由{}办理", which.title())))
        }
    }
}
