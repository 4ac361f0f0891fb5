//! A process killed at any moment of a round (SIGKILL) tells nobody twice and forgets nobody.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

fn program(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fiveone"));
    command
        .args(words)
        .current_dir(folder)
        .env("FIVEONE_LOG__FILTER", "error")
        .env("FIVEONE_HTTP__LISTEN", "127.0.0.1:0")
        .env("FIVEONE_JOBS__ENABLED", "false")
        .env("FIVEONE_DEMO__PASSWORD", "four boats on the Gan river")
        .env("FIVEONE_CLOCK__FIXED", "2026-11-27T16:00:00+08:00")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    command
}

/// Makes the demo world in `folder/var`, and ends its server.
fn make(folder: &Path) {
    let mut serving = program(folder, &["serve", "--demo"]).spawn().unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap().contains("tick --at ")),
        "the demo is made"
    );
    serving.kill().unwrap();
    serving.wait().unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn json(folder: &Path, words: &[&str]) -> Value {
    let output = program(folder, words).output().unwrap();
    assert!(output.status.success(), "{words:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Everything told: recipient and subject of each letter; and how many letters there are.
fn told(folder: &Path) -> (BTreeSet<(String, String)>, usize) {
    let listed = json(
        folder,
        &[
            "--json", "outbox", "list", "--limit", "200", "--state", "sent",
        ],
    );
    let items = listed["items"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pairs = items
        .iter()
        .map(|item| (text(&item["address"]), text(&item["subject"])));
    (pairs.collect(), items.len())
}

#[test]
fn a_round_killed_at_any_moment_tells_nobody_twice_and_forgets_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (calm, killed) = (folder.path().join("calm"), folder.path().join("killed"));
    std::fs::create_dir_all(&calm).unwrap();
    make(&calm);
    copy(&calm.join("var"), &killed.join("var"));

    json(
        &calm,
        &["--json", "tick", "--at", "2026-11-30T09:05:00+08:00"],
    );
    for millis in (10..330).step_by(20) {
        let mut round = program(&killed, &["tick", "--at", "2026-11-30T09:05:00+08:00"])
            .spawn()
            .unwrap();
        std::thread::park_timeout(Duration::from_millis(millis));
        round.kill().unwrap();
        round.wait().unwrap();
    }
    // What was on its way when the process died is sent once more, an hour later at the latest, with
    // the same Message-ID: one file.
    for at in ["2026-11-30T09:40:00+08:00", "2026-11-30T11:00:00+08:00"] {
        json(&killed, &["--json", "tick", "--at", at]);
    }
    json(
        &calm,
        &["--json", "tick", "--at", "2026-11-30T11:00:00+08:00"],
    );

    let ((expected, letters), (seen, count)) = (told(&calm), told(&killed));
    assert!(letters > 5, "{expected:?}");
    assert_eq!(seen, expected);
    assert_eq!(count, letters, "no letter twice");
    // A kill between writing and renaming leaves a hidden part behind, which is no letter.
    let files = |folder: &Path| {
        let entries = std::fs::read_dir(folder.join("var/mail")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let is = |path: &Path, kind: &str| path.extension().is_some_and(|found| found == kind);
        let (letters, parts): (Vec<_>, Vec<_>) = paths.partition(|path| is(path, "eml"));
        assert!(parts.iter().all(|path| is(path, "part")), "{parts:?}");
        (letters.len(), parts.len())
    };
    let ((killed_letters, _), (calm_letters, calm_parts)) = (files(&killed), files(&calm));
    assert_eq!(killed_letters, calm_letters);
    assert_eq!(calm_parts, 0);
    let verified = json(&killed, &["--json", "journal", "verify"]);
    assert_eq!(verified["broken_at"], Value::Null, "{verified}");
}
