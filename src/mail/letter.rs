//! The values other features hand to the outbox: a letter, its items, who receives it.
//!
//! Mail knows neither calendars nor escalation nor projects. Whoever has something to tell names
//! texts by key and hands in the facts that fill them; mail finds the words in the recipient's
//! language and says for every item, in this order:
//!
//! | what the reader learns | where it comes from |
//! |---|---|
//! | what is owed, and for which project | `title_key` and the fact `project` of the item's `facts` |
//! | by when, or since when | `due_on` and `days_overdue` (below zero: days left) |
//! | why this person is told | `reason_key`, filled from the same `facts` (role, rule, policy version) with `step` and `due_on` added; `copy` marks it as 抄送 |
//! | where to answer | `link` of the item, else that of the letter |
//!
//! The frame around the items is the letter's own, by its name: `letter.<name>.subject` (one item),
//! `subject_many`, `heading`, `intro`, `answer`. They are filled from the letter's `facts`, and from
//! `project` and `title` of the first item, `count` of all items, and `recipient`, where the letter's
//! facts do not say otherwise. A name without these texts is a letter nobody can read: a test of the
//! feature that posts it should render it once.

use serde::{Deserialize, Serialize};

use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::text::{Lang, say};

crate::words! {
    /// How soon a letter leaves.
    pub(crate) enum Urgency {
        /// At once, whatever the hour: account and security letters.
        Now = "now",
        /// At once inside working hours, else at the next opening.
        Hours = "hours",
        /// In the slot it was planned for, inside working hours.
        Slot = "slot",
    }
}

/// Who receives a letter: one person, at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    /// The account.
    pub(crate) id: Id,
    /// The name to greet by.
    pub(crate) name: String,
    /// The address as it is now; the letter keeps it.
    pub(crate) address: String,
    /// The language of the letter.
    pub(crate) lang: Lang,
}

/// One letter to one person.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// Names its texts, `letter.<name>.…`.
    pub(crate) name: &'static str,
    /// What makes it this letter and no other, recipient included: a second one is never written.
    pub(crate) dedup: String,
    /// How soon it leaves.
    pub(crate) urgency: Urgency,
    /// The slot it goes out in; it leaves no sooner.
    pub(crate) slot_at: Option<Moment>,
    /// The place it concerns: coordinators whose reach covers it may read it.
    pub(crate) region: Option<Region>,
    /// What fills the frame.
    pub(crate) facts: Facts,
    /// Where the reader answers: a path under the site's address, beginning with `/`.
    pub(crate) link: String,
    /// What it tells, most severe first. An event may have none and say all in its intro.
    pub(crate) items: Vec<Item>,
    /// How many items are not shown, only counted.
    pub(crate) more: usize,
}

/// One matter of a letter.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// The project, for readers of the outbox; its name is the fact `project`.
    pub(crate) project: Option<Id>,
    /// The deadline told of; nothing for an event.
    pub(crate) deadline: Option<String>,
    /// The step of the ladder, such as `E3`, or a word for the event.
    pub(crate) step: String,
    /// Whether the recipient is told only for their knowledge.
    pub(crate) copy: bool,
    /// The day it is due.
    pub(crate) due_on: Option<Day>,
    /// Working days overdue on the day of writing; below zero, days left.
    pub(crate) days_overdue: Option<i64>,
    /// What fills title and reason.
    pub(crate) facts: Facts,
    /// Key of the words for what is owed.
    pub(crate) title_key: String,
    /// Key of the words for why this person is told.
    pub(crate) reason_key: String,
    /// Where this matter is answered, a path under the site's address.
    pub(crate) link: Option<String>,
}

/// What an item told, kept with the letter so that "why did I get this" can be answered for good,
/// in any language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// Key of the words for what is owed.
    pub(crate) title_key: String,
    /// Key of the words for why.
    pub(crate) reason_key: String,
    /// What fills both.
    pub(crate) facts: Facts,
    /// Where the matter is answered; nothing in letters written before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
}

impl Item {
    /// Returns what is kept of the item; `step` and `due_on` are among the facts.
    pub(super) fn told(&self) -> Told {
        let mut facts = plain(&self.facts).with("step", &self.step);
        if let Some(due_on) = self.due_on {
            facts = facts.with("due_on", due_on);
        }
        Told {
            title_key: self.title_key.clone(),
            reason_key: self.reason_key.clone(),
            facts,
            link: self.link.clone(),
        }
    }
}

impl Told {
    /// Returns what is owed, in words.
    pub(crate) fn what(&self, lang: Lang) -> String {
        say(lang, &self.title_key, &self.facts)
    }

    /// Returns why the recipient was told, in words.
    pub(crate) fn why(&self, lang: Lang) -> String {
        say(lang, &self.reason_key, &self.facts)
    }
}

/// Returns the facts with every text on one line: names come from people, and a line break in one
/// could pass for a line of ours.
pub(super) fn plain(facts: &Facts) -> Facts {
    fn value(fact: &serde_json::Value) -> serde_json::Value {
        match fact {
            serde_json::Value::String(text) => one_line(text).into(),
            serde_json::Value::Array(items) => items.iter().map(value).collect(),
            other => other.clone(),
        }
    }
    facts.iter().fold(Facts::none(), |plain, (name, fact)| {
        plain.with(name, value(fact))
    })
}

/// Returns the text without control characters, line breaks of any kind included.
pub(super) fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let words = text.split(breaks).filter(|part| !part.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
