//! The composition root: routes of every feature, workers, graceful stop.
//!
//! `build` opens everything and binds the port, `port` tells it, `run` serves until it is stopped.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::from_fn;
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer, web};
use tokio::sync::Semaphore;
use tracing_actix_web::TracingLogger;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_actix_web::{AppExt as _, scope};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::app::App;
use crate::kernel::error::{Error, Result};
use crate::people::sessions::Hashing;
use crate::people::token::Keys;
use crate::store::ProcessLock;
use crate::web::guard::{LongestRequest, guard};
use crate::web::pages::form::LargestForm;
use crate::web::pages::{Site, assets};
use crate::web::problem::Reader;
use crate::web::upload::LargestUpload;
use crate::web::{connection, documented, problem};
use crate::{
    approvals, blockers, board, catalogue, escalation, jobs, lifecycle, people, projects, reports,
    schedules, seed,
};

/// A server that is bound and ready to run.
pub struct Server {
    app: App,
    server: actix_web::dev::Server,
    listens_on: SocketAddr,
    _lock: ProcessLock,
}

/// Every feature's routes under `/api/v1`, in order of their names.
fn routes(config: &mut ServiceConfig) {
    approvals::api::routes(config);
    blockers::api::routes(config);
    catalogue::api::routes(config);
    escalation::api::routes(config);
    lifecycle::api::routes(config);
    people::api::routes(config);
    reports::api::routes(config);
    projects::api::routes(config);
    schedules::api::routes(config);
}

/// Every feature's pages, in order of their names.
fn pages(config: &mut web::ServiceConfig) {
    board::pages::pages(config);
    escalation::pages::pages(config);
    people::directory::pages::pages(config);
    people::pages::pages(config);
}

/// Returns the `OpenAPI` document of everything that is built.
pub fn openapi() -> OpenApi {
    let (_, mut api) = ActixApp::new()
        .into_utoipa_app()
        .openapi(base_document())
        .service(scope("/api/v1").configure(routes))
        .split_for_parts();
    documented::add_problems(&mut api);
    api
}

fn base_document() -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .build();
    let mut document = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("fiveone")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Drives a province's major industrial projects by the five-one rule.",
                )),
        )
        .security(Some([utoipa::openapi::SecurityRequirement::new::<
            _,
            _,
            String,
        >("bearer", [])]))
        .build();
    let components = document.components.get_or_insert_with(Default::default);
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    document
}

impl Server {
    /// Opens the store, migrates it and loads the reference data, and binds the port.
    ///
    /// # Errors
    /// Another `serve` on the same embedded database, a port in use, a key file that is missing or
    /// readable by others.
    pub fn build(app: App) -> Result<Self> {
        escalation::policy(&app.settings)?;
        let lock = app.store.lock_for_serving()?;
        app.store.migrate()?;
        seed::reference(&app)?;
        let keys = open_keys(&app)?;
        let listener = TcpListener::bind(app.settings.http.listen).map_err(|fault| {
            Error::broken(format!(
                "cannot listen on {}: {fault}",
                app.settings.http.listen
            ))
        })?;
        let listens_on = listener.local_addr().map_err(Error::broken)?;
        let server = serve(&app, keys, listener)?;
        Ok(Self {
            app,
            server,
            listens_on,
            _lock: lock,
        })
    }

    /// Returns the port it listens on.
    pub fn port(&self) -> u16 {
        self.listens_on.port()
    }

    /// Returns the address a browser on this machine can open. One that stands for every interface is
    /// none that can be opened: the machine itself is.
    pub fn address(&self) -> String {
        let mut open = self.listens_on;
        if open.ip().is_unspecified() {
            let ip = match open.ip() {
                IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            };
            open.set_ip(ip);
        }
        format!("http://{open}")
    }

    /// Returns the handle that stops it.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves, and runs the periodic jobs beside it, until it is stopped: requests under way are
    /// finished first.
    ///
    /// # Errors
    /// A fault of the server itself.
    pub async fn run(self) -> Result<()> {
        let workers = jobs::start(&self.app);
        let served = self.server.await;
        workers.stop().await;
        served.map_err(Error::broken)
    }
}

/// Opens the signing keys: the named file, or one beside an embedded database.
fn open_keys(app: &App) -> Result<Keys> {
    let named: Option<PathBuf> = app.settings.auth.key_file.clone();
    let beside = app.store.folder().map(|folder| folder.join("fiveone.keys"));
    let may_make = named.is_none() && beside.is_some();
    let Some(path) = named.or(beside) else {
        return Err(Error::broken(
            "set auth.key_file: PostgreSQL has no folder to keep keys in",
        ));
    };
    Keys::open(&path, may_make, app.now())
}

