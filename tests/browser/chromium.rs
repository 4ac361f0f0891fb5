//! Headless Chromium and its driver: one driver for the whole process, one browser for each visitor.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::json;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel};

/// Tells whether there is a browser to test with; where there is none, one line says so.
pub(crate) fn is_here() -> bool {
    driver().is_some()
}

/// Opens a browser with cookies of its own, which asks for pages in a language.
pub(crate) async fn open(language: &str, runs_scripts: bool) -> WebDriver {
    let driver = driver().unwrap();
    let asked = capabilities(language, runs_scripts).unwrap();
    WebDriver::new(driver, asked).await.unwrap()
}

fn capabilities(language: &str, runs_scripts: bool) -> WebDriverResult<ChromeCapabilities> {
    let mut asked = DesiredCapabilities::chrome();
    for flag in [
        "--headless=new",
        // Root may not use the sandbox, and a container's /dev/shm is too small for pictures.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        // Ends with its driver, however that ends.
        "--remote-debugging-pipe",
        "--window-size=1366,768",
        "--hide-scrollbars",
        "--force-prefers-reduced-motion",
        "--force-color-profile=srgb",
        "--disable-background-networking",
        // Nothing but this machine exists, and no TLS.
        "--host-resolver-rules=MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        "--disable-features=HttpsUpgrades",
    ] {
        asked.add_arg(flag)?;
    }
    let mut preferences = json!({ "intl.accept_languages": language });
    if !runs_scripts {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    asked.add_experimental_option("prefs", preferences)?;
    asked.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(asked)
}

/// The address of the driver.
fn driver() -> Option<&'static str> {
    static DRIVER: OnceLock<Option<String>> = OnceLock::new();
    DRIVER
        .get_or_init(|| {
            let driver = find();
            if driver.is_none() {
                assert!(
                    std::env::var("DEMAND_BROWSER").is_err(),
                    "a browser was demanded but chromium and chromedriver cannot be started"
                );
                // Written past the capture of the test runner: a skip must be seen.
                let line = "browser: not run, chromium and chromedriver cannot be used here";
                std::io::stderr()
                    .write_all(format!("{line}\n").as_bytes())
                    .unwrap();
            }
            driver
        })
        .as_deref()
}

fn find() -> Option<String> {
    let has_browser = Command::new("chromium")
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_browser {
        return None;
    }
    let (said, port) = std::sync::mpsc::channel();
    // The driver is bound to the life of the thread that starts it, which ends with this process.
    std::thread::spawn(move || {
        let started = start();
        if said.send(started.as_ref().map(|(_, port)| *port)).is_ok() {
            loop {
                std::thread::park();
            }
        }
    });
    let port = port.recv().ok()??;
    Some(format!("http://127.0.0.1:{port}"))
}

/// Starts the driver on a port of the system's choice, which it then says.
fn start() -> Option<(Child, u16)> {
    let mut child = Command::new("setpriv")
        .args(["--pdeathsig", "TERM", "chromedriver", "--port=0"])
        .env("LC_ALL", "C.UTF-8")
        .env("LANGUAGE", "en")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut lines = BufReader::new(child.stdout.take()?).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    })?;
    // Whatever it says later is read, or it would block.
    std::thread::spawn(move || lines.for_each(drop));
    Some((child, port))
}
