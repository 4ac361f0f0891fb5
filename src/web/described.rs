//! What a program that makes clients needs of the `OpenAPI` document beside what each route says of
//! itself: names of operations that are unique, words for every answer, and the headers that go with
//! a version, a repeated request or a new thing.

use std::collections::BTreeSet;

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, RefOr, Required};

/// Answers that carry secrets are never kept for a repeated request.
const NOT_REPEATABLE: [&str; 3] = ["/api/v1/sessions", "/api/v1/api-keys", "/api/v1/feeds"];

/// Completes the document.
pub(crate) fn describe(document: &mut OpenApi) {
    let all_optional = without_needed_fields(document);
    for (path, item) in &mut document.paths.paths {
        let is_versioned = operations(item).any(|operation| answers(operation, "428"));
        if let Some(post) = &mut item.post
            && !NOT_REPEATABLE.iter().any(|start| path.starts_with(start))
        {
            add(post, idempotency_key());
        }
        for (changed, required) in [(&mut item.put, false), (&mut item.patch, true)] {
            if let Some(operation) = changed.as_mut().filter(|one| answers(one, "428")) {
                add(operation, if_match(required));
            }
        }
        let creates = item.post.is_some();
        for operation in operations(item) {
            name(operation);
            tell_answers(operation);
            free_body(operation, &all_optional);
            open(operation);
        }
        if creates {
            tell_header(item.post.iter_mut(), &["201"], "Location", "Where it is");
        }
        if is_versioned {
            let shown = item.get.iter_mut().chain(&mut item.put);
            let words = "Its version, for `If-Match`";
            tell_header(shown.chain(&mut item.patch), &["200", "201"], "ETag", words);
        }
    }
}

/// Returns where bodies lead of which every field may be absent.
fn without_needed_fields(document: &OpenApi) -> BTreeSet<String> {
    let schemas = document.components.iter().flat_map(|all| &all.schemas);
    let optional = schemas.filter_map(|(name, schema)| match schema {
        RefOr::T(Schema::Object(object)) if object.required.is_empty() => {
            Some(format!("#/components/schemas/{name}"))
        }
        _ => None,
    });
    optional.collect()
}

/// A body of which every field may be absent may be absent itself.
fn free_body(operation: &mut Operation, all_optional: &BTreeSet<String>) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    let is_free = body.content.values().all(|content| {
        let RefOr::T(content) = content else {
            return false;
        };
        let Some(RefOr::Ref(body)) = &content.schema else {
            return false;
        };
        all_optional.contains(&body.ref_location)
    });
    if is_free {
        body.required = Some(Required::False);
    }
}

/// What asks for no sign-in needs none: a choice of nothing means something else to makers of clients.
fn open(operation: &mut Operation) {
    let nothing = SecurityRequirement::default();
    if let Some(needed) = &mut operation.security {
        needed.retain(|one| *one != nothing);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let reads = item.get.iter_mut().chain(&mut item.delete);
    let writes = item.post.iter_mut().chain(&mut item.put);
    reads.chain(writes).chain(&mut item.patch)
}

fn answers(operation: &Operation, status: &str) -> bool {
    operation.responses.responses.contains_key(status)
}

fn add(operation: &mut Operation, parameter: Parameter) {
    let parameters = operation.parameters.get_or_insert_with(Vec::new);
    parameters.push(parameter.into());
}

fn header(name: &str, words: &str, required: bool) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(words))
        .required(if required {
            Required::True
        } else {
            Required::False
        })
}

fn idempotency_key() -> Parameter {
    let words = "The same key and body have one effect and get the same answer for 24 hours";
    let text = ObjectBuilder::new().schema_type(Type::String);
    let text = text.min_length(Some(1)).max_length(Some(255));
    header("Idempotency-Key", words, false)
        .schema(Some(text))
        .build()
}

fn if_match(required: bool) -> Parameter {
    let words = "The `ETag` that was seen; needed by whoever changes what is there already";
    let text = ObjectBuilder::new().schema_type(Type::String);
    header("If-Match", words, required)
        .schema(Some(text))
        .build()
}

/// Names an operation by its room too: `reports_submit`.
fn name(operation: &mut Operation) {
    let room = operation.tags.iter().flatten().next();
    if let (Some(room), Some(name)) = (room, &operation.operation_id)
        && !name.starts_with(room.as_str())
    {
        operation.operation_id = Some(format!("{room}_{name}"));
    }
}

/// Says what a success means where the route does not say more.
fn tell_answers(operation: &mut Operation) {
    for (status, answer) in &mut operation.responses.responses {
        let words = match status.as_str() {
            "200" => "As it is now.",
            "201" => "Made.",
            "204" => "Done.",
            _ => continue,
        };
        if let RefOr::T(answer) = answer
            && answer.description.is_empty()
        {
            words.clone_into(&mut answer.description);
        }
    }
}

fn tell_header<'a>(
    operations: impl Iterator<Item = &'a mut Operation>,
    statuses: &[&str],
    name: &str,
    words: &str,
) {
    for operation in operations {
        let answers = operation.responses.responses.iter_mut();
        for (_, answer) in answers.filter(|(status, _)| statuses.contains(&status.as_str())) {
            if let RefOr::T(answer) = answer {
                let header = HeaderBuilder::new().description(Some(words)).build();
                answer.headers.insert(name.to_owned(), header.into());
            }
        }
    }
}
