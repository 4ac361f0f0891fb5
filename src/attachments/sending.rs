//! A file on its way out: piece by piece, and only ever to be saved.

use std::fs::File;

use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, stream};
use tokio::io::AsyncReadExt as _;

use super::rules::disposition;
use super::store::{self, Attachment};
use super::vault::Vault;
use crate::app::App;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::settings::KeptIn;

/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// Returns the strong entity tag of a file: its content never changes.
fn sign(row: &Attachment) -> String {
    format!("\"{}\"", row.sha256)
}

/// Hands a file out, or says that the reader has it already.
///
/// # Errors
/// The file is not where its row says.
pub(crate) async fn respond(app: &App, req: &HttpRequest, row: Attachment) -> Result<HttpResponse> {
    let tag = sign(&row);
    let seen = req.headers().get(header::IF_NONE_MATCH);
    let seen = seen.and_then(|seen| seen.to_str().ok()).unwrap_or_default();
    if seen.split(',').any(|one| one.trim() == tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish());
    }
    let mut response = HttpResponse::Ok();
    response
        .content_type(row.media_type.as_str())
        .insert_header((header::ETAG, tag))
        .insert_header((header::CONTENT_DISPOSITION, disposition(&row.name)))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ));
    let bytes = u64::try_from(row.bytes).map_err(Error::broken)?;
    match row.kept_in {
        KeptIn::Database => {
            let pieces = pieces(app.clone(), row.id);
            Ok(response.body(SizedStream::new(bytes, pieces)))
        }
        KeptIn::Folder => {
            let vault = Vault::of(app);
            let opened = tokio::task::spawn_blocking(move || vault.open(row.id));
            let file = opened.await.map_err(Error::broken)??;
            Ok(response.body(SizedStream::new(bytes, read(file))))
        }
    }
}

fn read(file: File) -> impl Stream<Item = Result<Bytes>> {
    stream::try_unfold(tokio::fs::File::from_std(file), async |mut file| {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await.map_err(Error::broken)?;
        piece.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(piece), file)))
    })
}

fn pieces(app: App, id: Id) -> impl Stream<Item = Result<Bytes>> {
    stream::try_unfold((app, 0_i64), move |(app, number)| async move {
        let read = app.store.read(move |conn| store::piece(conn, id, number));
        let piece = read.await?;
        Ok(piece.map(|piece| (Bytes::from(piece), (app, number.saturating_add(1)))))
    })
}
