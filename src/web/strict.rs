//! Strict bodies: what arrives is held against the published schema before it becomes a value, so
//! that every fault of a body is told at once and the contract and the check cannot part.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::kernel::error::{Error, Result};
use crate::kernel::refused::{Finding, Refused, below, none_of};

/// Longest text of a body, in code points; arrays have at most 1,000 items.
const LONGEST_TEXT: usize = 10_000;
const LONGEST_LIST: usize = 1_000;

/// Says that the documentation tells what is allowed, where that is not one word.
const DOCUMENTED: &str = "documented";

/// A published schema, and what holds a value against it.
struct Schema {
    document: Arc<Value>,
    validator: Validator,
}

static SCHEMAS: LazyLock<RwLock<HashMap<TypeId, Arc<Schema>>>> = LazyLock::new(RwLock::default);

/// Reads a JSON body.
///
/// # Errors
/// 422 `body.invalid` with every fault: no JSON, unknown or missing fields, wrong types, NUL
/// characters, texts and lists that are too long.
pub(crate) fn read<T: DeserializeOwned + ToSchema + 'static>(bytes: &[u8]) -> Result<T> {
    let value: Value = serde_json::from_slice(bytes).map_err(|fault| {
        let finding = Finding::new("", "body.not_json")
            .with("line", fault.line())
            .with("column", fault.column());
        Error::from(Refused::invalid(vec![finding]))
    })?;
    settle(value, Vec::new())
}

/// Makes a value of JSON; `found` was found wrong with it before.
///
/// # Errors
/// 422 `body.invalid` with every fault, one for a place that was found wrong before.
pub(crate) fn settle<T: DeserializeOwned + ToSchema + 'static>(
    value: Value,
    found: Vec<Finding>,
) -> Result<T> {
    check::<T>(&value, found)?;
    serde_path_to_error::deserialize(value).map_err(|fault| {
        let pointer = fault.path().to_string();
        let pointer = match pointer.as_str() {
            "." => String::new(),
            path => format!("/{}", path.replace(['.', '['], "/").replace(']', "")),
        };
        let finding = Finding::new(pointer.replace("//", "/"), "body.wrong_value")
            .with("allowed", DOCUMENTED);
        Refused::invalid(vec![finding]).into()
    })
}

fn check<T: ToSchema + 'static>(value: &Value, found: Vec<Finding>) -> Result<()> {
    let mut findings = found;
    let before: Vec<String> = findings.iter().map(|found| found.pointer.clone()).collect();
    bounds("", value, &mut findings);
    let schema = schema::<T>()?;
    for fault in schema.validator.iter_errors(value) {
        tell(&fault, &before, &mut findings);
    }
    none_of(findings)
}

/// Tells a fault at its place, unless something was found wrong there `before`.
fn tell(fault: &ValidationError, before: &[String], findings: &mut Vec<Finding>) {
    let at = fault.instance_path.to_string();
    if before.contains(&at) {
        return;
    }
    let wrong =
        |allowed: String| Finding::new(at.clone(), "body.wrong_value").with("allowed", allowed);
    let found = match &fault.kind {
        // Null or a thing: what is wrong is wrong with the thing.
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            let is_other = |fault: &ValidationError| {
                matches!(fault.kind, ValidationErrorKind::Type { .. })
                    && fault.instance_path.to_string() == at
            };
            let mut meant = context.iter().filter(|faults| !faults.iter().any(is_other));
            match meant.next() {
                Some(faults) if !faults.is_empty() => {
                    for fault in faults {
                        tell(fault, before, findings);
                    }
                    return;
                }
                _ => Finding::new(at, "body.wrong_type"),
            }
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let unknown = unexpected.iter();
            findings
                .extend(unknown.map(|name| Finding::new(below(&at, name), "body.unknown_field")));
            return;
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            Finding::new(below(&at, name), "body.missing_field")
        }
        ValidationErrorKind::Type { .. } => Finding::new(at, "body.wrong_type"),
        ValidationErrorKind::MaxLength { limit } => {
            // A text beyond all bounds was found already.
            let mut told = findings.iter();
            if told.any(|told| told.code == "body.text_too_long" && told.pointer == at) {
                return;
            }
            Finding::new(at, "body.text_too_long").with("most", limit)
        }
        ValidationErrorKind::MaxItems { limit } => {
            Finding::new(at, "body.list_too_long").with("most", limit)
        }
        ValidationErrorKind::MinLength { limit } => {
            Finding::new(at, "body.text_too_short").with("least", limit)
        }
        ValidationErrorKind::Enum { options } => {
            Finding::new(at, "body.wrong_value").with("allowed", options)
        }
        ValidationErrorKind::Minimum { limit } => wrong(format!("≥ {limit}")),
        ValidationErrorKind::Maximum { limit } => wrong(format!("≤ {limit}")),
        ValidationErrorKind::Format { format } => wrong(format.clone()),
        _ => wrong(DOCUMENTED.to_owned()),
    };
    findings.push(found);
}

