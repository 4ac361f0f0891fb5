//! A server in this process on a database of its own that holds the demo world, and clients of it
//! that block.

use std::cell::OnceCell;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use fiveone::app::App;
use fiveone::seed;
use fiveone::server::Server;
use fiveone::settings::Settings;
use fiveone::store::Conn;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// The day after the reports of 2026Q3 were due: most are in, reviewed by nobody and not locked.
const NOW: &str = "2026-10-12T10:00:00+08:00";
const PASSWORD: &str = "four boats on the Gan river";
/// Seconds over which requests are counted.
const COUNTED: Duration = Duration::from_secs(3);

/// A running server; it ends with the process.
pub(crate) struct Site {
    pub(crate) app: App,
    base: String,
    runtime: Arc<Runtime>,
    pub(crate) copies_of_deadlines: OnceCell<i64>,
    _folder: tempfile::TempDir,
}

impl Site {
    /// Starts a server and makes the demo world, `copies` times over.
    pub(crate) fn new(postgres: Option<&str>, copies: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut flags: Vec<(String, String)> = [
            ("http.listen", "127.0.0.1:0"),
            ("jobs.enabled", "false"),
            ("clock.fixed", NOW),
            ("mail.transport", "record"),
            ("demo.password", PASSWORD),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .to_vec();
        let mut set = |key: &str, value: String| flags.push((key.to_owned(), value));
        match postgres {
            None => {
                let file = folder.path().join("fiveone.db");
                set("database.url", format!("sqlite://{}", file.display()));
            }
            Some(url) => {
                let schema = format!("bench{}", std::process::id());
                set("database.url", url.to_owned());
                set(
                    "database.postgres_setup",
                    format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}"),
                );
                let keys = folder.path().join("keys");
                std::fs::write(&keys, "[[key]]\nkid = \"bench\"\nsecret = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"\nmade_at = \"2026-09-01T00:00:00.000Z\"\n").unwrap();
                std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o600)).unwrap();
                set("auth.key_file", keys.display().to_string());
            }
        }
        let app = App::open(Settings::from_defaults(&flags).unwrap()).unwrap();
        let (told, port) = std::sync::mpsc::channel();
        let its_app = app.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = Server::build(its_app).unwrap();
                told.send(server.port()).unwrap();
                server.run().await.unwrap();
            });
        });
        let base = format!("http://127.0.0.1:{}", port.recv().unwrap());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(seed::demo(&app, copies)).unwrap();
        Self {
            app,
            base,
            runtime: Arc::new(runtime),
            copies_of_deadlines: OnceCell::new(),
            _folder: folder,
        }
    }

    /// Waits for a future.
    pub(crate) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Signs somebody in.
    pub(crate) fn signed_in(&self, email: &str) -> Client {
        let stranger = Client {
            base: self.base.clone(),
            token: String::new(),
            http: reqwest::Client::new(),
            runtime: Arc::clone(&self.runtime),
        };
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = stranger.post("/api/v1/sessions", &body);
        assert_eq!(answer.status, 201, "{email}: {}", answer.body);
        Client {
            token: answer.body["access_token"].as_str().unwrap().to_owned(),
            ..stranger
        }
    }

    /// Counts the rows of a table, or of a table and its condition.
    pub(crate) fn count(&self, from: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        let sql = format!("SELECT count(*) AS count FROM {from}");
        let count = |conn: &mut Conn| Ok(diesel::sql_query(&sql).get_result::<Count>(conn)?.count);
        self.app.store.read_blocking(count).unwrap()
    }

    /// Returns how often a path is answered per second, `at_once` requests being under way.
    pub(crate) fn throughput(&self, client: &Client, path: &str, at_once: usize) -> f64 {
        let begun = Instant::now();
        let answered: usize = self.wait(async {
            let one = || async {
                let mut answered = 0;
                while begun.elapsed() < COUNTED {
                    let request = client.request(reqwest::Method::GET, path);
                    assert_eq!(read(request).await.status, 200);
                    answered += 1;
                }
                answered
            };
            let all = futures_util::future::join_all((0..at_once).map(|_| one())).await;
            all.into_iter().sum()
        });
        per_second(answered, begun.elapsed())
    }

    /// Posts nothing to each path, `at_once` at a time, and returns how many were answered per second.
    pub(crate) fn posted_at_once(&self, paths: Vec<(Client, String)>, at_once: usize) -> f64 {
        let next = AtomicUsize::new(0);
        let begun = Instant::now();
        self.wait(async {
            let one = || async {
                while let Some((client, path)) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let request = client.request(reqwest::Method::POST, path).json(&json!({}));
                    let answer = read(request).await;
                    assert_eq!(answer.status, 200, "{}", answer.body);
                }
            };
            futures_util::future::join_all((0..at_once).map(|_| one())).await;
        });
        per_second(paths.len(), begun.elapsed())
    }
}

/// What was answered, read whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: String,
    pub(crate) body: Value,
}

/// Somebody signed in.
#[derive(Clone)]
pub(crate) struct Client {
    base: String,
    token: String,
    http: reqwest::Client,
    runtime: Arc<Runtime>,
}

impl Client {
    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        request.bearer_auth(&self.token)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.runtime
            .block_on(read(self.request(reqwest::Method::GET, path)))
    }

    /// Returns the status of what is answered, which is read whole and not looked into.
    pub(crate) fn status(&self, path: &str) -> u16 {
        self.runtime.block_on(async {
            let response = self
                .request(reqwest::Method::GET, path)
                .send()
                .await
                .unwrap();
            let status = response.status().as_u16();
            response.bytes().await.unwrap();
            status
        })
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.request(reqwest::Method::POST, path).json(body);
        self.runtime.block_on(read(request))
    }

    pub(crate) fn put(&self, path: &str, etag: &str, body: &Value) -> Answer {
        let request = self.request(reqwest::Method::PUT, path).json(body);
        self.runtime
            .block_on(read(request.header("If-Match", etag)))
    }
}

async fn read(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let etag = response.headers().get("etag");
    let etag = etag.and_then(|value| value.to_str().ok());
    Answer {
        status: response.status().as_u16(),
        etag: etag.unwrap_or_default().to_owned(),
        body: serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default(),
    }
}

/// What was measured of one thing.
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    pub(crate) per_second: Option<f64>,
}

impl Figures {
    pub(crate) fn of(name: &'static str, mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let last = times.len() - 1;
        Self {
            name,
            p50: times[last * 50 / 100],
            p99: times[last * 99 / 100],
            per_second: None,
        }
    }
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "small")]
fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Resident memory of this process in KiB.
pub(crate) fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let words = line.and_then(|line| line.split_whitespace().nth(1));
    words.and_then(|kib| kib.parse().ok()).unwrap_or_default()
}
