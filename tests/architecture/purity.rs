//! Decisions are pure: no database, no files, no clock.

use crate::source::{Source, sources};

/// Files of features that only decide, beside every `rules.rs`.
const PURE: &[&str] = &[
    "src/blockers/clock.rs",
    "src/calendars/list.rs",
    "src/escalation/audience.rs",
    "src/escalation/digest.rs",
    "src/escalation/ladder.rs",
    "src/escalation/plan.rs",
    "src/escalation/posting.rs",
    "src/mail/retry.rs",
    "src/reports/carry.rs",
    "src/reports/checks.rs",
    "src/reports/checks/amounts.rs",
    "src/reports/checks/distance.rs",
    "src/reports/checks/progress.rs",
    "src/reports/checks/statements.rs",
    "src/reports/checks/sums.rs",
    "src/sheets/columns.rs",
    "src/sheets/filling.rs",
    "src/sheets/reading.rs",
];

/// Files of the kernel that reach outside it: the clock, and what draws ids.
const IMPURE_KERNEL: &[&str] = &["src/kernel/clock.rs", "src/kernel/id.rs"];

const OUTSIDE: &[&str] = &[
    "Conn",
    "diesel::prelude",
    "std::fs",
    "std::net",
    "std::env",
    "Utc::now",
    "Local::now",
    "SystemTime",
    "Instant::now",
];

fn is_pure(path: &str) -> bool {
    let in_kernel = path.starts_with("src/kernel/") && !IMPURE_KERNEL.contains(&path);
    in_kernel || PURE.contains(&path) || path.ends_with("/rules.rs") || path.contains("/rules/")
}

fn impurities(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| is_pure(&source.path)) {
        for name in OUTSIDE {
            let places = source.named(name);
            found.extend(
                places
                    .into_iter()
                    .map(|at| format!("{}: {name} in a file that only decides", source.at(at))),
            );
        }
    }
    found
}

#[test]
fn decisions_reach_neither_database_nor_files_nor_clock() {
    let found = impurities(&sources());
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn the_files_said_to_be_pure_are_there() {
    let sources = sources();
    for path in PURE.iter().chain(IMPURE_KERNEL) {
        assert!(
            sources.iter().any(|source| source.path == *path),
            "{path} is gone"
        );
    }
}

#[test]
fn an_impurity_is_found() {
    let found = |path: &str, text: &str| impurities(&[Source::of(path, text)]).len();
    assert_eq!(found("src/x/rules.rs", "fn a(conn: &mut Conn) {}"), 1);
    assert_eq!(found("src/x/store.rs", "fn a(conn: &mut Conn) {}"), 0);
    assert_eq!(found("src/kernel/x.rs", "let t = chrono::Utc::now();"), 1);
    assert_eq!(
        found("src/kernel/clock.rs", "let t = chrono::Utc::now();"),
        0
    );
    assert_eq!(found("src/escalation/plan.rs", "std::fs::read(x)"), 1);
    assert_eq!(found("src/x/rules.rs", "struct Connection; // Conn"), 0);
}
