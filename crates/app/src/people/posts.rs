//! Posts a person holds: what the person's staff file says on a day.

use jiff::Timestamp;
use record::{Standing, Surroundings, View};
use terms::{Moment, Value};

use super::account::Account;
use crate::app::App;
use crate::error::Result;
use crate::matters;

/// A post held in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPost {
    /// The post.
    pub post: String,
    /// The unit.
    pub unit: String,
}

impl App {
    /// The posts of an account's owner in the account's unit; an administrator has the administrator's post alone.
    pub(crate) async fn posts_of(&self, account: &Account, at: Timestamp) -> Result<Vec<String>> {
        if let Some(administrator) = account.administrator {
            return Ok(vec![administrator.post().to_owned()]);
        }
        self.posts_in(&account.person, &account.unit, at).await
    }

    /// The posts a person holds in a unit, in the order in which they were given.
    pub(crate) async fn posts_in(&self, person: &str, unit: &str, at: Timestamp) -> Result<Vec<String>> {
        let held = self.held_posts(person, at).await?;
        Ok(held.into_iter().filter(|held| held.unit == unit).map(|held| held.post).collect())
    }

    /// The posts a person holds, wherever; none for one who left or is suspended.
    ///
    /// # Errors
    /// When the store cannot.
    pub async fn held_posts(&self, person: &str, at: Timestamp) -> Result<Vec<HeldPost>> {
        let Some(stored) = self.entry("staff", person).await? else { return Ok(Vec::new()) };
        let record = matters::record(&self.book, &stored)?;
        let moment = Moment::Instant(at);
        let view = View::until(&record, moment);
        let records = std::slice::from_ref(&record);
        let surroundings = Surroundings { records, given: true, ..Surroundings::none() };
        let active = surroundings.look("staff", person, "active", moment).and_then(|looked| looked.value);
        if active != Some(Value::Bool(true)) {
            return Ok(Vec::new());
        }
        let text = |act: &record::Act, field: &str| {
            let (field, _) = self.book.field(field)?;
            act.field(field).and_then(Value::as_text).map(str::to_owned)
        };
        let given = view.occurrences.iter().filter(|one| one.standing == Standing::Stands);
        let given = given.filter(|one| view.def(one).id == "post-given");
        let held = |one: &record::Occurrence| {
            Some(HeldPost { post: text(&one.act, "post-name")?, unit: text(&one.act, "post-unit")? })
        };
        Ok(given.filter_map(held).collect())
    }
}
