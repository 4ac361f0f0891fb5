//! The style sheet and the script of the console, compiled in. Their address carries the digest of
//! their content, so that a browser may keep them for good.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};

use crate::kernel::error::Result;
use crate::kernel::refused::{Kind, Refused};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/web/assets");
/// The digest of each file, by its name.
static DIGESTS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let files = FILES.files().filter_map(|file| {
        let digest = hex::encode(Sha256::digest(file.contents()));
        Some((file.path().to_str()?, digest.chars().take(16).collect()))
    });
    files.collect()
});

/// Returns the address of a file, which changes with its content.
pub(super) fn address(name: &str) -> Option<String> {
    let digest = DIGESTS.get(name)?;
    Some(format!("/assets/{name}?v={digest}"))
}

/// Sends a file.
pub(crate) async fn send(req: HttpRequest, name: web::Path<String>) -> Result<HttpResponse> {
    let file = FILES.get_file(name.as_str());
    let (Some(file), Some(digest)) = (file, DIGESTS.get(name.as_str())) else {
        return Err(Refused::new(Kind::Missing, "route.unknown").into());
    };
    let etag = format!("\"{digest}\"");
    // Under its own digest a file never changes; under another, or none, it is asked for again.
    let is_current = req.query_string() == format!("v={digest}");
    let kept = if is_current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = req.headers().get(header::IF_NONE_MATCH);
    let mut response = if known.is_some_and(|known| known == etag.as_str()) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, kept));
    if known.is_some_and(|known| known.as_bytes() == format!("\"{digest}\"").as_bytes()) {
        return Ok(response.finish());
    }
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Ok(response.content_type(kind).body(file.contents()))
}
