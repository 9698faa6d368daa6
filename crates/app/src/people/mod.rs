//! People: accounts, passwords, sessions, tokens, posts (人员与登录).

pub mod account;
mod administration;
mod login;
pub mod password;
mod posts;
pub mod seal;
pub mod session;
mod tokens;
pub mod totp;

pub use administration::{AccountSummary, FirstLogin, NewAccount};
pub use login::{Login, OpenSession};
pub use posts::HeldPost;
pub use tokens::OwnToken;
