//! A throwaway PostgreSQL cluster on loopback, one per test process, for whoever has the binaries.
//!
//! `TEST_POSTGRES_URL` names a running server instead. The cluster ends with this process: the
//! server is bound to the life of a thread that never returns.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use diesel::Connection as _;

/// Returns the URL of a server, or nothing where none can be had; then one line says so.
pub(crate) fn url() -> Option<&'static str> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    URL.get_or_init(|| {
        let url = std::env::var("TEST_POSTGRES_URL").ok().or_else(start);
        if url.is_none() {
            assert!(
                std::env::var("DEMAND_POSTGRES").is_err(),
                "PostgreSQL was demanded but cannot be started"
            );
            // Written past the capture of the test runner: a skip must be seen.
            let line = "PostgreSQL: not run, its binaries (initdb, postgres) cannot be used here";
            std::io::stderr()
                .write_all(format!("{line}\n").as_bytes())
                .unwrap();
        }
        url
    })
    .as_deref()
}

fn binaries() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders
        .into_iter()
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// The server refuses to run as root, so root runs it as the user `postgres` or `nobody`.
fn as_server_user(program: &Path, folder: &Path) -> Option<Command> {
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .ok()?
        .stdout
        .starts_with(b"0\n");
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if is_root {
        let known = |user: &str| {
            Command::new("id")
                .arg(user)
                .output()
                .is_ok_and(|o| o.status.success())
        };
        let user = ["postgres", "nobody"]
            .into_iter()
            .find(|user| known(user))?;
        Command::new("chown")
            .args(["-R", user])
            .arg(folder)
            .status()
            .ok()?;
        command.args(["--reuid", user, "--clear-groups"]);
    }
    command
        .arg(program)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    Some(command)
}

/// Has the folder removed once this process has ended, however it ends, and the server with it.
fn clear_away_afterwards(folder: &Path) -> Option<()> {
    const AFTER: &str = "cat; for _ in $(seq 100); do [ -e \"$1/data/postmaster.pid\" ] || break; sleep 0.1; done; rm -rf \"$1\"";
    let mut janitor = Command::new("sh")
        .args(["-c", AFTER, "sh"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // The pipe closes with this process: until then the janitor waits.
    std::mem::forget(janitor.stdin.take());
    Some(())
}

fn start() -> Option<String> {
    let binaries = binaries()?;
    let folder = tempfile::Builder::new()
        .prefix("fiveone-pg")
        .tempdir()
        .ok()?
        .keep();
    let data = folder.join("data");
    let (said, url) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let run = || -> Option<String> {
            let initialised = as_server_user(&binaries.join("initdb"), &folder)?
                .args([
                    "--auth=trust",
                    "--username=fiveone",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                    "-D",
                ])
                .arg(&data)
                .stderr(Stdio::null())
                .status()
                .ok()?;
            let free = std::net::TcpListener::bind("127.0.0.1:0")
                .ok()?
                .local_addr()
                .ok()?
                .port();
            initialised.success().then_some(())?;
            clear_away_afterwards(&folder)?;
            as_server_user(&binaries.join("postgres"), &folder)?
                .arg("-D")
                .arg(&data)
                .args(["-p", &free.to_string(), "-h", "127.0.0.1", "-k", ""])
                .args([
                    "-c",
                    "fsync=off",
                    "-c",
                    "max_connections=400",
                    "-c",
                    "shared_buffers=64MB",
                ])
                .stderr(Stdio::null())
                .spawn()
                .ok()?;
            let url = format!("postgres://fiveone@127.0.0.1:{free}/postgres");
            for _ in 0..200 {
                let ready = diesel::PgConnection::establish(&url).is_ok();
                if ready {
                    return Some(url);
                }
                std::thread::park_timeout(std::time::Duration::from_millis(50));
            }
            None
        };
        if said.send(run()).is_ok() {
            loop {
                std::thread::park();
            }
        }
    });
    url.recv().ok()?
}
