//! What is promised in writing: every route is in docs/API.md and every setting is read.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::source::{Source, file, is_word, sources};

const METHODS: [&str; 5] = ["GET", "PUT", "POST", "PATCH", "DELETE"];
/// Routes that are no part of the generated document.
const OUTSIDE: [&str; 5] = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"];

/// The generated document.
fn generated() -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_fiveone"))
        .arg("openapi")
        .output()
        .unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `GET /people/{}` for every path and method of the generated document.
fn built() -> BTreeSet<String> {
    let document = generated();
    let mut routes = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/v1").unwrap();
        for method in METHODS {
            if item.get(method.to_lowercase()).is_some() {
                routes.insert(format!("{method} {}", nameless(path)));
            }
        }
    }
    routes
}

/// A path without the names of its places.
fn nameless(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.split_once('{') {
        Some((before, rest)) => format!("{before}{{}}{}", rest.split_once('}').unwrap().1),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Every `` `GET/PUT /path?filters` `` of a text, one by one.
fn documented(text: &str) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for quoted in text.split('`').skip(1).step_by(2) {
        let Some((methods, path)) = quoted.split_once(' ') else {
            continue;
        };
        let methods: Vec<&str> = methods.split('/').collect();
        if !path.starts_with('/') || methods.iter().any(|method| !METHODS.contains(method)) {
            continue;
        }
        let path = path.split(['?', ' ']).next().unwrap();
        if OUTSIDE.iter().any(|outside| path.starts_with(outside)) {
            continue;
        }
        let of_path = methods
            .iter()
            .map(|method| format!("{method} {}", nameless(path)));
        routes.extend(of_path);
    }
    routes
}

#[test]
fn every_route_is_documented_and_every_documented_route_is_there() {
    let (built, documented) = (built(), documented(&file("docs/API.md")));
    let unwritten: Vec<_> = built.difference(&documented).collect();
    let unbuilt: Vec<_> = documented.difference(&built).collect();
    assert!(
        unwritten.is_empty() && unbuilt.is_empty(),
        "docs/API.md does not name {unwritten:#?} and names {unbuilt:#?}, which are not there"
    );
}

/// Every value of a document with the pointer to it.
fn walk(at: &str, value: &Value, see: &mut impl FnMut(&str, &Value)) {
    see(at, value);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                walk(&format!("{at}/{name}"), field, see);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(&format!("{at}/{number}"), item, see);
            }
        }
        _ => {}
    }
}

#[test]
fn the_document_is_one_that_clients_can_be_made_of() {
    let document = generated();
    let (mut wrong, mut names) = (Vec::new(), BTreeSet::new());
    walk("", &document, &mut |at, value| {
        if let Some(Value::String(target)) = value.get("$ref")
            && document.pointer(target.trim_start_matches('#')).is_none()
        {
            wrong.push(format!("{at} leads nowhere: {target}"));
        }
        if let Some(Value::String(name)) = value.get("operationId")
            && !names.insert(name.clone())
        {
            wrong.push(format!("{at}: there is another {name}"));
        }
    });
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                if answer.get("$ref").is_none() && !answer["description"].is_string() {
                    wrong.push(format!("{method} {path}: {status} is not described"));
                }
            }
            let parameters = operation["parameters"].as_array().cloned();
            let takes = |name: &str| {
                let mut named = parameters.iter().flatten();
                named.any(|one| one["name"] == name && one["in"] == "header")
            };
            let by_version = !operation["responses"]["428"].is_null();
            if by_version != takes("If-Match") {
                wrong.push(format!("{method} {path}: If-Match and 428 go together"));
            }
            let secret = ["/sessions", "/api-keys", "/feeds"]
                .iter()
                .any(|of| path.contains(of));
            if (method == "post" && !secret) != takes("Idempotency-Key") {
                wrong.push(format!("{method} {path}: Idempotency-Key"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn routes_are_found_in_the_spelling_of_the_document() {
    let found = documented(
        "| `GET/PUT /a/{id}?x=` | `{not: \"a route\"}` | `DELETE /b` and `GET /healthz`, `POST x`",
    );
    let expected = ["DELETE /b", "GET /a/{}", "PUT /a/{}"];
    assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
}

/// Section and key of every setting.
fn settings(toml: &str) -> Vec<(String, String)> {
    let table: toml::Table = toml.parse().unwrap();
    let mut settings = Vec::new();
    for (section, keys) in table {
        for (key, _) in keys.as_table().unwrap() {
            settings.push((section.clone(), key.clone()));
        }
    }
    settings
}

/// Settings of what is agreed and not built yet: a site may set them already.
const TO_COME: &[&str] = &["limits.enabled"];
/// What the settings themselves hand out: the secret URL and the fixed clock.
const HANDED_OUT: &[&str] = &["database.url", "clock.fixed"];

/// Settings nobody reads. A file reads `.key` when it has to do with settings at all; a key of
/// several sections has to be read through its section.
fn unread(settings: &[(String, String)], sources: &[Source]) -> Vec<String> {
    let is_read = |section: &str, key: &str| {
        let is_alone = settings.iter().filter(|(_, other)| other == key).count() == 1;
        let name = if is_alone {
            format!(".{key}")
        } else {
            format!("{section}.{key}")
        };
        let mut readers = sources.iter().filter(|source| {
            let has_to_do =
                source.code.contains(&format!(".{section}")) || source.code.contains("Settings");
            has_to_do && source.path != "src/settings/mod.rs"
        });
        readers.any(|source| {
            let mut places = source.code.match_indices(&name);
            places.any(|(at, _)| {
                let after = source.code[at + name.len()..].chars().next();
                !after.is_some_and(|letter| is_word(letter) || letter == '(')
            })
        })
    };
    let unread = settings
        .iter()
        .filter(|(section, key)| !is_read(section, key))
        .map(|(section, key)| format!("{section}.{key}"));
    unread.collect()
}

#[test]
fn every_setting_is_read_somewhere() {
    let mut unread = unread(&settings(&file("config/default.toml")), &sources());
    unread.retain(|key| !TO_COME.contains(&key.as_str()) && !HANDED_OUT.contains(&key.as_str()));
    assert!(unread.is_empty(), "nobody reads {unread:?}");
}

#[test]
fn a_setting_nobody_reads_is_found() {
    let settings = settings("[a]\nx = 1\non = true\n[b]\ny = 2\non = true\nz = 3\n");
    let sources = [
        Source::of("src/web/a.rs", "if settings.a.on { a.x; a.yet; f.y() }"),
        Source::of("src/web/c.rs", "body.z"),
    ];
    assert_eq!(unread(&settings, &sources), ["b.on", "b.y", "b.z"]);
}
