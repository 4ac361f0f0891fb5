//! What stands around a page: whom it is for, and what was typed when it is shown again.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Object;
use serde::Serialize;

use super::{Attempt, Site};
use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Moment, Zone};
use crate::text::{Lang, say};

/// Who reads, so far as the layout shows it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Reader {
    pub(crate) name: String,
    pub(crate) role: &'static str,
    /// Whether there are people this reader manages.
    pub(crate) manages_people: bool,
}

/// What the page after a deed says: words by key, and what fills them.
#[derive(Debug, Clone, Serialize, serde::Deserialize)]
pub(crate) struct Notice {
    pub(crate) key: String,
    pub(crate) facts: Facts,
}

/// The surroundings of one page.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(super) lang: Lang,
    pub(super) zone: Zone,
    rehearsal: Option<Moment>,
    pub(super) path: String,
    pub(super) query: String,
    pub(crate) reader: Option<Reader>,
    /// The session's form token.
    pub(crate) token: String,
    /// Makes a double submit one deed.
    once: Id,
    pub(crate) notice: Option<Notice>,
    pub(crate) attempt: Option<Attempt>,
}

impl Frame {
    /// Makes the frame of a page at a path.
    pub(crate) fn new(lang: Lang, site: &Site, path: &str, query: &str) -> Self {
        Self {
            lang,
            zone: site.zone,
            rehearsal: site.rehearsal,
            path: path.to_owned(),
            query: query.to_owned(),
            reader: None,
            token: String::new(),
            once: Id::new(),
            notice: None,
            attempt: None,
        }
    }

    fn say(&self, notice: &Notice) -> Option<String> {
        // The words of pages alone: the cookie comes from the browser.
        notice
            .key
            .starts_with("page.")
            .then(|| say(self.lang, &notice.key, &notice.facts))
    }
}

impl Object for Frame {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let attempt = self.attempt.as_ref();
        Some(match key.as_str()? {
            "lang" => self.lang.as_str().into(),
            "path" => self.path.as_str().into(),
            "here" if self.query.is_empty() => self.path.as_str().into(),
            "here" => format!("{}?{}", self.path, self.query).into(),
            "reader" => Value::from_serialize(&self.reader),
            "token" => self.token.as_str().into(),
            "once" => self.once.as_str().into(),
            "rehearsal" => Value::from_serialize(self.rehearsal),
            "notice" => Value::from_serialize(self.notice.as_ref().and_then(|told| self.say(told))),
            "problem" => Value::from_serialize(attempt.map(|attempt| {
                Summary {
                    title: &attempt.title,
                    detail: &attempt.detail,
                    changed_at: attempt.changed.as_ref().map(|(at, _)| *at),
                    changed_by: attempt.changed.as_ref().map(|(_, name)| name.as_str()),
                    wrongs: attempt
                        .wrongs
                        .iter()
                        .map(|wrong| Linked {
                            id: super::fields::id(&attempt.action, &wrong.name),
                            words: &wrong.words,
                        })
                        .collect(),
                }
            })),
            _ => return None,
        })
    }
}

/// What is wrong with a form, at the top of its page.
#[derive(Serialize)]
struct Summary<'a> {
    title: &'a str,
    detail: &'a str,
    changed_at: Option<Moment>,
    changed_by: Option<&'a str>,
    wrongs: Vec<Linked<'a>>,
}

/// One fault, and the input it is about.
#[derive(Serialize)]
struct Linked<'a> {
    id: String,
    words: &'a str,
}
