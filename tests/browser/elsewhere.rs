//! A site that means harm, on this machine under other names and another port.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// The site, and what was asked of it.
pub(crate) struct Elsewhere {
    pub(crate) port: u16,
    pages: Arc<Mutex<BTreeMap<String, String>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Elsewhere {
    /// Opens it; it ends with the system of the test.
    pub(crate) fn open() -> Self {
        let (pages, asked) = (Arc::default(), Arc::default());
        let site = (Arc::clone(&pages), Arc::clone(&asked));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(site.clone()))
                .default_service(web::to(answer))
        })
        .workers(1)
        .bind(("127.0.0.1", 0))
        .unwrap();
        let port = server.addrs()[0].port();
        actix_web::rt::spawn(server.disable_signals().run());
        Self { port, pages, asked }
    }

    /// Puts a page at a path.
    pub(crate) fn lay(&self, path: &str, html: String) {
        self.pages.lock().unwrap().insert(path.to_owned(), html);
    }

    /// Everything it was asked since it was looked at last.
    pub(crate) fn collect(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

type Site = (
    Arc<Mutex<BTreeMap<String, String>>>,
    Arc<Mutex<Vec<String>>>,
);

async fn answer(req: HttpRequest, site: web::Data<Site>) -> HttpResponse {
    let (pages, asked) = site.get_ref();
    asked.lock().unwrap().push(req.uri().to_string());
    match pages.lock().unwrap().get(req.path()) {
        Some(html) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(html.clone()),
        None => HttpResponse::NotFound().finish(),
    }
}
