//! Extractors: strict JSON bodies and queries, ids of a path, language, `If-Match`.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::{OpenApi, RefOr};

use super::strict;
use crate::kernel::error::{Error, Result};
use crate::kernel::refused::{Kind, Refused};
use crate::text::Lang;

/// Longest query string, in bytes.
const LONGEST_QUERY: usize = 8 * 1024;

/// A JSON body that kept to its schema, and the digest of its bytes.
pub(crate) struct Body<T> {
    pub(crate) value: T,
    pub(crate) digest: String,
}

impl<T: DeserializeOwned + ToSchema + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = req.headers().get(header::CONTENT_TYPE).is_none_or(|kind| {
            kind.to_str().is_ok_and(|kind| {
                kind.split(';')
                    .next()
                    .is_some_and(|k| k.trim().eq_ignore_ascii_case("application/json"))
            })
        });
        let bytes = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            if !is_json {
                return Err(Refused::new(Kind::MediaType, "request.media_type").into());
            }
            let bytes = bytes.await.map_err(|fault| {
                let (kind, code) = if fault.as_response_error().status_code().as_u16() == 413 {
                    (Kind::TooLarge, "body.too_large")
                } else {
                    (Kind::Malformed, "request.malformed")
                };
                Error::from(Refused::new(kind, code))
            })?;
            // A deed without a body is the same as one with an empty object.
            let bytes = if bytes.is_empty() {
                web::Bytes::from_static(b"{}")
            } else {
                bytes
            };
            let digest = hex::encode(Sha256::digest(&bytes));
            Ok(Self {
                value: strict::read(&bytes)?,
                digest,
            })
        })
    }
}

/// The parameters of a query, none of them unknown.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_query(req.query_string()).map(Self))
    }
}

/// The filters of a page: as [`Query`], but an input that was left empty says nothing.
pub(crate) struct Filters<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest for Filters<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let filled = req.query_string().split('&');
        let filled = filled.filter(|part| !part.is_empty() && !part.ends_with('='));
        ready(read_query(&filled.collect::<Vec<_>>().join("&")).map(Self))
    }
}

fn read_query<T: DeserializeOwned>(text: &str) -> Result<T> {
    let refuse = |fault: &str, name: &str| {
        let refused = Refused::new(Kind::Malformed, "query.invalid");
        Error::from(refused.with("fault", fault).with("name", name))
    };
    if text.len() > LONGEST_QUERY {
        return Err(refuse("too_long", ""));
    }
    if text.contains("%00") || text.contains('\0') {
        return Err(refuse("nul", ""));
    }
    web::Query::<T>::from_query(text)
        .map(web::Query::into_inner)
        .map_err(|fault| {
            // The words of the parser are for programmers; what it names stands between backticks.
            let words = fault.to_string();
            let name = words.split('`').nth(1).unwrap_or_default();
            if words.contains("unknown field") {
                refuse("unknown_parameter", name)
            } else if words.contains("duplicate field") {
                refuse("twice", name)
            } else if words.contains("missing field") {
                refuse("missing_parameter", name)
            } else {
                refuse("wrong_value", "")
            }
        })
}

/// Refuses a query where the route, as it is documented, takes none.
///
/// # Errors
/// 400 `query.invalid`.
pub(crate) fn refuse_stray_query(req: &HttpRequest) -> Result<()> {
    let (text, document) = (req.query_string(), req.app_data::<web::Data<OpenApi>>());
    if text.is_empty() {
        return Ok(());
    }
    let pattern = req.match_pattern().unwrap_or_default();
    let item = document.and_then(|document| document.paths.paths.get(&pattern));
    let operation = item.and_then(|item| match *req.method() {
        Method::GET | Method::HEAD => item.get.as_ref(),
        Method::POST => item.post.as_ref(),
        Method::PUT => item.put.as_ref(),
        Method::PATCH => item.patch.as_ref(),
        Method::DELETE => item.delete.as_ref(),
        _ => None,
    });
    let takes_none = operation.is_some_and(|operation| {
        let parameters = operation.parameters.iter().flatten();
        !parameters
            .into_iter()
            .any(|one| matches!(one, RefOr::T(one) if one.parameter_in == ParameterIn::Query))
    });
    if !takes_none {
        return Ok(());
    }
    let name = text.split(['=', '&']).next().unwrap_or_default();
    let refused = Refused::new(Kind::Malformed, "query.invalid");
    let refused = refused.with("fault", "unknown_parameter");
    Err(refused
        .with("name", name.chars().take(40).collect::<String>())
        .into())
}

/// Returns the language the reader asked for first, zh-CN when none of ours.
pub(crate) fn lang_of(req: &HttpRequest) -> Lang {
    asked_lang(req).unwrap_or(Lang::Zh)
}

/// Returns the first of our languages in `Accept-Language`, by order.
pub(crate) fn asked_lang(req: &HttpRequest) -> Option<Lang> {
    let asked = req.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    asked.split(',').find_map(|entry| {
        let tag = entry.split(';').next()?.trim().to_ascii_lowercase();
        match tag.split('-').next()? {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    })
}

/// Returns the version named by `If-Match`.
///
/// # Errors
/// 400 `request.if_match` when it is not one strong entity tag of ours.
pub(crate) fn if_match(req: &HttpRequest) -> Result<Option<i64>> {
    let Some(value) = req.headers().get(header::IF_MATCH) else {
        return Ok(None);
    };
    let version = value.to_str().ok().and_then(|text| {
        text.trim()
            .strip_prefix('"')?
            .strip_suffix('"')?
            .parse::<i64>()
            .ok()
    });
    match version {
        Some(version) => Ok(Some(version)),
        None => Err(Refused::new(Kind::Malformed, "request.if_match").into()),
    }
}

/// A field of a PATCH: absent leaves it, null clears it.
pub(crate) fn present<'de, D, T>(
    deserializer: D,
) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}