fn bounds(at: &str, value: &Value, findings: &mut Vec<Finding>) {
    match value {
        Value::String(text) => {
            if text.contains('\0') {
                findings.push(Finding::new(at, "body.nul"));
            }
            if text.chars().count() > LONGEST_TEXT {
                findings.push(Finding::new(at, "body.text_too_long").with("most", LONGEST_TEXT));
            }
        }
        Value::Array(items) => {
            if items.len() > LONGEST_LIST {
                findings.push(Finding::new(at, "body.list_too_long").with("most", LONGEST_LIST));
                return;
            }
            for (position, item) in items.iter().enumerate() {
                bounds(&format!("{at}/{position}"), item, findings);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                if name.contains('\0') {
                    findings.push(Finding::new(at, "body.nul"));
                }
                bounds(&below(at, name), field, findings);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns the published schema of a body; what it refers to is in it.
///
/// # Errors
/// Only a schema that is none.
pub(crate) fn document<T: ToSchema + 'static>() -> Result<Arc<Value>> {
    Ok(Arc::clone(&schema::<T>()?.document))
}

fn schema<T: ToSchema + 'static>() -> Result<Arc<Schema>> {
    let key = TypeId::of::<T>();
    let poisoned = || Error::broken("the schemas are poisoned");
    if let Some(ready) = SCHEMAS.read().map_err(|_| poisoned())?.get(&key) {
        return Ok(Arc::clone(ready));
    }
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    let parts: serde_json::Map<String, Value> = parts
        .into_iter()
        .filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?)))
        .collect();
    let own = serde_json::to_value(T::schema()).map_err(Error::broken)?;
    let document = json!({ "components": { "schemas": parts }, "allOf": [own] });
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&document)
        .map_err(|fault| Error::broken(fault.to_string()))?;
    let built = Arc::new(Schema {
        document: Arc::new(document),
        validator,
    });
    SCHEMAS
        .write()
        .map_err(|_| poisoned())?
        .insert(key, Arc::clone(&built));
    Ok(built)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::time::Day;

    #[derive(Debug, serde::Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Milestone {
        #[expect(dead_code, reason = "only read from JSON")]
        due_on: Day,
    }

    #[derive(Debug, serde::Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Sample {
        name: String,
        weight: i64,
        note: Option<String>,
        lead: Option<Milestone>,
        milestones: Vec<Milestone>,
    }

    fn faults(body: &str) -> Vec<(String, &'static str)> {
        match read::<Sample>(body.as_bytes()) {
            Err(Error::Refused(refused)) => refused
                .findings
                .into_iter()
                .map(|found| (found.pointer, found.code))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_fault_of_a_body_is_told_at_once() {
        let mut found = faults(
            r#"{"weight": "x", "colour": 1, "note": "a\u0000", "milestones": [{"due_on": "2026-02-30"}]}"#,
        );
        found.sort();
        let found: Vec<_> = found
            .iter()
            .map(|(at, code)| (at.as_str(), *code))
            .collect();
        assert_eq!(
            found,
            [
                ("/colour", "body.unknown_field"),
                ("/milestones/0/due_on", "body.wrong_value"),
                ("/name", "body.missing_field"),
                ("/note", "body.nul"),
                ("/weight", "body.wrong_type"),
            ]
        );
    }

    #[test]
    fn what_is_wrong_with_a_thing_that_may_be_absent_is_told_at_its_place() {
        let with = |lead: &str| {
            faults(&format!(
                r#"{{"name":"a","weight":1,"milestones":[],"lead":{lead}}}"#
            ))
        };
        let mut found = with(r#"{"due_on":"x","colour":1}"#);
        found.sort();
        let found: Vec<_> = found
            .iter()
            .map(|(at, code)| (at.as_str(), *code))
            .collect();
        assert_eq!(
            found,
            [
                ("/lead/colour", "body.unknown_field"),
                ("/lead/due_on", "body.wrong_value"),
            ]
        );
        assert_eq!(
            with("{}"),
            [("/lead/due_on".to_owned(), "body.missing_field")]
        );
        assert_eq!(with("1"), [("/lead".to_owned(), "body.wrong_type")]);
    }

    #[test]
    fn broken_json_and_deep_nesting_are_refused() {
        assert_eq!(faults("{")[0].1, "body.not_json");
        assert_eq!(faults(&"[".repeat(10_000))[0].1, "body.not_json");
    }

    #[test]
    fn null_stands_for_absent_where_a_field_is_optional() {
        assert!(read::<Sample>(br#"{"name":"a","weight":1,"note":null,"milestones":[]}"#).is_ok());
    }
}
