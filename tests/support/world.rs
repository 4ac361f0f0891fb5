//! A running server with its own database, and clients of it.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use fiveone::app::App;
use fiveone::server::Server;
use fiveone::settings::Settings;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// The moment at which tests begin: Monday 2026-09-28, 10:00 in Shanghai.
pub(crate) const START: &str = "2026-09-28T10:00:00+08:00";
pub(crate) const PASSWORD: &str = "four boats on the Gan river";

/// A server on a database of its own.
pub(crate) struct World {
    pub(crate) app: App,
    base: String,
    flags: Vec<(String, String)>,
    handle: actix_web::dev::ServerHandle,
    _folder: tempfile::TempDir,
}

/// Runs a test in a world on each database there is.
pub(crate) fn each<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    each_with(
        async || (Vec::new(), ()),
        async |world, ()| test(world).await,
    );
}

/// Runs a test in a world on each database there is, with settings of its own; what `prepare` made
/// beside them lives as long as the world.
pub(crate) fn each_with<
    T,
    P: Future<Output = (Vec<(String, String)>, T)>,
    F: Future<Output = ()>,
>(
    prepare: impl Fn() -> P,
    test: impl Fn(World, T) -> F,
) {
    actix_web::rt::System::new().block_on(async {
        let databases = std::iter::once(None).chain(crate::postgres::url().map(Some));
        for postgres in databases {
            let (flags, made) = prepare().await;
            let world = World::empty(postgres, &flags);
            world.found();
            test(world, made).await;
        }
    });
}

impl World {
    /// Starts a server that knows nobody yet.
    pub(crate) fn empty(postgres: Option<&str>, more: &[(String, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut flags: Vec<(String, String)> = vec![
            ("http.listen".into(), "127.0.0.1:0".into()),
            ("http.workers".into(), "1".into()),
            ("jobs.enabled".into(), "false".into()),
            (
                "imports.reader".into(),
                env!("CARGO_BIN_EXE_fiveone").into(),
            ),
            ("clock.fixed".into(), START.into()),
            (
                "mail.folder".into(),
                folder.path().join("mail").display().to_string(),
            ),
        ];
        match postgres {
            None => {
                let file = folder.path().join("fiveone.db");
                flags.push((
                    "database.url".into(),
                    format!("sqlite://{}", file.display()),
                ));
            }
            Some(url) => {
                let schema = format!("t{}", uuid_like(&folder));
                let setup =
                    format!("CREATE SCHEMA IF NOT EXISTS {schema}; SET search_path TO {schema}");
                flags.push(("database.url".into(), url.into()));
                flags.push(("database.postgres_setup".into(), setup));
                flags.push(("database.connections".into(), "4".into()));
                let keys = folder.path().join("keys");
                std::fs::write(&keys, "[[key]]\nkid = \"test\"\nsecret = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"\nmade_at = \"2026-09-01T00:00:00.000Z\"\n").unwrap();
                std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o600)).unwrap();
                flags.push(("auth.key_file".into(), keys.display().to_string()));
            }
        }
        flags.extend_from_slice(more);
        let (app, base, handle) = start(&flags);
        Self {
            app,
            base,
            flags,
            handle,
            _folder: folder,
        }
    }

    /// Creates the first account, as an operator does.
    pub(crate) fn found(&self) {
        self.command(
            &[
                "user",
                "create",
                "--email",
                "admin@fiveone.example",
                "--name",
                "管理员",
                "--role",
                "admin",
                "--password-stdin",
            ],
            PASSWORD,
        );
    }

    /// Stops the server and starts it again on the same database at another moment.
    pub(crate) async fn at(mut self, moment: &str) -> Self {
        self.handle.stop(true).await;
        self.flags.retain(|(key, _)| key != "clock.fixed");
        self.flags.push(("clock.fixed".into(), moment.into()));
        let (app, base, handle) = start_again(&self.flags).await;
        (self.app, self.base, self.handle) = (app, base, handle);
        self
    }

