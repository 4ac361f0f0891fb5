//! A form that was handed in and refused: what was typed, and what is wrong with it.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::form::Form;
use crate::kernel::error::Error;
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::text::{Lang, say};
use crate::web::problem::Problem;

/// One thing that is wrong, in words.
#[derive(Debug, Clone, serde::Serialize)]
pub(super) struct Wrong {
    /// The name of the input; empty for the whole.
    pub(super) name: String,
    pub(super) words: String,
}

/// What was typed into the form of one path, and why it was not taken.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(super) action: String,
    pub(super) typed: Vec<(String, String)>,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) wrongs: Vec<Wrong>,
    /// Fingerprints of what stood in the inputs when the form was first shown, once it is known that
    /// somebody else changed the thing meanwhile.
    pub(super) was: Option<BTreeMap<String, String>>,
    /// When the project was last changed, and by whom; told with what changed meanwhile.
    pub(crate) changed: Option<(Moment, String)>,
}

impl Attempt {
    /// Makes the attempt of a form that was refused.
    pub(crate) fn refused(action: &str, form: &Form, error: &Error, lang: Lang) -> Self {
        let problem = Problem::of(error, lang, "");
        let is_stale = error.code() == Some("version.stale");
        // What an API client is told of headers and `errors` means nothing to a person at a form.
        let detail = match error.code() {
            Some("body.invalid") => say(lang, "page.form.invalid", &Facts::none()),
            Some("version.stale" | "version.required") => {
                say(lang, "page.form.stale", &Facts::none())
            }
            Some("idempotency.other_request") => say(lang, "page.form.handed_in", &Facts::none()),
            _ => problem.detail.clone(),
        };
        let wrongs = problem.errors.into_iter().map(|fault| Wrong {
            name: name_of(&fault.pointer),
            words: fault.detail,
        });
        let wrongs: Vec<Wrong> = wrongs.collect();
        Self {
            action: action.to_owned(),
            typed: form.shown_again(),
            title: problem.title,
            detail,
            wrongs,
            was: is_stale.then(|| form.was().clone()),
            changed: None,
        }
    }

    /// Makes the attempt of a form that is only shown again: whoever typed it had to sign in anew.
    pub(crate) fn kept(action: &str, form: &Form, lang: Lang) -> Self {
        Self {
            action: action.to_owned(),
            typed: form.shown_again(),
            title: say(lang, "page.form.kept_title", &Facts::none()),
            detail: say(lang, "page.form.kept", &Facts::none()),
            wrongs: Vec::new(),
            was: None,
            changed: None,
        }
    }

    /// Returns what was typed under a name, the last of several.
    pub(super) fn typed(&self, name: &str) -> Option<&str> {
        let mut found = self.typed.iter().rev();
        found
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns everything typed under a name.
    pub(super) fn all_typed<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.typed.iter().filter(move |(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns how many rows were typed under the name of a list.
    pub(super) fn rows(&self, list: &str) -> usize {
        let numbers = self.typed.iter().filter_map(|(given, _)| {
            let rest = given.strip_prefix(list)?.strip_prefix('.')?;
            rest.split('.').next()?.parse::<usize>().ok()
        });
        numbers.max().map_or(0, |last| last.saturating_add(1))
    }
}

/// The name of the input at a pointer: `/years/0/amount_yuan` is `years.0.amount_yuan`.
fn name_of(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

/// Returns a short fingerprint of a value, by which a later one is told from it.
pub(super) fn mark(value: &str) -> String {
    let digest = hex::encode(Sha256::digest(value));
    digest.chars().take(12).collect()
}
