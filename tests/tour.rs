//! The README's tour and the cookbook of docs/API.md, executed as they stand: what a new user types is
//! what is tested.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const README: &str = include_str!("../README.md");
const API: &str = include_str!("../docs/API.md");
const PROGRAM: &str = env!("CARGO_BIN_EXE_fiveone");
const SERVE: &str = "cargo run --release -- serve --demo";
const MORNING: &str = "2026-11-30T01:00:00.000Z";

/// The shell blocks of a section, in order.
fn blocks(text: &'static str, section: &str) -> Vec<&'static str> {
    let (_, tour) = text.split_once(section).unwrap();
    let (tour, _) = tour.split_once("\n## ").unwrap();
    let parts = tour.split("```sh\n").skip(1);
    parts
        .map(|part| part.split_once("```").unwrap().0)
        .collect()
}

/// Ends the server with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts the server as the first block does; returns it with the address and the moment it prints.
fn serve(block: &str, folder: &Path, port: u16) -> (Serving, String, String) {
    assert!(block.contains(SERVE), "{block}");
    let mut child = shell(
        &block.replace("cargo run --release --", &format!("exec {PROGRAM}")),
        folder,
        port,
    )
    .stdout(Stdio::piped())
    .spawn()
    .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let serving = Serving(child);
    let mut address = String::new();
    for line in lines.map_while(Result::ok) {
        if let Some(rest) = line.strip_prefix("Open ") {
            rest.split(' ').next().unwrap().clone_into(&mut address);
        }
        if let Some((_, moment)) = line.split_once("tick --at ") {
            return (serving, address, moment.trim().to_owned());
        }
    }
    panic!("the server ended before it told the next morning");
}

/// Opens the printed address as a browser does, signs in as the tour says, and reads the first page.
fn first_page(address: &str, folder: &Path, port: u16) -> String {
    let (_, tour) = README.split_once("sign in as `").unwrap();
    let (email, _) = tour.split_once('`').unwrap();
    let script = format!(
        "curl -fsSL {address} | grep -q 'name=\"password\"'
        curl -fsSL -c jar -b jar {address}sign-in -H 'sec-fetch-site: same-origin' -d to=/ \
            --data-urlencode email={email} --data-urlencode 'password=four boats on the Gan river' -o day.html
        curl -fsS -b jar {address}"
    );
    let output = shell(&script, folder, port).output().unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complained}");
    String::from_utf8(output.stdout).unwrap()
}

fn shell(script: &str, folder: &Path, port: u16) -> Command {
    let mut command = Command::new("bash");
    command
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder)
        .env("FIVEONE_HTTP__LISTEN", format!("127.0.0.1:{port}"))
        .env("FIVEONE_LOG__FILTER", "warn");
    command
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn the_cookbook_of_the_api_works_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let tour = blocks(README, "## A five-minute tour");
    let then = format!("FIVEONE_CLOCK__FIXED=2026-10-09T10:00:00+08:00 {}", tour[0]);
    let (_serving, _, _) = serve(&then, folder.path(), port);
    let script = blocks(API, "## Cookbook").join("echo\n");
    let script = script.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
    let output = shell(&script, folder.path(), port).output().unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}\n{complained}");
    for what in [
        r#""kind":"report""#,
        r#""name":"监理月报.txt""#,
        r#""state":"submitted""#,
        r#""note":"请补充工程量。""#,
        "\nreturned\n",
        "\nsubmitted\n",
    ] {
        assert!(said.contains(what), "{what} in {said}");
    }
}

#[test]
fn the_tour_of_the_readme_works_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let blocks = blocks(README, "## A five-minute tour");
    let (first, rest) = blocks.split_first().unwrap();
    let (_serving, address, morning) = serve(first, folder.path(), port);
    assert_eq!(address, format!("http://127.0.0.1:{port}/"));
    assert!(README.contains("Open <http://127.0.0.1:8080/>"));
    let page = first_page(&address, folder.path(), port);
    assert!(page.contains("我负责的事项"), "{page}");
    let script = rest
        .join("echo\n")
        .replace("cargo run --release --", PROGRAM)
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
    assert!(
        script.contains(MORNING),
        "the tour goes to the next morning"
    );
    let output = shell(&script.replace(MORNING, &morning), folder.path(), port)
        .output()
        .unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}\n{complained}");
    for what in [
        r#""kind":"milestone""#,
        r#""complete":true"#,
        r#""state":"accepted""#,
        "project.five_one_incomplete",
        "send_letters: ",
        ".eml",
        r#""letter":"#,
        "chains, ",
    ] {
        assert!(said.contains(what), "{what} in {said}");
    }
    assert!(!said.contains("send_letters: 0"), "{said}");
    let letters = std::fs::read_dir(folder.path().join("var/mail"))
        .unwrap()
        .count();
    assert!(letters > 0);
}