    /// Runs the program itself on this world's database; returns what it printed.
    pub(crate) fn command(&self, words: &[&str], input: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fiveone"));
        for (key, value) in &self.flags {
            command.arg("--set").arg(format!("{key}={value}"));
        }
        let mut child = command
            .arg("--set")
            .arg("log.filter=warn")
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Host and port of the server.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// A client nobody has signed in.
    pub(crate) fn stranger(&self) -> Client {
        Client {
            base: self.base.clone(),
            token: None,
            http: reqwest::Client::new(),
        }
    }

    /// Signs the administrator in.
    pub(crate) async fn admin(&self) -> Client {
        self.signed_in("admin@fiveone.example").await
    }

    /// Signs somebody in with the password every test account has.
    pub(crate) async fn signed_in(&self, email: &str) -> Client {
        let stranger = self.stranger();
        let answer = stranger
            .post("/sessions", json!({ "email": email, "password": PASSWORD }))
            .await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        Client {
            token: Some(answer.text("/access_token")),
            ..stranger
        }
    }

    /// Creates an account and signs it in.
    pub(crate) async fn person(&self, email: &str, role: &str, region: &str) -> Client {
        let admin = self.admin().await;
        let mut body = json!({ "name": email.split('@').next(), "email": email, "role": role, "region": region, "post": "主任", "password": PASSWORD });
        if role == "department" {
            body["department"] = json!("natural-resources");
        }
        let made = admin.post("/people", body).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        self.signed_in(email).await
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn start(flags: &[(String, String)]) -> (App, String, actix_web::dev::ServerHandle) {
    let app = App::open(Settings::from_defaults(flags).unwrap()).unwrap();
    let server = Server::build(app.clone()).unwrap();
    let (port, handle) = (server.port(), server.handle());
    actix_web::rt::spawn(server.run());
    (app, format!("http://127.0.0.1:{port}"), handle)
}

/// The lock of an embedded database is let go when the old server's future has ended.
async fn start_again(flags: &[(String, String)]) -> (App, String, actix_web::dev::ServerHandle) {
    for _ in 0..1000 {
        let app = App::open(Settings::from_defaults(flags).unwrap()).unwrap();
        if app.store.lock_for_serving().is_ok() {
            break;
        }
        tokio::task::yield_now().await;
    }
    start(flags)
}

fn uuid_like(folder: &tempfile::TempDir) -> String {
    let name = folder.path().file_name().unwrap().to_string_lossy();
    let letters = name
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>();
    format!("{letters}{}", std::process::id())
}

/// A client with or without a token.
#[derive(Clone)]
pub(crate) struct Client {
    base: String,
    pub(crate) token: Option<String>,
    http: reqwest::Client,
}

/// An answer read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn text(&self, pointer: &str) -> String {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{pointer} in {}", self.body))
            .to_owned()
    }

    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Pointer and code of every finding.
    pub(crate) fn findings(&self) -> Vec<(String, String)> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut found: Vec<_> = errors
            .iter()
            .map(|e| (text(&e["pointer"]), text(&e["code"])))
            .collect();
        found.sort();
        found
    }
}

impl Client {
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = if path.starts_with('/') && OUTSIDE.iter().any(|p| path.starts_with(p)) {
            format!("{}{path}", self.base)
        } else {
            format!("{}/api/v1{path}", self.base)
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request, again while the store is busy, as the answer asks for.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let asked = request.try_clone().unwrap().build().unwrap();
        let mut response = request.try_clone().unwrap().send().await.unwrap();
        for _ in 0..20 {
            if response.status() != StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
            response = request.try_clone().unwrap().send().await.unwrap();
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if status.is_client_error() || status.is_server_error() {
            let kind = headers.get("content-type").unwrap();
            assert_eq!(kind, "application/problem+json", "{body}");
            assert!(
                body["code"].is_string() && body["instance"].is_string(),
                "{body}"
            );
            assert_ne!(body["detail"], body["code"], "no words for {body}");
        }
        assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{body}");
        let (method, path) = (asked.method().as_str(), asked.url().path());
        crate::contract::hold(method, path, status.as_u16(), &body);
        Answer {
            status: status.as_u16(),
            headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request("POST", path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, etag: Option<&str>, body: Value) -> Answer {
        self.send(with_etag(self.request("PUT", path), etag).json(&body))
            .await
    }

    pub(crate) async fn patch(&self, path: &str, etag: Option<&str>, body: Value) -> Answer {
        self.send(with_etag(self.request("PATCH", path), etag).json(&body))
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }
}

fn with_etag(request: RequestBuilder, etag: Option<&str>) -> RequestBuilder {
    match etag {
        Some(etag) => request.header("If-Match", etag),
        None => request,
    }
}

const OUTSIDE: [&str; 5] = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"];
