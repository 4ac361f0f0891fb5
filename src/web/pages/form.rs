//! Forms as they come from a browser, and how they become the same bodies the API takes.
//!
//! The names of inputs are JSON paths with dots: `years.0.amount_yuan` stands for the pointer
//! `/years/0/amount_yuan`, so that what is wrong at a pointer is shown at its input.

mod convert;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::kernel::error::{Error, Result};
use crate::kernel::refused::{Kind, Refused};
use crate::web::strict;

/// Bytes of a form as typed; app data of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LargestForm(pub(crate) usize);

/// On the wire a Chinese letter of three bytes takes nine.
const WIRE_BYTES_A_BYTE: usize = 3;
/// Most inputs of a form.
const MOST_INPUTS: usize = 2_000;
/// Longest name of an input, in bytes.
const LONGEST_NAME: usize = 200;

/// A form that was handed in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// The inputs in order, wholly empty rows left out.
    pairs: Vec<(String, String)>,
    reserved: BTreeMap<String, String>,
    was: BTreeMap<String, String>,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// - 413 `body.too_large` for more than `largest` bytes as typed, or too many inputs
    /// - 400 `form.malformed` for what is no UTF-8, or a name that cannot be one of ours
    pub(crate) fn read(bytes: &[u8], largest: usize) -> Result<Self> {
        let too_large = || Error::from(Refused::new(Kind::TooLarge, "body.too_large"));
        let malformed = || Error::from(Refused::new(Kind::Malformed, "form.malformed"));
        let (mut pairs, mut reserved) = (Vec::new(), BTreeMap::new());
        let mut typed = 0_usize;
        for (name, value) in form_urlencoded::parse(bytes) {
            if name.is_empty() || name.len() > LONGEST_NAME {
                return Err(malformed());
            }
            typed = typed.saturating_add(name.len()).saturating_add(value.len());
            if typed > largest || pairs.len() >= MOST_INPUTS {
                return Err(too_large());
            }
            if name.starts_with('_') {
                reserved.insert(name.into_owned(), value.into_owned());
            } else {
                pairs.push((name.into_owned(), value.replace("\r\n", "\n")));
            }
        }
        let was = reserved.remove("_was").unwrap_or_default();
        let was = was.split(' ').filter_map(|mark| {
            let (name, mark) = mark.split_once('=')?;
            Some((name.to_owned(), mark.to_owned()))
        });
        Ok(Self {
            was: was.collect(),
            pairs: convert::without_empty_rows(pairs),
            reserved,
        })
    }

    /// Returns the inputs that may stand in a page again: passwords may not.
    pub(crate) fn shown_again(&self) -> Vec<(String, String)> {
        let shown = self.pairs.iter();
        let shown = shown.filter(|(name, _)| !name.contains("password"));
        shown.cloned().collect()
    }

    /// Returns an input of that name, the last of several.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        if name.starts_with('_') {
            return self.reserved.get(name).map(String::as_str);
        }
        let mut found = self.pairs.iter().rev();
        found
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the version of the thing when the form was shown.
    pub(crate) fn version(&self) -> Option<i64> {
        self.get("_version")?.parse().ok()
    }

    /// Returns the marks of what stood in the inputs when the form was shown.
    pub(super) fn was(&self) -> &BTreeMap<String, String> {
        &self.was
    }

    /// Returns the digest of everything typed.
    pub(crate) fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (name, value) in &self.pairs {
            for part in [name, value] {
                digest.update(part.len().to_be_bytes());
                digest.update(part);
            }
        }
        hex::encode(digest.finalize())
    }

    /// Returns the form as the body of a request: the same type, by the same strict check, as the API
    /// takes.
    ///
    /// # Errors
    /// 422 `body.invalid` with every fault.
    pub(crate) fn body<T: DeserializeOwned + ToSchema + 'static>(&self) -> Result<T> {
        let schema = strict::document::<T>()?;
        let (value, findings) = convert::body(&self.pairs, &schema);
        strict::settle(value, findings)
    }
}

impl FromRequest for Form {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = req.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
            let kind = kind.to_str().unwrap_or_default();
            let kind = kind.split(';').next().unwrap_or_default();
            kind.trim() == "application/x-www-form-urlencoded"
        });
        let largest = req
            .app_data::<web::Data<LargestForm>>()
            .map_or(65_536, |largest| largest.0);
        let mut payload = payload.take();
        Box::pin(async move {
            let mut bytes = web::BytesMut::new();
            while let Some(part) = payload.next().await {
                let malformed = || Error::from(Refused::new(Kind::Malformed, "request.malformed"));
                let part = part.map_err(|_| malformed())?;
                if bytes.len().saturating_add(part.len())
                    > largest.saturating_mul(WIRE_BYTES_A_BYTE)
                {
                    return Err(Refused::new(Kind::TooLarge, "body.too_large").into());
                }
                bytes.extend_from_slice(&part);
            }
            // A button alone hands in nothing and says no type.
            if !is_form && !bytes.is_empty() {
                return Err(Refused::new(Kind::MediaType, "form.media_type").into());
            }
            Self::read(&bytes, largest)
        })
    }
}

#[cfg(test)]
mod tests;
