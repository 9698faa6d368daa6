//! Tokens: what lets a program in under a person's rights.

use jiff::{SignedDuration, Timestamp};
use store::{DocsOf, NewDoc, Over};

use super::login::read;
use super::session::{Scope, Token, digest};
use crate::app::App;
use crate::caller::Caller;
use crate::clock::secret;
use crate::error::{Error, Result};

const TOKEN: &str = "token";
/// The longest a token may hold, in days.
pub const DAYS_MAX: i64 = 366;
/// Tokens one account may have.
const N_TOKENS_MAX: u32 = 100;
/// What a token begins with, so that scanners of leaked secrets know it.
const PREFIX: &str = "guiju_";

/// A token as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnToken {
    /// Names it, without being its secret.
    pub id: String,
    /// What it is.
    pub token: Token,
}

impl App {
    /// Makes a token for the caller. The secret is shown this once.
    ///
    /// # Errors
    /// `Invalid` when scopes or days do not fit.
    pub async fn make_token(
        &self,
        caller: &Caller,
        title: &str,
        mut scopes: Vec<Scope>,
        days: i64,
    ) -> Result<(String, OwnToken)> {
        caller.demand(Scope::Act)?;
        caller.demand_session()?;
        scopes.sort_unstable();
        scopes.dedup();
        let title = title.trim();
        if title.is_empty() || title.chars().count() > 100 {
            return Err(Error::invalid("令牌须写明用途，不超过 100 字"));
        }
        if scopes.is_empty() {
            return Err(Error::invalid("令牌至少要有一项权限"));
        }
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(Error::invalid(format!("令牌有效期为 1 至 {DAYS_MAX} 天")));
        }
        let own = self.tokens(caller).await?;
        if own.len() >= N_TOKENS_MAX as usize {
            return Err(Error::invalid(format!("每个账号最多 {N_TOKENS_MAX} 个令牌，请先撤销不用的")));
        }
        let made = self.now();
        let until = made.checked_add(SignedDuration::from_hours(24 * days)).map_err(Error::invalid)?;
        let token = Token { login: caller.login.clone(), title: title.to_owned(), scopes, made, until };
        let secret = format!("{PREFIX}{}", secret(&*self.chance)?);
        let id = digest(&secret);
        let json = serde_json::to_value(&token).map_err(Error::internal)?;
        let doc = NewDoc {
            kind: TOKEN.to_owned(),
            key: id.clone(),
            over: Over::Nothing,
            json,
            index: Some(caller.login.clone()),
            expires: Some(until),
        };
        self.store.put_doc(doc).await?;
        Ok((secret, OwnToken { id, token }))
    }

    /// The caller's tokens that still hold, the latest first.
    ///
    /// # Errors
    /// When the store cannot.
    pub async fn tokens(&self, caller: &Caller) -> Result<Vec<OwnToken>> {
        let of = DocsOf::Index(caller.login.clone());
        let now = self.now();
        let mut found = Vec::new();
        for doc in self.store.docs(TOKEN, &of, None, N_TOKENS_MAX).await? {
            let token: Token = read(&doc)?;
            if now < token.until {
                found.push(OwnToken { id: doc.key, token });
            }
        }
        found.sort_by_key(|own| std::cmp::Reverse(own.token.made));
        Ok(found)
    }

    /// Revokes one of the caller's tokens by its id.
    ///
    /// # Errors
    /// `NotFound` when it is not the caller's.
    pub async fn revoke_token(&self, caller: &Caller, id: &str) -> Result<()> {
        caller.demand_session()?;
        let doc = self.store.doc(TOKEN, id).await?.filter(|doc| doc.index.as_ref() == Some(&caller.login));
        doc.ok_or_else(|| Error::not_found("访问令牌"))?;
        self.store.delete_doc(TOKEN, id, Over::Anything).await?;
        Ok(())
    }

    /// Who is behind a token's secret.
    ///
    /// # Errors
    /// `Unknown` when it holds no more.
    pub async fn caller_of_token(&self, secret: &str) -> Result<Caller> {
        if !secret.starts_with(PREFIX) {
            return Err(Error::Unknown);
        }
        let doc = self.store.doc(TOKEN, &digest(secret)).await?.ok_or(Error::Unknown)?;
        let token: Token = read(&doc)?;
        let now: Timestamp = self.now();
        if now >= token.until {
            return Err(Error::Unknown);
        }
        let known = self.account(&token.login).await?.filter(|known| !known.account.closed);
        let account = known.ok_or(Error::Unknown)?.account;
        let posts = self.posts_of(&account, now).await?;
        Ok(Caller::of(&account, posts, Some(token.scopes)))
    }
}
