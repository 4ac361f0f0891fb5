//! The published contract, held against every answer a test receives: the status is one the
//! document names for the operation, and the body keeps to its schema.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(fiveone::server::openapi()).unwrap());
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Fails the test when an answer is not what the document says of the operation. What is outside
/// the document (unknown paths and methods, `/healthz`) is not its matter.
pub(crate) fn hold(method: &str, path: &str, status: u16, body: &Value) {
    let Some(operation) = operation(method, path) else {
        return;
    };
    let answers = format!("{operation}/responses");
    let told = DOCUMENT
        .pointer(&answers)
        .unwrap()
        .get(status.to_string())
        .unwrap_or_else(|| panic!("{method} {path}: {status} is not documented: {body}"));
    let (shared, told) = match told["$ref"].as_str() {
        Some(shared) => {
            let shared = shared.trim_start_matches('#').to_owned();
            let told = DOCUMENT.pointer(&shared).unwrap();
            (shared, told)
        }
        None => (format!("{answers}/{status}"), told),
    };
    let kinds = ["application/json", "application/problem+json"];
    // A file has no schema.
    let is_file = |kind: &String| !kind.contains("json");
    if told["content"]
        .as_object()
        .is_some_and(|content| content.keys().all(is_file))
    {
        return;
    }
    let schema = kinds
        .iter()
        .find_map(|kind| told["content"].get(kind)?.get("schema"));
    let Some(schema) = schema else {
        let empty = body.is_null() || *body == json!("");
        assert!(
            empty,
            "{method} {path}: {status} is documented without a body: {body}"
        );
        return;
    };
    let mut known = VALIDATORS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let validator = known.entry(shared).or_insert_with(|| {
        let whole = json!({ "components": DOCUMENT["components"], "allOf": [schema] });
        Arc::new(jsonschema::options().build(&whole).unwrap())
    });
    let validator = Arc::clone(validator);
    drop(known);
    let faults: Vec<String> = validator
        .iter_errors(body)
        .map(|fault| format!("{}: {fault}", fault.instance_path))
        .collect();
    assert!(faults.is_empty(), "{method} {path} {status}: {faults:#?}");
}

/// The pointer of the operation that serves a request; words go before placeholders.
fn operation(method: &str, path: &str) -> Option<String> {
    let given: Vec<&str> = path.split('/').collect();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let wanted: Vec<&str> = template.split('/').collect();
        let same = |(want, have): (&&str, &&str)| want == have || want.starts_with('{');
        wanted.len() == given.len() && wanted.iter().zip(&given).all(same)
    };
    let templates = paths.keys().filter(|template| fits(template));
    let template = templates.min_by_key(|template| template.matches('{').count())?;
    let method = method.to_lowercase();
    paths[template].get(&method)?;
    Some(format!(
        "/paths/{}/{method}",
        template.replace('~', "~0").replace('/', "~1")
    ))
}
