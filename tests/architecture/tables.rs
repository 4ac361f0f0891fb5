//! Every table is written in one room alone.

use crate::source::{Source, file, first_name, is_word, sources};

/// Each table and the room that writes it.
const OWNERS: &[(&str, &str)] = &[
    ("accounts", "people"),
    ("sessions", "people"),
    ("refresh_tokens", "people"),
    ("api_keys", "people"),
    ("journal_heads", "journal"),
    ("journal_entries", "journal"),
    ("letters", "mail"),
    ("letter_items", "mail"),
    ("letter_attempts", "mail"),
    ("calendar_years", "calendars"),
    ("calendar_days", "calendars"),
    ("projects", "projects"),
    ("project_sources", "projects"),
    ("pauses", "projects"),
    ("project_people", "projects"),
    ("plans", "projects"),
    ("plan_years", "projects"),
    ("appointments", "projects"),
    ("teams", "projects"),
    ("team_members", "projects"),
    ("deadlines", "deadlines"),
    ("schedules", "schedules"),
    ("milestones", "schedules"),
    ("date_changes", "schedules"),
    ("blockers", "blockers"),
    ("blocker_events", "blockers"),
    ("approvals", "approvals"),
    ("approval_events", "approvals"),
    ("approval_edges", "approvals"),
    ("reports", "reports"),
    ("report_versions", "reports"),
    ("ledger", "escalation"),
    ("ledger_steps", "escalation"),
    ("missing_rungs", "escalation"),
    ("posted_slots", "escalation"),
    ("idempotency_keys", "web"),
    ("uploads", "web"),
];

const WRITES: [&str; 3] = ["insert_into(", "update(", "delete("];

/// Every write of a source: the offset and the table, none where it cannot be told.
fn writes(source: &Source) -> Vec<(usize, Option<String>)> {
    let mut found = Vec::new();
    for verb in WRITES {
        for at in source.named(&format!("diesel::{verb}")) {
            let start = at + "diesel::".len() + verb.len();
            found.push((at, table(&source.code, start)));
        }
    }
    for (sql, end) in [
        ("INSERT INTO ", ""),
        ("UPDATE ", " SET"),
        ("DELETE FROM ", ""),
    ] {
        for (at, _) in source.code.match_indices(sql) {
            let name = first_name(&source.code[at + sql.len()..]);
            if !name.is_empty() && source.code[at + sql.len() + name.len()..].starts_with(end) {
                found.push((at, Some(name.to_owned())));
            }
        }
    }
    found
}

/// The table an argument names: `x::table…`, or a variable that was made of one above.
fn table(code: &str, start: usize) -> Option<String> {
    let argument = code[start..].trim_start().trim_start_matches('&');
    let path: String = argument
        .chars()
        .take_while(|letter| is_word(*letter) || *letter == ':')
        .collect();
    let mut parts = path.rsplit("::");
    if let (Some("table"), Some(name)) = (parts.next(), parts.next()) {
        return Some(name.to_owned());
    }
    let before = &code[..start];
    let made = [
        format!("let {path} = "),
        format!("let {path} =\n"),
        format!("let mut {path} = "),
    ];
    let at = made
        .iter()
        .filter_map(|text| Some(before.rfind(text)? + text.len()))
        .max()?;
    let value = before[at..].split(';').next()?;
    let end = value.find("::table")?;
    let name: String = value[..end]
        .chars()
        .rev()
        .take_while(|c| is_word(*c))
        .collect();
    Some(name.chars().rev().collect())
}

fn wrong_writes(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        for (at, table) in writes(source) {
            let place = source.at(at);
            let Some(table) = table else {
                wrong.push(format!("{place}: name the table where it is written"));
                continue;
            };
            match OWNERS.iter().find(|(known, _)| *known == table) {
                Some((_, owner)) if *owner == source.room() => {}
                Some((_, owner)) => {
                    wrong.push(format!("{place}: {table} is written by {owner} alone"));
                }
                None => wrong.push(format!("{place}: name the owner of {table} in {}", file!())),
            }
        }
    }
    wrong
}

#[test]
fn a_table_is_written_by_its_owner_alone() {
    let wrong = wrong_writes(&sources());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_table_of_the_schema_has_an_owner() {
    let schema = file("src/store/schema.rs");
    let tables = schema.lines().filter_map(|line| {
        let (name, rest) = line.trim().split_once(" (")?;
        (rest.ends_with(") {") && name.chars().all(is_word)).then(|| name.to_owned())
    });
    let unowned: Vec<String> = tables
        .filter(|table| !OWNERS.iter().any(|(owned, _)| owned == table))
        .collect();
    assert!(
        unowned.is_empty(),
        "name in {} who writes {unowned:?}",
        file!()
    );
}

#[test]
fn a_write_is_found_in_every_spelling() {
    let wrong = |path: &str, text: &str| wrong_writes(&[Source::of(path, text)]).len();
    let direct = "diesel::insert_into(accounts::table).values(x)";
    assert_eq!(wrong("src/people/a.rs", direct), 0);
    assert_eq!(wrong("src/mail/a.rs", direct), 1);
    assert_eq!(
        wrong(
            "src/mail/a.rs",
            "diesel::update(schema::accounts::table.find(x))"
        ),
        1
    );
    let made = "let open = deadlines::table.filter(a);\ndiesel::update(open).set(b)";
    assert_eq!(wrong("src/deadlines/a.rs", made), 0);
    assert_eq!(wrong("src/people/a.rs", made), 1);
    assert_eq!(wrong("src/people/a.rs", "diesel::delete(unheard_of)"), 1);
    assert_eq!(
        wrong("src/people/a.rs", "sql_query(\"DELETE FROM deadlines\")"),
        1
    );
    assert_eq!(
        wrong("src/people/a.rs", "diesel::insert_into(new_table::table)"),
        1
    );
}