fn serve(app: &App, keys: Keys, listener: TcpListener) -> Result<actix_web::dev::Server> {
    let http = app.settings.http.clone();
    let limits = app.settings.limits.clone();
    let (shared, keys) = (web::Data::new(app.clone()), web::Data::new(keys));
    let hashing = web::Data::new(Hashing(Semaphore::new(limits.hashing)));
    let largest = web::Data::new(LargestUpload(limits.upload_bytes));
    let form = web::Data::new(LargestForm(limits.form_bytes));
    let site = web::Data::new(Site::of(&app.settings));
    let longest = web::Data::new(LongestRequest(Duration::from_secs(http.request_seconds)));
    let document = web::Data::new(openapi());
    let metrics = web::Data::new(crate::metrics::recorder());
    let swagger = Config::new(["/openapi.json"])
        .validator_url("none")
        .use_base_layout();
    let json_bytes = limits.json_bytes;
    let server = HttpServer::new(move || {
        let (app, _) = ActixApp::new()
            .into_utoipa_app()
            .app_data(shared.clone())
            .app_data(keys.clone())
            .app_data(hashing.clone())
            .app_data(longest.clone())
            .app_data(largest.clone())
            .app_data(form.clone())
            .app_data(site.clone())
            .app_data(document.clone())
            .app_data(metrics.clone())
            .app_data(web::PayloadConfig::new(json_bytes))
            .app_data(web::PathConfig::default().error_handler(|_, _| {
                Error::from(crate::kernel::refused::Refused::new(
                    crate::kernel::refused::Kind::Missing,
                    "route.unknown",
                ))
                .into()
            }))
            .service(scope("/api/v1").configure(routes))
            .split_for_parts();
        app.wrap(from_fn(guard))
            .wrap(from_fn(crate::metrics::count))
            .wrap(TracingLogger::default())
            .route("/healthz", web::get().to(healthz))
            .route("/readyz", web::get().to(readyz))
            .route("/metrics", web::get().to(crate::metrics::show))
            .route("/openapi.json", web::get().to(openapi_json))
            .service(web::redirect("/docs", "/docs/"))
            .route("/assets/{name}", web::get().to(assets::send))
            .configure(pages)
            .service(SwaggerUi::new("/docs/{_:.*}").config(swagger.clone()))
            .default_service(web::to(unrouted))
    })
    .on_connect(connection::watch(Duration::from_secs(
        http.connection_seconds,
    )))
    .max_connections(http.max_connections)
    .client_request_timeout(Duration::from_secs(http.head_seconds))
    .client_disconnect_timeout(Duration::from_secs(http.head_seconds))
    .keep_alive(Duration::from_secs(http.keep_alive_seconds))
    .shutdown_timeout(http.stop_seconds);
    let server = if http.workers > 0 {
        server.workers(http.workers)
    } else {
        server
    };
    Ok(server.listen(listener).map_err(Error::broken)?.run())
}

/// Answers that the process lives; touches nothing.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(r#"{"status":"ok"}"#)
}

/// Answers whether requests can be served: the database answers a write, its schema is current and
/// it has room to grow.
async fn readyz(app: web::Data<App>) -> Result<HttpResponse> {
    let store = app.store.clone();
    let ask = move || Ok((store.is_current()?, store.has_room()?));
    let asked: Result<(bool, bool)> = tokio::task::spawn_blocking(ask)
        .await
        .map_err(Error::broken)?;
    let (is_current, has_room) = asked?;
    if !(is_current && has_room) {
        tracing::warn!(is_current, has_room, "not ready");
        return Err(Error::Busy);
    }
    app.store.write(|_| Ok(())).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(r#"{"status":"ready"}"#))
}

async fn openapi_json(document: web::Data<OpenApi>) -> Result<HttpResponse> {
    let body = serde_json::to_string(document.get_ref()).map_err(Error::broken)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(body))
}

/// What no route took: 405 with `Allow` where the path exists for other methods, else 404.
async fn unrouted(req: HttpRequest, document: web::Data<OpenApi>) -> HttpResponse {
    let reader = Reader::of(&req);
    let allowed = allowed(&document, req.path());
    if allowed.is_empty() {
        return problem::document(
            StatusCode::NOT_FOUND,
            "problem.missing",
            "route.unknown",
            &reader,
        );
    }
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let mut response = problem::document(status, "problem.method", "route.method", &reader);
    if let Ok(allowed) = header::HeaderValue::from_str(&allowed.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// Returns the methods a path has in the document.
fn allowed(document: &OpenApi, path: &str) -> Vec<&'static str> {
    const OUTSIDE: [&str; 5] = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs/"];
    if OUTSIDE.contains(&path) {
        return vec!["GET"];
    }
    let mut methods = Vec::new();
    for (template, item) in &document.paths.paths {
        if !matches_template(template, path) {
            continue;
        }
        for (name, there) in [
            ("GET", item.get.is_some()),
            ("PUT", item.put.is_some()),
            ("POST", item.post.is_some()),
            ("PATCH", item.patch.is_some()),
            ("DELETE", item.delete.is_some()),
        ] {
            if there && !methods.contains(&name) {
                methods.push(name);
            }
        }
    }
    methods
}

fn matches_template(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(word)) if part == word => {}
            (Some(part), Some(word)) if part.starts_with('{') && !word.is_empty() => {}
            _ => return false,
        }
    }
}
