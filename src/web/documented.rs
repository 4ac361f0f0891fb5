//! The problems an operation may answer, told in the `OpenAPI` document by one rule for all of
//! them, so that a feature need not repeat what every call has in common.

use std::collections::BTreeSet;

use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::problem::Problem;

/// Every status a problem can have, by the name of its shared response, and what it says.
const PROBLEMS: [(&str, &str, &str); 14] = [
    (
        "400",
        "Malformed",
        "A query, a header or a multipart body is malformed.",
    ),
    (
        "401",
        "Unauthenticated",
        "Nobody is signed in, or not validly.",
    ),
    ("403", "Forbidden", "The caller may not do this."),
    (
        "404",
        "Missing",
        "There is no such thing, or none the caller may see.",
    ),
    ("408", "TimedOut", "The request took too long."),
    (
        "409",
        "Conflict",
        "The thing is in a state that does not allow this.",
    ),
    ("412", "Stale", "The caller saw an older version."),
    ("413", "TooLarge", "The body is larger than allowed."),
    (
        "415",
        "MediaType",
        "The body is of a type that is not taken here.",
    ),
    (
        "422",
        "Invalid",
        "The input breaks rules: every fault is told.",
    ),
    (
        "428",
        "VersionRequired",
        "The caller must send the version it saw in `If-Match`.",
    ),
    ("429", "TooMany", "Too many tries; later again."),
    (
        "500",
        "Broken",
        "Something failed that should not; name the `instance` when asking for help.",
    ),
    (
        "503",
        "Busy",
        "The store is busy; the same call may succeed after `Retry-After`.",
    ),
];

/// Any operation may answer these.
const OF_ALL: [&str; 6] = ["400", "401", "403", "408", "500", "503"];
/// An operation that takes input may answer these.
const OF_WRITES: [&str; 4] = ["409", "413", "415", "422"];

/// Adds to every operation the problems it may answer, each with the schema of a problem document.
pub(crate) fn add_problems(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Default::default);
    let mut schemas = Vec::new();
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let name = Problem::name().into_owned();
    components.schemas.insert(name.clone(), Problem::schema());
    for (_, response, description) in PROBLEMS {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(name.as_str())));
        let told: RefOr<Response> = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content.build())
            .into();
        components.responses.insert(response.to_owned(), told);
    }
    for item in document.paths.paths.values_mut() {
        let reads = item.get.iter_mut().chain(&mut item.delete);
        for operation in reads {
            tell(operation, &[]);
        }
        let writes = item.post.iter_mut();
        for operation in writes.chain(&mut item.put).chain(&mut item.patch) {
            tell(operation, &OF_WRITES);
        }
    }
}

/// Tells the problems of one operation: those it names itself, those of all, and `more`.
fn tell(operation: &mut Operation, more: &[&str]) {
    let parameters = operation.parameters.iter().flatten();
    let is_nested = parameters.into_iter().any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path)
    });
    // Signing in is the only thing that is counted.
    let is_open = operation.security.is_some();
    let common: BTreeSet<&str> = OF_ALL
        .iter()
        .chain(more)
        .copied()
        .chain(is_nested.then_some("404"))
        .chain(is_open.then_some("429"))
        .collect();
    let answers = &mut operation.responses.responses;
    for (status, response, words) in PROBLEMS {
        // A problem that carries more than others do has its schema from who answers it.
        if let Some(RefOr::T(told)) = answers.get_mut(status)
            && !told.content.is_empty()
        {
            if told.description.is_empty() {
                words.clone_into(&mut told.description);
            }
            continue;
        }
        if common.contains(status) || answers.contains_key(status) {
            let shared = Ref::from_response_name(response);
            answers.insert(status.to_owned(), shared.into());
        }
    }
}
