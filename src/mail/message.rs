//! Makes the message of a letter: header, text and HTML, finished to the last byte.
//!
//! Knows the form of mail (RFC 5322, 2045, 3834), not its words. The same inputs give the same
//! bytes; nothing here reads the clock or draws a number.

use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};

use super::letter::{Recipient, one_line};
use super::render::Rendered;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::time::Moment;

/// RFC 3834: written by a machine, so that no machine answers it.
#[derive(Clone)]
struct AutoSubmitted;

/// The same for Exchange, which reads no RFC 3834.
#[derive(Clone)]
struct NoAutoResponse;

macro_rules! fixed_header {
    ($header:ident, $name:literal, $value:literal) => {
        impl Header for $header {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(
                _: &str,
            ) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

fixed_header!(AutoSubmitted, "Auto-Submitted", "auto-generated");
fixed_header!(NoAutoResponse, "X-Auto-Response-Suppress", "All");

/// Returns the Message-ID of the letter with this id, in angle brackets.
pub(super) fn message_id(id: Id, from: &Mailbox) -> String {
    format!("<{id}@{}>", from.email.domain())
}

/// Returns the envelope sender of a letter: what mail systems report back names its row.
pub(super) fn envelope_sender(id: Id, from: &Mailbox) -> String {
    format!("bounce+{id}@{}", from.email.domain())
}

/// Returns the finished message, or nothing when the recipient's address is none that mail knows.
///
/// # Errors
/// Only faults of the library.
pub(super) fn compose(
    id: Id,
    from: &Mailbox,
    to: &Recipient,
    words: &Rendered,
    now: Moment,
) -> Result<Option<String>> {
    let Ok(address) = to.address.parse() else {
        return Ok(None);
    };
    let name = Some(one_line(&to.name)).filter(|name| !name.is_empty());
    let millis = u64::try_from(now.millis()).unwrap_or_default();
    // Named by the row, not by chance: the bytes depend on the inputs alone.
    let boundary = format!("=_{id}");
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, &words.text))
        .singlepart(part(ContentType::TEXT_HTML, &words.html));
    let message = Message::builder()
        .from(from.clone())
        .reply_to(from.clone())
        .to(Mailbox::new(name, address))
        .subject(words.subject.clone())
        .date(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
        .message_id(Some(message_id(id, from)))
        .header(AutoSubmitted)
        .header(NoAutoResponse)
        .multipart(parts)
        .map_err(Error::broken)?;
    String::from_utf8(message.formatted())
        .map(Some)
        .map_err(Error::broken)
}

fn part(kind: ContentType, body: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(body.to_owned())
}
