//! Direction of use: a room uses only rooms that stand left of it in the list of `src/lib.rs`.

use crate::source::{Source, file, first_name, sources};

/// The rooms in their order; those of one step stand side by side and do not use each other.
fn order(lib: &str) -> Vec<Vec<String>> {
    let block = lib
        .split("//! ```text")
        .nth(1)
        .and_then(|rest| rest.split("//! ```").next());
    let text = block.unwrap_or_else(|| panic!("src/lib.rs: the list of rooms is gone"));
    let text = text.replace("//!", " ");
    let steps = text.split("<-").map(|step| {
        let rooms = step.split(',').map(|room| room.trim().to_owned());
        rooms.filter(|room| !room.is_empty()).collect()
    });
    steps.collect()
}

/// The rooms a source names as `crate::…`, with their offsets; macros are not rooms.
fn used(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, path) in source.code.match_indices("crate::") {
        let rest = &source.code[at + path.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(heads(group).into_iter().map(|name| (at, name)));
        } else {
            let name = first_name(rest);
            if !rest[name.len()..].starts_with('!') {
                found.push((at, name.to_owned()));
            }
        }
    }
    found
}

/// The first names of `a::b, c::{d, e}, f}`.
fn heads(group: &str) -> Vec<String> {
    let (mut names, mut depth, mut part) = (Vec::new(), 0, String::new());
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(first_name(part.trim()).to_owned());
                part.clear();
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    names.push(first_name(part.trim()).to_owned());
    names.retain(|name| !name.is_empty());
    names
}

fn wrong_uses(order: &[Vec<String>], sources: &[Source]) -> Vec<String> {
    let step = |room: &str| {
        order
            .iter()
            .position(|rooms| rooms.iter().any(|r| r == room))
    };
    let mut wrong = Vec::new();
    for source in sources {
        let room = source.room();
        if room == "lib" {
            continue;
        }
        let Some(own) = step(room) else {
            wrong.push(format!(
                "{}: {room} is not in the list of src/lib.rs",
                source.path
            ));
            continue;
        };
        for (at, other) in used(source) {
            let is_room = other.starts_with(|c: char| c.is_lowercase());
            if other != room && is_room && step(&other).is_none_or(|theirs| theirs >= own) {
                wrong.push(format!(
                    "{}: {room} uses {other}, which does not stand left of it",
                    source.at(at)
                ));
            }
        }
    }
    wrong
}

#[test]
fn rooms_use_only_what_stands_left_of_them() {
    let wrong = wrong_uses(&order(&file("src/lib.rs")), &sources());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_use_to_the_right_is_found_in_every_spelling() {
    let order = order("//! ```text\n//! kernel <- web, mail\n//!        <- people\n//! ```\n");
    assert_eq!(order.len(), 3);
    let wrong = |path: &str, text: &str| wrong_uses(&order, &[Source::of(path, text)]).len();
    assert_eq!(
        wrong(
            "src/people/a.rs",
            "use crate::web::x; use crate::kernel::y;"
        ),
        0
    );
    assert_eq!(wrong("src/people/a.rs", "crate::words! { x }"), 0);
    assert_eq!(
        wrong("src/web/a.rs", "use crate::people::caller::Caller;"),
        1
    );
    assert_eq!(
        wrong("src/web/a.rs", "use crate::{kernel::{a, b}, people};"),
        1
    );
    assert_eq!(wrong("src/web.rs", "fn a() { crate::mail::post(); }"), 1);
    assert_eq!(wrong("src/nowhere/a.rs", ""), 1);
    assert_eq!(
        wrong_uses(
            &order,
            &[Source::of("src/web/a.rs", "\nuse crate::people::x;")]
        ),
        ["src/web/a.rs:2: web uses people, which does not stand left of it"]
    );
}

/// The rooms of a feature that face outward, by the end of their paths.
const EDGES: [&str; 2] = ["api", "pages"];

fn is_edge(path: &str) -> bool {
    EDGES
        .iter()
        .any(|edge| path.ends_with(&format!("/{edge}.rs")) || path.contains(&format!("/{edge}/")))
}

/// Uses of a feature's edge by its inner rooms: whatever else decides, saves and tells must not know
/// how it is asked for. The pages of the web are no edge of a feature.
fn inner_uses_of_edges(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    let inner = sources
        .iter()
        .filter(|source| !["web", "server"].contains(&source.room()) && !is_edge(&source.path));
    for source in inner {
        for edge in EDGES {
            for before in ["super", "self", source.room()] {
                for at in source.named(&format!("{before}::{edge}")) {
                    wrong.push(format!("{}: an inner room uses {edge}", source.at(at)));
                }
            }
        }
    }
    wrong
}

#[test]
fn the_edges_of_a_feature_are_used_by_none_of_its_inner_rooms() {
    let wrong = inner_uses_of_edges(&sources());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_use_of_an_edge_is_found() {
    let wrong = |path: &str, text: &str| inner_uses_of_edges(&[Source::of(path, text)]).len();
    assert_eq!(wrong("src/people/visit.rs", "use super::api::Hashing;"), 1);
    assert_eq!(
        wrong("src/people/a.rs", "crate::people::pages::pages(x)"),
        1
    );
    assert_eq!(wrong("src/people/pages.rs", "use super::api::MyChange;"), 0);
    assert_eq!(wrong("src/people/api/keys.rs", "use super::api::A;"), 0);
    assert_eq!(wrong("src/people/a.rs", "use crate::web::pages::Page;"), 0);
    assert_eq!(wrong("src/server.rs", "people::api::routes(config);"), 0);
}
