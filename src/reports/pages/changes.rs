//! How one version of a report differs from the one before it, field by field, in words.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::kernel::id::Id;
use crate::kernel::refused::Facts;
use crate::reports::content::Content;
use crate::text::{Lang, say};

/// Names of milestones and blockers, by id.
pub(super) type Names = HashMap<Id, String>;

/// A field that was changed.
#[derive(Serialize)]
pub(super) struct Change {
    field: String,
    /// Amounts are numbers, everything else is said.
    is_amount: bool,
    before: Value,
    now: Value,
}

fn fields(content: &Content) -> Map<String, Value> {
    match serde_json::to_value(content) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// Returns what differs between two versions.
pub(super) fn between(before: &Content, now: &Content, names: &Names, lang: Lang) -> Vec<Change> {
    let (mut before, now) = (fields(before), fields(now));
    let mut changes = Vec::new();
    let change = |field: String, before: Value, now: Value| {
        let is_amount = field.ends_with("_yuan");
        let said = |value: Value| {
            if is_amount || value.is_null() {
                value
            } else {
                Value::from(in_words(&value, names, lang))
            }
        };
        Change {
            before: said(before),
            now: said(now),
            is_amount,
            field,
        }
    };
    for (field, value) in now {
        let earlier = before.remove(&field).unwrap_or_default();
        if earlier != value {
            changes.push(change(field, earlier, value));
        }
    }
    for (field, earlier) in before {
        changes.push(change(field, earlier, Value::Null));
    }
    changes
}

fn in_words(value: &Value, names: &Names, lang: Lang) -> String {
    let nested = |value: &Value| in_words(value, names, lang);
    match value {
        Value::Null => "—".to_owned(),
        Value::Bool(said) => {
            let key = if *said {
                "page.reports.yes"
            } else {
                "page.reports.no"
            };
            say(lang, key, &Facts::none())
        }
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let id: Option<Id> = text.parse().ok();
            id.and_then(|id| names.get(&id)).unwrap_or(text).clone()
        }
        Value::Array(items) => items.iter().map(nested).collect::<Vec<_>>().join("\n"),
        Value::Object(parts) => {
            let parts = parts.iter().map(|(name, value)| {
                let key = format!("word.report_part.{name}");
                let label = say(lang, &key, &Facts::none());
                let label = if label == key { name.as_str() } else { &label };
                format!("{label}: {}", nested(value))
            });
            parts.collect::<Vec<_>>().join("; ")
        }
    }
}
