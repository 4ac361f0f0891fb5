//! The history of a blocker in words: who did what, and what came with it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Names, category_name};
use crate::blockers::rules::Deed;
use crate::blockers::store::Event;
use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::text::{Lang, say};
use crate::web::pages::places::{department_name, region_name};

/// What came with a deed, in words.
#[derive(Serialize)]
struct Said {
    name: String,
    value: String,
}

/// One deed.
#[derive(Serialize)]
pub(super) struct Line {
    number: i64,
    deed: Deed,
    at: Moment,
    actor: String,
    said: Vec<Said>,
    /// Whether it was done after the reader's form was shown.
    is_new: bool,
}

/// In which order what comes with a deed is told.
const ORDER: &[&str] = &[
    "reason",
    "text",
    "plan",
    "promised_on",
    "outcome",
    "document",
    "handler_id",
    "title",
    "category",
    "department",
    "region",
    "severity",
    "side",
    "cause",
    "milestone_id",
    "days_at_risk",
    "wished_outcome",
];

/// Returns the accounts a history names beyond those who did something.
pub(super) fn handlers(events: &[Event]) -> Vec<Id> {
    let facts = events
        .iter()
        .filter_map(|event| facts(event).remove("handler_id"));
    let ids = facts.filter_map(|id| id.as_str()?.parse().ok());
    ids.collect()
}

fn facts(event: &Event) -> Map<String, Value> {
    serde_json::from_str(&event.facts).unwrap_or_default()
}

/// Tells a history; `seen` is the version of the blocker whose page the reader had.
pub(super) fn told(
    events: &[Event],
    (names, milestones): (&Names, &Names),
    seen: Option<i64>,
    lang: Lang,
) -> Vec<Line> {
    let line = |event: &Event| {
        let mut facts = facts(event);
        // What was said at first stands above, with what was amended since.
        if matches!(event.deed, Deed::Raised | Deed::Submitted) {
            facts.clear();
        }
        let said = ORDER.iter().filter_map(|name| {
            let value = facts.remove(*name)?;
            Some(Said {
                name: say(lang, &format!("word.fact.{name}"), &Facts::none()),
                value: in_words(name, &value, (names, milestones), lang),
            })
        });
        Line {
            number: event.number,
            deed: event.deed,
            at: event.at,
            actor: event.actor_name.clone(),
            said: said.collect(),
            is_new: seen.is_some_and(|seen| event.number > seen),
        }
    };
    events.iter().map(line).collect()
}

fn in_words(
    name: &str,
    value: &Value,
    (names, milestones): (&Names, &Names),
    lang: Lang,
) -> String {
    let text = match value {
        Value::Null => return "—".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let named = |among: &Names| {
        let id: Option<Id> = text.parse().ok();
        id.and_then(|id| among.get(&id).cloned())
    };
    match name {
        "category" => category_name(&text, lang),
        "department" => department_name(lang, &text),
        "region" => region_name(lang, &text),
        "severity" | "side" => say(lang, &format!("word.{name}.{text}"), &Facts::none()),
        "handler_id" => named(names).unwrap_or(text),
        "milestone_id" => named(milestones).unwrap_or(text),
        _ => text,
    }
}
