//! A parcel put into the terms of SMTP, or refused where SMTP has none for it: pure.

use lettre::Address;
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter, ServerInfo};

use super::{Outcome, Parcel};

/// A parcel that can be said in SMTP.
pub(super) struct Letter<'a> {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: &'a [u8],
}

impl<'a> Letter<'a> {
    pub(super) fn of(parcel: &'a Parcel) -> Result<Self, Outcome> {
        // The sender's address is made by this site; if it is wrong, it is for all letters.
        let from = address(&parcel.from).ok_or_else(|| Outcome::Retry {
            why: format!("the envelope sender {:?} is no mail address", parcel.from),
            relay_wide: true,
        })?;
        let to = address(&parcel.to).ok_or_else(|| Outcome::Bounced {
            why: format!("{:?} is no mail address", parcel.to),
        })?;
        if !ends_lines_by_crlf(&parcel.bytes) {
            return Err(Outcome::Bounced {
                why: "the message has a line not ended by CRLF, or a NUL: not sent".to_owned(),
            });
        }
        // The library ends the message by CRLF, dot, CRLF; with its own last CRLF left on, the
        // message would arrive one empty line longer than it is.
        let bytes = parcel.bytes.strip_suffix(b"\r\n").unwrap_or(&parcel.bytes);
        Ok(Self { from, to, bytes })
    }

    /// Returns the parameters of MAIL. What needs an extension the relay lacks can never be
    /// sent there, so it is refused for good.
    pub(super) fn parameters(&self, relay: &ServerInfo) -> Result<Vec<MailParameter>, Outcome> {
        let offers = |extension| relay.supports_feature(extension);
        let mut parameters = Vec::new();
        let ascii = |address: &Address| address.user().is_ascii() && address.domain().is_ascii();
        if !ascii(&self.from) || !ascii(&self.to) {
            if !offers(Extension::SmtpUtfEight) {
                return Err(Outcome::Bounced {
                    why: format!("the relay lacks SMTPUTF8, which {} needs", self.to),
                });
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !self.bytes.is_ascii() {
            if !offers(Extension::EightBitMime) {
                return Err(Outcome::Bounced {
                    why: "the relay lacks 8BITMIME, which the message needs".to_owned(),
                });
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }
}

fn address(text: &str) -> Option<Address> {
    // The address goes into a command line as it is.
    let fits = !text.chars().any(char::is_control);
    text.parse().ok().filter(|_| fits)
}

/// A lone line feed followed by a dot is the end of the message to some relays and not to others;
/// what follows it could pass for commands ("SMTP smuggling").
fn ends_lines_by_crlf(bytes: &[u8]) -> bool {
    let mut before = 0;
    for &byte in bytes {
        if byte == 0 || (byte == b'\n') != (before == b'\r') {
            return false;
        }
        before = byte;
    }
    before != b'\r'
}
